"""Sets of hashes answer as Python's sets do, also where hashes begin alike."""

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from catalog.document import content_hash
from pipelines import hashes

PARTS = st.sampled_from([0, 1, 2, 2**63, 2**64 - 1])
PAIRS = st.lists(st.tuples(PARTS, PARTS), max_size=12)


def made(pairs: list[tuple[int, int]]) -> hashes.Hashes:
    return np.array(pairs, dtype=np.uint64).reshape(-1, 2)


@given(PAIRS, PAIRS)
def test_a_set_has_what_was_put_in(inside: list[tuple[int, int]], asked: list[tuple[int, int]]) -> None:
    found = hashes.HashSet.of(made(inside))
    assert found.has(made(asked)).tolist() == [pair in inside for pair in asked]
    assert [tuple(pair) for pair in found.sorted.tolist()] == sorted(set(inside))


@given(PAIRS)
def test_equal_hashes_are_counted_together(pairs: list[tuple[int, int]]) -> None:
    found, counts = hashes.summed(made(pairs), np.arange(len(pairs), dtype=np.int64))
    expected: Counter[tuple[int, int]] = Counter()
    for number, pair in enumerate(pairs):
        expected[pair] += number
    assert dict(zip(map(tuple, found.tolist()), counts.tolist(), strict=True)) == dict(expected)
    assert [tuple(pair) for pair in found.tolist()] == sorted(set(pairs))


def test_arrays_sort_as_the_bytes_do() -> None:
    digests = [hashes.digest(str(number).encode()) for number in range(50)]
    found = hashes.array(b"".join(digests))
    assert [digests[place] for place in hashes.order(found)] == sorted(digests)


def test_the_hash_is_that_of_the_documents() -> None:
    assert hashes.digest(b"x").hex() == content_hash(b"x")
