"""Cutting a text into words: the kernel of `Text.words` where words are separated by spaces.

The words are left in the buffer of the text's code points: lower-cased, stripped, each followed by one space, so that
neighbouring words are what joining them with a space gives. Word k stands from starts[k] to before starts[k + 1] - 1.
"""

import numpy as np

from filters.kernels.compiled import Array, Int, inner
from filters.kernels.repetition import BASE
from filters.kernels.tables import SEPARATOR, SPECIAL

SPACE = 0x20


@inner
def cut(codes: Array, length: Int, kinds: Array, lower: Array, starts: Array, hashes: Array) -> Int:
    """Cut the first `length` code points into words, in place; how many there are.

    codes: [length + 1 or more] uint32; starts: [words + 1] int32 and hashes: [words] uint64 are written.
    """
    words, begin, written, end = 0, 0, 0, 0
    value = value_at_end = np.uint64(0)
    starts[0] = 0
    for at in range(length):
        code = lower[codes[at]]
        kind = kinds[code]
        if kind & SPECIAL:
            if kind & SEPARATOR:
                if end > begin:
                    hashes[words] = value_at_end
                    codes[end] = SPACE
                    words += 1
                    begin = end + 1
                    starts[words] = begin
                written = end = begin
                value = np.uint64(0)
            elif written > begin:  # within a word, or at its end
                codes[written] = code
                written += 1
                value = value * BASE + np.uint64(code)
            continue
        codes[written] = code
        written += 1
        value = value * BASE + np.uint64(code)
        end, value_at_end = written, value
    if end > begin:
        hashes[words] = value_at_end
        codes[end] = SPACE
        words += 1
        starts[words] = end + 1
    return words


@inner
def count_words(codes: Array, length: Int, kinds: Array) -> Int:
    """Number of pieces between separators that are not made of special characters alone."""
    words, inside = 0, False
    for at in range(length):
        kind = kinds[codes[at]]
        if kind & SEPARATOR:
            inside = False
        elif not kind & SPECIAL and not inside:
            words += 1
            inside = True
    return words


@inner
def lay_out(ids: Array, pieces: Array, ends: Array, codes: Array, starts: Array, hashes: Array) -> Int:
    """Lay pieces, given by their numbers, into the buffers as `cut` leaves words; empty ones are left out.

    pieces: code points one after the other, uint32; ends: [pieces + 1] int32.
    """
    words, written = 0, 0
    starts[0] = 0
    for piece in ids:
        first, last = ends[piece], ends[piece + 1]
        if first == last:
            continue
        value = np.uint64(0)
        for at in range(first, last):
            codes[written] = pieces[at]
            written += 1
            value = value * BASE + np.uint64(pieces[at])
        codes[written] = SPACE
        written += 1
        hashes[words] = value
        words += 1
        starts[words] = written
    return words
