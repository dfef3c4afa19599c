"""Digits, spaces and dashes of all scripts as those of ASCII, code point for code point: places stay as they are."""

import unicodedata

SPACE, DASH = ord(" "), ord("-")


class Folded(dict[int, int]):
    """A table for `str.translate` that is filled as characters are met."""

    def __missing__(self, point: int) -> int:
        """What a code point is folded to; itself where it is no digit, space or dash."""
        character = chr(point)
        category = unicodedata.category(character)
        if category == "Nd":
            found = ord("0") + unicodedata.decimal(character)
        elif category == "Zs" or character in UNSEEN:
            found = SPACE
        elif category == "Pd" or character == "−":
            found = DASH
        else:
            found = OTHER.get(character, point)
        self[point] = found
        return found


OTHER = {full: ord(plain) for full, plain in zip("＋（）．／＠", "+()./@", strict=True)}
"""Signs of full width that stand beside digits."""

UNSEEN = "\u00ad\u200b\u200e\u200f\u2060\ufeff"
"""What stands between the digits of a number and is not seen: a soft hyphen, spaces without width, marks of direction.
Not the joiners, which scripts need within words."""

TABLE = Folded()


def folded(text: str) -> str:
    """A text of the same length, its digits, spaces and dashes those of ASCII.

    >>> folded("٠٧١٢ ٣٤٥−٦٧٨"), folded("＋91\\xa0९८७६५"), folded("১২–৩")
    ('0712 345-678', '+91 98765', '12-3')
    >>> folded("0712\\u200b345\\u00ad678")
    '0712 345 678'
    """
    return text if text.isascii() else text.translate(TABLE)
