"""The identifier "roots": this project's model of all 46 languages and some four hundred others, behind a script gate.

The letters of a text say what it can be at all: where they are mostly Gujarati, nothing but Gujarati. Among the
languages of one script the model decides (models/README.md: what it was trained on, and how often it is right). Its
labels for languages that the corpus does not have keep their texts apart from those of the corpus: Malay from
Indonesian, Galician from Portuguese, Swati from Zulu, Maithili from Hindi. Where most letters are not Latin, the model
is asked without the Latin ones: English words in a page of Assamese are not to make Dutch of it. Text in Chinese
characters without kana is Chinese, simplified or traditional by the characters that only one of the two has; other
Sinitic languages are not told from it. Akan and Twi are one label, `ak`.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from filters.lid_model import LidModel
from filters.scripts import CLASS, CLASSES
from lang_params.languages import codes, script

MODEL = "roots-lid"
"""Its name in filters/models.py."""

ALONE: Mapping[str, str] = MappingProxyType(
    {"Guru": "pa", "Gujr": "gu", "Orya": "or", "Taml": "ta", "Telu": "te", "Knda": "kn", "Mlym": "ml"}
)
"""Scripts that one language is written in, of the corpus and of all that the model knows."""

DECIDED = frozenset({*ALONE, "Hani", "Kana"})
"""Scripts that leave nothing to ask the model."""

LATIN = re.compile("[A-Za-z\u00c0-\u024f]+")
"""Runs of the letters that European languages write with."""

KANA = 0.1
"""Share of kana among Chinese characters and kana from which a text is Japanese. Measured on FLORES-200: Japanese
sentences have 0.33 and more, Chinese ones none; a Chinese text may quote a name."""

Answer = tuple[str | None, float]
"""A label, or None for a text of which nothing can be said, and a score in [0, 1]."""


class Letters(NamedTuple):
    """What the letters of a text say: the script of most of them, which share of all letters is in it, which share of
    Chinese characters and kana is kana, and how many more characters are simplified only than traditional only.
    """

    script: str
    share: float
    kana: float
    simplified: int


def ask(texts: pa.Array, other: LidModel | None = None) -> list[Answer]:
    """What each text is written in: the code of a language of the corpus or of another, and how sure that is.

    The score is the model's probability of the label; where the script leaves one language to choose, the share of the
    letters that are in that script; where most letters are not Latin but some are, the product of both. A text without
    letters has no label, nor has one to which the model gives a language of the corpus that is not written in the
    script of most of its letters. `texts` are strings without nulls; `other` is a model to ask in place of the
    packaged one.

    >>> ask(pa.array(["Gbogbo ènìyàn ni a bí ní òmìnira", "ಎಲ್ಲಾ ಮಾನವರೂ", "2 + 2 = 4"]))[1:]
    [('kn', 1.0), (None, 0.0)]
    """
    from filters.kernels import lid, scripts

    letters = _letters(scripts.counts(texts))
    asked = np.array([found.script not in DECIDED for found in letters], np.bool_)
    answers: list[Answer] = [(None, 0.0)] * len(texts)
    if asked.any():
        model = other or packaged()
        numbers, scores = lid.predict(model, _readable(texts, letters).filter(pa.array(asked)))
        names = [*model.labels, None]  # where there is no answer the number is -1
        for at, number, score in zip(np.flatnonzero(asked), numbers, scores.tolist(), strict=True):
            share = letters[at].share if _is_mixed(letters[at]) else 1.0
            answers[at] = names[number], min(score, 1.0) * share  # sums of rounded numbers can give 1.00001
    return [decide(found, answer) for found, answer in zip(letters, answers, strict=True)]


def decide(letters: Letters, answer: Answer) -> Answer:
    """The answer that counts: what follows from the script of a text, or the model's, if the script allows it.

    >>> decide(Letters("Mlym", 0.9, 0.0, 0), (None, 0.0)), decide(Letters("Latn", 1.0, 0.0, 0), ("hi", 0.4))
    (('ml', 0.9), (None, 0.0))
    >>> decide(Letters("Hani", 1.0, 0.0, -3), (None, 0.0)), decide(Letters("Hani", 0.6, 0.5, 1), (None, 0.0))
    (('zht', 1.0), ('ja', 0.6))
    """
    if letters.share == 0:
        return None, 0.0
    if letters.script in ALONE:
        return ALONE[letters.script], letters.share
    if letters.script in ("Hani", "Kana"):
        if letters.kana >= KANA:
            return "ja", letters.share
        # Without a character that only one script has it may be either; simplified Chinese is the larger corpus.
        return ("zht" if letters.simplified < 0 else "zhs"), letters.share
    label, _ = answer
    if label is not None and _written().get(label, letters.script) != letters.script:
        return None, 0.0
    return answer


def _is_mixed(letters: Letters) -> bool:
    """Whether a text of which the model is asked has Latin letters, or others, beside those of its own script."""
    return letters.script not in DECIDED and letters.script != "Latn" and letters.share < 1


def _readable(texts: pa.Array, letters: Sequence[Letters]) -> pa.Array:
    """The texts, those of a script that is not Latin without Latin letters."""
    if not any(map(_is_mixed, letters)):
        return texts
    pairs = zip(texts.to_pylist(), letters, strict=True)
    return pa.array([LATIN.sub(" ", text) if _is_mixed(found) else text for text, found in pairs], pa.string())


@cache
def packaged() -> LidModel:
    """The model, once a process. Raises ModelError."""
    from filters.lid_model import read
    from filters.models import path

    return read(path(MODEL))


def labels() -> frozenset[str]:
    """Every label that can be an answer: the model's, and those that follow from the script."""
    return frozenset({*packaged().labels, *ALONE.values(), "zhs", "zht", "ja"}) - {"zh"}


@cache
def _written() -> dict[str, str]:
    """The script of each label of the model that is a language of the corpus."""
    return {code: script(code) for code in codes()} | {"zh": "Hani"}


def _letters(counts: NDArray[np.int64]) -> list[Letters]:
    """What follows from the number of letters of each class; one row of `counts` a text."""
    total = np.maximum(counts.sum(axis=1), 1)
    more = counts[:, CLASS["simplified"]] - counts[:, CLASS["traditional"]]
    chinese = counts[:, [CLASS["Hani"], CLASS["simplified"], CLASS["traditional"]]].sum(axis=1)
    kana = counts[:, CLASS["Kana"]]
    by_script = counts[:, : CLASS["simplified"]].copy()
    by_script[:, CLASS["Hani"]] = chinese
    first = by_script.argmax(axis=1)
    shares = by_script[np.arange(len(counts)), first] / total
    kana_shares = kana / np.maximum(chinese + kana, 1)
    scripts = [CLASSES[number] for number in first]
    return [Letters(*row) for row in zip(scripts, shares.tolist(), kana_shares.tolist(), more.tolist(), strict=True)]
