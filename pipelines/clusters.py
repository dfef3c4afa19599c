"""The table of clusters: edges of all methods, joined to the lowest row that each document is connected with.

One task joins the edges of the methods in turn, in the order of METHODS, and takes the labels after each. It holds a
number for each document in a file, a batch of edges, and a batch of rows: neither all edges nor all members.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
from fsspec.implementations.local import LocalFileSystem

from pipelines import storage, tables
from pipelines.components import AT_ONCE, Labels, Rows, components, width
from pipelines.plan import BASE, Phase, room
from pipelines.run import Runtime
from pipelines.search import EDGES, Settings
from pipelines.shards import Shard
from pipelines.task import manifest_of

ROWS = 1 << 16
"""Members of a row group."""


def schema(methods: Sequence[str]) -> pa.Schema:
    """Of the table: members of clusters of two and more, by row number.

    A column is named after each method, and holds the lowest row of the document's cluster under this method and those
    before it; the last one says what the clusters are. What one method leaves alone has its own number there.

    >>> schema(["exact", "minhash"]).names
    ['row', 'exact', 'minhash']
    """
    return pa.schema([pa.field(name, pa.int64(), nullable=False) for name in ("row", *methods)])


@dataclass(frozen=True)
class JoinJob:
    """Join the edges of each method, `paths` in the order of `methods`; `counted` and `scope` go into the manifest."""

    rows: int
    methods: tuple[str, ...]
    paths: tuple[tuple[str, ...], ...]
    target: str
    room: int
    counted: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, hash=False)
    scope: str = "all"


def join(job: JoinJob) -> dict[str, Any]:
    """Write the table. The manifest counts clusters and members, in all and by method, and what was not compared."""
    counts: dict[str, dict[str, int]] = {}
    with components(job.rows, _folder(job.target), job.room // 2) as joined:
        labels: list[Labels] = []
        for method, paths in zip(job.methods, job.paths, strict=True):
            for path in paths:
                for batch in tables.batches(path, EDGES.names):
                    joined.join(batch.column("row").to_numpy(), batch.column("other").to_numpy())
            clusters, members = joined.settle()
            counts[method] = {**job.counted.get(method, {}), "clusters": clusters, "members": members}
            labels.append(joined if method == job.methods[-1] else joined.saved())
        with tables.writing(job.target, schema(job.methods)) as (writer, outputs):
            for batch in _batches(job, labels):
                writer.write(batch)
    last = counts[job.methods[-1]] if job.methods else {"clusters": 0, "members": 0}
    whole = {"clusters": last["clusters"], "members": last["members"]}
    return {**whole, "scope": job.scope, "rows": job.rows, "methods": counts, "files": [outputs[0].record()]}


def _folder(target: str) -> str | None:
    """The local folder of a file, for what goes with the process; None where it is not local."""
    files, inner = storage.filesystem(target.rsplit("/", 1)[0])
    if not isinstance(files, LocalFileSystem):
        return None
    files.makedirs(inner, exist_ok=True)
    return inner


def _batches(job: JoinJob, labels: Sequence[Labels]) -> Iterator[pa.RecordBatch]:
    """The members with their labels, ROWS at a time: the same row groups whatever lies between them."""
    names = schema(job.methods)
    held = [np.empty(0, np.int64) for _ in names]
    for start in range(0, job.rows, AT_ONCE):
        stop = min(start + AT_ONCE, job.rows)
        last = labels[-1].of(start, stop)
        members = np.flatnonzero(last >= 0)
        rows = members + start
        columns = [rows, *(_labelled(each.of(start, stop)[members], rows) for each in labels[:-1]), last[members]]
        held = [np.concatenate(both) for both in zip(held, columns, strict=True)]
        while len(held[0]) >= ROWS:
            yield pa.RecordBatch.from_arrays([pa.array(column[:ROWS]) for column in held], schema=names)
            held = [column[ROWS:] for column in held]
    yield pa.RecordBatch.from_arrays([pa.array(column) for column in held], schema=names)


def _labelled(labels: Rows, rows: Rows) -> Rows:
    """Labels, or a row's own number where it has none."""
    return np.where(labels < 0, rows, labels)


def found(path: str) -> dict[str, Any]:
    """What the manifest of a table of clusters says.

    `scope` in which documents were compared, and how many `rows` there are in all.
    `clusters` and `members` of the last method, which are those of all; by method, in `methods`: `clusters`, `members`,
    `unsigned` documents, which were too short to be compared, `large_buckets` of which not all pairs were compared, and
    the `pairs_left_out` of them.
    """
    manifest: dict[str, Any] = storage.read_json(manifest_of(path))
    return manifest


def needs(shards: Sequence[Shard], settings: Settings, how: Runtime) -> Phase:
    """What joining takes: the array, as far as a process holds it, and a copy of it for each method but the last."""
    rows = sum(shard.rows for shard in shards)
    array = rows * width(rows)
    methods = len(settings.methods)
    written = rows * 8 * (1 + methods)
    held = min(array, room(how.memory) // 2) + WORKING
    return Phase("clusters", 1, BASE + held, array * methods + written)


def enough(shards: Sequence[Shard]) -> int:
    """Bytes of memory of a worker from which on the whole array is held; with less, an edge may wait for the disk."""
    rows = sum(shard.rows for shard in shards)
    return BASE + 2 * rows * width(rows)


WORKING = 30_000_000
"""Bytes of a batch of edges as it is read and a batch of rows as it is written."""
