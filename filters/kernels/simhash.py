"""SimHash over the bytes of texts: the kernel of `filters.simhash.simhash`.

A text's units are laid one after the other into a buffer, so that a token, a run of units, is a run of its bytes.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from filters.kernels import md5
from filters.kernels.compiled import Array, Int, compiled, constant, inner
from filters.kernels.decoding import code_point, decode, lower_uneven
from filters.kernels.md5 import LANES, md5_lanes
from filters.kernels.tables import UNEVEN, changed_by, code_points
from filters.simhash import without_punctuation
from filters.units import LONE, SEPARATES, table

SPACE = 0x20

GONE = 0xFFFFFFFF
"""In a table of forms: a code point that is deleted."""

GROWTH = 2
"""Bytes that are laid out for each byte of a text, at most: some letters of two bytes have a lower case of three, and a
space stands behind a character that is a unit, which has three bytes, and behind the word before it."""


UNITS, CHARACTERS, WORDS = 0, 1, 2
"""How a text is cut: into the units of the profile fixed, or as in roots-2022-03."""


class Room(NamedTuple):
    """Room for the longest text of a batch."""

    codes: Array  # [bytes of the text] uint32, its code points
    laid_out: Array  # [GROWTH times as many, and one] uint8, its units
    starts: Array  # [as many as bytes, and two] int32, where each unit starts in these


def room(longest: int) -> Room:
    """New room for texts of so many bytes."""
    return Room(np.empty(longest, np.uint32), np.empty(GROWTH * longest + 1, np.uint8), np.empty(longest + 2, np.int32))


class Work(NamedTuple):
    """Room in which tokens are hashed, sixteen at a time, and counted."""

    begins: Array  # [LANES] int64, where each token begins
    ends: Array  # [LANES] int64, and ends
    block: Array  # [words of a block, LANES] uint32
    state: Array  # [4, LANES] uint32
    hashes: Array  # [LANES] uint64
    counts: Array  # [64] int32, tokens that have each bit


def work() -> Work:
    """New room."""
    return Work(
        np.zeros(LANES, np.int64),
        np.zeros(LANES, np.int64),
        np.zeros((md5.WORDS, LANES), np.uint32),
        np.zeros((4, LANES), np.uint32),
        np.zeros(LANES, np.uint64),
        np.zeros(64, np.int32),
    )


@cache
def forms() -> Array:
    """[code points] uint32, the lower case of each, that of U+0130 and U+03A3 apart; GONE for punctuation."""
    found = code_points().lower.copy()
    found[list(map(ord, changed_by(without_punctuation)))] = GONE
    return constant(found)


class Tables(NamedTuple):
    """What is known of each code point."""

    units: Array  # [0x110000] uint32, filters.units.table
    kinds: Array  # [0x110000] uint8, filters.kernels.tables.code_points
    lower: Array  # [0x110000] uint32
    forms: Array  # [0x110000] uint32


@cache
def tables() -> Tables:
    """The tables of this Python's Unicode, worked out once in a process."""
    kinds, lower = code_points()
    return Tables(constant(table("words")), kinds, lower, forms())


@compiled
def simhash_all(
    data: Array, offsets: Array, ways: Array, known: Tables, n: Int, work: Work, room: Room, found: Array, signed: Array
) -> None:
    """The hashes of texts, and whether they have one.

    data: [bytes] uint8; offsets: [texts + 1] int32; ways: [texts] uint8, UNITS, CHARACTERS or WORDS; written: found:
    [texts] uint64, signed: [texts] bool.
    """
    codes, laid_out, starts = room
    for text in range(len(offsets) - 1):
        start, end = np.int64(offsets[text]), np.int64(offsets[text + 1])
        way = ways[text]
        if way == UNITS:
            units = _laid_out(data, start, end, known.units, laid_out, starts)
            found[text] = _hash(laid_out, starts, units - n + 1, n, 1, work)
            signed[text] = units >= n
            continue
        length, _, seen = decode(data, start, end, known.kinds, codes)
        if seen & UNEVEN:
            length = lower_uneven(codes, length, end - start, known.kinds, known.lower)
        units = _written(codes, length, known.forms, way == WORDS, laid_out, starts)
        found[text] = _hash(laid_out, starts, units - n, n, 1 if way == WORDS else 0, work)
        signed[text] = True


@inner
def _laid_out(data: Array, at: Int, end: Int, forms: Array, out: Array, starts: Array) -> Int:
    """Lay out the units of a text, each with a space behind it; their number."""
    units, written, begin = 0, 0, 0
    starts[0] = 0
    while at < end:
        code = np.int64(data[at])
        width = 1
        if code >= 0x80:
            code, width = code_point(data, at)
        at += width
        form = np.int64(forms[code])
        if written > begin and (form == SEPARATES or form & LONE):
            out[written] = SPACE
            written += 1
            begin = written
            units += 1
            starts[units] = begin
        if form != SEPARATES:
            written = _put(form & ~LONE, out, written)
            if form & LONE:
                out[written] = SPACE
                written += 1
                begin = written
                units += 1
                starts[units] = begin
    if written > begin:
        units += 1
        starts[units] = written + 1
    return units


@inner
def _written(codes: Array, length: Int, form: Array, words: Int, out: Array, starts: Array) -> Int:
    """Write code points lower-cased and without punctuation, and where units start among them; their number.

    Words are what single spaces separate, and one that is not there is written behind the last.
    """
    units, written = 0, 0
    starts[0] = 0
    for place in range(length):
        code = np.int64(form[codes[place]])
        if code == GONE:
            continue
        written = _put(code, out, written)
        if not words or code == SPACE:
            units += 1
            starts[units] = written
    if words:
        units += 1
        starts[units] = written + 1
    return units


@inner
def _put(code: Int, out: Array, at: Int) -> Int:
    """Write a code point as UTF-8; where it ends."""
    if code < 0x80:
        out[at] = code
        return at + 1
    if code < 0x800:
        out[at], out[at + 1] = 0xC0 | code >> 6, 0x80 | code & 0x3F
        return at + 2
    if code < 0x10000:
        out[at], out[at + 1], out[at + 2] = 0xE0 | code >> 12, 0x80 | code >> 6 & 0x3F, 0x80 | code & 0x3F
        return at + 3
    out[at], out[at + 1] = 0xF0 | code >> 18, 0x80 | code >> 12 & 0x3F
    out[at + 2], out[at + 3] = 0x80 | code >> 6 & 0x3F, 0x80 | code & 0x3F
    return at + 4


@inner
def _hash(out: Array, starts: Array, tokens: Int, n: Int, between: Int, work: Work) -> Int:
    """The hash of so many tokens of `n` units each, between which there are so many bytes. uint64; 0 for no token"""
    begins, ends, block, state, hashes, counts = work
    counts[:] = 0
    for first in range(0, tokens, LANES):
        lanes = min(LANES, tokens - first)
        for lane in range(lanes):
            begins[lane] = starts[first + lane]
            ends[lane] = starts[first + lane + n] - between
        md5_lanes(out, begins, ends, lanes, block, state, hashes)
        for lane in range(lanes):
            for bit in range(64):
                counts[bit] += np.int32(hashes[lane] >> np.uint64(bit) & np.uint64(1))
    value = np.uint64(0)
    for bit in range(64):
        if 2 * np.int64(counts[bit]) > max(tokens, 0):
            value |= np.uint64(1) << np.uint64(bit)
    return value
