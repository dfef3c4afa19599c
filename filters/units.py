"""Units of a text: the words and characters of which shingles are made, when texts are compared to find copies.

A word is a run of letters, combining marks and digits of any script (Unicode's L, M and N, and the underscore). Each
character of a script that does not separate words is a unit of its own. Everything else separates and is no unit:
white space, punctuation, symbols, joiners. So units depend on the text alone, and not on the language that somebody
declared; and two copies that differ in case, punctuation, line breaks or mark-up of emphasis have the same units. A
letter composed with its marks and the same letter with its marks behind it are two spellings here; MinHash takes them
for the same (`filters.minhash.spelled`), but where a character is a unit: there a mark by itself is one.

These are not the words that filters count (`filters.words`), whose rules are those of ROOTS.
`filters.kernels.units` is the fast twin.
"""

from functools import cache
from unicodedata import category, name

import numpy as np
from numpy.typing import NDArray

from filters.signing import Unit

UNSEPARATED = (
    "CJK ",
    "IDEOGRAPHIC ",
    "HANGZHOU ",
    "VERTICAL IDEOGRAPHIC ",
    "BOPOMOFO ",
    "HIRAGANA ",
    "HENTAIGANA ",
    "KATAKANA",
    "HALFWIDTH KATAKANA",
    "COMBINING KATAKANA",
    "VERTICAL KANA ",
    "YI SYLLABLE ",
    "NUSHU ",
    "THAI ",
    "LAO ",
    "KHMER ",
    "MYANMAR ",
    "TIBETAN ",
    "TAI ",
    "NEW TAI LUE ",
    "AHOM ",
    "BALINESE ",
    "JAVANESE ",
)
"""How the names begin of characters of scripts that do not separate words. Source: the classes ID (ideographic) and SA
(complex context) of Unicode's line breaking, UAX 14; Tibetan separates syllables, Balinese and Javanese nothing."""

SELECTORS = "VARIATION SELECTOR-"
"""How the names begin of marks that say how a symbol is drawn, behind an emoji most often; they separate like it."""

HAN = range(0x20000, 0x40000)
"""Planes 2 and 3, which hold Chinese characters alone, also those that this Python's Unicode does not know yet."""

TANGUT = range(0x17000, 0x18D80)
"""Characters, components and the Khitan script after them; Python knows no names of the characters."""

SEPARATES, WITHIN, ALONE = 0, 1, 2
"""What a code point does: it separates, it is part of a word, it is a unit."""

LONE = 1 << 31
"""In the table: a unit of its own."""


def units(text: str, unit: Unit = "words") -> list[str]:
    """The units of a text in their order, lower-cased; with `characters`, each letter, mark and digit is one.

    >>> units("Ẹ káàbọ̀, o_2!"), units("你好，World 2")
    (['ẹ', 'káàbọ̀', 'o_2'], ['你', '好', 'world', '2'])
    >>> units("नमस्ते दुनिया।"), units("don't — ...")
    (['नमस्ते', 'दुनिया'], ['don', 't'])
    >>> units("Ẹ! 2 ok", "characters")
    ['ẹ', '2', 'o', 'k']
    """
    found, word = [], ""
    for character in text:
        does = kind(character)
        if does == WITHIN and unit == "words":
            word += lower(character)
            continue
        if word:
            found.append(word)
            word = ""
        if does != SEPARATES:
            found.append(lower(character))
    return [*found, word] if word else found


def kind(character: str) -> int:
    """What a code point does in a text: SEPARATES, WITHIN a word, or ALONE.

    >>> [kind(character) for character in "é2_ 、かกု"]
    [1, 1, 1, 0, 0, 2, 2, 2]
    """
    if ord(character) in HAN:
        return ALONE
    if category(character)[0] not in "LMN":
        return WITHIN if character == "_" else SEPARATES
    named = name(character, "")
    if named.startswith(SELECTORS):
        return SEPARATES
    return ALONE if named.startswith(UNSEPARATED) or ord(character) in TANGUT else WITHIN


def lower(character: str) -> str:
    """The lower case of one code point, which is one code point and does not depend on its neighbours.

    So U+0130 is i, its dot left out, and the sigma that ends a word is like any other. `str.lower` makes two code
    points of the one, and looks around the other: a word would change with what follows it.

    >>> lower("Ẹ"), lower("İ"), lower("Σ") == lower("ς") == "σ"
    ('ẹ', 'i', True)
    """
    return "σ" if character == "ς" else character.lower()[0]


@cache
def table(unit: Unit) -> NDArray[np.uint32]:
    """[code points] 0 of one that separates, else its lower case, with LONE added where it is a unit of its own."""
    if unit == "characters":
        words = table("words")
        return np.where(words, words | np.uint32(LONE), np.uint32(0))
    found = np.zeros(0x110000, np.uint32)
    found[HAN.start : HAN.stop] = np.arange(HAN.start, HAN.stop, dtype=np.uint32) | np.uint32(LONE)
    for character in map(chr, (*range(HAN.start), *range(HAN.stop, len(found)))):
        if does := kind(character):
            found[ord(character)] = ord(lower(character)) | (LONE if does == ALONE else 0)
    return found
