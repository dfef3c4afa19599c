"""The card of one source: who holds it, on what terms, what was done to it, and what of it is in the corpus."""

from roots import card_actions as actions
from roots import (
    card_causes,
    card_copies,
    card_examples,
    card_front,
    card_glance,
    card_mix,
    card_personal,
    card_tables,
    funnel,
)
from roots.card_glance import glance
from roots.card_limits import source_limits
from roots.card_steps import described
from roots.card_template import fill
from roots.cards import Corpus, Source
from roots.counted import several
from roots.markdown import Markdown, code, link


def card(source: Source, corpus: Corpus) -> str:
    """The card of one source of the corpus; its paths are relative to `cards/<uid>`."""
    entry, names = source.entry, corpus.names()
    spoken = corpus.spoken_in(source)
    idle = {params.code: set(params.not_applied()) for params in spoken}
    return fill(
        "source.md.j2",
        {
            "front": card_front.of_source(source, corpus),
            "corpus": corpus,
            "entry": entry,
            "glance": _head(source, corpus),
            "facts": card_tables.facts(entry, files=source.files, size=source.bytes),
            "languages": card_tables.languages(spoken),
            "programs": card_tables.programs(source.programs),
            "cleaning": card_tables.cleaning(entry, source.funnel, source.steps),
            "steps": [(code(step), what) for step, what in described(entry.cleaning)],
            "causes": card_causes.causes(source.funnel),
            "by_language": funnel.markdown(source.funnel, "lang", names, idle=idle),
            "copies": card_copies.of_source(entry.uid, corpus.found, source.copies),
            "looked_for": card_personal.looked_for(actions.of_source(source, corpus)),
            "personal": card_personal.found(source.personal),
            "profile": card_tables.PROFILES.get(corpus.profile, corpus.profile),
            "thresholds": card_tables.thresholds(spoken),
            "not_applied": card_tables.not_applied(spoken),
            "examples": card_examples.of_source(entry, source.examples, corpus.languages),
            "mixed": card_mix.of_source(source, corpus),
            "repeated": card_mix.repeated(corpus),
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
            ("What was dropped, and why?", card_causes.summary(source.funnel), card_glance.DROPPED),
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
