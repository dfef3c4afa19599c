"""Edges between documents that share a hash: a band of MinHash, the hash of the whole text, that of the address.

A map run, whose task is a shard, writes its hashes and row numbers by partition; a reduce run, whose task is a
partition, puts them into buckets in the order of rows and writes the edges. Hashes of 128 bits meet only when all of
their bits are equal. Scopes are kept apart by a salt: the hash of the source's uid, or of the document's language.

A map task holds `group` entries at a time, a reduce task the different hashes of its partition and of each at most
`largest_bucket` rows: a page that stands a million times costs no more.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipelines import exchange, storage, tables
from pipelines.plan import BASE, Phase, room
from pipelines.run import RunError, Runtime, run
from pipelines.search import COLUMN, EDGES, Search, Settings, salts, signatures
from pipelines.shards import Shard
from pipelines.task import Task, manifest_of, pending

Hashes = NDArray[np.uint64]
"""[entries, width] uint64: width is 1, or 2 for hashes of 128 bits."""

Rows = NDArray[np.int64]

HELD = 72
"""Bytes of memory for each entry of a group: as it is collected, put together and ordered by partition."""

GROUP = 1_000_000
"""Entries that a map task holds at a time, unless they would be too few for each partition."""

PER_BATCH = 4096
"""Entries for each partition that are written together, if memory allows it: fewer would make reading slow."""

PARTITION_BYTES = 64_000_000
"""Memory of a reduce task where there are few partitions: what is small is found fast."""

FEW = 64

SPARE = 16
"""Of a partition's table, one part in so many is kept for more entries than its share, for hashes fall by chance: with
a million entries, even a hundred to a hash, the standard deviation is a hundredth."""

LITTLE = 4096
"""Entries for which a table must have room, or else it is made larger: so they are never put in one by one."""

EDGE_BYTES = 16

MOST = 1 << 16
"""Partitions: the number of one is 16 bits."""

EDGES_AT_ONCE = 1 << 17
"""Edges that are written together: 2 MB."""

READING = 40_000_000
"""Bytes of a batch of entries as it is read, compressed and not, and of edges as they are written."""


@dataclass(frozen=True)
class MapJob:
    """Spread one shard's hashes over the partitions, `group` entries at a time."""

    work: str
    shard: Shard
    method: str
    settings: Settings
    partitions: int
    group: int
    target: str


@dataclass(frozen=True)
class ReduceJob:
    """Find the edges among the entries of one partition; about so many `entries` have different hashes.

    `largest`: as in Settings; 0: pairs are not verified, and one edge to each row of a bucket is enough. `unsigned`
    documents of all shards are counted in the manifest of the first partition.
    """

    listing: str
    partition: int
    method: str
    largest: int
    entries: int
    target: str
    unsigned: int = 0


def width(method: str) -> int:
    """How many times 64 bits a hash of this method has."""
    return 2 if method in ("exact", "url") else 1


def hashes_each(method: str, settings: Settings) -> int:
    """How many hashes a document has."""
    return settings.signing.minhash.bands if method == "minhash" else 1


def schema(method: str) -> pa.Schema:
    """Of entries: a hash of 64 bits, or the two halves of one of 128, and the row that has it."""
    names = ("hash", "low")[: width(method)]
    return pa.schema([*(pa.field(name, pa.uint64()) for name in names), pa.field("row", pa.int64())])


def edges(search: Search, method: str, how: Runtime) -> list[str]:
    """Find the edges of a method; the paths of their files (schema EDGES).

    Their manifests count documents without a signature (`unsigned`), buckets of which not all pairs are among the
    edges (`large_buckets`) and those pairs (`pairs_left_out`).
    """
    cut = Cut.of(method, search.shards, search.settings, how)
    key = storage.fingerprint([search.key, method, cut.partitions])
    folder = search.path("exchange", method)
    listing = storage.join(folder, f"listing.{key}.json")
    largest = _largest(method, search.settings)
    reduces = []
    for number in range(cut.partitions):
        path = search.path("edges", f"{method}-{number:05d}.{key}.parquet")
        job = ReduceJob(listing, number, method, largest, cut.entries, path)
        reduces.append(Task(manifest_of(path), key, cut.entries * cut.entry_bytes, job))
    if pending(reduces):
        _compile()
        maps = _maps(search, method, cut, (folder, key))
        written = run(f"dedup: {method} hashes", maps, spread, how)
        exchange.listing(listing, written)
        unsigned = sum(manifest["unsigned"] for manifest in written)
        reduces[0] = replace(reduces[0], job=replace(reduces[0].job, unsigned=unsigned))
    run(f"dedup: {method} edges", reduces, gather, how)
    storage.remove(folder)
    return [task.job.target for task in reduces]


