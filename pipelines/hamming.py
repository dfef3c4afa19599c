"""Edges between documents whose SimHashes are equal or differ in few bits: exact, by blocks of bits that must agree.

Equal hashes meet as those of texts do (`pipelines.bands`). Then each different hash goes, once for each choice of
blocks (`filters.hamming`), to the partition of its bits in these blocks; a reduce run compares the hashes of a bucket.
What comes of a bucket are edges that join what is near, not all pairs, between the first documents with these hashes.

In the profile roots-2022-03 documents of one hash are copies only if another hash is near it, for ROOTS looked for
pairs of different hashes: so edges between equal ones are sifted by the documents that others are near to.

A page that stands a million times is one hash. Of a bucket of many hashes each is compared with the MOST_COMPARED that
follow it, and of one of more than LARGEST a sample is compared; both are counted.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from filters.hamming import masks
from pipelines import bands, exchange, storage, tables
from pipelines.plan import BASE, Phase, room
from pipelines.run import Runtime, run
from pipelines.search import EDGES, Search, Settings, salts, signatures
from pipelines.shards import Shard
from pipelines.splitmix import scrambled
from pipelines.task import Task, manifest_of, pending

ENTRIES = pa.schema([pa.field("key", pa.uint64()), pa.field("hash", pa.uint64()), pa.field("row", pa.int64())])
"""A hash and the first document that has it, by a key made of the bits that must agree, the choice and the scope."""

ENTRY_BYTES = 24

HELD = 120
"""Bytes of memory for each entry of a partition, as they are put together, ordered and compared."""

MOST_COMPARED = 10_000
"""Hashes of a bucket that each is compared with. A thousand million documents have 500 in a bucket of 21 bits."""

LARGEST = 1 << 18
"""Hashes of a bucket that are compared at all: less than half of what least memory (`plan.LEAST`) holds, beside which
there is room for as many of other buckets."""

GROUP = 500_000
"""Entries that a map task holds at a time."""

PARTITION_ENTRIES = 1_000_000
"""Entries of a partition where there are few partitions."""

SIFTED = 24
"""Bytes of memory for each entry of a partition of equal hashes, when those that are near others are chosen."""

FEW = 64
READING = 20_000_000
"""Bytes of a batch as it is read, and of edges as they are written."""

Entries = tuple[NDArray[np.uint64], NDArray[np.uint64], NDArray[np.int64]]
"""Keys, hashes and rows, each [entries]."""


@dataclass(frozen=True)
class MapJob:
    """Spread one shard's different hashes over the partitions."""

    work: str
    shard: Shard
    settings: Settings
    partitions: int
    target: str


@dataclass(frozen=True)
class ReduceJob:
    """Compare the hashes of one partition's buckets, so many entries at a time."""

    listing: str
    partition: int
    distance: int
    entries: int
    target: str


@dataclass(frozen=True)
class SiftJob:
    """Of the edges between equal hashes keep those whose hash is near another: it is in the `near` edges."""

    equal: str
    near: tuple[str, ...]
    target: str


def edges(search: Search, how: Runtime) -> list[str]:
    """Find the edges; the paths of their files (schema EDGES).

    Their manifests count documents without a hash (`unsigned`), buckets of which not all pairs were compared
    (`large_buckets`) and those pairs (`pairs_left_out`).
    """
    equal = bands.edges(search, "simhash", how)
    found = _near(search, how)
    if search.settings.profile == "roots-2022-03":
        equal = _sifted(search, equal, found, how)
    return [*equal, *found]


