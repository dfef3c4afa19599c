"""The tasks of which a comparison of pairs by their texts is made: spread the pairs, send the shingles, compare.

A partition holds the sets of its firsts, the lower rows of its pairs, as many at a time as there is room for, and reads
the others past them. A set is cut into stretches, which are written and read one by one: what two sets share is the sum
of what their stretches do. So neither a page of any length nor a million copies of one page takes more room.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from filters.resemblance import Sets, count, histogram, jaccard
from filters.signing import MinHash
from pipelines import exchange, tables, texts
from pipelines.search import EDGES
from pipelines.shards import Shard

SETS = pa.schema([("row", pa.int64()), ("size", pa.int64()), ("hashes", pa.list_(pa.uint64()))])
"""A stretch of the shingle hashes of a document, ascending; `size` is how many it has in all."""

STRETCH = 250_000
"""Hashes of a stretch, 2 MB."""

TOGETHER = 1_000_000
"""Hashes that are written and read together, 8 MB."""

PAIRS = 400_000
"""Pairs that are put in order together: 6 MB, and some 50 while they are."""

REACH = 1 << 20
"""The pairs of one first are in one partition when their others are among so many rows: of a page with a hundred
million copies no partition has more pairs than that."""

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class SpreadJob:
    """Spread the pairs of one file over partitions, and note for each block of all `rows` what it has to send where."""

    edges: str
    rows: int
    partitions: int
    blocks: int
    target: str


@dataclass(frozen=True)
class ShinglesJob:
    """Send the shingle hashes of a shard's documents to the partitions that need them.

    `notes` is a listing, and the names in it of the blocks that the shard's rows are in.
    """

    work: str
    shard: Shard
    how: MinHash
    notes: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class CompareJob:
    """Compare the pairs of one partition, given the listings of pairs and of sets, in a room in bytes."""

    listings: tuple[str, str]
    partition: int
    verify: float
    room: int
    target: str


class Stretches(NamedTuple):
    """Stretches of sets: the row and the whole size of the set of each, and their hashes."""

    rows: Rows
    sizes: Rows
    sets: Sets


def spread(job: SpreadJob) -> dict[str, Any]:
    """Map: the pairs of a file by partition, and by block which row has to send its shingles where."""
    return exchange.write(job.target, EDGES, _spread(job))


def _spread(job: SpreadJob) -> Iterator[Mapping[str, pa.Table]]:
    for pairs in _pairs(tables.batches(job.edges)):
        parts = part_of(pairs, job.partitions)
        yield _split(pairs, parts, "pairs")
        for place in (0, 1):
            notes = distinct(np.stack([pairs[:, place], parts * 2 + place], axis=1))
            yield _split(notes, block_of(notes[:, 0], job.rows, job.blocks), "notes")


def _pairs(batches: Iterator[pa.RecordBatch]) -> Iterator[Rows]:
    """Pairs of rows, [pairs, 2] and each once, about PAIRS at a time."""
    held: list[Rows] = []
    for batch in batches:
        held.append(np.stack([batch.column(name).to_numpy() for name in EDGES.names], axis=1))
        if sum(map(len, held)) >= PAIRS:
            yield distinct(np.concatenate(held))
            held = []
    if held:
        yield distinct(np.concatenate(held))


def distinct(pairs: Rows) -> Rows:
    """Pairs in ascending order, each once: [pairs, 2].

    >>> distinct(np.array([[2, 1], [1, 5], [2, 1]])).tolist()
    [[1, 5], [2, 1]]
    """
    ordered = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    new = np.ones(len(ordered), np.bool_)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    return ordered[new]


def part_of(pairs: Rows, partitions: int) -> Rows:
    """The partition of each pair, by its first and by which REACH of rows its other is in: [pairs] int64."""
    first, far = pairs[:, 0].astype(np.uint64), (pairs[:, 1] // REACH).astype(np.uint64)
    mixed = first * np.uint64(0x9E3779B97F4A7C15) + far * np.uint64(0xD6E8FEB86659FD93)
    mixed = (mixed ^ mixed >> np.uint64(32)) * np.uint64(0xD6E8FEB86659FD93)
    parts: Rows = (mixed >> np.uint64(32)).astype(np.int64) % partitions
    return parts


def block_of(rows: Rows, total: int, blocks: int) -> Rows:
    """The block of each row number, where all rows are cut into so many blocks: [rows] int64.

    >>> block_of(np.array([0, 4, 9]), 10, 3).tolist()
    [0, 1, 2]
    """
    return rows // -(-max(total, 1) // blocks)


def _split(pairs: Rows, parts: Rows, name: str) -> dict[str, pa.Table]:
    """Pairs as tables, by part."""
    order = np.argsort(parts, kind="stable")
    found, starts = np.unique(parts[order], return_index=True)
    return {
        f"{name}-{part}": pa.table({"row": some[:, 0], "other": some[:, 1]}, schema=EDGES)
        for part, some in zip(found.tolist(), np.split(pairs[order], starts[1:]), strict=True)
    }


def send(job: ShinglesJob) -> dict[str, Any]:
    """Map: the shingle hashes of the documents of a shard that are in a pair, by partition and by place in the pair."""
    notes = _notes(job)
    return exchange.write(job.target, SETS, _sent(job, notes))


def _notes(job: ShinglesJob) -> Rows:
    """Which rows of the shard go where: [notes, 2], the row, and twice the partition plus the place in the pair."""
    listing, *blocks = job.notes
    found = np.empty((0, 2), np.int64)
    for block in blocks:
        for notes in _pairs(exchange.batches(listing, block)):
            own = (notes[:, 0] >= job.shard.first) & (notes[:, 0] < job.shard.first + job.shard.rows)
            found = distinct(np.concatenate([found, notes[own]]))
    return found


def _sent(job: ShinglesJob, notes: Rows) -> Iterator[Mapping[str, pa.Table]]:
    from filters.minhash_batch import shingle_texts

    wanted = np.unique(notes[:, 0]) - job.shard.first
    for places, some in texts.stored(job.work, job.shard, wanted) if len(wanted) else ():
        for table in stretches(places + job.shard.first, shingle_texts(some, job.how)):
            rows = table.column("row").to_numpy()
            low, high = np.searchsorted(notes[:, 0], [rows[0], rows[-1] + 1])
            near = notes[low:high]
            for part in np.unique(near[:, 1]).tolist():
                mine = np.isin(rows, near[near[:, 1] == part, 0])
                yield {f"{'others' if part % 2 else 'firsts'}-{part // 2}": table.filter(pa.array(mine))}


def stretches(rows: Rows, sets: pa.Array) -> Iterator[pa.Table]:
    """Sets of hashes, list<uint64> or null, cut into stretches, some at a time: tables of the schema SETS."""
    there = sets.is_valid().to_numpy(zero_copy_only=False)
    rows, sets = rows[there], sets.drop_null()
    sizes = sets.value_lengths().to_numpy()
    starts = np.cumsum([0, *sizes])
    cuts = [np.arange(start, end, STRETCH) for start, end in pairwise(starts)]
    if not len(cuts):
        return
    owner = np.repeat(np.arange(len(rows)), [len(each) for each in cuts])
    values, bounds = sets.flatten(), np.append(np.concatenate(cuts), starts[-1])  # [stretches + 1]
    begin = 0
    while begin < len(owner):
        end = max(begin + 1, int(np.searchsorted(bounds, bounds[begin] + TOGETHER, side="right")) - 1)
        offsets = (bounds[begin : end + 1] - bounds[begin]).astype(np.int32)
        lists = pa.ListArray.from_arrays(pa.array(offsets), values.slice(bounds[begin], offsets[-1]))
        mine = owner[begin:end]
        yield pa.table({"row": rows[mine], "size": sizes[mine].astype(np.int64), "hashes": lists}, schema=SETS)
        begin = end


def compare(job: CompareJob) -> dict[str, Any]:
    """Reduce: the pairs of a partition that are similar enough."""
    pairs = np.concatenate(
        [np.empty((0, 2), np.int64), *_pairs(exchange.batches(job.listings[0], f"pairs-{job.partition}"))]
    )
    pairs = distinct(pairs)
    similar = _similarities(job, pairs)
    stay = similar >= job.verify
    table = pa.table({"row": pairs[stay, 0], "other": pairs[stay, 1]}, schema=EDGES)
    output = tables.write(job.target, table)
    return {
        "compared": len(pairs),
        "verified": int(stay.sum()),
        "refused": int((~stay).sum()),
        "similarities": histogram(similar),
        "files": [output.record()],
    }


def _similarities(job: CompareJob, pairs: Rows) -> npt.NDArray[np.float64]:
    """The Jaccard similarity of each pair; 0 where a text has no shingle."""
    by_other = np.argsort(pairs[:, 1], kind="stable")
    others_ordered = pairs[by_other, 1]
    first_sizes, other_sizes, shared = (np.zeros(len(pairs), np.int64) for _ in range(3))
    for firsts in _firsts(job):
        held, at = _ranges(pairs[:, 0], firsts.rows)
        first_sizes[at] = firsts.sizes[held]
        place = np.full(len(pairs), -1)
        place[at] = held
        for batch in exchange.batches(job.listings[1], f"others-{job.partition}"):
            others = _stretches(batch)
            which, ordered = _ranges(others_ordered, others.rows)
            here = by_other[ordered]
            other_sizes[here] = others.sizes[which]
            which, here = which[place[here] >= 0], here[place[here] >= 0]
            both = np.stack([place[here], which], axis=1)
            np.add.at(shared, here, count(firsts.sets, others.sets, both))
    return jaccard(shared, first_sizes, other_sizes)


def _firsts(job: CompareJob) -> Iterator[Stretches]:
    """The sets of the firsts of a partition, as many at a time as a quarter of the room holds.

    They are held twice for a moment, when they are put together.
    """
    held: list[pa.RecordBatch] = []
    size = 0
    for batch in exchange.batches(job.listings[1], f"firsts-{job.partition}"):
        if held and size + batch.nbytes > job.room // 4:
            yield _joined(held)
            held, size = [], 0
        held.append(batch)
        size += batch.nbytes
    if held:
        yield _joined(held)


def _joined(batches: list[pa.RecordBatch]) -> Stretches:
    """Batches as one, with the stretches of a document that follow each other as one."""
    each = [_stretches(batch) for batch in batches]
    rows, sizes = np.concatenate([one.rows for one in each]), np.concatenate([one.sizes for one in each])
    lengths = np.concatenate([np.diff(one.sets.starts) for one in each])
    hashes = np.concatenate([one.sets.hashes for one in each])
    new = np.flatnonzero(np.append(True, rows[1:] != rows[:-1]))
    starts = np.append(np.cumsum([0, *lengths])[new], len(hashes))
    return Stretches(rows[new], sizes[new], Sets(hashes, starts))


def _stretches(batch: pa.RecordBatch) -> Stretches:
    lists = batch.column("hashes")
    starts = lists.offsets.to_numpy().astype(np.int64)
    rows, sizes = (batch.column(name).to_numpy() for name in ("row", "size"))
    return Stretches(rows, sizes, Sets(lists.values.to_numpy(), starts))


def _ranges(ordered: Rows, wanted: Rows) -> tuple[Rows, Rows]:
    """Where each of the wanted values stands in ordered ones: the place of it among the wanted, and where it stands.

    >>> [found.tolist() for found in _ranges(np.array([3, 3, 7]), np.array([3, 5, 7]))]
    [[0, 0, 2], [0, 1, 2]]
    """
    low, high = np.searchsorted(ordered, wanted, "left"), np.searchsorted(ordered, wanted, "right")
    which = np.repeat(np.arange(len(wanted)), high - low)
    before = np.cumsum(high - low) - (high - low)
    return which, np.arange(len(which)) - before[which] + low[which]
