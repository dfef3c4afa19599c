"""Folding changes digits, spaces and dashes, and no place."""

from hypothesis import given
from hypothesis import strategies as st

from filters.folding import folded


@given(st.text())
def test_a_text_keeps_its_length_and_what_is_no_digit(text: str) -> None:
    found = folded(text)
    assert len(found) == len(text)
    assert folded(found) == found
    for old, new in zip(text, found, strict=True):
        assert new == old or new in "0123456789 -+()./@"
        assert not old.isascii() or new == old


def test_digits_of_the_scripts_of_the_languages() -> None:
    for zero in "٠۰०০੦૦୦௦౦೦൦０":
        written = "".join(chr(ord(zero) + digit) for digit in range(10))
        assert folded(written) == "0123456789", zero
    assert folded("①Ⅷ三²") == "①Ⅷ三²"
