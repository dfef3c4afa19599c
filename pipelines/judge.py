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
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines import config as configs
from pipelines import contamination, copies, exchange, storage, tables, verdict
from pipelines.config import Config
from pipelines.copies import BLOCK, LOWEST_ID, ChooseJob, Choosing, Chosen, Keep
from pipelines.run import Runtime, run
from pipelines.shards import Shard
from pipelines.task import Task, discard_others, manifest_of, pending, with_manifests
from pipelines.verdict import CONTAMINATED, DUPLICATE, NOTHING_REFUSED, POLICY, Refusals

VERSION = 4
"""Of what judging makes of the same inputs."""

TOO_SMALL = f"{POLICY}smallest_source"
"""What drops the documents that passed, of a source of which too few bytes passed."""

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
        return self.shard.path(self.work, "measures"), _JUDGED

    def contaminated(self) -> NDArray[np.bool_]:
        """Which documents of the shard are contaminated, [rows] bool."""
        return contamination.hits(self.work, self.shard, self.contamination)

    def verdicts(self, measures: pa.Table, contaminated: NDArray[np.bool_]) -> verdict.Names:
        """What drops some of the documents before copies are looked at, or None, [rows] object."""
        out = verdict.filtered(measures, configs.load(self.config).languages, self.refusals)
        passed = verdict.passed(out)
        out[passed & contaminated] = CONTAMINATED
        if self.small:
            out[passed & ~contaminated] = TOO_SMALL
        return out


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
    """Write the ledger of every shard."""
    judging = _judging(work, shards, config, inputs)
    targets = [
        storage.join(work, shard.source, inputs.folder, f"{shard.stem}.{judging.key}.parquet") for shard in shards
    ]
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
    _sweep(work, shards, targets, inputs.folder)
    return [Judged(*each) for each in zip(shards, targets, manifests, strict=True)]


def _judging(work: str, shards: Sequence[Shard], config: Config, inputs: Inputs) -> Judging:
    refusals = inputs.refusals
    sized = [[shard.source, shard.stem] for shard in shards] if refusals.smallest_source is not None else []
    clusters = inputs.clusters.rsplit("/", 1)[-1]
    state = [VERSION, config.judging(), sorted(config.languages), asdict(refusals), sized, inputs.contamination]
    key = storage.fingerprint([*state, clusters, inputs.keep.decides() if clusters else []])
    path = configs.save(config, work)
    filtering = [Filtering(work, shard, path, refusals, inputs.contamination) for shard in shards]
    return Judging(work, shards, filtering, key)


def _sweep(work: str, shards: Sequence[Shard], targets: Sequence[str], folder: str) -> None:
    """Remove ledgers that others decided, and what was needed for these alone."""
    for source in sorted({shard.source for shard in shards}):
        mine = [target for shard, target in zip(shards, targets, strict=True) if shard.source == source]
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


def size(filtering: Filtering) -> dict[str, Any]:
    """How many bytes of text of one shard pass policy and filters and are not contaminated."""
    total = 0
    contaminated = filtering.contaminated()
    for place, [measures] in _blocks(filtering.measures()):
        out = filtering.verdicts(pa.Table.from_batches([measures]), contaminated[place : place + len(measures)])
        total += int(measures.column("bytes").to_numpy()[verdict.passed(out)].sum())
    return {"bytes": total, "files": []}


def _blocks(*parts: tuple[str, Sequence[str]]) -> Iterator[tuple[int, list[pa.RecordBatch]]]:
    """Some rows at a time of a shard's tables and the place of the first; none of them reaches into two blocks."""
    place = 0
    for batches in tables.together(*parts):
        left = batches
        while rows := min(len(left[0]), BLOCK - place % BLOCK):
            yield place, [batch.slice(0, rows) for batch in left]
            left = [batch.slice(rows) for batch in left]
            place += rows


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
    for place, (measured, signed) in _blocks(filtering.measures(), signatures):
        if place % BLOCK == 0:
            found = _rows_of(job.clusters, shard, place)
            places = found.column("row").to_numpy() - shard.first
        low, high = np.searchsorted(places, [place, place + len(measured)])
        if low == high:
            continue
        rows = places[low:high] - place
        here = found.slice(low, high - low).append_column("place", pa.array(places[low:high]))
        measures = pa.Table.from_batches([measured]).take(pa.array(rows))
        keep = pa.array(verdict.passed(filtering.verdicts(measures, contaminated[places[low:high]])))
        texts = pa.Table.from_batches([signed]).take(pa.array(rows))
        members = (each.filter(keep) for each in (here, measures, texts))
        yield copies.described(job.exchanged, *members, shard=(job.number, shard.source))


