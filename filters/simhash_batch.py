"""SimHash of many texts at once: Arrow in, Arrow out, equal to `filters.simhash.simhash` of each.

Memory: for each byte of the longest text 10 bytes (two to lay it out, four for its units, four for code points).
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from filters.kernels.compiled import Array
from filters.kernels.simhash import CHARACTERS, UNITS, WORDS, room, simhash_all, tables, work
from filters.kernels.strings import buffers
from filters.signing import SimHash
from filters.simhash import BY_WORDS
from filters.table import Profile


def simhash_texts(texts: pa.Array, langs: pa.Array, how: SimHash, profile: Profile = "fixed") -> pa.Array:
    """The hash of each text, uint64; null for a text that has none. Strings without nulls; languages may be null.

    >>> simhash_texts(pa.array(["a", ""]), pa.array(["en", None]), SimHash(), "roots-2022-03").to_pylist()
    [0, 0]
    >>> simhash_texts(pa.array(["Ẹ kú àárọ̀", "Ẹ kú"]), pa.array(["yo", "yo"]), SimHash(n=3)).to_pylist()
    [6423565625788538655, None]
    """
    data, offsets = buffers(texts)
    found, signed = np.zeros(len(texts), np.uint64), np.zeros(len(texts), np.bool_)
    longest = int(np.diff(offsets).max(initial=0))
    simhash_all(data, offsets, _ways(langs, profile), tables(), how.n, work(), room(longest), found, signed)
    return pa.array(found, mask=~signed)


def _ways(langs: pa.Array, profile: Profile) -> Array:
    """How texts in these languages are cut. uint8"""
    if profile == "fixed":
        return np.full(len(langs), UNITS, np.uint8)
    by_words = pc.fill_null(pc.equal(langs, BY_WORDS), False).to_numpy(zero_copy_only=False)
    return np.where(by_words, np.uint8(WORDS), np.uint8(CHARACTERS))


def warm() -> None:
    """Compile the kernel, or load it from the cache."""
    simhash_texts(pa.array(["A text"]), pa.array(["en"]), SimHash())
