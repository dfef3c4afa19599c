"""The four filters that change a text before it is measured; the fifth, words_augmentation, changes its words.

Each is `str -> str`. They run in the order of ROOTS (`ModifyingDocuments.modifying_documents` of filtering.py), and
`change` runs those that a language has switched on. What is *not* done: no Unicode normalisation, no repair of broken
encodings, no deletion of control characters. Time and memory are linear in the text.
"""

import re

from filters import characters
from filters.words import SEPARATORS, split, strip
from lang_params.params import LangParams, Setting

_WORD = re.compile(rf"[^{SEPARATORS}]+")
_RUN = re.compile(rf"[{SEPARATORS}]{{2,}}")
_PUNCTUATION = str.maketrans(characters.PUNCTUATION)


def change(text: str, params: LangParams) -> str:
    """The text as it is measured and kept: the language's changes in the order of ROOTS.

    Whitespace at the two ends goes in every language, whatever is switched on, as in the original.
    """
    settings = params.filters
    text = text.strip()
    if settings["uniform_whitespace"].enabled:
        text = uniform_whitespace(text)
    if settings["unicode_punctuation"].enabled:
        text = unicode_punctuation(text)
    if settings["incorrect_substrings"].enabled:
        text = incorrect_substrings(text, settings["incorrect_substrings"])
    if settings["long_words"].enabled:
        text = long_words(text, settings["long_words"])
    return text


def uniform_whitespace(text: str) -> str:
    """Writes eleven code points, no-break, thin and wide spaces among them, as the plain space; \\n and \\t stay.

    Zero-width ones (U+200B, U+FEFF) stay too: they are no spaces, and Khmer and Thai write U+200B between words.

    >>> uniform_whitespace("10\\u00a0000\\u202f€\\u3000全角")
    '10 000 € 全角'
    """
    for space in characters.WHITESPACE:
        text = text.replace(space, " ")
    return text


def unicode_punctuation(text: str) -> str:
    """Replaces punctuation that has an ASCII form by that form. ROOTS had it switched off for every language.

    >>> unicode_punctuation("“你好”，…")
    '"你好",...'
    """
    return text.translate(_PUNCTUATION)


def incorrect_substrings(text: str, setting: Setting) -> str:
    """Drops words that hold one of the setting's substrings, which are pieces of addresses and of HTML.

    Special characters at the ends of a word are set aside first. Runs of separators and blank lines collapse, whether
    a word was dropped or not, because the original takes the text apart and joins it again.

    >>> from lang_params.params import Setting
    >>> web = Setting(substrings=("http", "www", ".com", "href", "//"))
    >>> incorrect_substrings("Soma zaidi: (www.a.b)  hapa\\n\\nhttps://x.org/\\nAsante //rafiki//", web)
    'Soma zaidi: hapa\\nAsante //rafiki//'
    """
    if any(substring in text for substring in setting.substrings):

        def kept(word: re.Match[str]) -> str:
            core = strip(word[0])
            return "" if any(substring in core for substring in setting.substrings) else word[0]

        text = _WORD.sub(kept, text)
    return _one_separator(text)


def long_words(text: str, setting: Setting) -> str:
    """Drops words of more than the setting's maximum of code points, special characters at their ends not counted.

    A word made of nothing but special characters goes when it is longer than the maximum. Runs of separators and
    blank lines collapse as in `incorrect_substrings`.

    >>> from lang_params.params import Setting
    >>> long_words("ध्यान दें\\t" + "=" * 40 + "\\n«" + "न" * 25 + "» " + "न" * 26, Setting(max=25))
    'ध्यान दें\\n«ननननननननननननननननननननननननन»'
    """
    limit = setting.max
    if limit is not None and max(map(len, split(text))) > limit:

        def kept(word: re.Match[str]) -> str:
            fits = len(word[0]) <= limit or 0 < len(strip(word[0])) <= limit
            return word[0] if fits else ""

        text = _WORD.sub(kept, text)
    return _one_separator(text)


def _one_separator(text: str) -> str:
    """One separator where there was a run: a newline if the run held one, else a tab; none at the ends."""
    return _RUN.sub(_strongest, text).strip(SEPARATORS)


def _strongest(run: re.Match[str]) -> str:
    return "\n" if "\n" in run[0] else "\t" if "\t" in run[0] else " "
