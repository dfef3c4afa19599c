"""How documents that are alike become clusters, in plain Python: from buckets to edges, from edges to labels.

A bucket are the documents that share one hash. These are the definitions; `filters.kernels.buckets` and
`filters.kernels.union` compute the same of arrays, and tests hold them equal.
"""

from collections.abc import Iterable, Sequence
from itertools import combinations

Edge = tuple[int, int]
"""Two row numbers, the lower one first."""


def star(bucket: Sequence[int]) -> list[Edge]:
    """The first row of a bucket with each other: what holds a bucket together. Rows ascend.

    >>> star([3, 5, 9])
    [(3, 5), (3, 9)]
    """
    return [(bucket[0], row) for row in bucket[1:]]


def pairs(bucket: Sequence[int], largest: int) -> list[Edge]:
    """All pairs of the first `largest` rows of a bucket; each further row with the first and with the one before it.

    So the pairs of a page that stands a million times are three million at most, and do not depend on how the bucket
    came together. Rows ascend.

    >>> pairs([3, 5, 9], 100)
    [(3, 5), (3, 9), (5, 9)]
    >>> pairs([1, 2, 3, 4], 2)
    [(1, 2), (1, 3), (2, 3), (1, 4), (3, 4)]
    """
    found = list(combinations(bucket[:largest], 2))
    for place in range(max(1, largest), len(bucket)):
        found += [(before, bucket[place]) for before in sorted({bucket[0], bucket[place - 1]})]
    return found


def left_out(members: int, largest: int) -> int:
    """How many pairs of a bucket with so many members `pairs` leaves out.

    >>> left_out(4, 2), left_out(100, 100), left_out(1000, 100)
    (1, 0, 492750)
    """
    return members * (members - 1) // 2 - len(pairs(range(members), largest))


def labels(edges: Iterable[Edge], rows: int) -> list[int]:
    """The lowest row that each of `rows` rows is connected with; its own number where that is none.

    >>> labels([(1, 4), (1, 3)], 6)
    [0, 1, 2, 1, 1, 5]
    """
    parent = list(range(rows))
    for edge in edges:
        low, high = sorted(_root(parent, row) for row in edge)
        parent[high] = low
    return [_root(parent, row) for row in range(rows)]


def _root(parent: Sequence[int], row: int) -> int:
    while parent[row] != row:
        row = parent[row]
    return row
