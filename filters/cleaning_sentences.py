"""Sentence splitting, as a cleaning step: every sentence on a line of its own.

ROOTS split with Stanza (ar, ca, eu, id, zhs, zht), NLTK's punkt (en, es, fr, pt), Indic NLP (bn, gu, hi, kn, ml, mr,
pa, ta, te) and Underthesea (vi). Most of these need models. Here the library `sentencex` of the Wikimedia Foundation
splits all languages by rules: what ends a sentence in any script, common abbreviations, quotations and brackets that
are not split. So the sentences are not always those of ROOTS: "M. Dupont" and "डॉ. शर्मा" are split, which punkt and
Indic NLP do not. A newline in the text ends a sentence here; Stanza and punkt read on over a single one.

`as`, `ne`, `or` and `ur`, for which ROOTS had nothing, end their sentences with signs that the library knows. None is
offered for the languages of the Niger-Congo family: no rules of their own are known for them.
"""

import re
from collections.abc import Iterator
from itertools import accumulate, pairwise

SENTENCE_LANGUAGES = {
    **{code: code for code in ("ar", "as", "bn", "ca", "en", "es", "eu", "fr", "gu", "hi", "id", "kn", "ml", "mr")},
    **{code: code for code in ("ne", "or", "pa", "pt", "ta", "te", "ur", "vi")},
    "zhs": "zh",
    "zht": "zh",
}
"""The languages that can be split, by ROOTS's code, and the library's code for each."""

WINDOW = 10_000
"""Characters that the library is given at once. Its time grows with the square of the quotation marks that are opened
and never closed in them: 2 s for 80,000, 30 ms for 10,000."""

WHITE = re.compile(r"\s")


def split_sentences(text: str, code: str) -> str:
    """The sentences of a text, one a line, without white space at their ends; empty lines go.

    A sentence longer than WINDOW is not split where it could be, nor broken.

    >>> print(split_sentences("Dr. Ade went home. Did you know? Yes.", "en"))
    Dr. Ade went home.
    Did you know?
    Yes.
    >>> split_sentences("यह पहला वाक्य है। यह दूसरा है।\\n\\nतीसरा", "hi")
    'यह पहला वाक्य है।\\nयह दूसरा है।\\nतीसरा'
    >>> split_sentences("你好。我是学生！", "zhs")
    '你好。\\n我是学生！'
    """
    sentences = (piece.strip() for line in text.split("\n") for piece in _pieces(line, SENTENCE_LANGUAGES[code]))
    return "\n".join(sentence for sentence in sentences if sentence)


def _pieces(line: str, language: str) -> Iterator[str]:
    """The sentences of a line with the white space behind them; a window begins where the last whole one ended."""
    start, held = 0, ""
    while len(line) - start > WINDOW:
        whole = _segments(line[start : start + WINDOW], language)[:-1]
        if whole:
            yield held + whole[0]
            yield from whole[1:]
            held = ""
            start += sum(map(len, whole))
        else:
            held += line[start : start + WINDOW]
            start += WINDOW
    rest = _segments(line[start:], language)
    yield held + rest[0]
    yield from rest[1:]


def _segments(piece: str, language: str) -> list[str]:
    """The sentences of a piece of a line, one after the other the piece again; at least one.

    White space beyond ASCII makes version 1.0.32 of the library panic, so it is shown spaces in its place. A panic is
    no Exception; should another text cause one, that text stays whole.
    """
    from sentencex import segment

    try:
        found = segment(language, WHITE.sub(" ", piece))
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        return [piece]
    ends = [0, *accumulate(map(len, found))]
    return [piece[start:end] for start, end in pairwise(ends)] or [piece]
