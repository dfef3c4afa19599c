"""Two work folders side by side: what became of each document in one and in the other, and which limits differ.

Documents are the same by their ids, which say where a record stands in its source; so runs with other limits, other
cleaning or other slices can be compared. Where a shard of one folder holds the documents of a shard of the other, row
for row, both are read together, a row group at a time. The rest goes by a part of the id into files of a temporary
folder, 28 bytes a document, and one of these at a time is held and sorted.

Memory: a row group, then a part of `PART` documents, some 200 MB; no text is read.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipelines import tables
from roots.folders import FolderError
from roots.limit_words import let_through
from roots.named import NOT_KNOWN, both
from roots.pairs import readable
from roots.why.find import Shelf, shelves
from roots.why.gather import language

if TYPE_CHECKING:
    import pandas as pd

KEPT = "kept"
"""What became of a document that nothing dropped."""

ABSENT = "not there"
"""What is said of a document on the side that does not have it."""

PART = 1_000_000
"""Documents of both folders that are held together."""

MOST_PARTS = 256
"""Files that are open at once; with more documents than so many parts hold, a part is larger."""

ROW = np.dtype([("high", "<u8"), ("low", "<u8"), ("what", "<i4"), ("bytes", "<i8")])
"""A document in a file of a part: its id in two halves, the number of what became of it, its bytes."""

What = tuple[str | None, str]
"""What became of a document: its language, and KEPT or the cause that put it out."""

Counts = Counter[tuple[What | None, What | None]]
"""Documents by what became of them in both folders; None is ABSENT."""

Rows = NDArray[Any]

COLUMNS = (["id", "lang", "bytes"], ["dropped_by"])
"""What is read of measures, and of the ledger."""


def compare(run_a: str, run_b: str, *, advance: Callable[[int], None] = lambda _: None) -> "pd.DataFrame":
    """How many documents went from what in one folder to what in the other: lang, language, from, to, documents, bytes.

    `from` and `to` are "kept", the cause that put it out, or "not there"; a document whose language differs is counted
    in that of the first, and `to` names the other. Bytes are those of the stored text in the second folder; in the
    first of documents that are kept, or there, in it alone. Raises FolderError where a folder holds no documents or is
    not judged.
    """
    import pandas as pd

    documents, sizes = counted(run_a, run_b, advance)
    rows = [_row(one, two, documents[one, two], sizes[one, two]) for one, two in documents]
    rows.sort(key=lambda row: (row["lang"] or "\uffff", row["from"], row["to"]))
    return pd.DataFrame(rows, columns=["lang", "language", "from", "to", "documents", "bytes"])


def _row(one: What | None, two: What | None, documents: int, size: int) -> dict[str, Any]:
    lang = (one or two or (None, ""))[0]
    to = ABSENT if two is None else two[1]
    if one is not None and two is not None and one[0] != two[0]:
        to = f"{to}, as {two[0] or 'no language'}"
    return {
        "lang": lang,
        "language": _language(lang),
        "from": ABSENT if one is None else one[1],
        "to": to,
        "documents": documents,
        "bytes": size,
    }


@cache
def _language(lang: str | None) -> str:
    return language(lang) or lang or NOT_KNOWN


def counted(run_a: str, run_b: str, advance: Callable[[int], None] = lambda _: None) -> tuple[Counts, Counts]:
    """Documents, and bytes, by what became of them in both folders; `advance` is told how many rows were read."""
    with readable(run_a), readable(run_b):
        sides = (_judged(run_a), _judged(run_b))
        documents: Counts = Counter()
        sizes: Counts = Counter()
        left: tuple[list[Shelf], list[Shelf]] = ([], [])
        others = {_name(shelf): shelf for shelf in sides[1]}
        for shelf in sides[0]:
            other = others.pop(_name(shelf), None)
            found = None if other is None or other.shard.rows != shelf.shard.rows else _together(shelf, other)
            if found is None:
                left[0].append(shelf)
                left[1].extend([] if other is None else [other])
            else:
                documents.update(found[0])
                sizes.update(found[1])
                advance(2 * shelf.shard.rows)
        left[1].extend(others.values())
        for found in _by_parts(left, advance):
            documents.update(found[0])
            sizes.update(found[1])
        return documents, sizes


def _judged(work: str) -> list[Shelf]:
    found = shelves(work)
    if any(shelf.ledger is None for shelf in found):
        raise FolderError(f"{work}: not everything is judged in this folder; roots build and roots dedup judge it")
    return found


def _name(shelf: Shelf) -> tuple[str, str, str]:
    """A shard by what it was read from: source, file, and the slice of it."""
    return shelf.shard.source, str(shelf.curated["input"]), str(shelf.curated["slice"])


def _read(shelf: Shelf) -> Iterator[list[pa.RecordBatch]]:
    """Some rows at a time of a shard's measures and ledger."""
    yield from tables.together((shelf.path("measures"), COLUMNS[0]), (str(shelf.ledger), COLUMNS[1]))


