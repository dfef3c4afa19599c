"""Rows of Parquet and Arrow files as records; the offset of a record is its row number."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import pyarrow as pa

from catalog import code, oscar
from catalog.catalogue import record_of
from catalog.entry import Entry
from catalog.record import BATCH_BYTES, BATCH_DOCUMENTS, MAX_BYTES, Record, bad_record
from catalog.streams import Part

ROWS = 64
"""Rows of a Parquet file that are decoded at once, at most. The sizes that its footer gives are those before values
that repeat are written out, so they bound nothing; a cell is bounded by MAX_BYTES."""

WHOLE_GROUP = 64 * 2**20
"""Bytes of a row group, before compression, up to which its columns are read whole."""

ARROW_MAGIC = b"ARROW1\0\0"
WHOLE = Part()
FAULTS = (pa.ArrowException, OSError, ValueError, OverflowError, MemoryError)
"""What pyarrow raises for broken content: a length that is nonsense ends in any of them."""


def parquet_records(entry: Entry, handle: BinaryIO, part: Part | None = None) -> Iterator[Record]:
    """Records of a Parquet file, a part of a row group at a time. A row group that cannot be read is one bad record.

    A `part` is from row group `start` to before row group `end`, and its first row is `first`; or one of a packed copy,
    which is an Arrow file.
    """
    part = part or WHOLE
    if part.packed:
        yield from arrow_records(entry, handle, part)
        return
    watched = Watched(handle)
    if watched.size == 0:
        return
    try:
        file = _parquet(watched)
    except FAULTS as error:
        watched.blame(error)
        yield bad_record(0, "not a Parquet file, or its end (the footer) is missing")
        return
    first = part.first
    for number in range(part.start, file.num_row_groups if part.end is None else part.end):
        group = file.metadata.row_group(number)
        row = first
        try:
            for batch in file.iter_batches(_rows(file, number), row_groups=[number], use_threads=False):
                yield from batch_records(entry, batch, row)
                row += batch.num_rows
        except FAULTS as error:
            watched.blame(error)
            yield bad_record(row, f"row group {number} of the Parquet file is broken from row {row} on")
        first += group.num_rows


def _parquet(watched: "Watched") -> Any:
    """The file, whose columns are read in pieces of 1 MiB only where row groups are large.

    For a piece, as much memory is taken as the header of a page says that the page has: 2 GiB for a broken file of some
    kB. A column that is read whole is no longer than the file.
    """
    import pyarrow.parquet as pq

    found = pq.ParquetFile(watched, pre_buffer=False).metadata
    groups = [found.row_group(number) for number in range(found.num_row_groups)]
    largest = max((group.total_byte_size for group in groups), default=0)
    return pq.ParquetFile(watched, metadata=found, buffer_size=2**20 if largest > WHOLE_GROUP else 0, pre_buffer=False)


def index_parquet(handle: BinaryIO, step: int, long: int) -> list[Part]:
    """Where a Parquet file can be cut: at row groups, `step` stored bytes apart; from the footer alone.

    Nowhere, when a row group is of more than `long` bytes.
    """
    watched = Watched(handle)
    try:
        file = _parquet(watched)
        groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
        # Not by its columns: what pyarrow says of a column whose statistics are broken ends the process
        each = watched.size / max(1, sum(group.total_byte_size for group in groups))
        sizes = [int(each * group.total_byte_size) for group in groups]
    except FAULTS as error:
        watched.blame(error)
        return []
    cuts: list[Part] = []
    held = first = 0
    for number, (group, size) in enumerate(zip(groups, sizes, strict=True)):
        if held >= step:
            cuts.append(Part(start=number, first=first))
            held = 0
        held += size
        first += group.num_rows
    return cuts if max(sizes, default=0) <= long else []


def index_arrow(handle: BinaryIO, step: int) -> list[Part]:
    """Where an Arrow file can be cut: at record batches, `step` bytes apart, as far as they are sound. Streams and
    files that lost their footer cannot."""
    watched = Watched(handle)
    cuts: list[Part] = []
    held = row = 0
    try:
        if watched.read(len(ARROW_MAGIC)) != ARROW_MAGIC:
            return []
        file = pa.ipc.open_file(watched)
        for number in range(file.num_record_batches):
            batch = valid(file.get_batch(number))
            if held >= step:
                cuts.append(Part(start=number, first=row))
                held = 0
            held += batch.nbytes
            row += batch.num_rows
    except FAULTS as error:
        watched.blame(error)
    return cuts


def all_batches(watched: "Watched", name: str) -> Iterator[tuple[pa.RecordBatch, int]]:
    """All rows of a Parquet or Arrow file, each batch with about the bytes that it takes up there. Raises FAULTS."""
    if not name.lower().endswith(".parquet"):
        last = 0
        for batch in _arrow_batches(watched):
            yield batch, watched.tell() - last
            last = watched.tell()
        return
    file = _parquet(watched)
    each = watched.size / max(1, file.metadata.num_rows)
    for number in range(file.num_row_groups):
        for batch in file.iter_batches(_rows(file, number), row_groups=[number], use_threads=False):
            yield batch, int(each * batch.num_rows)


def _rows(file: Any, number: int) -> int:
    """How many rows of a row group are decoded at once."""
    group = file.metadata.row_group(number)
    return max(1, min(ROWS, int(BATCH_BYTES * group.num_rows // max(1, group.total_byte_size))))


def arrow_records(entry: Entry, handle: BinaryIO, part: Part | None = None) -> Iterator[Record]:
    """Records of an Arrow IPC file or stream (both end in .arrow). Memory grows with its largest record batch.

    After a broken record batch nothing more is read: how many rows it had, and so every later id, is unknown.
    A `part` of a file is from record batch `start` to before `end`, its first row is `first`.
    """
    part = part or WHOLE
    watched = Watched(handle)
    if watched.size == 0:
        return
    row = part.first
    try:
        for batch in _arrow_batches(watched, part):
            yield from batch_records(entry, batch, row)
            row += batch.num_rows
    except FAULTS as error:
        watched.blame(error)
        yield bad_record(row, f"the Arrow file is broken, or ends, at row {row}")


def _arrow_batches(watched: "Watched", part: Part = WHOLE) -> Iterator[pa.RecordBatch]:
    """Batches checked to be safe to read. The file format is the stream format between a magic and a footer: a
    file that lost its footer is read as a stream, and is broken where that ends."""
    is_file = watched.read(len(ARROW_MAGIC)) == ARROW_MAGIC
    watched.seek(0)
    if is_file:
        try:
            file = pa.ipc.open_file(watched)
        except FAULTS as error:
            watched.blame(error)
            watched.seek(len(ARROW_MAGIC))
        else:
            for number in range(part.start, file.num_record_batches if part.end is None else part.end):
                yield valid(file.get_batch(number))
            return
    for batch in pa.ipc.open_stream(watched):
        yield valid(batch)
    if is_file:
        raise pa.ArrowInvalid("no footer")


def valid(batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch, after a check of all its offsets: reading one that points outside would end the process.

    Whether strings are UTF-8 is left to _cells, so that one bad string does not cost the batch.
    """
    columns = [column.view(_BYTES[column.type]) if column.type in _BYTES else column for column in batch.columns]
    pa.RecordBatch.from_arrays(columns, names=batch.schema.names).validate(full=True)
    return batch


