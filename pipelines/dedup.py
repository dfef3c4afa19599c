"""Near duplicates over all sources: band hashes exchanged through files, edges, connected components.

Only hashes and row numbers travel, never text. A document's row number is its position in the signature tables
of all shards, one after the other in the order of their names. Documents that share one band hash, inside the
chosen scope, are candidates; the components of all such pairs are the clusters. What is kept of a cluster is
decided in judging, among the documents that passed their filters.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pyarrow as pa

from filters.minhash import BANDS
from pipelines import exchange, storage, tables
from pipelines.components import components
from pipelines.run import Runtime, run
from pipelines.shards import Shard
from pipelines.task import Task, discard_others, finished, manifest_of, with_manifests

VERSION = 1
"""Of what deduplication makes of the same signatures."""

Scope = Literal["source", "language", "all"]
SCOPES: tuple[str, ...] = get_args(Scope)

ENTRIES_PER_PARTITION = 4_000_000
"""Band entries (16 bytes each) that one reduce task holds: about 64 MB, three times that while it sorts."""

ENTRIES = pa.schema([pa.field("hash", pa.uint64()), pa.field("row", pa.int64())])
EDGES = pa.schema([pa.field("row", pa.int64()), pa.field("other", pa.int64())])
CLUSTERS = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("cluster", pa.string(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),
    ]
)
"""Members of clusters of two and more, by row; `cluster` is the lowest id in it."""


@dataclass(frozen=True)
class Search:
    """One search for duplicates: the folder, its shards, the scope, the number of partitions, the key of it all."""

    work: str
    shards: tuple[Shard, ...]
    scope: str
    partitions: int
    key: str

    def edges(self) -> tuple[str, ...]:
        """Where the edges of each partition go."""
        folder = storage.join(self.work, "dedup", "edges")
        return tuple(storage.join(folder, f"part-{n:05d}.{self.key}.parquet") for n in range(self.partitions))


@dataclass(frozen=True)
class MapJob:
    """Spread one shard's band entries over the partitions."""

    work: str
    shard: Shard
    scope: str
    partitions: int
    target: str


@dataclass(frozen=True)
class ReduceJob:
    """Find the edges among the band entries of one partition."""

    listing: str
    partition: int
    target: str


@dataclass(frozen=True)
class JoinJob:
    """Join all edges to clusters."""

    work: str
    shards: tuple[Shard, ...]
    edges: tuple[str, ...]
    target: str


