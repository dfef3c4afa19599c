"""Repeats by a suffix array: the kernels of `filters.substrings.find`.

Suffixes that begin with the same bytes stand side by side in a suffix array. How much neighbours share is found in the
order of the text, not of the array: of the suffix one byte further at most one byte less is shared, so that no byte is
compared twice (Kärkkäinen, Manzini and Puglisi, "Permuted Longest-Common-Prefix Array", CPM 2009). `phi` holds for each
suffix the one before it in the array; an entry is read once, and its place then takes the answer.
"""

import numpy as np

from filters.kernels.compiled import Array, Int, compiled, inner

SEPARATOR = 0xFF
"""The byte after each text: none of UTF-8 has this value."""

NONE = -1


@compiled
def origins(data: Array, order: Array, least: Int) -> Array:
    """For each place the first one where the same `least` bytes stand, -1 where that is itself. [bytes] int32

    data: [bytes] uint8, each text followed by SEPARATOR; order: its suffix array, [bytes] int32. Bytes that run over
    the end of a text are never the same. Memory: 4 bytes and a bit for each byte.
    """
    size = len(order)
    phi = np.empty(size, np.int32)
    phi[order[0]] = NONE
    for place in range(1, size):
        phi[order[place]] = order[place - 1]
    shares = np.zeros((size >> 3) + 1, np.uint8)  # a bit each: as much as `least` is shared with the suffix before
    length = 0
    for at in range(size):
        other = phi[at]
        phi[at] = NONE
        if other == NONE:
            length = 0
            continue
        while data[at + length] == data[other + length] and data[at + length] != SEPARATOR:
            length += 1
        if length >= least:
            shares[at >> 3] |= np.uint8(1 << (at & 7))
        if length:
            length -= 1
    place = 1
    while place < size:
        at = order[place]
        if not shares[at >> 3] >> (at & 7) & 1:
            place += 1
            continue
        begin, first = place - 1, order[place - 1]
        while place < size and shares[order[place] >> 3] >> (order[place] & 7) & 1:
            first = min(first, order[place])
            place += 1
        for member in range(begin, place):
            if order[member] != first:
                phi[order[member]] = first
    return phi


@inner
def _write(out: Array, found: Int, text: Int, start: Int, end: Int, source: Int) -> Int:
    if found < len(out):
        out[found, 0], out[found, 1], out[found, 2], out[found, 3] = text, start, end, source
    return found + 1


@compiled
def covered(data: Array, starts: Array, origin: Array, least: Int, out: Array) -> Int:
    """Write the runs of code points that are repeats with all their bytes; how many there are.

    starts: [texts + 1] int64, where each text begins in `data`; out: [runs, 4] int32, for each the number of its text,
    its first code point and the one after its last, and where its first byte stands first. Runs beyond the room in
    `out` are counted and not written.
    """
    found = 0
    for text in range(len(starts) - 1):
        points, run, until, last, source, run_source = -1, -1, 0, 0, 0, 0
        whole = False
        for at in range(starts[text], starts[text + 1]):  # the last is the separator, which ends a code point
            if data[at] & 0xC0 != 0x80:
                if whole and run < 0:
                    run, run_source = points, source
                elif not whole and run >= 0:
                    found = _write(out, found, text, run, points, run_source)
                    run = -1
                points += 1
                whole = True
            if origin[at] >= 0:
                last, until = at, at + least
            if at >= until:
                whole = False
            elif data[at] & 0xC0 != 0x80:
                source = origin[last] + at - last
        if run >= 0:
            found = _write(out, found, text, run, points, run_source)
    return found
