"""How often each run of characters or of words stands in a text, in tables of bounded size.

Open addressing: a run's slot is found by a hash, and runs are compared whole before they are taken for the same, so
no collision can change a value. A slot is one number, place << 32 | count: the place where the run stands first, from
1, beyond those of all texts before, so that a slot of an earlier text is seen to be free without clearing the table;
and the number of times it was met.

A text with more different runs than the slots can hold is read several times; each time the runs whose hash falls
into one part are counted. So memory has a bound, whatever the text. Only if a text is made so that one part overflows,
which needs knowledge of the hash, the table grows: the values stay right.
"""

from typing import NamedTuple

import numpy as np

from filters.kernels.compiled import Array, Int, inner

BASE = np.uint64(0x9E3779B97F4A7C15)
"""Of the polynomial hashes: odd, its bits without pattern (2^64 divided by the golden ratio)."""
SPREAD = np.uint64(0xD6E8FEB86659FD93)
"""Multiplier that makes the upper bits of a hash depend on all (the finaliser rrmxmx of P. Evensen, 2018)."""
HALF = np.uint64(32)
COUNT = np.uint64(0xFFFFFFFF)
ONE = np.uint64(1)
LAST_PLACE = 0xFFFFFFF0
FEWEST_SLOTS = 64
FREQUENT = 1 << 12
"""Runs that occur more often than this are kept one by one, the others in a histogram."""


class Table(NamedTuple):
    """What counting works with; made for a batch, used by its texts one after the other."""

    slots: Array  # [power of 2] uint64
    most_slots: int  # slots taken for one text at most, a power of 2
    hash_bits: Int  # bits of a hash that are used: all 64, fewer in tests. uint64
    last: Array  # [1] int64, the last place that was given away
    histogram: Array  # [FREQUENT] int64, number of runs that occur so often; 0 between texts


class Tally(NamedTuple):
    """What is known of the runs of a text when a part of them was counted."""

    distinct: int
    repeated: int  # those of them that occur more than once
    frequent: int  # those of them that occur FREQUENT times or more
    largest: int  # the largest count below FREQUENT


@inner
def mixed(value: Int, hash_bits: Int) -> Int:
    """A hash in which every bit depends on all bits of the value. uint64"""
    value = (value ^ (value >> HALF)) * SPREAD
    return (value ^ (value >> HALF)) & hash_bits


@inner
def power(exponent: Int) -> Int:
    """BASE to a power. uint64"""
    found = ONE
    for _ in range(exponent):
        found *= BASE
    return found


@inner
def passes_and_slots(total: Int, most_slots: Int) -> tuple[Int, Int]:
    """How often a text with so many runs is read at most, and with how many slots: powers of 2.

    Half the slots stay free when all runs differ, in that many passes.
    """
    passes, slots = 1, FEWEST_SLOTS
    while slots < most_slots and slots < 2 * total:
        slots *= 2
    while passes * slots < 2 * total:
        passes *= 2
    return passes, slots


@inner
def bits(power_of_2: Int) -> Int:
    """The exponent of a power of 2."""
    found = 0
    while power_of_2 > 1:
        power_of_2 >>= 1
        found += 1
    return found


@inner
def reserved(table: Table, slots: Array, count: Int) -> Int:
    """The place before the first of so many new ones; where places run out, the slots are cleared."""
    if table.last[0] + count > LAST_PLACE:
        table.last[0] = 0
        slots[:] = 0
        table.slots[:] = 0
    before = table.last[0]
    table.last[0] += count
    return np.int64(before)


@inner
def same(codes: Array, one: Int, other: Int, length: Int) -> bool:
    """Whether two runs of code points are equal."""
    for at in range(length):
        if codes[one + at] != codes[other + at]:
            return False
    return True


