"""Judging: writes the ledgers, whole, from stored measures; reads no text.

The name of a ledger carries the hash of all that decides it: the measures, the parameters, the clusters of
duplicates and the refusals. A new threshold makes new ledgers; the old ones go when the new ones are all there.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines import config as configs
from pipelines import storage, tables, verdict
from pipelines.config import Config
from pipelines.run import Runtime, run
from pipelines.shards import Shard
from pipelines.task import Task, discard_others, finished, manifest_of, pending, with_manifests
from pipelines.verdict import NOTHING_REFUSED, POLICY, Refusals

VERSION = 2
"""Of what judging makes of the same inputs."""

PASSING = pa.schema([pa.field("id", pa.string()), pa.field("cluster", pa.string()), pa.field("row", pa.int64())])
DUPLICATES = pa.schema([pa.field("row", pa.int64()), pa.field("duplicate_of", pa.string())])
TOO_SMALL = f"{POLICY}smallest_source"
"""What drops the documents that passed, of a source of which too few bytes passed."""

NO_DUPLICATES = ""
"""In the place of a path of clusters: no deduplication was asked for."""


@dataclass(frozen=True)
class Inputs:
    """What decides verdicts beside measures and parameters: the path of the clusters, and what a policy refuses."""

    clusters: str = NO_DUPLICATES
    refusals: Refusals = NOTHING_REFUSED


@dataclass(frozen=True)
class Judging:
    """One run of judging: the folder, its shards, the path of the configuration, the refusals, the ledgers' key.

    `small` are the sources that are refused for their size.
    """

    work: str
    shards: Sequence[Shard]
    config: str
    refusals: Refusals
    key: str
    small: frozenset[str] = frozenset()

    def jobs(self, clusters: str, targets: Sequence[str]) -> list[Task]:
        """A task for each shard: what it is to read of duplicates, and where it writes."""
        tasks = []
        for shard, target in zip(self.shards, targets, strict=True):
            refusals = (self.refusals, shard.source in self.small)
            job = Job(self.work, shard, self.config, refusals, clusters, target)
            tasks.append(Task(manifest_of(target), self.key, shard.sizes.get("measures", 0), job))
        return tasks


@dataclass(frozen=True)
class Job:
    """One shard: `clusters` is the path of members of clusters, or of rows that are copies, or NO_DUPLICATES.

    `refusals` are those of documents, and whether the whole source is refused for its size.
    """

    work: str
    shard: Shard
    config: str
    refusals: tuple[Refusals, bool]
    clusters: str
    target: str

    def verdicts(self, measures: pa.Table) -> verdict.Names:
        """What policy and filters say of some of its documents, [rows] object."""
        refusals, small = self.refusals
        out = verdict.filtered(measures, configs.load(self.config).languages, refusals)
        if small:
            out[np.array([value is None for value in out], dtype=bool)] = TOO_SMALL
        return out


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
    refusals = inputs.refusals
    sized = [[shard.source, shard.stem] for shard in shards] if refusals.smallest_source is not None else []
    clusters = inputs.clusters.rsplit("/", 1)[-1]
    key = storage.fingerprint([VERSION, config.judging(), sorted(config.languages), clusters, asdict(refusals), sized])
    judging = Judging(work, shards, configs.save(config, work), refusals, key)
    targets = [storage.join(work, shard.source, "ledger", f"{shard.stem}.{key}.parquet") for shard in shards]
    chosen = [] if inputs.clusters == NO_DUPLICATES else [_choosing(judging)]
    if sized and pending([*judging.jobs(NO_DUPLICATES, targets), *chosen]):
        judging = replace(judging, small=_small(judging, refusals.smallest_source or 0, how))
    copies = _copies(judging, inputs.clusters, how) if chosen else NO_DUPLICATES
    manifests = run("judge", judging.jobs(copies, targets), judge_shard, how)
    for source in sorted({shard.source for shard in shards}):
        mine = [target for shard, target in zip(shards, targets, strict=True) if shard.source == source]
        discard_others(storage.join(work, source, "ledger"), with_manifests(mine))
    for folder in (storage.join(work, "dedup", "passing"), storage.join(work, ".run", "sizes")):
        storage.remove(folder)
    return [Judged(*each) for each in zip(shards, targets, manifests, strict=True)]


def _small(judging: Judging, least: int, how: Runtime) -> frozenset[str]:
    """The sources of which fewer bytes than `least` pass policy and filters, copies of other texts included."""
    folder = storage.join(judging.work, ".run", "sizes")
    targets = [storage.join(folder, f"{shard.source}.{shard.stem}.{judging.key}.json") for shard in judging.shards]
    sizes: Counter[str] = Counter()
    for shard, manifest in zip(
        judging.shards, run("judge: sizes", judging.jobs(NO_DUPLICATES, targets), size, how), strict=True
    ):
        sizes[shard.source] += manifest["bytes"]
    return frozenset(source for source, found in sizes.items() if found < least)


def size(job: Job) -> dict[str, Any]:
    """How many bytes of text of one shard pass policy and filters."""
    total = 0
    for measures in tables.batches(job.shard.path(job.work, "measures"), _JUDGED):
        out = job.verdicts(pa.Table.from_batches([measures]))
        total += int(measures.column("bytes").to_numpy()[np.array([value is None for value in out], dtype=bool)].sum())
    return {"bytes": total, "files": []}


def _copies(judging: Judging, clusters: str, how: Runtime) -> str:
    """Choose the copy to keep of each cluster: the lowest id among those that passed; path of the others' table."""
    final = _choosing(judging)
    if finished(final) is None:
        run("judge: copies that passed", judging.jobs(clusters, final.job.members), passing, how)
    run("judge: choose", [final], choose, Runtime())
    target = str(final.job.target)
    discard_others(storage.join(judging.work, "dedup", "duplicates"), with_manifests([target]))
    return target


