"""What labels say of filters: how much of what they drop deserves it, and how much of what deserves it they drop.

A document has one cause, the first that put it out, here as on every card: a filter is judged by what those before it
left. Labels count as the documents of their stratum do that have none; which verdict a document has is read from the
ledgers in force, so that a limit may have changed since the sheet was drawn. What is estimated is a share of the
documents that were there to be drawn. `roots.wilson` says how intervals are found.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from pipelines.verdict import ORDER
from roots.audit.record import KEPT, Stratum
from roots.wilson import Floats, Interval, part, total, wilson

CHAIN = "chain"
"""The name of all filters together."""

ENOUGH = 5
"""Labels of a stratum, or bad documents for recall, from which on a number is given; fewer do where they are all."""

Estimate = tuple[float, float, float]
"""An estimate and the ends of its interval of 95 %."""


@dataclass(frozen=True)
class Row:
    """What labels say of one filter or of the whole chain: how many documents it drops now, how many of them have a
    label and how many of these are bad; precision and recall, None where there are not enough labels, with `why`."""

    name: str
    documents: int
    labels: int
    bad: int
    precision: Estimate | None = None
    recall: Estimate | None = None
    why: str = ""


@dataclass(frozen=True)
class Results:
    """What labels say: a row for each filter that drops something, for each other cause that was asked for, and for the
    chain; the share of bad documents among the kept, the documents that are good and lost, and their share of the good.

    `left` counts labels of documents that are no longer kept or dropped by a filter.
    """

    rows: Sequence[Row]
    others: Sequence[Row]
    chain: Row
    kept: Row
    lost: Estimate | None
    lost_share: Estimate | None
    good: int
    bad: int
    left: int

    def facts(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


@dataclass(frozen=True)
class Cells:
    """Labels by stratum as drawn and verdict now, a cell each: the verdict, about how many documents it stands for, its
    labels, how many of them are bad; the documents and labels of the whole stratum. Where verdicts have not changed
    since, a cell is a stratum."""

    verdicts: Sequence[str]
    documents: Floats
    labels: Floats
    bad: Floats
    of_documents: Floats
    of_labels: Floats

    def where(self, *names: str) -> list[int]:
        """The places of the cells with one of some verdicts."""
        return [place for place, verdict in enumerate(self.verdicts) if verdict in names]

    def split(self) -> bool:
        """Whether verdicts have changed within a stratum, so that the documents of a cell are only estimated."""
        return bool((self.labels < self.of_labels).any())

    def share(self, places: Sequence[int]) -> Interval:
        """Which share of the documents of some cells is bad."""
        size = self.documents[places]
        return total(wilson(self.bad[places], self.labels[places], size), size / size.sum())

    def amount(self, places: Sequence[int], *, good: bool = False) -> Interval:
        """How many documents of some cells are bad, or good: as a part of their strata, whose sizes are known."""
        found = self.labels - self.bad if good else self.bad
        size = self.of_documents[places]
        return total(wilson(found[places], self.of_labels[places], size), size)


def cells(strata: Mapping[str, Stratum], labels: Mapping[str, str], now: Mapping[str, str]) -> Cells:
    """The cells of a sheet: `labels` by id, of which only good and bad count, and the verdict on each id `now`."""
    found: dict[tuple[str, str], list[float]] = {}
    for name, stratum in strata.items():
        with_label = [id for id in stratum.ids if labels.get(id) in ("good", "bad")]
        for id in with_label:
            cell = found.setdefault((name, now.get(id, "")), [0.0, 0.0, stratum.documents, len(with_label)])
            cell[0] += 1
            cell[1] += labels[id] == "bad"
    numbers = np.array([found[key] for key in sorted(found)], np.float64).reshape(-1, 4)
    said, bad, of_documents, of_labels = numbers.T
    documents = said * of_documents / np.maximum(of_labels, 1)
    return Cells([verdict for _, verdict in sorted(found)], documents, said, bad, of_documents, of_labels)


def results(
    strata: Mapping[str, Stratum], labels: Mapping[str, str], now: Mapping[str, str], documents: Mapping[str, int]
) -> Results:
    """What the labels of a sheet say; `documents` counts those of each verdict that there are now."""
    found = cells(strata, labels, now)
    known = {KEPT, *ORDER}
    silent = _silent(strata, labels)
    dropping = [name for name in ORDER if documents.get(name) or found.where(name)]
    others = sorted({verdict for verdict in found.verdicts if verdict and verdict not in known} & set(strata))
    judged = found.where(*known)
    bad = int(found.bad[judged].sum())
    lost, lost_share = None, None
    if not silent and (dropped := found.where(*ORDER)):
        # A total is that of whole documents.
        lost = _estimate(found.amount(dropped, good=True), digits=0)
        lost_share = _share(found, dropped, found.where(KEPT), good=True)
    return Results(
        rows=[_row(found, [name], documents, silent) for name in dropping],
        others=[_share_of_bad(found, [name], documents) for name in others],
        chain=_chain(found, documents, silent),
        kept=_share_of_bad(found, [KEPT], documents),
        lost=lost,
        lost_share=lost_share,
        good=int(found.labels[judged].sum()) - bad,
        bad=bad,
        left=int(found.labels.sum() - found.labels[[*judged, *found.where(*others)]].sum()),
    )


def _silent(strata: Mapping[str, Stratum], labels: Mapping[str, str]) -> str:
    """Why nothing can be said of all strata together; empty where something can."""
    few = []
    for name, stratum in strata.items():
        said = sum(labels.get(id) in ("good", "bad") for id in stratum.ids)
        if name in (KEPT, *ORDER) and said < min(ENOUGH, stratum.documents):
            few.append(f"{name} has {said}")
    return f"not enough labels: {', '.join(few)}, and {ENOUGH} are needed" if few else ""


def _chain(found: Cells, documents: Mapping[str, int], silent: str) -> Row:
    """What labels say of all filters together, which needs labels of each stratum."""
    row = _row(found, ORDER, documents, silent)
    return replace(row, precision=None) if silent else row


def _row(found: Cells, names: Sequence[str], documents: Mapping[str, int], silent: str) -> Row:
    """What labels say of a filter, or of several together, which is the chain."""
    row, mine = _share_of_bad(found, names, documents), found.where(*names)
    if row.precision is None:
        return row
    if silent:
        return replace(row, why=silent)
    judged = found.where(KEPT, *ORDER)
    bad = int(found.bad[judged].sum())
    if bad < ENOUGH and not np.allclose(found.labels, found.documents):
        return replace(row, why=f"not enough bad documents for recall: {bad:,} of {ENOUGH}")
    if not bad:
        return replace(row, why="no document is bad")
    return replace(row, recall=_share(found, mine, [place for place in judged if place not in mine]))


def _share_of_bad(found: Cells, names: Sequence[str], documents: Mapping[str, int]) -> Row:
    """Of the documents with some verdicts, how many are bad, as `precision`."""
    mine = found.where(*names)
    row = Row(
        name=names[0] if len(names) == 1 else CHAIN,
        documents=sum(documents.get(name, 0) for name in names),
        labels=int(found.labels[mine].sum()),
        bad=int(found.bad[mine].sum()),
    )
    if not row.documents and not mine:
        return replace(row, why="it drops nothing")
    # A stratum of which every document has a label is known, however few they are.
    if row.labels < ENOUGH and not (mine and np.allclose(found.labels[mine], found.documents[mine])):
        return replace(row, why=f"not enough labels: {row.labels:,} of {ENOUGH}")
    size = float(found.documents[mine].sum())
    share, low, high = found.share(mine)
    if not found.split():
        # What was seen is sure: of 20 documents of which 2 were bad among 10, at least 2 are, and at least 8 are not.
        low, high = np.maximum(low, row.bad / size), np.minimum(high, 1 - (row.labels - row.bad) / size)
    return replace(row, precision=_estimate(Interval(share, low, high)))


def _share(found: Cells, mine: Sequence[int], rest: Sequence[int], *, good: bool = False) -> Estimate | None:
    """Which share of the bad documents, or the good ones, of some cells and others is in the first; None for none."""
    share = part(found.amount(mine, good=good), found.amount(rest, good=good))
    return None if np.isnan(share.share) else _estimate(share)


def _estimate(interval: Interval, digits: int = 6) -> Estimate:
    """Plain numbers, which are the same on every machine."""
    share, low, high = (round(float(value), digits) + 0.0 for value in interval)
    return share, low, high
