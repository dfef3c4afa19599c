"""The fast twin of `filters.minhash.shingles`: hashes of all runs of `n` units of many texts."""

import numpy as np
import pyarrow as pa

from filters.kernels.compiled import Array, Int, compiled, inner
from filters.kernels.strings import buffers
from filters.kernels.units import Cutting, cut, cutting
from filters.minhash import STEP as STEP_NUMBER
from filters.signing import MinHash

STEP = np.uint64(STEP_NUMBER)
ONE = np.uint64(1)
FIRST, SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
"""The multipliers of `filters.minhash.mixed`."""
BY_30, BY_27, BY_31 = np.uint64(30), np.uint64(27), np.uint64(31)


@inner
def mixed(number: Int) -> Int:
    """`filters.minhash.mixed`. uint64"""
    number = (number ^ (number >> BY_30)) * FIRST
    number = (number ^ (number >> BY_27)) * SECOND
    return number ^ (number >> BY_31)


@inner
def shingle(data: Array, start: Int, end: Int, kinds: Array, numbers: Array, n: Int, hashes: Array, at: Int) -> Int:
    """Write the hash of each shingle of a text, in the text's order, into `hashes` from `at` on; where they end."""
    units = cut(data, start, end, kinds, numbers, hashes, at) - at
    count = units - n + 1
    if count <= 0:
        return at
    power = ONE
    for _ in range(n):
        power *= STEP
    # One loop for each of the steps: those that mix are done eight numbers at a time where the processor can.
    for place in range(at, at + units):
        hashes[place] = mixed(hashes[place])
    value = np.uint64(0)
    for place in range(at, at + n):
        value = value * STEP + hashes[place]
    for place in range(at, at + count - 1):
        oldest, hashes[place] = hashes[place], value
        value = value * STEP + (hashes[place + n] - oldest * power)
    hashes[at + count - 1] = value
    for place in range(at, at + count):
        hashes[place] = mixed(hashes[place])
    return at + count


@inner
def distinct(hashes: Array, start: Int, end: Int) -> Int:
    """Sort a part of `hashes`, and leave one of each at its beginning; where the last one ends."""
    part = hashes[start:end]
    part.sort()
    kept = min(1, len(part))
    for place in range(1, len(part)):
        if part[place] != part[place - 1]:
            part[kept] = part[place]
            kept += 1
    return start + kept


def shingle_all(texts: pa.Array, how: MinHash) -> tuple[Array, Array]:
    """Distinct hashes of the shingles of texts, ascending in each; and where each text's end. uint64; [texts] int64"""
    data, offsets = buffers(texts)
    prepared = cutting(how.unit)
    hashes = np.empty(room(offsets, prepared), np.uint64)
    ends = np.empty(len(texts), np.int64)
    _shingle_all(data, offsets, prepared.kinds, prepared.numbers, how.n, hashes, ends)
    return hashes[: ends[-1] if len(ends) else 0].copy(), ends


def room(offsets: Array, prepared: Cutting) -> int:
    """How many units texts can have at most."""
    return int(offsets[-1] - offsets[0]) // prepared.bytes + len(offsets)


@compiled
def _shingle_all(data: Array, offsets: Array, kinds: Array, numbers: Array, n: Int, hashes: Array, ends: Array) -> None:
    """data: [bytes] uint8; offsets: [texts + 1] int32; hashes: uint64 and ends: [texts] int64 are written."""
    at = np.int64(0)
    for text in range(len(offsets) - 1):
        end = shingle(data, np.int64(offsets[text]), np.int64(offsets[text + 1]), kinds, numbers, n, hashes, at)
        at = distinct(hashes, at, end)
        ends[text] = at
