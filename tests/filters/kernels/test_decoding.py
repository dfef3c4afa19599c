"""Bytes become the code points that Python sees, and uneven texts the lower case that Python gives them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from filters import characters
from filters.kernels.decoding import decode, lower_uneven, start_of_last
from filters.kernels.tables import code_points

TEXTS = st.text(st.sampled_from("aé中😀Σ \0\u0301İ") | st.characters(exclude_categories=["Cs"]))


@given(TEXTS)
def test_code_points_and_special_characters(text: str) -> None:
    data, codes, kinds = np.frombuffer(b"x" + text.encode(), np.uint8), np.zeros(500, np.uint32), code_points().kinds
    length, special, seen = decode(data, 1, len(data), kinds, codes)
    assert "".join(map(chr, codes[:length])) == text
    assert special == sum(character in characters.special() for character in text)
    assert seen == np.bitwise_or.reduce(kinds[list(map(ord, text))], initial=0)
    assert start_of_last(data, len(data)) == len(data) - len(f"x{text}"[-1].encode())


@given(st.text(st.sampled_from("AΣσİi.'\u0301\u00ad ʰ1")))
def test_uneven_lower_case(text: str) -> None:
    known, capacity = code_points(), len(text.encode())
    codes = np.zeros(capacity + 1, np.uint32)
    codes[: len(text)] = list(map(ord, text))
    length = lower_uneven(codes, len(text), capacity, known.kinds, known.lower)
    assert "".join(map(chr, codes[:length])) == text.lower()
