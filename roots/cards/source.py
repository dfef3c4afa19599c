"""The card of one source: who holds it, on what terms, what was done to it, and what of it is in the corpus."""

from pipelines.counted import several
from roots import funnel
from roots.cards import actions, causes, copies, examples, front, mix, personal, tables
from roots.cards import glance as card_glance
from roots.cards.facts import Corpus, Source
from roots.cards.glance import glance
from roots.cards.limits import source_limits
from roots.cards.steps import described
from roots.cards.template import fill
from roots.markdown import Markdown, code, link


def card(source: Source, corpus: Corpus) -> str:
    """The card of one source of the corpus; its paths are relative to `cards/<uid>`."""
    entry, names = source.entry, corpus.names()
    spoken = corpus.spoken_in(source)
    idle = {params.code: set(params.not_applied()) for params in spoken}
    return fill(
        "source.md.j2",
        {
            "front": front.of_source(source, corpus),
            "corpus": corpus,
            "entry": entry,
            "glance": _head(source, corpus),
            "facts": tables.facts(entry, files=source.files, size=source.bytes),
            "languages": tables.languages(spoken),
            "programs": tables.programs(source.programs),
            "cleaning": tables.cleaning(entry, source.funnel, source.steps),
            "steps": [(code(step), what) for step, what in described(entry.cleaning)],
            "causes": causes.causes(source.funnel),
            "by_language": funnel.markdown(source.funnel, "lang", names, idle=idle),
            "copies": copies.of_source(entry.uid, corpus.found, source.copies),
            "looked_for": personal.looked_for(actions.of_source(source, corpus)),
            "personal": personal.found(source.personal),
            "profile": tables.PROFILES.get(corpus.profile, corpus.profile),
            "thresholds": tables.thresholds(spoken),
            "not_applied": tables.not_applied(spoken),
            "examples": examples.of_source(entry, source.examples, corpus.languages),
            "mixed": mix.of_source(source, corpus),
            "repeated": mix.repeated(corpus),
            "limits": source_limits(entry, spoken),
            "source_contact": link(entry.custodian.contact),
            "contact": link(corpus.contact),
        },
    )


def _head(source: Source, corpus: Corpus) -> Markdown:
    entry = source.entry
    documents, size = corpus.of_source(entry.uid)
    holder = f"{entry.custodian.name}, {entry.custodian.location}" if entry.custodian.location else entry.custodian.name
    held = f"{several(documents, 'document')}, {several(size, 'byte')} of text in UTF-8"
    ask = corpus.contact or entry.custodian.contact or "the recipe and the catalogue name no contact"
    return glance(
        [
            ("What is in the corpus of it?", held, card_glance.IN_CORPUS),
            ("From whom?", holder, card_glance.SOURCE),
            ("Under which licence?", entry.licence.id, card_glance.SOURCE),
            ("Were they asked?", ASKED.get(entry.permission.outcome, entry.permission.outcome), card_glance.SOURCE),
            ("What was dropped, and why?", causes.summary(source.funnel), card_glance.DROPPED),
            ("Whom to ask for removal?", ask, card_glance.REMOVAL),
        ]
    )


ASKED = {
    "open licence": "nobody had to be: the licence is open",
    "granted": "yes, and they granted it",
    "refused": "yes, and they refused",
    "pending": "yes, and they have not answered yet",
    "not asked": "no",
}
"""Answers on permission, in words."""
