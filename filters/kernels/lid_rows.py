"""The rows of fastText's input matrix that belong to words: those of the words themselves and of their n-grams.

Most words of a text have been seen before, so a table keeps the rows of words. A word is found in it by its hash and
then compared, so that what the table holds changes no result, and neither does when it is emptied.

Where a model keeps a row for every n-gram, a word has many rows, and the table keeps their sum in place of them. The
sum of such a word is made first and then added, whether the table holds it or not. Rows of a pruned model, which are
few, are added one by one to those of the text, as fastText does.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from filters.kernels.compiled import Array, Int, compiled, inlined, inner
from filters.kernels.lid_words import FIRST, Words, is_end, step
from filters.lid_model import LidModel

SLOTS = 1 << 18
"""Of the table, of 4 bytes each: 1 MB. The table is emptied when half of them are taken."""

PLACE = 21
"""Bits of a slot that say where its word stands; the others are of the word's hash."""

ROOM = 1 << PLACE
"""Of what the table holds, in numbers of 4 bytes: 8 MB. The table is emptied when it is full."""

LINE = 16
"""Numbers of 4 bytes in a line of the cache. A word that fits into one does not begin in another."""

PROBES = 16
"""Slots that are looked at for a word; one that is not there is worked out anew, so no choice of words is slow."""

PIECE = 256
"""Bytes of a word whose n-grams are looked up at a time. A longer word is not kept in the table."""

BLOCK = 16
"""Columns of a matrix that are added at a time: 64 bytes, one line of the cache."""

LABEL = b"__label__"
"""What begins a label. A word that does so has no rows, unless the dictionary has it as a word."""

SPREAD = np.uint32(2654435769)
"""2^32 divided by the golden ratio: spreads numbers over a table."""

SCREENED = np.uint32((1 << 21) - 1)
"""The bits of an n-gram's hash that are screened: all of them, with fastText's default of 2,000,000 hashes."""


class Search(NamedTuple):
    """The input side of a model, ready to be searched."""

    entries: Array  # [bytes] uint8 of the dictionary
    ends: Array  # [entries + 1] int64
    slots: Array  # [power of 2] int32, number of an entry, or -1
    screen: Array  # [(SCREENED + 1) / 64] uint64, a bit for each n-gram that may have been kept
    pruned: Array  # [power of 2, 2] int32, hash of an n-gram that was kept, or -1, and its place
    inputs: Array  # [rows, dimensions, filled up with 0 to whole blocks] float32
    words: int
    shortest: int
    longest: int
    bucket: int
    whole: bool  # whether every n-gram has a row


class Table(NamedTuple):
    """Words seen before and their rows."""

    slots: Array  # [SLOTS] uint32, where a word stands in `held`, and bits of its hash; 0 for none
    held: Array  # [ROOM] int32, size of the word and, shifted by 16, how many numbers it has; these, then the word
    bytes: Array  # [4 * ROOM] uint8, the same memory
    sums: Array  # [ROOM] float32, the same memory
    used: Array  # [2] int64, of slots, of held
    part: Array  # [dimensions, filled up] float32, the sum of a word
    bits: Array  # [dimensions, filled up] int32, the same memory


def table(model: LidModel) -> Table:
    """An empty table for a model; 9 MB when full."""
    room = np.zeros(ROOM + LINE, np.int32)
    start = -room.ctypes.data % 64 // 4
    held = room[start : start + ROOM]
    part = np.zeros(_width(model), np.float32)
    return Table(
        slots=np.zeros(SLOTS, np.uint32),
        held=held,
        bytes=held.view(np.uint8),
        sums=held.view(np.float32),
        used=np.array([0, 1], np.int64),
        part=part,
        bits=part.view(np.int32),
    )


