"""On which line a key of a TOML file stands: what a parser of TOML does not tell, and whoever mends the file asks."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence

Path = tuple[str, ...]
"""A key with the sections it stands in: ("custodian", "name")."""

_TEXT_OR_COMMENT = re.compile(
    r'"""(?:\\.|[^\\])*?""""{0,2}' r"|'''.*?''''{0,2}" r'|"(?:\\.|[^"\\\n])*"' r"|'[^'\n]*'" r"|#[^\n]*", re.DOTALL
)


def lines(text: str) -> dict[Path, int]:
    """The line of every section and key of a valid TOML text, the first of them being 1.

    Keys inside an inline table are not told apart from the key that it is the value of.

    >>> lines('uid = "x"\\n[data]\\nfiles = [  # two\\n  "a",\\n]')
    {('uid',): 1, ('data',): 2, ('data', 'files'): 3}
    """
    found: dict[Path, int] = {}
    section: Path = ()
    for number, head, is_header in _statements(text):
        path = _parts(head) if is_header else (*section, *_parts(head))
        section = path if is_header else section
        for end in range(1, len(path) + 1):
            found.setdefault(path[:end], number)
    return found


def line(known: Mapping[Path, int], path: Sequence[str]) -> int:
    """The line of a key; that of its section where it does not stand in the text, and 1 where neither does.

    >>> line(lines('uid = "x"\\n[custodian]\\nname = "Ọ̀ṣun"'), ("custodian", "type"))
    2
    """
    return next((known[found] for end in range(len(path), 0, -1) if (found := tuple(path[:end])) in known), 1)


def _statements(text: str) -> Iterator[tuple[int, str, bool]]:
    """Line, key and kind of each header and each key with a value; values may go over several lines."""
    blank = _TEXT_OR_COMMENT.sub(lambda match: ("#" if match[0][0] == "#" else "\x01") * len(match[0]), text)
    position, depth, number = 0, 0, 1
    for statement in blank.split("\n"):
        written = text[position : position + len(statement)]
        bare = statement.rstrip("#\r\t ")
        if depth == 0 and bare.strip():
            is_header = bare.lstrip().startswith("[")
            end = bare.rindex("]") if is_header else bare.index("=")
            yield number, written[:end].lstrip().lstrip("[") if is_header else written[:end], is_header
            depth = 0 if is_header else _depth(bare)
        elif depth:
            depth += _depth(bare)
        position += len(statement) + 1
        number += written.count("\n") + 1


def _depth(statement: str) -> int:
    return sum(statement.count(mark) for mark in "[{") - sum(statement.count(mark) for mark in "]}")


def _parts(key: str) -> Path:
    """The parts of a dotted key.

    >>> _parts(' a."b.c" ')
    ('a', 'b.c')
    """
    inner = tomllib.loads(f"{key.rstrip(']')} = 0")
    parts = []
    while isinstance(inner, dict):
        [(part, inner)] = inner.items()
        parts.append(part)
    return tuple(parts)
