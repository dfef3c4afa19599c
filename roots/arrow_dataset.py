"""Folders that `datasets.load_from_disk` opens, written without the `datasets` library.

`Dataset.save_to_disk` draws a new fingerprint each time and keeps whatever the tables in memory happen to look
like. Here the same rows always give the same bytes: batches are cut by rule, values are copied into fresh
buffers (so that no slice, chunk or hidden value of the input shows), and the fingerprint is a hash of the shards.

A folder holds `data-00000-of-00003.arrow` ... (Arrow *stream* files), `dataset_info.json` and `state.json`. The
layout is that of datasets 5.2 (`arrow_dataset.py`, `save_to_disk` and `load_from_disk`), in use since 2.5.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines import storage
from pipelines.tables import Output

COLUMNS = ("id", "text", "source", "url", "meta")
"""What a document of the finished corpus carries, all of it strings; `url` may be null."""

BATCH_ROWS = 1000
"""Rows of a batch: what `datasets` itself writes (`DEFAULT_MAX_BATCH_SIZE`)."""

BATCH_BYTES = 256 * 1024 * 1024
"""Bytes of strings in a batch: well under the 2 GiB that the 32-bit offsets of an Arrow string column allow, so
that a thousand books still make valid batches."""


Integers = NDArray[np.int64]


class DatasetError(ValueError):
    """Rows or shards that do not make a dataset."""


def shard_name(index: int, count: int) -> str:
    """File name of shard `index` of `count`, as `datasets` names it.

    >>> shard_name(0, 3)
    'data-00000-of-00003.arrow'
    """
    if not 0 <= index < count:
        raise DatasetError(f"shard {index} of {count}: shards are numbered from 0 to {count - 1}")
    return f"data-{index:05d}-of-{count:05d}.arrow"


def write_ordered(path: str, parts: Iterable[tuple[pa.Table, Integers]]) -> Output:
    """Write a shard from parts, one in memory at a time; each is a table and the order of its rows, [rows] int64.

    The file is in place whole or not at all; its name, rows, size and SHA-256 are returned. Its bytes depend on the
    values alone, not on how the tables are chunked, sliced or typed (string, large string or dictionary), nor on how
    the rows are cut into parts: batches go on over the end of a part. A row that is not in the order is left out, and
    one can be in it many times; columns that the corpus does not have are left out, too.
    """
    schema, rows = _schema(), 0
    with storage.writing(path) as target, pa.ipc.new_stream(target.file, schema) as writer:
        left = schema.empty_table()
        for table, places in parts:
            rows += len(places)
            whole = pa.concat_tables([left, table.select(COLUMNS).cast(schema)])
            order = np.concatenate([np.arange(left.num_rows), places + left.num_rows])
            cuts, found = list(_cuts(whole, order)), _Rows(whole, order)
            for start, stop in cuts[:-1]:
                writer.write_batch(found.batch(start, stop))
            if cuts:
                left = pa.Table.from_batches([found.batch(*cuts[-1])])
        if left.num_rows:
            writer.write_batch(left.to_batches()[0])
    return Output(path.rsplit("/", 1)[-1], rows, target.written.bytes, target.written.sha256)


def texts(paths: Sequence[str]) -> Iterator[str]:
    """The texts of shards, one batch in memory at a time."""
    for path in paths:
        for batch in batches(path):
            yield from batch.column("text").to_pylist()


def batches(path: str) -> Iterator[pa.RecordBatch]:
    """The batches of an Arrow stream file."""
    fs, inner = storage.filesystem(path)
    with fs.open(inner, "rb") as file, pa.ipc.open_stream(file) as reader:
        yield from reader


def finish(folder: str, shards: Sequence[Output], *, description: str = "", licence: str = "") -> str:
    """Make a folder of shards a dataset: write `dataset_info.json` and, last, `state.json`. Returns the fingerprint.

    The shards are listed in the order given, which is the order of the rows. A dataset without documents is one
    shard without rows: `load_from_disk` cannot open a folder without shards.
    """
    if not shards:
        raise DatasetError(f"{folder}: no shards; write one shard without rows for a dataset without documents")
    for shard in shards:
        size = storage.size(storage.join(folder, shard.file))
        if size != shard.bytes:
            found = "is not there" if size is None else f"has {size} bytes"
            raise DatasetError(f"{folder}: {shard.file} {found}, {shard.bytes} expected; write the shard again")
    for file, data in descriptions(shards, description=description, licence=licence).items():
        storage.write_bytes(storage.join(folder, file), data)
    return fingerprint(shards)


def descriptions(shards: Sequence[Output], *, description: str = "", licence: str = "") -> dict[str, bytes]:
    """What stands in the files that make shards a dataset, by name; the one that opens it is last."""
    info = {
        "citation": "",
        "description": description,
        "features": _features(),
        "homepage": "",
        "license": licence,
    }
    state: dict[str, Any] = {
        "_data_files": [{"filename": shard.file} for shard in shards],
        "_fingerprint": fingerprint(shards),
        "_format_columns": None,
        "_format_kwargs": {},
        "_format_type": None,
        "_output_all_columns": False,
        "_split": None,
    }
    files = {"dataset_info.json": info, "state.json": state}
    return {file: (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode() for file, value in files.items()}


SPLITS = "dataset_dict.json"
"""In the folder of datasets that are the splits of one: which there are."""


def splits(names: Sequence[str]) -> bytes:
    """What stands in that file.

    >>> splits(["train", "validation"]).decode().strip()
    '{"splits": ["train", "validation"]}'
    """
    return (json.dumps({"splits": list(names)}) + "\n").encode()


def fingerprint(shards: Sequence[Output]) -> str:
    """Name of the contents of a dataset, 16 hexadecimal digits: columns, and rows and SHA-256 of each shard in order.

    `datasets` derives the names of its cache files from it, so it must differ when the text does.
    """
    return storage.fingerprint([list(COLUMNS), [[shard.rows, shard.sha256] for shard in shards]])


def _features() -> dict[str, Any]:
    """The columns in the form in which `datasets` describes them."""
    return {name: {"dtype": "string", "_type": "Value"} for name in COLUMNS}


def _schema() -> pa.Schema:
    """The Arrow schema with the metadata key under which `datasets` finds its features."""
    metadata = {"huggingface": json.dumps({"info": {"features": _features()}})}
    return pa.schema([pa.field(name, pa.string()) for name in COLUMNS], metadata=metadata)


def _cuts(table: pa.Table, order: Integers) -> Iterator[tuple[int, int]]:
    """First place and end of each batch in an order: `BATCH_ROWS` rows, fewer when their strings pass `BATCH_BYTES`."""
    ends = np.zeros(len(order) + 1, dtype=np.int64)  # [rows + 1] running bytes
    for name in COLUMNS:
        lengths = pc.fill_null(pc.binary_length(table.column(name).cast(pa.large_string())), 0)
        ends[1:] += np.cumsum(lengths.to_numpy()[order], dtype=np.int64)
    start = 0
    while start < len(order):
        fits = int(np.searchsorted(ends, ends[start] + BATCH_BYTES, side="right")) - 1
        stop = min(start + BATCH_ROWS, max(fits, start + 1), len(order))
        yield start, stop
        start = stop


class _Rows:
    """Rows of a table in an order, each text copied once, from whatever piece of the table it lies in.

    Arrow's own `take` first joins the pieces, which would hold all texts a second time. So texts are taken as views, 16
    bytes that say in which piece a text lies, and made strings again a batch at a time.
    """

    def __init__(self, table: pa.Table, order: Integers) -> None:
        self._schema = table.schema
        self._others = table.drop_columns(["text"]).take(order).combine_chunks()
        self._there = table.column("text").is_valid().to_numpy()[order]
        views = table.column("text").cast(pa.string_view()).combine_chunks()
        _, held, *self._pieces = views.buffers()
        self._views = np.frombuffer(held, "V16", len(views), 16 * views.offset)[order]

    def batch(self, start: int, stop: int) -> pa.RecordBatch:
        """Those between two places of the order."""
        there, views = self._there[start:stop], pa.py_buffer(self._views[start:stop])
        bits = None if there.all() else pa.py_buffer(np.packbits(there, bitorder="little"))
        texts = pa.Array.from_buffers(pa.string_view(), len(there), [bits, views, *self._pieces]).cast(pa.string())
        others = self._others.take(np.arange(start, stop))  # not a slice, of which bits beside it could be seen
        arrays = [texts if name == "text" else _one(others.column(name)) for name in COLUMNS]
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks)
