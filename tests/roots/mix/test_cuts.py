"""Cut-offs: exact, whatever the order and the pieces in which documents come."""

from collections.abc import Iterator

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from roots.mix.cuts import Sized, cutoffs
from roots.mix.keys import EVERYTHING

Row = tuple[int, int, int]
"""Slot, key, size."""

KEY = st.one_of(st.integers(0, 2**64 - 1), st.integers(0, 5), st.integers(2**64 - 5, 2**64 - 1))


def plain(rows: list[Row], slot: int, limit: int) -> int:
    """The first key that no longer fits, as it is told."""
    used = 0
    for _, key, size in sorted(row for row in rows if row[0] == slot) if limit >= 0 else ():
        used += size
        if used > limit:
            return key
    return EVERYTHING


def sized(rows: list[Row]) -> Sized:
    slots, keys, sizes = zip(*rows, strict=True) if rows else ((), (), ())
    return Sized(np.array(slots, np.int64), np.array(keys, np.uint64), np.array(sizes, np.int64))


@given(st.data(), st.integers(1, 4))
def test_a_cutoff_is_the_first_key_that_no_longer_fits(data: st.DataObject, slots: int) -> None:
    row = st.tuples(st.integers(0, slots - 1), KEY, st.integers(0, 9))
    rows = data.draw(st.lists(row, max_size=40, unique_by=lambda each: each[1]))
    limits = data.draw(st.lists(st.integers(-1, 40), min_size=slots, max_size=slots))
    cut = data.draw(st.integers(0, len(rows)))

    def read() -> Iterator[Sized]:
        yield sized(rows[cut:])
        yield sized(rows[:cut])

    wanted = [plain(rows, slot, limit) for slot, limit in enumerate(limits)]
    assert cutoffs(read, np.array(limits, dtype=np.int64)) == wanted


def test_nothing_is_read_where_nothing_is_limited() -> None:
    def read() -> Iterator[Sized]:
        raise AssertionError("read")

    assert cutoffs(read, np.array([-1, -1])) == [EVERYTHING, EVERYTHING]


def test_sums_do_not_lose_a_byte_of_large_sizes() -> None:
    rows = [(0, 1, 2**53), (0, 2, 1), (0, 3, 1)]
    assert cutoffs(lambda: iter([sized(rows)]), np.array([2**53 + 1])) == [3]
    assert cutoffs(lambda: iter([sized(rows)]), np.array([2**53 + 2])) == [EVERYTHING]
