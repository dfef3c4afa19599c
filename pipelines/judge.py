"""Judging: writes the ledgers, whole, from stored measures; reads no text.

The name of a ledger carries the hash of all that decides it: the measures, the parameters, the clusters of
duplicates and the removals. A new threshold makes new ledgers; the old ones go when the new ones are all there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines import config as configs
from pipelines import storage, tables, verdict
from pipelines.config import Config
from pipelines.dedup import Shard
from pipelines.run import Runtime, run
from pipelines.task import Task, discard_others, finished, manifest_of, with_manifests

VERSION = 2
"""Of what judging makes of the same inputs."""

Removals = Mapping[str, Sequence[str]]
"""What people asked to be taken out: values by column, `id`, `url` or `content_hash`."""

PASSING = pa.schema([pa.field("id", pa.string()), pa.field("cluster", pa.string()), pa.field("row", pa.int64())])
DUPLICATES = pa.schema([pa.field("row", pa.int64()), pa.field("duplicate_of", pa.string())])
NO_DUPLICATES = ""
"""In the place of a path of clusters: no deduplication was asked for."""


@dataclass(frozen=True)
class Inputs:
    """What decides verdicts beside measures and parameters: the path of the clusters, and the removals."""

    clusters: str = NO_DUPLICATES
    removals: Removals = field(default_factory=dict)


@dataclass(frozen=True)
class Judging:
    """One run of judging: the folder, its shards, the paths of configuration and removals, the ledgers' key."""

    work: str
    shards: Sequence[Shard]
    config: str
    removals: str
    key: str

    def jobs(self, clusters: str, targets: Sequence[str]) -> list[Task]:
        """A task for each shard: what it is to read of duplicates, and where it writes."""
        tasks = []
        for shard, target in zip(self.shards, targets, strict=True):
            job = Job(self.work, shard, self.config, clusters, self.removals, target)
            tasks.append(Task(manifest_of(target), self.key, shard.sizes.get("measures", 0), job))
        return tasks


@dataclass(frozen=True)
class Job:
    """One shard: `clusters` is the path of members of clusters, or of rows that are copies, or NO_DUPLICATES."""

    work: str
    shard: Shard
    config: str
    clusters: str
    removals: str
    target: str


@dataclass(frozen=True)
class ChooseJob:
    """Choose the copies to keep among the members that passed."""

    members: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class Judged:
    """A judged shard: the curated shard, where its ledger is, and the counts of the manifest."""

    shard: Shard
    ledger: str
    manifest: Mapping[str, Any]


def judge(work: str, shards: Sequence[Shard], config: Config, how: Runtime, *, inputs: Inputs) -> list[Judged]:
    """Write the ledger of every shard."""
    removals = {column: sorted(values) for column, values in inputs.removals.items() if values}
    state = [VERSION, config.judging(), sorted(config.languages), inputs.clusters.rsplit("/", 1)[-1], removals]
    key = storage.fingerprint(state)
    listed = storage.join(work, ".run", f"removals-{key}.json")
    storage.write_json(listed, removals)
    judging = Judging(work, shards, configs.save(config, work), listed, key)
    copies = NO_DUPLICATES if inputs.clusters == NO_DUPLICATES else _copies(judging, inputs.clusters, how)
    targets = [storage.join(work, shard.source, "ledger", f"{shard.stem}.{key}.parquet") for shard in shards]
    manifests = run("judge", judging.jobs(copies, targets), judge_shard, how)
    for source in sorted({shard.source for shard in shards}):
        mine = [target for shard, target in zip(shards, targets, strict=True) if shard.source == source]
        discard_others(storage.join(work, source, "ledger"), with_manifests(mine))
    storage.remove(storage.join(work, "dedup", "passing"))
    return [Judged(*each) for each in zip(shards, targets, manifests, strict=True)]


def _copies(judging: Judging, clusters: str, how: Runtime) -> str:
    """Choose the copy to keep of each cluster: the lowest id among those that passed; path of the others' table."""
    folder = storage.join(judging.work, "dedup")
    target = storage.join(folder, "duplicates", f"duplicates.{judging.key}.parquet")
    names = [f"{shard.source}.{shard.stem}.{judging.key}.parquet" for shard in judging.shards]
    paths = [storage.join(folder, "passing", name) for name in names]
    final = Task(manifest_of(target), judging.key, 0, ChooseJob(tuple(paths), target))
    if finished(final) is None:
        run("judge: copies that passed", judging.jobs(clusters, paths), passing, how)
    run("judge: choose", [final], choose, Runtime())
    discard_others(storage.join(folder, "duplicates"), with_manifests([target]))
    return target


def passing(job: Job) -> dict[str, Any]:
    """The members of clusters in one shard that passed the filters and were not removed."""
    members = _rows_of(job.clusters, job.shard)
    local = pa.array(members.column("row").to_numpy() - job.shard.first)
    measures = tables.read(job.shard.path(job.work, "measures"), _JUDGED).take(local)
    out = verdict.filtered(measures, configs.load(job.config).languages)
    keep = np.array([value is None for value in out], dtype=bool) & ~_removed(job)[local.to_numpy()]
    output = tables.write(job.target, members.select(PASSING.names).cast(PASSING).filter(pa.array(keep)))
    return {"files": [output.record()]}


