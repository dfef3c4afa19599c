"""The card of the corpus: what is in it, from whom, under which licence, what was dropped and why, whom to ask."""

from collections import Counter
from collections.abc import Mapping, Sequence

from lang_params.files import APART
from lang_params.params import LangParams
from pipelines.counted import several
from roots import funnel, method
from roots.cards import actions, audit, causes, copies, examples, front, mix, tables
from roots.cards import glance as card_glance
from roots.cards import personal as card_personal
from roots.cards.facts import Corpus
from roots.cards.glance import glance
from roots.cards.limits import corpus_limits
from roots.cards.template import fill
from roots.markdown import Markdown, inline, link, table
from roots.own_names import own_name

MOST_NAMED = 8
"""Custodians that the head of the card names; the table of sources has all."""


def card(corpus: Corpus) -> str:
    """The card of the corpus; its paths are relative to the work folder, where it stands as README.md."""
    whole = corpus.whole
    present = [corpus.languages[share.language] for share in corpus.shares if share.language in corpus.languages]
    sizes = corpus.by_language()
    idle = {params.code: set(params.not_applied()) for params in present}
    entries = [source.entry for source in corpus.sources]
    personal = [each for source in corpus.sources for each in source.personal]
    return fill(
        "corpus.md.j2",
        {
            "front": front.of_corpus(corpus),
            "corpus": corpus,
            "glance": _head(corpus, sizes),
            "example": min(sizes, default=""),
            "several_languages": len(corpus.configs) > 1,
            "languages": _languages(corpus, present, sizes=sizes),
            "repeated": mix.repeated(corpus),
            "validation": mix.validation(corpus),
            "tokenizer": mix.tokenizer(corpus),
            "mixing": mix.rule(corpus),
            "shares": mix.shares(corpus.shares, corpus.names()),
            "sources": _sources(corpus),
            "policy": tables.policy(corpus.policy),
            "left_out": tables.left_out(corpus.left_out),
            "attributions": [tables.attribution(entry) for entry in entries],
            "causes": causes.causes(whole),
            "by_language": funnel.markdown(whole, "lang", corpus.names(), idle=idle, groups=funnel.GROUPS),
            "by_source": funnel.markdown(whole, "source", groups=funnel.GROUPS),
            **copies.corpus_section(corpus.found, corpus.names()),
            "looked_for": card_personal.looked_for(actions.of_corpus(corpus)),
            "personal": card_personal.found(personal),
            "personal_by_language": card_personal.by_language(personal, corpus.names()),
            "profile": tables.PROFILES.get(corpus.profile, corpus.profile),
            "thresholds": tables.thresholds(present),
            "not_applied": tables.not_applied(present),
            "audits": audit.of_corpus(corpus.audits, corpus.languages),
            "hidden": [(entry.uid, why) for entry in entries if (why := examples.hidden(entry))],
            "limits": [*corpus_limits(entries, present), *method.limits(corpus.found.dedup)],
            "contact": link(corpus.contact),
        },
    )


def _head(corpus: Corpus, sizes: Mapping[str, tuple[int, int]]) -> Markdown:
    """What everybody asks first, a line each."""
    documents, size = (sum(counts[place] for counts in sizes.values()) for place in (0, 1))
    languages = len(set(sizes) - set(APART))
    and_code = " and in code" if set(sizes) & set(APART) else ""
    within = f"{several(documents, 'document')}, {several(size, 'byte')} of text in UTF-8, in "
    return glance(
        [
            ("What is in it?", f"{within}{several(languages, 'language')}{and_code}", card_glance.LANGUAGES),
            ("From whom?", _from_whom(corpus), card_glance.SOURCES),
            ("Under which licence?", _licences(corpus), card_glance.LICENCES),
            ("What was dropped, and why?", causes.summary(corpus.whole), card_glance.DROPPED),
            ("What of personal data?", _personal(corpus), card_glance.PERSONAL),
            ("Whom to ask for removal?", corpus.contact or NO_CONTACT, card_glance.REMOVAL),
        ]
    )


NO_CONTACT = "The recipe names no contact; each source's card names its custodian."


def _from_whom(corpus: Corpus) -> str:
    used = [source.entry for source in corpus.sources if corpus.of_source(source.entry.uid)[0]]
    custodians = list(dict.fromkeys(entry.custodian.name for entry in used))
    more = len(custodians) - MOST_NAMED
    named = "; ".join(custodians[:MOST_NAMED]) + (f"; and {more:,} more" if more > 0 else "")
    held = f"{several(len(used), 'source')} of {several(len(custodians), 'custodian')}"
    return f"{held}: {named}" if named else held


def _licences(corpus: Corpus) -> str:
    """The licences of the sources that are in, those of most sources first."""
    used = [source.entry.licence.id for source in corpus.sources if corpus.of_source(source.entry.uid)[0]]
    ordered = sorted(Counter(used).items(), key=lambda pair: (-pair[1], pair[0]))
    named = ", ".join(f"{licence} ({several(count, 'source')})" for licence, count in ordered)
    return f"each document under that of its source: {named}" if named else "none: nothing is in it"


def _personal(corpus: Corpus) -> str:
    plain = sum(not source.entry.redact for source in corpus.sources)
    found = sum(each.places for source in corpus.sources for each in source.personal)
    but = f"; nothing was replaced in {several(plain, 'source')}" if plain else ""
    if not found:
        return f"rules found no place with any{but}"
    return f"rules found {several(found, 'place')}, which hold placeholders such as PI:EMAIL now{but}"


def _languages(corpus: Corpus, present: Sequence[LangParams], *, sizes: Mapping[str, tuple[int, int]]) -> Markdown:
    if not present:
        return Markdown("No document was kept in any language.")
    header = ["language", "in the language itself", "code", "BCP-47", "script", "documents", "bytes"]
    rows = [_language(params, corpus, sizes.get(params.code, (0, 0))) for params in present]
    return table([*header, *["tokens"] * bool(corpus.vocabulary)], rows, numbers=5)


def _language(params: LangParams, corpus: Corpus, sizes: tuple[int, int]) -> list[object]:
    name, *codes = tables.language(params)
    own = Markdown(f"[{inline(name)}](cards/by-language/{params.code}/README.md)")
    tokens = [corpus.tokens.get(params.code, 0)] if corpus.vocabulary else []
    return [own, own_name(params.language), *codes, *sizes, *tokens]


def _sources(corpus: Corpus) -> Markdown:
    rows: list[list[object]] = []
    for source in corpus.sources:
        entry, line = source.entry, funnel.total(source.funnel)
        name = Markdown(f"[{inline(entry.name)}](cards/{entry.uid}/README.md)")
        held = [name, entry.kind, entry.custodian.name, entry.licence.id, entry.permission.outcome]
        rows.append([*held, line.documents, line.kept, *corpus.of_source(entry.uid)])
    held = ["source", "kind", "custodian", "licence", "permission"]
    return table([*held, "documents in", "kept", "in the corpus", "bytes there"], rows, numbers=len(held))
