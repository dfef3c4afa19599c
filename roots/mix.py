"""The mix: the only place where sources meet. Kept documents become one ordered dataset per language.

What is in is planned first (`roots.mix_plan`); then texts move through files in two runs, like every exchange here. The
order of a dataset is that of keys which are a pure function of the seed, the document's id and the number of its repeat
(`roots.mix_keys`), so it depends neither on workers nor on shards nor on the order of sources.

Memory of a worker: that of `roots.mix_spread`, then a part of a file, three times, which is made so small that it fits
into `Runtime.memory`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines import exchange, storage
from pipelines.judge import Judged
from pipelines.plan import room
from pipelines.run import Runtime, run
from pipelines.tables import Output
from pipelines.task import Task, discard_others, manifest_of, pending, with_manifests
from roots import arrow_dataset, lengths, parquet
from roots.mix_keys import order_key
from roots.mix_plan import MANIFEST, Planned, planned
from roots.mix_plan import written as manifest_for
from roots.mix_portions import VERSION, Plan
from roots.mix_settings import MixSettings
from roots.mix_spread import ROWS, SpreadJob, collected, spread
from roots.mix_weights import kept_bytes, of_shard
from roots.shares import Share

__all__ = ["VERSION", "MixSettings", "Mixed", "kept_bytes", "mix", "order_key"]

ENOUGH = 1.5
"""Times the text of a language that are read of shards that hold other languages too, to spare a first run."""


@dataclass(frozen=True)
class GatherJob:
    """Collect and order one file of a dataset, from these partitions, in their order.

    They are those that the first run wrote down in `listing`, or are read from these shards' tables at once.
    """

    listing: str
    partitions: tuple[str, ...]
    target: str
    shards: tuple[SpreadJob, ...] = ()


@dataclass(frozen=True)
class Mixed:
    """What the mix made. `sizes` are bytes that were kept by language; the others are by dataset: `yo` for training, or
    for all where nothing is held out, and `yo/validation`.

    `gets` are bytes of text as they stand, `files` the Arrow files with their manifests, `parquet` the same rows as
    Parquet. A dataset whose share is smaller than its first document has no rows.
    """

    sizes: Mapping[str, int]
    gets: Mapping[str, int]
    files: Mapping[str, Sequence[str]]
    manifests: Mapping[str, Sequence[Mapping[str, Any]]]
    shares: Sequence[Share] = ()
    notes: Sequence[str] = ()
    parquet: Mapping[str, Sequence[str]] = field(default_factory=dict)


def mix(work: str, judged: Sequence[Judged], settings: MixSettings, how: Runtime, name: str = "corpus") -> Mixed:
    """Plan and write `<name>/<lang>/` for every language that has kept documents."""
    return write(work, judged, planned(work, judged, settings, how, name), how)


def write(work: str, judged: Sequence[Judged], plan: Planned, how: Runtime) -> Mixed:
    """Write the datasets of a plan, their Parquet files where asked, and clear away what an earlier mix left."""
    tasks = _tasks(work, judged, plan, how)
    late = list(dict.fromkeys(lang for lang, task in tasks if not task.job.shards and pending([task])))
    if pending([task for _, task in tasks]):
        _begin(plan, list(dict.fromkeys(lang for lang, task in tasks if pending([task]))))
    if late:
        _spread(work, judged, plan, late, how)
    manifests = run("mix: datasets", [task for _, task in tasks], gather, how)
    storage.remove(storage.join(plan.home, ".exchange"))
    if plan.settings.unit == "bytes" and plan.home == storage.join(work, "corpus"):
        lengths.discard(work, sorted({each.shard.source for each in judged}))
    by_dataset: dict[str, list[Mapping[str, Any]]] = {dataset: [] for dataset in plan.datasets}
    files: dict[str, list[str]] = {dataset: [] for dataset in plan.datasets}
    for (_, task), manifest in zip(tasks, manifests, strict=True):
        dataset = task.job.partitions[0].rpartition("/")[0]
        by_dataset[dataset].append(manifest)
        files[dataset].append(task.job.target)
    _finish(plan, by_dataset)
    gets = {dataset: sum(_bytes(each) for each in found) for dataset, found in by_dataset.items()}
    sizes = {share.language: share.available for share in plan.shares}
    absent = {lang: 0 for lang in sizes if lang not in gets}
    mixed = Mixed(sizes, gets | absent, files, by_dataset, plan.shares, plan.notes)
    if plan.home != storage.join(work, "corpus"):
        return mixed
    copies = parquet.write(work, mixed.files, mixed.manifests, how, wanted="parquet" in plan.settings.formats)
    return Mixed(sizes, gets | absent, files, by_dataset, plan.shares, plan.notes, copies)


def _bytes(manifest: Mapping[str, Any]) -> int:
    return sum(size for *_, size in manifest["sources"])


def _tasks(work: str, judged: Sequence[Judged], plan: Planned, how: Runtime) -> list[tuple[str, Task]]:
    """The task of every file with its language. Its key covers what decides this language alone, so that a document
    which goes elsewhere leaves it as it is."""
    listing = storage.join(plan.home, ".exchange", f"listing.{plan.key}.json")
    sizes = {share.language: (share.gets - share.validation, share.validation) for share in plan.shares}
    found = []
    for dataset, (folder, count) in plan.datasets.items():
        lang, _, held = dataset.partition("/")
        portion, cuts = plan.plan.portions[lang], plan.plan.cuts.get(lang, {})
        mine = [each for each in judged if _has(each, lang)]
        inside = sorted(of_shard(each) for each in mine)
        key = storage.fingerprint([VERSION, plan.plan.seed, plan.plan.held, repr(portion), cuts, inside])
        parts = _parts(plan, how)
        shards = _at_once(work, mine, plan, lang) if parts == 1 else ()
        for number in range(count):
            names = tuple(f"{dataset}/{number * parts + place}" for place in range(parts))
            path = storage.join(plan.home, folder, arrow_dataset.shard_name(number, count))
            size = sizes[lang][bool(held)] // count
            found.append((lang, Task(manifest_of(path), key, size, GatherJob(listing, names, path, shards))))
    return found


def _at_once(work: str, mine: Sequence[Judged], plan: Planned, lang: str) -> tuple[SpreadJob, ...]:
    """The shards of a language that is one file, when hardly more has to be read of them than its own texts.

    Then nothing is gained by a first run. Which way a file is made decides none of its bytes.
    """
    portion = plan.plan.portions[lang]
    kept = next(share.available for share in plan.shares if share.language == lang)
    if portion.files + portion.held_files > 1 or sum(each.shard.bytes for each in mine) > ENOUGH * kept:
        return ()
    return tuple(_job(work, each, plan.plan.of([lang]), {lang: 1}, "") for each in mine)


def _job(work: str, each: Judged, plan: Plan, parts: Mapping[str, int], target: str) -> SpreadJob:
    documents, measures = (each.shard.path(work, table) for table in ("documents", "measures"))
    return SpreadJob(documents, measures, each.ledger, each.shard.source, plan, parts, target)


def _begin(plan: Planned, late: Sequence[str]) -> None:
    """Before files change: the mix is whole, and a dataset is one, when all files are new."""
    storage.remove(storage.join(plan.home, MANIFEST))
    for lang in late:
        for folder in ("", "train", "validation"):
            storage.remove(storage.join(plan.home, lang, folder, "state.json"))


def _has(each: Judged, lang: str) -> bool:
    return any(code == lang and dropped_by is None for code, dropped_by, *_ in each.manifest["counts"])


def _parts(plan: Planned, how: Runtime) -> int:
    """Parts of a file, of which one is held in memory three times: as read, joined, and as a batch with its keys."""
    return max(1, -(-4 * plan.settings.shard_bytes // room(how.memory)))


def _spread(work: str, judged: Sequence[Judged], plan: Planned, late: Sequence[str], how: Runtime) -> None:
    """The first run, for the languages of which a file is to be made."""
    parts = dict.fromkeys(plan.datasets, _parts(plan, how))
    folder = storage.join(plan.home, ".exchange")
    key = storage.fingerprint([plan.key, late, sorted(parts.items())])
    tasks = []
    for number, each in enumerate(judged):
        mine = [lang for lang in late if _has(each, lang)]
        if mine:
            target = storage.join(folder, f"{number:05d}.{key}.arrow")
            job = _job(work, each, plan.plan.of(mine), parts, target)
            tasks.append(Task(manifest_of(target), key, each.shard.bytes, job))
    listing = storage.join(folder, f"listing.{plan.key}.json")
    exchange.listing(listing, run("mix: kept documents", tasks, spread, how))


def gather(job: GatherJob) -> dict[str, Any]:
    """Reduce: one file of a dataset, its documents in the mix order, a part of it in memory at a time."""
    counts: dict[str, list[int]] = {}

    def parts() -> Iterator[tuple[pa.Table, NDArray[np.int64]]]:
        for name in job.partitions:
            table = collected(job.shards, name) if job.shards else exchange.read(job.listing, name, ROWS)
            _count(table, counts)
            yield table, _order(table)

    output = arrow_dataset.write_ordered(job.target, parts())
    sources = [[source, *counts[source]] for source in sorted(counts)]
    return {"documents": output.rows, "sources": sources, "files": [output.record()]}


def _order(table: pa.Table) -> NDArray[np.int64]:
    """The order of rows by key, and by id where keys are the same."""
    keys = table.column("key").to_numpy()
    order = np.argsort(keys, kind="stable")
    if (np.diff(keys[order].view(np.int64)) == 0).any():
        order = np.lexsort((np.array(table.column("id").to_pylist(), dtype=object), keys))
    return order.astype(np.int64)


def _count(table: pa.Table, counts: dict[str, list[int]]) -> None:
    """Add the rows of each source and the bytes of their texts."""
    sizes = table.select(["source"]).append_column("bytes", pc.binary_length(table.column("text")).cast(pa.int64()))
    for row in sizes.group_by("source").aggregate([([], "count_all"), ("bytes", "sum")]).to_pylist():
        before = counts.get(row["source"], [0, 0])
        counts[row["source"]] = [before[0] + row["count_all"], before[1] + row["bytes_sum"]]


def _finish(plan: Planned, manifests: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Make the files datasets, clear away what an earlier mix left, and write down what was decided, last."""
    described: list[dict[str, Any]] = []

    def put(path: str, data: bytes) -> None:
        storage.write_bytes(storage.join(plan.home, path), data)
        described.append({"file": path, "bytes": len(data), "sha256": sha256(data).hexdigest()})

    for dataset, (folder, count) in plan.datasets.items():
        lang, shards = dataset.partition("/")[0], [Output(**each["files"][0]) for each in manifests[dataset]]
        said = {"description": _description(plan, dataset), "licence": _licence(plan, manifests[dataset])}
        names = [arrow_dataset.shard_name(number, count) for number in range(count)]
        infos = arrow_dataset.descriptions(shards, **said)
        for name, data in infos.items():
            put(f"{folder}/{name}", data)
        discard_others(storage.join(plan.home, folder), [*with_manifests(names), *infos])
        if plan.plan.portions[lang].held_files and dataset == lang:
            put(f"{lang}/{arrow_dataset.SPLITS}", arrow_dataset.splits(("train", "validation")))
            discard_others(storage.join(plan.home, lang), ["train", "validation", arrow_dataset.SPLITS])
    discard_others(plan.home, [*plan.plan.portions, MANIFEST])
    storage.write_json(storage.join(plan.home, MANIFEST), {**manifest_for(plan), "files": described})


def _description(plan: Planned, dataset: str) -> str:
    """What a dataset is, for those who load it."""
    settings, (lang, _, held) = plan.settings, dataset.partition("/")
    share = next(share for share in plan.shares if share.language == lang)
    sources = ", ".join(source.source for source in share.sources if source.gets)
    title = f"{settings.title}, " if settings.title else ""
    split = f", {held or 'training'} split" if plan.plan.portions[lang].held_files else ""
    return f"{title}{settings.names.get(lang, lang)} ({lang}){split}. Sources: {sources or 'none'}."


def _licence(plan: Planned, manifests: Sequence[Mapping[str, Any]]) -> str:
    """The licences of the sources that are in a dataset."""
    used = {source for manifest in manifests for source, *_ in manifest["sources"]}
    return ", ".join(sorted({plan.settings.licences[source] for source in used if source in plan.settings.licences}))
