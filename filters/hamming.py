"""Hashes that differ in few bits, found without comparing all pairs: by blocks of bits that must agree.

Two hashes that differ in at most d bits agree in at least b - d of b blocks, wherever the bits lie. So for each choice
of b - d blocks, hashes with equal bits there fall into one bucket, and are compared; none is missed. With d = 4 and
b = 6 there are 15 choices of two blocks, 20 to 22 bits. Source: Manku, Jain and Das Sarma, Detecting Near-Duplicates
for Web Crawling, 2007; ROOTS had the same numbers.
"""

from collections.abc import Sequence
from itertools import combinations, pairwise

from filters.signing import SimHash
from filters.simhash import BITS, distance


def masks(how: SimHash) -> list[int]:
    """Of each choice of blocks the bits that must agree, as a number.

    >>> [hex(mask) for mask in masks(SimHash(distance=1, blocks=2))]
    ['0xffffffff00000000', '0xffffffff']
    >>> len(masks(SimHash()))
    15
    """
    cuts = [BITS - block * BITS // how.blocks for block in range(how.blocks + 1)]
    blocks = [(1 << high) - (1 << low) for high, low in pairwise(cuts)]
    return [sum(chosen) for chosen in combinations(blocks, how.blocks - how.distance)]


def near(hashes: Sequence[int], most_bits: int, most: int) -> list[tuple[int, int]]:
    """The edges that join hashes of a bucket, as places: of the pairs that differ in few bits those that join anew.

    The hashes ascend and each stands once. Each is compared with the `most` after it.

    >>> near([0b0000, 0b0001, 0b0011, 0b1111], 1, 10)
    [(0, 1), (1, 2)]
    """
    label = list(range(len(hashes)))
    edges = []
    for one in range(len(hashes)):
        for other in range(one + 1, min(len(hashes), one + 1 + most)):
            if label[one] != label[other] and distance(hashes[one], hashes[other]) <= most_bits:
                edges.append((one, other))
                old, new = max(label[one], label[other]), min(label[one], label[other])
                label = [new if each == old else each for each in label]
    return edges
