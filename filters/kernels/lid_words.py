"""Words as fastText reads them: cut at its separators, lower-cased as `str.lower` does, with its hash.

Words of a text are read several at a time, into one buffer, each between < and >, because n-grams hold these.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from filters.kernels.compiled import Array, Int, constant, inlined, inner
from filters.kernels.tables import DOTTED, SIGMA, code_points

FIRST, PRIME = np.uint32(2166136261), np.uint32(16777619)
"""Of the hash FNV-1a, 32 bits."""

END = b"</s>"
"""What fastText takes the end of a line for. It does so within a text too, and reads no further."""

BEYOND = 0x140000
"""What four bytes can say at most, if they begin as UTF-8 may."""

UNIT = 64
"""Code points that have one entry in `Case.block`: those that share all but the last byte of their UTF-8."""


class Case(NamedTuple):
    """Lower case of every code point; block 0 stands for all blocks in which nothing changes."""

    ascii: Array  # [256] uint8, lower case; 0 for a separator of fastText, 255 for a byte of a longer character
    block: Array  # [BEYOND / UNIT] uint8
    lower: Array  # [blocks, UNIT] int32; U+0130 and U+03A3 stay: what becomes of them is not one code point for all


class Words(NamedTuple):
    """Room for the words that are read at a time."""

    bytes: Array  # uint8, for what all of them have and one more, as long as it may be
    starts: Array  # [words + 1] int64, where each begins and the last ends
    hashes: Array  # [words] uint32, without < and >


@cache
def case() -> Case:
    """The tables of lower case, worked out once in a process."""
    codes, lower = np.arange(0x110000, dtype=np.int32), code_points().lower.astype(np.int32)
    lower[[SIGMA, DOTTED]] = SIGMA, DOTTED
    changes = lower != codes
    changes[[SIGMA, DOTTED]] = True
    changed = np.flatnonzero(changes.reshape(-1, UNIT).any(axis=1))
    block = np.zeros(BEYOND // UNIT, np.uint8)
    block[changed] = np.arange(1, len(changed) + 1)
    one_byte = np.full(256, 255, np.uint8)
    one_byte[:128] = lower[:128]
    one_byte[list(b" \t\v\f\r\0\n")] = 0
    rows = np.concatenate([[0], changed])
    return Case(constant(one_byte), constant(block), constant(lower.reshape(-1, UNIT)[rows]))


def room_for_words(count: int, size: int, longest: int) -> Words:
    """Room for a number of words of an average size and one more, of a text of at most `longest` bytes.

    Lower case has at most one and a half times the bytes: U+023A has two and U+2C65, its lower case, three.
    """
    room = np.empty(count * size + longest * 3 // 2 + len(END) + 4, np.uint8)
    return Words(room, np.zeros(count + 1, np.int64), np.empty(count, np.uint32))


@inlined
def step(value: Int, byte: Int) -> Int:
    """The hash that fastText has of bytes and one more, which it takes for a signed number."""
    hashed: Int = np.uint32((value ^ np.uint32(np.int8(byte))) * PRIME)
    return hashed


@inlined
def read_words(data: Array, at: Int, end: Int, case: Case, words: Words, most: Int) -> tuple[Int, Int]:
    """Read words into `words` until there are as many as it has room for, or `most` bytes of them.

    The last of a text is the end of the line; after it, the place is beyond `end`. Returns the place in the text, -1
    where Python has to lower-case the text first, and the number of words.
    """
    small, block, lower = case.ascii, case.block, case.lower
    word, starts, hashes = words.bytes, words.starts, words.hashes
    count = 0
    while count < len(hashes) and starts[count] < most:
        while at < end and small[data[at]] == 0:
            at += 1
        at, stop, value = _read_word(data, at, end, small, block, lower, word, starts[count])
        if at < 0:
            break
        hashes[count] = value
        count += 1
        starts[count] = stop
        if is_end(word, starts[count - 1], stop):
            return end + 1, count
    return at, count


@inlined
def is_end(word: Array, start: Int, stop: Int) -> bool:
    """Whether a word between < and > is the end of a line to fastText."""
    if stop - start != 2 + len(END):
        return False
    for at in range(len(END)):
        if word[start + 1 + at] != END[at]:
            return False
    return True


@inlined
def _read_word(
    data: Array, at: Int, end: Int, small: Array, block: Array, lower: Array, word: Array, start: Int
) -> tuple[Int, Int, Int]:
    """Read one word, or the end of the line where there is none. Returns where it ends in the text, and in `word`.

    The third is its hash. Where it ends in the text is -1 if its lower case depends on its neighbours.
    """
    word[start] = 0x3C
    stop, value = start + 1, FIRST
    while at < end:
        byte = small[data[at]]
        if byte == 0:
            break
        if byte < 0x80:
            word[stop] = byte
            value, stop, at = step(value, byte), stop + 1, at + 1
            continue
        first = stop
        at, stop = _lower(data, at, end, block, lower, word, stop)
        if at < 0:
            break
        for index in range(first, stop):
            value = step(value, word[index])
    if stop == start + 1:
        for index in range(len(END)):
            word[stop] = END[index]
            value, stop = step(value, END[index]), stop + 1
    word[stop] = 0x3E
    return at, stop + 1, value


@inlined
def _lower(data: Array, at: Int, end: Int, block: Array, lower: Array, word: Array, stop: Int) -> tuple[Int, Int]:
    """Append the lower case of a character of several bytes. Returns where it ends in the text, and in `word`.

    Where it ends in the text is -1 if its lower case depends on its neighbours.
    """
    lead = np.int64(data[at])
    length = 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    if at + length > end or lead < 0xC0 or lead > 0xF4:
        word[stop] = lead  # no UTF-8: kept as it is, as fastText does
        return at + 1, stop + 1
    code = lead & (0xFF >> (length + 1))
    for byte in range(at + 1, at + length):
        code = (code << 6) | (np.int64(data[byte]) & 0x3F)
    row = block[code >> 6]
    if row:
        form = np.int64(lower[row, code & 0x3F])
        if form == SIGMA:
            return np.int64(-1), stop
        if form != code or form == DOTTED:
            return at + length, _append(word, stop, form)
    for byte in range(length):
        word[stop + byte] = data[at + byte]
    return at + length, stop + length


@inner
def _append(word: Array, stop: Int, code: Int) -> Int:
    """Append a character in UTF-8; for U+0130 its lower case, which is two. Returns where it ends."""
    if code == DOTTED:
        word[stop], word[stop + 1], word[stop + 2] = 0x69, 0xCC, 0x87
        return stop + 3
    if code < 0x80:
        word[stop] = code
        return stop + 1
    if code < 0x800:
        word[stop], word[stop + 1] = 0xC0 | (code >> 6), 0x80 | (code & 0x3F)
        return stop + 2
    if code < 0x10000:
        word[stop], word[stop + 1] = 0xE0 | (code >> 12), 0x80 | ((code >> 6) & 0x3F)
        word[stop + 2] = 0x80 | (code & 0x3F)
        return stop + 3
    word[stop], word[stop + 1] = 0xF0 | (code >> 18), 0x80 | ((code >> 12) & 0x3F)
    word[stop + 2], word[stop + 3] = 0x80 | ((code >> 6) & 0x3F), 0x80 | (code & 0x3F)
    return stop + 4
