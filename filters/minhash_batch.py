"""Signatures of many texts at once: Arrow in, Arrow out, equal to `filters.minhash` text by text.

The kernels (`filters.kernels.minhash`) make no Python object of a unit and read each text once. Their values depend
neither on the processor nor on how texts are grouped.

Memory: 4 bytes for each byte of the longest text, 8 where units are characters, and what is returned: 8 bytes a band
and a byte a row for a signature; 8 bytes a shingle for shingles.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from filters.kernels.minhash import sign_all
from filters.kernels.shingles import shingle_all
from filters.signing import MinHash

Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]


def sign_texts(texts: pa.Array, how: MinHash) -> dict[str, pa.Array]:
    """The columns `bands` and `sketch` of texts: list<uint64> of the hash of each band, a byte for each row.

    Null of a null, and of a text of fewer than `n` units.

    >>> found = sign_texts(pa.array(["Ẹ kú iṣẹ́ o, ẹ kú àárọ̀!", "Ẹ kú iṣẹ́ o!", None]), MinHash())
    >>> [(len(one), len(other)) for one, other in zip(*(column[:1].to_pylist() for column in found.values()))]
    [(14, 112)]
    >>> found["sketch"].null_count
    2
    """
    found = sign_all(_without_nulls(texts), how)
    bands = pa.array(np.ascontiguousarray(found.bands).reshape(-1))
    return {
        "bands": pa.ListArray.from_arrays(_ends(found.signed, how.bands), bands, mask=pa.array(~found.signed)),
        "sketch": _binary(found.signed, np.ascontiguousarray(found.sketches)),
    }


def shingle_texts(texts: pa.Array, how: MinHash) -> pa.Array:
    """Distinct hashes of the shingles of each text, ascending: list<uint64>; null of a null and of a text without one.

    >>> shingle_texts(pa.array(["你好你好你好", "你好"]), MinHash(n=3)).is_null().to_pylist()
    [False, True]
    """
    hashes, ends = shingle_all(_without_nulls(texts), how)
    offsets = np.concatenate([np.zeros(1, np.int64), ends])
    starts = pa.array(offsets).cast(pa.int32())
    return pa.ListArray.from_arrays(starts, pa.array(hashes), mask=pa.array(np.diff(offsets) == 0))


def estimate(one: Bytes, other: Bytes) -> NDArray[np.float64]:
    """Estimated Jaccard similarity of pairs of texts, in [0, 1]: [pairs], from two arrays [pairs, rows] of sketches.

    `filters.minhash.similarity` of each pair.

    >>> estimate(np.array([[1, 2, 3, 4]], np.uint8), np.array([[1, 2, 3, 5]], np.uint8))
    array([0.74901961])
    """
    equal = np.count_nonzero(one == other, axis=1) / one.shape[1]
    found: NDArray[np.float64] = np.maximum(0.0, (equal - 1 / 256) / (1 - 1 / 256))
    return found


def warm() -> None:
    """Compile the kernels, or load them from the cache."""
    texts = pa.array(["A text"])
    sign_texts(texts, MinHash())
    shingle_texts(texts, MinHash())


def _without_nulls(texts: pa.Array) -> pa.Array:
    """Strings without nulls: what a null and an empty text have is the same, nothing."""
    return pc.fill_null(texts, "") if texts.null_count else texts


def _ends(signed: Flags, length: int) -> pa.Array:
    """Where the values of each text start, and where the last ones end. int32"""
    ends = np.zeros(len(signed) + 1, np.int64)
    np.cumsum(signed * length, out=ends[1:])
    return pa.array(ends).cast(pa.int32())


def _binary(signed: Flags, values: Bytes) -> pa.Array:
    """A column of bytes, null where a text is not signed. values: [signed texts, bytes]"""
    offsets = _ends(signed, values.shape[1])
    valid = None if signed.all() else pa.array(signed).buffers()[1]
    return pa.Array.from_buffers(
        pa.binary(), len(signed), [valid, offsets.buffers()[1], pa.py_buffer(values)], null_count=-1
    )
