"""The ledger of one shard: every document's verdict, from stored measures, written whole.

Rows are judged many at a time, so that a pass over them costs little beside reading and writing, and written in the row
groups of the measures.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines import config as configs
from pipelines import contamination, tables, verdict
from pipelines.copies import BLOCK, Chosen
from pipelines.shards import Shard
from pipelines.verdict import CONTAMINATED, DUPLICATE, POLICY, Causes, Limits, Refusals, dropping

TOO_SMALL = f"{POLICY}smallest_source"
"""What drops the documents that passed, of a source of which too few bytes passed."""

_JUDGED = ["id", "lang", "lang_identified", *verdict.ORDER, "lost", "bytes"]

PIECE = 50_000
"""Rows that are judged at a time: some 10 MB of measures."""


@dataclass(frozen=True)
class Filtering:
    """What decides of one shard which documents pass: the path of the configuration, the refusals, contamination.

    `small` is whether the whole source is refused for its size.
    """

    work: str
    shard: Shard
    config: str
    refusals: Refusals
    contamination: str
    small: bool = False

    def measures(self) -> tuple[str, Sequence[str]]:
        """The path of the measures and the columns that decide."""
        return self.shard.path(self.work, "measures"), [*_JUDGED, *self.refusals.columns()]

    def contaminated(self) -> NDArray[np.bool_]:
        """Which documents of the shard are contaminated, [rows] bool."""
        return contamination.hits(self.work, self.shard, self.contamination)

    def verdicts(self, measures: pa.Table, contaminated: NDArray[np.bool_]) -> Causes:
        """What drops some of the documents before copies are looked at."""
        out = verdict.decided(measures, _limits(self.config), self.refusals)
        if contaminated.any():
            out = out.over(dropping(CONTAMINATED, contaminated))
        return out.over(dropping(TOO_SMALL, np.ones(len(contaminated), bool))) if self.small else out


@lru_cache(maxsize=4)
def _limits(config: str) -> Limits:
    """The limits of the configuration at a path, once per process."""
    return verdict.limits_of(configs.load(config).languages)


@dataclass(frozen=True)
class Job:
    """Judge one shard: where its ledger goes, and what was chosen of copies; None: they were not looked for.

    `methods` are those by which they were, `keep` the criteria by which one of a cluster was chosen.
    """

    filtering: Filtering
    target: str
    chosen: Chosen | None = None
    methods: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()


def size(filtering: Filtering) -> dict[str, Any]:
    """How many bytes of text of one shard pass policy and filters and are not contaminated."""
    total = 0
    contaminated = filtering.contaminated()
    for place, groups in _pieces(filtering.measures()):
        measures = _whole(groups)
        out = filtering.verdicts(measures, contaminated[place : place + len(measures)])
        total += int(measures.column("bytes").to_numpy()[out.passed].sum())
    return {"bytes": total, "files": []}


def blocks(*parts: tuple[str, Sequence[str]]) -> Iterator[tuple[int, list[pa.RecordBatch]]]:
    """Some rows at a time of a shard's tables and the place of the first; none of them reaches into two blocks."""
    place = 0
    for batches in tables.together(*parts):
        left = batches
        while rows := min(len(left[0]), BLOCK - place % BLOCK):
            yield place, [batch.slice(0, rows) for batch in left]
            left = [batch.slice(rows) for batch in left]
            place += rows


def _pieces(part: tuple[str, Sequence[str]]) -> Iterator[tuple[int, list[pa.RecordBatch]]]:
    """Row groups of a shard's table, so many at a time that a pass over them costs little a row; the place of the first
    row. None of them reaches into two blocks, and none of the groups either."""
    held: list[pa.RecordBatch] = []
    start = rows = 0
    for place, [batch] in blocks(part):
        if held and (place % BLOCK == 0 or rows + len(batch) > PIECE):
            yield start, held
            held, start, rows = [], place, 0
        held.append(batch)
        rows += len(batch)
    if held:
        yield start, held


def _whole(groups: Sequence[pa.RecordBatch]) -> pa.Table:
    return pa.Table.from_batches(groups).combine_chunks()


