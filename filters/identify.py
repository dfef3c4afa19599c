"""The filter language_id: which language a text is in, and how sure the one who says so is.

Two identifiers are asked, each where it is the better one. fastText's lid.176 has labels for 26 of the corpus's 46
languages, but knows some of them, such as Yoruba, Swahili and Nepali, badly. CLD2 has labels for 42, most Niger-Congo
languages among them. Which of the two a language names stands in its parameters; figures are in lang_params/README.md.
Where neither knows a language, its parameters say "none" and the filter is not applied.

The score is that of the identifier who answered and means what it means there: for fastText its probability of the
label, for CLD2 the share of the text that it holds to be in that language. Both are in [0, 1].
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from unicodedata import normalize

from lang_params.params import LangParams

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

ACCENTED = re.compile("\\w[\u0300-\u036f]{1,4}")
"""A letter and up to four marks on it. Longer runs of marks are no writing, and to compose a run takes time with the
square of its length."""


@dataclass(frozen=True)
class Identified:
    """What language a text is in.

    `lang` is a ROOTS code where the identifier's label is that of a language of the corpus, else the label itself
    ("de", "ss"), or None when the identifier could not tell. `score` is in [0, 1], 0 when it could not tell, and None
    when nobody was asked. `identifier` is "fasttext", "cld2" or "none".
    """

    lang: str | None
    score: float | None
    identifier: str


def identify(text: str, params: LangParams, languages: Mapping[str, LangParams]) -> Identified:
    """Which language a text is in, by the identifier that the parameters of its declared language name.

    A label that `params` claims counts as its language, whoever else claims it too: "zh" confirms text declared as
    zhs and as zht, "ak" text declared as ak and as tw. Where `params` names no identifier, nobody is asked.

    >>> from lang_params.params import load_all
    >>> languages = load_all()
    >>> found = identify("Gbogbo ènìyàn ni a bí ní òmìnira; iyì àti ẹ̀tọ́ kọ̀ọ̀kan sì dọ́gba.", languages["yo"], languages)
    >>> found.lang, found.identifier
    ('yo', 'cld2')
    >>> identify("Acɛ ɖokpo ɔ wɛ gbɛtɔ lɛ bǐ ɖó.", languages["fon"], languages)
    Identified(lang=None, score=None, identifier='none')
    """
    if params.identifier == "none":
        return Identified(None, None, "none")
    answer = ask_cld2(text) if params.identifier == "cld2" else ask_fasttext(text)
    if answer.lang is not None and answer.lang == params.labels.get(params.identifier):
        return Identified(params.code, answer.score, answer.identifier)
    return _named(answer, _claims(answer, languages))


def identify_undeclared(text: str, languages: Mapping[str, LangParams]) -> Identified:
    """Which language a text is in of which nothing is known: both identifiers are asked.

    CLD2 decides where it has the evidence and names a language that fastText does not know, or that is CLD2's by its
    parameters; also where fastText names a language of the latter kind, which it often does of those it does not
    know. Elsewhere fastText decides. Where its label is that of two languages of the corpus (zh), CLD2 decides
    between them if it can; else the language whose code is the label, or the first, is taken.

    Languages that neither knows come out as a relative: Tumbuka as Chichewa, Kirundi mostly as Kinyarwanda, southern
    Ndebele as Zulu. Their texts have to be declared.

    >>> from lang_params.params import load_all
    >>> languages = load_all()
    >>> identify_undeclared("所有人生来就是自由的，在尊严和权利上一律平等。", languages).lang
    'zhs'
    >>> identify_undeclared("Alle Menschen sind frei und gleich an Würde und Rechten geboren.", languages).lang
    'de'
    """
    fast, other = ask_fasttext(text), ask_cld2(text)
    claimed, claimed_by_other = _claims(fast, languages), _claims(other, languages)
    if _cld2_decides(other, claimed_by_other, claimed, languages):
        return _named(other, claimed_by_other)
    both = [code for code in claimed if code in claimed_by_other]
    return _named(fast, both or claimed)


def ask_fasttext(text: str) -> Identified:
    """fastText's most probable label for a whole text, lower-cased and on one line as ROOTS did, and its probability.

    It always answers: of a text without any word it knows it says "en" with 0.12.

    >>> answer = ask_fasttext("Bonjour tout le monde")
    >>> answer.lang, answer.score > 0.9
    ('fr', True)
    """
    # Surrogates, which no file can hold but a JSON record can, become "?".
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

    readable = ACCENTED.sub(lambda found: normalize("NFC", found[0]), UNREADABLE.sub(" ", text))
    _, _, ((_, label, percent, evidence), *_) = pycld2.detect(readable, isPlainText=True, bestEffort=True)
    if label == "un" or evidence < EVIDENCE:
        return Identified(None, 0.0, "cld2")
    return Identified(label, percent / 100, "cld2")


def _claims(answer: Identified, languages: Mapping[str, LangParams]) -> list[str]:
    """Codes of the languages of the corpus that an identifier's label stands for, the one of the same name first."""
    if answer.lang is None:
        return []
    codes = [code for code, params in languages.items() if params.labels.get(answer.identifier) == answer.lang]
    return sorted(codes, key=lambda code: (code != answer.lang, code))


def _named(answer: Identified, codes: list[str]) -> Identified:
    """An identifier's answer with the code of the corpus in place of the label, where there is one."""
    return Identified(codes[0], answer.score, answer.identifier) if codes else answer


def _cld2_decides(
    answer: Identified, claimed: list[str], claimed_by_fasttext: list[str], languages: Mapping[str, LangParams]
) -> bool:
    """Whether CLD2's answer counts more than fastText's; see `identify_undeclared`."""

    def left_to_fasttext(codes: list[str]) -> bool:
        return all(languages[code].identifier == "fasttext" for code in codes)

    if answer.lang is None:
        return False
    fasttext_knows = left_to_fasttext(claimed) if claimed else answer.lang in _fasttext_labels()
    return not fasttext_knows or not left_to_fasttext(claimed_by_fasttext)


@cache
def _fasttext() -> Any:
    """The model lid.176, once a process."""
    import fasttext

    from filters.models import path

    return fasttext.load_model(str(path("lid.176"))).f


@cache
def _fasttext_labels() -> frozenset[str]:
    """Every label that lid.176 has."""
    labels, _ = _fasttext().getLabels("strict")
    return frozenset(label.removeprefix("__label__") for label in labels)
