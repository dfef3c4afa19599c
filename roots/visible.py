"""Texts of documents and names from entries as they may be shown: nothing in them steers a terminal or a page."""

import unicodedata

DIRECTING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Embeddings, overrides and isolates, which turn the order of what follows (Unicode's UAX 9, sections 2.1 to 2.5)."""

KEPT = frozenset("\n\t")


def visible(text: str) -> str:
    """A text with its control characters, and those that turn the direction of writing, as codes.

    Line ends and tabs stay, and so do joiners and the marks of direction that only say where they stand: scripts need
    them.

    >>> visible("\\x1b[2Jكتاب\\u202e\\nẹ̀kọ́")
    '\\\\x1b[2Jكتاب\\\\u202e\\nẹ̀kọ́'
    >>> visible("می\\u200cخواهم") == "می\\u200cخواهم"
    True
    """
    return "".join(map(_shown, text))


def line(text: str) -> str:
    """A text as `visible`, on one line.

    >>> line(" بيت\\n الحكمة ")
    'بيت الحكمة'
    """
    return visible(" ".join(text.split()))


def _shown(character: str) -> str:
    if character in DIRECTING or character in "\u2028\u2029":
        return f"\\u{ord(character):04x}"
    if unicodedata.category(character) == "Cc" and character not in KEPT:
        return f"\\x{ord(character):02x}"
    return character