def search(model: LidModel) -> Search:
    """A model made ready to be searched."""
    ends = np.concatenate([np.zeros(1, np.int64), model.ends])
    pruned = np.empty((0, 2), np.int32) if model.pruned is None else model.pruned
    return Search(
        entries=model.entries,
        ends=ends,
        slots=_entry_slots(model.entries, ends, _power(len(model.ends))),
        screen=_screen(pruned),
        pruned=_ngram_slots(pruned, _power(len(pruned))),
        inputs=_filled(model.inputs, _width(model)),
        words=len(model.ends) - len(model.labels),
        shortest=model.shortest,
        longest=model.longest,
        bucket=max(model.bucket, 1),
        whole=model.pruned is None,
    )


def room_for_rows(model: LidModel, words: int) -> Array:
    """Room for the rows of so many words and a piece of one more, or the sum of one. int32"""
    return np.empty((words + 1) * (1 + PIECE * (model.longest + 1)) + 1 + _width(model), np.int32)


def _width(model: LidModel) -> int:
    """The dimensions of a model, filled up to whole blocks."""
    dimensions: int = model.inputs.shape[1]
    return -(-dimensions // BLOCK) * BLOCK


def _power(count: int) -> int:
    """A power of two of more than twice a count, so that a search ends soon."""
    return 1 << (2 * count + 2).bit_length()


def _screen(pruned: npt.NDArray[np.int32]) -> Array:
    """A bit for each n-gram that was kept: most of the others need no further search."""
    bits = np.zeros(int(SCREENED) + 1, np.uint8)
    bits[pruned[:, 0] & SCREENED] = 1
    return np.packbits(bits, bitorder="little").view(np.uint64)


def _filled(matrix: npt.NDArray[np.float32], width: int) -> Array:
    """A matrix with columns of 0 added, up to a width of whole blocks, each in one line of the cache."""
    rows, columns = matrix.shape
    room = np.zeros(rows * width + BLOCK, np.float32)
    start = -room.ctypes.data % 64 // 4
    filled = room[start : start + rows * width].reshape(rows, width)
    filled[:, :columns] = matrix
    return filled


@compiled
def _entry_slots(entries: Array, ends: Array, size: Int) -> Array:
    """A table of the dictionary. Of two entries that are the same the last is found, as in fastText."""
    slots = np.full(size, -1, np.int32)
    mask = np.uint32(size - 1)
    for entry in range(len(ends) - 1):
        start, stop, value = ends[entry], ends[entry + 1], FIRST
        for at in range(start, stop):
            value = step(value, entries[at])
        slot = value & mask
        while slots[slot] >= 0:
            other = ends[slots[slot]]
            if ends[slots[slot] + 1] - other == stop - start and _same(entries, other, entries, start, stop - start):
                break
            slot = (slot + np.uint32(1)) & mask
        slots[slot] = entry
    return slots


@compiled
def _ngram_slots(pruned: Array, size: Int) -> Array:
    """A table of the n-grams that were kept."""
    slots = np.full((size, 2), -1, np.int32)
    mask = np.uint32(size - 1)
    for row in range(len(pruned)):
        slot = (np.uint32(pruned[row, 0]) * SPREAD) & mask
        while slots[slot, 0] >= 0 and slots[slot, 0] != pruned[row, 0]:
            slot = (slot + np.uint32(1)) & mask
        slots[slot, 0], slots[slot, 1] = pruned[row, 0], pruned[row, 1]
    return slots


@inlined
def add_words(total: Array, search: Search, table: Table, words: Words, count: Int, rows: Array) -> Int:
    """Add the rows of words to the sum of a text. Returns how many rows there were."""
    word, starts, hashes, inputs = words.bytes, words.starts, words.hashes, search.inputs
    slots, held, kept, used, sums = table.slots, table.held, table.bytes, table.used, table.sums
    _fetch(slots, held, hashes, count, rows)
    last, added = 0, np.int64(0)
    for index in range(count):
        start, stop, value = starts[index], starts[index + 1], hashes[index]
        place, slot = np.int64(0), np.int64(-1)
        if stop - start <= PIECE:
            place, slot = _find(slots, held, kept, word, start, stop - start, value)
        if place and search.whole:
            added += held[place + 1]
            for column in range(len(total)):
                total[column] += sums[place + 2 + column]
            continue
        if place:
            for row in range(place + 1, place + 1 + (held[place] >> 16)):
                rows[last] = held[row]
                last += 1
            continue
        first, piece = last, start
        last, goes_on = _rows_of_word(search, word, start, stop, value, rows, last)
        by_word = search.whole and stop - start <= PIECE
        if by_word:
            added += last - first
            last = _add_sum(total, table.part, table.bits, inputs, rows, first, last)
        if slot >= 0:
            _keep(slots, held, kept, used, slot, word, start, stop - start, value, rows, first, last - first)
        if by_word:
            last = first
        while goes_on and piece + PIECE < stop:
            _add(total, inputs, rows, last)
            added, last, piece = added + last, 0, piece + PIECE
            last = _rows_of_ngrams(search, word, start, stop, piece, rows, last)
    _add(total, inputs, rows, last)
    return added + last


@inlined
def _fetch(slots: Array, held: Array, hashes: Array, count: Int, seen: Array) -> None:
    """Look at what will be needed of the table for several words, so that memory is waited for once and not for each.

    What is seen is written down only because a compiler leaves out what has no effect.
    """
    for index in range(count):
        seen[index] = held[slots[hashes[index] & np.uint32(SLOTS - 1)] & np.uint32(ROOM - 1)]


@inlined
def _add(total: Array, inputs: Array, rows: Array, count: Int) -> None:
    """Add rows of the input matrix to the sum of a text, one after the other."""
    for start in range(0, len(total), BLOCK):
        for index in range(count):
            row = np.uintp(rows[index])
            for column in range(start, start + BLOCK):
                total[column] += inputs[row, column]


@inlined
def _add_sum(total: Array, part: Array, bits: Array, inputs: Array, rows: Array, first: Int, last: Int) -> Int:
    """Add the sum of a word to that of a text, and put it, after the number of rows, in their place, to be kept."""
    part[:] = np.float32(0)
    for index in range(first, last):
        row = np.uintp(rows[index])
        for column in range(len(part)):
            part[column] += inputs[row, column]
    rows[first] = last - first
    for column in range(len(part)):
        total[column] += part[column]
        rows[first + 1 + column] = bits[column]
    return first + 1 + len(part)


@inlined
def _same(one: Array | bytes, start: Int, other: Array, first: Int, size: Int) -> bool:
    """Whether two runs of bytes are the same."""
    at = 0
    while at < size and one[start + at] == other[first + at]:
        at += 1
    return bool(at == size)


@inlined
def _find(slots: Array, held: Array, kept: Array, word: Array, start: Int, size: Int, value: Int) -> tuple[Int, Int]:
    """Where the table holds a word, or 0; and the slot that is free for it, or -1."""
    slot, sign = value & np.uint32(SLOTS - 1), value >> np.uint32(PLACE)
    for _ in range(PROBES):
        content = slots[slot]
        if content == 0:
            return np.int64(0), np.int64(slot)
        if content >> np.uint32(PLACE) == sign:
            place = np.int64(content & np.uint32(ROOM - 1))
            head = held[place]
            if head & 0xFFFF == size and _same(kept, (place + 1 + (head >> 16)) * 4, word, start, size):
                return place, np.int64(-1)
        slot = (slot + np.uint32(1)) & np.uint32(SLOTS - 1)
    return np.int64(0), np.int64(-1)


@inner
def _keep(
    slots: Array, held: Array, kept: Array, used: Array, slot: Int,
    word: Array, start: Int, size: Int, value: Int, rows: Array, first: Int, count: Int,
) -> None:  # fmt: skip
    """Put a word and its rows, or their sum, into the table, which is emptied first when it is full."""
    place, needed = used[1], 1 + count + (size + 3) // 4
    if needed <= LINE < place % LINE + needed:
        place += LINE - place % LINE
    if used[0] >= SLOTS // 2 or place + needed > ROOM:
        slots[:] = np.uint32(0)
        used[0], place = 0, 1
        slot = np.int64(value & np.uint32(SLOTS - 1))
    slots[slot] = np.uint32(place) | ((value >> np.uint32(PLACE)) << np.uint32(PLACE))
    held[place] = size | (count << 16)
    for index in range(count):
        held[place + 1 + index] = rows[first + index]
    for at in range(size):
        kept[(place + 1 + count) * 4 + at] = word[start + at]
    used[0] += 1
    used[1] = place + needed


@inlined
def _rows_of_word(
    search: Search, word: Array, start: Int, stop: Int, value: Int, rows: Array, last: Int
) -> tuple[Int, bool]:
    """Append the rows of a word but for n-grams that begin after its first piece. Returns where they end.

    The second is whether the word has n-grams: neither labels nor the end of the line have.
    """
    entry = _entry(search.slots, search.ends, search.entries, word, start, stop, value)
    if entry >= search.words or (entry < 0 and _is_label(word, start, stop)):
        return last, False
    if entry >= 0:
        rows[last] = entry
        last += 1
    if is_end(word, start, stop):
        return last, False
    return _rows_of_ngrams(search, word, start, stop, start, rows, last), True


@inlined
def _is_label(word: Array, start: Int, stop: Int) -> bool:
    """Whether a word between < and > begins as labels do."""
    return stop - start - 2 >= len(LABEL) and _same(LABEL, 0, word, start + 1, len(LABEL))


@inlined
def _entry(slots: Array, ends: Array, entries: Array, word: Array, start: Int, stop: Int, value: Int) -> Int:
    """The number of a word in the dictionary, or -1; `word` stands between < and >, `value` is its hash without."""
    mask, size = np.uint32(len(slots) - 1), stop - start - 2
    slot = value & mask
    while slots[slot] >= 0:
        entry = np.int64(slots[slot])
        if ends[entry + 1] - ends[entry] == size and _same(entries, ends[entry], word, start + 1, size):
            return entry
        slot = (slot + np.uint32(1)) & mask
    return np.int64(-1)


@inlined
def _rows_of_ngrams(search: Search, word: Array, start: Int, stop: Int, piece: Int, rows: Array, last: Int) -> Int:
    """Append the rows of the n-grams of a word that begin in one piece of it. Returns where they end."""
    first = last
    screen, shortest, longest, whole = search.screen, search.shortest, search.longest, search.whole
    last = _ngrams(screen, shortest, longest, search.bucket, whole, word, start, stop, piece, rows, last)
    end = first
    for index in range(first, last):
        place = np.int64(rows[index]) if whole else _place(search.pruned, rows[index])
        rows[end] = search.words + place
        end += place >= 0
    return end


@inlined
def _ngrams(
    screen: Array, shortest: Int, longest: Int, bucket: Int, whole: bool,
    word: Array, start: Int, stop: Int, piece: Int, found: Array, last: Int,
) -> Int:  # fmt: skip
    """Append the hashes of the n-grams that begin in one piece of a word and may have been kept."""
    divisor = np.uint32(bucket)
    for first in range(piece, min(piece + PIECE, stop)):
        if word[first] & 0xC0 == 0x80:
            continue
        value, at = FIRST, first
        for length in range(1, longest + 1):
            if at >= stop:
                break
            value, at = step(value, word[at]), at + 1
            while at < stop and word[at] & 0xC0 == 0x80:
                value, at = step(value, word[at]), at + 1
            if length >= shortest and not (length == 1 and (first == start or at == stop)):
                ngram = value % divisor
                found[last] = ngram
                bits = screen[(ngram & SCREENED) >> np.uint32(6)] >> np.uint64(ngram & np.uint32(63))
                last += np.int64(bits & np.uint64(1)) | np.int64(whole)
    return last


@inlined
def _place(slots: Array, ngram: Int) -> Int:
    """The place of an n-gram among those that were kept, or -1."""
    mask = np.uint32(len(slots) - 1)
    slot = (np.uint32(ngram) * SPREAD) & mask
    while slots[slot, 0] >= 0:
        if slots[slot, 0] == ngram:
            return np.int64(slots[slot, 1])
        slot = (slot + np.uint32(1)) & mask
    return np.int64(-1)
