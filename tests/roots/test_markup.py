"""Mark-up of pages and pictures: what is put in is escaped, and nothing is left out."""

import jinja2
import pytest

from roots.markup import filled, plain

PAGE = {"opening": "<script>كتاب & ẹ̀kọ́", "keep": None, "bands": [], "pairs": []}


def test_what_is_put_in_is_escaped() -> None:
    page = filled("duplicates.html.j2", PAGE)
    assert "&lt;script&gt;كتاب &amp; ẹ̀kọ́" in page
    assert "<script" not in page


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError, match="opening"):
        filled("duplicates.html.j2", {name: value for name, value in PAGE.items() if name != "opening"})


def test_scripts_and_styles_are_read_as_they_stand() -> None:
    assert plain("audit.css").endswith("}\n")
