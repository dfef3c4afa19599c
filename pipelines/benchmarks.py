"""Benchmark files: their items, each as its fields of text, read some at a time.

Nothing is passed over: a line or row that cannot be read ends the reading with an error that names it, because an item
that is not looked for is one that stays in the corpus.
"""

import csv
import posixpath
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO

from catalog.catalogue import parse
from catalog.lines import Line, lines
from catalog.streams import open_file, pieces

_PACKED = ("", ".gz", ".zst")
SUFFIXES = (*(f"{kind}{packed}" for kind in (".jsonl", ".csv", ".txt") for packed in _PACKED), ".parquet")
"""What is read: JSON objects a line, comma-separated rows, an item a line, and Parquet tables."""

TOGETHER = 4_000_000
"""Characters of items that are given together, about."""

Item = list[str]
"""The fields of an item."""


class ContaminationError(ValueError):
    """A benchmark that cannot be looked for: the file, the item, what is wrong, what is allowed."""


def names(paths: Sequence[str]) -> list[str]:
    """A name for each file: its own, with as many of its folders as tell it from the others.

    >>> names(["/mmlu/test.jsonl", "/arc/test.jsonl", "/arc/dev.csv"])
    ['mmlu/test.jsonl', 'arc/test.jsonl', 'dev.csv']
    """
    found = []
    others = set(paths)
    for path in paths:
        parts = path.split("/")
        count = 1
        while sum(other.split("/")[-count:] == parts[-count:] for other in others) > 1:
            count += 1
        found.append("/".join(parts[-count:]))
    return found


def items(path: str, fields: Sequence[str] = ()) -> Iterator[Item]:
    """The items of a file in their order, each as its texts: all of its strings, or those of the named fields.

    A file is read a line, or some rows, at a time. A row of CSV is an item of which `fields` are named by the first
    row; without `fields` the first row is an item as any other. Blank lines are no items. A line of text has no named
    fields. Raises ContaminationError.
    """
    name = path.lower()
    if not name.endswith(SUFFIXES):
        raise ContaminationError(f"{path}: benchmarks of this kind are not read; known: {', '.join(SUFFIXES)}")
    kind = posixpath.basename(name).removesuffix(".gz").removesuffix(".zst").rsplit(".", 1)[-1]
    try:
        handle = open_file(path)
    except (OSError, ValueError, ImportError) as error:
        reason = "there is no such file" if isinstance(error, FileNotFoundError) else f"cannot be opened: {error}"
        raise ContaminationError(f"{path}: {reason}; give the file of a benchmark") from None
    with handle:
        for number, value in enumerate(_READ[kind](handle, path, bool(fields)), start=1):
            yield _texts(path, number, value, fields)


def batches(path: str, fields: Sequence[str] = ()) -> Iterator[list[Item]]:
    """The items of a file, some at a time."""
    some: list[Item] = []
    size = 0
    for item in items(path, fields):
        some.append(item)
        size += 100 + sum(map(len, item))
        if size > TOGETHER:
            yield some
            some, size = [], 0
    if some:
        yield some


def _texts(path: str, number: int, value: Any, fields: Sequence[str]) -> Item:
    """The strings in an item, however deep in lists and objects, or those in some of its fields."""
    if fields and isinstance(value, dict):
        named = [value[field] for field in fields if field in value]
        if not named:
            there = ", ".join(map(str, value)) or "none"
            raise ContaminationError(
                f"{path}: item {number}: has none of the fields {', '.join(fields)}; its fields are: {there}"
            )
        value = named
    return list(_strings(value))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value.encode("utf-8", "replace").decode()  # JSON can hold half of a surrogate pair
    elif isinstance(value, dict | list | tuple):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _strings(each)


def _json(handle: BinaryIO, path: str, named: bool) -> Iterator[Any]:  # noqa: FBT001 (the readers have one form)
    for number, line in enumerate(lines(pieces(handle, path)), start=1):
        value = line.fault or parse(line.data)
        if isinstance(value, str):
            raise _broken(path, number, f"{value}; an item is a JSON object on a line of its own")
        yield value


def _text(handle: BinaryIO, path: str, named: bool) -> Iterator[str]:  # noqa: FBT001
    for number, line in enumerate(lines(pieces(handle, path)), start=1):
        yield _decoded(path, number, line)


def _csv(handle: BinaryIO, path: str, named: bool) -> Iterator[Any]:  # noqa: FBT001
    found = enumerate(lines(pieces(handle, path)), start=1)
    rows = csv.reader((f"{_decoded(path, number, line)}\n" for number, line in found), strict=True)
    header: list[str] | None = None
    while True:
        try:
            row = next(rows, None)
        except csv.Error as error:
            raise _broken(path, rows.line_num, f"not valid CSV: {error}") from None
        if row is None:
            return
        if named and header is None:
            header = row
        else:
            yield row if header is None else dict(zip(header, row, strict=False))


def _decoded(path: str, number: int, line: Line) -> str:
    if line.fault is not None:
        raise _broken(path, number, line.fault)
    try:
        return line.data.decode()
    except UnicodeDecodeError as error:
        raise _broken(path, number, f"not valid UTF-8: byte {error.start + 1} of the line") from None


def _rows(handle: BinaryIO, path: str, named: bool) -> Iterator[Any]:  # noqa: FBT001
    from catalog.tables import FAULTS, Watched, all_batches

    watched = Watched(handle)
    rows = 0
    try:
        for batch, _ in all_batches(watched, path):
            yield from batch.to_pylist()
            rows += batch.num_rows
    except FAULTS as error:
        watched.blame(error)
        raise ContaminationError(f"{path}: the Parquet file is broken after item {rows}; fetch it again") from None


def _broken(path: str, number: int, what: str) -> ContaminationError:
    """The error of a line, counted as readers do that pass over blank ones."""
    return ContaminationError(f"{path}: line {number}, blank ones not counted: {what}")


_READ: dict[str, Callable[[BinaryIO, str, bool], Iterator[Any]]] = {
    "jsonl": _json,
    "txt": _text,
    "csv": _csv,
    "parquet": _rows,
}
