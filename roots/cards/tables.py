"""The tables of a data card that need nothing but an entry, a funnel or the parameters of languages."""

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import astuple
from typing import Any

import pyarrow as pa

from catalog.code import roots_files
from catalog.entry import Entry
from filters.table import FILTERS
from lang_params.params import LangParams, Setting
from pipelines.counted import several
from pipelines.verdict import ORDER
from roots import funnel, named
from roots.markdown import Markdown, code, inline, link, public, table
from roots.policy import ACCEPTS, Fault, LeftOut, Policy

KINDS = {
    "catalogue": "catalogue: data that people chose and described",
    "pseudo_crawl": "pseudo-crawl: pages of web sites that people chose",
    "oscar": "OSCAR: web text in the form of the OSCAR corpus",
    "code": "code: programs, a file a document",
}

RELEASES = {
    "public": "public: the text may be given to everyone",
    "gated": "gated: the text may be given to those who accept terms",
    "closed": "closed: the text may be given to nobody",
}

PROFILES = {
    "fixed": "fixed (the filters as they were meant)",
    "roots-2022-03": "roots-2022-03 (the filters as they ran for ROOTS in March 2022)",
}

THRESHOLDS = {
    "tuned": "tuned by hand for ROOTS",
    "derived": "derived from clean text in the language",
    "default": "default of ROOTS, not set for the language",
    "none": "none: no filter measures it",
}
"""Whose the thresholds of a language are."""


def interval(setting: Setting) -> str:
    """What a filter lets through, in one cell.

    >>> interval(Setting(n=10, max=0.106)), interval(Setting(min=20, max=100000)), interval(Setting(min=0.3))
    ('n = 10: ≤ 0.106', '20 to 100,000', '≥ 0.3')
    """
    low, high = (None if end is None else _number(end) for end in (setting.min, setting.max))
    bounds = {
        (True, True): f"{low} to {high}",
        (True, False): f"≥ {low}",
        (False, True): f"≤ {high}",
        (False, False): "everything",
    }[low is not None, high is not None]
    return bounds if setting.n is None else f"n = {setting.n}: {bounds}"


def facts(entry: Entry, *, files: int, size: int) -> Markdown:
    """Custodian, licence, permission and personal information, as the entry has them, and its size in bytes."""
    custodian, licence, permission, pii = entry.custodian, entry.licence, entry.permission, entry.pii
    rows: list[tuple[str, object]] = [
        ("identifier", code(entry.uid)),
        ("kind", KINDS.get(entry.kind, entry.kind)),
        ("homepage", link(entry.homepage)),
        ("custodian", f"{custodian.name} ({custodian.type})"),
        ("location of the custodian", custodian.location),
        ("licence", Markdown(" ".join(filter(None, (inline(licence.id), link(licence.url)))))),
        ("properties of the licence", ", ".join(licence.properties)),
        ("attribution", licence.attribution),
        ("permission", _and(permission.outcome, _asked(entry))),
        ("note on the permission", permission.note),
        ("document of the permission", permission.document and shown(permission.document)),
        ("release", entry.release and RELEASES.get(entry.release, entry.release)),
        ("found right by a second person", _validated(entry)),
        ("personal information", _and(pii.has_pii, pii.justification)),
        ("redaction", "what the rules find is replaced" if entry.redact else "none"),
        ("original size", _size(files, size) if entry.data.files else ""),
        ("files", Markdown(", ".join(code(shown(pattern)) for pattern in entry.data.files))),
        ("dataset", _dataset(entry)),
    ]
    return table(["what", "as the catalogue has it"], [row for row in rows if row[1]])


def _size(files: int, size: int) -> str:
    return f"{several(files, 'file')}, {several(size, 'byte')} as {'it' if files == 1 else 'they'} came"


def _dataset(entry: Entry) -> str:
    """The dataset that was streamed in the place of files, with what was asked for of it."""
    data = entry.data
    asked = {"subset": data.subset, "split": data.split, "revision": data.revision}
    return data.dataset and ", ".join([shown(data.dataset), *(f"{key} {said}" for key, said in asked.items() if said)])


