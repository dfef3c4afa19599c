"""MinHash signatures: two texts that share most of their shingles very likely have an equal band.

A shingle is five neighbouring units: words, or characters where a language does not separate words. A signature holds
the lowest value of each of 112 hash functions over a text's distinct shingles; two signatures agree in a row with the
probability of the Jaccard similarity s of the two sets. Eight rows make a band, fourteen bands are compared, so a pair
is found with probability 1 - (1 - s^8)^14: 56 % at s = 0.70, 77 % at 0.75, 92 % at 0.80, 98.8 % at 0.85.
Source of 5, 14 and 8: FineWeb (datatrove).

The definition, for whoever writes it again:

- shingle hash x: XXH64 with seed 0 of the UTF-8 of the five units joined by a newline, which no unit holds;
- row i: the lowest a[i] * x + b[i] mod 2^64 over the distinct x, where a[i] (with its lowest bit set) and b[i] are
  numbers 2i and 2i + 1 of splitmix64 started at SEED;
- band j: XXH64 with seed j of rows 8j to 8j + 7 as little-endian 64-bit numbers.

Changing any of this makes stored signatures worthless; tests pin the values.
"""

from collections.abc import Iterable, Sequence
from functools import cache

import numpy as np
import xxhash
from numpy.typing import NDArray

SHINGLE_UNITS = 5
BANDS = 14
ROWS = 8
SEED = 2022
CHUNK = 512
"""Shingles that are hashed 112 ways at a time: 0.5 MB of numbers, which stay in the processor's cache."""

Numbers = NDArray[np.uint64]


def characters(text: str) -> str:
    """The units of a text without word separators: its characters, lower-cased, white space left out.

    >>> characters("小山羊，\\n你去 哪里呢？ OK")
    '小山羊，你去哪里呢？ok'
    """
    return "".join(text.lower().split())


def shingles(units: Sequence[str], n: int = SHINGLE_UNITS) -> Numbers | None:
    """Distinct 64-bit hashes of all runs of `n` units, ascending; None for a text of fewer than `n` units.

    Such a text has no shingle, so nothing says what it resembles: it is nobody's duplicate.

    >>> len(shingles("ẹ kú iṣẹ́ o ẹ kú iṣẹ́ o ẹ kú".split()))  # ten words, six runs, two of them twice
    4
    >>> shingles("我的小山").__class__.__name__, len(shingles("我的小山羊"))
    ('NoneType', 1)
    """
    if len(units) < n:
        return None
    encoded = [unit.encode() for unit in units]
    text = memoryview(b"\n".join(encoded))
    ends = np.cumsum([len(unit) + 1 for unit in encoded])  # [units] where the next unit starts
    starts = [0, *ends[:-n].tolist()]
    hashed = (xxhash.xxh64_intdigest(text[a : b - 1]) for a, b in zip(starts, ends[n - 1 :].tolist(), strict=True))
    return np.unique(np.fromiter(hashed, dtype=np.uint64, count=len(starts)))


def signature(hashes: Numbers) -> Numbers:
    """The lowest value of each hash function over a text's shingle hashes: [112] uint64."""
    multipliers, offsets = _constants()
    lowest = np.full(BANDS * ROWS, np.iinfo(np.uint64).max, dtype=np.uint64)
    for start in range(0, len(hashes), CHUNK):
        values = hashes[start : start + CHUNK, None] * multipliers  # [chunk, 112] uint64, modulo 2^64
        values += offsets
        np.minimum(lowest, values.min(axis=0), out=lowest)
    return lowest


def bands(signature: Numbers) -> Numbers:
    """One number for each band of a signature, [14] uint64. Texts with an equal one in the same place are a pair."""
    rows = signature.astype("<u8").reshape(BANDS, ROWS)
    return np.array([xxhash.xxh64_intdigest(rows[j].tobytes(), seed=j) for j in range(BANDS)], dtype=np.uint64)


def sign(texts: Iterable[Sequence[str]]) -> list[Numbers | None]:
    """The bands of each text of a batch, given as units; None where a text has fewer than five.

    >>> story = "Sane at the market . Ooh ! Many fruits . Sweet apples .".lower().split()
    >>> same, short = sign([story, story[:4]])
    >>> same.shape, same.dtype, short
    ((14,), dtype('uint64'), None)
    """
    hashed = (shingles(units) for units in texts)
    return [None if hashes is None else bands(signature(hashes)) for hashes in hashed]


def similarity(one: Numbers, other: Numbers) -> float:
    """Estimated Jaccard similarity of two texts from their signatures, in [0, 1]; standard error at most 0.047."""
    return float(np.mean(one == other))


@cache
def _constants() -> tuple[Numbers, Numbers]:
    """Multipliers and offsets of the hash functions: twice [112] uint64."""
    numbers = np.array(_splitmix64(SEED, 2 * BANDS * ROWS), dtype=np.uint64).reshape(-1, 2)
    return numbers[:, 0] | np.uint64(1), numbers[:, 1].copy()


def _splitmix64(state: int, count: int) -> list[int]:
    """The first numbers of the splitmix64 generator (Steele, Lea and Flood 2014; constants from Vigna's version)."""
    numbers = []
    for _ in range(count):
        state = (state + 0x9E3779B97F4A7C15) % 2**64
        mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB % 2**64
        numbers.append(mixed ^ (mixed >> 31))
    return numbers
