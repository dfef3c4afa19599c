"""The fast twin of `filters.joining.labels`: union-find over dense row numbers, in an array that may be a file.

`down` holds for each row how much lower its parent is: 0 for a row that no edge named, `top` for the lowest of several.
So an array of zeros is a graph without edges, and those pages of a file that no edge named are never written. A parent
is always lower than its child, so the root is the lowest row, whatever the order of edges.
"""

import numpy as np

from filters.kernels.compiled import Array, Int, compiled, inner


def top(down: Array) -> int:
    """What stands in `down` for the lowest row of several: the largest number of its type, which is no distance."""
    return int(np.iinfo(down.dtype).max)


@compiled
def union(down: Array, first: Array, second: Array, mark: Int) -> None:
    """Join the rows of each edge. down: [rows] uint32 or int64; first, second: [edges] int64; mark: top(down)."""
    for edge in range(len(first)):
        one, other = _root(down, first[edge], mark), _root(down, second[edge], mark)
        if one == other:
            continue
        if one > other:
            one, other = other, one
        down[other] = other - one
        down[one] = mark


@inner
def _root(down: Array, row: Int, mark: Int) -> Int:
    """The lowest row that a row is joined with; each second row on the way is hung one higher."""
    while True:
        step = np.int64(down[row])
        if step == 0 or step == mark:
            return row
        parent = row - step
        further = np.int64(down[parent])
        if further == 0 or further == mark:
            return parent
        down[row] = step + further
        row = parent - further


@compiled
def settle(down: Array, start: Int, stop: Int, mark: Int) -> tuple[Int, Int]:
    """Hang rows directly under their root; those below `start` hang so already. The roots and the others among them."""
    roots = others = 0
    for row in range(start, stop):
        step = np.int64(down[row])
        if step == mark:
            roots += 1
        elif step:
            others += 1
            further = np.int64(down[row - step])
            if further != mark:
                down[row] = step + further
    return roots, others


def warm() -> None:
    """Compile the kernels, or load them from the cache."""
    for kind in (np.uint32, np.int64):
        down = np.zeros(2, kind)
        union(down, np.zeros(1, np.int64), np.ones(1, np.int64), top(down))
        settle(down, 0, 2, top(down))
