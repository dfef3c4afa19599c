"""The hashes that decide the order of the mix and every choice in it: pure functions of a seed and a name.

Nothing else decides, so neither workers nor shards nor the order of sources can. Each purpose has a hash of its own:
were documents of a source chosen by the hash that also orders the corpus, those that stay would all stand at its
beginning.
"""

import hashlib
from collections.abc import Iterable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

EVERYTHING = 2**64
"""A cut-off above every key."""

ORDER = b""
"""The place of a document in the corpus, and which of a language are in when not all fit."""

CHOICE = b"choice"
"""Which documents of a source are in when a rule lets in a part of them."""

HELD_OUT = b"validation"
"""Which documents are held out, by the hash of their content: copies letter for letter fall on the same side."""


def order_key(seed: int, identity: str, repeat: int = 0, *, purpose: bytes = ORDER) -> int:
    """Place of a document in the mix, in [0, 2^64): a keyed hash of its id, and from the second time on of the repeat.

    >>> order_key(42, "a") == order_key(42, "a") != order_key(43, "a")
    True
    >>> order_key(42, "a", 1) != order_key(42, "a", 2)
    True
    """
    message = identity.encode() + _end(repeat)
    return int.from_bytes(hashlib.blake2b(message, digest_size=8, key=_key(seed), person=purpose).digest(), "little")


def keys(seed: int, names: Iterable[str] | pa.Array, *, repeat: int = 0, purpose: bytes = ORDER) -> NDArray[np.uint64]:
    """The `order_key` of each name, [names] uint64, all values alike likely."""
    from filters.kernels import blake2b

    column = names if isinstance(names, pa.Array) else pa.array(names, pa.string())
    return blake2b.keyed(column, _key(seed), person=purpose, tail=_end(repeat))


def _key(seed: int) -> bytes:
    return seed.to_bytes(8, "little")


def _end(repeat: int) -> bytes:
    return b"\0" + repeat.to_bytes(4, "little") if repeat else b""


def below(found: NDArray[np.uint64], cutoff: int) -> NDArray[np.bool_]:
    """Which keys lie before a cut-off, [keys] bool."""
    if cutoff >= EVERYTHING:
        return np.ones(len(found), dtype=np.bool_)
    return found < np.uint64(cutoff)


def held_out(share: float) -> int:
    """The cut-off below which a key of `HELD_OUT` puts a document into the validation split.

    >>> held_out(0.0), held_out(0.5) == 2**63
    (0, True)
    """
    return int(share * EVERYTHING)


def bounds(cutoff: int, parts: int) -> NDArray[np.uint64]:
    """The keys at which equal parts of [0, cutoff) begin, but the first, [parts - 1] uint64.

    Key k is in part ⌊k·parts/cutoff⌋, which is the number of bounds that are not above it.

    >>> bounds(10, 4).tolist()
    [3, 5, 8]
    """
    return np.array([-(-number * cutoff // parts) for number in range(1, parts)], dtype=np.uint64)


def part(found: NDArray[np.uint64], starts: NDArray[np.uint64]) -> NDArray[np.int64]:
    """The part that each key is in, [keys] int64, given the `bounds` of the parts."""
    return np.searchsorted(starts, found, side="right").astype(np.int64)
