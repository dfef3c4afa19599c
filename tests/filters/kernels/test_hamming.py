"""Near hashes are joined as the definition joins them, bucket by bucket, and what is not compared is counted."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from filters.hamming import near as definition
from filters.kernels.hamming import near, warm

values = st.integers(0, 2**64 - 1) | st.integers(0, 31) | st.integers(0, 63).map(lambda bit: 2**64 - 1 - (1 << bit))


@given(st.lists(st.sets(values, max_size=9), max_size=6), st.integers(0, 8), st.integers(1, 9))
def test_equal_to_the_definition(buckets: list[set[int]], distance: int, most: int) -> None:
    hashes = np.array([value for bucket in buckets for value in sorted(bucket)], np.uint64)
    starts = np.cumsum([0, *map(len, buckets)])
    first, second = np.zeros(len(hashes), np.int64), np.zeros(len(hashes), np.int64)
    parents = np.zeros(max(map(len, buckets), default=0), np.int64)
    found, large, left_out = near(hashes, starts, distance, most, parents, first, second)
    expected = [
        (start + one, start + other)
        for start, bucket in zip(starts[:-1].tolist(), buckets, strict=True)
        for one, other in definition(sorted(bucket), distance, most)
    ]
    assert list(zip(first[:found].tolist(), second[:found].tolist(), strict=True)) == expected
    beyond = [max(0, len(bucket) - 1 - most) for bucket in buckets]
    assert large == sum(each > 0 for each in beyond)
    assert left_out == sum(each * (each + 1) // 2 for each in beyond)


def test_it_is_compiled_for_what_it_is_given() -> None:
    warm()
    before = len(near.signatures)  # type: ignore[attr-defined]
    test_equal_to_the_definition()
    assert len(near.signatures) == before  # type: ignore[attr-defined]
