"""An exchange between many shards in two runs: what Beam calls a shuffle, through files.

A map run writes, for each shard, one Arrow file with the rows for every partition; a reduce run, whose element
is a partition, reads its rows from all those files. An Arrow file has an index of its batches, so a reader
touches only what is its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from pipelines import storage


def write(path: str, schema: pa.Schema, groups: Iterable[Mapping[str, pa.Table]]) -> dict[str, Any]:
    """Write groups of rows by partition; returns the manifest's part: the file, and each partition's batch numbers.

    Only one group is held at a time.
    """
    index: dict[str, list[int]] = {}
    count = 0
    options = pa.ipc.IpcWriteOptions(compression=pa.Codec("zstd", compression_level=1), use_threads=False)
    with storage.writing(path) as target, pa.ipc.new_file(target.file, schema, options=options) as writer:
        for group in groups:
            for name in sorted(group):
                for batch in group[name].combine_chunks().to_batches():
                    writer.write_batch(batch)
                    index.setdefault(name, []).append(count)
                    count += 1
    written = target.written
    file = {"file": path.rsplit("/", 1)[-1], "bytes": written.bytes, "sha256": written.sha256}
    return {"files": [file], "partitions": index}


def listing(path: str, manifests: Sequence[Mapping[str, Any]]) -> str:
    """Write down a map run's files and indexes for its reduce run; returns `path`."""
    storage.write_json(path, [{"files": m["files"], "partitions": m["partitions"]} for m in manifests])
    return path


def read(listing: str, partition: str, schema: pa.Schema) -> pa.Table:
    """All rows of one partition, in the order of the map run's shards."""
    folder = listing.rsplit("/", 1)[0]
    found: list[pa.RecordBatch] = []
    for manifest in storage.read_json(listing):
        numbers = manifest["partitions"].get(partition, [])
        if not numbers:
            continue
        fs, inner = storage.filesystem(storage.join(folder, manifest["files"][0]["file"]))
        with fs.open(inner, "rb") as file:
            reader = pa.ipc.open_file(file)
            found += [reader.get_batch(number) for number in numbers]
    return pa.Table.from_batches(found, schema=schema)
