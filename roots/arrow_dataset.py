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


class Rows:
    """Rows of a table, ready to be written in any order, each text copied once from whatever piece it lies in.

    Arrow's own `take` first joins the pieces, which would hold all texts a second time. So texts are taken as views, 16
    bytes that say in which piece a text lies, and made strings again a batch at a time.
    """

    def __init__(self, table: pa.Table) -> None:
        self.schema = _schema()
        rows = table.select(COLUMNS).cast(self.schema)
        lengths = [pc.fill_null(pc.binary_length(column), 0).to_numpy() for column in rows.columns]
        self.sizes: Integers = np.sum(lengths, axis=0, dtype=np.int64)  # [rows] bytes of strings
        self.others = rows.drop_columns(["text"]).combine_chunks()
        self._there = rows.column("text").is_valid().to_numpy()
        views = rows.column("text").cast(pa.string_view()).combine_chunks()
        _, held, *self._pieces = views.buffers()
        self._views = np.frombuffer(held, "V16", len(views), 16 * views.offset)

    def batch(self, rows: Integers, others: pa.Table) -> pa.RecordBatch:
        """Some rows as a batch in buffers of its own, given their other columns."""
        there, views = self._there[rows], pa.py_buffer(self._views[rows])
        bits = None if there.all() else pa.py_buffer(np.packbits(there, bitorder="little"))
        texts = pa.Array.from_buffers(pa.string_view(), len(rows), [bits, views, *self._pieces]).cast(pa.string())
        fresh = others.take(np.arange(len(rows)))  # others may be a slice, of which bits beside it could be seen
        arrays = [texts if name == "text" else fresh.column(name).combine_chunks() for name in COLUMNS]
        return pa.RecordBatch.from_arrays(arrays, schema=self.schema)


def write_ordered(path: str, parts: Iterable[tuple[Rows, Integers]]) -> Output:
    """Write a shard from parts, one in memory at a time; each is rows and the order of those that are in, [rows] int64.

    The file is in place whole or not at all; its name, rows, size and SHA-256 are returned. Its bytes depend on the
    values alone, not on how tables are chunked, sliced or typed (string, large string or dictionary), nor on how the
    rows are cut into parts: batches go on over the end of a part. A row can be in an order many times.
    """
    rows, left, before = 0, None, np.empty(0, dtype=np.int64)
    with storage.writing(path) as target, pa.ipc.new_stream(target.file, _schema()) as writer:
        for part, order in parts:
            rows += len(order)
            sizes = np.concatenate([before, part.sizes[order]])
            others = part.others.take(order)
            for start, stop in _cuts(sizes):
                first, count = max(start - len(before), 0), stop - max(start, len(before))
                batch = part.batch(order[first : first + count], others.slice(first, count))
                if start < len(before):
                    batch = pa.concat_batches([left, batch])
                if stop < len(sizes):
                    writer.write_batch(batch)
                    del batch  # before the next is made
                else:
                    left, before = batch, sizes[start:]
        if left is not None:
            writer.write_batch(left)
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


def _cuts(sizes: Integers) -> Iterator[tuple[int, int]]:
    """First row and end of each batch, by the bytes of strings of each row, [rows] int64.

    A batch has `BATCH_ROWS` rows, fewer when their strings pass `BATCH_BYTES`.
    """
    ends = np.concatenate([[0], np.cumsum(sizes)])  # [rows + 1] running bytes
    start = 0
    while start < len(sizes):
        fits = int(np.searchsorted(ends, ends[start] + BATCH_BYTES, side="right")) - 1
        stop = min(start + BATCH_ROWS, max(fits, start + 1), len(sizes))
        yield start, stop
        start = stop
