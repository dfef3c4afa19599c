"""Scripts: letters of another script are found in every language's own words and nowhere else."""

import pytest

from lang_params.params import load_all
from lang_params.scripts import LETTERS, strangers


@pytest.mark.parametrize(
    ("word", "script", "found"),
    [
        ("wọ́n", "Latn", ""),
        ("n’ime", "Latn", ""),
        ("ŋ", "Latn", ""),
        ("mʼa", "Latn", ""),
        ("наука", "Latn", "наука"),
        ("में", "Deva", ""),
        ("अpर2", "Deva", "p"),
        ("的", "Hans", ""),
        ("Lex", "Hans", "Lex"),
        ("x", "Zyyy", ""),
        ("", "Latn", ""),
    ],
)
def test_letters_of_another_script(word: str, script: str, found: str) -> None:
    assert strangers(word, script) == found


def test_the_script_of_every_language_is_known() -> None:
    assert {params.language.script for params in load_all().values()} <= set(LETTERS)
