"""Which items of benchmarks texts hold most of: the kernel of `filters.contamination`, in one pass over each text."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from filters.contamination import Index
from filters.kernels.compiled import Array, Int, compiled, constant, inner
from filters.kernels.shingles import ONE, STEP, mixed
from filters.kernels.strings import buffers
from filters.kernels.units import cut, cutting


class Grams(NamedTuple):
    """The grams of an index (see `filters.contamination.Index`), and where to look for one."""

    sizes: Array  # [sizes] int64, of how many units there are grams
    sieve: Array  # uint8, for each size bits that are set where a gram's upper bits are so many
    sieves: Array  # [sizes] int64, the first byte of each
    sifts: Array  # [sizes] uint64, by how much a hash is shifted for the bit
    hashes: Array  # [grams] uint64, ascending and distinct
    begin: Array  # [2^(64 - shift) + 1] int32, the place of the first gram whose upper bits are so many
    shift: Int  # by how much a hash is shifted for its upper bits. uint64
    starts: Array  # [grams + 1] int64, where the items of a gram are
    items: Array  # [occurrences] int32
    lengths: Array  # [items] int32, the grams of each
    benchmarks: Array  # [items] int32, the benchmark of each


BITS_FOR_A_GRAM = 8
"""Of a sieve: one run in nine or more of a text is looked up that is none of the grams, the others cost one bit."""


class Room(NamedTuple):
    """What is worked in; the marks and counts of one text are not left to the next."""

    units: Array  # [units of the longest text] uint64
    seen: Array  # [grams] int32, the last text that has a gram, from 1
    counts: Array  # [items] int32, zeros
    touched: Array  # [items] int32


def prepared(index: Index) -> Grams:
    """What the kernel needs of an index."""
    upper = max(1, len(index.hashes).bit_length())
    shift = np.uint64(64 - upper)
    counts = np.bincount((index.hashes >> shift).astype(np.int64), minlength=1 << upper)
    begin = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    sizes = np.unique(index.sizes)
    sieves, sifts = [], []
    for size in sizes:
        hashes = index.hashes[index.sizes == size]
        bits = max(3, (BITS_FOR_A_GRAM * len(hashes)).bit_length())
        sifts.append(64 - bits)
        there = np.zeros(1 << bits, np.bool_)
        there[hashes >> np.uint64(64 - bits)] = True
        sieves.append(np.packbits(there, bitorder="little"))
    starts = np.cumsum([0, *map(len, sieves)])[:-1].astype(np.int64)
    sieve = np.concatenate([np.zeros(0, np.uint8), *sieves])
    looking = (sizes.astype(np.int64), sieve, starts, np.array(sifts, np.uint64), index.hashes, begin, shift)
    found = Grams(*looking, index.starts, index.items, index.lengths, index.benchmarks)
    return Grams(*(constant(value) if isinstance(value, np.ndarray) else value for value in found))


def best_items(texts: pa.Array, grams: Grams, benchmarks: int) -> tuple[Array, Array]:
    """For each text and benchmark the item that it holds the largest share of, the first of equals, and that share.

    Strings without nulls. [texts, benchmarks] int32, -1 for none; [texts, benchmarks] float64.
    """
    data, offsets = buffers(texts)
    units = cutting("words")
    room = Room(
        np.empty(int(np.diff(offsets).max(initial=0)) // units.bytes + 2, np.uint64),
        np.zeros(len(grams.hashes), np.int32),
        np.zeros(len(grams.lengths), np.int32),
        np.empty(len(grams.lengths), np.int32),
    )
    best, share = np.full((len(texts), benchmarks), -1, np.int32), np.zeros((len(texts), benchmarks))
    _best_items(data, offsets, units.kinds, units.numbers, grams, room, best, share)
    return best, share


@compiled
def _best_items(
    data: Array, offsets: Array, kinds: Array, numbers: Array, grams: Grams, room: Room, best: Array, share: Array
) -> None:
    """data: [bytes] uint8; offsets: [texts + 1] int32; best and share are written."""
    for text in range(len(offsets) - 1):
        start, end = np.int64(offsets[text]), np.int64(offsets[text + 1])
        units = cut(data, start, end, kinds, numbers, room.units, 0)
        for place in range(units):
            room.units[place] = mixed(room.units[place])
        touched = 0
        for size in range(len(grams.sizes)):
            if grams.sizes[size] <= units:
                touched = _count(units, size, text + 1, grams, room, touched)
        for item in room.touched[:touched]:
            part, benchmark = room.counts[item] / grams.lengths[item], grams.benchmarks[item]
            room.counts[item] = 0
            largest = share[text, benchmark]
            if part > largest or (part == largest and item < best[text, benchmark]):
                best[text, benchmark], share[text, benchmark] = item, part


@inner
def _count(units: Int, size: Int, mark: Int, grams: Grams, room: Room, touched: Int) -> Int:
    """Count for each item its grams of a size in a text, each once; how many items were touched so far."""
    n, sift, sieve = grams.sizes[size], grams.sifts[size], grams.sieve[grams.sieves[size] :]
    power, value = ONE, np.uint64(0)
    for place in range(n):
        power *= STEP
        value = value * STEP + room.units[place]
    for place in range(n, units + 1):
        wanted = mixed(value)
        bit = np.int64(wanted >> sift)
        if sieve[bit >> 3] >> (bit & 7) & 1:
            touched = _look_up(wanted, mark, grams, room, touched)
        if place < units:
            value = value * STEP + (room.units[place] - room.units[place - n] * power)
    return touched


@inner
def _look_up(wanted: Int, mark: Int, grams: Grams, room: Room, touched: Int) -> Int:
    """Count the gram of this hash, if it is one, for each item that has it; how many items were touched so far."""
    upper = np.int64(wanted >> grams.shift)
    for gram in range(grams.begin[upper], grams.begin[upper + 1]):
        if grams.hashes[gram] == wanted and room.seen[gram] != mark:
            room.seen[gram] = mark
            for occurrence in range(grams.starts[gram], grams.starts[gram + 1]):
                item = grams.items[occurrence]
                if room.counts[item] == 0:
                    room.touched[touched] = item
                    touched += 1
                room.counts[item] += 1
    return touched
