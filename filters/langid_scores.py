"""How well languages are told apart: recall, precision and F1 of each, and what is taken for what.

All languages that the corpus does not have are one class here, `REST`: which of them a text is in does not matter, only
that it is taken for none of the corpus.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from filters.langid_text import Labelled

REST = "rest"


@dataclass(frozen=True)
class Score:
    """Of one language: its texts, the share of them that is found, the share of what is called it that is."""

    texts: int
    recall: float
    precision: float

    @property
    def f1(self) -> float:
        """Harmonic mean of recall and precision, in [0, 1].

        >>> Score(texts=2, recall=0.5, precision=1.0).f1
        0.6666666666666666
        """
        both = self.recall + self.precision
        return 2 * self.recall * self.precision / both if both else 0.0


@dataclass(frozen=True)
class Scores:
    """Of all languages that have text: `REST` is among them where there is such text."""

    of: dict[str, Score]
    confusions: list[tuple[str, str, int]]

    @property
    def macro_f1(self) -> float:
        """Mean F1 of the languages of the corpus that have text, in [0, 1]; 0 where none has."""
        found = [score.f1 for label, score in self.of.items() if label != REST]
        return sum(found) / max(1, len(found))


def documents(records: Sequence[Labelled], sentences: int) -> list[Labelled]:
    """Texts of so many neighbouring records of one language and source each; what is left at an end is dropped.

    >>> [found.text for found in documents([Labelled(text, "yo", "") for text in "abcde"], 2)]
    ['a b', 'c d']
    """
    open_: dict[tuple[str, str], list[str]] = {}
    found = []
    for record in records:
        parts = open_.setdefault((record.label, record.source), [])
        parts.append(record.text)
        if len(parts) == sentences:
            found.append(Labelled(" ".join(parts), record.label, record.source))
            parts.clear()
    return found


def score(records: Sequence[Labelled], said: Sequence[str | None], ours: Collection[str]) -> Scores:
    """Scores of what was said of each record; `ours` are the labels that are no `REST`.

    Confusions are by language, worst first: those of `REST` under the label of the language itself.

    >>> records = [Labelled("", label, "") for label in ("yo", "yo", "ms", "id")]
    >>> found = score(records, ["yo", "id", "id", "id"], {"yo", "id"})
    >>> found.of["yo"].recall, found.of["id"].precision, found.of[REST].recall, found.confusions
    (0.5, 0.3333333333333333, 0.0, [('ms', 'id', 1), ('yo', 'id', 1)])
    """
    texts, called, right = Counter[str](), Counter[str](), Counter[str]()
    wrong = Counter[tuple[str, str]]()
    for record, answer in zip(records, said, strict=True):
        true = record.label if record.label in ours else REST
        answered = answer if answer is not None and answer in ours else REST
        texts[true] += 1
        called[answered] += 1
        right[true] += true == answered
        wrong[record.label, answered] += true != answered
    of = {
        label: Score(texts[label], right[label] / texts[label], right[label] / max(1, called[label]))
        for label in sorted(texts, key=lambda label: (label == REST, label))
    }
    worst = sorted(((true, answered, count) for (true, answered), count in wrong.items() if count), key=_worst)
    return Scores(of, worst)


def _worst(confusion: tuple[str, str, int]) -> tuple[int, str, str]:
    true, answered, count = confusion
    return -count, true, answered
