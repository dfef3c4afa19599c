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
from roots.mix_spread import ROWS, SpreadJob, collected

Ordered = tuple[pa.Table, NDArray[np.int64]]
"""Rows, and those of them that are in a file, in their order."""


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


def make(job: FileJob | LanguageJob) -> dict[str, Any]:
    """Write one file of a dataset, or all files of a language."""
    return gather(job) if isinstance(job, FileJob) else at_once(job)


def gather(job: FileJob) -> dict[str, Any]:
    """Reduce: one file of a dataset, its documents in the mix order, a part of it in memory at a time."""

    def parts() -> Iterator[Ordered]:
        for name in job.partitions:
            table = exchange.read(job.listing, name, ROWS)
            yield table, _order(table.column("key").to_numpy(), table.column("id"), np.arange(table.num_rows))

    return _written(job.target, parts())


def at_once(job: LanguageJob) -> dict[str, Any]:
    """Write every file of a language that is not there, and its manifest; `made` are the manifests."""
    placed = collected(job.shards)

    def file(place: int) -> dict[str, Any]:
        mine = np.flatnonzero(placed.places == place)
        order = _order(placed.keys[mine], placed.rows.column("id"), placed.taken[mine])
        return _written(job.files[place].job.target, [(placed.rows, order)])

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

    def counted() -> Iterator[Ordered]:
        for table, order in parts:
            _count(table, order, counts)
            yield table, order

    output = arrow_dataset.write_ordered(path, counted())
    sources = [[source, *counts[source]] for source in sorted(counts)]
    return {"documents": output.rows, "sources": sources, "files": [output.record()]}


def _count(table: pa.Table, order: NDArray[np.int64], counts: dict[str, list[int]]) -> None:
    """Add the rows of each source and the bytes of their texts."""
    sizes = pa.table({"source": table.column("source"), "bytes": pc.binary_length(table.column("text"))}).take(order)
    sizes = sizes.set_column(1, "bytes", sizes.column("bytes").cast(pa.int64()))
    for row in sizes.group_by("source").aggregate([([], "count_all"), ("bytes", "sum")]).to_pylist():
        before = counts.get(row["source"], [0, 0])
        counts[row["source"]] = [before[0] + row["count_all"], before[1] + row["bytes_sum"]]
