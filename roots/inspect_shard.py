"""The index of one shard: its measures and verdicts as plain columns, in blocks of one language.

A part of at most `PART` documents is read at a time, sorted by language, and written; those that were out before the
filters come last in a block. What each filter says of a document under the limits in force is computed here, by the
same function that judging uses, and has to be what the ledger says.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines import storage, tables
from pipelines.judge import TOO_SMALL
from pipelines.verdict import CONTAMINATED, DUPLICATE, ORDER, outside
from roots.trial import Limits

VERSION = 1
"""Of what the index of the same tables holds."""

PART = 250_000
"""Documents that are read at a time: some 80 MB with all their columns, sorted ones included."""

AFTER = (CONTAMINATED, TOO_SMALL, DUPLICATE)
"""Causes that put documents out which pass the filters."""

PASSED_AFTER = 1
"""Bit of `state`: the document passes the filters and is out for one of these causes."""

ELSEWHERE = 2
"""Bit of `state`: the document was identified as another language than its own, or as none."""


class Column(NamedTuple):
    """A column of the index: its type, and how many bytes of a document stand before it in a block."""

    type: str
    before: int


def _columns() -> dict[str, Column]:
    types = dict.fromkeys(ORDER, "<f8") | {
        "bytes": "<i8",
        "row": "<u4",
        "signals": "<u4",
        "cause": "<u2",
        "fails": "|u1",
        "state": "|u1",
    }
    found, before = {}, 0
    for name, type_ in types.items():
        found[name] = Column(type_, before)
        before += np.dtype(type_).itemsize
    return found


COLUMNS = _columns()
"""The measures, the `bytes` of the text, the `row` in the shard, the place of the document's signals in the sets of the
block, that of its cause in the causes of the block; `fails` has a bit for each filter of `ORDER` that it fails under
the limits in force, the first being the lowest; `state` is said above."""

FIRST = np.array([(value & -value).bit_length() for value in range(256)], dtype=np.uint8)
"""By what a document fails: the place of the first filter that fails, counted from 1; 0: none."""


@dataclass(frozen=True)
class Block:
    """The documents of one language (None: not known) in a part of a shard, which is given by its number.

    `judged` of its `rows` go through the filters; the others were out before. `sums` are bytes of text: of all, and
    of those that were out before. `measured`, `least` and `most` say of how many of the judged each measure of `ORDER`
    was taken, and its range. `causes` and `signals` are what the columns of these names point to.
    """

    shard: int
    lang: str | None
    offset: int
    rows: int
    judged: int
    sums: tuple[int, int]
    measured: tuple[int, ...]
    least: tuple[float | None, ...]
    most: tuple[float | None, ...]
    causes: tuple[str | None, ...]
    signals: tuple[tuple[str, ...], ...]


def write(measures: str, ledger: str, target: str, limits: Mapping[str, Limits]) -> dict[str, Any]:
    """Write the index of a shard, given its two tables and the limits in force; the description of its blocks.

    Raises ValueError where the ledger says something else than the measures and the limits do.
    """
    blocks: list[dict[str, Any]] = []
    parts: list[dict[str, Any]] = []
    with storage.writing(target, hashed=False) as writing:
        for first, table in _parts(measures, ledger):
            part = _Part(table, first, limits)
            blocks += [{**block, "part": len(parts)} for block in _write_part(writing, part)]
            parts.append({"causes": part.causes, "signals": part.signals})
    return {"blocks": blocks, "parts": parts}


def size(said: Mapping[str, Any]) -> int:
    """The bytes of the columns of a shard, from the description that `write` gave."""
    width = sum(np.dtype(column.type).itemsize for column in COLUMNS.values())
    return width * sum(int(block["rows"]) for block in said["blocks"])


def blocks(shard: int, said: Mapping[str, Any]) -> Iterator[Block]:
    """The blocks of a shard, given its number, from the description that `write` gave."""
    parts = [(tuple(part["causes"]), tuple(map(tuple, part["signals"]))) for part in said["parts"]]
    for each in said["blocks"]:
        tuples = [tuple(each[name]) for name in ("sums", "measured", "least", "most")]
        yield Block(
            shard, *(each[name] for name in ("lang", "offset", "rows", "judged")), *tuples, *parts[each["part"]]
        )


def _parts(measures: str, ledger: str) -> Iterator[tuple[int, pa.Table]]:
    """The columns of a shard, so many rows at a time, and the number of the first."""
    import pyarrow.parquet as pq

    wanted = ["lang", "lang_identified", *ORDER, "bytes", "signals"]
    with tables.opened(measures) as one, tables.opened(ledger) as other:
        measured, judged = pq.ParquetFile(one), pq.ParquetFile(other)
        if measured.metadata.num_rows != judged.metadata.num_rows:
            raise ValueError("its ledger has not as many rows as its measures")
        causes = pa.chunked_array(
            [
                batch.column("dropped_by").dictionary_encode()
                for batch in judged.iter_batches(PART, columns=["dropped_by"])
            ],
            pa.dictionary(pa.int32(), pa.string()),
        )
        place = 0
        for groups in _grouped([measured.metadata.row_group(n).num_rows for n in range(measured.num_row_groups)]):
            table = measured.read_row_groups(groups, columns=wanted, use_threads=False)
            here = causes.slice(place, len(table)).cast(pa.string())
            yield place, table.append_column("cause", here)
            place += len(table)


def _grouped(rows: list[int]) -> Iterator[list[int]]:
    """Row groups put together up to the size of a part."""
    held: list[int] = []
    count = 0
    for group, size in enumerate(rows):
        if held and count + size > PART:
            yield held
            held, count = [], 0
        held.append(group)
        count += size
    if held:
        yield held


class _Part:
    """Some documents of a shard: their columns, [rows], in the order of the table."""

    def __init__(self, table: pa.Table, first: int, limits: Mapping[str, Limits]) -> None:
        self.rows = len(table)
        self.langs, self.lang = _coded(table.column("lang"))
        identified, self.identified = _coded(table.column("lang_identified"))
        known = {code: place for place, code in enumerate(self.langs) if code is not None}
        same = np.array([known.get(code, -1) if code is not None else -1 for code in identified], np.int64)
        self.causes, cause = _coded(table.column("cause"))
        self.signals, signals = _sets(table.column("signals"))
        self.limits = limits
        self.columns: dict[str, NDArray[Any]] = {
            name: np.asarray(table.column(name).to_numpy(zero_copy_only=False), np.float64) for name in ORDER
        }
        elsewhere = same[self.identified] != self.lang
        self.columns |= {
            "bytes": table.column("bytes").to_numpy(),
            "row": np.arange(first, first + self.rows, dtype=np.uint32),
            "signals": signals.astype(np.uint32),
            "cause": cause.astype(np.uint16),
            "fails": self._fails(elsewhere),
        }
        after = np.array([name in AFTER for name in self.causes], bool)[cause]
        self.columns["state"] = (after * PASSED_AFTER + elsewhere * ELSEWHERE).astype(np.uint8)
        self.before = self._before(cause)
        self._check(cause, after)

    def _fails(self, elsewhere: NDArray[np.bool_]) -> NDArray[np.uint8]:
        """Which filters each document fails under the limits in force."""
        found = np.zeros(self.rows, np.uint8)
        limits = [self.limits.get(code or "") for code in self.langs]
        for bit, name in enumerate(ORDER):
            ends = [(-np.inf, np.inf) if each is None else each[name].ends for each in limits]
            low, high = (np.array(each)[self.lang] for each in zip(*ends, strict=True))
            fails = outside(self.columns[name], low, high)
            if name == "language_id":
                applied = [each is not None and each[name].applied for each in limits]
                fails |= elsewhere & np.array(applied, bool)[self.lang]
            found |= fails.astype(np.uint8) << np.uint8(bit)
        return found

    def _before(self, cause: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which documents were out before the filters: lost, refused, or in a language that the corpus has not."""
        through = np.array([name is None or name in ORDER or name in AFTER for name in self.causes], bool)
        known = np.array([code in self.limits for code in self.langs], bool)
        found: NDArray[np.bool_] = ~(through[cause] & known[self.lang])
        return found

    def _check(self, cause: NDArray[np.int64], after: NDArray[np.bool_]) -> None:
        """See that the ledger says what the filters say."""
        names = [ORDER.index(name) + 1 if name in ORDER else 0 for name in self.causes]
        said = np.array(names, np.uint8)[cause]
        if not (self.before | (said == FIRST[self.columns["fails"]])).all():
            raise ValueError("its ledger does not say what its measures and limits do")