def choose(job: ChooseJob) -> dict[str, Any]:
    """Of each cluster's passing members, the lowest id stays; write the others with the id that they repeat."""
    members = pa.concat_tables([tables.read(path) for path in job.members])
    kept = members.group_by("cluster").aggregate([("id", "min")])
    keeper = dict(zip(kept.column("cluster").to_pylist(), kept.column("id_min").to_pylist(), strict=True))
    keepers = pa.array([keeper[cluster] for cluster in members.column("cluster").to_pylist()], pa.string())
    others = pa.table({"row": members.column("row"), "duplicate_of": keepers}, schema=DUPLICATES)
    others = others.filter(pc.not_equal(members.column("id"), keepers)).sort_by("row")
    output = tables.write(job.target, others)
    return {"duplicates": output.rows, "files": [output.record()]}


_JUDGED = ["id", "lang", "lang_identified", *verdict.ORDER, "lost", "bytes"]


def judge_shard(job: Job) -> dict[str, Any]:
    """Write one shard's ledger, a row group at a time; its manifest counts documents and bytes by language, verdict."""
    languages = configs.load(job.config).languages
    removed, copies = _removed(job), _copies_of(job)
    sums: dict[tuple[str | None, str | None], list[int]] = {}
    first = 0
    with tables.writing(job.target, tables.LEDGER) as (writer, outputs):
        for measures in tables.batches(job.shard.path(job.work, "measures"), _JUDGED):
            rows = slice(first, first + measures.num_rows)
            dropped = verdict.filtered(pa.Table.from_batches([measures]), languages)
            dropped[removed[rows] & np.array([value is None for value in dropped], dtype=bool)] = "removed"
            duplicate_of = np.full(len(dropped), None, dtype=object) if copies is None else copies[rows]
            dropped[np.array([value is not None for value in duplicate_of], dtype=bool)] = "duplicate"
            ledger = _ledger(measures.column("id"), dropped, duplicate_of)
            writer.write(ledger)
            for lang, what, documents, size in counts(measures, ledger):
                total = sums.setdefault((lang, what), [0, 0])
                total[0] += documents
                total[1] += size
            first = rows.stop
    here = sorted({lang for lang, _ in sums if lang is not None and lang in languages})
    return {
        "source": job.shard.source,
        "counts": _sorted(sums),
        "not_applied": {lang: languages[lang].not_applied() for lang in here},
        "files": [outputs[0].record()],
    }


def counts(measures: pa.RecordBatch | pa.Table, ledger: pa.RecordBatch | pa.Table) -> list[list[Any]]:
    """Documents and bytes by language and verdict: rows of [lang, dropped_by or None, documents, bytes], sorted."""
    both = pa.table({"lang": measures["lang"], "dropped_by": ledger["dropped_by"], "bytes": measures["bytes"]})
    grouped = both.group_by(["lang", "dropped_by"]).aggregate([([], "count_all"), ("bytes", "sum")]).to_pylist()
    return _sorted({(row["lang"], row["dropped_by"]): (row["count_all"], row["bytes_sum"]) for row in grouped})


def _sorted(sums: Mapping[tuple[str | None, str | None], Sequence[int]]) -> list[list[Any]]:
    rows = [[lang, dropped_by, documents, size] for (lang, dropped_by), (documents, size) in sums.items()]
    return sorted(rows, key=lambda row: (row[0] or "", row[1] or ""))


def _ledger(ids: pa.Array, dropped: verdict.Names, duplicate_of: verdict.Names) -> pa.RecordBatch:
    cuts = pa.nulls(len(ids), tables.LEDGER.field("cuts").type)
    columns = [ids, pa.array(dropped, pa.string()), pa.array(duplicate_of, pa.string()), cuts]
    return pa.RecordBatch.from_arrays(columns, schema=tables.LEDGER)


def _copies_of(job: Job) -> verdict.Names | None:
    """What each document of a shard repeats, [rows] object; None where no deduplication was asked for."""
    if job.clusters == NO_DUPLICATES:
        return None
    copies = _rows_of(job.clusters, job.shard)
    found = np.full(job.shard.rows, None, dtype=object)
    found[copies.column("row").to_numpy() - job.shard.first] = copies["duplicate_of"].to_numpy(zero_copy_only=False)
    return found


def _rows_of(path: str, shard: Shard) -> pa.Table:
    """The rows of a table sorted by `row` that belong to one shard; other row groups are not read."""
    span = [("row", ">=", shard.first), ("row", "<", shard.first + shard.rows)]
    return tables.read(path, where=span)


def _removed(job: Job) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which documents of a shard were asked to be removed, [rows] bool."""
    removals = _removals(job.removals)
    hit = np.zeros(job.shard.rows, dtype=bool)
    if removals:
        documents = tables.read(job.shard.path(job.work, "documents"), list(removals))
        for column, values in removals.items():
            found = pc.is_in(documents.column(column), value_set=pa.array(values, pa.string()))
            hit |= found.to_numpy(zero_copy_only=False)
    return hit


@lru_cache(maxsize=4)
def _removals(path: str) -> dict[str, list[str]]:
    """The removals of a run, once per process."""
    return dict(storage.read_json(path))
