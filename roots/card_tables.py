"""The tables of a data card that need nothing but an entry, a funnel or the parameters of languages."""

import posixpath
from collections.abc import Sequence

import pyarrow as pa

from catalog.entry import Entry
from filters.table import FILTERS
from lang_params.params import LangParams, Setting
from pipelines.verdict import ORDER
from roots import funnel
from roots.markdown import Markdown, code, inline, link, public, table

KINDS = {
    "catalogue": "catalogue: data that people chose and described",
    "pseudo_crawl": "pseudo-crawl: pages of web sites that people chose",
    "oscar": "OSCAR: web text in the form of the OSCAR corpus",
}

THRESHOLDS = {
    "tuned": "tuned by hand for ROOTS",
    "derived": "derived from clean text in the language",
    "default": "default of ROOTS, not set for the language",
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
        ("permission", _and(permission.outcome, permission.asked and f"asked on {permission.asked}")),
        ("note on the permission", permission.note),
        ("personal information", _and(pii.has_pii, pii.justification)),
        ("redaction", "what the rules find is replaced" if entry.redact else "none"),
        ("original size", f"{files:,} files, {size:,} bytes as they came"),
        ("files", Markdown(", ".join(code(shown(pattern)) for pattern in entry.data.files))),
    ]
    return table(["what", "as the catalogue has it"], [row for row in rows if row[1]])


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


def cleaning(entry: Entry, counts: pa.Table) -> Markdown:
    """What reading leaves out, then the chain in its order, with the documents before and after each step."""
    line = funnel.total(counts)
    removed = {cause: count for cause, count in line.dropped.items() if cause.startswith("clean:")}
    unread = sum(count for cause, count in line.dropped.items() if cause.startswith("error:"))
    left = line.documents - unread
    rows: list[list[object]] = [["read", line.documents, unread, left]]
    chain = [f"clean:{step}" for step in entry.cleaning]
    for cause in [*sorted(set(removed) - set(chain)), *chain]:
        # A step that stands twice in a chain is counted under one name, at its first place.
        gone = removed.pop(cause, 0)
        rows.append([code(cause.removeprefix("clean:")), left, gone, left - gone])
        left -= gone
    return table(["step", "documents before", "removed", "documents after"], rows, numbers=1)


def thresholds(spoken: Sequence[LangParams]) -> Markdown:
    """What each filter lets through in each language, and whose the numbers are."""
    if not spoken:
        return Markdown("None: there is no document in a language of the corpus.")
    rows = []
    for params in spoken:
        without = params.not_applied()
        cells = ["not applied" if name in without else interval(params.filters[name]) for name in ORDER]
        rows.append([named(params), *cells, THRESHOLDS.get(params.thresholds, params.thresholds)])
    return table(["language", *ORDER, "whose"], rows)


def not_applied(spoken: Sequence[LangParams]) -> Markdown:
    """Filters without effect, in the order of their table, with the reason and the languages that it holds for."""
    found: dict[tuple[str, str], list[str]] = {}
    for params in spoken:
        for name, reason in params.not_applied().items():
            # Reasons name the language; without its name they are the same for many.
            found.setdefault((name, reason.replace(params.language.name, "the language")), []).append(named(params))
    order = [entry.name for entry in FILTERS]
    rows = [
        [code(name), reason, ", ".join(found[name, reason])]
        for name, reason in sorted(found, key=lambda pair: (order.index(pair[0]), pair[1]))
    ]
    return table(["filter", "reason", "languages"], rows) if rows else Markdown("All filters are applied.")


def attribution(entry: Entry) -> Markdown:
    """Whom to name for a source, and its licence, in one line."""
    licence = entry.licence
    end = Markdown(f" {link(licence.url)}") if licence.url else Markdown("")
    return Markdown(f"{inline(entry.name)}: {inline(licence.attribution)}. {inline(licence.id)}{end}")


def named(params: LangParams) -> str:
    """A language with its code."""
    return f"{params.language.name} ({params.code})"


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
