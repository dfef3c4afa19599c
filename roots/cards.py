"""Data cards: what the corpus is made of, in the form that the Hugging Face Hub shows.

One card a source and one for the corpus, each a README.md with YAML front matter. A card says what the catalogue,
the parameters and the counts say; it holds no text of documents, no date of the build, no name of a machine and no
absolute path, so the same corpus always has the same cards.

The layout stands in `templates/`. What is written there is Markdown; every value put into it is escaped
(`roots.markdown`), since entries are written by many hands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from catalog.entry import Entry
from lang_params.files import APART
from lang_params.languages import Language
from lang_params.params import LangParams
from roots import card_copies, card_tables, funnel, licences, method
from roots.card_copies import Found
from roots.card_limits import corpus_limits, source_limits
from roots.copies import Line
from roots.markdown import Markdown, inline, link, public, table
from roots.policy import LeftOut
from roots.shares import Share

if TYPE_CHECKING:
    import jinja2


PROFILES = {
    "fixed": "fixed (the filters as they were meant)",
    "roots-2022-03": "roots-2022-03 (the filters as they ran for ROOTS in March 2022)",
}


@dataclass(frozen=True)
class Source:
    """What the card of one source is made from: its entry, its funnel, its files as they came; of code, how many files
    were read in each programming language; `steps` is what each step of its cleaning did, `copies` what became of
    copies by language."""

    entry: Entry
    funnel: pa.Table
    files: int
    bytes: int
    programs: Mapping[str, int] = field(default_factory=dict)
    steps: Sequence[Mapping[str, Any]] = ()
    copies: Sequence[Line] = ()


@dataclass(frozen=True)
class Corpus:
    """What the cards are made from.

    `languages` are the parameters in force by ROOTS code; `mixed` counts the documents and bytes of text in the
    corpus by source and language; `tokens` counts tokens by language, with `vocabulary` pieces, where there are any;
    `left_out` are the sources of the recipe that are not in, or of which nothing is, `found` what was found of copies.
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


def files(corpus: Corpus) -> dict[str, str]:
    """All cards by their path below the work folder: README.md, and cards/<uid>/README.md for each source."""
    cards = {"README.md": corpus_card(corpus)}
    return cards | {f"cards/{source.entry.uid}/README.md": source_card(source, corpus) for source in corpus.sources}


def source_card(source: Source, corpus: Corpus) -> str:
    """The card of one source of the corpus."""
    entry, names = source.entry, _names(corpus)
    spoken = _languages_of(source, corpus)
    return _fill(
        "source.md.j2",
        {
            "front": _source_front(source, corpus, spoken=spoken),
            "corpus": corpus,
            "entry": entry,
            "facts": card_tables.facts(entry, files=source.files, size=source.bytes),
            "languages": card_tables.languages(spoken),
            "programs": card_tables.programs(source.programs),
            "cleaning": card_tables.cleaning(entry, source.funnel, source.steps),
            "steps": funnel.steps(source.funnel),
            "by_language": funnel.markdown(source.funnel, "lang", names, idle=_idle(spoken)),
            "copies": card_copies.of_source(entry.uid, corpus.found, source.copies),
            "profile": PROFILES.get(corpus.profile, corpus.profile),
            "thresholds": card_tables.thresholds(spoken),
            "not_applied": card_tables.not_applied(spoken),
            "mixed": _mixed(source, corpus),
            "limits": source_limits(entry, spoken),
            "contact": link(entry.custodian.contact),
            "corpus_contact": link(corpus.contact),
        },
    )


