"""The Parquet tables beside the documents, row for row, and the one way they are written.

Files are a pure function of their rows: fixed row groups, one zstd level, no pandas metadata, and statistics
only for short columns, so that no text stands in a footer.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from fsspec.implementations.local import LocalFileSystem

from catalog.document import DOCUMENTS
from pipelines import storage

MEASURES = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("lang", pa.string()),
        pa.field("lang_identified", pa.string()),
        pa.field("language_id", pa.float64()),
        pa.field("identifier", pa.string()),
        pa.field("number_words", pa.int64()),
        pa.field("character_repetition", pa.float64()),
        pa.field("word_repetition", pa.float64()),
        pa.field("special_characters", pa.float64()),
        pa.field("stopwords", pa.float64()),
        pa.field("flagged_words", pa.float64()),
        pa.field("perplexity", pa.float64()),
        pa.field(
            "pii",
            pa.list_(pa.struct([("tag", pa.string()), ("start", pa.int64()), ("end", pa.int64())])),
        ),
        pa.field("bytes", pa.int64(), nullable=False),
        pa.field("lost", pa.string()),
        pa.field("reason", pa.string()),
        pa.field("signals", pa.list_(pa.string())),
        pa.field("harmful_perplexity", pa.float64()),
    ]
)
"""Every measure of every document, as it is compared; null where it was not taken. `bytes` is the length of the
stored text in UTF-8, `pii` spans are code points of that text, `lost` and `reason` are the reader's and the
cleaning steps', `signals` and `harmful_perplexity` what the record said (see `catalog.document.RECORDS`)."""

SIGNATURES = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("characters", pa.int64()),
        pa.field("exact", pa.binary(16)),
        pa.field("url_hash", pa.binary(16)),
        pa.field("simhash", pa.uint64()),
        pa.field("bands", pa.list_(pa.uint64())),
        pa.field("sketch", pa.binary()),
    ]
)
"""What is compared to find copies; null where it was not asked for, or where a text is too short to have it.

`characters` is the length of the text in code points when it was signed, `exact` and `url_hash` are hashes of the
normalised text and address, `bands` the MinHash band hashes (`filters.minhash`), `sketch` the lowest byte of each of
its rows, by which the similarity of any two texts is estimated. Lists are of variable length because pyarrow 25 cannot
read nulls among lists of fixed length back from Parquet."""

LEDGER = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("dropped_by", pa.string()),
        pa.field("duplicate_of", pa.string()),
        pa.field("method", pa.string()),
        pa.field("similarity", pa.float64()),
        pa.field("copies", pa.int64()),
        pa.field("cuts", pa.list_(pa.struct([("start", pa.int64()), ("end", pa.int64())]))),
        pa.field("bytes_left", pa.int64()),
    ]
)
"""The verdict on every document: `dropped_by` is null for one that is in.

A copy says which document it repeats, the method that found it, and the similarity of the two in [0, 1]; the one that
is kept says how many documents of its cluster passed the filters, itself included (null: copies were not looked for).
`cuts` are spans of code points of the stored text that are left out at the mix, `bytes_left` the bytes of UTF-8 that
they leave; both are null where nothing is cut."""

TABLES = {"documents": DOCUMENTS, "measures": MEASURES, "signatures": SIGNATURES}

ROW_GROUP = 1000
"""Rows of a row group: the size of a batch, so that one batch is one group."""

SHORT_COLUMNS = ["id", "row", "source", "lang", "lang_identified", "identifier", "lost", "dropped_by"]


@dataclass(frozen=True)
class Output:
    """One table file: its name, rows, size in bytes and SHA-256, as a manifest records it."""

    file: str
    rows: int
    bytes: int
    sha256: str

    def record(self) -> dict[str, Any]:
        """The JSON form."""
        return {"file": self.file, "rows": self.rows, "bytes": self.bytes, "sha256": self.sha256}


class TableWriter:
    """Writes batches of one schema to an open Parquet file, one row group a batch."""

    def __init__(self, writer: pq.ParquetWriter, schema: pa.Schema) -> None:
        self._writer = writer
        self._schema = schema
        self.rows = 0

    def write(self, batch: pa.RecordBatch) -> None:
        """Append the schema's columns of `batch`; other columns are left out."""
        if not batch.num_rows:
            return
        self._writer.write_batch(batch.select(self._schema.names).cast(self._schema))
        self.rows += batch.num_rows


