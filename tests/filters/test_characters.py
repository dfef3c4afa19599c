"""The sets of code points are those of ROOTS."""

import sys
from pathlib import Path

import pytest

from filters import characters


def test_the_special_characters_are_1599() -> None:
    assert len(characters.special()) == 1599
    assert all(len(member) == 1 for member in characters.special())


@pytest.mark.parametrize("member", [*" \t\n\r\x0b\x0c", *"!7~", *"هाीे्ॽাГπー一上士", *"😀©™♥"])
def test_special(member: str) -> None:
    assert member in characters.special()


@pytest.mark.parametrize("letter", [*"aéςσgгЖ中ẹम", "\u200d", "\ufe0f", "\u2581", "\u0000"])
def test_not_special(letter: str) -> None:
    assert letter not in characters.special()


def test_only_the_case_bound_letters_change_membership_when_lowered() -> None:
    special = characters.special()
    found = {
        letter
        for letter in map(chr, range(sys.maxunicode + 1))
        if (letter in special) != special.issuperset(letter.lower())
    }
    assert found == set(characters.CASE_BOUND)


def test_whitespace_non_printing_and_punctuation() -> None:
    assert len(set(characters.WHITESPACE)) == len(characters.WHITESPACE) == 11
    assert {"\n", "\t", "\x84", "\x7f", "\x9f", "\x00"} <= set(characters.NON_PRINTING)
    assert not {"\xa0", " ", "~"} & set(characters.NON_PRINTING)
    assert len(characters.NON_PRINTING) == 65
    assert len(characters.PUNCTUATION) == 34
    assert all(form.isascii() for form in characters.PUNCTUATION.values())


@pytest.mark.parametrize("name", ["special_characters.txt", "special_characters_emoji.txt"])
def test_the_lists_are_the_shared_ones(name: str, shared: Path) -> None:
    def members(path: Path) -> list[str]:
        return [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]

    assert members(Path(characters.__file__).parent / name) == members(shared / "spec" / name)
