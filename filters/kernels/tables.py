"""What kernels know of each code point: tables made from Python itself and from filters.characters at first use.

Nothing is written by hand, so that lower case and white space are those of the Python that runs.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from filters import characters
from filters.changes import unicode_punctuation, uniform_whitespace
from filters.kernels.compiled import Array, constant
from filters.words import SEPARATORS

CODE_POINTS = 0x110000
BLOCK = 256
"""Code points that are looked at together."""

SPECIAL = 1
"""Of filters.characters.special; separators are among them."""
SEPARATOR = 2
"""Cuts words: space, tab, newline."""
BLANK = 4
"""What str.strip takes away."""
CASED = 8
"""What Python's rule of the final sigma calls cased, unless it is IGNORABLE."""
IGNORABLE = 16
"""What that rule looks past, such as combining marks and apostrophes."""
CASE_BOUND = 32
"""Of filters.characters.CASE_BOUND: lower-casing may change the number of words."""
UNEVEN = 64
"""Lower-casing one by one does not do: U+03A3 looks at its neighbours, U+0130 becomes two."""

UNPRINTED = 128
"""Of filters.characters.NON_PRINTING."""

SIGMA, FINAL_SIGMA, DOTTED = 0x3A3, 0x3C2, 0x130


class Characters(NamedTuple):
    """Every code point by its number."""

    kinds: Array  # [0x110000] uint8, sum of the constants above
    lower: Array  # [0x110000] uint32, its lower case; that of U+0130 and U+03A3 stands in kernels


class Replacements(NamedTuple):
    """Code points that become something else, and what: UTF-8 that is never longer than that of the code point."""

    which: Array  # [0x110000] uint8, 0: stays; k: becomes text[starts[k]:starts[k + 1]]
    text: Array  # [bytes] uint8
    starts: Array  # [replacements + 2] int32


@cache
def code_points() -> Characters:
    """The kinds and the lower case of every code point, worked out once in a process."""
    kinds, lower = np.zeros(CODE_POINTS, np.uint8), np.arange(CODE_POINTS, dtype=np.uint32)
    for kind, members in (
        (SPECIAL, characters.special()),
        (SEPARATOR, SEPARATORS),
        (CASE_BOUND, characters.CASE_BOUND),
        (UNPRINTED, characters.NON_PRINTING),
        (BLANK, changed_by(lambda text: "".join(text.split()))),
    ):
        kinds[list(map(ord, members))] |= kind
    uneven = {chr(SIGMA)}
    for character in changed_by(str.lower):
        form = character.lower()
        if len(form) == 1:
            lower[ord(character)] = ord(form)
        else:
            uneven.add(character)
    kinds[list(map(ord, uneven))] |= UNEVEN
    even = everything().translate(dict.fromkeys(map(ord, uneven)))
    codes = np.frombuffer(even.encode("utf-32-le"), np.uint32)
    # After a letter A, a sigma is final if what stands between is cased or is looked past; without the A, only if it
    # is cased and is not looked past.
    alone, after_letter = _ends_in_final_sigma("\n", codes), _ends_in_final_sigma("A", codes)
    kinds[codes[alone]] |= CASED
    kinds[codes[after_letter & ~alone]] |= IGNORABLE
    for character in uneven:
        if f"{character}Σ".lower()[-1] == chr(FINAL_SIGMA):
            kinds[ord(character)] |= CASED
        elif f"A{character}Σ".lower()[-1] == chr(FINAL_SIGMA):
            kinds[ord(character)] |= IGNORABLE
    return Characters(constant(kinds), constant(lower))


@cache
def replacements(*, whitespace: bool, punctuation: bool) -> Replacements:
    """What uniform_whitespace and unicode_punctuation, or one of them, make of a code point."""

    def replaced(text: str) -> str:
        text = uniform_whitespace(text) if whitespace else text
        return unicode_punctuation(text) if punctuation else text

    return replaced_by({character: replaced(character) for character in changed_by(replaced)})


def replaced_by(changes: Mapping[str, str]) -> Replacements:
    """Replacements as kernels look them up, at most 255 different ones."""
    texts = sorted(set(changes.values()))
    which = np.zeros(CODE_POINTS, np.uint8)
    for character, new in changes.items():
        which[ord(character)] = texts.index(new) + 1
    encoded = [b"", *(text.encode() for text in texts)]
    return Replacements(constant(which), constant(np.frombuffer(b"".join(encoded), np.uint8)), starts(encoded))


def starts(texts: Sequence[bytes] | Sequence[str]) -> Array:
    """Where each of several texts starts when they are put one after the other, and where the last one ends. int32"""
    found = np.zeros(len(texts) + 1, np.int32)
    np.cumsum([len(text) for text in texts], out=found[1:])
    return constant(found)


@cache
def everything() -> str:
    """Every code point but the surrogates, in order."""
    codes = np.arange(CODE_POINTS, dtype=np.uint32)
    return codes[(codes < 0xD800) | (codes > 0xDFFF)].tobytes().decode("utf-32-le")


def changed_by(function: Callable[[str], str]) -> list[str]:
    """The code points that a function of texts changes, by themselves.

    >>> changed_by(lambda text: text.replace("b", "c").upper().lower())[:3]
    ['A', 'B', 'C']
    """
    text = everything()
    blocks = (text[at : at + BLOCK] for at in range(0, len(text), BLOCK))
    changed = "".join(block for block in blocks if function(block) != block)
    return [character for character in changed if function(character) != character]


def _ends_in_final_sigma(before: str, codes: Array) -> Array:
    """Of each code point, whether a sigma after it is a final one, with `before` in front of both. bool"""
    # A newline is neither cased nor looked past: the lines do not see each other.
    lines = np.empty((len(codes), 4), np.uint32)
    lines[:] = ord(before), 0, SIGMA, ord("\n")
    lines[:, 1] = codes
    lower = np.frombuffer(lines.tobytes().decode("utf-32-le").lower().encode("utf-32-le"), np.uint32)
    found: Array = lower.reshape(lines.shape)[:, 2] == FINAL_SIGMA
    return found