@contextmanager
def writing(path: str, schema: pa.Schema) -> Iterator[tuple[TableWriter, list[Output]]]:
    """Open a Parquet file for writing; the list holds its `Output` once the block has ended."""
    short = [name for name in SHORT_COLUMNS if name in schema.names]
    outputs: list[Output] = []
    with (
        storage.writing(path) as target,
        pq.ParquetWriter(
            target.file,
            schema,
            version="2.6",
            compression="zstd",
            compression_level=3,
            use_dictionary=[name for name in short if name not in ("id", "row")],
            write_statistics=short,
            store_schema=True,
        ) as writer,
    ):
        table = TableWriter(writer, schema)
        yield table, outputs
    written = target.written
    outputs.append(Output(path.rsplit("/", 1)[-1], table.rows, written.bytes, written.sha256))


def write(path: str, table: pa.Table) -> Output:
    """Write a whole table, `ROW_GROUP` rows a group."""
    with writing(path, table.schema) as (writer, outputs):
        for batch in table.combine_chunks().to_batches(max_chunksize=ROW_GROUP):
            writer.write(batch)
    return outputs[0]


def opened(path: str) -> Any:
    """A file to read from. A local one is opened by Arrow itself.

    Arrow's threads need the interpreter for a Python file. One that still does when the process ends aborts it.
    """
    fs, inner = storage.filesystem(path)
    return pa.OSFile(inner) if isinstance(fs, LocalFileSystem) else fs.open(inner, "rb")


def mapped(path: str) -> Any:
    """A file to read from, of which a local one is mapped: what is read of it lies in the file, not in memory."""
    fs, inner = storage.filesystem(path)
    return pa.memory_map(inner) if isinstance(fs, LocalFileSystem) else fs.open(inner, "rb")


def read(path: str, columns: Iterable[str] | None = None, *, where: Sequence[tuple[str, str, Any]] = ()) -> pa.Table:
    """Read a table, or some of its columns, or the rows for which all conditions (column, operator, value) hold."""
    names = None if columns is None else list(columns)
    with opened(path) as file:
        if where:
            return pq.read_table(file, columns=names, filters=list(where))
        # What reads with conditions takes 0.7 ms for a small table, this 0.3; small tables are many.
        table = pq.ParquetFile(file).read(names)
    return table if names is None else table.select(names)


def schema(path: str) -> pa.Schema:
    """The schema of a table, without reading a row."""
    with opened(path) as file:
        return pq.read_schema(file)


def batches(
    path: str, columns: Iterable[str] | None = None, *, groups: Iterable[int] | None = None
) -> Iterator[pa.RecordBatch]:
    """Read a table one row group at a time, or only those row groups."""
    with opened(path) as file:
        parquet = pq.ParquetFile(file)
        for group in range(parquet.num_row_groups) if groups is None else groups:
            table = parquet.read_row_group(group, columns=None if columns is None else list(columns))
            yield from table.combine_chunks().to_batches()


def group_rows(path: str) -> list[int]:
    """The number of rows of each row group, without reading a row."""
    with opened(path) as file:
        found = pq.ParquetFile(file).metadata
        return [found.row_group(number).num_rows for number in range(found.num_row_groups)]


def together(*parts: tuple[str, Sequence[str]]) -> Iterator[list[pa.RecordBatch]]:
    """Read tables that stand row for row beside each other, each given as a path and columns, some rows at a time.

    How their rows are grouped in the files does not matter. Raises ValueError when one has fewer rows than another.
    """
    streams = [batches(path, columns) for path, columns in parts]
    held = [next(stream, None) for stream in streams]
    while any(batch is not None for batch in held):
        whole = [batch for batch in held if batch is not None]
        if len(whole) < len(held):
            raise ValueError(f"not the same number of rows in {', '.join(path for path, _ in parts)}")
        rows = min(batch.num_rows for batch in whole)
        yield [batch.slice(0, rows) for batch in whole]
        held = [
            batch.slice(rows) if batch.num_rows > rows else next(stream, None)
            for batch, stream in zip(whole, streams, strict=True)
        ]
