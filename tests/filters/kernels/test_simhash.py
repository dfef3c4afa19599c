"""What the kernel of SimHash knows of characters, and the room that it needs."""

import unicodedata

import pytest

from filters.kernels.simhash import GONE, GROWTH, forms
from filters.kernels.tables import CODE_POINTS
from filters.units import LONE, table


def test_forms_are_lower_case_without_punctuation() -> None:
    found = forms()
    assert [found[ord(character)] for character in "AéΩ中$ "] == [ord(character) for character in "aéω中$ "]
    for code in range(CODE_POINTS):
        assert (found[code] == GONE) == unicodedata.category(chr(code)).startswith("P")


def test_what_is_lower_case_stays() -> None:
    """A text with a sigma is lower-cased twice."""
    found = forms()
    kept = found[found != GONE]
    assert (found[kept] == kept).all()


def size(code: int) -> int:
    return len(chr(code).encode())


@pytest.mark.parametrize("kind", ["forms", "units"])
def test_no_text_outgrows_its_room(kind: str) -> None:
    for code in range(CODE_POINTS):
        if 0xD800 <= code < 0xE000:
            continue
        if kind == "forms":
            form = int(forms()[code])
            assert form == GONE or size(form) <= GROWTH * size(code)
        else:
            form = int(table("words")[code])
            if form & LONE:  # a space behind it, and one before it, behind a word
                assert size(form & ~LONE) + 2 <= GROWTH * size(code)
            elif form:
                assert size(form) <= GROWTH * size(code)
    assert len("İ".lower().encode()) <= GROWTH * len("İ".encode())