def corpus_card(corpus: Corpus) -> str:
    """The card of the corpus; its paths are relative to the work folder, where it stands as README.md."""
    whole = funnel.add(source.funnel for source in corpus.sources)
    present = [corpus.languages[share.language] for share in corpus.shares if share.language in corpus.languages]
    sizes = _by_language(corpus)
    return _fill(
        "corpus.md.j2",
        {
            "front": _corpus_front(corpus, sizes),
            "corpus": corpus,
            "documents": f"{sum(documents for documents, _ in corpus.mixed.values()):,}",
            "bytes": f"{sum(size for _, size in corpus.mixed.values()):,}",
            "count_languages": len(set(sizes) - set(APART)),
            "and_code": Markdown(" and in code" if set(sizes) & set(APART) else ""),
            "count_sources": len(corpus.sources),
            "example": Markdown(f"corpus/{min(sizes, default='yo')}"),
            "languages": _corpus_languages(corpus, present, sizes=sizes),
            "vocabulary": f"{corpus.vocabulary:,}",
            "mixing": _mixing(corpus),
            "shares": _shares(corpus),
            "sources": _sources(corpus),
            "left_out": card_tables.left_out(corpus.left_out),
            "attributions": [card_tables.attribution(source.entry) for source in corpus.sources],
            "steps": funnel.steps(whole),
            "by_language": funnel.markdown(whole, "lang", _names(corpus), idle=_idle(present)),
            "by_source": funnel.markdown(whole, "source"),
            **card_copies.corpus_section(corpus.found, _names(corpus)),
            "profile": PROFILES.get(corpus.profile, corpus.profile),
            "thresholds": card_tables.thresholds(present),
            "not_applied": card_tables.not_applied(present),
            "limits": [
                *corpus_limits([source.entry for source in corpus.sources], present),
                *method.limits(corpus.found.dedup),
            ],
            "corpus_contact": link(corpus.contact),
        },
    )


def _idle(spoken: Sequence[LangParams]) -> dict[str, set[str]]:
    """Filters that are not applied, by language."""
    return {params.code: set(params.not_applied()) for params in spoken}


def size_category(documents: int) -> str:
    """The Hub's name for a number of documents.

    >>> size_category(999), size_category(1000), size_category(2_500_000), size_category(10**13)
    ('n<1K', '1K<n<10K', '1M<n<10M', 'n>1T')
    """
    marks = ["1K", "10K", "100K", "1M", "10M", "100M", "1B", "10B", "100B", "1T"]
    place = sum(documents >= 10 ** (power + 3) for power in range(len(marks)))
    if place == 0:
        return "n<1K"
    return "n>1T" if place == len(marks) else f"{marks[place - 1]}<n<{marks[place]}"


def _source_front(source: Source, corpus: Corpus, *, spoken: Sequence[LangParams]) -> Markdown:
    documents = sum(count for (uid, _), (count, _) in corpus.mixed.items() if uid == source.entry.uid)
    licence = source.entry.licence
    extra = licences.metadata([(licence.id, public(licence.url))])
    return _front(source.entry.name, spoken, documents=documents, extra=extra)


def _corpus_front(corpus: Corpus, sizes: Mapping[str, tuple[int, int]]) -> Markdown:
    present = [corpus.languages[code] for code in sizes if code in corpus.languages]
    documents = sum(count for count, _ in sizes.values())
    used = {uid for (uid, _), (count, _) in corpus.mixed.items() if count}
    held = [source.entry.licence for source in corpus.sources if source.entry.uid in used]
    configs = [
        {"config_name": code, "data_files": [{"split": "train", "path": f"corpus/{code}/*.arrow"}]} for code in sizes
    ]
    extra = licences.metadata((licence.id, public(licence.url)) for licence in held)
    return _front(
        corpus.name, present, documents=documents, extra={**extra, **({"configs": configs} if configs else {})}
    )


def _front(name: str, spoken: Sequence[LangParams], *, documents: int, extra: Mapping[str, object]) -> Markdown:
    """Front matter, written by the library that the Hub's own tools read it with."""
    from huggingface_hub import DatasetCardData

    known = [params.language for params in spoken]
    data = DatasetCardData(
        pretty_name=_plain(name),
        # The Hub knows code by its own name, which is none of ISO 639's.
        language=sorted({_hub(language) for language in known}) or None,
        multilinguality="multilingual" if len(known) > 1 else "monolingual",
        size_categories=size_category(documents),
        task_categories=["text-generation"],
        task_ids=["language-modeling"],
        annotations_creators="no-annotation",
        language_creators="found",
        source_datasets=["original"],
        language_details=sorted({language.bcp47 for language in known}) or None,
        **extra,  # type: ignore[arg-type]
    )
    return Markdown(data.to_yaml())


def _hub(language: Language) -> str:
    return language.code if language.code in APART else language.iso639_1 or language.iso639_3