def _asked(entry: Entry) -> str:
    """When and whom the custodian's permission was asked of; a person's name and address are nobody's business."""
    custodian, permission = entry.custodian, entry.permission
    private = permission.whom == custodian.contact_name or "@" in permission.whom
    whom = "" if private else permission.whom
    said = [f"asked on {permission.asked}" if permission.asked else "", f"whom: {whom}" if whom else ""]
    return ", ".join(filter(None, said))


def _validated(entry: Entry) -> str:
    """The parts of an entry that somebody looked at, and when; who it was stays in the catalogue."""
    return ", ".join(f"{part} ({mark.on})" if mark.on else part for part, mark in entry.validated)


def policy(accepts: Policy) -> list[str]:
    """What a recipe's policy accepts, a sentence for each thing that it says; none where it accepts everything."""
    answers = {
        "Properties of licences": accepts.licence_properties,
        "Answers of custodians": accepts.permission,
        "Answers on personal data": accepts.has_pii,
        "Releases": ACCEPTS.get(accepts.release, ()),
    }
    said = [f"{what} that were accepted: {', '.join(allowed)}." for what, allowed in answers.items() if allowed]
    documents = accepts.documents
    if documents.signals:
        said.append(f"Documents with these signals were refused: {', '.join(documents.signals)}.")
    if documents.harmful_perplexity is not None:
        said.append(f"Documents with a harmful perplexity below {documents.harmful_perplexity:g} were refused.")
    if documents.smallest_source is not None:
        said.append(f"Sources were refused of which fewer than {documents.smallest_source:,} bytes pass the filters.")
    return said


def left_out(sources: Sequence[LeftOut]) -> Markdown:
    """The sources of a recipe that are not in the corpus: the ground, what stands in their entry, what is allowed."""
    if not sources:
        return Markdown("No source that the recipe names was left out.")
    rows = [
        [Markdown(f"{inline(source.name)} ({code(source.uid)})"), source.ground, *astuple(fault)]
        for source in sources
        for fault in source.faults or (Fault(),)
    ]
    return table(["source", "ground", "field", "has", "allowed"], rows)


def languages(spoken: Sequence[LangParams]) -> Markdown:
    """The languages with their names, codes and script, and whose their thresholds are."""
    header = ["language", "code", "BCP-47", "script", "thresholds"]
    if not spoken:
        return Markdown("None of the documents is in a language of the corpus.")
    return table(header, [[*language(params), THRESHOLDS.get(params.thresholds, "")] for params in spoken])


def language(params: LangParams) -> list[object]:
    """Name, codes and script of a language, as cells."""
    language = params.language
    return [language.name, code(params.code), language.bcp47, language.script]


def cleaning(entry: Entry, counts: pa.Table, steps: Sequence[Mapping[str, Any]] = ()) -> Markdown:
    """What reading leaves out, then the chain in its order, with the documents before and after each step.

    `steps` are the counts that the steps of the chain kept themselves; with them come texts that were changed and
    bytes. Documents that people asked to have taken out count in them as they were.
    """
    line = funnel.total(counts)
    removed = {cause: count for cause, count in line.dropped.items() if cause.startswith("clean:")}
    unread = sum(count for cause, count in line.dropped.items() if cause.startswith("error:"))
    left = line.documents - unread
    rows: list[list[object]] = [["read", line.documents, unread, left]]
    chain = [f"clean:{step}" for step in entry.cleaning]
    before = sorted(set(removed) - set(chain))
    for cause in before if steps else [*before, *chain]:
        # A step that stands twice in a chain is counted under one name, at its first place.
        gone = removed.pop(cause, 0)
        rows.append([code(cause.removeprefix("clean:")), left, gone, left - gone])
        left -= gone
    header = ["step", "documents before", "removed", "documents after"]
    if steps:
        rows = [[*row, "", "", ""] for row in rows] + [_step(step) for step in steps]
        header += ["texts changed", "bytes before", "bytes after"]
    return table(header, rows, numbers=1)


