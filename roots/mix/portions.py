"""Which documents are in the mix, and how often: decided from ids, sizes and verdicts before any text is read.

1. Every kept document of a source in a language (a *component*, what ROOTS called a dataset) may enter, unless a rule
   lets in a part: of n documents the first ⌊n·ratio⌋, and of these the first whose texts are `most` bytes, in the
   order of their key `roots.mix.keys.CHOICE`.
2. `roots.division` says what each language gets of what may enter, x. A document is held out for validation when the
   key `HELD_OUT` of its content is below the share asked for; it stands once at most. With V the size of what is held
   out of a language, T that of the rest and k the upsampling limit, a language can give V + k·T.
3. With x < V + T the first documents of the mix order that fit into x are in, once. Else all are in; documents for
   training ⌊(x - V)/T⌋ times, and the first of them that fit into what is then left once more. No document is in by
   a part, so that a language may stay below x by less than its next document.
   Where the sources of a language give alike (`even`), x is divided among them first: each gives min(its size, the
   same level), its first documents in the order of `CHOICE`.

Memory: that of `roots.mix.cuts` and `roots.mix.weights`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from roots import division
from roots.mix import keys, weights
from roots.mix.cuts import Sized, cutoffs
from roots.mix.keys import EVERYTHING
from roots.mix.settings import MixSettings
from roots.mix.weights import Component, Weighed
from roots.shares import Share, SourceShare, fill

VERSION = 2
"""Of what the mix makes of the same ledgers."""


@dataclass(frozen=True)
class Portion:
    """What of a language is in: all training documents `passes` times, those before `cutoff` once more; and its files.

    Where `passes` is 0 only documents before the cut-off are in; a held out document is in once at most.
    """

    passes: int
    cutoff: int
    files: int
    held_files: int = 0

    @property
    def span(self) -> int:
        """The keys of documents in the corpus are below this."""
        return EVERYTHING if self.passes else self.cutoff

    def times(self, order: NDArray[np.uint64], held: NDArray[np.bool_]) -> NDArray[np.int64]:
        """How often each document stands in the corpus, [documents] int64."""
        found = self.passes + keys.below(order, self.cutoff).astype(np.int64)
        return np.where(held, np.minimum(found, 1), found)


@dataclass(frozen=True)
class Plan:
    """What decides which documents are in, of the languages that have a dataset.

    `held` is the cut-off of validation, `cuts` that of a component's choice, where it has one, by language and source.
    """

    seed: int
    held: int
    portions: Mapping[str, Portion]
    cuts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def of(self, languages: Sequence[str]) -> "Plan":
        """The same for some languages alone."""
        portions = {lang: self.portions[lang] for lang in languages}
        return Plan(self.seed, self.held, portions, {lang: self.cuts[lang] for lang in languages if lang in self.cuts})


@dataclass(frozen=True)
class Tally:
    """What is in of each component, [components] int64: different documents and their bytes, bytes held out, bytes as
    they stand in the datasets, and these in the unit of the mix; `units` is what was kept, in that unit."""

    documents: NDArray[np.int64]
    once: NDArray[np.int64]
    held: NDArray[np.int64]
    gets: NDArray[np.int64]
    gets_units: NDArray[np.int64]
    units: NDArray[np.int64]


def all_is_in(settings: MixSettings, found: Mapping[Component, tuple[int, int]]) -> bool:
    """Whether every kept document is in, once, so that nothing has to be weighed."""
    chosen = settings.even or settings.validation or settings.unit == "tokens" or settings.upsampling > 1
    if chosen or any(settings.limited(source, lang) for lang, source in found):
        return False
    sizes = _by_language(found)
    return division.divide(sizes, settings) == sizes


def _by_language(found: Mapping[Component, tuple[int, int]]) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for (lang, _), (_, size) in found.items():
        sizes[lang] = sizes.get(lang, 0) + size
    return sizes


def decide(
    settings: MixSettings, found: Mapping[Component, tuple[int, int]], files: Sequence[tuple[str, str]] | None
) -> tuple[Plan, list[Share]]:
    """The plan and what comes of it, of components with their documents and bytes; `files`: None where all is in."""
    deciding = _Deciding(settings, found, files)
    held = keys.held_out(settings.validation)
    if files is None:
        sizes = _by_language(found)
        portions = {lang: (1, 0) for lang, size in sizes.items() if size}
        return deciding.result(portions, deciding.everything(), sizes, held)
    deciding.choose_by_rules()
    held_out, training = deciding.entering()
    sizes = {lang: held_out[lang] + training[lang] for lang in deciding.languages}
    most = {lang: held_out[lang] + settings.upsampling * training[lang] for lang in deciding.languages}
    gets = division.divide(sizes, settings, most)
    if settings.even:
        deciding.choose_alike(gets)
        portions = {lang: (1, 0) for lang, size in gets.items() if size}
    else:
        portions = deciding.cut(gets, sizes, training)
    return deciding.result(portions, deciding.tally(portions), sizes, held)


class _Deciding:
    """The components of a mix, what is chosen of each so far, and passes over their weighed documents."""

    def __init__(
        self,
        settings: MixSettings,
        found: Mapping[Component, tuple[int, int]],
        files: Sequence[tuple[str, str]] | None,
    ) -> None:
        self.settings = settings
        self.found = found
        self.components = list(found)
        self.languages = list(dict.fromkeys(lang for lang, _ in found))
        self.files = files or ()
        self.cuts = [EVERYTHING] * len(found)

    def rows(self) -> Iterator[Weighed]:
        """All weighed documents that are chosen so far."""
        limits = np.array([min(cut, EVERYTHING - 1) for cut in self.cuts], dtype=np.uint64)  # [components]
        whole = np.array([cut == EVERYTHING for cut in self.cuts], dtype=np.bool_)
        for rows in weights.read(self.files, self.components):
            inside = whole[rows.slots] | (rows.choice < limits[rows.slots])
            yield rows if inside.all() else rows.some(inside)

    def choose_by_rules(self) -> None:
        """Choose of each component what its rule lets in."""
        rules = [self.settings.rule(source, lang) for lang, source in self.components]
        counts = [documents for documents, _ in self.found.values()]
        firsts = [int(count * rule.ratio) if rule.ratio < 1 else -1 for count, rule in zip(counts, rules, strict=True)]
        sizes = [-1 if rule.most is None else rule.most for rule in rules]
        by_count = cutoffs(lambda: _sized(self.rows(), ones=True), np.array(firsts, dtype=np.int64))
        by_size = cutoffs(lambda: _sized(self.rows()), np.array(sizes, dtype=np.int64))
        self.cuts = [min(pair) for pair in zip(by_count, by_size, strict=True)]

    def choose_alike(self, gets: Mapping[str, int]) -> None:
        """Choose of each language's components alike, until they fill what it gets."""
        units = np.zeros(len(self.components), dtype=np.int64)
        for rows in self.rows():
            np.add.at(units, rows.slots, rows.units)
        limits = np.full(len(self.components), -1, dtype=np.int64)
        for lang, part in gets.items():
            mine = {str(place): int(units[place]) for place, (code, _) in enumerate(self.components) if code == lang}
            for place, size in fill(dict.fromkeys(mine, Fraction(1)), mine, part).items():
                limits[int(place)] = size
        alike = cutoffs(
            lambda: (Sized(rows.slots, rows.choice, rows.units) for rows in self.rows()),
            np.where(limits < units, limits, -1),
        )
        self.cuts = [min(pair) for pair in zip(self.cuts, alike, strict=True)]

    def entering(self) -> tuple[dict[str, int], dict[str, int]]:
        """What of each language may enter, in the unit of the mix: held out, and for training."""
        sums = np.zeros((2, len(self.languages)), dtype=np.int64)
        for rows in self.rows():
            np.add.at(sums, (rows.held.astype(np.int64) ^ 1, rows.languages), rows.units)
        held, training = (dict(zip(self.languages, row.tolist(), strict=True)) for row in sums)
        return held, training

    def cut(
        self, gets: Mapping[str, int], sizes: Mapping[str, int], training: Mapping[str, int]
    ) -> dict[str, tuple[int, int]]:
        """How often all of a language is in, and the cut-off before which documents are once more, by language."""
        passes = [0] * len(self.languages)
        limits = np.full(len(self.languages), -1, dtype=np.int64)
        for place, lang in enumerate(self.languages):
            over = gets[lang] - sizes[lang]
            if over < 0:
                limits[place] = gets[lang]
            elif not training[lang]:
                passes[place] = 1
            else:
                passes[place] = 1 + over // training[lang]
                limits[place] = over % training[lang] or -1
        repeated = np.array(passes) > 0

        def read() -> Iterator[Sized]:
            for rows in self.rows():
                counts = ~(rows.held & repeated[rows.languages])
                yield Sized(rows.languages[counts], rows.order[counts], rows.units[counts])

        found = cutoffs(read, limits)
        portions: dict[str, tuple[int, int]] = {}
        for place, lang in enumerate(self.languages):
            whole = found[place] == EVERYTHING
            once_more = int(whole and limits[place] >= 0)
            if gets[lang]:
                portions[lang] = (passes[place] + once_more, 0 if whole else found[place])
        return portions

    def everything(self) -> Tally:
        """What is in when all is."""
        documents, sizes = (np.array([each[side] for each in self.found.values()], dtype=np.int64) for side in (0, 1))
        return Tally(documents, sizes, np.zeros_like(sizes), sizes, sizes, sizes)

    def tally(self, portions: Mapping[str, tuple[int, int]]) -> Tally:
        """What is in of each component."""
        found = Tally(*(np.zeros(len(self.components), dtype=np.int64) for _ in range(6)))
        for rows in weights.read(self.files, self.components):
            np.add.at(found.units, rows.slots, rows.units)
        for rows in self.rows():
            for number, lang in enumerate(self.languages):
                mine = rows.languages == number
                if lang in portions and mine.any():
                    some = rows.some(mine)
                    times = Portion(*portions[lang], files=0).times(some.order, some.held)
                    np.add.at(found.documents, some.slots, np.minimum(times, 1))
                    np.add.at(found.once, some.slots, np.minimum(times, 1) * some.bytes)
                    np.add.at(found.held, some.slots, np.where(some.held, times, 0) * some.bytes)
                    np.add.at(found.gets, some.slots, times * some.bytes)
                    np.add.at(found.gets_units, some.slots, times * some.units)
        return found

    def result(
        self, portions: Mapping[str, tuple[int, int]], tally: Tally, sizes: Mapping[str, int], held: int
    ) -> tuple[Plan, list[Share]]:
        """The plan with the files of each dataset, and the shares."""
        q = division.meant(sizes, self.settings) if any(sizes.values()) else {}
        whole = max(int(tally.gets_units.sum()), 1)
        groups = {code: group.name for group in self.settings.groups for code in group.languages}
        shares, plans = [], {}
        for lang in self.languages:
            mine = np.array([code == lang for code, _ in self.components])
            gets, held_bytes = int(tally.gets[mine].sum()), int(tally.held[mine].sum())
            counted = self.settings.unit == "tokens"
            shares.append(
                Share(
                    language=lang,
                    available=sum(size for (code, _), (_, size) in self.found.items() if code == lang),
                    share=sizes[lang] / max(sum(sizes.values()), 1),
                    sampling=float(q.get(lang, 0)),
                    gets=gets,
                    once=int(tally.once[mine].sum()),
                    after=int(tally.gets_units[mine].sum()) / whole,
                    validation=held_bytes,
                    documents=int(tally.documents[mine].sum()),
                    group=groups.get(lang, ""),
                    available_tokens=int(tally.units[mine].sum()) if counted else None,
                    gets_tokens=int(tally.gets_units[mine].sum()) if counted else None,
                    sources=tuple(self._source(place, tally) for place in np.flatnonzero(mine).tolist()),
                )
            )
            if lang in portions:
                files = [_files(gets - held_bytes, self.settings), _files(held_bytes, self.settings) if held else 0]
                plans[lang] = Portion(*portions[lang], *files)
        cuts: dict[str, dict[str, int]] = {}
        for (lang, source), cut in zip(self.components, self.cuts, strict=True):
            if cut != EVERYTHING and lang in plans:
                cuts.setdefault(lang, {})[source] = cut
        return Plan(self.settings.seed, held, plans, cuts), shares

    def _source(self, place: int, tally: Tally) -> SourceShare:
        lang, source = self.components[place]
        rule = self.settings.rule(source, lang)
        size = self.found[lang, source][1]
        once, gets = int(tally.once[place]), int(tally.gets[place])
        return SourceShare(source, size, float(rule.ratio), rule.most, once, gets)


def _sized(rows: Iterator[Weighed], *, ones: bool = False) -> Iterator[Sized]:
    """Documents by component in the order of choice, each with its bytes, or counted as one."""
    for some in rows:
        yield Sized(some.slots, some.choice, np.ones_like(some.bytes) if ones else some.bytes)


def _files(size: int, settings: MixSettings) -> int:
    return max(1, -(-size // settings.shard_bytes))
