"""Texts and addresses that are the same but for what does not count, as hashes of 128 bits.

Of a text its letters count, with their case, and marks beyond ASCII: `filters.cleaning_duplicates.letters_of`, by which
`dedup_document` compares too. Of an address counts what `filters.addresses.key` leaves. A hash is the BLAKE2b of that
in UTF-8, the same on every machine, and nobody can make two texts that fall together.
"""

from hashlib import blake2b
from itertools import pairwise

import numpy as np
import pyarrow as pa

from filters import addresses
from filters.kernels.letters import counting, keep_letters
from filters.kernels.strings import buffers

BYTES = 16
"""Of a hash."""


def exact_texts(texts: pa.Array) -> pa.Array:
    """The hash of each text's letters, binary(16); null for a text without any, which is nobody's copy.

    Strings without nulls. Two texts that differ in numbers alone are copies of each other, as in ROOTS. Memory: as many
    bytes as the texts have.

    >>> one, other, cased, none = exact_texts(pa.array(["Bei: 100", "Bei 25!", "bei 100", "٢٥ - 26"])).to_pylist()
    >>> one == other, one == cased, none
    (True, False, None)
    """
    data, offsets = buffers(texts)
    out, ends = np.empty(int(offsets[-1] - offsets[0]) + 1, np.uint8), np.empty(len(offsets), np.int64)
    keep_letters(data, offsets, counting(), out, ends)
    letters = out.data
    return pa.array([_hash(letters[start:end]) for start, end in pairwise(ends.tolist())], pa.binary(BYTES))


def url_hashes(urls: pa.Array) -> pa.Array:
    """The hash of what counts of each address, binary(16); null where there is none.

    >>> found = url_hashes(pa.array(["https://a.cm/1?p=1", "https://a.cm/1", "http://a.cm/1", None, ""])).to_pylist()
    >>> found[0] == found[1], found[0] == found[2], found[3:]
    (True, False, [None, None])
    """
    keys = ["" if url is None else addresses.key(url) for url in urls.to_pylist()]
    return pa.array([_hash(key.encode()) for key in keys], pa.binary(BYTES))


def _hash(data: bytes | memoryview) -> bytes | None:
    return blake2b(data, digest_size=BYTES).digest() if data else None


def warm() -> None:
    """Compile the kernel, or load it from the cache."""
    exact_texts(pa.array(["A text"]))
