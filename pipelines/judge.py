"""Judging: writes the ledgers, whole, from stored measures; reads no text.

The name of a ledger carries the hash of all that decides it: the measures, the parameters, the refusals, what is
contaminated, the clusters of copies and which of them is kept. A new threshold makes new ledgers; the old ones go when
the new ones are all there.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
import pyarrow as pa

from pipelines import config as configs
from pipelines import copies, exchange, storage, tables
from pipelines.config import Config
from pipelines.copies import BLOCK, LOWEST_ID, ChooseJob, Choosing, Chosen, Keep
from pipelines.ledger import TOO_SMALL, Filtering, Job, blocks, counts, judge_shard, size
from pipelines.run import Runtime, run
from pipelines.shards import Shard
from pipelines.task import Task, discard_others, manifest_of, pending, with_manifests
from pipelines.verdict import NOTHING_REFUSED, Refusals

__all__ = [
    "NO_CONTAMINATION",
    "NO_DUPLICATES",
    "TOO_SMALL",
    "VERSION",
    "Inputs",
    "Judged",
    "counts",
    "judge",
    "planned",
    "sweep",
    "written",
]

VERSION = 4
"""Of what judging makes of the same inputs."""

NO_DUPLICATES = ""
"""In the place of a path of clusters: no deduplication was asked for."""

NO_CONTAMINATION = ""
"""In the place of the key of a search for contamination: none was asked for."""

Folder = Literal["ledger", "verdicts"]


@dataclass(frozen=True)
class Inputs:
    """What decides verdicts beside measures and parameters: the path of the clusters, what a policy refuses, which copy
    is kept, the key of the search for contamination.

    `folder` is that of a source in which the ledgers are written: `verdicts` when another step makes ledgers of them.
    """

    clusters: str = NO_DUPLICATES
    refusals: Refusals = NOTHING_REFUSED
    keep: Keep = LOWEST_ID
    contamination: str = NO_CONTAMINATION
    folder: Folder = "ledger"


@dataclass(frozen=True)
class MembersJob:
    """Find the members of clusters in one shard that passed, for an exchange; `number` is that of the shard."""

    filtering: Filtering
    target: str
    clusters: str
    number: int
    exchanged: Choosing


@dataclass(frozen=True)
class Judged:
    """A judged shard: the curated shard, where its ledger is, and the counts of the manifest."""

    shard: Shard
    ledger: str
    manifest: Mapping[str, Any]


@dataclass(frozen=True)
class Judging:
    """One run of judging: the folder, its shards, what decides which of their documents pass, and the ledgers' key."""

    work: str
    shards: Sequence[Shard]
    filtering: Sequence[Filtering]
    key: str

    def tasks(self, targets: Sequence[str], jobs: Sequence[Any], key: str = "") -> list[Task]:
        """A task for each shard, which reads its measures."""
        sizes = [shard.sizes.get("measures", 0) for shard in self.shards]
        return [
            Task(manifest_of(target), key or self.key, size, job)
            for target, size, job in zip(targets, sizes, jobs, strict=True)
        ]

    def names(self, folder: str, key: str, suffix: str) -> list[str]:
        """A file for each shard in one folder, for which the key has to say which shards these are."""
        return [storage.join(folder, f"{number:05d}.{key}.{suffix}") for number in range(len(self.shards))]


def judge(work: str, shards: Sequence[Shard], config: Config, how: Runtime, *, inputs: Inputs) -> list[Judged]:
    """Write the ledger of every shard; those that others decided go."""
    judged = written(work, shards, config, how, inputs=inputs)
    sweep(work, judged, inputs.folder)
    return judged


def planned(work: str, shards: Sequence[Shard], config: Config, inputs: Inputs) -> list[Task]:
    """For the ledger of each shard that is judged so the task that is finished when it is there; its job is the path.

    Nothing is read or written."""
    key = _key(shards, config, inputs)
    paths = [_target(work, shard, inputs.folder, key) for shard in shards]
    return [
        Task(manifest_of(path), key, shard.sizes.get("measures", 0), path)
        for shard, path in zip(shards, paths, strict=True)
    ]


def written(work: str, shards: Sequence[Shard], config: Config, how: Runtime, *, inputs: Inputs) -> list[Judged]:
    """Write the ledger of every shard, beside those that others decided."""
    judging = _judging(work, shards, config, inputs)
    targets = [_target(work, shard, inputs.folder, judging.key) for shard in shards]
    jobs = [Job(filtering, target) for filtering, target in zip(judging.filtering, targets, strict=True)]
    if pending(judging.tasks(targets, jobs)):
        judging = _without_small(judging, inputs.refusals.smallest_source, how)
        jobs = [Job(filtering, target) for filtering, target in zip(judging.filtering, targets, strict=True)]
        if inputs.clusters != NO_DUPLICATES:
            methods, chosen = _choose(judging, inputs, config, how)
            jobs = [
                replace(job, chosen=each, methods=methods, keep=inputs.keep.criteria)
                for job, each in zip(jobs, chosen, strict=True)
            ]
    manifests = run("judge", judging.tasks(targets, jobs), judge_shard, how)
    return [Judged(*each) for each in zip(shards, targets, manifests, strict=True)]


def _target(work: str, shard: Shard, folder: str, key: str) -> str:
    return storage.join(work, shard.source, folder, f"{shard.stem}.{key}.parquet")