def _rows_of(clusters: str, shard: Shard, place: int) -> pa.Table:
    """The members of clusters in the block of a shard that begins at a place; other row groups are not read."""
    first = shard.first + place
    return tables.read(clusters, where=[("row", ">=", first), ("row", "<", first + min(BLOCK, shard.rows - place))])


_JUDGED = ["id", "lang", "lang_identified", *verdict.ORDER, "lost", "bytes", "signals", "harmful_perplexity"]


def judge_shard(job: Job) -> dict[str, Any]:
    """Write one shard's ledger, a row group at a time; its manifest counts documents and bytes by language and verdict,
    copies by language and method, and by language documents that are kept and have copies, and says which limits were
    in force."""
    filtering = job.filtering
    languages = configs.load(filtering.config).languages
    contaminated = filtering.contaminated()
    sums: dict[str, dict[tuple[str | None, str | None], list[int]]] = {"dropped_by": {}, "method": {}}
    clusters: Counter[str | None] = Counter()
    with tables.writing(job.target, tables.LEDGER) as (writer, outputs):
        for place, [measures] in _blocks(filtering.measures()):
            if place % BLOCK == 0 and job.chosen is not None:
                choices = job.chosen.of(place // BLOCK)
            dropped = filtering.verdicts(pa.Table.from_batches([measures]), contaminated[place : place + len(measures)])
            said = None if job.chosen is None else _said(choices, place, len(measures), job.methods)
            ledger = _ledger(measures.column("id"), dropped, said)
            writer.write(ledger)
            _count(sums, measures, ledger)
            several = pc.fill_null(pc.greater(ledger.column("copies"), 1), False)
            clusters.update(measures.column("lang").filter(several).to_pylist())
    here = sorted({lang for lang, _ in sums["dropped_by"] if lang is not None and lang in languages})
    return {
        "source": filtering.shard.source,
        "counts": _sorted(sums["dropped_by"]),
        "methods": [row for row in _sorted(sums["method"]) if row[1] is not None],
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


def _ledger(ids: pa.Array, dropped: verdict.Names, said: Mapping[str, Any] | None) -> pa.RecordBatch:
    given = {"id": ids}
    if said is not None:
        dropped[said["duplicate_of"].is_valid().to_numpy()] = DUPLICATE
        alone = pc.if_else(pa.array(verdict.passed(dropped)), pa.scalar(1, pa.int64()), None)
        given |= {**said, "copies": pc.coalesce(said["copies"], alone)}
    given["dropped_by"] = pa.array(dropped, pa.string())
    columns = [given.get(field.name, pa.nulls(len(ids), field.type)) for field in tables.LEDGER]
    return pa.table(columns, schema=tables.LEDGER).combine_chunks().to_batches()[0]


def _count(
    sums: Mapping[str, dict[tuple[str | None, str | None], list[int]]], measures: pa.RecordBatch, ledger: pa.RecordBatch
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
    grouped = both.group_by(["lang", by]).aggregate([([], "count_all"), ("bytes", "sum")]).to_pylist()
    return _sorted({(row["lang"], row[by]): (row["count_all"], row["bytes_sum"]) for row in grouped})


def _sorted(sums: Mapping[tuple[str | None, str | None], Sequence[int]]) -> list[list[Any]]:
    rows = [[lang, dropped_by, documents, size] for (lang, dropped_by), (documents, size) in sums.items()]
    return sorted(rows, key=lambda row: (row[0] or "", row[1] or ""))
