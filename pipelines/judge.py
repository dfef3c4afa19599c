"""Judging: writes the ledgers, whole, from stored measures; reads no text.

The name of a ledger carries the hash of all that decides it: the measures, the parameters, the clusters of
duplicates and the removals. A new threshold makes new ledgers; the old ones go when the new ones are all there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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

VERSION = 1
"""Of what judging makes of the same inputs."""

Removals = Mapping[str, Sequence[str]]
"""What people asked to be taken out: values by column, `id`, `url` or `content_hash`."""

PASSING = pa.schema([pa.field("id", pa.string()), pa.field("cluster", pa.string()), pa.field("row", pa.int64())])
DUPLICATES = pa.schema([pa.field("row", pa.int64()), pa.field("duplicate_of", pa.string())])
NO_DUPLICATES = ""
"""In the place of a path of clusters: no deduplication was asked for."""


@dataclass(frozen=True)
class Job:
    """Judge one shard. `duplicates` is the path of the rows that are copies, or NO_DUPLICATES."""

    work: str
    shard: Shard
    config: str
    clusters: str
    removals: tuple[tuple[str, tuple[str, ...]], ...]
    target: str


@dataclass(frozen=True)
class Judged:
    """A judged shard: the curated shard, where its ledger is, and the counts of the manifest."""

    shard: Shard
    ledger: str
    manifest: Mapping[str, Any]


def judge(
    work: str, shards: Sequence[Shard], config: Config, how: Runtime, *, inputs: tuple[str, Removals]
) -> list[Judged]:
    """Write the ledger of every shard. `inputs` are the path of the clusters (or NO_DUPLICATES) and the removals."""
    clusters, removals = inputs
    path = configs.save(config, work)
    plain = tuple((column, tuple(sorted(values))) for column, values in sorted(removals.items()) if values)
    state = [VERSION, config.judging(), sorted(config.languages), clusters.rsplit("/", 1)[-1], plain]
    key = storage.fingerprint(state)
    duplicates = _duplicates(work, shards, (path, clusters, plain, key), how)
    tasks = []
    for shard in shards:
        target = storage.join(work, shard.source, "ledger", f"{shard.stem}.{key}.parquet")
        job = Job(work, shard, path, duplicates, plain, target)
        tasks.append(Task(manifest_of(target), key, shard.sizes.get("measures", 0), job))
    manifests = run("judge", tasks, judge_shard, how)
    for source in sorted({shard.source for shard in shards}):
        mine = [task.job.target for task in tasks if task.job.shard.source == source]
        discard_others(storage.join(work, source, "ledger"), with_manifests(mine))
    storage.remove(storage.join(work, "dedup", "passing"))
    return [Judged(t.job.shard, t.job.target, m) for t, m in zip(tasks, manifests, strict=True)]


def _duplicates(work: str, shards: Sequence[Shard], plan: tuple[str, str, Any, str], how: Runtime) -> str:
    """Choose the copy to keep of each cluster: the lowest id among those that passed; path of the others' table."""
    path, clusters, removals, key = plan
    if clusters == NO_DUPLICATES:
        return NO_DUPLICATES
    folder = storage.join(work, "dedup", "passing")
    target = storage.join(work, "dedup", "duplicates", f"duplicates.{key}.parquet")
    paths = [storage.join(folder, f"{shard.source}.{shard.stem}.{key}.parquet") for shard in shards]
    final = Task(manifest_of(target), key, 0, (tuple(paths), target))
    if finished(final) is None:
        jobs = [Job(work, shard, path, clusters, removals, to) for shard, to in zip(shards, paths, strict=True)]
        tasks = [Task(manifest_of(job.target), key, job.shard.sizes.get("measures", 0), job) for job in jobs]
        run("judge: copies that passed", tasks, passing, how)
    run("judge: choose", [final], choose, Runtime())
    discard_others(storage.join(work, "dedup", "duplicates"), with_manifests([target]))
    return target


