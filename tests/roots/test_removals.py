"""Removals: recorded under every name of a document, in a file that holds no text; the recipe keeps its comments."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.document import content_hash
from pipelines import storage, tables
from roots import removals
from roots.recipe import load
from roots.removals import NOTHING, RemovalError, Request, look_up, read, remove, unmet
from tests.corpora import LETTER
from tests.roots.made import Ended

pytestmark = pytest.mark.usefixtures("plainly")

Roots = Callable[..., Ended]

RECIPE = """# Texts of a test.
name = "small"   # not much
sources = [
    "sources/*.toml",  # all of them
]

[tokenizer]      # a small one
vocabulary = 280
"""


@pytest.fixture
def recipe(source: Callable[..., Path], tmp_path: Path, yoruba: str, yoruba_too: str) -> Path:
    """Two sources with addresses, two of which are shared; a text that both have, and a record that is none."""
    home = "https://example.org/"
    one = [
        {"id": "a", "text": yoruba, "url": f"{home}a"},
        {"id": "b", "text": yoruba_too, "url": home},
        {"id": "c", "text": f"{yoruba} Ó.", "url": home},
        "{",
    ]
    source("one", one)
    source("two", [{"id": "d", "text": yoruba, "url": f"{home}d"}, {"id": "e", "text": LETTER, "url": None}])
    for path in (tmp_path / "sources").glob("*.toml"):
        path.write_text(path.read_text(encoding="utf-8").replace("[data]\n", '[data]\nurl = "url"\n'), encoding="utf-8")
    path = tmp_path / "recipe.toml"
    path.write_text(RECIPE, encoding="utf-8")
    return path


@pytest.fixture
def work(roots: Roots, recipe: Path, tmp_path: Path) -> Path:
    assert roots("dedup", recipe, "--work", tmp_path / "work").code == 0
    return tmp_path / "work"


def documents(work: Path) -> dict[str | None, dict[str, Any]]:
    files = sorted(work.glob("*/documents/*.parquet"))
    return {row["source_id"]: row for path in files for row in tables.read(str(path)).to_pylist()}


def lines(recipe: Path) -> list[dict[str, str]]:
    file = recipe.with_name("recipe.removals.jsonl")
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_removal_is_written_to_a_file_that_the_recipe_comes_to_name(roots: Roots, recipe: Path) -> None:
    ended = roots("remove", recipe, "--url", "https://example.org/ọ", "--reason", "asked", "--date", "2026-11-20")
    assert ended.code == 0, ended.err
    assert lines(recipe) == [{"url": "https://example.org/ọ", "reason": "asked", "date": "2026-11-20"}]
    text = recipe.read_text(encoding="utf-8")
    assert [line for line in RECIPE.splitlines() if line not in text.splitlines()] == []
    assert load(recipe).removals == {"url": ("https://example.org/ọ",)}
    assert load(recipe).removals_file == recipe.with_name("recipe.removals.jsonl")
    assert "not looked up; with --work DIR" in ended.out
    roots("remove", recipe, "--source", "two", "--reason", "asked again")
    assert lines(recipe)[1] == {"source": "two", "reason": "asked again"}
    assert recipe.read_text(encoding="utf-8") == text


def test_what_is_recorded_already_is_not_recorded_again(roots: Roots, recipe: Path) -> None:
    roots("remove", recipe, "--source", "two", "--reason", "asked")
    ended = roots("remove", recipe, "--source", "two", "--reason", "for another reason")
    assert "recipe.removals.jsonl: holds this removal already" in ended.out
    assert len(lines(recipe)) == 1


def test_a_file_of_removals_that_does_not_end_its_last_line_is_continued(
    roots: Roots, recipe: Path, tmp_path: Path
) -> None:
    (tmp_path / "gone.jsonl").write_text('{"id": "a", "reason": "asked"}', encoding="utf-8")
    recipe.write_text(f'removals = "gone.jsonl"\n{RECIPE}', encoding="utf-8")
    assert roots("remove", recipe, "--source", "two", "--reason", "asked").code == 0
    assert load(recipe).removals == {"source": ("two",), "id": ("a",)}


def test_a_document_is_recorded_by_every_name_it_has(roots: Roots, recipe: Path, work: Path) -> None:
    found = documents(work)["a"]
    ended = roots("remove", recipe, "--id", found["id"], "--reason", "asked", "--work", work)
    expected = {name: found[name] for name in ("id", "url", "content_hash")} | {"reason": "asked"}
    assert lines(recipe) == [expected]
    assert "it meets 1 document of one" in ended.out
    assert "the same text stands in 1 other document, which goes too" in ended.out
    assert f"next: roots build {recipe} --work {work}" in ended.out


def test_an_address_that_others_have_too_is_not_recorded(roots: Roots, recipe: Path, work: Path) -> None:
    found = documents(work)["b"]
    ended = roots("remove", recipe, "--content-hash", found["content_hash"], "--reason", "asked", "--work", work)
    assert lines(recipe) == [{"id": found["id"], "content_hash": found["content_hash"], "reason": "asked"}]
    assert "its address is also that of 1 other document, and is not recorded" in ended.out


def test_an_address_names_every_document_that_has_it(roots: Roots, recipe: Path, work: Path) -> None:
    roots("remove", recipe, "--url", "https://example.org/", "--reason", "asked", "--work", work)
    found = documents(work)
    assert {line["id"] for line in lines(recipe)} == {found["b"]["id"], found["c"]["id"]}
    assert {line["url"] for line in lines(recipe)} == {"https://example.org/"}


def test_a_record_without_text_is_not_recorded_by_its_content(roots: Roots, recipe: Path, work: Path) -> None:
    [path] = (work / "one" / "documents").glob("*.parquet")
    [broken] = [row for row in tables.read(str(path)).to_pylist() if not row["text"]]
    roots("remove", recipe, "--id", broken["id"], "--reason", "asked", "--work", work)
    assert lines(recipe) == [{"id": broken["id"], "reason": "asked"}]


def test_a_source_is_counted_and_its_documents_are_not_listed(roots: Roots, recipe: Path, work: Path) -> None:
    ended = roots("remove", recipe, "--source", "one", "--reason", "asked", "--work", work)
    assert lines(recipe) == [{"source": "one", "reason": "asked"}]
    assert "it meets 4 documents of one" in ended.out


@pytest.mark.parametrize(
    ("option", "value"), [("--id", "0" * 32), ("--url", "https://example.org/x"), ("--source", "three")]
)
def test_a_removal_that_meets_nothing_is_recorded_with_a_warning(
    roots: Roots, recipe: Path, work: Path, option: str, value: str
) -> None:
    ended = roots("remove", recipe, option, value, "--reason", "asked", "--work", work)
    assert ended.code == 0
    assert f"warning: no document in {work} answers to {option[2:]} {value}" in ended.out
    assert lines(recipe) == [{option[2:]: value, "reason": "asked"}]
    said = roots("dedup", recipe, "--work", work).err
    answer = "no document and no source answers to this removal"
    assert f"look at this: {answer}: recipe.removals.jsonl: line 1: {option[2:]}" in said


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--reason", "x"], "give one of --source, --id, --url and --content-hash"),
        (["--id", "a", "--url", "b", "--reason", "x"], "give one of --source, --id, --url and --content-hash"),
        (["--id", "a"], "Missing option '--reason'"),
        (["--id", "a", "--reason", "x"], "--id 'a': it must be 32 of 0-9 and a-f, as in the column id"),
        (["--content-hash", "A" * 32, "--reason", "x"], "it must be 32 of 0-9 and a-f, as in the column content_hash"),
        (["--content-hash", NOTHING, "--reason", "x"], "is that of an empty text, which names no document"),
        (["--source", " ", "--reason", "x"], "--source: it is empty; give what is to be removed"),
        (["--source", "one", "--reason", " "], "--reason: it is empty; say in a few words"),
        (["--source", "one", "--reason", "x", "--date", "today"], "--date 'today': it must be a date such as"),
        (["--source", "one", "--reason", "x", "--work", "nowhere"], "--work nowhere: no documents are there"),
    ],
)
def test_what_cannot_be_recorded_is_refused_and_changes_nothing(
    roots: Roots, recipe: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: list[str], message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ended = roots("remove", recipe, *given)
    assert ended.code == 2
    assert message in " ".join(ended.err.split())
    assert recipe.read_text(encoding="utf-8") == RECIPE
    assert not recipe.with_name("recipe.removals.jsonl").exists()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"id": ""}\n', "line 1: names no document; give its id, url or content_hash, or a source"),
        (b'{"source": 7}\n', "line 1: names no document"),
        (b"[" * 100_000, "line 1: is not a JSON object"),
    ],
)
def test_a_line_that_names_nothing_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "gone.jsonl"
    file.write_bytes(content)
    with pytest.raises(RemovalError, match=r"gone\.jsonl: ") as refused:
        read(file)
    assert message in str(refused.value)


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RemovalError, match="there is no such file of removals"):
        read(tmp_path / "none.jsonl")
    with pytest.raises(RemovalError, match="cannot be read: Is a directory"):
        read(tmp_path)


def test_a_line_is_met_when_one_of_its_names_is(tmp_path: Path) -> None:
    file = tmp_path / "gone.jsonl"
    both = [{"id": "a", "content_hash": "h"}, {"id": "b", "content_hash": "i"}]
    file.write_text("".join(json.dumps(line) + "\n" for line in both), encoding="utf-8")
    assert unmet(file, [("id", "a"), ("id", "b"), ("content_hash", "i")]) == ["gone.jsonl: line 2: id, content_hash"]
    file.write_text("".join(f'{{"id": "{n}"}}\n' for n in range(30)), encoding="utf-8")
    found = unmet(file, [("id", str(n)) for n in range(30)])
    assert (len(found), found[-1]) == (21, "and 10 more")


def test_a_recipe_that_cannot_be_changed_safely_is_not_changed(recipe: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tomlkit.dumps", lambda _: 'name = "another"')
    with pytest.raises(RemovalError, match="cannot be changed safely; write removals = "):
        remove(Request(recipe, "source", "one", "asked"), None)
    assert recipe.read_text(encoding="utf-8") == RECIPE


def test_a_reason_may_hold_the_line_ends_that_json_does_not_escape(roots: Roots, recipe: Path) -> None:
    roots("remove", recipe, "--source", "one", "--reason", "asked\u2028twice\x85")
    assert load(recipe).removals == {"source": ("one",)}


def test_in_a_folder_whose_run_has_not_ended_something_may_be_missed(roots: Roots, recipe: Path, work: Path) -> None:
    (work / ".run").mkdir()
    ended = roots("remove", recipe, "--source", "one", "--reason", "asked", "--work", work)
    assert f"warning: the last run in {work} has not ended, so not everything may have been found" in ended.out


def test_a_recipe_keeps_who_may_read_it(roots: Roots, recipe: Path) -> None:
    recipe.chmod(0o640)
    roots("remove", recipe, "--source", "one", "--reason", "asked")
    assert recipe.stat().st_mode & 0o777 == 0o640


def test_a_withheld_document_is_still_found_by_its_id(roots: Roots, recipe: Path, work: Path) -> None:
    found = documents(work)["a"]
    roots("remove", recipe, "--id", found["id"], "--reason", "asked", "--work", work)
    assert roots("dedup", recipe, "--work", work).code == 0
    assert look_up(str(work), "id", found["id"]).count == 1
    assert "holds this removal already" not in roots("remove", recipe, "--source", "one", "--reason", "x").out


def test_no_file_of_the_work_folder_holds_a_removed_text_and_its_copies_go_with_it(
    roots: Roots, recipe: Path, work: Path, yoruba: str
) -> None:
    found = documents(work)
    roots("remove", recipe, "--id", found["a"]["id"], "--reason", "asked", "--work", work)
    roots("dedup", recipe, "--work", work)
    left = documents(work)
    assert found["a"]["content_hash"] == content_hash(yoruba.encode()) == found["d"]["content_hash"]
    assert {"a", "d"}.isdisjoint(left)
    assert {"b", "c", "e"} <= set(left)
    assert storage.names(str(work / "one")) == ["documents", "ledger", "measures", "removals", "signatures"]
    assert removals.of_lines(read(recipe.with_name("recipe.removals.jsonl")))["id"] == (found["a"]["id"],)
