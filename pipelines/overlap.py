"""How much of each source, or of each language, has a copy in each of the others: from the clusters, never from a text.

A copy is another document of the same cluster. All documents that were compared count, also those that a filter drops:
what two sources have in common does not depend on limits.

Memory is that of `PER_PART` members of clusters, about 300 MB, however many there are. Members go through one file in
the system's folder for temporary files, 32 bytes a member before compression; nothing is written in the work folder.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines import exchange, tables
from pipelines.shards import Shard

By = Literal["source", "language"]

PER_PART = 1_000_000
"""Members of clusters that are looked at together."""

AT_ONCE = 250_000
"""Members that are read together, and pairs of them that are made at once."""

UNKNOWN = ""
"""In the place of the code of a document whose language is not known."""

OVERLAP = pa.schema([("source", pa.string()), ("other", pa.string()), ("documents", pa.int64()), ("bytes", pa.int64())])
"""Documents and bytes of stored text of `source` that have a copy in `other`; where both are the same, that have
another copy there. Rows without any are left out. By language, both are codes of languages."""

SIZES = pa.schema([("source", pa.string()), ("documents", pa.int64()), ("bytes", pa.int64())])
"""Documents that hold text, and its bytes, by source or language."""

_MEMBERS = pa.schema([("cluster", pa.int64()), ("place", pa.int64()), ("documents", pa.int64()), ("bytes", pa.int64())])
"""Documents and bytes of one cluster in one source or language; `place` is that in a list of their names."""

Ints = np.ndarray[Any, np.dtype[np.int64]]


def shared(work: str, shards: Sequence[Shard], clusters: str, *, by: By = "source") -> pa.Table:
    """What each source, or language, has in common with each: OVERLAP, sorted by its names.

    `shards` are in the order of `shards_of`; `clusters` is the path of the table of clusters (`pipelines.clusters`),
    which is sorted by row and whose last column is the cluster.
    Raises FileNotFoundError when there is none.
    """
    places: dict[str, int] = {}
    parts = max(1, -(-sum(tables.group_rows(clusters)) // PER_PART))
    found: list[pa.Table] = []
    with tempfile.TemporaryDirectory(prefix="roots-overlap-") as folder:
        groups = (_split(members, parts) for members in _members(work, shards, clusters, by, places))
        written = exchange.write(f"{folder}/members.arrow", _MEMBERS, groups)
        listing = exchange.listing(f"{folder}/listing.json", [written])
        for part in range(parts):
            found.append(_pairs(exchange.read(listing, str(part), _MEMBERS)))
            found = [_summed(pa.concat_tables(found), ["source", "other"])]
    return _named(found[0], places, OVERLAP)


def sizes(work: str, shards: Sequence[Shard], *, by: By = "source") -> pa.Table:
    """What each source, or language, holds in all: SIZES, sorted by name."""
    places: dict[str, int] = {}
    found: list[pa.Table] = []
    for shard in shards:
        place, size = _measured(work, shard, by, places)
        some = {"source": place, "documents": (size > 0).astype(np.int64), "bytes": size}
        found = [_summed(pa.concat_tables([*found, pa.table(some)]), ["source"])]
    return _named(found[0], places, SIZES) if found else SIZES.empty_table()


def _members(work: str, shards: Sequence[Shard], clusters: str, by: By, places: dict[str, int]) -> Iterator[pa.Table]:
    """The members of clusters as _MEMBERS, some at a time; `places` learns the names."""
    firsts = np.array([shard.first for shard in shards], dtype=np.int64)
    measured: dict[int, tuple[Ints, Ints]] = {}
    for rows, numbers in _batches(clusters):
        holders = np.searchsorted(firsts, rows, side="right") - 1
        place, size = np.empty_like(rows), np.empty_like(rows)
        for holder in np.unique(holders).tolist():
            if holder not in measured:
                # Rows are sorted: no earlier shard comes again.
                measured = {holder: _measured(work, shards[holder], by, places)}
            mine = holders == holder
            local = rows[mine] - shards[holder].first
            place[mine], size[mine] = (column[local] for column in measured[holder])
        ones = np.ones_like(rows)
        found = pa.table([numbers, place, ones, size], schema=_MEMBERS)
        yield _summed(found, ["cluster", "place"])


def _batches(clusters: str) -> Iterator[tuple[Ints, Ints]]:
    """Rows and their clusters' numbers, [members] each, AT_ONCE or a little more at a time."""
    column = tables.schema(clusters).names[-1]
    held: list[pa.RecordBatch] = []
    waiting = 0
    for batch in tables.batches(clusters, ["row", column]):
        held.append(batch)
        waiting += batch.num_rows
        if waiting >= AT_ONCE:
            yield _columns(held, column)
            held, waiting = [], 0
    if held:
        yield _columns(held, column)


