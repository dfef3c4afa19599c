"""An exchange between many shards in two runs: what Beam calls a shuffle, through files.

A map run writes, for each shard, one Arrow file with the rows for every partition; a reduce run, whose element
is a partition, reads its rows from all those files. An Arrow file has an index of its batches, so a reader
touches only what is its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from pipelines import storage, tables


def write(
    path: str, schema: pa.Schema, groups: Iterable[Mapping[str, pa.Table]], *, packed: bool = True
) -> dict[str, Any]:
    """Write groups of rows by partition; returns the manifest's part: the file, and the index beside it.

    Rows that are not packed take the disk that they take in memory, and a sixth of the time.

    Only one group is held at a time. The index says which batches are each partition's; it is a file of its own, so
    that nobody has to hold those of all shards.
    """
    found: dict[str, list[int]] = {}
    count = 0
    codec = pa.Codec("zstd", compression_level=1) if packed else None
    options = pa.ipc.IpcWriteOptions(compression=codec, use_threads=False)
    with (
        storage.writing(path, hashed=packed) as target,
        pa.ipc.new_file(target.file, schema, options=options) as writer,
    ):
        for group in groups:
            for name in sorted(group):
                for batch in group[name].combine_chunks().to_batches():
                    writer.write_batch(batch)
                    found.setdefault(name, []).append(count)
                    count += 1
    beside = storage.write_bytes(_index(path), storage.canonical(found))
    return {"files": [_record(path, target.written), _record(_index(path), beside)]}


def _index(path: str) -> str:
    return f"{path}.index"


def _record(path: str, written: storage.Written) -> dict[str, Any]:
    return {"file": path.rsplit("/", 1)[-1], "bytes": written.bytes, "sha256": written.sha256}


def index(path: str) -> dict[str, list[int]]:
    """The numbers of each partition's batches in a file of a map run."""
    found: dict[str, list[int]] = storage.read_json(_index(path))
    return found


def partitions(path: str) -> list[str]:
    """The partitions of which there are rows in a file of a map run, sorted."""
    return sorted(index(path))


def listing(path: str, manifests: Sequence[Mapping[str, Any]]) -> str:
    """Write down a map run's files for its reduce run; returns `path`. The files are in the same folder."""
    storage.write_json(path, [each["files"][0]["file"] for each in manifests])
    return path


def batches(listing: str, partition: str) -> Iterator[pa.RecordBatch]:
    """The rows of one partition, in the order of the map run's shards, as they were written together."""
    folder = listing.rsplit("/", 1)[0]
    for name in storage.read_json(listing):
        path = storage.join(folder, name)
        yield from numbered(path, index(path).get(partition, []))


def numbered(path: str, numbers: Sequence[int]) -> Iterator[pa.RecordBatch]:
    """Some batches of a file of a map run."""
    if not numbers:
        return
    with tables.mapped(path) as file:
        reader = pa.ipc.open_file(file)
        for number in numbers:
            yield reader.get_batch(number)


def read(listing: str, partition: str, schema: pa.Schema) -> pa.Table:
    """All rows of one partition, in the order of the map run's shards."""
    return pa.Table.from_batches(list(batches(listing, partition)), schema=schema)
