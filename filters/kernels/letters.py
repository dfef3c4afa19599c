"""Texts without what does not count when they are compared: the kernel of `filters.cleaning_duplicates.letters_of`."""

from functools import cache

import numpy as np

from filters.cleaning_duplicates import letters_of
from filters.kernels.compiled import Array, compiled, constant
from filters.kernels.decoding import code_point
from filters.kernels.tables import CODE_POINTS, changed_by


@cache
def counting() -> Array:
    """[code points] uint8, 1 for each that counts, 0 for white space, decimal digits and ASCII punctuation."""
    found = np.ones(CODE_POINTS, np.uint8)
    found[list(map(ord, changed_by(letters_of)))] = 0
    return constant(found)


@compiled
def keep_letters(data: Array, offsets: Array, counts: Array, out: Array, ends: Array) -> None:
    """Write what counts of each text, one after the other, into `out`, and where it starts and ends into `ends`.

    data: [bytes] uint8; offsets: [texts + 1] int32; counts: `counting`; out: [bytes of the texts, and one] uint8;
    ends: [texts + 1] int64.
    """
    to = np.int64(0)
    ends[0] = 0
    for text in range(len(offsets) - 1):
        at, end = np.int64(offsets[text]), np.int64(offsets[text + 1])
        while at < end:
            byte = data[at]
            if byte < 0x80:
                out[to] = byte
                to += np.int64(counts[byte])
                at += 1
                continue
            code, width = code_point(data, at)
            if counts[code]:
                for each in range(at, at + width):
                    out[to] = data[each]
                    to += 1
            at += width
        ends[text + 1] = to