def dedup(work: str, shards: Sequence[Shard], scope: str, how: Runtime) -> str:
    """Find the clusters of near duplicates; returns the path of the clusters' table."""
    partitions = max(1, -(-sum(shard.rows for shard in shards) * BANDS // ENTRIES_PER_PARTITION))
    state = [VERSION, scope, partitions, [[shard.source, shard.stem, shard.rows] for shard in shards]]
    search = Search(work, tuple(shards), scope, partitions, storage.fingerprint(state))
    folder = storage.join(work, "dedup")
    target = storage.join(folder, "clusters", f"clusters.{search.key}.parquet")
    final = Task(manifest_of(target), search.key, 0, JoinJob(work, search.shards, search.edges(), target))
    if finished(final) is None:
        _find_edges(search, how)
    run("dedup: clusters", [final], join, Runtime())
    storage.remove(storage.join(folder, "exchange"))
    discard_others(storage.join(folder, "edges"), with_manifests(search.edges()))
    discard_others(storage.join(folder, "clusters"), with_manifests([target]))
    return target


def _find_edges(search: Search, how: Runtime) -> None:
    folder = storage.join(search.work, "dedup", "exchange")
    maps = []
    for shard in search.shards:
        target = storage.join(folder, f"{shard.source}.{shard.stem}.{search.key}.arrow")
        job = MapJob(search.work, shard, search.scope, search.partitions, target)
        maps.append(Task(manifest_of(target), search.key, shard.sizes.get("signatures", 0), job))
    written = run("dedup: bands", maps, spread, how)
    listing = exchange.listing(storage.join(folder, f"listing.{search.key}.json"), written)
    size = sum(shard.rows for shard in search.shards) * BANDS * 16 // search.partitions
    reduces = [
        Task(manifest_of(path), search.key, size, ReduceJob(listing, number, path))
        for number, path in enumerate(search.edges())
    ]
    run("dedup: edges", reduces, gather, how)


def spread(job: MapJob) -> dict[str, Any]:
    """Map: one shard's band entries, by partition."""
    bands = _bands(tables.read(job.shard.path(job.work, "signatures"), ["bands"]).column("bands").combine_chunks())
    present = np.flatnonzero(bands.any(axis=1))  # [rows] of texts that have a signature
    hashes = bands[present]  # [texts, bands] uint64
    if job.scope == "language":
        langs = tables.read(job.shard.path(job.work, "measures"), ["lang"]).column("lang").to_pylist()
        hashes = hashes ^ _salts([langs[row] for row in present])[:, None]
    elif job.scope == "source":
        hashes = hashes ^ _salts([job.shard.source])[0]
    rows = np.repeat(present + job.shard.first, BANDS)
    flat = hashes.ravel()
    parts = (flat % np.uint64(job.partitions)).astype(np.int64)
    split = {
        str(part): pa.table({"hash": flat[parts == part], "row": rows[parts == part]}, schema=ENTRIES)
        for part in np.unique(parts)
    }
    return exchange.write(job.target, ENTRIES, [split])


def _bands(column: pa.Array) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """Band hashes as [rows, bands] uint64, zeros where there is no signature."""
    values = np.zeros((len(column), BANDS), dtype=np.uint64)
    valid = column.is_valid().to_numpy(zero_copy_only=False)
    values[valid] = column.drop_null().flatten().to_numpy().reshape(-1, BANDS)
    return values


def _salts(names: Sequence[str | None]) -> np.ndarray[Any, np.dtype[np.uint64]]:
    """A 64-bit hash of each name, to keep scopes apart."""
    known = {name: int(storage.fingerprint(name), 16) for name in set(names)}
    return np.array([known[name] for name in names], dtype=np.uint64)


def gather(job: ReduceJob) -> dict[str, Any]:
    """Reduce: edges between each first row of a band hash and the others that have it."""
    entries = exchange.read(job.listing, str(job.partition), ENTRIES)
    hashes = entries.column("hash").to_numpy()
    rows = entries.column("row").to_numpy()
    order = np.lexsort((rows, hashes))
    hashes, rows = hashes[order], rows[order]
    same = np.flatnonzero(hashes[1:] == hashes[:-1]) + 1  # positions that repeat the hash before them
    starts = np.flatnonzero(np.concatenate(([True], hashes[1:] != hashes[:-1]))) if len(hashes) else same
    first = rows[starts[np.searchsorted(starts, same, side="right") - 1]] if len(same) else rows[:0]
    pairs = np.unique(np.stack([first, rows[same]], axis=1), axis=0)  # [edges, 2]
    output = tables.write(job.target, pa.table({"row": pairs[:, 0], "other": pairs[:, 1]}, schema=EDGES))
    return {"edges": len(pairs), "files": [output.record()]}


def join(job: JoinJob) -> dict[str, Any]:
    """Join the edges to clusters and name their members."""
    edges = pa.concat_tables([tables.read(path) for path in job.edges])
    total = sum(shard.rows for shard in job.shards)
    label = components(edges.column("row").to_numpy(), edges.column("other").to_numpy(), total)
    members = np.unique(np.concatenate([edges.column("row").to_numpy(), edges.column("other").to_numpy()]))
    ids = _ids(job.work, job.shards, members)
    lowest: dict[int, str] = {}
    for row, name in zip(members, ids, strict=True):
        mark = int(label[row])
        lowest[mark] = min(name, lowest.get(mark, name))
    clusters = [lowest[int(label[row])] for row in members]
    output = tables.write(job.target, pa.table({"id": ids, "cluster": clusters, "row": members}, schema=CLUSTERS))
    return {"clusters": len(lowest), "members": len(members), "files": [output.record()]}


def _ids(work: str, shards: Sequence[Shard], rows: np.ndarray[Any, np.dtype[np.int64]]) -> list[str]:
    """The ids of documents given by row number, ascending."""
    found: list[str] = []
    for shard in shards:
        low, high = np.searchsorted(rows, [shard.first, shard.first + shard.rows])
        if high > low:
            column = tables.read(shard.path(work, "signatures"), ["id"]).column("id")
            found += column.take(pa.array(rows[low:high] - shard.first)).to_pylist()
    return found
