"""Closed-class words of a language, found in text: the small words that every text is full of, whatever it is about.

Frequency alone finds the words of a subject too: a hundred pages on malaria are full of "malaria". What sets closed
classes (articles, particles, pronouns, conjunctions, auxiliaries) apart is that they are frequent and spread evenly.
Both are one number here, taken in each source of text by itself:

    parts    the words of the source, in order, cut into n runs of 200 words, since dispersion asks for equal parts
    p(i)     = count of the word in part i / its count in the source
    H        = - sum over i of p(i) * log2 p(i)                     its entropy over the parts
    spread   = 2 ** H / n, in [0, 1]    the share of the source over which the word is, in effect, spread evenly

A word that stands once in each part has 1; one that stands as often, but in a tenth of the parts, has 0.1; one that
occurs three times in all has at most 3 / n, so rare words go without a limit of their own. Words are ranked by the
smallest spread they have in any source: the subject of a source stands out in it alone, a closed class in all. Sources
of fewer than 50 parts are taken together, at the end of the others where they are fewer still.

Left out: words with a digit, with letters of another script, of one Latin letter in a script that is not Latin; pieces
that a model marks as the beginning of a word; and names, known by the capital they keep inside sentences.

Source: Zou, Wang, Deng, Han and Wang, Automatic Construction of Chinese Stop Word List, 2006, rank by the entropy over
documents (their information model) beside mean and variance of the probability; equal parts as in Juilland's and
Gries's measures of dispersion (Gries, Dispersions and adjusted frequencies in corpora, 2008). What this does *not* do:
it reads no grammar. Some common nouns and verbs ("people", "year", "said") come with the rest: a speaker strikes them
out, or leaves them, since they do little harm.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log2
from unicodedata import normalize

from filters.text import Text
from filters.words import split, strip
from lang_params.params import LangParams
from lang_params.scripts import strangers

PART = 200
"""Words in a part: some ten sentences, so that a word of every second sentence is in each."""

LEAST_PARTS = 50
"""Parts that a source needs to have a spread of its own: in fewer, chance moves it by more than the next rank."""

NAME = 0.5
"""A word that has a capital in more than this share of its places inside sentences is a name: more often one than not.
A language that writes all nouns so, as German, would lose nouns by it, and no closed class."""

SEEN = 3
"""Places of a word inside sentences from which its capitals are judged at all."""

SPREAD = 0.02
"""Spread below which no word is proposed: one that is in two of a hundred parts is no word that every text has."""

WRITTEN = 0.01
"""Share of a word's places that another way to write it needs to be listed with it: less is a slip."""

PIECE = "\u2581"
"""What a SentencePiece model puts before a piece that begins a word: a matter of spaces, not of the word."""

_END = re.compile(r"[.!?:;…。！？।॥؟۔»”\"')\]]+$")
_MARKS = re.compile("[\u0300-\u036f]")

Counts = dict[str, Counter[int]]
"""For each word, how often it stands in each part."""


@dataclass(frozen=True)
class Candidate:
    """A word of a text; `forms` are the ways to write it that the text has, the composed one first."""

    forms: tuple[str, ...]
    count: int
    spread: float


def closed_class(sources: Iterable[Iterable[str]], params: LangParams, size: int) -> list[Candidate]:
    """The `size` words that are spread most evenly over every source, best first; fewer where there are no more.

    A source is its texts, already changed (`filters.changes`). Words are those of `filters.text`: lower-cased,
    stripped, for Chinese pieces of the word model, so every entry can match. With a word go the other ways to write
    it that the text has: letter and mark as two code points instead of one (NFD, NFC; they are counted together), and
    no mark at all, as Yoruba is often typed: "ni" comes with "ní". A list made of text of all three kinds serves all
    three. A form that stands in fewer than a hundredth of the word's places is a slip and not listed.
    """
    capitals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    counted = _pooled([_counted(texts, params, capitals) for texts in sources])
    everywhere: Counter[str] = Counter()
    for counts, _ in counted:
        everywhere.update({word: places.total() for word, places in counts.items()})
    groups: dict[str, list[str]] = defaultdict(list)
    for word in everywhere:
        groups[normalize("NFC", word)].append(word)
    found = []
    for word, forms in groups.items():
        spread = min((_spread_of(forms, counts, parts) for counts, parts in counted), default=0.0)
        if spread >= SPREAD and _may_stand(word, params) and not _is_name(forms, capitals):
            found.append(Candidate(_written(word, groups, everywhere), sum(map(everywhere.__getitem__, forms)), spread))
    return sorted(found, key=lambda candidate: (-candidate.spread, candidate.forms))[:size]


