"""Precision, recall and F1 of what an engine finds in the set, by kind and by language.

The matching rule: a find is right where it overlaps personal data of its own kind; personal data is found where a find
of its own kind overlaps it. Precision is the share of finds that are right, recall the share of personal data that is
found, F1 their harmonic mean. `exact` is the share of personal data with a find of its kind at the very same offsets.
`hidden` is the share whose every character goes, under whatever kind: what a reader of the redacted text cannot see.

A find on personal data of a kind that the engine does not know (the ROOTS rules have no kind for telephone numbers and
take many for keys) counts neither for nor against it, apart from `hidden`. To the two engines every kind is known.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from tests.planted.documents import Document, Place


class Find(NamedTuple):
    """What an engine says stands from `start` up to `end`, in code points."""

    tag: str
    start: int
    end: int


class Answer(NamedTuple):
    """What an engine finds in a text, and all that it would take out of it."""

    finds: Sequence[Find]
    hides: Sequence[Find]


Engine = Callable[[Sequence[str], str], list[Answer]]
"""Answers to some texts of a language, text by text."""


@dataclass
class Score:
    """Counts of finds and of personal data."""

    finds: int = 0
    right: int = 0
    planted: int = 0
    found: int = 0
    exact: int = 0
    hidden: int = 0

    @property
    def precision(self) -> float:
        """Share of finds that are right; 1 where nothing was found."""
        return self.right / self.finds if self.finds else 1.0

    @property
    def recall(self) -> float:
        """Share of personal data that is found; 1 where there is none."""
        return self.found / self.planted if self.planted else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / max(self.precision + self.recall, 1e-9)


@dataclass
class Failure:
    """Something missed or taken wrongly, with the text around it."""

    what: str
    lang: str
    around: str


@dataclass
class Result:
    """What came of an engine on some documents."""

    scores: dict[tuple[str, str], Score] = field(default_factory=lambda: defaultdict(Score))
    """By kind and language."""
    failures: list[Failure] = field(default_factory=list)
    false: Counter[str] = field(default_factory=Counter)
    """By kind: finds that overlap no personal data of any kind."""
    taken: Counter[str] = field(default_factory=Counter)
    """By class: look-alikes that any find overlaps."""
    met: Counter[str] = field(default_factory=Counter)
    """By class: look-alikes there are."""
    size: int = 0
    """Bytes of UTF-8 of the documents."""

    def of(self, tag: str, lang: str | None = None) -> Score:
        """The score of a kind, in all languages or in one."""
        total = Score()
        for (kind, code), score in self.scores.items():
            if kind == tag and lang in (None, code):
                for name, count in vars(score).items():
                    setattr(total, name, getattr(total, name) + count)
        return total

    def tags(self) -> list[str]:
        """The kinds that were planted or found."""
        return list(dict.fromkeys(tag for tag, _ in self.scores))


def measured(documents: Iterable[Document], engine: Engine, known: Collection[str]) -> Result:
    """Have an engine, which knows these kinds, look at documents, and count what it found."""
    result = Result()
    by_language: dict[str, list[Document]] = defaultdict(list)
    for document in documents:
        by_language[document.lang].append(document)
    for lang, some in by_language.items():
        answers = engine([document.text for document in some], lang)
        for document, answer in zip(some, answers, strict=True):
            _count(result, document, answer, known)
    return result


def _count(result: Result, document: Document, answer: Answer, known: Collection[str]) -> None:
    lang, text, finds = document.lang, document.text, answer.finds
    result.size += len(text.encode())
    covered = {point for find in answer.hides for point in range(find.start, find.end)}
    for place in document.personal:
        score = result.scores[place.tag, lang]
        over = [find for find in finds if find.tag == place.tag and _overlap(find, place)]
        score.planted += 1
        score.found += bool(over)
        score.exact += any((find.start, find.end) == (place.start, place.end) for find in over)
        score.hidden += covered.issuperset(range(place.start, place.end))
        if not over and place.tag in known:
            others = "+".join(sorted({find.tag for find in finds if _overlap(find, place)})) or "nothing"
            around = f"{place.form}: {_around(text, place)}"
            result.failures.append(Failure(f"{place.tag} taken for {others}", lang, around))
    for find in finds:
        whose = {place.tag for place in document.personal if _overlap(find, place)}
        if whose and not whose & set(known):
            continue
        score = result.scores[find.tag, lang]
        score.finds += 1
        score.right += find.tag in whose
        if not whose:
            result.false[find.tag] += 1
            what = next((place.tag for place in document.look_alikes if _overlap(find, place)), "other text")
            result.failures.append(Failure(f"{what} taken for {find.tag}", lang, _around(text, find)))
    for place in document.look_alikes:
        result.met[place.tag] += 1
        result.taken[place.tag] += any(_overlap(find, place) for find in finds)


def _overlap(one: Find | Place, two: Find | Place) -> bool:
    return one.start < two.end and two.start < one.end


def _around(text: str, place: Find | Place) -> str:
    before, after = text[max(0, place.start - 16) : place.start], text[place.end : place.end + 12]
    return f"{before}⟦{text[place.start : place.end]}⟧{after}".replace("\n", "⏎")


def grouped(failures: Sequence[Failure], most: int = 12) -> Iterator[str]:
    """Lines of a list: each sort of failure, the commonest first, with some of its cases."""
    sorts: dict[str, list[Failure]] = defaultdict(list)
    for failure in failures:
        sorts[failure.what].append(failure)
    for what, cases in sorted(sorts.items(), key=lambda item: (-len(item[1]), item[0])):
        yield f"\n## {what}: {len(cases)}\n"
        step = max(1, len(cases) // most)
        yield from (f"- {case.lang} {case.around}" for case in cases[::step][:most])
