"""Which scripts the letters of a text are in, and which of the two Chinese scripts its characters belong to.

Of most scripts only one language of the corpus is written, or none: a text's letters alone tell Gujarati from all
others. Where a script is that of several, they leave fewer to choose from. `filters.identify` decides by these counts
what a text can be at all, and `filters.kernels.scripts` is the fast twin of what is defined here.
"""

from functools import cache
from pathlib import Path
from unicodedata import category, name

import numpy as np
from numpy.typing import NDArray

SCRIPTS = {
    "LATIN": "Latn",
    "ARABIC": "Arab",
    "DEVANAGARI": "Deva",
    "BENGALI": "Beng",
    "GURMUKHI": "Guru",
    "GUJARATI": "Gujr",
    "ORIYA": "Orya",
    "TAMIL": "Taml",
    "TELUGU": "Telu",
    "KANNADA": "Knda",
    "MALAYALAM": "Mlym",
    "CJK": "Hani",
    "HIRAGANA": "Kana",
    "KATAKANA": "Kana",
}
"""ISO 15924 code by the word in the Unicode names of a script's letters. Kana here is both Japanese syllabaries."""

CLASSES = (*dict.fromkeys(SCRIPTS.values()), "other", "simplified", "traditional")
"""What a letter can be. The last two are Hani too: characters that only one of the two Chinese scripts has."""

CLASS = {what: number for number, what in enumerate(CLASSES)}

NONE = 255
"""In the table of classes: no letter, or one that every script may have."""

CHINESE = Path(__file__).parent / "chinese_characters.txt"


def counts(text: str) -> dict[str, int]:
    """Number of letters and vowel signs of each class in a text, of those that occur.

    Digits, punctuation, symbols and the accents that any script may have count for none.

    >>> counts("Ẹ káàbọ̀, 2 நாள்!")
    {'Latn': 6, 'Taml': 4}
    >>> counts("汉字 漢字 かな"), counts("2026 😀")
    ({'simplified': 1, 'Hani': 2, 'traditional': 1, 'Kana': 2}, {})
    """
    found: dict[str, int] = {}
    for character in text:
        number = table()[ord(character)]
        if number != NONE:
            found[CLASSES[number]] = found.get(CLASSES[number], 0) + 1
    return found


@cache
def table() -> NDArray[np.uint8]:
    """[code points] number of the class of each in CLASSES, or NONE."""
    found = np.full(0x110000, NONE, np.uint8)
    for code in range(0x20000):
        found[code] = _class(chr(code))
    found[0x20000:0x40000] = CLASS["Hani"]  # planes 2 and 3 hold nothing else
    for line in CHINESE.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            script, characters = line.split()
            found[[ord(character) for character in characters]] = CLASS[script]
    return found


def _class(character: str) -> int:
    kind = category(character)
    if kind[0] not in "LM":
        return NONE
    for word in name(character, "").replace("-", " ").split():
        if word in SCRIPTS:
            return CLASS[SCRIPTS[word]]
    return NONE if kind[0] == "M" or kind == "Lm" else CLASS["other"]
