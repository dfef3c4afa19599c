"""Scripts: which letters a language is written with, by its ISO 15924 code."""

from unicodedata import category, name

LETTERS = {
    "Arab": "ARABIC",
    "Armn": "ARMENIAN",
    "Beng": "BENGALI",
    "Cyrl": "CYRILLIC",
    "Deva": "DEVANAGARI",
    "Ethi": "ETHIOPIC",
    "Geor": "GEORGIAN",
    "Grek": "GREEK",
    "Gujr": "GUJARATI",
    "Guru": "GURMUKHI",
    "Hang": "HANGUL",
    "Hans": "CJK",
    "Hant": "CJK",
    "Hebr": "HEBREW",
    "Khmr": "KHMER",
    "Knda": "KANNADA",
    "Laoo": "LAO",
    "Latn": "LATIN",
    "Mlym": "MALAYALAM",
    "Mymr": "MYANMAR",
    "Nkoo": "NKO",
    "Orya": "ORIYA",
    "Sinh": "SINHALA",
    "Taml": "TAMIL",
    "Telu": "TELUGU",
    "Tfng": "TIFINAGH",
    "Thaa": "THAANA",
    "Thai": "THAI",
    "Tibt": "TIBETAN",
}
"""How the Unicode names of a script's letters begin. A script that is not here is not checked."""

ANY = ("MODIFIER", "COMBINING")
"""Signs that go with every script: the letters by which some African languages mark tone or aspiration among them."""


def strangers(word: str, script: str) -> str:
    """The letters of a word that are not of a script; "" where there are none, or the script is not known.

    Letters alone count: digits, marks and punctuation are nobody's.

    >>> strangers("àwọn", "Latn"), strangers("अpर", "Deva"), strangers("的", "Hant"), strangers("x", "Cans")
    ('', 'p', '', '')
    """
    if script not in LETTERS:
        return ""
    own = (LETTERS[script], *ANY)
    return "".join(letter for letter in word if category(letter)[0] == "L" and not name(letter, "").startswith(own))
