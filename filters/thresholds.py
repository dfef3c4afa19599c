"""Limits of the measuring filters, proposed from reference text: clean text of the language, as documents.

The method is that of FineWeb-2: a limit that people found good in one language stands at some place in the distribution
of its measure there, and in another language it goes to the same place. People set limits for 13 languages (ROOTS);
where those stand in clean text of their languages is measured (lang_params/README.md), and the median of the 13 is the
*role*. x is the measure over the reference text, mean, std, median and q(p) its statistics:

    number_words.min          the smaller of the default and 114 / (characters of a word and its space)
    character_repetition.max  clip(mean + 3.9 std, 0.14, 0.25)      then not under q(0.99)
    word_repetition.max       clip(mean + 12 std, 0.2, 0.5)         then not under q(0.99)
    special_characters.max    clip(mean + 6.5 std, 0.3, 0.45)       then not under q(0.99)
    stopwords.min             clip(0.33 median, 0.002, 0.4)         then not over q(0.01)
    flagged_words.max         0.01                                  then not under q(0.99)
    language_id.min           clip(median - std, 0.3, 0.9), the lowest of the sources
                                                                    then not over max(default, q(0.01))
    perplexity.max            q(0.99)

The ends of clip: reference text is cleaner and more even than what the web has of a language, so a limit is no stricter
than in the quarter of the 13 languages that have the strictest, and no wider than the widest that people chose
(word_repetition: but for 0.96 and 0.98, which drop nothing). A limit that would drop more than one in a hundred of the
clean texts gives way to them. Rounding goes to the side that keeps more.

number_words: people's limits are 114 characters in the middle, whatever the length of the words. Texts may be shorter
in one source than in another, so a limit above the default is not derived from the length of what happens to be there;
`max` and the run lengths `n` are not derived. language_id: identifiers are less sure of some kinds of text than of
others, so the formula is taken in each source of ten texts or more. The top answer has to be the language whatever its
score, so a limit above the default has to let clean text pass; and where part of the score is the share of letters in
the script (`filters.roots_lid`), no limit is above the default: web text has more Latin names than clean text.
flagged_words: clean text says only what is too little. perplexity: no role can be measured without the models of the
13 languages; clean text must pass.

Sources: Penedo et al., FineWeb2: One Pipeline to Scale Them All, 2025, on language scores (its formula) and on filter
thresholds (mean and standard deviation, ratio of medians); ROOTS, the rows of its filter parameters.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from lang_params.params import MEASURES, LangParams, Setting, default

Values = npt.NDArray[np.float64]
"""[texts] float64: one measure of every reference text."""

LEAST_TEXTS = 50
"""Texts without which nothing is derived: one in a hundred, and a standard deviation, are guesses in fewer."""

LEAST_OF_A_SOURCE = 10
"""Texts that a source needs for a median and a standard deviation of its own."""

TAIL = 0.01
"""Share of clean text that a limit may drop."""

WORD_CHARACTERS = 114.0
"""Characters in as many words as number_words.min asks for, median of the 12 tuned languages with spaces."""

KEYS = {
    "number_words": "min",
    "character_repetition": "max",
    "word_repetition": "max",
    "special_characters": "max",
    "stopwords": "min",
    "flagged_words": "max",
    "language_id": "min",
    "perplexity": "max",
}
"""The limit of each measuring filter that is derived."""


@dataclass(frozen=True)
class Role:
    """Where limits stand in clean text: so many standard deviations above the mean, between two ends."""

    deviations: float
    least: float
    greatest: float
    digits: int


ROLES = {
    "character_repetition": Role(3.9, 0.14, 0.25, digits=3),
    "word_repetition": Role(12.0, 0.2, 0.5, digits=2),
    "special_characters": Role(6.5, 0.3, 0.45, digits=2),
}
"""Measured on the reference text of the 13 tuned languages; the figures of each stand in lang_params/README.md."""


@dataclass(frozen=True)
class Proposal:
    """A limit: `before` is in force, `after` is proposed, None where it is not derived, and `why` in plain words."""

    name: str
    key: str
    before: float
    after: float | None
    why: str


@dataclass(frozen=True)
class Summary:
    """How a measure lies in the reference text. `least` and `greatest` are those of single texts."""

    least: float
    q01: float
    median: float
    q99: float
    greatest: float
    mean: float
    std: float


def summary(values: Values) -> Summary:
    """The summary of a measure, rounded to six decimals so that it is the same on every machine.

    >>> summary(np.array([0.1, 0.2, 0.3])).median
    0.2
    """
    low, middle, high = np.quantile(values, (TAIL, 0.5, 1 - TAIL))
    found = (values.min(), low, middle, high, values.max(), values.mean(), values.std())
    return Summary(*(round(float(number), 6) for number in found))


def propose(
    measures: Mapping[str, Sequence[float | None]], sources: Mapping[str, Sequence[str]], params: LangParams
) -> list[Proposal]:
    """A proposal for every measuring filter, in their order.

    `sources` are the reference texts by source; `measures` those of all of them, source after source, by the filters'
    names. A measure that is not there, or is None where a text was not measured, has a proposal of None that says why.
    """
    not_applied = params.not_applied()
    found = []
    for name in MEASURES:
        key = KEYS[name]
        values = numbers(measures.get(name, ()))
        if name in not_applied or not len(values):
            after, why = None, not_applied.get(name, "it was not measured")
        else:
            after, why = _limit(name, measures[name], sources, params)
        found.append(Proposal(name, key, getattr(params.filters[name], key), after, why))
    return found


def numbers(values: Sequence[float | None]) -> Values:
    """The measures that there are, as an array."""
    return np.array([value for value in values if value is not None], dtype=np.float64)


def dropped(values: Values, setting: Setting) -> float:
    """Share of the texts that a filter's interval drops, in [0, 1].

    >>> dropped(np.array([0.1, 0.2, 0.3, 0.4]), Setting(min=0.15))
    0.25
    """
    if not len(values) or not setting.enabled:
        return 0.0
    low = -math.inf if setting.min is None else setting.min
    high = math.inf if setting.max is None else setting.max
    return float(np.mean((values < low) | (values > high)))


def _limit(
    name: str, measured: Sequence[float | None], sources: Mapping[str, Sequence[str]], params: LangParams
) -> tuple[float, str]:
    """The limit of one filter and how it came about."""
    found = summary(numbers(measured))
    if name in ROLES:
        return _above(found, ROLES[name])
    if name == "number_words":
        return _words(float(numbers(measured).sum()), sources)
    if name == "stopwords":
        wanted = min(max(0.33 * found.median, 0.002), 0.4)
        after = _down(min(wanted, found.q01), 3)
        return after, _gave_way(f"0.33 of the median {found.median:.3f}", found.q01 < wanted)
    if name == "flagged_words":
        return _up(max(0.01, found.q99), 3), _gave_way("median of the limits that people set", found.q99 > 0.01)
    if name == "language_id":
        shares_letters = params.identifier == "roots" and params.language.script != "Latn"
        most = _default("language_id") if shares_letters else max(found.q01, _default("language_id"))
        return _score(found, _by_source(measured, sources), most)
    return float(math.ceil(found.q99)), "99 of 100 clean texts lie below"


def _above(found: Summary, role: Role) -> tuple[float, str]:
    """A limit so many standard deviations above the mean."""
    wanted = min(max(found.mean + role.deviations * found.std, role.least), role.greatest)
    why = (
        f"mean {found.mean:.3f} + {role.deviations:g} std {found.std:.3f}, between {role.least:g} and {role.greatest:g}"
    )
    return min(_up(max(wanted, found.q99), role.digits), 1.0), _gave_way(why, found.q99 > wanted)


def _by_source(measured: Sequence[float | None], sources: Mapping[str, Sequence[str]]) -> dict[str, Summary]:
    """The summary of a measure in each source that has enough texts with it."""
    found, start = {}, 0
    for source, texts in sources.items():
        values = numbers(measured[start : start + len(texts)])
        start += len(texts)
        if len(values) >= LEAST_OF_A_SOURCE:
            found[source] = summary(values)
    return found


def _score(found: Summary, by_source: Mapping[str, Summary], most: float) -> tuple[float, str]:
    """The least score of the identifier: that of FineWeb-2, at most what clean text has."""

    def score(of: Summary) -> float:
        return min(max(of.median - of.std, 0.3), 0.9)

    where, least = min(by_source.items(), key=lambda pair: score(pair[1]), default=("all", found))
    wanted = score(least)
    why = f"median {least.median:.2f} - std {least.std:.2f} of {where}, between 0.3 and 0.9: {wanted:.2f}"
    return _down(min(wanted, most), 2), _gave_way(why, wanted > most)


def _default(name: str) -> float:
    """The least value that the packaged default.toml asks for."""
    return float(default().filters[name].min or 0)


def _words(total: float, sources: Mapping[str, Sequence[str]]) -> tuple[float, str]:
    """The smallest number of words: a fixed number of characters, and never more than the default."""
    characters = sum(len(text) for texts in sources.values() for text in texts) / max(total, 1.0)
    wanted = max(math.floor(WORD_CHARACTERS / characters), 1)
    most = _default("number_words")
    why = f"{WORD_CHARACTERS:g} characters are {wanted} words of {characters:.1f}"
    return min(float(wanted), most), why if wanted < most else f"{why}; not above the default"


def _gave_way(why: str, gave_way: object) -> str:
    return f"{why}; moved so that 99 of 100 clean texts pass" if gave_way else why


def _up(value: float, digits: int) -> float:
    return float(math.ceil(round(value * 10**digits, 6)) / 10**digits)


def _down(value: float, digits: int) -> float:
    return float(math.floor(round(value * 10**digits, 6)) / 10**digits)
