"""How a stage goes over the rows of a batch: one row at a time, the texts of one language together, or all rows.

Rows are neither added nor removed, a row that an earlier stage failed on is passed over, and a row that this
stage fails on is marked: `lost` = "error:<stage>", `reason` the kind of error. The other rows are not affected.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from filters.models import ModelError

ENVIRONMENT = (ImportError, MemoryError, OSError, ModelError)
"""Faults of the machine, which end the task: it is done again when they are mended."""

COMPILERS = ("numba", "llvmlite")
"""Packages whose own errors are faults of the machine too: a kernel that cannot be compiled says nothing of a text."""

STORED = ("text", "meta", "url", "source_id")
"""The columns of a document that hold what a record said."""


def of_the_machine(error: Exception) -> bool:
    """Whether a fault is the machine's, and not the document's that was being treated."""
    return isinstance(error, ENVIRONMENT) or type(error).__module__.split(".")[0] in COMPILERS


Row = dict[str, Any]
Rows = np.ndarray[Any, np.dtype[np.int64]]
Columns = Mapping[str, pa.Array]


def row_by_row(
    batch: pa.RecordBatch,
    stage: str,
    one: Callable[[Row], Row],
    *,
    adds: Mapping[str, pa.DataType],
    skips: str = "error:",
) -> pa.RecordBatch:
    """Fill columns from one row at a time.

    Rows whose `lost` begins with `skips` are passed over; "" is every lost one.
    """
    rows = _dicts(batch)
    for row in rows:
        if row["lost"] is not None and row["lost"].startswith(skips):
            continue
        try:
            row.update(one(row))
        except Exception as error:
            if of_the_machine(error):
                raise
            row.update(lost=f"error:{stage}", reason=type(error).__name__)
    columns = {name: pa.array([row.get(name) for row in rows], kind) for name, kind in adds.items()}
    for name in ("lost", "reason"):
        columns[name] = pa.array([row[name] for row in rows], pa.string())
    return put(batch, columns)


def by_language(
    batch: pa.RecordBatch,
    stage: str,
    treat: Callable[[pa.Array, str | None], Columns],
    *,
    adds: Mapping[str, pa.DataType],
    skips: str = "error:",
) -> pa.RecordBatch:
    """Fill columns from the texts of one language at a time: `treat(texts, lang)` gives an array for each column.

    What a column held stays in the rows that are passed over, those whose `lost` begins with `skips`, and in those that
    fail. Where `treat` raises, its texts are halved until the one it cannot treat stands alone.
    """
    texts = batch.column("text")
    return _treated(batch, stage, _groups(batch, skips), lambda rows, lang: treat(_taken(texts, rows), lang), adds)


def all_rows(
    batch: pa.RecordBatch,
    stage: str,
    treat: Callable[[pa.RecordBatch], Columns],
    *,
    adds: Mapping[str, pa.DataType],
    skips: str = "error:",
) -> pa.RecordBatch:
    """Fill columns from all rows at once, of whatever language: `treat(rows)` gives an array for each column.

    Rows whose `lost` begins with `skips` are passed over. They, and those that fail, are treated as `by_language` does.
    """
    groups = [(None, rows)] if len(rows := np.flatnonzero(_usable(batch, skips))) else []
    return _treated(batch, stage, groups, lambda rows, _: treat(_taken(batch, rows)), adds)


def _treated(
    batch: pa.RecordBatch,
    stage: str,
    groups: Iterable[tuple[str | None, Rows]],
    treat: Callable[[Rows, str | None], Columns],
    adds: Mapping[str, pa.DataType],
) -> pa.RecordBatch:
    """Fill columns from groups of rows; one where `treat` raises is halved until the row it cannot treat is alone."""
    done: list[tuple[Rows, Columns]] = []
    failed: dict[int, str] = {}
    for lang, rows in groups:
        waiting = [rows]
        while waiting:
            some = waiting.pop()
            try:
                done.append((some, treat(some, lang)))
            except Exception as error:
                if of_the_machine(error):
                    raise
                if len(some) == 1:
                    failed[int(some[0])] = type(error).__name__
                else:
                    waiting += np.array_split(some, 2)
    columns = {name: _filled(batch, name, kind, done) for name, kind in adds.items()}
    return _marked(put(batch, columns), stage, failed)


def put(batch: pa.RecordBatch, columns: Columns) -> pa.RecordBatch:
    """The batch with these columns in the place of those of the same name, or after the others."""
    merged = {name: batch.column(name) for name in batch.schema.names} | dict(columns)
    return pa.RecordBatch.from_arrays(list(merged.values()), names=list(merged))


def _dicts(batch: pa.RecordBatch) -> list[Row]:
    names = [name for name in ("id", *STORED, "lang", "lost", "reason") if name in batch.schema.names]
    columns = [batch.column(name).to_pylist() for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _groups(batch: pa.RecordBatch, skips: str) -> Iterator[tuple[str | None, Rows]]:
    """Each language of a batch with the numbers of its rows, without those that failed before."""
    langs = batch.column("lang").dictionary_encode()
    codes = langs.indices.fill_null(-1).to_numpy()
    usable = _usable(batch, skips)
    for code, lang in enumerate([*langs.dictionary.to_pylist(), None]):
        rows = np.flatnonzero(usable & (codes == (-1 if lang is None else code)))
        if len(rows):
            yield lang, rows


def _usable(batch: pa.RecordBatch, skips: str = "error:") -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Of each row, whether it is not passed over: by default, whether no stage failed on it before."""
    failed = pc.fill_null(pc.starts_with(batch.column("lost"), skips), False)
    return ~np.asarray(failed.to_numpy(zero_copy_only=False), np.bool_)


def _taken(held: Any, rows: Rows) -> Any:
    """These rows of an array or of a batch."""
    return held if len(rows) == len(held) else held.take(pa.array(rows))


def _filled(batch: pa.RecordBatch, name: str, kind: pa.DataType, done: Sequence[tuple[Rows, Columns]]) -> pa.Array:
    """One column in the order of the batch, from what was done, and what was there for the other rows."""
    before = batch.column(name) if name in batch.schema.names else pa.nulls(batch.num_rows, kind)
    if not done:
        return before
    rows = np.concatenate([some for some, _ in done])
    others = np.setdiff1d(np.arange(batch.num_rows), rows, assume_unique=True)
    parts = [columns[name].cast(kind) for _, columns in done]
    if len(parts) == 1 and not len(others):
        return parts[0]
    whole = pa.concat_arrays([*parts, before.take(pa.array(others))])
    return whole.take(pa.array(np.argsort(np.concatenate([rows, others]))))


def _marked(batch: pa.RecordBatch, stage: str, failed: Mapping[int, str]) -> pa.RecordBatch:
    """The batch with the rows that failed marked as lost."""
    if not failed:
        return batch
    lost, reason = batch.column("lost").to_pylist(), batch.column("reason").to_pylist()
    for row, kind in failed.items():
        lost[row], reason[row] = f"error:{stage}", kind
    return put(batch, {"lost": pa.array(lost, pa.string()), "reason": pa.array(reason, pa.string())})
