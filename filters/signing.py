"""What is taken of a text to find copies of it: the methods there are, and their parameters."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

METHODS = ("exact", "url", "simhash", "minhash")
"""Ways to find copies, from the strictest; where several are asked for, the first that joins two documents is named."""

Unit = Literal["words", "characters"]


@dataclass(frozen=True)
class MinHash:
    """Parameters of MinHash: shingles of `n` units, `bands` of `rows` hash functions, their width in bits, their seed.

    A word is a unit, and in scripts that do not separate words each character is; with `characters` each always is.
    """

    unit: Unit = "words"
    n: int = 5
    bands: int = 14
    rows: int = 8
    bits: int = 64
    seed: int = 2022


@dataclass(frozen=True)
class SimHash:
    """Parameters of SimHash: n-grams of `n` units, the largest distance in bits, the blocks that hashes are cut into.

    A document of more than `longest` characters is not dropped: hashes of long texts fall together by chance.
    """

    n: int = 6
    distance: int = 4
    blocks: int = 6
    longest: int = 6000


@dataclass(frozen=True)
class Signing:
    """The methods that a corpus uses, in the order of METHODS, and their parameters."""

    methods: tuple[str, ...] = ("minhash",)
    minhash: MinHash = field(default_factory=MinHash)
    simhash: SimHash = field(default_factory=SimHash)


PRESETS: Mapping[str, MinHash] = {
    "fineweb": MinHash(),
    "redpajama-v2": MinHash(n=13, bands=9, rows=13),
    "nemo": MinHash(unit="characters", n=24, bands=20, rows=13, bits=32),
    "the-stack": MinHash(n=5, bands=25, rows=10),
}
"""Parameters that others used, by name. The Stack's are 256 functions in the bands that serve 0.7 best."""