def _choosing(judging: Judging) -> Task:
    """The task of choosing among the members of clusters that passed."""
    folder = storage.join(judging.work, "dedup")
    target = storage.join(folder, "duplicates", f"duplicates.{judging.key}.parquet")
    names = [f"{shard.source}.{shard.stem}.{judging.key}.parquet" for shard in judging.shards]
    job = ChooseJob(tuple(storage.join(folder, "passing", name) for name in names), target)
    return Task(manifest_of(target), judging.key, 0, job)


def passing(job: Job) -> dict[str, Any]:
    """The members of clusters in one shard that passed policy and filters."""
    members = _rows_of(job.clusters, job.shard)
    local = pa.array(members.column("row").to_numpy() - job.shard.first)
    measures = tables.read(job.shard.path(job.work, "measures"), _JUDGED).take(local)
    keep = np.array([value is None for value in job.verdicts(measures)], dtype=bool)
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


_JUDGED = ["id", "lang", "lang_identified", *verdict.ORDER, "lost", "bytes", "signals", "harmful_perplexity"]


def judge_shard(job: Job) -> dict[str, Any]:
    """Write one shard's ledger, a row group at a time; its manifest counts documents and bytes by language, verdict."""
    languages = configs.load(job.config).languages
    copies = _copies_of(job)
    sums: dict[tuple[str | None, str | None], list[int]] = {}
    first = 0
    with tables.writing(job.target, tables.LEDGER) as (writer, outputs):
        for measures in tables.batches(job.shard.path(job.work, "measures"), _JUDGED):
            rows = slice(first, first + measures.num_rows)
            dropped = job.verdicts(pa.Table.from_batches([measures]))
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
    names = {"dropped_by": dropped, "duplicate_of": duplicate_of}
    given = {"id": ids} | {name: pa.array(values, pa.string()) for name, values in names.items()}
    columns = [given.get(field.name, pa.nulls(len(ids), field.type)) for field in tables.LEDGER]
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