def _write_part(writing: storage.Writing, part: _Part) -> Iterator[dict[str, Any]]:
    """Write the blocks of a part; yields what is said of each."""
    key = part.lang * 2 + part.before
    order = np.argsort(key, kind="stable")
    counts = np.bincount(key, minlength=2 * len(part.langs)).reshape(-1, 2)
    place = 0
    for lang, (judged, before) in enumerate(counts.tolist()):
        rows = order[place : place + judged + before]
        place += len(rows)
        if not len(rows):
            continue
        columns = {name: part.columns[name][rows].astype(column.type, copy=False) for name, column in COLUMNS.items()}
        described = _described(part.langs[lang], columns, judged)
        offset = writing.file.tell()
        for column in columns.values():
            writing.file.write(column.tobytes())
        yield described | {"offset": offset}


def _described(lang: str | None, columns: Mapping[str, NDArray[Any]], judged: int) -> dict[str, Any]:
    sizes = columns["bytes"]
    values = {name: columns[name][:judged] for name in ORDER}
    taken = {name: column[~np.isnan(column)] for name, column in values.items()}
    return {
        "lang": lang,
        "rows": len(sizes),
        "judged": judged,
        "sums": [int(sizes.sum()), int(sizes[judged:].sum())],
        "measured": [len(column) for column in taken.values()],
        "least": [float(column.min()) if len(column) else None for column in taken.values()],
        "most": [float(column.max()) if len(column) else None for column in taken.values()],
    }


def _coded(column: pa.ChunkedArray) -> tuple[list[str | None], NDArray[np.int64]]:
    """The different values of a column, sorted, null last, and the place of each row's, [rows] int64."""
    encoded = column.combine_chunks().dictionary_encode()
    found = encoded.dictionary.to_pylist()
    places = np.array(encoded.indices.fill_null(len(found)).to_numpy(), np.int64)
    order = sorted(range(len(found)), key=lambda place: str(found[place]))
    moved = np.empty(len(found) + 1, np.int64)
    moved[order] = np.arange(len(found))
    moved[-1] = len(found)
    return [*(found[place] for place in order), None], moved[places]


def _sets(column: pa.ChunkedArray) -> tuple[list[list[str]], NDArray[np.int64]]:
    """The different sets of signals, and the place of each document's, [rows] int64."""
    joined = pc.binary_join(column.combine_chunks(), "\n") if isinstance(column.type, pa.ListType) else column
    found, places = _coded(pa.chunked_array([joined]))
    return [[] if each is None else [name for name in each.split("\n") if name] for each in found], places
