"""Decontamination: which documents hold items of benchmarks, by their stored texts; see `filters.contamination`.

The index of all items is made once and read by every worker. A task is a shard; it writes beside the shard's tables
which of its documents are contaminated, by which item. Judging drops them.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from catalog.checksums import digest
from filters import contamination
from filters.contamination import BYTES_FOR_A_GRAM, SHARE, Index, Items, N, Occurrences
from pipelines import benchmarks, storage, tables, texts
from pipelines.benchmarks import ContaminationError
from pipelines.plan import BASE, Phase, room
from pipelines.run import Runtime, run
from pipelines.shards import Shard
from pipelines.task import Task, discard_others, finished, manifest_of, pending, with_manifests

VERSION = 1
"""Of what the search makes of the same texts and benchmarks."""

FOLDER = "contamination"
"""In a source's folder: which of its documents are contaminated."""

HITS = pa.schema(
    [
        pa.field("row", pa.int64()),
        pa.field("benchmark", pa.string()),
        pa.field("item", pa.int64()),
        pa.field("share", pa.float64()),
    ]
)
"""Contaminated documents: the row in the shard, and of each benchmark the item that it holds most of, counted from 1
in its file, and the share of it."""

GRAMS = pa.schema([pa.field("hash", pa.uint64()), pa.field("size", pa.int32()), pa.field("item", pa.int32())])
ITEMS = pa.schema([pa.field("benchmark", pa.int32()), pa.field("item", pa.int64())])

READING = 150_000_000
"""Bytes of a worker beside the index: a row group of texts, and the hashes of 4 MB of them, or of a text of 16 MB."""


@dataclass(frozen=True)
class Settings:
    """What is looked for: benchmark files, in runs of `n` units; a text with this share of an item is contaminated.

    Of an item only these `fields` are looked for; none named: all its texts.
    """

    benchmarks: tuple[str, ...] = ()
    n: int = N
    share: float = SHARE
    fields: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """Look through the texts of one shard for the items of an index; `known` is what was counted of each benchmark."""

    work: str
    shard: Shard
    index: str
    share: float
    target: str


def search(work: str, shards: Sequence[Shard], settings: Settings, how: Runtime) -> str:
    """Find the contaminated documents of every shard; returns the key by which `hits` and `report` find them.

    "" when there are no benchmarks. Raises ContaminationError for a benchmark that cannot be read or in which nothing
    is long enough to be looked for, or when all are too much for the memory; RunError naming a table of documents that
    is missing or damaged.
    """
    if not settings.benchmarks:
        for source in {shard.source for shard in shards}:
            storage.remove(storage.join(work, source, FOLDER))
        return ""
    settings = replace(settings, benchmarks=tuple(dict.fromkeys(settings.benchmarks)))
    key = _key(settings)
    index = storage.join(work, ".run", FOLDER, f"index.{key}.json")
    tasks = []
    for shard in shards:
        job = Job(work, shard, index, settings.share, _path(work, shard, key))
        tasks.append(Task(manifest_of(job.target), key, shard.sizes.get("documents", 0), job))
    if pending(tasks):
        contamination.warm()
        make_index(settings, index, key, how)
    run("look for benchmarks", tasks, find, how)
    for source in sorted({shard.source for shard in shards}):
        mine = [task.job.target for task in tasks if task.job.shard.source == source]
        discard_others(storage.join(work, source, FOLDER), with_manifests(mine))
    storage.remove(storage.join(work, ".run", FOLDER))
    return key


def stored(work: str, shards: Sequence[Shard], settings: Settings) -> str | None:
    """The key of an earlier search through these shards for these benchmarks, "" without benchmarks; None where there
    was no such search. Of what is compared only the benchmarks are read, for their hash."""
    if not settings.benchmarks:
        return ""
    key = _key(replace(settings, benchmarks=tuple(dict.fromkeys(settings.benchmarks))))
    tasks = [Task(manifest_of(_path(work, shard, key)), key, 0, None) for shard in shards]
    return None if pending(tasks) else key


def hits(work: str, shard: Shard, key: str) -> npt.NDArray[np.bool_]:
    """Which documents of a shard are contaminated, [rows] bool; none for the key ""."""
    found = np.zeros(shard.rows, np.bool_)
    if key:
        found[tables.read(_path(work, shard, key), ["row"]).column("row").to_numpy()] = True
    return found


def report(work: str, shards: Sequence[Shard], key: str) -> list[dict[str, Any]]:
    """What was found of each benchmark, in the order of the settings, from the manifests.

    `benchmark` is its file, `items` those in it, `short` those of them too short to be looked for, `grams` the runs of
    words that were, `documents` those that hold enough of an item of it. A document may be counted for several.
    """
    found: list[dict[str, Any]] = []
    for shard in shards if key else ():
        manifest = storage.read_json(manifest_of(_path(work, shard, key)))
        found = found or [{**each, "documents": 0} for each in manifest["benchmarks"]]
        for line, each in zip(found, manifest["benchmarks"], strict=True):
            line["documents"] += each["documents"]
    return found


def needs(shards: Sequence[Shard], settings: Settings, how: Runtime) -> Phase:
    """What the search takes at most; of the benchmarks only the size of their files is known."""
    grams = sum(storage.size(path) or 0 for path in settings.benchmarks) // BYTES_OF_A_WORD
    memory = min(room(how.memory), grams * BYTES_FOR_A_GRAM + READING)
    return Phase("look for benchmarks", len(shards), BASE + memory, 12 * grams)


