"""Templates escape what is put into them, and miss nothing."""

import jinja2
import pytest

from roots.cards.facts import Corpus
from roots.cards.template import fill


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(jinja2.UndefinedError):
        fill("source.md.j2", {})


def test_what_is_no_markdown_is_escaped() -> None:
    corpus = Corpus("demo", "fixed", {}, [], [], 0.3, {}, contact="x")
    assert "About the corpus: \\<b\\>" in fill("removal.md.j2", {"corpus": corpus, "contact": "<b>"})
