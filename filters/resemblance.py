"""What texts have in common, from their sets of shingle hashes: how many they share, and the Jaccard similarity of two.

Sets of many texts stand one after the other in one array, each ascending, as `filters.minhash_batch.shingle_texts`
gives them. Counts add up: of a set that is too long to be held, a stretch at a time can be compared.
"""

from collections.abc import Collection
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]

STEPS = 20
"""Steps of a histogram of similarities: 0.05 each."""


class Sets(NamedTuple):
    """Sets of hashes: set k is hashes[starts[k]:starts[k + 1]], ascending, each hash once."""

    hashes: Numbers  # [hashes] uint64
    starts: Counts  # [sets + 1] int64, the last is the end


def shared(one: Collection[int], other: Collection[int]) -> int:
    """Number of hashes that are in both sets; the definition of `count`.

    >>> shared([1, 4, 9], [2, 4, 9, 11])
    2
    """
    return len(set(one) & set(other))


def count(ones: Sets, others: Sets, pairs: Counts) -> Counts:
    """`shared` of pairs of sets, given as [pairs, 2] int64 places of one and of the other: [pairs] int64.

    >>> ones = Sets(np.array([1, 4, 2, 4, 9], np.uint64), np.array([0, 2, 5]))
    >>> others = Sets(np.array([4, 7, 1, 4, 9], np.uint64), np.array([0, 2, 5]))
    >>> count(ones, others, np.array([[0, 0], [0, 1], [1, 1]])).tolist()
    [1, 2, 2]
    """
    from filters.kernels.resemblance import count_shared

    found = np.empty(len(pairs), np.int64)
    one, other = ([_constant(array) for array in sets] for sets in (ones, others))
    count_shared(one[0], one[1], other[0], other[1], _constant(pairs), found)
    return found


def jaccard(shared: Counts, one: Counts, other: Counts) -> npt.NDArray[np.float64]:
    """Jaccard similarity of pairs of sets, in [0, 1], from what they share and their sizes; 0 where both are empty.

    >>> jaccard(np.array([4, 0]), np.array([4, 0]), np.array([5, 0])).tolist()
    [0.8, 0.0]
    """
    union = one + other - shared
    similarity: npt.NDArray[np.float64] = shared / np.maximum(union, 1)
    return similarity


def histogram(similarities: npt.NDArray[np.float64]) -> list[int]:
    """How many similarities are in each STEPS-th of [0, 1], the last with 1 itself.

    >>> histogram(np.array([0.0, 0.82, 0.85, 1.0]))
    [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 1]
    """
    steps = np.minimum((similarities * STEPS).astype(np.int64), STEPS - 1)
    return [int(number) for number in np.bincount(steps, minlength=STEPS)]


def warm() -> None:
    """Compile the kernel, or load it from the cache: to be called in a parent process, before workers need it."""
    none = Sets(np.empty(0, np.uint64), np.zeros(1, np.int64))
    count(none, none, np.empty((0, 2), np.int64))


def _constant(array: Any) -> Any:
    from filters.kernels.compiled import constant

    return constant(np.ascontiguousarray(array))
