"""The four filters that change a text, in one pass over its bytes: the kernel of `filters.changes.change`.

Dropping words and joining the rest are one step here. It gives the same as one after the other: a run of separators
becomes its strongest, and the strongest of a run that a dropped word held apart is that of its two parts.
"""

from typing import NamedTuple

import numpy as np

from filters.kernels.compiled import Array, Int, compiled, inner
from filters.kernels.decoding import code_point, start_of_last
from filters.kernels.tables import BLANK, SPECIAL, Replacements, starts
from lang_params.params import Setting

SPACE, TAB, NEWLINE = 0x20, 0x09, 0x0A
ANY = 1 << 40
"""More code points than any text has."""


class Dropping(NamedTuple):
    """Which words are dropped: those that hold a substring, and those that are too long."""

    joins: bool  # whether runs of separators collapse at all: one of the two filters is switched on
    most: int  # code points that a word may have
    substrings: Array  # [bytes] uint8, one after the other
    starts: Array  # [substrings + 1] int32
    first: Array  # [256] bool, whether a substring starts with this byte
    all: bool  # whether a substring is empty: every word holds it


def dropping(substrings: Setting, long_words: Setting) -> Dropping:
    """What incorrect_substrings and long_words drop with these settings; a filter that is off drops nothing."""
    texts = [text.encode() for text in substrings.substrings] if substrings.enabled else []
    limit = long_words.max if long_words.enabled else None
    first = np.zeros(256, np.bool_)
    first[[text[0] for text in texts if text]] = True
    return Dropping(
        joins=substrings.enabled or long_words.enabled,
        most=ANY if limit is None else int(limit),
        substrings=np.frombuffer(b"".join(texts), np.uint8),
        starts=starts(texts),
        first=first,
        all=b"" in texts,
    )


@compiled
def change_all(
    data: Array, offsets: Array, kinds: Array, new: Replacements, dropping: Dropping, out: Array, ends: Array
) -> None:
    """Write the changed texts one after the other into `out`, and where they start and end into `ends`.

    data: [bytes] uint8; offsets, ends: [texts + 1] int32; out: [as many bytes as the texts have] uint8.
    """
    at = 0
    ends[0] = 0
    for text in range(len(offsets) - 1):
        start, end = _trimmed(data, np.int64(offsets[text]), np.int64(offsets[text + 1]), kinds)
        stop = _replaced(data, start, end, new, out, at)
        if dropping.joins:
            stop = _joined(out, at, stop, kinds, dropping)
        at = stop
        ends[text + 1] = at


@inner
def _trimmed(data: Array, start: Int, end: Int, kinds: Array) -> tuple[Int, Int]:
    """Bytes of a text without what str.strip takes away."""
    while start < end:
        code, width = code_point(data, start)
        if not kinds[code] & BLANK:
            break
        start += width
    while start < end:
        last = start_of_last(data, end)
        if not kinds[code_point(data, last)[0]] & BLANK:
            break
        end = last
    return start, end


@inner
def _replaced(data: Array, start: Int, end: Int, new: Replacements, out: Array, at: Int) -> Int:
    """Copy bytes, replacing code points on the way; where the copy ends. No ASCII character is ever replaced."""
    table, texts, begins = new
    while start < end:
        if data[start] < 0x80:
            out[at] = data[start]
            at += 1
            start += 1
            continue
        code, width = code_point(data, start)
        which = np.int64(table[code])
        if which:
            for byte in range(begins[which], begins[which + 1]):
                out[at] = texts[byte]
                at += 1
        else:
            for byte in range(start, start + width):
                out[at] = data[byte]
                at += 1
        start += width
    return at


@inner
def _joined(out: Array, start: Int, end: Int, kinds: Array, dropping: Dropping) -> Int:
    """Drop words and join the others by one separator, in place; where the text ends then."""
    # Arrays are taken out of their tuple outside of the loops: each time, numba counts one more user of the array.
    _, most, substrings, begins, first, every = dropping
    at, kept, strongest = start, start, 0
    while at < end:
        rank = _rank(out[at])
        if rank:
            strongest = max(strongest, rank)
            at += 1
            continue
        begin = kept + (kept > start)
        length, stop, suspect = 0, begin, every
        while at < end:
            byte = out[at]
            if _rank(byte):
                break
            if first[byte]:
                suspect |= _starts_here(out, at, end, substrings, begins)
            length += byte & 0xC0 != 0x80
            out[stop] = byte
            stop += 1
            at += 1
        if suspect or length > most:
            core, core_end, core_length = _core(out, begin, stop, length, kinds)
            if length > most and not 0 < core_length <= most:
                continue
            if suspect and _holds(out, core, core_end, substrings, begins):
                continue
        if kept > start:
            out[kept] = NEWLINE if strongest == 3 else TAB if strongest == 2 else SPACE
        kept, strongest = stop, 0
    return kept


@inner
def _rank(byte: Int) -> Int:
    """How strong a separator is: 1 space, 2 tab, 3 newline; 0 for any other byte."""
    if byte > SPACE:
        return 0
    return 1 if byte == SPACE else 2 if byte == TAB else 3 if byte == NEWLINE else 0


@inner
def _core(out: Array, start: Int, end: Int, length: Int, kinds: Array) -> tuple[Int, Int, Int]:
    """A word of so many code points without the special characters at its ends: start, end, code points."""
    while start < end:
        code, width = code_point(out, start)
        if not kinds[code] & SPECIAL:
            break
        start += width
        length -= 1
    while start < end:
        last = start_of_last(out, end)
        if not kinds[code_point(out, last)[0]] & SPECIAL:
            break
        end = last
        length -= 1
    return start, end, length


@inner
def _holds(out: Array, start: Int, end: Int, substrings: Array, begins: Array) -> bool:
    """Whether one of the substrings lies in these bytes."""
    for at in range(start, end + 1):
        if _starts_here(out, at, end, substrings, begins):
            return True
    return False


@inner
def _starts_here(out: Array, at: Int, end: Int, substrings: Array, begins: Array) -> bool:
    """Whether one of the substrings starts at this byte and ends in time."""
    for which in range(len(begins) - 1):
        first, last = begins[which], begins[which + 1]
        if last - first > end - at:
            continue
        byte = first
        while byte < last and substrings[byte] == out[at + byte - first]:
            byte += 1
        if byte == last:
            return True
    return False
