"""Buckets in a table against the definition: star, all pairs, and what is left out of large ones."""

from collections import defaultdict

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from filters.joining import left_out, pairs, star
from filters.kernels import buckets

ENTRIES = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 6)), min_size=1, max_size=80).map(sorted)


def counts() -> NDArray[np.int64]:
    return np.zeros(5, np.int64)


def found(
    entries: list[tuple[int, int]], width: int, largest: int, steps: tuple[int, int]
) -> tuple[list[tuple[int, int]], NDArray[np.int64]]:
    """The edges of entries (row, hash), given `steps[0]` at a time, with room for so few more edges than are needed."""
    at_once, spare = steps
    rows = np.array([row for row, _ in entries], np.int64)
    # Hashes that differ in the last part alone, and begin their search at the same slot.
    hashes = np.array([[7] * (width - 1) + [value] for _, value in entries], np.uint64)
    counted, held, edges = counts(), buckets.table(1, width), []
    for start in range(0, len(rows), at_once):
        some = slice(start, start + at_once)
        if buckets.room(held, counted) < len(rows[some]):
            held = buckets.grown(held, counted, len(rows[some]))
        place = 0
        while place < len(rows[some]):
            out = np.zeros((largest + 2 + spare, 2), np.int64)
            place, more = buckets.add(*held, counted, hashes[some], rows[some], place, largest, out)
            edges += [(int(row), int(other)) for row, other in out[:more]]
    return edges, counted


def by_hash(entries: list[tuple[int, int]]) -> list[list[int]]:
    members: dict[int, set[int]] = defaultdict(set)
    for row, value in entries:
        members[value].add(row)
    return [sorted(rows) for rows in members.values()]


STEPS = st.tuples(st.integers(1, 90), st.integers(0, 9))


@given(ENTRIES, st.integers(1, 2), st.integers(1, 9), STEPS)
def test_all_pairs_up_to_the_largest_bucket_and_what_is_left_out_of_larger_ones(
    entries: list[tuple[int, int]], width: int, largest: int, steps: tuple[int, int]
) -> None:
    edges, counted = found(entries, width, largest, steps)
    members = by_hash(entries)
    assert sorted(edges) == sorted(edge for bucket in members for edge in pairs(bucket, largest))
    lost = [left_out(len(bucket), largest) for bucket in members]
    assert counted[buckets.LEFT_OUT] == sum(lost)
    assert counted[buckets.LARGE] == sum(1 for each in lost if each)


@given(ENTRIES, st.integers(1, 2), STEPS)
def test_a_star_has_an_edge_from_the_first_row_to_each_other(
    entries: list[tuple[int, int]], width: int, steps: tuple[int, int]
) -> None:
    edges, _ = found(entries, width, 0, steps)
    assert set(edges) == {edge for bucket in by_hash(entries) for edge in star(bucket)}


def test_a_hash_that_half_a_million_rows_have_needs_no_room() -> None:
    held, counted = buckets.table(1_000, 1), counts()
    edges = np.zeros((250_000, 2), np.int64)
    for start in range(0, 500_000, 100_000):
        rows = np.arange(start, start + 100_000)
        done, more = buckets.add(*held, counted, np.ones((100_000, 1), np.uint64), rows, 0, 100, edges)
        assert (done, more <= 210_000) == (100_000, True)
    assert counted[buckets.NODES] == 101
    assert counted[buckets.LEFT_OUT] == left_out(1_000, 100) + sum(range(1_000 - 2, 500_000 - 2))


def test_the_memory_of_a_table_is_what_is_stated() -> None:
    for width in (1, 2):
        held = buckets.table(100_000, width)
        assert abs(sum(array.nbytes for array in held) - buckets.bytes_of(100_000, width)) < 1_000


def test_kernels_are_compiled_ahead() -> None:
    buckets.warm()
