"""Words of a text: cut at spaces, tabs and newlines, or pieces of a SentencePiece model where a script has no spaces.

What every other part of the filters does with words starts here, so that a "word" is the same thing to all of them.
Source: ROOTS, `ModifyingDocuments.get_words_from_document` and `normalization` of filtering.py.
"""

import re
import sys
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from filters import characters
from filters.model_files import ModelError, check_pieces

Encode = Callable[[str], list[str]]
"""Cuts a normalised text into the pieces of a SentencePiece model."""

SEPARATORS = " \t\n"
"""What separates words, weakest first. No other whitespace does: the original cuts at these three alone."""

_NON_PRINTING = re.compile(f"[{re.escape(characters.NON_PRINTING)}]+")


def split(text: str) -> list[str]:
    """Pieces between single separators, as they stand; two separators in a row leave an empty piece.

    >>> split("Ẹ káàárọ̀,\\nẹ̀yin\\tará")
    ['Ẹ', 'káàárọ̀,', 'ẹ̀yin', 'ará']
    """
    return text.replace("\n", " ").replace("\t", " ").split(" ")


def strip(word: str) -> str:
    """A word without the special characters at its two ends; "" when it has nothing else.

    `str.strip` would search all 1,599 characters one after the other.

    >>> strip("«été»,"), strip("don't"), strip("(2022)"), strip("هذه")
    ('été', "don't", '', 'ذ')
    """
    special = characters.special()
    start, end = 0, len(word)
    while start < end and word[start] in special:
        start += 1
    while start < end and word[end - 1] in special:
        end -= 1
    return word[start:end]


def stripped(words: Iterable[str]) -> list[str]:
    """Every word without the special characters at its ends; words of which nothing is left are gone.

    >>> stripped(["कहानी", "—", "था।", "", "(नया)"])
    ['कहान', 'था।', 'नय']
    """
    special = characters.special()
    kept = []
    for word in words:
        clean = word and word[0] not in special and word[-1] not in special
        core = word if clean else strip(word)
        if core:
            kept.append(core)
    return kept


def normalise(text: str, *, lower: bool) -> str:
    """A text on one line, as the original prepares it for a SentencePiece model.

    What does not print is deleted (newlines too), ends are stripped, whitespace becomes spaces, every decimal digit
    of any script becomes 0, Unicode punctuation becomes ASCII.

    >>> normalise(" 《红楼梦》，\\n第２回 A", lower=True)
    '"红楼梦",第0回 a'
    """
    text = _NON_PRINTING.sub("", text).strip()
    if lower:
        text = text.lower()
    return text.translate(_ascii_forms())


def pieces(text: str, encode: Encode) -> list[str]:
    """Words of a text in a script without spaces: lower-cased, stripped pieces of the normalised text.

    A piece that begins a word keeps the mark U+2581, so it never equals an entry of a word list.
    `encode` is the model; one piece for each character stands in for it here:

    >>> pieces("你好，世界！", list)
    ['你', '好', '世', '界']
    """
    return stripped(piece.lower() for piece in encode(normalise(text, lower=True)))


@cache
def processor(model: Path) -> Any:
    """The SentencePieceProcessor of a model file; loaded once in a process. Raises ModelError for any other file."""
    from sentencepiece import SentencePieceProcessor

    check_pieces(model)
    try:
        return SentencePieceProcessor(model_file=str(model))
    except (RuntimeError, OSError) as error:
        raise ModelError(f"{model}: is a SentencePiece model that is not whole ({error})") from error


@cache
def encoder(model: Path) -> Encode:
    """The `encode` of a SentencePiece model file. Raises ModelError for any other file."""
    loaded = processor(model)

    def encode(text: str) -> list[str]:
        found: list[str] = loaded.encode(text, out_type=str)
        return found

    return encode


class _Forms(dict[int, int | str]):
    """A table for `str.translate` in which what has no entry stays; it notes such characters as it meets them, because
    a look-up that fails costs several times one that succeeds."""

    def __missing__(self, character: int) -> int:
        self[character] = character
        return character


@cache
def _ascii_forms() -> _Forms:
    """Whitespace as the plain space, decimal digits of all scripts as 0 (the wide one too), punctuation as ASCII."""
    forms = {ord(mark): form for mark, form in characters.PUNCTUATION.items()}
    forms |= {code: "0" for code in range(sys.maxunicode + 1) if chr(code).isdecimal()}
    return _Forms(forms | dict.fromkeys(map(ord, characters.WHITESPACE), " "))
