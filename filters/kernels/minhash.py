"""The fast twin of `filters.minhash`: the rows of signatures, their bands and sketches, of many texts."""

from typing import NamedTuple

import numpy as np
import pyarrow as pa

from filters import minhash
from filters.kernels.compiled import Array, Int, compiled, inner
from filters.kernels.shingles import distinct, mixed, shingle
from filters.kernels.strings import buffers
from filters.kernels.units import cutting
from filters.signing import MinHash

BASE = np.uint64(minhash.BASE)
EMPTY = np.uint64(minhash.EMPTY)
LOWER_HALF, HALF = np.uint64(0xFFFFFFFF), np.uint64(32)
BYTE = np.uint64(0xFF)
ROUNDS_BEFORE_SORTING = 4
"""A text whose shingles leave rows empty for so long repeats itself, or is short."""


class Signatures(NamedTuple):
    """Signatures of those texts that have one, in their order."""

    signed: Array  # [texts] bool, whether it has one
    bands: Array  # [signed texts, bands] uint64
    sketches: Array  # [signed texts, bands * rows] uint8


class Task(NamedTuple):
    """What texts are signed with."""

    kinds: Array  # [0x110000] uint8
    numbers: Array  # [0x110000] uint64
    n: int
    bands: int
    rows: int
    shift: Int  # bits of a row that are left out. uint64
    start: Int  # what the seed makes of itself. uint64


class Room(NamedTuple):
    """What the signature of one text is made in."""

    hashes: Array  # [units of the longest text] uint64
    lowest: Array  # [bands * rows] uint64
    filled: Array  # [bands * rows] int32, the round that filled a row


def sign_all(texts: pa.Array, how: MinHash) -> Signatures:
    """The signatures of texts: strings without nulls.

    Memory: 4 bytes for each byte of the longest text, or 8 where units are characters; and what is returned.
    """
    data, offsets = buffers(texts)
    prepared = cutting(how.unit)
    functions = how.functions
    longest = int(np.diff(offsets).max(initial=0))
    room = Room(
        np.empty(longest // prepared.bytes + 1, np.uint64),
        np.empty(functions, np.uint64),
        np.empty(functions, np.int32),
    )
    start = np.uint64(minhash.mixed(how.seed))
    task = Task(prepared.kinds, prepared.numbers, how.n, how.bands, how.rows, np.uint64(64 - how.bits), start)
    found = Signatures(
        np.empty(len(texts), np.bool_),
        np.empty((len(texts), how.bands), np.uint64),
        np.empty((len(texts), functions), np.uint8),
    )
    count = _sign_all(data, offsets, task, room, found)
    return Signatures(found.signed, found.bands[:count], found.sketches[:count])


@compiled
def _sign_all(data: Array, offsets: Array, task: Task, room: Room, found: Signatures) -> Int:
    """How many texts have a signature. data: [bytes] uint8; offsets: [texts + 1] int32; room and found are written."""
    kinds, numbers, n, hashes = task.kinds, task.numbers, task.n, room.hashes
    written = 0
    for text in range(len(offsets) - 1):
        count = shingle(data, np.int64(offsets[text]), np.int64(offsets[text + 1]), kinds, numbers, n, hashes, 0)
        found.signed[text] = count > 0
        if count:
            fill(hashes, count, task.start, room.lowest, room.filled)
            _write(room.lowest, task, found.bands[written], found.sketches[written])
            written += 1
    return written


@inner
def fill(hashes: Array, count: Int, start: Int, lowest: Array, filled: Array) -> None:
    """The rows of one signature, before they are cut to their bits: `filters.minhash.minima`.

    hashes: [count or more] uint64, sorted where that helps; lowest: [bands * rows] uint64 is written; filled: as many
    int32 to work with, the round that filled each row.
    """
    functions, added = np.uint64(len(lowest)), start + BASE
    lowest[:] = EMPTY
    for place in range(count):
        value = mixed(hashes[place] + added)
        row = np.int64((value & LOWER_HALF) * functions >> HALF)
        lowest[row] = min(lowest[row], value)  # without a branch, which could not be foreseen
    number, empty = 0, 0
    for each in range(len(lowest)):
        filled[each] = 0
        empty += lowest[each] == EMPTY
    while empty:
        number += 1
        added += BASE
        if number == ROUNDS_BEFORE_SORTING:
            count = distinct(hashes, 0, count)
        if number < len(lowest):
            empty -= _filled(hashes, count, added, number, lowest, filled)
            continue
        left = number - len(lowest)
        if lowest[left] == EMPTY:
            empty -= 1
            for place in range(count):
                lowest[left] = min(lowest[left], mixed(hashes[place] + added))


@inner
def _filled(hashes: Array, count: Int, added: Int, number: Int, lowest: Array, filled: Array) -> Int:
    """Fill rows that are empty before this round; how many there were."""
    functions, rows = np.uint64(len(lowest)), 0
    for place in range(count):
        value = mixed(hashes[place] + added)
        row = np.int64((value & LOWER_HALF) * functions >> HALF)
        if lowest[row] == EMPTY:
            rows += 1
            lowest[row], filled[row] = value, number
        elif filled[row] == number:
            lowest[row] = min(lowest[row], value)
    return rows


@inner
def _write(lowest: Array, task: Task, bands: Array, sketch: Array) -> None:
    """The bands and the sketch of one signature. [bands] uint64 and [bands * rows] uint8 are written."""
    shift, rows = task.shift, task.rows
    for band in range(task.bands):
        value = np.uint64(band)
        for at in range(band * rows, (band + 1) * rows):
            row = lowest[at] >> shift
            sketch[at] = row & BYTE
            value = value * BASE + row
        bands[band] = mixed(value)
