"""What data cards are made from: the sources of a corpus, its languages, what was counted of them, and how it is mixed.

Nothing here knows Markdown. `roots.release` gathers these facts, `roots.cards.files` writes a card of the corpus, of
each source and of each language from them, and the map of the corpus is made from the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa

from catalog.entry import Entry
from lang_params.params import LangParams
from roots import funnel
from roots.audit.record import Draw
from roots.cards.copies import Found
from roots.cards.examples import Example
from roots.cards.personal import Personal
from roots.copies import Line
from roots.own_names import english_name
from roots.policy import ANYTHING, LeftOut, Policy
from roots.shares import Share


@dataclass(frozen=True)
class Source:
    """What the card of one source is made from: its entry, its funnel, its files as they came; of code, how many files
    were read in each programming language; `steps` is what each step of its cleaning did, `copies` what became of
    copies by language, `personal` what was found of personal data, `examples` texts that a filter kept or dropped."""

    entry: Entry
    funnel: pa.Table
    files: int
    bytes: int
    programs: Mapping[str, int] = field(default_factory=dict)
    steps: Sequence[Mapping[str, Any]] = ()
    copies: Sequence[Line] = ()
    personal: Sequence[Personal] = ()
    examples: Sequence[Example] = ()


@dataclass(frozen=True)
class Tokenizer:
    """By which tokenizer tokens were counted: its kind, its pieces, the SHA-256 of its file, and whether it was trained
    on this corpus."""

    kind: str = "bpe"
    vocabulary: int = 0
    sha256: str = ""
    trained: bool = True


@dataclass(frozen=True)
class Corpus:
    """What the cards are made from.

    `languages` are the parameters in force by ROOTS code; `mixed` counts the documents and bytes of text in the corpus
    by source and language, as often as they stand there, `validation` those of them that are set apart; `tokens` counts
    tokens by language, with `vocabulary` pieces, where there are any; `left_out` are the sources of the recipe that are
    not in, or of which nothing is, `found` what was found of copies, `policy` what the recipe accepts. `mixing` says in
    a few sentences how languages were weighted, `configs` which files belong to which language, as the Hub wants it.
    `examples` are texts that a filter kept or dropped, `audits` what speakers said of a sample, by language.
    """

    name: str
    profile: str
    languages: Mapping[str, LangParams]
    sources: Sequence[Source]
    shares: Sequence[Share]
    alpha: float
    mixed: Mapping[tuple[str, str], tuple[int, int]]
    budget: int | None = None
    strict: bool = False
    tokens: Mapping[str, int] = field(default_factory=dict)
    vocabulary: int = 0
    left_out: Sequence[LeftOut] = ()
    description: str = ""
    contact: str = ""
    found: Found = field(default_factory=Found)
    validation: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    tokenizer: Tokenizer = field(default_factory=Tokenizer)
    policy: Policy = ANYTHING
    mixing: Sequence[str] = ()
    configs: Sequence[Mapping[str, Any]] = ()
    examples: Mapping[str, Sequence[Example]] = field(default_factory=dict)
    audits: Mapping[str, Draw] = field(default_factory=dict)

    def by_language(self) -> dict[str, tuple[int, int]]:
        """Documents and bytes in the corpus by language, of those that have any, by code."""
        sizes: dict[str, tuple[int, int]] = {}
        for (_, lang), (documents, size) in sorted(self.mixed.items()):
            if documents:
                before = sizes.get(lang, (0, 0))
                sizes[lang] = (before[0] + documents, before[1] + size)
        return dict(sorted(sizes.items()))

    def of_source(self, uid: str) -> tuple[int, int]:
        """Documents and bytes of one source in the corpus."""
        counts = [value for (source, _), value in self.mixed.items() if source == uid]
        return sum(documents for documents, _ in counts), sum(size for _, size in counts)

    def names(self) -> dict[str, str]:
        """The names of the languages in force by code, and of others that documents were found to be in."""
        return self._names

    def spoken_in(self, source: Source) -> list[LangParams]:
        """Parameters of the languages that an entry names or in which something of it was kept, by code."""
        return self._spoken[source.entry.uid]

    @cached_property
    def whole(self) -> pa.Table:
        """The funnel of all sources together."""
        return funnel.add(source.funnel for source in self.sources)

    @cached_property
    def _names(self) -> dict[str, str]:
        others = set(self.whole.column("lang").to_pylist()) - {None, *self.languages}
        found = {lang: name for lang in sorted(others) if (name := english_name(lang))}
        return found | {lang: params.language.name for lang, params in self.languages.items()}

    @cached_property
    def _spoken(self) -> dict[str, list[LangParams]]:
        found = {}
        for source in self.sources:
            rows = zip(*(source.funnel.column(name).to_pylist() for name in ("lang", "dropped_by")), strict=True)
            here = {lang for lang, cause in rows if cause is None and lang} | set(source.entry.languages)
            found[source.entry.uid] = [self.languages[lang] for lang in sorted(here & set(self.languages))]
        return found
