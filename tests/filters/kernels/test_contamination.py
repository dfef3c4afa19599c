"""Grams are found by their hash, and what one text has is not counted for the next."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from filters.contamination import Index, Occurrences
from filters.kernels.contamination import best_items, prepared
from filters.minhash import shingles
from filters.signing import MinHash

WORDS = st.lists(st.sampled_from(["ẹ", "kú", "山", "قال", "é", "e\u0301"]), max_size=12).map(" ".join)


def hashes(text: str, n: int) -> set[int]:
    found = shingles(text, MinHash(n=n))
    return set() if found is None else set(found.tolist())


@given(st.lists(WORDS, max_size=4), st.sets(st.integers(0, 9) | st.integers(2**64 - 9, 2**64 - 1)), st.integers(1, 4))
def test_grams_of_texts_are_those_of_the_definition(texts: list[str], others: set[int], n: int) -> None:
    """One item that has every second gram of the first text, and hashes that are at either end."""
    known = sorted({*sorted(hashes(texts[0] if texts else "", n))[::2], *others, 7})
    sizes = np.array([n if place % 3 else 40 for place in range(len(known))], np.int32)
    index = Index.of(Occurrences(np.array(known, np.uint64), sizes, np.zeros(len(known), np.int32)), [0])
    best, share = best_items(pa.array(texts, pa.string()), prepared(index), 1)
    looked_for = [each for each, size in zip(known, sizes, strict=True) if size == n]
    expected = [len(hashes(text, n).intersection(looked_for)) / len(known) for text in texts]
    assert share.ravel().tolist() == expected
    assert best.ravel().tolist() == [0 if part else -1 for part in expected]


def test_counts_begin_anew_with_each_text() -> None:
    one, two, three = (sorted(hashes(text, 1))[0] for text in ("ẹ", "kú", "山"))
    grams, items = np.array([one, one, two, three], np.uint64), np.array([0, 1, 1, 1], np.int32)
    index = Index.of(Occurrences(grams, np.ones(4, np.int32), items), [0, 0])
    best, share = best_items(pa.array(["kú kú", "", "ẹ山 ẹ", "قال", "kú"]), prepared(index), 1)
    assert best.ravel().tolist() == [1, -1, 0, -1, 1]
    assert share.ravel().tolist() == [1 / 3, 0.0, 1.0, 0.0, 1 / 3]
