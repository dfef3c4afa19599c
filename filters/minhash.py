"""MinHash signatures: two texts that share most of their shingles very likely have an equal band.

A shingle is `n` neighbouring units of a text (`filters.units`). A signature has `bands * rows` rows; two signatures
agree in a row with the probability of the Jaccard similarity s of the two sets of shingles. Where all rows of a band
agree, the texts are a pair: with 14 bands of 8 rows, a pair is found with probability 1 - (1 - s^8)^14: 56 % at
s = 0.70, 77 % at 0.75, 92 % at 0.80, 98.8 % at 0.85.

The signature is the "fast similarity sketch" of S. Dahlgaard, M. Knudsen and M. Thorup (FOCS 2017). In a first round
each shingle is hashed once, to a row and a value, and every row keeps its lowest value. Rows that are still empty are
filled in a second round with other hashes, and so on. As with a hash function for each row, rows agree with probability
s; but a long text costs one hash a shingle, whatever the number of rows. And no shingle is in two rows of a round, so
that estimates are better than those of independent functions: the mean squared error is their s (1 - s) / rows for
texts of many more shingles than rows, and half of it for texts of fewer. The shares above hold to within 3 in 100.

The definition, for whoever writes it again; all numbers are unsigned of 64 bits, modulo 2^64:

- mixed: the finaliser of splitmix64 (Steele, Lea and Flood 2014; constants of Vigna's version);
- hash of a unit: over its code points in their canonical decomposition, from h = 0: h = h + mixed(code point) of a
  mark, h = h * BASE + code point of any other; then mixed(h). So it does not matter whether marks are composed with
  their letter, or in which order they stand: Yoruba is met in all forms;
- hash of a shingle: h = h * STEP + hash of the unit over its units, from h = 0; then mixed(h);
- value of shingle x in round r: mixed(x + mixed(seed) + (r + 1) * BASE); its row in the first `functions` rounds:
  (lower half of the value * functions) >> 32; in round functions + i, row i, whatever the value;
- row: the lowest value of the first round in which it has any; of 32-bit signatures, the upper half of it;
- band j: h = h * BASE + row over its rows, from h = j; then mixed(h);
- sketch: the lowest byte of each row.

Changing any of this makes stored signatures worthless; tests pin the values. `filters.minhash_batch` is the fast twin.
"""

from collections.abc import Collection, Iterable, Sequence
from unicodedata import category, normalize

import numpy as np
from numpy.typing import NDArray

from filters.signing import MinHash
from filters.units import units

BASE = 0x9E3779B97F4A7C15
"""2^64 divided by the golden ratio, as an odd number: splitmix64's own step."""

STEP = 0xE220A8397B1DCDAF
"""The first number of splitmix64 started at 0."""

JAMO = range(0x1160, 0x1200)
"""Korean vowels and finals, into which the canonical decomposition takes syllables apart."""

EMPTY = 2**64 - 1
"""Of a row that has no value yet; no value is larger."""

Numbers = NDArray[np.uint64]


def shingles(text: str, how: MinHash) -> Numbers | None:
    """Distinct hashes of all runs of `n` units of a text, ascending; None for a text of fewer than `n` units.

    Such a text has no shingle, so nothing says what it resembles: it is nobody's duplicate.

    >>> found = shingles("Ẹ kú iṣẹ́ o! Ẹ kú iṣẹ́ o! Ẹ kú", MinHash())
    >>> found.dtype, len(found)  # ten words, six runs, two of them twice
    (dtype('uint64'), 4)
    >>> shingles("我的小山。", MinHash()), len(shingles("我的小山羊。", MinHash()))
    (None, 1)
    """
    hashes = [mixed(spelled(unit)) for unit in units(text, how.unit)]
    runs = {mixed(_joined(hashes[at : at + how.n], STEP)) for at in range(len(hashes) - how.n + 1)}
    return np.array(sorted(runs), np.uint64) if runs else None


def spelled(unit: str) -> int:
    """What is mixed to be the hash of a unit: the same number for all spellings that Unicode holds equal.

    >>> spelled("ẹ́") == spelled("é\\u0323") == spelled("e\\u0301\\u0323") != spelled("ẹ")
    True
    """
    found = 0
    for character in normalize("NFD", unit):
        found = found + mixed(ord(character)) if mark(character) else found * BASE + ord(character)
    return found % 2**64


def mark(character: str) -> bool:
    """Whether a code point belongs to the letter before it: a combining mark, a vowel or final of a Korean syllable."""
    return category(character)[0] == "M" or ord(character) in JAMO


def minima(hashes: Collection[int], how: MinHash) -> list[int]:
    """The rows of a signature, from hashes of shingles, at least one."""
    functions = how.functions
    lowest = [EMPTY] * functions
    empty = set(range(functions))
    for number in range(2 * functions):
        filled = set()
        for each in hashes:
            value = mixed(int(each) + mixed(how.seed) + (number + 1) * BASE)
            row = value % 2**32 * functions >> 32 if number < functions else number - functions
            if row in empty:
                lowest[row] = min(lowest[row], value)
                filled.add(row)
        empty -= filled
        if not empty:
            break
    return [value >> 64 - how.bits for value in lowest]


def bands(rows: Sequence[int], how: MinHash) -> list[int]:
    """One number for each band of a signature. Texts that have an equal one are a pair.

    The number of the band is in it, so that rows of one band are never taken for those of another.
    """
    return [mixed(_joined(rows[j * how.rows : (j + 1) * how.rows], BASE, start=j)) for j in range(how.bands)]


def sketch(rows: Sequence[int]) -> bytes:
    """The lowest byte of each row: enough to estimate the similarity of two texts."""
    return bytes(row & 0xFF for row in rows)


def similarity(one: bytes, other: bytes) -> float:
    """Estimated Jaccard similarity of two texts from their sketches, in [0, 1].

    A byte of 256 values is equal by chance once in 256 times, which is taken off.

    >>> similarity(b"abcd", b"abcx"), similarity(b"abcd", b"wxyz")
    (0.7490196078431373, 0.0)
    """
    equal = sum(a == b for a, b in zip(one, other, strict=True)) / len(one)
    return max(0.0, (equal - 1 / 256) / (1 - 1 / 256))


def jaccard(one: Numbers, other: Numbers) -> float:
    """Jaccard similarity of two texts, in [0, 1], from the distinct hashes of their shingles.

    >>> first, second = (shingles(text, MinHash(n=1)) for text in ("mo fẹ́ràn ẹ", "mo fẹ́ràn ọ"))
    >>> jaccard(first, second)
    0.5
    """
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return shared / (len(one) + len(other) - shared)


def mixed(number: int) -> int:
    """A number of 64 bits in which each bit depends on all of another; no two become the same.

    >>> hex(mixed(BASE)) == hex(STEP)
    True
    """
    number %= 2**64
    number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    number = (number ^ (number >> 27)) * 0x94D049BB133111EB % 2**64
    return number ^ (number >> 31)


def _joined(numbers: Iterable[int], factor: int, *, start: int = 0) -> int:
    """One number of several, in their order: a polynomial."""
    found = start
    for number in numbers:
        found = (found * factor + number) % 2**64
    return found
