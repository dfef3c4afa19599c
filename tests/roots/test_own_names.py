"""Languages by their own names, and others by their English ones."""

import pytest

from lang_params.params import load, load_all
from roots.own_names import english_name, own_name


@pytest.mark.parametrize(
    ("code", "name"), [("yo", "Èdè Yorùbá"), ("ar", "العربية"), ("zhs", "简体中文"), ("zht", "繁體中文"), ("fon", "")]
)
def test_what_a_language_is_called_in_itself(code: str, name: str) -> None:
    assert own_name(load(code).language) == name


def test_every_language_has_an_answer() -> None:
    assert sum(bool(own_name(params.language)) for params in load_all(None, ["code"]).values()) > 30


@pytest.mark.parametrize(
    ("code", "name"), [("deu", "German"), ("ja", "Japanese"), ("sr-Latn", "Serbian"), ("mul", ""), ("x", ""), ("", "")]
)
def test_languages_that_are_none_of_the_corpus(code: str, name: str) -> None:
    assert english_name(code) == name
