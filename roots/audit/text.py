"""The results of an audit in words and rows, for a terminal and for cards."""

from collections.abc import Mapping, Sequence
from typing import Any

from lang_params.settings import Setting
from pipelines.counted import several
from pipelines.verdict import ORDER
from roots.audit.record import Draw, Limits
from roots.audit.results import CHAIN
from roots.cards.tables import interval

HEADER = ("dropped by", "documents", "labels", "bad", "precision", "recall")
"""The columns of the table of results; those from the second on are numbers."""

MEANT = (
    "Precision is the share of bad documents among those that are dropped, recall the share of all bad documents that "
    "is dropped; a document has one cause, the first that put it out. In brackets are intervals of 95 %, after Wilson, "
    "for a sample by strata."
)

UNSAID = "too few labels"
"""In the place of a number."""

TOGETHER = "all filters"
"""What the row of all filters together is called."""


def percent(estimate: Sequence[float] | None) -> str:
    """A share with its interval.

    >>> percent((0.8333, 0.71, 0.912)), percent((0.5, 0.5, 0.5)), percent(None)
    ('83.3% (71.0 to 91.2)', '50.0% (all known)', 'too few labels')
    """
    if estimate is None:
        return UNSAID
    share, low, high = estimate
    if low == high:
        return f"{share:.1%} (all known)"
    return f"{share:.1%} ({100 * low:.1f} to {100 * high:.1f})"


def rows(results: Mapping[str, Any]) -> list[list[Any]]:
    """A row for each filter that drops something, and one for the chain, under HEADER."""
    return [_row(each) for each in [*results["rows"], results["chain"]]]


def _row(row: Mapping[str, Any]) -> list[Any]:
    name = _name(row)
    if not row["documents"] and not row["labels"]:
        return [name, 0, 0, 0, "nothing is dropped", ""]
    recall = _FEW_BAD if row["recall"] is None and "bad" in row["why"] else percent(row["recall"])
    return [name, row["documents"], row["labels"], row["bad"], percent(row["precision"]), recall]


_FEW_BAD = "too few bad ones"


def _name(row: Mapping[str, Any]) -> str:
    return TOGETHER if row["name"] == CHAIN else str(row["name"])


def sentences(results: Mapping[str, Any]) -> list[str]:
    """What the labels say beside the table: who gave them, how many, of the kept, of the lost; what cannot be said."""
    by = results["by"] or "a speaker who is not named"
    said = [
        f"Labels by {by}: {results['good']:,} good, {results['bad']:,} bad; {results['unsure']:,} unsure and "
        f"{results['unlabelled']:,} without a label are left out, as if they were like the labelled."
    ]
    if results["left"]:
        left = "Labels left out, whose documents are neither kept nor dropped by a filter now"
        said.append(f"{left}: {results['left']:,}.")
    kept = results["kept"]
    if kept["documents"] or kept["labels"]:
        among = f"{several(kept['documents'], 'document')}, {several(kept['labels'], 'label')}"
        said.append(f"Bad among the kept: {percent(kept['precision'])} ({among}).")
    for each in results["others"]:
        said.append(f"Bad among those dropped as {each['name']}: {percent(each['precision'])}.")
    said += _lost(results)
    return [*said, *_unsaid(results)]


def _lost(results: Mapping[str, Any]) -> list[str]:
    if results["lost"] is None or results["lost_share"] is None:
        return []
    lost, low, high = results["lost"]
    number = several(round(lost), "document")
    number = number if low == high else f"about {number} ({low:,.0f} to {high:,.0f})"
    return [f"Good and dropped: {number}, {percent(results['lost_share'])} of the good ones."]


def _unsaid(results: Mapping[str, Any]) -> list[str]:
    """Why some numbers are not there, each reason once."""
    found: dict[str, list[str]] = {}
    for each in [*results["rows"], results["chain"], results["kept"], *results["others"]]:
        if each["why"] and (each["documents"] or each["labels"]):
            found.setdefault(each["why"], []).append(_name(each))
    return [f"{', '.join(names)}: {why}." for why, names in found.items()]


def changed(then: Limits, now: Limits) -> list[str]:
    """The filters whose limits are others than they were, with both.

    >>> was = {"stopwords": {"applied": True, "min": 0.1, "max": None}}
    >>> changed(was, {"stopwords": {"applied": True, "min": 0.05, "max": None}}), changed(was, was)
    (['stopwords: ≥ 0.1 then, ≥ 0.05 now'], [])
    """
    return [
        f"{name}: {_limit(then.get(name, {}))} then, {_limit(now.get(name, {}))} now"
        for name in ORDER
        if then.get(name) != now.get(name)
    ]


def _limit(limit: Mapping[str, Any]) -> str:
    return interval(Setting(min=limit["min"], max=limit["max"])) if limit.get("applied") else "not applied"


def drawn(draw: Draw) -> str:
    """What was drawn, stratum by stratum.

    >>> from roots.audit.record import Stratum
    >>> drawn(Draw(0, {}, {"kept": Stratum(900, ("a", "b")), "stopwords": Stratum(40, ("c",))}))
    '3 documents of 940, drawn with seed 0: 2 of 900 kept, 1 of 40 stopwords'
    """
    parts = ", ".join(f"{len(each.ids):,} of {each.documents:,} {name}" for name, each in draw.strata.items())
    whole = sum(each.documents for each in draw.strata.values())
    return f"{several(len(draw.ids), 'document')} of {whole:,}, drawn with seed {draw.seed}: {parts}"
