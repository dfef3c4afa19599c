"""Hashes that differ in few bits, bucket by bucket: the fast twin of `filters.hamming.near`."""

import numpy as np

from filters.kernels.compiled import Array, Int, compiled, inner


@compiled
def near(
    hashes: Array, starts: Array, distance: Int, most: Int, parents: Array, first: Array, second: Array
) -> tuple[Int, Int, Int]:
    """Join the hashes of each bucket that differ in at most `distance` bits; how many edges there are.

    Each is compared with the `most` after it, until all of the bucket are joined. hashes: [hashes] uint64, those of
    a bucket ascending and each once; starts: [buckets + 1] int64. Written: first, second: [hashes] int64, places of
    two hashes; parents: [hashes of the largest bucket] int64, to work in. Also returns how many buckets have more
    hashes than `most` + 1, and how many of their pairs are further apart in it than that.
    """
    found = large = left_out = 0
    for bucket in range(len(starts) - 1):
        start, size = starts[bucket], starts[bucket + 1] - starts[bucket]
        beyond = max(size - 1 - most, 0)
        large += beyond > 0
        left_out += beyond * (beyond + 1) // 2
        for place in range(size):
            parents[place] = place
        apart = size
        for one in range(size):
            for other in range(one + 1, min(size, one + 1 + most)):
                if _bits(hashes[start + one] ^ hashes[start + other]) > distance:
                    continue
                root, to = _root(parents, one), _root(parents, other)
                if root != to:
                    parents[max(root, to)] = min(root, to)
                    first[found], second[found] = start + one, start + other
                    found += 1
                    apart -= 1
            if apart == 1:
                break
    return found, large, left_out


@inner
def _root(parents: Array, place: Int) -> Int:
    """The lowest place that a place is joined with; each on the way is hung one higher."""
    while parents[place] != place:
        parents[place] = parents[parents[place]]
        place = parents[place]
    return place


@inner
def _bits(number: Int) -> Int:
    """How many bits of a number are set, as machines count them that have no instruction for it."""
    number = number - (number >> np.uint64(1) & np.uint64(0x5555555555555555))
    number = (number & np.uint64(0x3333333333333333)) + (number >> np.uint64(2) & np.uint64(0x3333333333333333))
    number = (number + (number >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return np.int64(number * np.uint64(0x0101010101010101) >> np.uint64(56))


def warm() -> None:
    """Compile the kernel, or load it from the cache."""
    places = np.zeros(1, np.int64)
    near(np.zeros(1, np.uint64), np.array([0, 1], np.int64), 4, 1, places, places.copy(), places.copy())
