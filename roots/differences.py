"""Where two texts differ, word by word, for a reader: which part of them is shown, and what is marked in it.

Time is bounded whatever the texts are: of each at most `step_report.SHOWN` characters are compared, by the longest
common subsequence of their words (Wagner and Fischer, The string-to-string correction problem, 1974), a row of the
table at a time. Two parts of 2,000 characters take 40 ms at most; the time of `difflib` grows with the cube of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import category

import numpy as np
from numpy.typing import NDArray

from filters.units import ALONE, SEPARATES, kind
from pipelines.step_report import BEFORE, SHOWN, shown

PIECE = 32
"""Characters of one text that are looked for in the other, where the two begin unlike each other."""

PROBES = 64
"""How many such pieces are looked for, spread over the text."""

VARIED = 8
"""Different characters of a piece that is looked for at least: a line of dots is found anywhere."""


CHANCE = 3
"""Letters that two passages have in common by chance, at most."""


@dataclass(frozen=True)
class Part:
    """Some words of a text in their order, and whether the other text lacks them here."""

    text: str
    differs: bool


@dataclass(frozen=True)
class Side:
    """What is shown of one of two texts: from which character on, of how many, in parts."""

    start: int
    characters: int
    parts: tuple[Part, ...]

    @property
    def more(self) -> int:
        """Characters after those that are shown."""
        return self.characters - self.start - sum(len(part.text) for part in self.parts)


def side_by_side(one: str, other: str) -> tuple[Side, Side]:
    """Two texts from a little before their first difference, with what each has alone marked.

    Where they begin unlike each other, they are shown from the first passage that both have, if one is found.
    White space is not compared.

    >>> one, other = side_by_side("Ẹ káàbọ̀ o", "Ẹ káàbọ̀\\nsí ilé o")
    >>> [part.text for part in other.parts if part.differs], [part.differs for part in one.parts]
    (['sí ilé'], [False])
    >>> one, other = side_by_side("我们的图书馆", "我们的书馆")
    >>> [part.text for part in one.parts if part.differs]
    ['图']
    """
    texts, starts = (one, other), _starts(one, other)
    words = [_shown(text, start) for text, start in zip(texts, starts, strict=True)]
    matched = _matched(*(["".join(word.split()) for word in some] for some in words))
    goes_on = [start + sum(map(len, some)) < len(text) for text, start, some in zip(texts, starts, words, strict=True)]
    sides = []
    for this, that in ((0, 1), (1, 0)):
        last = len(words[this])
        if goes_on[that] and matched[that][-1:].any():
            # What would answer to these words is not shown: nobody knows yet whether they differ.
            last = int(np.flatnonzero(matched[this])[-1]) + 1
        parts = _parts(words[this][:last], matched[this][:last])
        sides.append(Side(starts[this], len(texts[this]), parts))
    return sides[0], sides[1]


def _shown(text: str, start: int) -> list[str]:
    """The words of a text that are shown from a character on; one that would be cut is left out."""
    words = split(text[start : start + SHOWN])
    return words[:-1] if start + SHOWN < len(text) and len(words) > 1 else words


def _starts(one: str, other: str) -> tuple[int, int]:
    """From which character on each text is shown."""
    start, *_ = shown(one, other)
    if start or one[:BEFORE] == other[:BEFORE]:
        return start, start
    step = max(1, len(one) // PROBES)
    for place in range(0, len(one) - PIECE + 1, step):
        piece = one[place : place + PIECE]
        if len(set(piece)) >= VARIED and (there := other.find(piece)) >= 0:
            near = place < SHOWN // 2 and there < SHOWN // 2
            return (0, 0) if near else (max(0, place - BEFORE), max(0, there - BEFORE))
    return 0, 0


def split(text: str) -> list[str]:
    """A text as words, each with its punctuation and the white space after it; together they are the text.

    In scripts that do not separate words each character is one, with the marks on it and the punctuation after it.

    >>> split("don't  panic — 你好。ok ẹ̀kọ́")
    ["don't  ", 'panic ', '— ', '你', '好。', 'ok ', 'ẹ̀kọ́']
    """
    found: list[str] = []
    for character in text:
        if found and _belongs(character, found[-1]):
            found[-1] += character
        else:
            found.append(character)
    return found


def _belongs(character: str, word: str) -> bool:
    """Whether a character goes on with the word before it."""
    if character.isspace():
        return True
    if word[-1].isspace():
        return False
    if category(character)[0] == "M" or category(character) == "Cf":
        return True
    if kind(character) == ALONE:
        return False
    return kind(character) == SEPARATES or kind(word[0]) != ALONE


def _matched(one: Sequence[str], other: Sequence[str]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which words of each are in what they have in common, [words] bool each.

    A few letters that two unlike passages have in common are left out: they are chance, and would cut both to shreds.
    """
    runs = _runs(one, other)
    same = np.zeros(len(one), dtype=bool), np.zeros(len(other), dtype=bool)
    bounds = [(0, 0, 0), *runs, (len(one), len(other), 0)]
    for before, run, after in zip(bounds, runs, bounds[2:], strict=False):
        row, column, words = run
        letters = _letters(one[row : row + words])
        gaps = (
            max(_letters(one[before[0] + before[2] : row]), _letters(other[before[1] + before[2] : column])),
            max(_letters(one[row + words : after[0]]), _letters(other[column + words : after[1]])),
        )
        if letters > CHANCE or letters >= min(gaps):
            same[0][row : row + words] = same[1][column : column + words] = True
    return same


