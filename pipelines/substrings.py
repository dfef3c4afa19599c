"""Repeated passages: what stands in an earlier document too is cut from the texts of those that are in.

The ledgers of judging are followed by others, with the spans that are left out at the mix. Of all occurrences of a
passage the first stays, in the order of rows: sources by uid, then their inputs and the places in them
(`filters.substrings` says what that is where repeats overlap). A document of which nothing but white space is left is
dropped as a duplicate. What is left of a text is not measured again.

Three runs: which documents take part, a shard a task; the search, a part of them a task; the ledgers, a shard a task.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from heapq import nsmallest
from importlib.metadata import version
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from filters import substrings
from filters.cleaning_templates import rank
from pipelines import exchange, step_report, storage, tables
from pipelines.counted import several
from pipelines.judge import Judged, counts
from pipelines.plan import Phase
from pipelines.progress import console, megabytes
from pipelines.run import OptionError, Runtime, run
from pipelines.shards import Shard
from pipelines.step_report import Report
from pipelines.substring_parts import SPANS, LookJob, SearchJob, Settings, check_memory, fill, look, memory, search
from pipelines.task import Task, discard_others, manifest_of, pending, with_manifests
from pipelines.texts import stored
from pipelines.verdict import DUPLICATE

VERSION = 1
"""Of what is cut from the same documents."""

METHOD = "substring"
"""In a ledger, the method of a document of which nothing is left."""

CUT = "cut"
"""Among the counts of a ledger, the cause of bytes that went out of documents that are in."""

FOLDER = "substrings"
"""In a source's folder: samples of what was cut, beside its ledgers and named as they are."""

LOOKED = ("documents", "bytes", "too_large")
"""What is counted of the documents of a shard that take part, and of those that fit into no part."""

CANDIDATE, SPAN = 60, 16
"""Bytes on disk of a document that takes part, and of a span, at most."""

Sums = dict[tuple[str, str | None, str | None], list[int]]


@dataclass(frozen=True)
class LedgerJob:
    """Write the ledger of one judged shard anew; `number` is that of the shard, `listing` tells where its spans are.

    `looked` is what was counted of its documents that took part, `parts` in how many parts all were searched.
    """

    work: str
    judged: Judged
    target: str
    number: int
    listing: str = ""
    looked: Mapping[str, int] = field(default_factory=dict)
    parts: int = 0


