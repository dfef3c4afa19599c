"""Lines of keys: in every way TOML can be written, and in every file of the project that people edit."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from catalog.bigscience import table_of
from catalog.entry_text import dump
from catalog.toml_lines import line, lines
from tests.catalog.records import records

ROOT = Path(__file__).parents[2]

ODD = '''# "a comment with one quote
uid = "a # b"   # '
text = """
[no.section]
key = "no key"
ends with four quotes""""
literal = \'\'\'
[neither] = \'\'\'
list = [ # [
    "]", '[',
    { by = "x", on = [1,
      2] },
]

[ "a.b" . 'c' ]   # ]
"ke y" = 1
dotted."x y".z = { p = """
""" }
empty = ""
[[many]]
x = 1
[[many]]
x = 2
'''


def test_values_over_several_lines_and_quoted_keys() -> None:
    tomllib.loads(ODD)
    assert lines(ODD) == {
        ("uid",): 2,
        ("text",): 3,
        ("literal",): 7,
        ("list",): 9,
        ("a.b",): 15,
        ("a.b", "c"): 15,
        ("a.b", "c", "ke y"): 16,
        ("a.b", "c", "dotted"): 17,
        ("a.b", "c", "dotted", "x y"): 17,
        ("a.b", "c", "dotted", "x y", "z"): 17,
        ("a.b", "c", "empty"): 19,
        ("many",): 20,
        ("many", "x"): 21,
    }


def test_other_ends_of_lines_do_not_matter() -> None:
    plain = 'uid = "x"\n[data]\nfiles = [\n"a",\n]\nnote = ""\n'
    assert lines(plain.replace("\n", "\r\n")) == lines(plain)


def test_a_key_that_is_not_there_is_on_the_line_of_its_section_or_the_first() -> None:
    text = '\nuid = "x"\n[custodian]\nname = "y"\n'
    known = lines(text)
    assert line(known, ("custodian", "name")) == 4
    assert line(known, ("custodian", "type")) == 3
    assert line(known, ("licence", "id")) == 1
    assert line(known, ()) == 1


def paths(table: dict[str, Any], at: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in table.items():
        yield (*at, key)
        if isinstance(value, dict):
            yield from paths(value, (*at, key))


@pytest.mark.parametrize("path", sorted((ROOT / "catalog" / "demo").glob("*.toml")), ids=lambda path: path.stem)
def test_the_keys_of_every_carried_entry_are_on_their_lines(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    written, known = text.splitlines(), lines(text)
    for key in paths(tomllib.loads(text)):
        shown = written[line(known, key) - 1]
        assert shown.startswith((f"{key[-1]} = ", f"[{'.'.join(key)}]")), key


def test_the_keys_of_odd_entries_are_all_found() -> None:
    for record in records()[:35]:
        text = dump(table_of(record))
        table = tomllib.loads(text)
        known, written = lines(text), text.split("\n")
        marks = {("validated", part) for part in table.get("validated", {})}
        for path in paths(table):
            if path[:-1] not in marks:
                assert path in known
                assert written[known[path] - 1].startswith(("[", '"', path[-1])), path
