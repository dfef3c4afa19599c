"""Beside a token shard, row for row with its sequences: which document each is, and what makes it cheap to keep.

`<prefix>.ids.parquet` holds the document's `id` and `source`, `text_hash`, the blake2b-128 of its text in UTF-8, and
`tokens`, its length with the token that ends it. The tokens of a document follow from its text and the tokenizer, so a
shard that is made again takes from the old one what has the same hash (`Spans`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipelines import tables
from pipelines.tables import Output
from roots.megatron import Index, Integers

ENDING = ".ids.parquet"
"""What follows the prefix of the shard."""

IDS = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("source", pa.string(), nullable=False),
        pa.field("text_hash", pa.binary(16), nullable=False),
        pa.field("tokens", pa.int32(), nullable=False),
    ]
)

Rows = npt.NDArray[np.int64]


def text_hashes(texts: Iterable[str]) -> list[bytes]:
    """The hash of each text: of the same bytes as `catalog.document.content_hash`."""
    return [blake2b(text.encode(), digest_size=16).digest() for text in texts]


def rows_of(batch: pa.RecordBatch, hashes: Sequence[bytes], lengths: Integers) -> pa.RecordBatch:
    """The rows for documents of these hashes and lengths, end tokens not counted; a document of 0 tokens has none."""
    columns = [
        batch.column("id"),
        batch.column("source"),
        pa.array(hashes, pa.binary(16)),
        pa.array(lengths + 1, pa.int32()),
    ]
    columns[:2] = [column.cast(pa.string()) for column in columns[:2]]
    return pa.RecordBatch.from_arrays(columns, schema=IDS).filter(pa.array(lengths > 0))


def write(path: str, batches: Iterable[pa.RecordBatch]) -> tuple[Output, dict[str, list[int]]]:
    """Write rows as a table that depends on them alone; also documents and tokens of each source.

    Memory: that of a row group.
    """
    counts: dict[str, list[int]] = {}
    with tables.writing(path, IDS) as (writer, outputs):
        for batch in _regular(batches):
            writer.write(batch)
            count(batch, counts)
    return outputs[0], counts


def count(batch: pa.RecordBatch, counts: dict[str, list[int]]) -> None:
    """Add documents and tokens of each source, in this order, to what was counted."""
    by_source = pa.Table.from_batches([batch]).group_by("source")
    for row in by_source.aggregate([([], "count_all"), ("tokens", "sum")]).to_pylist():
        mine = counts.setdefault(row["source"], [0, 0])
        mine[0] += row["count_all"]
        mine[1] += row["tokens_sum"]


def part(path: str, start: int, stop: int) -> Iterator[pa.RecordBatch]:
    """Rows `start` up to `stop` of a table; only the row groups that hold them are read."""
    ends = np.cumsum([0, *tables.group_rows(path)], dtype=np.int64)  # [groups + 1]
    first = max(0, int(np.searchsorted(ends, start, side="right")) - 1)
    last = int(np.searchsorted(ends, stop, side="left"))
    at = int(ends[first])
    for batch in tables.batches(path, groups=range(first, last)) if start < stop else ():
        low, high = max(start - at, 0), min(stop - at, batch.num_rows)
        yield batch.slice(low, high - low)
        at += batch.num_rows


def _regular(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """The same rows in batches of `tables.ROW_GROUP`, so that a file does not show how they came."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(each.num_rows for each in held) < tables.ROW_GROUP:
            continue
        table = pa.Table.from_batches(held).combine_chunks()
        whole = table.num_rows - table.num_rows % tables.ROW_GROUP
        yield from table.slice(0, whole).to_batches(max_chunksize=tables.ROW_GROUP)
        held = table.slice(whole).to_batches()
    if held:
        yield from pa.Table.from_batches(held).combine_chunks().to_batches()


@dataclass(frozen=True, eq=False)
class Spans:
    """The documents of a token shard by the hash of their texts. Memory: 44 bytes a document, the index included."""

    index: Index
    first: npt.NDArray[np.uint64]  # [documents] first half of each hash, sorted
    second: npt.NDArray[np.uint64]  # [documents] the other half
    order: Rows  # [documents] row of the side index

    @classmethod
    def read(cls, prefix: str) -> "Spans":
        """Read the index and the hashes beside it."""
        index = Index.read(prefix)
        halves = np.concatenate(
            [np.zeros((0, 2), np.uint64)]
            + [_halves(batch.column(0)) for batch in tables.batches(f"{prefix}{ENDING}", ["text_hash"])]
        )
        order = np.argsort(halves[:, 0], kind="stable")
        return cls(index, halves[order, 0], halves[order, 1], order)

    def rows(self, hashes: Sequence[bytes]) -> Rows:
        """Where the document with each of these hashes stands, [hashes]; -1 where there is none."""
        wanted = _halves(pa.array(hashes, pa.binary(16)))
        found = np.full(len(wanted), -1, np.int64)
        low = np.searchsorted(self.first, wanted[:, 0])
        # Two texts share 64 bits of their hashes hardly ever; then the ones behind are not looked at, and encoded anew.
        there = low < len(self.first)
        at = low[there]
        same = (self.first[at] == wanted[there, 0]) & (self.second[at] == wanted[there, 1])
        found[there] = np.where(same, self.order[at], -1)
        return found

    def tokens(self, rows: Rows) -> list[Integers]:
        """The tokens of documents, without the one that ends each; those that lie side by side are read in one go."""
        found: list[Integers] = []
        breaks = np.flatnonzero(np.diff(rows) != 1) + 1
        for run in np.split(rows, breaks) if len(rows) else []:
            starts = self.index.places[run] // self.index.dtype.itemsize
            stops = starts + self.index.lengths[run]
            tokens = self.index.part(int(starts[0]), int(stops[-1]))
            found += [tokens[a:b] for a, b in zip(starts - starts[0], stops - starts[0] - 1, strict=True)]
        return found


@lru_cache(maxsize=1)
def spans(prefix: str, sha256: str) -> Spans:
    """The documents of a shard, read once per process and version: the SHA-256 of its tokens."""
    return Spans.read(prefix)


def _halves(hashes: pa.Array) -> npt.NDArray[np.uint64]:
    """Hashes as two numbers each, [hashes, 2]."""
    fixed = pc.fill_null(hashes, bytes(16)) if hashes.null_count else hashes
    data = np.frombuffer(fixed.buffers()[1], np.uint8)[fixed.offset * 16 : (fixed.offset + len(fixed)) * 16]
    return np.frombuffer(data.tobytes(), "<u8").reshape(-1, 2)
