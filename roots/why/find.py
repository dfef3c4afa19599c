"""Documents of a work folder by the names that they have: id, the record's own id, address, content hash.

Columns of names are read and nothing else, 65,536 rows at a time: some 10 MB. Once a document is found by its id no
further shard is opened.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipelines import storage, tables
from pipelines.shards import Shard, shards_of
from pipelines.withhold import digest
from roots.folders import FolderError, manifests, opened
from roots.removals import HEX

AT_ONCE = 65_536
"""Rows of names that are compared at a time."""

NAMES = ("source_id", "url", "content_hash")
"""What a document may be called beside its id, in the order in which it is looked for."""


@dataclass(frozen=True)
class Shelf:
    """A shard of a work folder: its place, what curation says of it, its ledger and what judging says of it; None where
    it is not judged."""

    work: str
    shard: Shard
    curated: Mapping[str, Any] = field(hash=False)
    ledger: str | None = None
    judged: Mapping[str, Any] | None = field(default=None, hash=False)

    def path(self, table: str) -> str:
        """Where one of its tables is."""
        return self.shard.path(self.work, table)


@dataclass(frozen=True)
class Place:
    """Where a document is: its shard and its row there."""

    shelf: Shelf
    row: int


@dataclass(frozen=True)
class Found:
    """Documents that have a name, and which kind of name it is."""

    by: str
    places: Sequence[Place]


def shelves(work: str) -> list[Shelf]:
    """The shards of a work folder in their order. Raises FolderError where there are none."""
    opened(work)
    found = []
    for source in storage.names(work):
        curated = manifests(work, source, "documents")
        ledgers = _ledgers(work, source) if curated else {}
        for shard, manifest in zip(shards_of(curated), _ordered(curated), strict=True):
            path, judged = ledgers.get(shard.stem, (None, None))
            found.append(Shelf(work, shard, manifest, path, judged))
    if not found:
        raise FolderError(f"{work}: no documents are there; roots build and roots filter write them")
    return found


def _ordered(curated: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Manifests as `shards_of` orders them."""
    return sorted(curated, key=lambda manifest: (manifest["source"], manifest["input"], manifest["slice"]))


def _ledgers(work: str, source: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """The path of each ledger of a source and its manifest, by the stem of the shard."""
    found = {}
    for manifest in manifests(work, source, "ledger"):
        name = manifest["files"][0]["file"]
        stem = name.removesuffix(".parquet").rpartition(".")[0]
        found[stem] = (storage.join(work, source, "ledger", name), manifest)
    return found


def find(work: str, name: str, among: Sequence[Shelf] | None = None) -> Found:
    """The documents with a name: an id, the record's own id, an address or a content hash, the first kind that fits.

    Raises FolderError where nothing has it; the message says what names look like.
    """
    here = shelves(work) if among is None else among
    if HEX.fullmatch(name):
        place = by_id(here, name)
        if place is not None:
            return Found("id", [place])
    for by in NAMES:
        places = [Place(shelf, row) for shelf in here for row in _rows(shelf, by, name)]
        if places:
            return Found(by, places)
    raise FolderError(_nowhere(work, name, here))


def by_id(here: Sequence[Shelf], id: str) -> Place | None:
    """The place of a document by its id; None where no shard holds it."""
    for shelf in here:
        row = next(matching(shelf.path("measures"), "id", id), None)
        if row is not None:
            return Place(shelf, row)
    return None


def _rows(shelf: Shelf, by: str, name: str) -> Iterator[int]:
    """The rows of a shard that have a name. The address of a removed document is known by its digest alone."""
    if by == "url":
        hashed = digest(name)
        for id, _, url in shelf.curated.get("withheld", {}).get("rows", ()):
            if url == hashed:
                yield from matching(shelf.path("measures"), "id", id)
    path = shelf.path("documents")
    if storage.size(path) is not None:
        yield from matching(path, by, name)


def matching(path: str, column: str, value: str) -> Iterator[int]:
    """The rows of a Parquet table in which a column has a value."""
    import pyarrow.parquet as pq

    first = 0
    wanted = scalar(value)
    with tables.opened(path) as file:
        for batch in pq.ParquetFile(file).iter_batches(AT_ONCE, columns=[column]):
            for row in pc.indices_nonzero(pc.equal(batch.column(0), wanted)).to_pylist():
                yield first + row
            first += batch.num_rows


def scalar(value: str) -> pa.Scalar:
    """A string as Arrow has it, without loading pandas, as `pyarrow.scalar` does: that takes longer than a search.

    >>> scalar("ẹ̀kọ́").as_py()
    'ẹ̀kọ́'
    """
    data = value.encode()
    offsets = pa.py_buffer(np.array([0, len(data)], np.int32).tobytes())
    return pa.Array.from_buffers(pa.string(), 1, [None, offsets, pa.py_buffer(data)])[0]


def row_of(path: str, row: int, columns: Sequence[str] | None = None) -> dict[str, Any]:
    """One row of a Parquet table, or some of its columns; its row group is read, and no other."""
    return rows_of(path, [row], columns)[0]


def rows_of(path: str, rows: Sequence[int], columns: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """Some rows of a Parquet table, in the order given; each of their row groups is read once, and no other."""
    ends = np.cumsum([0, *tables.group_rows(path)])
    found: dict[int, dict[str, Any]] = {}
    groups = np.searchsorted(ends, np.asarray(rows, dtype=np.int64), side="right") - 1
    for group in np.unique(groups).tolist():
        mine = [row for row, each in zip(rows, groups.tolist(), strict=True) if each == group]
        [batch] = tables.batches(path, columns, groups=[group])
        places = [row - int(ends[group]) for row in mine]
        # One row is not taken by an array of a list, for which pyarrow would load pandas.
        few = [batch.slice(place, 1).to_pylist()[0] for place in places] if len(places) == 1 else None
        taken = few or batch.take(pa.array(places, pa.int64())).to_pylist()
        found |= dict(zip(mine, taken, strict=True))
    return [found[row] for row in rows]


def _nowhere(work: str, name: str, here: Sequence[Shelf]) -> str:
    """That nothing has a name, what names look like, and where they stand."""
    some = here[0]
    example = next(matching_ids(some.path("measures")), "")
    like = f" such as {example}" if example else ""
    return (
        f"{name!r}: no document of {work} has this id, nor this id of its own in its source, address or content hash; "
        f"an id is 32 of 0-9 and a-f{like}, and stands in the column id of {work}/<source>/documents, ledger and "
        f"measures, of corpus/ and parquet/, and in the answers of roots duplicates and roots inspect"
    )


def matching_ids(path: str) -> Iterator[str]:
    """The ids of a Parquet table, its first rows first."""
    for batch in tables.batches(path, ["id"]):
        yield from batch.column(0).to_pylist()