@inner
def character_repetition(codes: Array, length: Int, n: Int, fixed: bool, table: Table) -> float:
    """The measure of that name of `filters.measures`, for a text of so many code points. codes: uint32"""
    total = length - n + 1
    if total <= 0:
        return 0.0
    most_passes, size = passes_and_slots(total, table.most_slots)
    passes, slots = 1, table.slots
    frequent = np.empty(total // FREQUENT + 1, np.int64)  # counts that the histogram does not hold
    tally, part = Tally(0, 0, 0, 0), 0
    while part < passes:
        complete, tally = _count_characters(codes, total, n, table, slots[:size], part, passes, tally, frequent)
        part += 1
        if not complete:
            if passes == most_passes:
                size *= 2
                slots = np.zeros(size, np.uint64)
            passes = most_passes
            table.histogram[:] = 0
            tally, part = Tally(0, 0, 0, 0), 0
    most = tally.repeated if fixed else tally.distinct - tally.repeated
    k = min(_root(tally.distinct), most)
    return float(_sum_of_largest(k, frequent, tally, table.histogram) / total)


@inner
def _count_characters(
    codes: Array,
    total: Int,
    n: Int,
    table: Table,
    slots: Array,
    part: Int,
    passes: Int,
    tally: Tally,
    frequent: Array,
) -> tuple[bool, Tally]:
    """Count the runs of one part; False where there are too many for the slots."""
    base, size = reserved(table, slots, total), len(slots)
    shift, last_slot, room = np.uint64(64 - bits(size)), size - 1, size - size // 4
    parts, oldest = np.uint64(passes - 1), power(n - 1)
    distinct, repeated, found, largest = 0, tally.repeated, tally.frequent, tally.largest
    histogram, hash_bits = table.histogram, table.hash_bits
    value = np.uint64(0)
    for at in range(n - 1):
        value = value * BASE + np.uint64(codes[at])
    before = -2  # where the run before this one stood first, if it had been met
    for at in range(total):
        newest = codes[at + n - 1]
        value = value * BASE + np.uint64(newest)
        spread = mixed(value, hash_bits)
        value -= np.uint64(codes[at]) * oldest
        if spread & parts != np.uint64(part):
            before = -2
            continue
        slot = np.int64(spread >> shift) & last_slot
        while True:
            entry = slots[slot]
            first = np.int64(entry >> HALF) - base - 1
            if first < 0:
                slots[slot] = np.uint64(base + at + 1) << HALF | ONE
                distinct += 1
                before = -2
                break
            # A run that goes on where the one before it did has only one new character.
            if codes[first + n - 1] == newest and (first == before + 1 or same(codes, first, at, n - 1)):
                slots[slot] = entry + ONE
                count = np.int64(entry & COUNT) + 1
                repeated += count == 2
                if count < FREQUENT:
                    histogram[count] += 1
                    histogram[count - 1] -= 1
                    largest = max(largest, int(count))
                elif count == FREQUENT:
                    histogram[count - 1] -= 1
                    frequent[found] = slot
                    found += 1
                before = first
                break
            slot = (slot + 1) & last_slot
        if distinct > room:
            return False, tally
    for which in range(tally.frequent, found):
        frequent[which] = np.int64(slots[frequent[which]] & COUNT)
    return True, Tally(tally.distinct + distinct, repeated, found, largest)


@inner
def _sum_of_largest(k: Int, frequent: Array, tally: Tally, histogram: Array) -> Int:
    """Sum of the k largest counts. Leaves the histogram as it was before the text."""
    found = 0
    counts = np.sort(frequent[: tally.frequent])
    for at in range(len(counts) - 1, max(len(counts) - 1 - k, -1), -1):
        found += counts[at]
    left = k - min(k, len(counts))
    for count in range(tally.largest, 1, -1):
        taken = min(left, histogram[count])
        found += taken * count
        left -= taken
        histogram[count] = 0
    histogram[1] = 0
    return found + left  # beyond the repeated runs, the rest of the k most frequent occur once each


@inner
def _root(number: Int) -> Int:
    """The whole part of the square root."""
    found = np.int64(np.sqrt(number))
    while found * found > number:
        found -= 1
    while (found + 1) * (found + 1) <= number:
        found += 1
    return found


@inner
def word_repetition(codes: Array, starts: Array, hashes: Array, words: Int, n: Int, table: Table) -> float:
    """The measure of that name of `filters.measures`, for words as `filters.kernels.cutting` leaves them."""
    total = words - n + 1
    if total <= 0:
        return 0.0
    most_passes, size = passes_and_slots(total, table.most_slots)
    passes, slots = 1, table.slots
    repeated, part = 0, 0
    while part < passes:
        found = _count_words(codes, starts, hashes, total, n, table, slots[:size], part, passes)
        repeated += found
        part += 1
        if found < 0:
            if passes == most_passes:
                size *= 2
                slots = np.zeros(size, np.uint64)
            passes, repeated, part = most_passes, 0, 0
    return float(repeated / total)


@inner
def _count_words(
    codes: Array,
    starts: Array,
    hashes: Array,
    total: Int,
    n: Int,
    table: Table,
    slots: Array,
    part: Int,
    passes: Int,
) -> Int:
    """Occurrences of the runs of one part that occur more than once; -1 where there are too many for the slots."""
    base, size = reserved(table, slots, total), len(slots)
    shift, last_slot, room = np.uint64(64 - bits(size)), size - 1, size - size // 4
    parts, oldest = np.uint64(passes - 1), power(n - 1)
    distinct, repeated, hash_bits = 0, 0, table.hash_bits
    value = np.uint64(0)
    for at in range(n - 1):
        value = value * BASE + hashes[at]
    for at in range(total):
        value = value * BASE + hashes[at + n - 1]
        spread = mixed(value, hash_bits)
        value -= hashes[at] * oldest
        if spread & parts != np.uint64(part):
            continue
        slot = np.int64(spread >> shift) & last_slot
        start = np.int64(starts[at])
        length = starts[at + n] - start
        while True:
            entry = slots[slot]
            first = np.int64(entry >> HALF) - base - 1
            if first < 0:
                slots[slot] = np.uint64(base + at + 1) << HALF | ONE
                distinct += 1
                break
            begin = np.int64(starts[first])
            if starts[first + n] - begin == length and same(codes, begin, start, length):
                slots[slot] = entry + ONE
                repeated += 2 if entry & COUNT == ONE else 1
                break
            slot = (slot + 1) & last_slot
        if distinct > room:
            return -1
    return repeated