def passing(job: Job) -> dict[str, Any]:
    """The members of clusters in one shard that passed the filters and were not removed."""
    members = _rows_of(job.clusters, job.shard)
    local = pa.array(members.column("row").to_numpy() - job.shard.first)
    measures = tables.read(job.shard.path(job.work, "measures"), _JUDGED).take(local)
    out = verdict.filtered(measures, configs.load(job.config).languages)
    removed = _removed(job)[local.to_numpy()] if job.removals else np.zeros(len(local), dtype=bool)
    keep = np.array([value is None for value in out], dtype=bool) & ~removed
    output = tables.write(job.target, members.select(PASSING.names).cast(PASSING).filter(pa.array(keep)))
    return {"files": [output.record()]}


def choose(job: tuple[tuple[str, ...], str]) -> dict[str, Any]:
    """Of each cluster's passing members, the lowest id stays; write the others with the id that they repeat."""
    paths, target = job
    members = pa.concat_tables([tables.read(path) for path in paths])
    kept = members.group_by("cluster").aggregate([("id", "min")])
    keeper = dict(zip(kept.column("cluster").to_pylist(), kept.column("id_min").to_pylist(), strict=True))
    keepers = pa.array([keeper[cluster] for cluster in members.column("cluster").to_pylist()], pa.string())
    others = pa.table({"row": members.column("row"), "duplicate_of": keepers}, schema=DUPLICATES)
    others = others.filter(pc.not_equal(members.column("id"), keepers)).sort_by("row")
    output = tables.write(target, others)
    return {"duplicates": output.rows, "files": [output.record()]}


_JUDGED = ["id", "lang", "lang_identified", *verdict.ORDER, "lost", "bytes"]


def judge_shard(job: Job) -> dict[str, Any]:
    """Write one shard's ledger; its manifest counts documents and bytes by language and verdict."""
    measures = tables.read(job.shard.path(job.work, "measures"), _JUDGED)
    dropped = verdict.filtered(measures, configs.load(job.config).languages)
    if job.removals:
        dropped[_removed(job) & np.array([value is None for value in dropped])] = "removed"
    duplicate_of = np.full(len(dropped), None, dtype=object)
    if job.clusters != NO_DUPLICATES:
        copies = _rows_of(job.clusters, job.shard)
        local = copies.column("row").to_numpy() - job.shard.first
        duplicate_of[local] = copies.column("duplicate_of").to_numpy(zero_copy_only=False)
        dropped[local] = "duplicate"
    ledger = pa.table(
        {
            "id": measures.column("id"),
            "dropped_by": pa.array(dropped, pa.string()),
            "duplicate_of": pa.array(duplicate_of, pa.string()),
            "cuts": pa.nulls(len(dropped), tables.LEDGER.field("cuts").type),
        },
        schema=tables.LEDGER,
    )
    output = tables.write(job.target, ledger)
    return {"source": job.shard.source, "counts": counts(measures, ledger), "files": [output.record()]}


def counts(measures: pa.Table, ledger: pa.Table) -> list[list[Any]]:
    """Documents and bytes by language and verdict: rows of [lang, dropped_by or None, documents, bytes], sorted."""
    both = pa.table({"lang": measures["lang"], "dropped_by": ledger["dropped_by"], "bytes": measures["bytes"]})
    grouped = both.group_by(["lang", "dropped_by"]).aggregate([([], "count_all"), ("bytes", "sum")])
    rows = [[r["lang"], r["dropped_by"], r["count_all"], r["bytes_sum"]] for r in grouped.to_pylist()]
    return sorted(rows, key=lambda row: (row[0] or "", row[1] or ""))


def _rows_of(path: str, shard: Shard) -> pa.Table:
    """The rows of a table sorted by `row` that belong to one shard; other row groups are not read."""
    span = [("row", ">=", shard.first), ("row", "<", shard.first + shard.rows)]
    return tables.read(path, where=span)


def _removed(job: Job) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which documents of a shard were asked to be removed, [rows] bool."""
    names = [column for column, _ in job.removals]
    documents = tables.read(job.shard.path(job.work, "documents"), names)
    hit = np.zeros(documents.num_rows, dtype=bool)
    for column, values in job.removals:
        found = pc.is_in(documents.column(column), value_set=pa.array(values, pa.string()))
        hit |= found.to_numpy(zero_copy_only=False)
    return hit
