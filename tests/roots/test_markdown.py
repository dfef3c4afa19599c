"""Values of others in Markdown: nothing acts, nothing secret shows, tables keep their shape."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roots.markdown import Markdown, code, inline, link, public, table


@pytest.mark.parametrize(
    ("value", "escaped"),
    [
        ('a | b: "c"', 'a \\| b: "c"'),
        ("line one\nline two\r\n\tthree", "line one line two three"),
        ("<script>", "\\<script\\>"),
        ("# not a heading", "\\# not a heading"),
        ("- not a list", "\\- not a list"),
        ("--- ", "\\---"),
        ("1. not a list", "1\\. not a list"),
        ("12) neither", "12\\) neither"),
        ("1.5 million", "1.5 million"),
        ("-5", "-5"),
        ("[a](http://b)", "\\[a\\](http://b)"),
        ("&lt; $x$ ~~y~~", "\\&lt; \\$x\\$ \\~\\~y\\~\\~"),
        ("back\\slash", "back\\\\slash"),
        ("a\x00\x1b[31mb\u2028c", "a \\[31mb c"),
        ("فارسی‌زبان", "فارسی‌زبان"),
        (3, "3"),
        (None, ""),
    ],
)
def test_inline_escapes_what_would_act(value: object, escaped: str) -> None:
    assert inline(value) == escaped


def test_markdown_passes_as_it_is() -> None:
    assert inline(Markdown("**bold** `x`")) == "**bold** `x`"


@settings(deadline=None)
@given(st.text())
def test_inline_stays_on_one_line_and_in_one_cell(text: str) -> None:
    escaped = inline(text)
    assert len(escaped.splitlines()) <= 1
    assert not re.search(r"(?<!\\)(\\\\)*[|<>`]", escaped)


@settings(deadline=None)
@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=4))
def test_every_row_of_a_table_has_the_cells_of_its_header(rows: list[list[str]]) -> None:
    lines = table(["a", "b"], rows).splitlines()
    assert len(lines) == 2 + len(rows)
    assert all(len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 3 for line in lines)


def test_code_keeps_identifiers_readable() -> None:
    assert code("dedup_template_soft") == "`dedup_template_soft`"
    assert code("a`b") == "a\\`b"
    assert code("") == ""


def test_links_lose_what_may_be_secret() -> None:
    assert link("https://key:word@example.org/a?sig=abc#x") == "<https://example.org/a>"
    assert link("javascript:alert(1)") == "javascript:alert(1)"
    assert link("https://example.org/a b") == "https://example.org/a b"
    assert link("https://[broken") == "https://\\[broken"
    assert public("https://[broken") == ""
    assert link(None) == ""


def test_numbers_have_thousands_and_stand_right() -> None:
    assert table(["x", "n"], [["yo", 12345], ["zu", "1.5 %"]], numbers=1).splitlines() == [
        "| x | n |",
        "|---|---:|",
        "| yo | 12,345 |",
        "| zu | 1.5 % |",
    ]
