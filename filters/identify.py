"""The filter language_id: which language a text is in, and how sure the one who says so is.

Three identifiers stand behind one interface, `IDENTIFIERS`. fastText's lid.176 is what ROOTS asked, and stays for the
languages whose limit was tuned for it. "roots" is this project's own model of all 46 languages (filters/roots_lid.py).
CLD2 has labels for 42. Which of them a language names stands in its parameters; figures are in lang_params/README.md.
For a text in a language without parameters nobody is asked ("none").

The score is that of the identifier who answered and means what it means there: for lid.176 and "roots" the probability
of the label, for CLD2 the share of the text that it holds to be in that language. All are in [0, 1].
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from lang_params.params import LangParams

if TYPE_CHECKING:
    import pyarrow as pa

    from filters.lid_model import LidModel

EVIDENCE = 200
"""What CLD2 has to hold for its first language before its answer counts: its own score for 1,024 bytes of text.

Asked for its best effort, CLD2 also answers for what it does not know: it takes Fon for Yoruba, Kikuyu for English.
Measured on FLORES-200 devtest, three sentences a text: languages it knows have 323 (Spanish) and more in 98 of 100
texts; Bambara, Fon and Kikuyu, which it does not know, have 127 in the middle and under 200 in 88 of 100. More would
lose single sentences: 2 of 100 in Yoruba have under 221."""

UNREADABLE = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
"""Code points that pycld2 0.42 refuses as invalid UTF-8 (found by trying every one): most control characters, the
non-characters, and surrogates, which cannot be encoded at all."""

MARK = re.compile("[\u0300-\u036f]")

ACCENTED = re.compile("\\w[\u0300-\u036f]{1,4}")
"""A letter and up to four marks on it. Longer runs of marks are no writing, and to compose a run takes time with the
square of its length."""

UNDECLARED = "roots"
"""Who is asked for a text that declares no language: the one that knows all 46 and most of their neighbours."""

Answer = tuple[str | None, float]
"""An identifier's label, or None when it could not tell, and its score in [0, 1]."""


@dataclass(frozen=True)
class Identified:
    """What language a text is in.

    `lang` is a ROOTS code where the identifier's label is that of a language of the corpus, else the label itself
    ("de", "ss"), or None when the identifier could not tell. `score` is in [0, 1], 0 when it could not tell, and None
    when nobody was asked. `identifier` is a name of `IDENTIFIERS`, or "none".
    """

    lang: str | None
    score: float | None
    identifier: str


def identify_texts(texts: "pa.Array", params: LangParams, languages: Mapping[str, LangParams]) -> list[Identified]:
    """Which language each text is in, by the identifier that the parameters of their declared language name.

    A label that `params` claims counts as its language, whoever else claims it too: "zh" of lid.176 confirms text
    declared as zhs and as zht, "ak" text declared as ak and as tw. Where `params` names no identifier, nobody is asked.
    `texts` is an array of strings without nulls.
    """
    name = params.identifier
    if name == "none":
        return [Identified(None, None, "none")] * len(texts)
    codes = _codes(name, languages)
    if name in params.labels:
        codes[params.labels[name]] = params.code
    return _identified(name, texts, codes)


def identify_undeclared_texts(texts: "pa.Array", languages: Mapping[str, LangParams]) -> list[Identified]:
    """Which language each text is in of which nothing is known: `UNDECLARED` is asked, and knows all 46.

    A text in another language keeps the label of that language, or gets that of the nearest one that the identifier
    knows. A label of two languages becomes the one whose code it is (Akan and Twi: ak).
    """
    return _identified(UNDECLARED, texts, _codes(UNDECLARED, languages))


def identify(text: str, params: LangParams, languages: Mapping[str, LangParams]) -> Identified:
    """`identify_texts` of one text. Surrogates, which no file can hold but a JSON record can, become "?".

    >>> from lang_params.params import load_all
    >>> languages = load_all()
    >>> found = identify("Gbogbo ènìyàn ni a bí ní òmìnira; iyì àti ẹ̀tọ́ kọ̀ọ̀kan sì dọ́gba.", languages["yo"], languages)
    >>> found.lang, found.identifier
    ('yo', 'roots')
    """
    return identify_texts(_array(text), params, languages)[0]


def identify_undeclared(text: str, languages: Mapping[str, LangParams]) -> Identified:
    """`identify_undeclared_texts` of one text.

    >>> from lang_params.params import load_all
    >>> languages = load_all()
    >>> identify_undeclared("所有人生来就是自由的，在尊严和权利上一律平等。", languages).lang
    'zhs'
    >>> identify_undeclared("Alle Menschen sind frei und gleich an Würde und Rechten geboren.", languages).lang
    'de'
    """
    return identify_undeclared_texts(_array(text), languages)[0]