def _corpus_languages(
    corpus: Corpus, present: Sequence[LangParams], *, sizes: Mapping[str, tuple[int, int]]
) -> Markdown:
    if not present:
        return Markdown("No document was kept in any language.")
    header = ["language", "code", "BCP-47", "script", "documents", "bytes"]
    counted = bool(corpus.vocabulary)
    rows = [
        [
            *card_tables.language(params),
            *sizes.get(params.code, (0, 0)),
            *([corpus.tokens.get(params.code, 0)] * counted),
        ]
        for params in present
    ]
    return table([*header, *["tokens"] * counted], rows, numbers=4)


def _mixed(source: Source, corpus: Corpus) -> Markdown:
    """What of the source is in the corpus, language by language."""
    shares = {share.language: share for share in corpus.shares}
    header = ["language", "kept documents", "kept bytes", "weight", "sampling share", "in the corpus", "bytes there"]
    rows: list[list[object]] = []
    for line in funnel.lines(source.funnel):
        share = shares.get(line.name or "")
        documents, size = corpus.mixed.get((source.entry.uid, line.name or ""), (0, 0))
        if share is not None and (line.kept or documents):
            weight = line.kept_bytes / share.available if share.available else 0.0
            name = (
                card_tables.named(corpus.languages[share.language])
                if share.language in corpus.languages
                else share.language
            )
            rows.append([name, line.kept, line.kept_bytes, f"{weight:.2%}", f"{share.sampling:.2%}", documents, size])
    return table(header, rows, numbers=1) if rows else Markdown("No document of this source is in the corpus.")


def _mixing(corpus: Corpus) -> str:
    budget = f"{corpus.budget:,} bytes of text" if corpus.budget else "none, all that was kept"
    rule = "the largest sample whose shares are exactly the sampling shares" if corpus.strict else f"budget: {budget}"
    return (
        f"With p the share of a language in the text that was kept, its sampling share is p to the power of "
        f"{corpus.alpha:g}, divided by the sum of these; {rule}. No text is repeated."
    )


def _shares(corpus: Corpus) -> Markdown:
    names = _names(corpus)
    rows = [
        [
            f"{names.get(share.language, share.language)} ({share.language})",
            share.available,
            f"{share.share:.2%}",
            f"{share.sampling:.2%}",
            share.gets,
            share.gives_up,
        ]
        for share in corpus.shares
    ]
    return table(["language", "has", "share", "sampling share", "gets", "gives up"], rows, numbers=1)


def _sources(corpus: Corpus) -> Markdown:
    rows: list[list[object]] = []
    for source in corpus.sources:
        entry = source.entry
        counts = [value for (uid, _), value in corpus.mixed.items() if uid == entry.uid]
        card = Markdown(f"[{inline(entry.name)}](cards/{entry.uid}/README.md)")
        line = funnel.total(source.funnel)
        rows.append(
            [
                card,
                entry.kind,
                entry.custodian.name,
                entry.licence.id,
                line.documents,
                line.kept,
                sum(documents for documents, _ in counts),
                sum(size for _, size in counts),
            ]
        )
    header = ["source", "kind", "custodian", "licence", "documents in", "kept", "in the corpus", "bytes there"]
    return table(header, rows, numbers=4)


def _by_language(corpus: Corpus) -> dict[str, tuple[int, int]]:
    """Documents and bytes in the corpus by language, of those that have any, by code."""
    sizes: dict[str, tuple[int, int]] = {}
    for (_, lang), (documents, size) in sorted(corpus.mixed.items()):
        if documents:
            before = sizes.get(lang, (0, 0))
            sizes[lang] = (before[0] + documents, before[1] + size)
    return dict(sorted(sizes.items()))


def _languages_of(source: Source, corpus: Corpus) -> list[LangParams]:
    """Parameters of the languages that the entry names or in which something was kept, by code."""
    kept = {line.name for line in funnel.lines(source.funnel) if line.kept}
    return [
        corpus.languages[lang] for lang in sorted(corpus.languages) if lang in kept or lang in source.entry.languages
    ]


def _names(corpus: Corpus) -> dict[str, str]:
    return {lang: params.language.name for lang, params in corpus.languages.items()}


def _plain(text: str) -> str:
    """A text on one line of printable characters, for front matter."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


@cache
def _templates() -> "jinja2.Environment":
    import jinja2

    return jinja2.Environment(
        loader=jinja2.PackageLoader("roots"),
        finalize=inline,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )


def _fill(template: str, values: Mapping[str, object]) -> str:
    return _templates().get_template(template).render(values)
