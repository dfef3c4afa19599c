"""What is known of code points is what Python does with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters import characters
from filters.changes import unicode_punctuation, uniform_whitespace
from filters.kernels import tables
from filters.kernels.tables import CASED, IGNORABLE, UNEVEN, code_points, replacements

EVERYTHING = [chr(code) for code in range(tables.CODE_POINTS) if not 0xD800 <= code < 0xE000]


def having(kind: int) -> set[str]:
    return {character for character in EVERYTHING if code_points().kinds[ord(character)] & kind}


def test_kinds() -> None:
    assert having(tables.SPECIAL) == characters.special()
    assert having(tables.SEPARATOR) == set(" \t\n")
    assert having(tables.BLANK) == {character for character in EVERYTHING if not character.strip()}
    assert having(tables.CASE_BOUND) == set(characters.CASE_BOUND)
    assert having(tables.UNPRINTED) == set(characters.NON_PRINTING)
    assert set(" \t\n") <= characters.special()


UNEVEN_ONES = having(UNEVEN)


def test_lower_case_is_that_of_python_and_lower_case_of_itself() -> None:
    lower = code_points().lower
    for character in EVERYTHING:
        if character not in UNEVEN_ONES:
            assert chr(lower[ord(character)]) == character.lower()
        assert lower[lower[ord(character)]] == lower[ord(character)]


def test_only_two_letters_cannot_be_lower_cased_one_by_one() -> None:
    # Another one in a later Unicode would need a rule of its own in decoding.lower_uneven.
    assert {"İ", "Σ"} == UNEVEN_ONES
    assert "İ".lower() == "i\u0307"


FEW = sorted({*"AΣσ.'’:1- \n中ʰªǅ", "\u0301", "\u00ad", "\u0345", "\u200b", "\u2160", "\U0001d7ce", "İ", "i", "ß"})


@given(st.text(st.sampled_from(FEW) | st.characters(exclude_categories=["Cs"])))
def test_cased_and_ignorable_tell_the_final_sigma(text: str) -> None:
    kinds = code_points().kinds

    def cased(neighbours: str) -> bool:
        """Whether the first of these that is not looked past is cased."""
        seen = [character for character in neighbours if not kinds[ord(character)] & IGNORABLE]
        return bool(seen) and bool(kinds[ord(seen[0])] & CASED)

    for at in range(len(text) + 1):
        before, after = text[:at], text[at:]
        lower = f"{before}Σ{after}".lower()
        place = at + before.count("İ")  # its lower case is one longer
        assert (lower[place] == "ς") == (cased(before[::-1]) and not cased(after))


@pytest.mark.parametrize("whitespace", [False, True])
@pytest.mark.parametrize("punctuation", [False, True])
def test_replacements_are_those_of_the_definitions_and_never_longer(*, whitespace: bool, punctuation: bool) -> None:
    which, text, starts = replacements(whitespace=whitespace, punctuation=punctuation)
    for character in EVERYTHING:
        expected = uniform_whitespace(character) if whitespace else character
        expected = unicode_punctuation(expected) if punctuation else expected
        number = int(which[ord(character)])
        found = text[starts[number] : starts[number + 1]].tobytes().decode() if number else character
        assert found == expected
        assert len(found.encode()) <= len(character.encode())
        assert not (number and character.isascii())
