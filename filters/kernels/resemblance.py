"""How many numbers two ascending lists share: the kernel of `filters.resemblance`."""

import numpy as np

from filters.kernels.compiled import Array, Int, compiled, inner

UNEVEN = 16
"""How many times longer one list has to be for its numbers to be looked up: a look-up takes some 20 steps."""


@compiled
def count_shared(
    ones: Array, one_starts: Array, others: Array, other_starts: Array, pairs: Array, found: Array
) -> None:
    """Write for each pair how many numbers the two lists share.

    ones, others: uint64, ascending and distinct in each list; starts: [lists + 1] int64; pairs: [pairs, 2] int64 places
    of a list among the ones and of one among the others; found: [pairs] int64.
    """
    for pair in range(len(pairs)):
        one, other = pairs[pair, 0], pairs[pair, 1]
        start, end = one_starts[one], one_starts[one + 1]
        first, last = other_starts[other], other_starts[other + 1]
        if end - start > last - first:
            found[pair] = _shared(others, first, last, ones, start, end)
        else:
            found[pair] = _shared(ones, start, end, others, first, last)


@inner
def _shared(few: Array, at: Int, end: Int, many: Array, place: Int, last: Int) -> Int:
    """How many of the numbers few[at:end] are among many[place:last]."""
    shared = 0
    if (end - at) * UNEVEN < last - place:
        for number in few[at:end]:
            place = _first_not_below(many, place, last, number)
            if place == last:
                break
            shared += many[place] == number
        return shared
    while at < end and place < last:
        one, other = few[at], many[place]
        shared += one == other
        at += one <= other
        place += other <= one
    return shared


@inner
def _first_not_below(numbers: Array, low: Int, high: Int, wanted: Int) -> Int:
    """The first place of numbers[low:high], which ascend, that is not below the wanted one; `high` for none."""
    while low < high:
        middle = np.int64((low + high) >> 1)
        if numbers[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low
