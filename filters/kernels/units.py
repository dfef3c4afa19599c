"""The fast twin of `filters.units.units`: a number for each unit of a text, in one pass over its UTF-8."""

from functools import cache
from typing import NamedTuple
from unicodedata import is_normalized

import numpy as np

from filters.kernels.compiled import Array, Int, constant, inner
from filters.kernels.decoding import code_point
from filters.minhash import BASE as BASE_NUMBER
from filters.minhash import mark, spelled
from filters.signing import Unit
from filters.units import LONE
from filters.units import table as forms

BASE, ONE, NOTHING = np.uint64(BASE_NUMBER), np.uint64(1), np.uint64(0)

SEPARATES, LETTER, MARK, ALONE = 0, 1, 2, 3
"""What a code point does: it separates, it is a letter or a mark of a word, it is a unit."""


class Cutting(NamedTuple):
    """How texts are cut into units."""

    kinds: Array  # [0x110000] uint8, one of the four
    numbers: Array  # [0x110000] uint64, filters.minhash.spelled of its lower case; 0 of what separates
    bytes: int  # of a text, for each unit that it has beyond the first, at least


@cache
def cutting(unit: Unit) -> Cutting:
    """What `cut` needs. A word takes two bytes with what separates it, and a character of its own two or more."""
    table = forms(unit)
    kinds = np.where(table & np.uint32(LONE), ALONE, table != 0).astype(np.uint8)
    numbers = (table & ~np.uint32(LONE)).astype(np.uint64)
    for code in np.flatnonzero(table).tolist():
        lower = chr(numbers[code])
        if kinds[code] == LETTER and mark(lower):
            kinds[code] = MARK
        if mark(lower) or not is_normalized("NFD", lower):
            numbers[code] = spelled(lower)
    return Cutting(constant(kinds), constant(numbers), 2 if unit == "words" else 1)


@inner
def cut(data: Array, start: Int, end: Int, kinds: Array, numbers: Array, hashes: Array, at: Int) -> Int:
    """Write `filters.minhash.spelled` of each unit into `hashes` from `at` on; where the last one ends.

    data: uint8; hashes: uint64, with room for a unit every `Cutting.bytes` bytes and one more.
    """
    value, inside = NOTHING, False
    while start < end:
        code, width = np.int64(data[start]), 1
        if code >= 0x80:
            code, width = code_point(data, start)
        start += width
        kind, number = kinds[code], numbers[code]
        if kind == ALONE:
            hashes[at] = value
            at += inside
            hashes[at] = number
            at += 1
            value, inside = NOTHING, False
            continue
        # Without a branch: words are short, and where one ends cannot be foreseen. The place is written again until
        # the unit is whole.
        hashes[at] = value
        at += inside & (kind == SEPARATES)
        inside = kind != SEPARATES
        value = value * (BASE if kind == LETTER else ONE if kind == MARK else NOTHING) + number
    if inside:
        hashes[at] = value
        at += 1
    return at
