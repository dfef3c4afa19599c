"""What the page is about: an opened corpus, and the question that a reader put by choosing and moving."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict

from lang_params.params import LangParams
from roots import trial
from roots.inspect import Corpus

QUESTION = "question"
"""The id of the store that holds the question; every panel listens to it alone."""


Bounds = dict[str, float | None]
"""The ends of an interval ("min", "max") in the unit of the measure; None where there is none."""


class Question(TypedDict):
    """A language, a source and a signal ("" for all), and the limits that were moved away from those in force."""

    lang: str
    source: str
    signal: str
    limits: dict[str, Bounds]


@dataclass(frozen=True)
class Served:
    """An opened corpus, a person's own folder of parameters, and one into which a changed file may be written."""

    corpus: Corpus
    lang_params: Path | None = None
    output: Path | None = None

    def params(self, question: Question) -> LangParams:
        """The parameters of the language of a question, with the moved limits laid over those in force."""
        return trial.applied(self.corpus.params(question["lang"]), moved(question))


def moved(question: Question) -> Mapping[str, Any]:
    """The moved limits as `Corpus.what_if` takes them."""
    return dict(question["limits"])


def part(question: Question) -> dict[str, str | None]:
    """Of which documents a question is: source and signal, None for all.

    >>> part({"lang": "yo", "source": "udhr", "signal": "", "limits": {}})
    {'source': 'udhr', 'signal': None}
    """
    return {"source": question["source"] or None, "signal": question["signal"] or None}
