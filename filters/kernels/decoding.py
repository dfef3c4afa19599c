"""UTF-8 and code points: the reading of bytes, and lower case where it cannot be told one code point at a time.

The bytes are valid UTF-8, as Arrow's strings are.
"""

import numpy as np

from filters.kernels.compiled import Array, Int, inner
from filters.kernels.tables import CASED, DOTTED, FINAL_SIGMA, IGNORABLE, SIGMA, SPECIAL


@inner
def code_point(data: Array, at: Int) -> tuple[Int, Int]:
    """The code point that starts at a byte, and its number of bytes."""
    first = np.int64(data[at])
    if first < 0x80:
        return first, 1
    second = np.int64(data[at + 1]) & 0x3F
    if first < 0xE0:
        return (first & 0x1F) << 6 | second, 2
    third = np.int64(data[at + 2]) & 0x3F
    if first < 0xF0:
        return (first & 0x0F) << 12 | second << 6 | third, 3
    return (first & 0x07) << 18 | second << 12 | third << 6 | np.int64(data[at + 3]) & 0x3F, 4


@inner
def start_of_last(data: Array, end: Int) -> Int:
    """Where the code point starts whose last byte is the one before `end`."""
    at = end - 1
    while data[at] & 0xC0 == 0x80:
        at -= 1
    return at


@inner
def decode(data: Array, start: Int, end: Int, kinds: Array, codes: Array) -> tuple[Int, Int, Int]:
    """Write the code points of bytes into `codes`: their number, how many are special, and which kinds there are."""
    at, length, special, seen = start, 0, 0, np.uint8(0)
    while at < end:
        code = np.int64(data[at])
        width = 1
        if code >= 0x80:
            code, width = code_point(data, at)
        at += width
        codes[length] = code
        length += 1
        kind = kinds[code]
        seen |= kind
        special += kind & SPECIAL
    return length, special, np.int64(seen)


@inner
def lower_uneven(codes: Array, length: Int, capacity: Int, kinds: Array, lower: Array) -> Int:
    """Lower case of a text with U+03A3 or U+0130, in place, as str.lower has it: the number of code points.

    U+0130 becomes two code points and has two bytes, so a capacity of as many code points as the text has bytes is
    enough: the text is moved to its end, and what is written never overtakes what is read.
    """
    shift = capacity - length
    for at in range(length - 1, -1, -1):
        codes[at + shift] = codes[at]
    written, after_cased = 0, False
    for at in range(shift, capacity):
        code = np.int64(codes[at])
        form: Int = lower[code]
        if code == SIGMA and after_cased and not _before_cased(codes, at + 1, capacity, kinds):
            form = FINAL_SIGMA
        elif code == DOTTED:
            codes[written] = 0x69
            written += 1
            form = 0x307
        codes[written] = form
        written += 1
        if not kinds[code] & IGNORABLE:
            after_cased = kinds[code] & CASED != 0
    return written


@inner
def _before_cased(codes: Array, at: Int, end: Int, kinds: Array) -> bool:
    """Whether a cased letter comes next, what Python looks past left aside."""
    while at < end and kinds[codes[at]] & IGNORABLE:
        at += 1
    return bool(at < end and kinds[codes[at]] & CASED != 0)