def _largest(method: str, settings: Settings) -> int:
    """Rows of a bucket of which all pairs are wanted; 0: the pairs are not verified."""
    return settings.largest_bucket if method == "minhash" and settings.verify > 0 else 0


def _beside(method: str, settings: Settings) -> int:
    """Memory of a reduce task beside its table: the pairs of one row with a whole bucket are held together."""
    return READING + EDGE_BYTES * max(0, _largest(method, settings) - EDGES_AT_ONCE)


def _compile() -> None:
    """Have the kernel compiled, once, before workers ask for it side by side."""
    from filters.kernels import buckets

    buckets.warm()


def _maps(search: Search, method: str, cut: "Cut", where: tuple[str, str]) -> list[Task]:
    folder, key = where
    tasks = []
    for number, shard in enumerate(search.shards):
        target = storage.join(folder, f"{number:05d}.{key}.arrow")
        job = MapJob(search.work, shard, method, search.settings, cut.partitions, cut.group, target)
        tasks.append(Task(manifest_of(target), key, shard.sizes.get("signatures", 0), job))
    return tasks


@dataclass(frozen=True)
class Cut:
    """How the work on so many entries is divided: partitions, entries of each that there is room for, entries that a
    map task holds."""

    partitions: int
    entries: int
    group: int
    width: int

    @property
    def entry_bytes(self) -> int:
        """Of an entry in a file, before compression."""
        return 8 * self.width + 8

    @classmethod
    def of(cls, method: str, shards: Sequence[Shard], settings: Settings, how: Runtime) -> "Cut":
        """As few partitions as memory allows, but up to FEW of them where they would be large."""
        entries = sum(shard.rows for shard in shards) * hashes_each(method, settings)
        needed = (entries + entries // SPARE) * _table_bytes(width(method))
        usable = max(1, room(how.memory) - _beside(method, settings))
        least = -(-needed // usable)
        if least > MOST:
            memory = (BASE + _beside(method, settings) + -(-needed // MOST)) // 1_000_000 + 1
            raise RunError(
                f"--memory={how.memory // 1_000_000}MB: {sum(shard.rows for shard in shards):,} documents; at least "
                f"--memory={memory}MB is needed to divide their hashes into {MOST:,} partitions"
            )
        partitions = max(1, least, min(FEW, -(-needed // PARTITION_BYTES)))
        group = max(1, min(usable // HELD, max(GROUP, partitions * PER_BATCH)))
        return cls(partitions, -(-(entries + entries // SPARE) // partitions), group, width(method))


def _table_bytes(width: int) -> int:
    from filters.kernels import buckets

    return buckets.bytes_of(1000, width) // 1000


def spread(job: MapJob) -> dict[str, Any]:
    """Map: one shard's entries, by partition."""
    unsigned = 0

    def groups() -> Iterator[Mapping[str, pa.Table]]:
        nonlocal unsigned
        held: list[tuple[Hashes, NDArray[np.int64]]] = []
        count = 0
        for hashes, rows, missing in _entries(job):
            unsigned += missing
            held.append((hashes, rows))
            count += len(rows)
            if count >= job.group:
                yield _by_partition(held, job)
                held, count = [], 0
        if count:
            yield _by_partition(held, job)

    written = exchange.write(job.target, schema(job.method), groups())
    return {**written, "unsigned": unsigned}


def _entries(job: MapJob) -> Iterator[tuple[Hashes, Rows, int]]:
    """Hashes and rows of a shard, salted, some documents at a time; and how many documents have none."""
    method, column, each = job.method, COLUMN[job.method], hashes_each(job.method, job.settings)
    salt = salts(job.work, job.shard, job.settings.scope)
    start = 0
    for batch in signatures(job.work, job.shard, job.settings.signing, [column]):
        values = batch.column(column)
        present = np.flatnonzero(values.is_valid().to_numpy(zero_copy_only=False)) + start
        some = salt if len(salt) == 1 else salt[present]
        if method == "minhash":
            hashes = values.drop_null().flatten().to_numpy().reshape(-1, each) ^ some[:, :1]  # [documents, bands]
        elif method == "simhash":
            hashes = values.drop_null().to_numpy()[:, None] ^ some[:, :1]
        else:
            hashes = halves(values.drop_null()) ^ some
        yield (
            hashes.reshape(-1, width(method)),
            np.repeat(present + job.shard.first, each),
            batch.num_rows - len(present),
        )
        start += batch.num_rows


def halves(hashes: pa.Array) -> Hashes:
    """Hashes of 16 bytes, without nulls, as [hashes, 2] uint64; beside those of 8 bytes (SimHash) stand zeros.

    >>> halves(pa.array([bytes(15) + b"\\x01"], pa.binary(16))).tolist(), halves(pa.array([7], pa.uint64())).tolist()
    ([[0, 72057594037927936]], [[7, 0]])
    """
    if hashes.type == pa.uint64():
        return np.stack([hashes.to_numpy(), np.zeros(len(hashes), np.uint64)], axis=1)
    start = hashes.offset * 16
    return np.frombuffer(hashes.buffers()[1] or b"", "<u8", len(hashes) * 2, start).reshape(-1, 2)


def _by_partition(held: list[tuple[Hashes, Rows]], job: MapJob) -> dict[str, pa.Table]:
    """Some entries as a table for each partition, their rows ascending."""
    hashes = np.concatenate([hashes for hashes, _ in held])
    rows = np.concatenate([rows for _, rows in held])
    held.clear()
    parts = partition_of(hashes[:, 0], job.partitions)
    order = np.argsort(parts, kind="stable")
    ends = np.cumsum(np.bincount(parts, minlength=job.partitions))
    del parts
    names = schema(job.method)
    columns = [np.ascontiguousarray(part) for part in hashes[order].T]
    whole = pa.table([*columns, rows[order]], schema=names)
    starts = np.concatenate(([0], ends[:-1]))
    return {
        str(part): whole.slice(start, end - start)
        for part, (start, end) in enumerate(zip(starts.tolist(), ends.tolist(), strict=True))
        if end > start
    }


def partition_of(hashes: NDArray[np.uint64], partitions: int) -> NDArray[np.uint16]:
    """The partition of each hash, [hashes] uint16: all bits count, for who signs with few has the high ones empty.

    >>> partition_of(np.array([7, 7, 2**63], np.uint64), 1000).tolist()
    [326, 326, 500]
    """
    mixed = (hashes * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(32)  # the golden ratio, Knuth's multiplicative hash
    return ((mixed * np.uint64(partitions)) >> np.uint64(32)).astype(np.uint16)


def gather(job: ReduceJob) -> dict[str, Any]:
    """Reduce: the edges between the rows that share a hash."""
    from filters.kernels import buckets

    counts = np.zeros(5, np.int64)
    with tables.writing(job.target, EDGES) as (writer, outputs):
        for batch in _edges(job, counts):
            writer.write(batch)
    return {
        "edges": outputs[0].rows,
        "unsigned": job.unsigned,
        "large_buckets": int(counts[buckets.LARGE]),
        "pairs_left_out": int(counts[buckets.LEFT_OUT]),
        "files": [outputs[0].record()],
    }


def _edges(job: ReduceJob, counts: NDArray[np.int64]) -> Iterator[pa.RecordBatch]:
    """The edges of a partition, some at a time."""
    from filters.kernels import buckets

    held = buckets.table(job.entries, width(job.method))
    found = np.empty((max(EDGES_AT_ONCE, job.largest + 2), 2), np.int64)
    full = 0
    for batch in exchange.batches(job.listing, str(job.partition)):
        hashes = np.stack([column.to_numpy() for column in batch.columns[:-1]], axis=1)
        rows = batch.column("row").to_numpy()
        start = 0
        while start < len(rows):
            if buckets.room(held, counts) < min(LITTLE, len(rows) - start):
                held = buckets.grown(held, counts, LITTLE)
            stop = min(len(rows), start + buckets.room(held, counts))
            start, more = buckets.add(*held, counts, hashes[:stop], rows[:stop], start, job.largest, found[full:])
            full += more
            if start < stop:
                yield _batch(found[:full])
                full = 0
    yield _batch(found[:full])


def _batch(edges: Rows) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([pa.array(np.ascontiguousarray(part)) for part in edges.T], schema=EDGES)


def needs(method: str, shards: Sequence[Shard], settings: Settings, how: Runtime) -> list[Phase]:
    """What the two runs take, from the shards' rows alone.

    How many edges there will be is not known: disk is that of one for each hash, which takes as many documents with a
    copy as without; more than that only corpora need in which most pages stand many times.
    """
    cut = Cut.of(method, shards, settings, how)
    each = hashes_each(method, settings)
    entries = sum(shard.rows for shard in shards) * each
    largest = max((shard.rows for shard in shards), default=0) * each
    spreading = BASE + min(cut.group, largest) * HELD + READING
    gathering = BASE + cut.entries * _table_bytes(cut.width) + _beside(method, settings)
    exchanged = entries * cut.entry_bytes
    return [
        Phase(f"{method} hashes", len(shards), spreading, exchanged),
        Phase(f"{method} edges", cut.partitions, gathering, exchanged + entries * EDGE_BYTES),
    ]