def judge_shard(job: Job) -> dict[str, Any]:
    """Write one shard's ledger, a row group at a time; its manifest counts documents and bytes by language and verdict,
    copies by language and method, and by language documents that are kept and have copies, and says which limits were
    in force."""
    filtering = job.filtering
    languages = configs.load(filtering.config).languages
    contaminated = filtering.contaminated()
    columns = ("dropped_by",) if job.chosen is None else ("dropped_by", "method")
    sums: dict[str, dict[tuple[str | None, str | None], list[int]]] = {name: {} for name in columns}
    clusters: Counter[str | None] = Counter()
    with tables.writing(job.target, tables.LEDGER) as (writer, outputs):
        for place, groups in _pieces(filtering.measures()):
            if place % BLOCK == 0 and job.chosen is not None:
                choices = job.chosen.of(place // BLOCK)
            measures = _whole(groups)
            dropped = filtering.verdicts(measures, contaminated[place : place + len(measures)])
            said = None if job.chosen is None else _said(choices, place, len(measures), job.methods)
            ledger = _ledger(measures.column("id"), dropped, said)
            _write(writer, ledger, groups)
            _count(sums, measures, ledger)
            if job.chosen is not None:
                several = pc.fill_null(pc.greater(ledger.column("copies"), 1), False)
                clusters.update(measures.column("lang").filter(several).to_pylist())
    here = sorted({lang for lang, _ in sums["dropped_by"] if lang is not None and lang in languages})
    return {
        "source": filtering.shard.source,
        "counts": _sorted(sums["dropped_by"]),
        "methods": [row for row in _sorted(sums.get("method", {})) if row[1] is not None],
        **({"keep": list(job.keep)} if job.methods else {}),
        "clusters": [[lang, clusters[lang]] for lang in sorted(clusters, key=lambda lang: lang or "")],
        "limits": {lang: languages[lang].judging() for lang in here},
        "not_applied": {lang: languages[lang].not_applied() for lang in here},
        "files": [outputs[0].record()],
    }


def _said(choices: pa.Table, place: int, rows: int, methods: Sequence[str]) -> dict[str, pa.ChunkedArray]:
    """The columns of the ledger that copies fill, for some rows from a place; null where nothing was chosen."""
    places = choices.column("place").to_numpy()
    low, high = np.searchsorted(places, [place, place + rows])
    at = np.full(rows, -1, dtype=np.int64)
    at[places[low:high] - place] = np.arange(low, high)
    found = choices.take(pa.array(at, mask=at < 0))
    names = pa.array(methods, pa.string()).take(found.column("method").combine_chunks())
    return {name: found.column(name) for name in ("duplicate_of", "similarity", "copies")} | {"method": names}


def _ledger(ids: pa.ChunkedArray, dropped: Causes, said: Mapping[str, Any] | None) -> pa.RecordBatch:
    given = {"id": ids}
    if said is not None:
        dropped = dropped.over(dropping(DUPLICATE, said["duplicate_of"].is_valid().to_numpy()))
        alone = pc.if_else(pa.array(dropped.passed), pa.scalar(1, pa.int64()), None)
        given |= {**said, "copies": pc.coalesce(said["copies"], alone)}
    given["dropped_by"] = dropped.column()
    columns = [given.get(field.name, pa.nulls(len(ids), field.type)) for field in tables.LEDGER]
    return pa.table(columns, schema=tables.LEDGER).combine_chunks().to_batches()[0]


def _write(writer: tables.TableWriter, ledger: pa.RecordBatch, groups: Sequence[pa.RecordBatch]) -> None:
    """Write some rows of a ledger in the row groups of the measures."""
    place = 0
    for group in groups:
        writer.write(ledger.slice(place, len(group)))
        place += len(group)


def _count(
    sums: Mapping[str, dict[tuple[str | None, str | None], list[int]]], measures: pa.Table, ledger: pa.RecordBatch
) -> None:
    """Add the documents and bytes of some rows to the sums by a column of the ledger."""
    for by, found in sums.items():
        for lang, what, documents, size in counts(measures, ledger, by):
            total = found.setdefault((lang, what), [0, 0])
            total[0] += documents
            total[1] += size


def counts(
    measures: pa.RecordBatch | pa.Table, ledger: pa.RecordBatch | pa.Table, by: str = "dropped_by"
) -> list[list[Any]]:
    """Documents and bytes by language and verdict, or another column of the ledger: rows of [lang, dropped_by or None,
    documents, bytes], sorted."""
    both = pa.table({"lang": measures["lang"], by: ledger[by], "bytes": measures["bytes"]})
    grouped = (
        both.group_by(["lang", by], use_threads=False).aggregate([([], "count_all"), ("bytes", "sum")]).to_pylist()
    )
    return _sorted({(row["lang"], row[by]): (row["count_all"], row["bytes_sum"]) for row in grouped})


def _sorted(sums: Mapping[tuple[str | None, str | None], Sequence[int]]) -> list[list[Any]]:
    rows = [[lang, dropped_by, documents, size] for (lang, dropped_by), (documents, size) in sums.items()]
    return sorted(rows, key=lambda row: (row[0] or "", row[1] or ""))