BYTES_OF_A_WORD = 6
"""Of a benchmark's file: a word and what separates it. Packed files hold more words."""


def _path(work: str, shard: Shard, key: str) -> str:
    return storage.join(work, shard.source, FOLDER, f"{shard.stem}.{key}.parquet")


def _key(settings: Settings) -> str:
    """The hash of all that decides what is found: the contents of the benchmarks, not where they lie."""
    known = []
    for path, name in zip(settings.benchmarks, benchmarks.names(settings.benchmarks), strict=True):
        try:
            known.append([name, digest(path, "sha256")])
        except (OSError, ValueError, ImportError) as error:
            reason = "there is no such file" if isinstance(error, FileNotFoundError) else f"cannot be read: {error}"
            raise ContaminationError(f"{path}: {reason}; give the file of a benchmark") from None
    return storage.fingerprint([VERSION, settings.n, settings.share, sorted(settings.fields), known])


def check(settings: Settings, how: Runtime) -> None:
    """Read all benchmarks, so that one that cannot be looked for is known before hours of other work are done.

    Raises ContaminationError as `search` does.
    """
    _read(settings, how)


def make_index(settings: Settings, path: str, key: str, how: Runtime) -> None:
    """Read the benchmarks and write their index: two tables, and beside them what was counted of each benchmark."""
    if finished(Task(path, key, 0, None)) is not None:
        return
    items, counted, numbers = _read(settings, how)
    index = items.index()
    grams = pa.table(list(index.occurrences()), schema=GRAMS)
    listed = pa.table([index.benchmarks, np.array(numbers, np.int64)], schema=ITEMS)
    stem = path.removesuffix(".json")
    outputs = [tables.write(f"{stem}.grams.parquet", grams), tables.write(f"{stem}.items.parquet", listed)]
    files = [output.record() for output in outputs]
    storage.write_json(path, {"key": key, "benchmarks": counted, "files": files})


def _read(settings: Settings, how: Runtime) -> tuple[Items, list[dict[str, Any]], list[int]]:
    """The items of all benchmarks, what is counted of each, and for each item that is looked for its number there."""
    most = room(how.memory) // 2 // BYTES_FOR_A_GRAM
    items = Items(settings.n)
    counted, numbers = [], []
    for benchmark, name in enumerate(benchmarks.names(settings.benchmarks)):
        counts, long = _take_in(items, settings, benchmark, most)
        counted.append({"benchmark": name, **counts})
        numbers += long
    return items, counted, numbers


def _take_in(items: Items, settings: Settings, benchmark: int, most: int) -> tuple[dict[str, int], list[int]]:
    """Take in the items of one benchmark: what is counted of it, and the numbers of those that are looked for."""
    path = settings.benchmarks[benchmark]
    before, numbers, count = items.occurrences, list[int](), 0
    for some in benchmarks.batches(path, settings.fields):
        numbers += [count + place for place, long in enumerate(items.add(benchmark, some), start=1) if long]
        count += len(some)
        if items.occurrences > most:
            raise ContaminationError(
                f"{path}: with it the benchmarks hold more than {most:,} runs of words, which is what the memory of a "
                "worker has room for; give --memory more, or look for fewer benchmarks or fields"
            )
    if not count:
        raise ContaminationError(f"{path}: holds no item; give the file of a benchmark, or leave it out")
    if not numbers:
        least = min(settings.n, contamination.SHORTEST)
        raise ContaminationError(
            f"{path}: none of its {count:,} items has {least} words together, which is the least that can be looked "
            "for; leave it out, or name other fields"
        )
    return {"items": count, "short": count - len(numbers), "grams": items.occurrences - before}, numbers


@lru_cache(maxsize=1)
def _index(path: str, key: str) -> tuple[Index, npt.NDArray[np.int64], Sequence[Mapping[str, Any]]]:
    """An index, the numbers of its items in their files, and what was counted of each benchmark; once per process."""
    manifest = storage.read_json(path)
    stem = path.removesuffix(".json")
    grams, items = (tables.read(f"{stem}.{what}.parquet") for what in ("grams", "items"))
    found = Occurrences(*(grams.column(name).to_numpy() for name in GRAMS.names))
    index = Index.of(found, items.column("benchmark").to_numpy())
    return index, items.column("item").to_numpy(), manifest["benchmarks"]


def find(job: Job) -> dict[str, Any]:
    """Look through one shard; writes the contaminated documents and counts them by benchmark."""
    index, numbers, known = _index(job.index, job.target.rsplit(".", 2)[1])
    documents: Counter[int] = Counter()
    with tables.writing(job.target, HITS) as (writer, written):
        for batch in _batches(job, index, numbers, known):
            documents.update(batch.column("benchmark").to_pylist())
            writer.write(batch)
    counted = [{**each, "documents": documents[each["benchmark"]]} for each in known]
    return {"benchmarks": counted, "files": [written[0].record()]}


def _batches(
    job: Job, index: Index, numbers: npt.NDArray[np.int64], known: Sequence[Mapping[str, Any]]
) -> Iterator[pa.RecordBatch]:
    """The contaminated documents of a shard, some texts at a time."""
    for places, some in texts.stored(job.work, job.shard):
        found = index.hits(some, job.share)
        named = [known[benchmark]["benchmark"] for benchmark in index.benchmarks[found.items]]
        columns = [places[found.texts], named, numbers[found.items], found.shares]
        yield pa.RecordBatch.from_arrays(
            [pa.array(*each) for each in zip(columns, HITS.types, strict=True)], schema=HITS
        )