def needs(shards: Sequence[Shard], settings: Settings, how: Runtime) -> list[Phase]:
    """What the runs take, from the shards' rows alone; one edge for each hash is assumed."""
    entries = sum(shard.rows for shard in shards) * len(masks(settings.signing.simhash))
    partitions, fits = _cut(entries, how)
    held = min(fits, -(-entries // partitions))
    largest = max((shard.rows for shard in shards), default=0)
    spreading = BASE + READING + min(GROUP, largest * len(masks(settings.signing.simhash))) * HELD
    phases = [
        *bands.needs("simhash", shards, settings, how),
        Phase("simhash blocks", len(shards), spreading, entries * ENTRY_BYTES),
        Phase("simhash distances", partitions, BASE + READING + held * HELD, entries * ENTRY_BYTES),
    ]
    if settings.profile == "roots-2022-03":
        cut = bands.Cut.of("simhash", shards, settings, how)
        sifting = BASE + READING + cut.entries * SIFTED
        rows = sum(shard.rows for shard in shards)
        phases.append(Phase("simhash pairs", cut.partitions, sifting, 2 * rows * bands.EDGE_BYTES))
    return phases


def _cut(entries: int, how: Runtime) -> tuple[int, int]:
    """How many partitions so many entries are divided into, and how many entries a reduce task holds at most."""
    fits = max(1, (room(how.memory) - READING) // HELD)
    partitions = min(bands.MOST, max(1, -(-entries // fits), min(FEW, -(-entries // PARTITION_ENTRIES))))
    return partitions, fits


def _near(search: Search, how: Runtime) -> list[str]:
    """The edges between hashes that differ."""
    chosen = search.settings.signing.simhash
    entries = search.rows * len(masks(chosen))
    partitions, fits = _cut(entries, how)
    key = storage.fingerprint([search.key, "hamming", partitions])
    folder = search.path("exchange", "hamming")
    listing = storage.join(folder, f"listing.{key}.json")
    reduces = []
    for number in range(partitions):
        path = search.path("edges", f"hamming-{number:05d}.{key}.parquet")
        job = ReduceJob(listing, number, chosen.distance, fits, path)
        reduces.append(Task(manifest_of(path), key, entries * ENTRY_BYTES // partitions, job))
    if pending(reduces):
        _compile()
        maps = []
        for number, shard in enumerate(search.shards):
            target = storage.join(folder, f"{number:05d}.{key}.arrow")
            map_job = MapJob(search.work, shard, search.settings, partitions, target)
            maps.append(Task(manifest_of(target), key, shard.sizes.get("signatures", 0), map_job))
        exchange.listing(listing, run("dedup: simhash blocks", maps, spread, how))
    run("dedup: simhash distances", reduces, compare, how)
    storage.remove(folder)
    return [task.job.target for task in reduces]


def _compile() -> None:
    """Have the kernel compiled, once, before workers ask for it side by side."""
    from filters.kernels import hamming

    hamming.warm()


def spread(job: MapJob) -> dict[str, Any]:
    """Map: one shard's different hashes, by partition, for each choice of blocks."""
    return exchange.write(job.target, ENTRIES, _groups(job))


def _groups(job: MapJob) -> Iterator[Mapping[str, pa.Table]]:
    chosen = np.array(masks(job.settings.signing.simhash), np.uint64)
    marks = scrambled(chosen)
    for salted, hashes, rows in _different(job, max(1, GROUP // len(chosen))):
        bits = scrambled((hashes[:, None] & chosen) ^ marks) ^ salted[:, None]  # [hashes, choices]
        keys = scrambled(bits).ravel()
        parts = bands.partition_of(keys, job.partitions)
        order = np.argsort(parts, kind="stable")
        ends = np.cumsum(np.bincount(parts, minlength=job.partitions)).tolist()
        places = order // len(chosen)
        whole = pa.table([keys[order], hashes[places], rows[places]], schema=ENTRIES)
        yield {
            str(part): whole.slice(start, end - start)
            for part, (start, end) in enumerate(zip([0, *ends[:-1]], ends, strict=True))
            if end > start
        }


def _different(job: MapJob, most: int) -> Iterator[Entries]:
    """The scopes' salts of a shard, its hashes, and the first row that has each, about so many documents at a time."""
    salt = salts(job.work, job.shard, job.settings.scope)[:, 0]
    held: list[Entries] = []
    start = count = 0
    for batch in signatures(job.work, job.shard, job.settings.signing, ["simhash"]):
        values = batch.column("simhash")
        present = np.flatnonzero(values.is_valid().to_numpy(zero_copy_only=False)) + start
        mine = np.broadcast_to(salt, len(present)) if len(salt) == 1 else salt[present]
        held.append((mine, values.drop_null().to_numpy(), present + job.shard.first))
        start += batch.num_rows
        count += len(present)
        if count >= most:
            yield _firsts(*_joined(held))
            held, count = [], 0
    if count:
        yield _firsts(*_joined(held))


def _firsts(keys: NDArray[np.uint64], hashes: NDArray[np.uint64], rows: NDArray[np.int64]) -> Entries:
    """Of entries of one key and hash that with the lowest row; in ascending order."""
    order = np.lexsort((rows, hashes, keys))
    keys, hashes, rows = keys[order], hashes[order], rows[order]
    new = np.ones(len(keys), np.bool_)
    new[1:] = (keys[1:] != keys[:-1]) | (hashes[1:] != hashes[:-1])
    return keys[new], hashes[new], rows[new]


def compare(job: ReduceJob) -> dict[str, Any]:
    """Reduce: the edges that join hashes of a bucket at the distance asked for, or nearer."""
    large = left_out = 0
    with tables.writing(job.target, EDGES) as (writer, outputs):
        for part in _parts(job):
            entries, unseen = _sampled(*_shared(*part))
            pairs, more, further = _compared(entries, job.distance)
            large, left_out = large + more + len(unseen), left_out + further + sum(unseen)
            for start in range(0, len(pairs), bands.EDGES_AT_ONCE):
                some = pairs[start : start + bands.EDGES_AT_ONCE]
                writer.write(pa.record_batch([pa.array(some[:, 0]), pa.array(some[:, 1])], schema=EDGES))
    return {
        "edges": outputs[0].rows,
        "large_buckets": large,
        "pairs_left_out": left_out,
        "files": [outputs[0].record()],
    }


def _parts(job: ReduceJob) -> Iterator[Entries]:
    """The entries of a partition: those of some keys at a time, if all are more than half of what is to be held."""
    total = sum(batch.num_rows for batch in exchange.batches(job.listing, str(job.partition)))
    parts = max(1, -(-2 * total // job.entries)) if total > job.entries else 1
    for part in range(parts):
        held: list[Entries] = []
        count, most = 0, job.entries
        for batch in exchange.batches(job.listing, str(job.partition)):
            keys, hashes, rows = (column.to_numpy() for column in batch.columns)
            mine = keys % np.uint64(parts) == part
            held.append((keys[mine], hashes[mine], rows[mine]))
            count += len(held[-1][0])
            if count > most:
                held = [_lowest(*_joined(held), LARGEST + 1)]
                count = len(held[0][0])
                most = max(most, count + job.entries // 4)
        if count:
            whole = _joined(held)
            held.clear()
            yield whole


def _joined(held: Sequence[Entries]) -> Entries:
    keys, hashes, rows = (np.concatenate(column) for column in zip(*held, strict=True))
    return keys, hashes, rows


def _lowest(keys: NDArray[np.uint64], hashes: NDArray[np.uint64], rows: NDArray[np.int64], most: int) -> Entries:
    """Of each key at most so many different hashes: those that are lowest when they are mixed, a fair sample."""
    keys, hashes, rows = _firsts(keys, hashes, rows)
    order = np.lexsort((scrambled(hashes), keys))
    starts = _starts(keys)
    place = np.arange(len(keys)) - np.repeat(starts[:-1], np.diff(starts))
    kept = np.sort(order[place < most])
    return keys[kept], hashes[kept], rows[kept]


def _starts(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Where in ascending keys a new one begins, and where the last ends."""
    return np.concatenate(([0], np.flatnonzero(keys[1:] != keys[:-1]) + 1, [len(keys)]))


def _shared(keys: NDArray[np.uint64], hashes: NDArray[np.uint64], rows: NDArray[np.int64]) -> Entries:
    """The entries whose key others have too, each hash of a key once, in ascending order."""
    order = np.argsort(keys)
    same = keys[order[1:]] == keys[order[:-1]]
    others = np.zeros(len(keys), np.bool_)
    others[1:] |= same
    others[:-1] |= same
    order = order[others]
    return _firsts(keys[order], hashes[order], rows[order])


def _sampled(
    keys: NDArray[np.uint64], hashes: NDArray[np.uint64], rows: NDArray[np.int64]
) -> tuple[Entries, list[int]]:
    """At most LARGEST hashes of each key, and of each key that has more how many pairs are not looked at.

    How many hashes it has is estimated from the sample, whose last is as far among all numbers as the sample is large
    among its hashes: so it does not depend on how many were held at a time.
    """
    sizes = np.diff(_starts(keys))
    if not len(keys) or sizes.max() <= LARGEST:
        return (keys, hashes, rows), []
    keys, hashes, rows = _lowest(keys, hashes, rows, LARGEST + 1)
    starts = _starts(keys)
    unseen = []
    for start, end in pairwise(starts.tolist()):
        if end - start > LARGEST:
            count = LARGEST * 2**64 // max(1, int(scrambled(hashes[start:end]).max()))
            unseen.append(count * (count - 1) // 2 - LARGEST * (LARGEST - 1) // 2)
    return _lowest(keys, hashes, rows, LARGEST), unseen


def _compared(entries: Entries, distance: int) -> tuple[NDArray[np.int64], int, int]:
    """Edges [edges, 2] between rows; how many buckets have pairs that were not compared, and how many those are."""
    from filters.kernels import hamming

    keys, hashes, rows = entries
    starts = _starts(keys)
    first, second = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    parents = np.empty(np.diff(starts).max(initial=0), np.int64)
    count, large, left_out = hamming.near(hashes, starts, distance, MOST_COMPARED, parents, first, second)
    return np.sort(np.stack([rows[first[:count]], rows[second[:count]]], axis=1), axis=1), int(large), int(left_out)


def _sifted(search: Search, equal: Sequence[str], near: Sequence[str], how: Runtime) -> list[str]:
    """The edges between equal hashes that are near another one."""
    tasks = []
    for path in equal:
        target = search.path("edges", f"sifted-{path.rsplit('/', 1)[-1]}")
        key = storage.fingerprint([search.key, "sifted", path.rsplit("/", 1)[-1], len(near)])
        tasks.append(Task(manifest_of(target), key, 0, SiftJob(path, tuple(near), target)))
    run("dedup: simhash pairs", tasks, sift, how)
    return [task.job.target for task in tasks]


def sift(job: SiftJob) -> dict[str, Any]:
    """Keep the edges between equal hashes whose first document is in one between different hashes."""
    each = (np.unique(batch.column("row").to_numpy()) for batch in tables.batches(job.equal, ["row"]))
    firsts = np.unique(np.concatenate([np.empty(0, np.int64), *each]))
    kept = np.zeros(len(firsts), np.bool_)
    for path in job.near if len(firsts) else ():
        for batch in tables.batches(path):
            for column in batch.columns:
                rows = column.to_numpy()
                places = np.minimum(np.searchsorted(firsts, rows), len(firsts) - 1)
                kept[places[firsts[places] == rows]] = True
    near = pa.array(firsts[kept])
    with tables.writing(job.target, EDGES) as (writer, outputs):
        for batch in tables.batches(job.equal):
            writer.write(batch.filter(pc.is_in(batch.column("row"), near)))
    told = storage.read_json(manifest_of(job.equal))
    return {"edges": outputs[0].rows, "unsigned": told["unsigned"], "files": [outputs[0].record()]}