def _key(shards: Sequence[Shard], config: Config, inputs: Inputs) -> str:
    """The hash of all that decides verdicts."""
    refusals = inputs.refusals
    sized = [[shard.source, shard.stem] for shard in shards] if refusals.smallest_source is not None else []
    clusters = inputs.clusters.rsplit("/", 1)[-1]
    state = [VERSION, config.judging(), sorted(config.languages), asdict(refusals), sized, inputs.contamination]
    return storage.fingerprint([*state, clusters, inputs.keep.decides() if clusters else []])


def _judging(work: str, shards: Sequence[Shard], config: Config, inputs: Inputs) -> Judging:
    path = configs.save(config, work)
    filtering = [Filtering(work, shard, path, inputs.refusals, inputs.contamination) for shard in shards]
    return Judging(work, shards, filtering, _key(shards, config, inputs))


def sweep(work: str, judged: Sequence[Judged], folder: Folder) -> None:
    """Remove ledgers that others decided than these, and what was needed for these alone."""
    for source in sorted({each.shard.source for each in judged}):
        mine = [each.ledger for each in judged if each.shard.source == source]
        discard_others(storage.join(work, source, folder), with_manifests(mine))
        if folder == "ledger":
            storage.remove(storage.join(work, source, "verdicts"))
    for left in (*_exchange(work), storage.join(work, ".run", "sizes")):
        storage.remove(left)


def _exchange(work: str) -> tuple[str, str]:
    """The folders of members that passed, and of what was chosen among them."""
    return storage.join(work, "dedup", "passing"), storage.join(work, "dedup", "duplicates")


def _without_small(judging: Judging, least: int | None, how: Runtime) -> Judging:
    """With the sources marked of which fewer bytes than `least` pass, copies of other texts included."""
    if least is None:
        return judging
    folder = storage.join(judging.work, ".run", "sizes")
    targets = judging.names(folder, judging.key, "json")
    sizes: Counter[str] = Counter()
    for shard, manifest in zip(
        judging.shards, run("judge: sizes", judging.tasks(targets, judging.filtering), size, how), strict=True
    ):
        sizes[shard.source] += manifest["bytes"]
    small = {source for source, found in sizes.items() if found < least}
    return replace(judging, filtering=[replace(each, small=each.shard.source in small) for each in judging.filtering])


def _choose(judging: Judging, inputs: Inputs, config: Config, how: Runtime) -> tuple[tuple[str, ...], list[Chosen]]:
    """Choose the copies that are kept: the methods of the clusters, and what was chosen of each shard."""
    exchanged = copies.choosing(
        tables.schema(inputs.clusters).names[1:],
        inputs.keep,
        members=sum(tables.group_rows(inputs.clusters)),
        functions=config.signing.minhash.bands * config.signing.minhash.rows,
        memory=how.memory,
    )
    key = storage.fingerprint([judging.key, exchanged.partitions])
    before, after = _exchange(judging.work)
    targets = judging.names(before, key, "arrow")
    jobs = [
        MembersJob(filtering, target, inputs.clusters, number, exchanged)
        for number, (filtering, target) in enumerate(zip(judging.filtering, targets, strict=True))
    ]
    written = run("judge: copies that passed", judging.tasks(targets, jobs, key), passing, how)
    listing = exchange.listing(storage.join(before, f"listing.{key}.json"), written)
    size = sum(manifest["files"][0]["bytes"] for manifest in written) // exchanged.partitions
    tasks = []
    for number in range(exchanged.partitions):
        target = copies.part(after, key, number)
        tasks.append(Task(manifest_of(target), key, size, ChooseJob(listing, number, exchanged, target)))
    run("judge: choose", tasks, copies.choose, how)
    shards = len(judging.shards)
    return exchanged.methods, copies.located(after, key, partitions=exchanged.partitions, shards=shards)


def passing(job: MembersJob) -> dict[str, Any]:
    """The members of clusters in one shard that passed policy and filters and are not contaminated, by partition."""
    return exchange.write(job.target, job.exchanged.schema(), copies.spread(_members(job), job.exchanged))


def _members(job: MembersJob) -> Iterator[pa.Table]:
    filtering, shard = job.filtering, job.filtering.shard
    contaminated = filtering.contaminated()
    signatures = shard.path(filtering.work, "signatures"), job.exchanged.compared()
    for place, (measured, signed) in blocks(filtering.measures(), signatures):
        if place % BLOCK == 0:
            found = _rows_of(job.clusters, shard, place)
            places = found.column("row").to_numpy() - shard.first
        low, high = np.searchsorted(places, [place, place + len(measured)])
        if low == high:
            continue
        rows = places[low:high] - place
        here = found.slice(low, high - low).append_column("place", pa.array(places[low:high]))
        measures = pa.Table.from_batches([measured]).take(pa.array(rows))
        keep = pa.array(filtering.verdicts(measures, contaminated[places[low:high]]).passed)
        texts = pa.Table.from_batches([signed]).take(pa.array(rows))
        members = (each.filter(keep) for each in (here, measures, texts))
        yield copies.described(job.exchanged, *members, shard=(job.number, shard.source))


def _rows_of(clusters: str, shard: Shard, place: int) -> pa.Table:
    """The members of clusters in the block of a shard that begins at a place; other row groups are not read."""
    first = shard.first + place
    return tables.read(clusters, where=[("row", ">=", first), ("row", "<", first + min(BLOCK, shard.rows - place))])