def _together(one: Shelf, two: Shelf) -> tuple[Counts, Counts] | None:
    """The counts of two shards that hold the same documents row for row; None where they do not."""
    documents: Counts = Counter()
    sizes: Counts = Counter()
    parts = [(each.path("measures"), COLUMNS[0]) for each in (one, two)]
    parts += [(str(each.ledger), COLUMNS[1]) for each in (one, two)]
    for first, second, out_a, out_b in tables.together(*parts):
        if not first.column("id").equals(second.column("id")):
            return None
        columns = {
            "lang_a": first.column("lang"),
            "out_a": out_a.column(0),
            "lang_b": second.column("lang"),
            "out_b": out_b.column(0),
            "bytes_a": first.column("bytes"),
            "bytes_b": second.column("bytes"),
        }
        keys, sums = list(columns)[:4], [([], "count_all"), ("bytes_a", "sum"), ("bytes_b", "sum")]
        for row in pa.table(columns).group_by(keys).aggregate(sums).to_pylist():
            key = (_what(row["lang_a"], row["out_a"]), _what(row["lang_b"], row["out_b"]))
            documents[key] += row["count_all"]
            sizes[key] += row["bytes_a_sum" if _of_the_first(*key) else "bytes_b_sum"]
    return documents, sizes


def _of_the_first(one: What | None, two: What | None) -> bool:
    """Whether the bytes of a document are told of the first folder: it is kept, or there, in that alone."""
    return two is None or (one is not None and one[1] == KEPT != two[1])


def _what(lang: str | None, cause: str | None) -> What:
    return lang, cause or KEPT


