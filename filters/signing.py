"""What is taken of a text to find copies of it: the methods there are, and their parameters.

Parameters are checked where they are made: what no signature can be made with raises SigningError.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import comb
from typing import Literal, get_args

METHODS = ("exact", "url", "simhash", "minhash")
"""Ways to find copies, from the strictest; where several are asked for, the first that joins two documents is named."""

Unit = Literal["words", "characters"]

WIDTHS = (32, 64)
"""Bits of a row."""

MOST_ROWS = 9000
"""Of a signature, in all its bands: those of Lee et al. 2022, the most that anyone used."""

MOST_UNITS = 1000
"""Of a shingle or an n-gram; the largest in use are 24 characters and 13 words."""

MOST_CHOICES = 1000
"""Of the blocks that must agree: each hash is written once for each of them, 24 bytes. ROOTS had 15."""


class SigningError(ValueError):
    """Parameters with which nothing can be signed; the message says which, and what is allowed."""


@dataclass(frozen=True)
class MinHash:
    """Parameters of MinHash: shingles of `n` units, `bands` of `rows` rows each, their width in bits, their seed.

    A word is a unit, and in scripts that do not separate words each character is; with `characters` each always is.
    """

    unit: Unit = "words"
    n: int = 5
    bands: int = 14
    rows: int = 8
    bits: int = 64
    seed: int = 2022

    def __post_init__(self) -> None:
        """Raise SigningError for what nothing can be signed with."""
        if self.unit not in get_args(Unit):
            raise SigningError(f"unit: {self.unit!r}; it must be one of {', '.join(get_args(Unit))}")
        _whole("n", self.n, 1, MOST_UNITS)
        _whole("bands", self.bands, 1, MOST_ROWS)
        _whole("rows", self.rows, 1, MOST_ROWS)
        if self.functions > MOST_ROWS:
            raise SigningError(
                f"bands: {self.bands} of rows: {self.rows} are {self.functions:,} rows; all bands together may have "
                f"{MOST_ROWS:,}"
            )
        if self.bits not in WIDTHS:
            raise SigningError(f"bits: {self.bits!r}; it must be one of {', '.join(map(str, WIDTHS))}")
        _whole("seed", self.seed, 0, 2**64 - 1)

    @property
    def functions(self) -> int:
        """Rows of a signature, in all its bands; the others' number of hash functions, or of permutations."""
        return self.bands * self.rows


@dataclass(frozen=True)
class SimHash:
    """Parameters of SimHash: n-grams of `n` units, the largest distance in bits, the blocks that hashes are cut into.

    Hashes of such a distance have an equal block if there are more blocks than bits that differ. A document of more
    than `longest` characters is not dropped: hashes of long texts fall together by chance.
    """

    n: int = 6
    distance: int = 4
    blocks: int = 6
    longest: int = 6000

    def __post_init__(self) -> None:
        """Raise SigningError for what nothing can be signed or found with."""
        _whole("n", self.n, 1, MOST_UNITS)
        _whole("distance", self.distance, 0, 63)
        if type(self.blocks) is not int or not self.distance < self.blocks <= 64:
            raise SigningError(
                f"blocks: {self.blocks!r}; it must be a whole number above distance, {self.distance}, up to 64"
            )
        if (choices := comb(self.blocks, self.distance)) > MOST_CHOICES:
            raise SigningError(
                f"blocks: {self.blocks}; with distance: {self.distance} there are {choices:,} choices of the blocks "
                f"that must agree; {MOST_CHOICES:,} are allowed: take fewer blocks"
            )
        _whole("longest", self.longest, 0, 2**63 - 1)


@dataclass(frozen=True)
class Signing:
    """The methods that a corpus uses, in the order of METHODS, and their parameters."""

    methods: tuple[str, ...] = ("minhash",)
    minhash: MinHash = field(default_factory=MinHash)
    simhash: SimHash = field(default_factory=SimHash)

    def __post_init__(self) -> None:
        """Raise SigningError for methods that there are not, or that stand in another order than METHODS."""
        if list(self.methods) != [method for method in METHODS if method in self.methods]:
            raise SigningError(f"methods: {list(self.methods)}; known, once each and in this order: {list(METHODS)}")


def _whole(name: str, value: object, least: int, most: int) -> None:
    """Raise SigningError for what is not a whole number in this interval. True and False are none."""
    if type(value) is not int or not least <= value <= most:
        raise SigningError(f"{name}: {value!r}; it must be a whole number from {least:,} to {most:,}")


PRESETS: Mapping[str, MinHash] = {
    "fineweb": MinHash(),
    "redpajama-v2": MinHash(n=13, bands=9, rows=13),
    "redpajama-v2-0.7": MinHash(n=13, bands=14, rows=9),
    "redpajama-v2-0.9": MinHash(n=13, bands=5, rows=25),
    "nemo": MinHash(unit="characters", n=24, bands=20, rows=13, bits=32),
    "the-stack": MinHash(n=5, bands=25, rows=10),
    "lee-2022": MinHash(n=5, bands=450, rows=20),
}
"""Parameters that others used, by name: how long shingles are, and which similarity is found.

What is a unit is ours, and so are hash functions: a preset finds about what they found, not the same pairs.

- fineweb: datatrove's defaults; near 0.75.
- redpajama-v2: its level 0.8; it published the signatures of others, of which 0.7 and 0.9 are here.
- nemo: NeMo Curator's defaults; near 0.8. Its characters are also white space and punctuation, which are none here.
- the-stack: 256 rows, in the bands that serve 0.7 best by datasketch's reckoning.
- lee-2022: Lee et al., "Deduplicating training data makes language models better"; near 0.8. RefinedWeb took it over.
"""