def _columns(batches: Sequence[pa.RecordBatch], column: str) -> tuple[Ints, Ints]:
    whole = pa.Table.from_batches(batches)
    return whole.column("row").to_numpy(), whole.column(column).to_numpy()


def _measured(work: str, shard: Shard, by: By, places: dict[str, int]) -> tuple[Ints, Ints]:
    """The place of each document's source or language, and the bytes of its text, [rows] each."""
    if by == "source":
        size = tables.read(shard.path(work, "measures"), ["bytes"]).column("bytes").to_numpy()
        return np.full(len(size), places.setdefault(shard.source, len(places)), dtype=np.int64), size
    read = tables.read(shard.path(work, "measures"), ["bytes", "lang"])
    langs = pc.fill_null(read.column("lang"), UNKNOWN).combine_chunks().dictionary_encode()
    known = [places.setdefault(name, len(places)) for name in langs.dictionary.to_pylist()]
    return np.array(known, dtype=np.int64)[langs.indices.to_numpy()], read.column("bytes").to_numpy()


def _split(members: pa.Table, parts: int) -> dict[str, pa.Table]:
    """Members by the number of the part that their cluster belongs to."""
    part = members.column("cluster").to_numpy() % parts
    order = np.argsort(part, kind="stable")
    ordered, numbers = members.take(pa.array(order)), part[order]
    starts = np.flatnonzero(np.concatenate(([True], numbers[1:] != numbers[:-1])))
    ends = [*starts[1:].tolist(), len(numbers)]
    return {
        str(numbers[start]): ordered.slice(start, end - start) for start, end in zip(starts.tolist(), ends, strict=True)
    }


def _pairs(members: pa.Table) -> pa.Table:
    """What the sources of each cluster have in common, summed over the clusters; names are still places."""
    whole = _summed(members, ["cluster", "place"]).sort_by([("cluster", "ascending"), ("place", "ascending")])
    cluster, place, documents, size = (whole.column(name).to_numpy() for name in _MEMBERS.names)
    starts = np.flatnonzero(np.concatenate(([True], cluster[1:] != cluster[:-1])))[: len(cluster)]
    width = np.diff(np.append(starts, len(cluster)))  # [clusters] sources of each
    partners, first = np.repeat(width, width), np.repeat(starts, width)  # [members]
    ends = np.cumsum(partners)
    found = [_summed(_lines(np.empty(0, np.int64), *[np.empty(0, np.int64)] * 3), ["source", "other"])]
    low = 0
    while low < len(cluster):
        before = ends[low] - partners[low]
        high = max(low + 1, int(np.searchsorted(ends, before + AT_ONCE, side="right")))
        one = np.repeat(np.arange(low, high), partners[low:high])
        skipped = np.repeat(ends[low:high] - partners[low:high] - before, partners[low:high])
        other = first[one] + np.arange(len(one)) - skipped
        kept = (one != other) | (documents[one] > 1)
        one, other = one[kept], other[kept]
        found.append(_lines(place[one], place[other], documents[one], size[one]))
        found = [_summed(pa.concat_tables(found), ["source", "other"])]
        low = high
    return found[0]


def _lines(source: Ints, other: Ints, documents: Ints, size: Ints) -> pa.Table:
    return pa.table({"source": source, "other": other, "documents": documents, "bytes": size})


def _summed(table: pa.Table, keys: Sequence[str]) -> pa.Table:
    """Documents and bytes summed for each combination of the keys."""
    summed = table.group_by(list(keys), use_threads=False).aggregate([("documents", "sum"), ("bytes", "sum")])
    return summed.rename_columns([name.removesuffix("_sum") for name in summed.column_names])


def _named(table: pa.Table, places: Mapping[str, int], schema: pa.Schema) -> pa.Table:
    """The table with names instead of places, sorted by them."""
    names = pa.array(list(places), pa.string())
    keys = [name for name in schema.names if name in ("source", "other")]
    for name in keys:
        column = table.schema.get_field_index(name)
        table = table.set_column(column, name, names.take(table.column(name).combine_chunks()))
    return table.select(schema.names).cast(schema).sort_by([(name, "ascending") for name in keys])
