"""Words are left in the buffer as the definition has them, each followed by a space."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from filters.kernels.cutting import count_words, cut, lay_out
from filters.kernels.lists import hash_of
from filters.kernels.tables import code_points
from filters.words import split, stripped

OTHERS = st.characters(exclude_categories=["Cs"], exclude_characters="Σİ")
TEXTS = st.text(st.sampled_from("aBé中ГØ!7 \t\n\0😀") | OTHERS)


@given(TEXTS)
def test_words_and_their_hashes(text: str) -> None:
    kinds, lower = code_points()
    codes = np.array([*map(ord, text), 0], np.uint32)
    starts, hashes = np.zeros(len(text) // 2 + 2, np.int32), np.zeros(len(text) // 2 + 1, np.uint64)
    assert count_words(codes, len(text), kinds) == len(stripped(split(text)))
    words = cut(codes, len(text), kinds, lower, starts, hashes)
    expected = stripped(split(text.lower()))
    assert words == len(expected)
    assert "".join(map(chr, codes[: starts[words]])) == "".join(f"{word} " for word in expected)
    assert [hash_of(codes, starts[word], starts[word + 1] - 1) for word in range(words)] == hashes[:words].tolist()


def test_pieces_are_laid_out_alike() -> None:
    pieces, ends = np.array(list(map(ord, "你好世")), np.uint32), np.array([0, 2, 2, 3], np.int32)
    codes, starts, hashes = np.zeros(9, np.uint32), np.zeros(5, np.int32), np.zeros(4, np.uint64)
    assert lay_out(np.array([2, 1, 0], np.int32), pieces, ends, codes, starts, hashes) == 2
    assert "".join(map(chr, codes[: starts[2]])) == "世 你好 "
    assert starts[:3].tolist() == [0, 2, 5]
    assert hashes[1] == hash_of(pieces, 0, 2)
