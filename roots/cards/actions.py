"""Which personal data was looked for, and what became of it: by source and language, as recipe, languages and sources
have it."""

from collections.abc import Iterable, Mapping

from catalog.entry import Entry
from filters.pii_kinds import KINDS, chosen
from lang_params.params import LangParams
from roots.cards.facts import Corpus, Source

OFF = "off"

Actions = dict[str, list[str]]
"""What is done with each kind; several where languages or sources differ."""


def of_source(source: Source, corpus: Corpus) -> Actions:
    """The actions of one source, in the languages of its documents."""
    if not source.entry.redact:
        return {}
    return _joined(_of(source.entry, params, corpus.profile) for params in corpus.spoken_in(source))


def of_language(params: LangParams, corpus: Corpus) -> Actions:
    """The actions of one language, in the sources with documents in it that are redacted."""
    entries = [source.entry for source in corpus.sources if source.entry.redact and params in corpus.spoken_in(source)]
    return _joined(_of(entry, params, corpus.profile) for entry in entries)


def of_corpus(corpus: Corpus) -> Actions:
    """The actions of all sources together."""
    return _joined(
        _of(source.entry, params, corpus.profile)
        for source in corpus.sources
        if source.entry.redact
        for params in corpus.spoken_in(source)
    )


def _of(entry: Entry, params: LangParams, profile: str) -> Mapping[str, str]:
    choice = chosen(params, "roots-2022-03" if profile == "roots-2022-03" else "fixed", dict(entry.redaction))
    return dict(choice.actions)


def _joined(found: Iterable[Mapping[str, str]]) -> Actions:
    each = list(found)
    if not each:
        return {}
    return {kind: list(dict.fromkeys(sorted(actions.get(kind, OFF) for actions in each))) for kind in KINDS}
