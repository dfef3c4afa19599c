"""Sets of code points that the ROOTS filters know: special characters, whitespace, what does not print, punctuation.

Special characters are counted by a filter of that name and are stripped from both ends of every word. The set is
kept as ROOTS had it, accidents included: Arabic heh, several Devanagari vowel signs, a Bengali one, Cyrillic capital
ghe, pi, katakana and three Chinese characters are in it, which is why the limits for Hindi and Bengali are wide.
U+200D, U+FE0F and the SentencePiece mark U+2581 are not in it.
"""

from functools import cache
from pathlib import Path

WHITESPACE = "\u2009\u200a\u202f\u2005\u3000\u2002\u00a0\u2008\u2003\ufffc\u0084"
"""Code points that become one plain space (U+200B and U+FEFF do not). Source: `uniform_whitespace`, filtering.py."""

NON_PRINTING = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0)]))
"""Code points that are deleted before a SentencePiece model reads a text: newline and tab are among them.
Source: `non_printing_characters_re`, normalization.py."""

PUNCTUATION = {
    "，": ",",
    "、": ",",
    "。": ".",
    "„": '"',
    "”": '"',
    "“": '"',
    "«": '"',
    "»": '"',
    "１": '"',
    "」": '"',
    "「": '"',
    "《": '"',
    "》": '"',
    "´": "'",
    "’": "'",
    "∶": ":",
    "：": ":",
    "？": "?",
    "！": "!",
    "（": "(",
    "）": ")",
    "；": ";",
    "–": "-",
    "━": "-",
    "►": "-",
    "—": " - ",
    "．": ". ",
    "～": "~",
    "…": "...",
    "〈": "<",
    "〉": ">",
    "【": "[",
    "】": "]",
    "％": "%",
}
"""Unicode punctuation and its ASCII form. The entry for the wide digit one is a slip of the original; it has no effect
where digits became 0 before. Source: `unicode_punctuation`, normalization.py (first written for CCNet)."""

CASE_BOUND = "ØΠГⓂꞮ"
"""The letters that lower-casing takes into or out of the special characters (ø and π are in, г is not): only a text
that holds one of them can have another number of words before lower-casing than after. A test finds them anew."""


@cache
def special() -> frozenset[str]:
    """The 1,599 special characters, each a string of one code point.

    >>> "!" in special(), "7" in special(), "\\t" in special(), "😀" in special(), "é" in special()
    (True, True, True, True, False)
    >>> "ه" in special(), "ा" in special(), "上" in special()
    (True, True, True)
    """
    folder = Path(__file__).parent
    return _read(folder / "special_characters.txt") | _read(folder / "special_characters_emoji.txt")


def _read(path: Path) -> frozenset[str]:
    """Code points of a list in the U+XXXX notation."""
    members: set[str] = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("U+"):
            first, _, last = line.replace("U+", "").partition("-")
            members.update(map(chr, range(int(first, 16), int(last or first, 16) + 1)))
    return frozenset(members)