def ask_fasttext(text: str) -> Identified:
    """fastText's most probable label for a whole text, lower-cased and on one line as ROOTS did, and its probability.

    This is fastText itself, and defines what `filters.kernels.lid` computes of lid.176. It always answers: of a text
    without any word it knows it says "en" with 0.12.

    >>> answer = ask_fasttext("Bonjour tout le monde")
    >>> answer.lang, answer.score > 0.9
    ('fr', True)
    """
    line = text.lower().replace("\n", " ").encode("utf-8", "replace")
    # The class beneath takes one line with its end; predict() of the Python class around it fails under numpy 2.
    answers = _fasttext().predict(line + b"\n", 1, 0.0, "strict")
    if not answers:
        return Identified(None, 0.0, "fasttext")
    probability, label = answers[0]
    # Rounding within the model can give 1.00001.
    return Identified(label.removeprefix("__label__"), min(probability, 1.0), "fasttext")


def ask_cld2(text: str) -> Identified:
    """CLD2's first language of a text and the share of the text that it holds to be in it, in whole hundredths.

    Without enough `EVIDENCE` it could not tell. Marks that follow their letter are put on it first: CLD2 was made from
    composed text, and knows little of Yoruba that is not.

    >>> ask_cld2("Toutes les personnes naissent libres et égales en dignité et en droits.")
    Identified(lang='fr', score=0.98, identifier='cld2')
    >>> ask_cld2("😀😀😀")
    Identified(lang=None, score=0.0, identifier='cld2')
    """
    import pycld2

    readable = UNREADABLE.sub(" ", text)
    if MARK.search(readable):
        readable = ACCENTED.sub(lambda found: normalize("NFC", found[0]), readable)
    _, _, ((_, label, percent, evidence), *_) = pycld2.detect(readable, isPlainText=True, bestEffort=True)
    if label == "un" or evidence < EVIDENCE:
        return Identified(None, 0.0, "cld2")
    return Identified(label, percent / 100, "cld2")


def _ask_fasttext(texts: "pa.Array") -> list[Answer]:
    """lid.176 by its kernel: what `ask_fasttext` says of each text."""
    from filters.kernels.lid import predict

    numbers, scores = predict(_lid_176(), texts)
    names = [*_lid_176().labels, None]  # where there is no answer the number is -1
    return [(names[number], min(score, 1.0)) for number, score in zip(numbers, scores.tolist(), strict=True)]


def _ask_cld2(texts: "pa.Array") -> list[Answer]:
    answers = map(ask_cld2, texts.to_pylist())
    return [(answer.lang, answer.score or 0.0) for answer in answers]


def _ask_roots(texts: "pa.Array") -> list[Answer]:
    from filters.roots_lid import ask

    return ask(texts)


IDENTIFIERS: Mapping[str, Callable[["pa.Array"], list[Answer]]] = {
    "fasttext": _ask_fasttext,
    "cld2": _ask_cld2,
    "roots": _ask_roots,
}
"""Who can be asked, by the name that the parameters use: a label and a score for each of many texts."""


def _identified(name: str, texts: "pa.Array", codes: Mapping[str, str]) -> list[Identified]:
    """What an identifier says, with the code of the corpus in place of a label that has one."""
    answers = IDENTIFIERS[name](texts)
    return [Identified(codes.get(label, label) if label else None, score, name) for label, score in answers]


def _codes(name: str, languages: Mapping[str, LangParams]) -> dict[str, str]:
    """The language of the corpus that each label of an identifier stands for: of several the one of the same name, else
    the first."""
    found: dict[str, str] = {}
    for code, params in sorted(languages.items()):
        label = params.labels.get(name)
        if label is not None and (label == code or label not in found):
            found[label] = code
    return found


def _array(text: str) -> "pa.Array":
    import pyarrow as pa

    return pa.array([text.encode("utf-8", "replace").decode()], pa.string())


@cache
def _lid_176() -> "LidModel":
    """lid.176 for its kernel, once a process."""
    from filters.lid_model import read
    from filters.models import path

    return read(path("lid.176"))


@cache
def _fasttext() -> Any:
    """lid.176 for fastText, once a process."""
    import fasttext

    from filters.models import path

    return fasttext.load_model(str(path("lid.176"))).f
