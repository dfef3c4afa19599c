"""Perplexity is the original's, with models that are loaded once."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters import perplexity as module
from filters.perplexity import perplexity


@pytest.fixture(scope="module")
def english(shared: Path) -> dict[str, Path]:
    return {"pieces": shared / "golden" / "en.sp.model", "model": shared / "golden" / "en.arpa"}


def test_an_empty_text_has_the_perplexity_of_its_end(english: dict[str, Path]) -> None:
    assert perplexity("", **english) == perplexity(" \n\t\u3000", **english) == 114.0


def test_case_counts_and_layout_does_not(english: dict[str, Path]) -> None:
    text = "The girl went home. “Good night!”"
    assert perplexity(text, **english) == perplexity(' The girl went\u00a0home. "Good night!"\n', **english)
    assert perplexity(text, **english) < perplexity(text.upper(), **english)


def test_digits_are_all_the_same(english: dict[str, Path]) -> None:
    assert perplexity("in 1984", **english) == perplexity("in ٢٠२२", **english)


def test_text_of_another_script_is_less_expected(english: dict[str, Path]) -> None:
    assert perplexity("She was happy to see her friend.", **english) < perplexity("वह घर गई। உலகம். 你好", **english)


def test_the_value_is_rounded_to_one_decimal(english: dict[str, Path]) -> None:
    value = perplexity("A bird sang.", **english)
    assert value == round(value, 1) > 1


def test_models_are_loaded_once(english: dict[str, Path]) -> None:
    assert module._model(english["model"]) is module._model(english["model"])


def test_a_missing_file_is_named(english: dict[str, Path], tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"none\.arpa"):
        perplexity("a", pieces=english["pieces"], model=tmp_path / "none.arpa")
    with pytest.raises(RuntimeError, match=r"none\.model"):
        perplexity("a", pieces=tmp_path / "none.model", model=english["model"])


@given(text=st.text())
@settings(deadline=None)
def test_any_text_has_a_perplexity(text: str, english: dict[str, Path]) -> None:
    assert perplexity(text, **english) >= 1
