"""Markdown from values that others wrote: names, notes and addresses that may hold anything.

A card is made of two kinds of text: what our templates say, which is Markdown, and what a catalogue entry says,
which is not. `Markdown` marks the first; everything else is escaped by `inline`.
"""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit, urlunsplit

_ACTIVE = re.compile(r"([\\`*_\[\]<>|#~$&])")
_OPENING = re.compile(r"^(\d+(?=[.)](?:\s|$))|(?=[-+=]+(?:\s|$)))")
_LINK = re.compile(r"https?://[^\s<>\\|`\[\]]+")


class Markdown(str):
    """Text that is Markdown already and must not be escaped again."""

    __slots__ = ()


def inline(value: object) -> Markdown:
    """A value as plain text in Markdown: on one line, without anything that Markdown or HTML would act upon.

    It is good at the start of a line, inside one and inside a table cell. Control characters and line ends
    become spaces.

    >>> print(inline("a | b: *c*"))
    a \\| b: \\*c\\*
    >>> print(inline("مكتبة <قطر>"))
    مكتبة \\<قطر\\>
    >>> print(inline(None))
    <BLANKLINE>
    """
    if isinstance(value, Markdown):
        return value
    if value is None:
        return Markdown("")
    return Markdown(_OPENING.sub(r"\1\\", _ACTIVE.sub(r"\\\1", _one_line(str(value)))))


def code(value: object) -> Markdown:
    """A value in code type, for identifiers and file names.

    >>> print(code("udhr_articles"))
    `udhr_articles`
    >>> print(code("a|b"))
    a\\|b
    """
    line = _one_line(str(value))
    return inline(line) if not line or "`" in line or "|" in line else Markdown(f"`{line}`")


def link(address: object) -> Markdown:
    """An address as a link, without the user name, password and query that may stand in it; other text escaped.

    >>> print(link("https://me:secret@example.org/%E4%BD%A0?token=1"))
    <https://example.org/%E4%BD%A0>
    >>> print(link("ask the library"))
    ask the library
    """
    line = _one_line("" if address is None else str(address))
    if not _LINK.fullmatch(line):
        return inline(line)
    return Markdown(f"<{public(line)}>")


def public(address: str) -> str:
    """An address without user name, password, query and fragment, which may hold secrets.

    >>> public("s3://key:secret@bucket/texts/*.jsonl?versionId=3")
    's3://bucket/texts/*.jsonl'
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return urlunsplit((parts.scheme, parts.netloc.rsplit("@", 1)[-1], parts.path, "", ""))


def table(header: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: int | None = None) -> Markdown:
    """A table; cells are escaped. The columns from `numbers` on are aligned to the right.

    >>> print(table(["language", "documents"], [["Yorùbá", 1234567]], numbers=1))
    | language | documents |
    |---|---:|
    | Yorùbá | 1,234,567 |
    """
    marks = ["---:" if numbers is not None and column >= numbers else "---" for column in range(len(header))]
    lines = [_row(header), "|" + "|".join(marks) + "|", *(_row(row) for row in rows)]
    return Markdown("\n".join(lines))


def _row(cells: Sequence[object]) -> str:
    return "| " + " | ".join(inline(f"{cell:,}" if type(cell) is int else cell) for cell in cells) + " |"


def _one_line(text: str) -> str:
    """The text with every run of white space and control characters as one space."""
    return " ".join("".join(char if char.isprintable() or char in "\u200c\u200d" else " " for char in text).split())
