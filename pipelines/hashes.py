"""128-bit hashes in arrays: counted, searched, and held as a sorted set in 16 bytes each.

The hash is BLAKE2b, so that nobody can make two texts that fall together. An array of them is [hashes, 2] uint64: the
first eight bytes and the last, big-endian, so that arrays sort as the bytes do.
"""

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
"""[hashes, 2] uint64."""

Places = npt.NDArray[np.int64]
"""[hashes] int64: indices into an array of hashes."""


def digest(data: bytes) -> bytes:
    """The hash of some bytes, 16 bytes.

    >>> digest("Ẹ káàbọ̀".encode()).hex()
    'b0d3fd0d18c1918f27cbf60d48d48ea0'
    """
    return blake2b(data, digest_size=16).digest()


def array(digests: bytes | bytearray) -> Hashes:
    """Hashes that stand one after the other, 16 bytes each, as an array.

    >>> array(bytes(15) + b"\\x01").tolist()
    [[0, 1]]
    """
    return np.frombuffer(digests, dtype=">u8").reshape(-1, 2).astype(np.uint64)


def together(high: Any, low: Any) -> Hashes:
    """Hashes of two columns of a table."""
    return np.stack([high.to_numpy(), low.to_numpy()], axis=1).astype(np.uint64, copy=False)


def order(hashes: Hashes) -> Places:
    """The places of hashes in ascending order; equal ones stay in theirs."""
    return np.lexsort((hashes[:, 1], hashes[:, 0]))


def starts(hashes: Hashes) -> Places:
    """Where in sorted hashes a new one begins.

    >>> starts(np.array([[1, 1], [1, 1], [1, 2]], dtype=np.uint64)).tolist()
    [0, 2]
    """
    if not len(hashes):
        return np.empty(0, dtype=np.int64)
    return np.flatnonzero(np.concatenate(([True], (hashes[1:] != hashes[:-1]).any(axis=1))))


def summed(hashes: Hashes, counts: npt.NDArray[np.int64]) -> tuple[Hashes, npt.NDArray[np.int64]]:
    """The different hashes in ascending order, and the sum of the counts of each.

    >>> found, counts = summed(array(b"b" * 16 + b"a" * 16 + b"b" * 16), np.array([1, 1, 4]))
    >>> counts.tolist()
    [1, 5]
    """
    places = order(hashes)
    begin = starts(hashes[places])
    return hashes[places][begin], np.add.reduceat(counts[places], begin) if len(begin) else counts[:0]


@dataclass(frozen=True)
class HashSet:
    """A set of hashes that is asked for many at once: `sorted` ascending, each once."""

    sorted: Hashes

    @classmethod
    def of(cls, hashes: Hashes) -> "HashSet":
        """The set of these hashes."""
        ordered = hashes[order(hashes)]
        return cls(np.ascontiguousarray(ordered[starts(ordered)]))

    def has(self, asked: Hashes) -> npt.NDArray[np.bool_]:
        """Which of these hashes are in the set, [hashes] bool.

        >>> HashSet.of(array(b"a" * 16)).has(array(b"b" * 16 + b"a" * 16)).tolist()
        [False, True]
        """
        high, low = self.sorted[:, 0], self.sorted[:, 1]
        found = np.zeros(len(asked), dtype=np.bool_)
        if not len(high):
            return found
        places = np.searchsorted(high, asked[:, 0])
        while True:
            here = np.minimum(places, len(high) - 1)
            same = (places < len(high)) & (high[here] == asked[:, 0])
            found |= same & (low[here] == asked[:, 1])
            if not (same & ~found).any():
                return found
            places = places + 1  # another hash with the same first eight bytes
