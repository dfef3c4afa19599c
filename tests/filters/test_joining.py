"""Buckets, edges and clusters by their definition."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.joining import labels, left_out, pairs, star

BUCKETS = st.sets(st.integers(0, 40), min_size=1).map(sorted)


@given(BUCKETS, st.integers(1, 50))
def test_pairs_are_all_that_there_are_up_to_the_largest_bucket(bucket: list[int], largest: int) -> None:
    found = pairs(bucket, largest)
    assert len(set(found)) == len(found)
    assert all(row < other for row, other in found)
    assert left_out(len(bucket), largest) == len(bucket) * (len(bucket) - 1) // 2 - len(found)
    assert set(combinations(bucket[:largest], 2)) <= set(found)
    if len(bucket) <= largest:
        assert left_out(len(bucket), largest) == 0


@given(BUCKETS, st.integers(1, 50))
def test_star_and_pairs_join_the_same_rows(bucket: list[int], largest: int) -> None:
    assert labels(star(bucket), 41) == labels(pairs(bucket, largest), 41)


@pytest.mark.parametrize(
    ("edges", "expected"),
    [
        ([], [0, 1, 2, 3]),
        ([(2, 3)], [0, 1, 2, 2]),
        ([(2, 3), (0, 3)], [0, 1, 0, 0]),
        ([(0, 1), (2, 3), (1, 2)], [0, 0, 0, 0]),
    ],
)
def test_a_row_has_the_label_of_the_lowest_that_it_is_connected_with(
    edges: list[tuple[int, int]], expected: list[int]
) -> None:
    assert labels(edges, 4) == expected
    assert labels(edges[::-1], 4) == expected