def _by_parts(
    left: tuple[Sequence[Shelf], Sequence[Shelf]], advance: Callable[[int], None]
) -> Iterator[tuple[Counts, Counts]]:
    """The counts of the documents of shards that do not stand beside each other, a part of the ids at a time."""
    rows = sum(shelf.shard.rows for side in left for shelf in side)
    if not rows:
        return
    parts = min(MOST_PARTS, -(-rows // PART))
    numbers: dict[What, int] = {}
    with tempfile.TemporaryDirectory(prefix="roots-compare-") as folder:
        for side, some in enumerate(left):
            with ExitStack() as stack:
                files = [stack.enter_context(Path(folder, f"{side}-{part}").open("wb")) for part in range(parts)]
                for shelf in some:
                    for found in _rows(shelf, numbers):
                        place = found["high"] % np.uint64(parts)
                        for part in np.unique(place).tolist():
                            files[part].write(found[place == part].tobytes())
                        advance(len(found))
        names = list(numbers)
        for part in range(parts):
            pair = [np.fromfile(Path(folder, f"{side}-{part}"), ROW) for side in (0, 1)]
            yield _joined(pair[0], pair[1], names)


def _rows(shelf: Shelf, numbers: dict[What, int]) -> Iterator[Rows]:
    """The documents of a shard as ROW; what became of them is numbered as it comes up."""
    for measures, ledger in _read(shelf):
        found = np.empty(measures.num_rows, ROW)
        halves = np.frombuffer(bytes.fromhex("".join(measures.column("id").to_pylist())), "<u8").reshape(-1, 2)
        found["high"], found["low"] = halves[:, 0], halves[:, 1]
        found["bytes"] = measures.column("bytes").to_numpy()
        pairs = zip(measures.column("lang").to_pylist(), ledger.column(0).to_pylist(), strict=True)
        found["what"] = [numbers.setdefault(_what(*pair), len(numbers)) for pair in pairs]
        yield found


def _joined(one: Rows, two: Rows, names: Sequence[What]) -> tuple[Counts, Counts]:
    """The counts of one part: documents of both sides by id, and those that only one side has."""
    both_sides = np.concatenate([one, two])
    order = np.lexsort((both_sides["low"], both_sides["high"]))  # stable: the first side comes first
    rows = both_sides[order]
    second = order >= len(one)
    same = (rows["high"][1:] == rows["high"][:-1]) & (rows["low"][1:] == rows["low"][:-1])
    first = np.flatnonzero(same)  # the place of the first of each pair
    alone = np.ones(len(rows), dtype=np.bool_)
    alone[first], alone[first + 1] = False, False
    none = len(names)
    what_a = np.concatenate([rows["what"][first], np.where(second, none, rows["what"])[alone]])
    what_b = np.concatenate([rows["what"][first + 1], np.where(second, rows["what"], none)[alone]])
    kept = np.array([what[1] == KEPT for what in names], dtype=np.bool_)
    place = first + ~(kept[rows["what"][first]] & ~kept[rows["what"][first + 1]])
    sizes = np.concatenate([rows["bytes"][place], rows["bytes"][alone]])
    pairs, place = np.unique(what_a.astype(np.int64) * (none + 1) + what_b, return_inverse=True)
    documents = np.bincount(place, minlength=len(pairs))
    totals = np.zeros(len(pairs), np.int64)
    np.add.at(totals, place, sizes)
    said: list[What | None] = [*names, None]
    keys = [(said[pair // (none + 1)], said[pair % (none + 1)]) for pair in pairs.tolist()]
    return _summed(keys, documents), _summed(keys, totals)


def _summed(keys: Sequence[tuple[What | None, What | None]], values: NDArray[np.int64]) -> Counts:
    return Counter(dict(zip(keys, values.tolist(), strict=True)))


def limits(run_a: str, run_b: str) -> "pd.DataFrame":
    """The limits that differ between two folders, as their ledgers have them: lang, language, filter, from, to, each an
    interval in words."""
    import pandas as pd

    one, two = (_limits(_judged(work)) for work in (run_a, run_b))
    rows = []
    for lang in sorted({*one} & {*two}):
        for name in {**one[lang], **two[lang]}:
            before, after = (let_through(side[lang].get(name)) for side in (one, two))
            if before != after:
                rows.append([lang, _language(lang), name, before, after])
    return pd.DataFrame(rows, columns=["lang", "language", "filter", "from", "to"])


def _limits(found: Iterable[Shelf]) -> dict[str, dict[str, Any]]:
    """The limits in force by language and filter."""
    limits: dict[str, dict[str, Any]] = {}
    for shelf in found:
        limits |= (shelf.judged or {}).get("limits", {})
    return limits


def changed(frame: "pd.DataFrame") -> "pd.DataFrame":
    """The rows in which something differs, those with most documents first."""
    found = frame[frame["from"] != frame["to"]]
    return found.sort_values(["documents", "lang", "from", "to"], ascending=[False, True, True, True], kind="stable")


def show(run_a: str, run_b: str, lang: str | None = None) -> None:
    """Print which limits differ, what became of the documents of each language, and what they went from and to."""
    import click

    from roots.folders import unfinished
    from roots.look import console
    from roots.verify import watching

    rows = sum(shelf.shard.rows for work in (run_a, run_b) for shelf in _judged(work))
    with watching("comparing", rows) as advance:
        frame = compare(run_a, run_b, advance=advance)
    differ = limits(run_a, run_b)
    if lang is not None:
        frame, differ = frame[frame["lang"] == lang], differ[differ["lang"] == lang]
        if frame.empty:
            raise FolderError(f"--lang {lang}: neither {run_a} nor {run_b} holds a document in it")
    for work in (run_a, run_b):
        if unfinished(work):
            click.echo(f"warning: {work}: its last run has not ended; the figures may be of two runs", err=True)
    for table in _tables(frame, differ):
        console().print(table)
    click.echo(summary(frame))


def summary(frame: "pd.DataFrame") -> str:
    """How many documents are in both folders, and what differs, in a line."""
    total = int(frame["documents"].sum())
    single = frame[(frame["from"] == ABSENT) | (frame["to"] == ABSENT)]
    moved = changed(frame)
    other = int(moved["documents"].sum()) - int(single["documents"].sum())
    return (
        f"{total - int(single['documents'].sum()):,} documents are in both, {other:,} of them with another verdict; "
        f"{int(frame[frame['to'] == ABSENT]['documents'].sum()):,} are in the first alone, "
        f"{int(frame[frame['from'] == ABSENT]['documents'].sum()):,} in the second alone"
    )


def _tables(frame: "pd.DataFrame", differ: "pd.DataFrame") -> Iterator[Any]:
    """The tables for a terminal."""
    if not differ.empty:
        names = ["language", "filter", "from", "to"]
        yield _table("Limits that differ", names, _cells(differ, names[1:]))
    moved = changed(frame)
    if not moved.empty:
        yield _table("Documents kept, where something differs", list(_KEPT), list(_kept(frame)), numbers=1)
        names = ["language", "from", "to", "documents", "bytes"]
        yield _table("What differs", names, _cells(moved, names[1:]), numbers=3)


_KEPT = ("language", "in the first", "in the second", "newly kept", "no longer kept", "bytes, more or less")


def _kept(frame: "pd.DataFrame") -> Iterator[list[str]]:
    """Of each language: documents kept in both folders, newly kept and no longer, and what that is in bytes."""
    for lang, rows in frame.groupby("lang", dropna=False, sort=False):
        first, second = rows["from"] == KEPT, rows["to"].str.split(",").str[0] == KEPT
        sums = [int(rows[which]["documents"].sum()) for which in (first, second, second & ~first, first & ~second)]
        if (rows["from"] == rows["to"]).all():
            continue
        more = int(rows[second & ~first]["bytes"].sum()) - int(rows[first & ~second]["bytes"].sum())
        yield [_named(lang, rows["language"].iloc[0]), *(f"{each:,}" for each in sums), f"{more:+,}"]


def _cells(frame: "pd.DataFrame", names: Sequence[str]) -> list[list[str]]:
    """The rows of a table: the language with its code, then these columns."""
    return [
        [_named(row["lang"], row["language"]), *(_cell(row[name]) for name in names)]
        for row in frame.to_dict(orient="records")
    ]


def _named(lang: Any, name: str) -> str:
    return both(lang, {lang: name}) if isinstance(lang, str) else name


def _cell(value: Any) -> str:
    return value if isinstance(value, str) else f"{value:,}"


def _table(title: str, headers: Sequence[str], rows: Sequence[Sequence[str]], numbers: int | None = None) -> Any:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title)
    for place, header in enumerate(headers):
        right = numbers is not None and place >= numbers
        table.add_column(header, justify="right" if right else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return table