def _counted(texts: Iterable[str], params: LangParams, capitals: dict[str, list[int]]) -> tuple[Counts, int]:
    """The words of one source by part, and the number of parts; capitals inside sentences are added up on the way."""
    counts: Counts = defaultdict(Counter)
    position = 0
    for text in texts:
        for word in Text(text, params).words:
            counts[word][position // PART] += 1
            position += 1
        if params.words == "whitespace":
            _count_capitals(split(text), capitals)
    return counts, -(-position // PART)


def _pooled(counted: Sequence[tuple[Counts, int]]) -> list[tuple[Counts, int]]:
    """The sources that are large enough; the small ones as one, put to the last where they are too small together."""
    large = [source for source in counted if source[1] >= LEAST_PARTS]
    small = [source for source in counted if source[1] < LEAST_PARTS]
    enough = sum(parts for _, parts in small) >= LEAST_PARTS or not large
    if small:
        large = [*large, _together(small)] if enough else [*large[:-1], _together([large[-1], *small])]
    return large


def _together(counted: Sequence[tuple[Counts, int]]) -> tuple[Counts, int]:
    """Several sources as one: the parts of each after those of the one before."""
    every: Counts = defaultdict(Counter)
    start = 0
    for counts, parts in counted:
        for word, places in counts.items():
            every[word].update({start + part: count for part, count in places.items()})
        start += parts
    return every, start


def _spread_of(forms: Sequence[str], counts: Counts, parts: int) -> float:
    """Spread of a word in one source, its forms counted together; 0 where it does not occur."""
    places: Counter[int] = Counter()
    for form in forms:
        places.update(counts.get(form, {}))
    return _spread(places, parts) if places else 0.0


def _spread(places: Mapping[int, int], parts: int) -> float:
    """2 to the entropy of a word's places over the parts, as a share of the parts.

    >>> _spread({0: 1, 1: 1, 2: 1, 3: 1}, 4), _spread({0: 4}, 4)
    (1.0, 0.25)
    """
    total = sum(places.values())
    entropy = -sum(count / total * log2(count / total) for count in places.values())
    return float(2**entropy) / parts


def _may_stand(word: str, params: LangParams) -> bool:
    """Whether a word has letters, of the language's script alone, and no digit."""
    letters = any(map(str.isalpha, word)) and not any(map(str.isdigit, word))
    return letters and PIECE not in word and not strangers(word, params.language.script)


def _written(word: str, groups: Mapping[str, Sequence[str]], everywhere: Mapping[str, int]) -> tuple[str, ...]:
    """The ways to write a word that are listed: composed, then those with enough places, the most frequent first."""
    bare = normalize("NFC", _MARKS.sub("", normalize("NFD", word)))
    others = {*groups[word], *([bare] if bare in everywhere else [])} - {word}
    least = max(WRITTEN * sum(everywhere[form] for form in groups[word]), 2)
    kept = [form for form in others if everywhere[form] >= least]
    return (word, *sorted(kept, key=lambda form: (-everywhere[form], form)))


def _count_capitals(words: Sequence[str], capitals: dict[str, list[int]]) -> None:
    """Add up where words that do not begin a sentence begin with a capital."""
    before = "."
    for raw in words:
        word = strip(raw)
        if word and not _END.search(before) and "\n" not in before:
            seen = capitals[word.lower()]
            seen[0] += word[0].isupper()
            seen[1] += 1
        before = raw or before


def _is_name(forms: Sequence[str], capitals: Mapping[str, Sequence[int]]) -> bool:
    """Whether a word is mostly written with a capital inside sentences; unknown is no."""
    big, seen = (sum(capitals[form][place] for form in forms if form in capitals) for place in (0, 1))
    return seen >= SEEN and big > NAME * seen