def _step(step: Mapping[str, Any]) -> list[object]:
    before, after = step["documents"], step["documents_after"]
    return [code(step["step"]), before, before - after, after, step["changed"], step["bytes"], step["bytes_after"]]


def thresholds(spoken: Sequence[LangParams]) -> Markdown:
    """What each filter lets through in each language, and whose the numbers are."""
    if not spoken:
        return Markdown("None: there is no document in a language of the corpus.")
    rows = []
    for params in spoken:
        without = params.not_applied()
        cells = ["not applied" if name in without else interval(params.filters[name]) for name in ORDER]
        rows.append([named.of(params), *cells, THRESHOLDS.get(params.thresholds, params.thresholds)])
    return table(["language", *ORDER, "whose"], rows)


def limits(params: LangParams) -> Markdown:
    """What each filter lets through in one language, in which unit, a row a filter."""
    without = params.not_applied()
    rows = [
        [code(each.name), each.what, each.unit, "not applied" if each.name in without else interval(setting)]
        for each in FILTERS
        if each.kind == "measures"
        for setting in (params.filters[each.name],)
    ]
    whose = THRESHOLDS.get(params.thresholds, params.thresholds)
    shown = table(["filter", "what it does", "unit", "lets through"], rows)
    return Markdown(f"{shown}\n\nWhose these numbers are: {inline(whose)}.")


def not_applied(spoken: Sequence[LangParams]) -> Markdown:
    """Filters without effect, in the order of their table, with the reason and the languages that it holds for."""
    found: dict[tuple[str, str], list[str]] = {}
    for params in spoken:
        for name, reason in params.not_applied().items():
            # Reasons name the language; without its name they are the same for many.
            found.setdefault((name, reason.replace(params.language.name, "the language")), []).append(named.of(params))
    order = [entry.name for entry in FILTERS]
    rows = [
        [code(name), reason, ", ".join(found[name, reason])]
        for name, reason in sorted(found, key=lambda pair: (order.index(pair[0]), pair[1]))
    ]
    return table(["filter", "reason", "languages"], rows) if rows else Markdown("All filters are applied.")


def programs(files: Mapping[str, int]) -> Markdown:
    """Files of code by programming language, beside those that ROOTS took from GitHub; empty where there is no code.

    >>> print(programs({"Rust": 3, "Lua": 1}).split("\\n")[2])
    | Lua | 1 | 25.00% | 1.64% |
    """
    if not files:
        return Markdown("")
    roots = roots_files()
    whole, all_roots = sum(files.values()), sum(roots.values())
    rows = [
        [name, files[name], f"{files[name] / whole:.2%}", f"{count / all_roots:.2%}"]
        for name, count in roots.items()
        if files.get(name)
    ]
    return table(["programming language", "files read", "share", "share of ROOTS's files"], rows, numbers=1)


def attribution(entry: Entry) -> Markdown:
    """Whom to name for a source, and its licence, in one line."""
    licence = entry.licence
    end = Markdown(f" {link(licence.url)}") if licence.url else Markdown("")
    return Markdown(f"{inline(entry.name)}: {inline(licence.attribution)}. {inline(licence.id)}{end}")


def _and(first: str, second: str) -> str:
    return f"{first}; {second}" if second else first


def _number(value: float) -> str:
    return f"{int(value):,}" if value == int(value) else str(value)


def shown(pattern: str) -> str:
    """Where the files are, without what is nobody's business: of an absolute path only the last part."""
    if "://" in pattern and not pattern.startswith("file:"):
        return public(pattern)
    inside = pattern.removeprefix("file:").replace("\\", "/")
    absolute = inside.startswith(("/", "~", "..")) or inside[1:2] == ":"
    return posixpath.basename(inside) if absolute else inside
