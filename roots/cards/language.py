"""The card of one language: from which sources its documents are, how they were judged, what was dropped and why."""

import pyarrow as pa

from lang_params.params import LangParams
from pipelines.counted import several
from roots import funnel
from roots.cards import actions, audit, causes, copies, examples, front, mix, tables
from roots.cards import glance as card_glance
from roots.cards import personal as card_personal
from roots.cards.facts import Corpus
from roots.cards.glance import glance
from roots.cards.limits import language_limits
from roots.cards.template import fill
from roots.markdown import Markdown, link, table
from roots.own_names import own_name

FOLDER = "by-language"
"""In cards/: the cards of languages. A uid has no hyphen, so that no source has its card there."""


def card(params: LangParams, corpus: Corpus) -> str:
    """The card of one language of the corpus; its paths are relative to `cards/by-language/<code>`."""
    lang = params.code
    counts = funnel.select(corpus.whole, lang=lang)
    there = set(counts.column("source").to_pylist())
    present = [source for source in corpus.sources if source.entry.uid in there]
    personal = [each for source in corpus.sources for each in source.personal if each.lang == lang]
    hidden = [source.entry.uid for source in present if examples.hidden(source.entry)]
    return fill(
        "language.md.j2",
        {
            "front": front.of_language(params, corpus),
            "corpus": corpus,
            "language": params.language,
            "code": lang,
            "glance": _head(params, corpus, counts),
            "facts": _facts(params, corpus),
            "sources": mix.of_language(params, corpus),
            "shares": mix.shares([share for share in corpus.shares if share.language == lang], corpus.names()),
            "mixing": mix.rule(corpus),
            "causes": causes.causes(counts),
            "by_source": funnel.markdown(counts, "source", groups=funnel.GROUPS),
            "copies": copies.of_language(lang, corpus.found),
            "looked_for": card_personal.looked_for(actions.of_language(params, corpus)),
            "personal": card_personal.found(personal),
            "profile": tables.PROFILES.get(corpus.profile, corpus.profile),
            "thresholds": tables.limits(params),
            "not_applied": tables.not_applied([params]),
            "audit": audit.of_language(params, corpus.audits),
            "examples": examples.of_language(corpus.examples.get(lang, ()), corpus.languages, hidden),
            "limits": language_limits([params]),
            "contact": link(corpus.contact),
        },
    )


def _head(params: LangParams, corpus: Corpus, counts: pa.Table) -> Markdown:
    documents, size = corpus.by_language().get(params.code, (0, 0))
    used = [source.entry for source in corpus.sources if corpus.mixed.get((source.entry.uid, params.code), (0, 0))[0]]
    licences = ", ".join(sorted({entry.licence.id for entry in used}))
    whom = "; ".join(dict.fromkeys(entry.custodian.name for entry in used))
    held = f"{several(documents, 'document')}, {several(size, 'byte')} of text in UTF-8"
    return glance(
        [
            ("What is in the corpus?", held, card_glance.IN_CORPUS),
            ("From whom?", whom or "nobody: no document is in the corpus", card_glance.SOURCES),
            ("Under which licence?", licences or "none", card_glance.SOURCES),
            ("What was dropped, and why?", causes.summary(counts), card_glance.DROPPED),
            ("Whom to ask for removal?", corpus.contact or "see the cards of the sources", card_glance.REMOVAL),
        ]
    )


def _facts(params: LangParams, corpus: Corpus) -> Markdown:
    language = params.language
    tokens = corpus.tokens.get(params.code)
    rows: list[tuple[str, object]] = [
        ("name in the language itself", own_name(language)),
        ("family and genus", f"{language.family}, {language.genus}"),
        ("script", language.script),
        ("BCP-47", language.bcp47),
        ("ISO 639", ", ".join(filter(None, (language.iso639_1, language.iso639_3)))),
        ("identifier of the language", params.identifier),
        ("words", "at white space" if params.words == "whitespace" else f"pieces of the model {params.word_model}"),
        ("stop words", _size(params.stopwords)),
        ("flagged words", _size(params.flagged_words)),
        ("language model", params.language_model or "none"),
        ("tokens in the corpus", f"{tokens:,}" if tokens else ""),
        ("validation", mix.validation(corpus, params.code)),
    ]
    return table(["what", "as it is here"], [row for row in rows if row[1]])


def _size(words: frozenset[str] | None) -> str:
    return "no list" if words is None else f"a list of {several(len(words), 'word')}"
