"""The kernel counts what sets share, whichever of the two is the longer one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.kernels.compiled import constant
from filters.kernels.resemblance import UNEVEN, count_shared

NUMBERS = st.sets(st.integers(0, 40) | st.integers(2**64 - 20, 2**64 - 1), max_size=60)


def shared(one: set[int], other: set[int]) -> int:
    ones, others = (np.array(sorted(each), np.uint64) for each in (one, other))
    ends = [np.array([0, len(each)], np.int64) for each in (ones, others)]
    found = np.empty(1, np.int64)
    arrays = (ones, ends[0], others, ends[1], np.zeros((1, 2), np.int64))
    count_shared(*map(constant, arrays), found)
    return int(found[0])


@given(NUMBERS, NUMBERS)
def test_what_two_sets_share(one: set[int], other: set[int]) -> None:
    assert shared(one, other) == len(one & other)


@pytest.mark.parametrize("length", [UNEVEN - 1, UNEVEN, UNEVEN + 1, 100 * UNEVEN])
def test_a_short_set_beside_a_long_one(length: int) -> None:
    long = set(range(5, 5 + 3 * length, 3))
    for short in ({1}, {5}, {6}, {max(long)}, {max(long) + 1}, {4, 5, max(long)}):
        assert shared(short, long) == shared(long, short) == len(short & long)