def needs(shards: Sequence[Shard], settings: Settings, how: Runtime) -> Phase:
    """What the search takes at most, by the sizes of all texts; on disk half of the text may be cut, in short pieces.

    Its memory is that of the part, which `how` does not change: what is found depends on what is in a part. Where the
    scope is a source or a language there are more parts, one more for each of these, and none is larger.
    """
    size = sum(shard.bytes + shard.rows for shard in shards)
    rows = sum(shard.rows for shard in shards)
    parts = -(-size // settings.part_bytes)
    largest = min(settings.part_bytes, size)
    texts = min(rows, largest // (settings.characters + 1))
    disk = rows * CANDIDATE + size // (2 * settings.bytes) * SPAN
    return Phase("substrings", parts, memory(largest, texts), disk)


def cut(work: str, judged: Sequence[Judged], settings: Settings, how: Runtime) -> list[Judged]:
    """Write the ledgers of all shards with the spans that are cut; the shards with these ledgers and their counts.

    `judged` are the shards in the order of their rows, with ledgers that stand in another folder than `ledger`. Raises
    OptionError when a part needs more memory than a worker may take, before the first is searched.
    """
    if settings.part_bytes > substrings.LARGEST:
        raise OptionError(
            f"part_bytes = {settings.part_bytes} under [substrings] in the recipe: it must be at most "
            f"{substrings.LARGEST}, what a suffix array of 32 bits can count"
        )
    names = [[each.shard.source, each.ledger.rsplit("/", 1)[-1]] for each in judged]
    key = storage.fingerprint([VERSION, asdict(settings), version("regex"), names])
    jobs = [
        LedgerJob(
            work, each, storage.join(work, each.shard.source, "ledger", f"{each.shard.stem}.{key}.parquet"), number
        )
        for number, each in enumerate(judged)
    ]
    if pending(_tasks(jobs, key)):
        jobs = _searched(jobs, settings, key, how)
    manifests = run("substrings: ledgers", _tasks(jobs, key), write_ledger, how)
    _sweep(jobs)
    _say(manifests)
    return [Judged(job.judged.shard, job.target, manifest) for job, manifest in zip(jobs, manifests, strict=True)]


def discard(work: str, sources: Iterable[str]) -> None:
    """Remove what an earlier run left that cut passages; for a run that does not."""
    for folder in (*(storage.join(work, source, FOLDER) for source in sources), _exchange(work)):
        storage.remove(folder)


def _exchange(work: str) -> str:
    return storage.join(work, ".run", FOLDER)


def _sweep(jobs: Sequence[LedgerJob]) -> None:
    """Remove other ledgers and their samples, and what was needed for these alone."""
    mine: dict[str, list[str]] = {}
    for job in jobs:
        for path in (job.target, _samples(job)):
            mine.setdefault(path.rsplit("/", 1)[0], []).append(path)
    for folder, paths in mine.items():
        discard_others(folder, with_manifests(paths))
    for work in {job.work for job in jobs}:
        storage.remove(_exchange(work))


def _samples(job: LedgerJob) -> str:
    return storage.join(job.work, job.judged.shard.source, FOLDER, job.target.rsplit("/", 1)[-1])


def _tasks(jobs: Sequence[LedgerJob], key: str) -> list[Task]:
    sizes = [job.judged.shard.sizes.get("measures", 0) for job in jobs]
    return [Task(manifest_of(job.target), key, size, job) for job, size in zip(jobs, sizes, strict=True)]


def _searched(jobs: Sequence[LedgerJob], settings: Settings, key: str, how: Runtime) -> list[LedgerJob]:
    """The jobs with what they need, after the search."""
    work = jobs[0].work
    shards = [job.judged.shard for job in jobs]
    targets = [storage.join(_exchange(work), f"{number:05d}.{key}.parquet") for number in range(len(shards))]
    looking = [LookJob(work, job.judged, settings, target) for job, target in zip(jobs, targets, strict=True)]
    looks = [Task(manifest_of(job.target), key, job.judged.shard.bytes, job) for job in looking]
    looked = run("substrings: documents", looks, look, how)
    parts = fill(shards, targets, settings.part_bytes)
    check_memory(parts, how.memory)
    found = [storage.join(_exchange(work), f"part-{number:05d}.{key}.arrow") for number in range(len(parts))]
    searches = [
        Task(manifest_of(path), key, part.bytes, SearchJob(work, part, settings.bytes, path))
        for path, part in zip(found, parts, strict=True)
    ]
    if pending(searches):
        substrings.warm()  # once, before workers ask for the kernels side by side
    spread = run("substrings: search", searches, search, how)
    listing = exchange.listing(storage.join(_exchange(work), f"listing.{key}.json"), spread)
    return [
        replace(job, listing=listing, looked={name: says[name] for name in LOOKED}, parts=len(parts))
        for job, says in zip(jobs, looked, strict=True)
    ]


def write_ledger(job: LedgerJob) -> dict[str, Any]:
    """Write one shard's ledger, a row group at a time, and a sample of what is cut; what the manifest says."""
    shard = job.judged.shard
    found = exchange.read(job.listing, str(job.number), SPANS).combine_chunks()
    sums: Sums = {}
    ids: list[str] = []
    place = 0
    with tables.writing(job.target, tables.LEDGER) as (writer, outputs):
        for before, measures in tables.together(
            (job.judged.ledger, tables.LEDGER.names), (shard.path(job.work, "measures"), ["lang", "bytes"])
        ):
            rows = slice(*np.searchsorted(found["place"].to_numpy(), [place, place + before.num_rows]))
            some = found.slice(rows.start, rows.stop - rows.start)
            local = some["place"].to_numpy() - place
            ledger = _with_cuts(before, some, local) if some.num_rows else before
            ids += ledger.column("id").take(pa.array(local)).to_pylist()
            writer.write(ledger)
            _count(sums, measures, ledger)
            place += before.num_rows
    sample = _sample(job, found, ids)
    emptied = pc.sum(found["emptied"]).as_py() or 0
    spans = pc.sum(pc.list_value_length(found["cuts"])).as_py() or 0
    said = {"parts": job.parts, **job.looked, "spans": spans, "emptied": emptied, "samples": sample}
    kept = {name: value for name, value in job.judged.manifest.items() if name != "key"}
    files = [outputs[0].record(), {**sample, "file": f"../{FOLDER}/{sample['file']}"}]
    return kept | _counted(sums) | {"substrings": said, "files": files}


def _with_cuts(before: pa.RecordBatch, found: pa.Table, places: np.ndarray[Any, np.dtype[np.int64]]) -> pa.RecordBatch:
    """Some rows of a ledger with what was found in those at some places."""
    at = np.full(before.num_rows, -1, dtype=np.int64)
    at[places] = np.arange(len(places))
    rows = found.take(pa.array(at, mask=at < 0))
    gone = rows["emptied"].fill_null(False)
    cut = pa.array(np.where(gone.to_numpy(), -1, at), mask=gone.to_numpy() | (at < 0))
    stays = found.take(cut)
    ledger = pa.table(before)
    changed = {
        "dropped_by": pc.if_else(gone, DUPLICATE, ledger["dropped_by"]),
        "duplicate_of": pc.if_else(gone, rows["duplicate_of"], ledger["duplicate_of"]),
        "method": pc.if_else(gone, METHOD, ledger["method"]),
        "copies": pc.if_else(gone, pa.scalar(None, pa.int64()), ledger["copies"]),
        "cuts": stays["cuts"],
        "bytes_left": stays["bytes_left"],
    }
    columns = [changed.get(name, ledger[name]) for name in tables.LEDGER.names]
    return pa.table(columns, schema=tables.LEDGER).combine_chunks().to_batches()[0]


def _count(sums: Sums, measures: pa.RecordBatch, ledger: pa.RecordBatch) -> None:
    """Add documents and bytes by language and cause, and by method. Of a text that is cut, what is left counts as in;
    what went counts for no document, so that all bytes that came in are counted once."""
    left = pc.coalesce(ledger.column("bytes_left"), measures.column("bytes"))
    sizes = {"bytes": left, "gone": pc.subtract(measures.column("bytes"), left)}
    sized = pa.table({"lang": measures.column("lang"), **sizes})
    gone = sized.group_by("lang").aggregate([("gone", "sum")]).to_pylist()
    found = {
        "counts": [
            *counts(sized, ledger),
            *([row["lang"], CUT, 0, row["gone_sum"]] for row in gone if row["gone_sum"]),
        ],
        "methods": [row for row in counts(measures, ledger, "method") if row[1] is not None],
    }
    for name, rows in found.items():
        for lang, cause, documents, size in rows:
            total = sums.setdefault((name, lang, cause), [0, 0])
            total[0] += documents
            total[1] += size


def _counted(sums: Sums) -> dict[str, list[list[Any]]]:
    """The counts of a manifest, as judging has them."""
    rows = [[name, lang, cause, *sizes] for (name, lang, cause), sizes in sums.items()]
    rows.sort(key=lambda row: (row[0], row[1] or "", row[2] or ""))
    return {name: [row[1:] for row in rows if row[0] == name] for name in ("counts", "methods")}


def _sample(job: LedgerJob, found: pa.Table, ids: Sequence[str]) -> dict[str, Any]:
    """Write the texts before and after of documents of which anything is cut, those that come first by rank."""
    report = Report([METHOD], None)  # the texts are redacted where their source is
    first = nsmallest(step_report.MOST, range(len(ids)), key=lambda at: rank(ids[at]))
    drawn = found.append_column("id", pa.array(ids, pa.string())).take(pa.array(sorted(first), pa.int64()))
    said = {row["place"]: row for row in drawn.to_pylist()}
    for places, texts in stored(job.work, job.judged.shard, drawn["place"].to_numpy()):
        for place, text in zip(places.tolist(), texts.to_pylist(), strict=True):
            row = said[place]
            rest = substrings.without(text, [(span["start"], span["end"]) for span in row["cuts"]])
            report.note(0, row["id"], old=text, new=None if row["emptied"] else rest)
    output: dict[str, Any] = report.write(_samples(job)).record()
    return output


def _say(manifests: Sequence[Mapping[str, Any]]) -> None:
    """Say for people what was searched and cut, and what could not be found."""
    said = [manifest["substrings"] for manifest in manifests]
    if not said:
        return
    sums = {name: sum(each[name] for each in said) for name in (*LOOKED, "spans", "emptied")}
    cut = sum(size for manifest in manifests for _, cause, _, size in manifest["counts"] if cause == CUT)
    parts = said[0]["parts"]
    console.print(
        f"substrings: {several(sums['spans'], 'passage')} cut, {megabytes(cut)}, and "
        f"{several(sums['emptied'], 'document')} of which nothing is left, in "
        f"{several(sums['documents'], 'document')} of {megabytes(sums['bytes'])} in {several(parts, 'part')}"
        + (", one after the other: copies in different parts are not found" if parts > 1 else "")
        + (f"; larger than a part: {several(sums['too_large'], 'document')}" if sums["too_large"] else ""),
        highlight=False,
        soft_wrap=True,
    )
