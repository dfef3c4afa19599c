"""What would be kept and dropped under other limits: exact, over every document, from the stored measures alone.

Of each document it is known which filters it fails under the limits in force, so only measures whose limit is moved
are read. Documents that were out before the filters (lost, refused, in no language of the corpus) stay out. One that
newly passes counts as passing: whether it is a copy of another is decided by `roots judge`, which also decides
which copy stays where the one that stayed is dropped.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from filters.table import FILTERS
from pipelines.verdict import DUPLICATE, ORDER, outside
from roots import named
from roots.inspect_index import Index
from roots.inspect_shard import ELSEWHERE, FIRST, PASSED_AFTER, Block
from roots.trial import Checked, Limits, checked, limits

if TYPE_CHECKING:
    import pandas as pd

UNITS = {each.name: each.unit for each in FILTERS if each.kind == "measures"}
"""The unit of each measure."""

PASSED = 256
"""In a tally: the document passes the filters under the limits in force."""

AFTER = 512
"""In a tally: it does, and is out for another cause."""

Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Asked:
    """About which documents: of a source, with a signal; None: of all."""

    source: str | None = None
    signal: str | None = None


EVERYTHING = Asked()


@dataclass(frozen=True)
class Tally:
    """Documents and bytes of one language by what they fail under a trial, [1024] int64 each.

    The place is a bit for each filter of `ORDER` that is failed under the trial, plus `PASSED` and `AFTER`. `before`
    are documents and bytes that were out before the filters, `chain` documents that each filter drops now, being the
    first that fails, `measured` those of which each measure was taken; all [8] int64.
    """

    documents: Counts
    bytes: Counts
    before: Counts
    chain: Counts
    measured: Counts

    def where(self, rows: NDArray[np.bool_]) -> tuple[int, int]:
        """Documents and bytes of some places, [1024] bool."""
        return int(self.documents[rows].sum()), int(self.bytes[rows].sum())


def failing(index: Index, block: Block, now: Limits, then: Limits) -> NDArray[np.uint8]:
    """What the judged documents of a block fail under other limits than those in force, [judged] uint8: a bit for each
    filter of `ORDER`, the first being the lowest."""
    moved = [name for name in ORDER if now[name] != then[name]]
    read = index.read(block, ["fails", *(["state"] if "language_id" in moved else []), *moved])
    fails: NDArray[np.uint8] = read["fails"]
    for name in moved:
        drops = outside(read[name], *then[name].ends)
        if name == "language_id" and then[name].applied:
            drops |= (read["state"] & ELSEWHERE) > 0
        bit = ORDER.index(name)
        fails = (fails & np.uint8(255 - (1 << bit))) | (drops.astype(np.uint8) << np.uint8(bit))
    return fails


def chosen(index: Index, block: Block, signal: str | None, *, every: bool = False) -> NDArray[np.bool_] | None:
    """Which documents of a block have a signal, [judged] or [rows] bool; None: all, for none was asked for."""
    if signal is None:
        return None
    sets = np.array([signal in each for each in block.signals], bool)
    found: NDArray[np.bool_] = sets[index.read(block, ["signals"], every=every)["signals"]]
    return found


def tally(index: Index, lang: str, then: Limits, asked: Asked = EVERYTHING) -> Tally:
    """Count the documents of a language by what they fail under some limits. A block is held at a time: some 5 MB."""
    now = index.limits[lang]
    documents, size = np.zeros(1024, np.int64), np.zeros(1024, np.int64)
    before, chain, measured = np.zeros(2, np.int64), np.zeros(9, np.int64), np.zeros(8, np.int64)
    for block in index.blocks(lang, asked.source):
        read = index.read(block, ["fails", "state", "bytes"])
        fails = failing(index, block, now, then)
        state = read["state"]
        place = fails.astype(np.int64)
        place += np.where(read["fails"] == 0, PASSED, 0) + np.where(state & PASSED_AFTER, AFTER, 0)
        rows = chosen(index, block, asked.signal)
        if rows is None:
            some, sizes, was = place, read["bytes"], read["fails"]
            before += (block.rows - block.judged, block.sums[1])
            measured += block.measured
        else:
            some, sizes, was = place[rows], read["bytes"][rows], read["fails"][rows]
            whole = chosen(index, block, asked.signal, every=True)
            early = index.read(block, ["bytes"], every=True)["bytes"][block.judged :][whole[block.judged :]]  # type: ignore[index]
            before += (len(early), early.sum())
            measured += [np.count_nonzero(~np.isnan(index.read(block, [name])[name][rows])) for name in ORDER]
        documents += np.bincount(some, minlength=1024)
        # Sums of float64 are exact below 2^53 bytes, which no block reaches.
        size += np.bincount(some, weights=sizes, minlength=1024).astype(np.int64)
        chain += np.bincount(FIRST[was], minlength=9)
    return Tally(documents, size, before, chain[1:], measured)


@dataclass(frozen=True)
class WhatIf:
    """What a trial would do: `filters` has a row for each language and filter, `total` one for each language.

    Of `filters`: the limits of the trial; documents of which the measure was taken; documents and bytes that the
    filter drops `alone`, in the `chain` (the first that fails is named), and `only` this one; `change`, documents of
    the chain against what is in force. Of `total`: documents and bytes; how many were out `before` the filters; how
    many `passed` them under the trial; `kept_now`, and `kept`, those that are kept now and still pass and those that
    are newly `in_`; and how many that passed are newly `out`. `now` are the limits in force by
    language, `copied` whether some of the documents are out as copies.
    """

    filters: "pd.DataFrame"
    total: "pd.DataFrame"
    trial: Checked = field(default_factory=dict)
    now: Mapping[str, Limits] = field(default_factory=dict, repr=False)
    copied: bool = False

    def __str__(self) -> str:
        from roots.what_if_tables import text

        return text(self)

    def _repr_html_(self) -> str:
        from roots.what_if_tables import html

        return html(self)


def what_if(
    of: tuple[Index, Mapping[str, str]],
    langs: Sequence[str],
    trial: Any,
    asked: Asked = EVERYTHING,
    *,
    alone: bool = True,
) -> WhatIf:
    """Ask what a trial would do in some languages of an index, which comes with the names of languages by code.

    Raises LimitError for a trial that cannot be, and, when a language is asked about `alone`, for one that does nothing
    there because the filter is not applied.
    """
    import pandas as pd

    tried = checked(trial)
    filters: list[dict[str, Any]] = []
    totals: list[dict[str, Any]] = []
    index, names = of
    for lang in langs:
        then = limits(index.limits[lang], tried, named.both(lang, names), alone=alone)
        found = tally(index, lang, then, asked)
        head = {"lang": lang, "language": names.get(lang, lang)}
        filters += [head | row for row in _filters(found, then)]
        totals.append(head | _total(found))
    now = {lang: index.limits[lang] for lang in langs}
    copied = any(DUPLICATE in block.causes for lang in langs for block in index.blocks(lang, asked.source))
    tables = pd.DataFrame(filters, columns=FILTER_COLUMNS), pd.DataFrame(totals, columns=TOTAL_COLUMNS)
    return WhatIf(*tables, tried, now, copied)


FILTER_COLUMNS = [
    *("lang", "language", "filter", "unit", "min", "max", "applied", "measured"),
    *("alone", "alone_bytes", "chain", "chain_bytes", "only", "only_bytes", "change"),
]
TOTAL_COLUMNS = [
    *("lang", "language", "documents", "bytes", "before", "before_bytes", "passed", "passed_bytes"),
    *("kept_now", "kept_now_bytes", "kept", "kept_bytes", "in_", "in_bytes", "out", "out_bytes"),
]

FAILED = np.arange(1024) & 255
"""What the places of a tally fail."""


def _filters(found: Tally, then: Limits) -> list[dict[str, Any]]:
    """The rows of one language."""
    rows = []
    for bit, name in enumerate(ORDER):
        limit = then[name]
        row: dict[str, Any] = {"filter": name, "unit": UNITS[name], "min": limit.min, "max": limit.max}
        row |= {"applied": limit.applied, "measured": int(found.measured[bit])}
        for which, places in {
            "alone": (FAILED >> bit & 1) == 1,
            "chain": FIRST[FAILED] == bit + 1,
            "only": 1 << bit == FAILED,
        }.items():
            row[which], row[f"{which}_bytes"] = found.where(places)
        rows.append(row | {"change": row["chain"] - int(found.chain[bit])})
    return rows


def _total(found: Tally) -> dict[str, int]:
    """What becomes of the documents of one language."""
    places = np.arange(1024)
    passes, passed, after = FAILED == 0, (places & PASSED) > 0, (places & AFTER) > 0
    rows = {
        "passed": passes,
        "kept_now": passed & ~after,
        "kept": passes & ~after,
        "in_": passes & ~passed,
        "out": ~passes & passed,
    }
    total = {
        "documents": int(found.documents.sum() + found.before[0]),
        "bytes": int(found.bytes.sum() + found.before[1]),
        "before": int(found.before[0]),
        "before_bytes": int(found.before[1]),
    }
    for name, which in rows.items():
        total[name], total[f"{name.rstrip('_')}_bytes"] = found.where(which)
    return total