_BYTES = {pa.string(): pa.binary(), pa.large_string(): pa.large_binary()}


def batch_records(entry: Entry, batch: pa.RecordBatch, first: int) -> Iterator[Record]:
    """The rows of a batch as records; the first has the offset `first`."""
    for start in range(0, batch.num_rows, BATCH_DOCUMENTS):
        part = batch.slice(start, BATCH_DOCUMENTS)
        columns = {name: _cells(part.column(index)) for index, name in enumerate(part.schema.names)}
        for number in range(part.num_rows):
            fields = {name: cells[number] for name, cells in columns.items()}
            yield _row_record(entry, first + start + number, fields)


def _row_record(entry: Entry, offset: int, fields: dict[str, Any]) -> Record:
    for name, cell in fields.items():
        if isinstance(cell, _Fault):
            return bad_record(offset, f"the field {name!r} {cell.reason}")
    make = {"oscar": oscar.record_of, "code": code.record_of}.get(entry.kind, record_of)
    return make(entry, offset, fields)


@dataclass(frozen=True, slots=True)
class _Fault:
    """What stands in place of a cell that cannot be read."""

    reason: str


def _cells(column: pa.Array) -> list[Any]:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if column.type in _BYTES:
        return [_decoded(cell) for cell in column.view(_BYTES[column.type]).to_pylist()]
    try:
        return list(column.to_pylist())
    except (ValueError, OverflowError):
        return [_cell(scalar) for scalar in column]


def _decoded(cell: bytes | None) -> str | _Fault | None:
    if cell is None:
        return None
    if len(cell) > MAX_BYTES:
        return _Fault(f"has {len(cell)} bytes, over the limit of {MAX_BYTES}")
    try:
        return cell.decode()
    except UnicodeDecodeError as error:
        return _Fault(f"is not valid UTF-8: byte {error.start + 1}")


def _cell(scalar: pa.Scalar) -> Any:
    try:
        return scalar.as_py()
    except (ValueError, OverflowError):
        return _Fault(f"has a value of type {scalar.type} that Python cannot hold")


class Watched:
    """A file handle that remembers the fault of its storage.

    pyarrow reports broken content as OSError too; only a fault that came through the handle is the storage's.
    """

    def __init__(self, handle: BinaryIO) -> None:
        self.handle = handle
        self.size = handle.seek(0, io.SEEK_END)
        self.fault: Exception | None = None
        self.closed = False
        handle.seek(0)

    def read(self, size: int = -1) -> bytes:
        # A broken file may ask for more than there is memory.
        left = max(0, self.size - self.handle.tell())
        try:
            return self.handle.read(left if size < 0 else min(size, left))
        except Exception as fault:
            self.fault = fault
            raise

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.handle.seek(offset, whence)

    def tell(self) -> int:
        return self.handle.tell()

    def close(self) -> None:
        """The handle is closed by who opened it, not by pyarrow."""

    def blame(self, error: Exception) -> None:
        """Raises the storage's fault when there was one; otherwise the error is the content's."""
        if self.fault is not None:
            raise self.fault from error