def _letters(words: Sequence[str]) -> int:
    return sum(map(len, words))


def _runs(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int, int]]:
    """The longest common subsequence in runs of words: where each begins in both, and how many words it has.

    Of several that are as long, it is the one that takes words as early as it can.
    """
    numbers: dict[str, int] = {}
    first = np.array([numbers.setdefault(word, len(numbers)) for word in one], dtype=np.int64)
    second = np.array([numbers.setdefault(word, len(numbers)) for word in other], dtype=np.int64)
    # [words + 1, words + 1] length of what the rest of each has in common; SHOWN fits in 16 bits.
    length = np.zeros((len(first) + 1, len(second) + 1), dtype=np.int16)
    for row in range(len(first) - 1, -1, -1):
        below = length[row + 1]
        best = np.maximum(below[:-1], np.where(second == first[row], below[1:] + 1, 0))
        length[row, :-1] = np.maximum.accumulate(best[::-1])[::-1]
    found: list[tuple[int, int, int]] = []
    row = column = 0
    while row < len(first) and column < len(second):
        if first[row] == second[column]:
            start, begin, words = found[-1] if found else (0, 0, 0)
            goes_on = (start + words, begin + words) == (row, column) and words
            found[-1 if goes_on else len(found) :] = [(start, begin, words + 1) if goes_on else (row, column, 1)]
            row, column = row + 1, column + 1
        elif length[row + 1, column] >= length[row, column + 1]:
            row += 1
        else:
            column += 1
    return found


def _parts(words: Sequence[str], same: NDArray[np.bool_]) -> tuple[Part, ...]:
    """Words in runs of those that both texts have, and those that one has alone, without the white space after them."""
    found: list[Part] = []
    for word, matched in zip(words, same.tolist(), strict=True):
        if found and found[-1].differs != matched:
            found[-1] = Part(found[-1].text + word, not matched)
        elif found and matched:
            found[-1], space = _without_space(found[-1])
            found.append(Part(space + word, False))
        else:
            found.append(Part(word, not matched))
    if found and found[-1].differs:
        found[-1], space = _without_space(found[-1])
        found += [Part(space, False)] if space else []
    return tuple(found)


def _without_space(part: Part) -> tuple[Part, str]:
    """A part without the white space at its end, and that."""
    text = part.text.rstrip()
    return Part(text, part.differs), part.text[len(text) :]
