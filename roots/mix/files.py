"""The files of the mix, written: those of a language at once from its shards, or one from the parts of a first run.

Either way a file is made of rows and an order of them, by key and, where keys are the same, by id; each text is copied
once, into the batch that is written.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines import exchange, storage
from pipelines.task import Task, complete
from roots import arrow_dataset
from roots.mix.spread import ROWS, SpreadJob, collected


@dataclass(frozen=True)
class FileJob:
    """Collect and order one file of a dataset, from these partitions, in their order, which the first run wrote down in
    `listing`."""

    listing: str
    partitions: tuple[str, ...]
    target: str


@dataclass(frozen=True)
class LanguageJob:
    """Write all files of a language from its shards; `files` are their tasks, in the order of partitions."""

    shards: tuple[SpreadJob, ...]
    files: tuple[Task, ...]


class Part:
    """Rows of which files are made, and what is counted of them: the number of the source of each and the bytes of its
    text, [rows] int64."""

    def __init__(self, table: pa.Table) -> None:
        self.rows = arrow_dataset.Rows(table)
        named = pc.dictionary_encode(table.column("source").combine_chunks())
        self.names, self.sources = named.dictionary.to_pylist(), named.indices.to_numpy()
        self.bytes = pc.binary_length(table.column("text")).to_numpy()


Ordered = tuple[Part, NDArray[np.int64]]
"""Rows, and those of them that are in a file, in their order."""


def make(job: FileJob | LanguageJob) -> dict[str, Any]:
    """Write one file of a dataset, or all files of a language."""
    return gather(job) if isinstance(job, FileJob) else at_once(job)


def gather(job: FileJob) -> dict[str, Any]:
    """Reduce: one file of a dataset, its documents in the mix order, a part of it in memory at a time."""

    def parts() -> Iterator[Ordered]:
        for name in job.partitions:
            table = exchange.read(job.listing, name, ROWS)
            yield Part(table), _order(table.column("key").to_numpy(), table.column("id"), np.arange(table.num_rows))

    return _written(job.target, parts())


def at_once(job: LanguageJob) -> dict[str, Any]:
    """Write every file of a language that is not there, and its manifest; `made` are the manifests."""
    placed = collected(job.shards)
    part = Part(placed.rows)

    def file(place: int) -> dict[str, Any]:
        mine = np.flatnonzero(placed.places == place)
        order = _order(placed.keys[mine], placed.rows.column("id"), placed.taken[mine])
        return _written(job.files[place].job.target, [(part, order)])

    for place, task in enumerate(job.files):
        complete(task, lambda _, place=place: file(place))  # type: ignore[misc]
    return {"made": [storage.read_json(task.manifest) for task in job.files], "files": []}


def _order(keys: NDArray[np.uint64], ids: pa.ChunkedArray, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows with these keys in their order: by key, and by id where keys are the same."""
    order = np.argsort(keys, kind="stable")
    if (np.diff(keys[order].view(np.int64)) == 0).any():
        order = np.lexsort((np.array(ids.take(pa.array(rows)).to_pylist(), dtype=object), keys))
    return rows[order]


def _written(path: str, parts: Iterable[Ordered]) -> dict[str, Any]:
    """Write a file; its manifest's part: rows, and the rows of each source with the bytes of their texts."""
    counts: dict[str, list[int]] = {}

    def counted() -> Iterator[tuple[arrow_dataset.Rows, NDArray[np.int64]]]:
        for part, order in parts:
            _count(part, order, counts)
            yield part.rows, order

    output = arrow_dataset.write_ordered(path, counted())
    sources = [[source, *counts[source]] for source in sorted(counts)]
    return {"documents": output.rows, "sources": sources, "files": [output.record()]}


def _count(part: Part, order: NDArray[np.int64], counts: dict[str, list[int]]) -> None:
    """Add the rows of each source and the bytes of their texts."""
    for number in np.unique(part.sources[order]).tolist():
        mine = order[part.sources[order] == number]
        before = counts.get(part.names[number], [0, 0])
        counts[part.names[number]] = [before[0] + len(mine), before[1] + int(part.bytes[mine].sum(dtype=np.int64))]
