"""The fast twin of `filters.joining.star` and `pairs`: buckets in a table of hashes, fed with entries in row order.

Nothing is sorted. What is held of a bucket are its first `largest` rows, and the last one: entries of one hash beyond
that need no memory, and leave two edges each.
"""

from typing import NamedTuple

import numpy as np

from filters.kernels.compiled import Array, Int, compiled, inner

LOAD = 0.6
"""Of the slots of a table, those that may be taken: more make the search for a hash long."""

USED, NODES, LARGE, LEFT_OUT, SEEN = 0, 1, 2, 3, 4
"""Places in `counts`: slots taken, nodes taken, buckets of which pairs were left out, those pairs, and what was looked
at ahead, which is written down so that the compiler keeps the look."""

BLOCK = 32
"""Entries whose slots are looked at before the first is put in: the memory is asked for all of them at once."""

SLOT_BYTES = 8
"""Of a slot, without its hash."""

NODE_BYTES = 12


class Table(NamedTuple):
    """Buckets by hash.

    A slot is a hash and, in one number, the node of the bucket's last row and 2**32 times how many rows it has; 0 where
    the slot is free. Nodes are numbered from 1.
    """

    slots: Array  # [slots, width + 1] uint64
    rows: Array  # [nodes] int64
    before: Array  # [nodes] uint32, the node of the bucket's row before; 0: none


def bytes_of(entries: int, width: int) -> int:
    """Memory of a table for so many entries whose hashes are of `width` times 64 bits."""
    return round(entries * ((8 * width + SLOT_BYTES) / LOAD + NODE_BYTES))


def table(entries: int, width: int) -> Table:
    """An empty table for so many entries that are all different; for more it is made larger with `grown`."""
    return Table(_slots(entries, width), np.zeros(entries + 8, np.int64), np.zeros(entries + 8, np.uint32))


def _slots(entries: int, width: int) -> Array:
    return np.zeros((int(entries / LOAD) + 8, width + 1), np.uint64)


def room(held: Table, counts: Array) -> int:
    """How many more entries fit a table, whatever they are. counts: [5] int64"""
    return min(int(len(held.slots) * LOAD) - int(counts[USED]), len(held.rows) - int(counts[NODES]))


def grown(old: Table, counts: Array, more: int) -> Table:
    """A table with the same buckets that has room for so many more entries, and is half as large again at least."""
    slots, rows, before = old
    if counts[USED] + more > int(len(slots) * LOAD):
        larger = _slots(max(int(len(slots) * LOAD * 1.5), int(counts[USED]) + more), slots.shape[1] - 1)
        _move(slots, larger)
        slots = larger
    if counts[NODES] + more > len(rows):
        added = max(len(rows) // 2, int(counts[NODES]) + more - len(rows))
        rows = np.concatenate([rows, np.zeros(added, rows.dtype)])
        before = np.concatenate([before, np.zeros(added, before.dtype)])
    return Table(slots, rows, before)


@inner
def _place(value: Int, count: Int) -> Int:
    """Where of so many slots the search for a hash begins: all of its bits count."""
    mixed = (value ^ (value >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)  # from splitmix64
    return np.int64(((mixed >> np.uint64(32)) * np.uint64(count)) >> np.uint64(32))


@inner
def _slot(slots: Array, hashes: Array, entry: Int, slot: Int) -> Int:
    """Where a hash is in a table, or would be, searched from a slot on."""
    width, count = slots.shape[1] - 1, len(slots)
    while slots[slot, width]:
        same = True
        for part in range(width):
            same &= slots[slot, part] == hashes[entry, part]
        if same:
            break
        slot += 1
        if slot == count:
            slot = 0
    return slot


@compiled
def _move(old: Array, new: Array) -> None:
    """Put the slots of a table into a larger one."""
    width = old.shape[1] - 1
    for entry in range(len(old)):
        if old[entry, width]:
            slot = _slot(new, old, entry, _place(old[entry, 0], len(new)))
            for part in range(width + 1):
                new[slot, part] = old[entry, part]


@inner
def _node(held: Array, before: Array, counts: Array, row: Int, previous: Int) -> Int:
    """A new node with a row; its number."""
    node = counts[NODES]
    held[node] = row
    before[node] = previous
    counts[NODES] = node + 1
    return node + 1


@compiled
def add(
    slots: Array,
    held: Array,
    before: Array,
    counts: Array,
    hashes: Array,
    rows: Array,
    start: Int,
    largest: Int,
    edges: Array,
) -> tuple[Int, Int]:
    """Put entries into buckets and write the edges that they make, until all are in or the edges are full.

    The first three are a Table's, which has room for all entries; counts: [5] int64; hashes: [entries, width] uint64;
    rows: [entries] int64, ascending over all calls; start: the entry to begin with; largest: of `pairs`, or 0 for
    `star`; edges: [at least largest + 2, 2] int64. Returns the entry to go on with, and how many edges there are.
    """
    width, found = slots.shape[1] - 1, 0
    places = np.empty(BLOCK, np.int64)
    for entry in range(start, len(rows)):
        if (entry - start) % BLOCK == 0:
            for ahead in range(min(BLOCK, len(rows) - entry)):
                place = _place(hashes[entry + ahead, 0], len(slots))
                places[ahead] = place
                counts[SEEN] |= np.int64(slots[place, width])
        if found + largest + 2 > len(edges):
            return entry, found
        row = rows[entry]
        slot = _slot(slots, hashes, entry, places[(entry - start) % BLOCK])
        both = slots[slot, width]
        head, size = np.int64(both & np.uint64(0xFFFFFFFF)), np.int64(both >> np.uint64(32))
        if size == 0:
            for part in range(width):
                slots[slot, part] = hashes[entry, part]
            counts[USED] += 1
            head = np.int64(_node(held, before, counts, row, 0))
        elif held[head - 1] == row:
            continue
        elif largest == 0:
            edges[found, 0], edges[found, 1] = held[head - 1], row
            found += 1
            continue
        elif size < largest:
            node = head
            while node:
                edges[found, 0], edges[found, 1] = held[node - 1], row
                found += 1
                node = np.int64(before[node - 1])
            head = _node(held, before, counts, row, head)
        else:
            first = np.int64(before[head - 1])
            if size == largest:
                first = head
                while before[first - 1]:
                    first = np.int64(before[first - 1])
            edges[found, 0], edges[found, 1] = held[first - 1], row
            found += 1
            if size > 1:
                edges[found, 0], edges[found, 1] = held[head - 1], row
                found += 1
                counts[LEFT_OUT] += size - 2
                counts[LARGE] += size == max(largest, 3)
            if size == largest:
                head = _node(held, before, counts, row, first)
            else:
                held[head - 1] = row
        size += size < 0xFFFFFFFF
        slots[slot, width] = np.uint64(head) | (np.uint64(size) << np.uint64(32))
    return len(rows), found


def warm() -> None:
    """Compile the kernels, or load them from the cache."""
    for width in (1, 2):
        counts = np.zeros(5, np.int64)
        held = grown(table(1, width), counts, 20)
        hashes = np.zeros((1, width), np.uint64)
        add(*held, counts, hashes, np.zeros(1, np.int64), 0, 0, np.zeros((2, 2), np.int64))
