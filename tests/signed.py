"""Signature tables that no text was read for: bands given, or at random with copies planted among them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from filters.signing import MinHash, Signing
from pipelines import storage, tables
from pipelines.search import Settings
from pipelines.shards import Shard

MINHASH = MinHash(bands=3, rows=2)
"""Few enough bands to write them down."""


def settings(*methods: str, **given: Any) -> Settings:
    """Settings that compare nothing by texts, unless told."""
    signing = Signing(methods or ("minhash",), minhash=given.pop("minhash", MINHASH))
    return Settings(**{"verify": 0.0, "signing": signing, **given})


def write(work: str, sources: Mapping[str, Sequence[Mapping[str, Any] | None]], stem: str = "x") -> list[Shard]:
    """A shard for each source, its documents given by columns of SIGNATURES; `lang` goes to the measures.

    Of `bands` the first may be given: the others are like no others. None is a document without any signature.
    """
    found, first = [], 0
    for source, documents in sorted(sources.items()):
        shard = Shard(source, stem, len(documents), 0, first)
        rows = [_row(source, number, document or {}) for number, document in enumerate(documents)]
        columns = {field.name: [row.get(field.name) for row in rows] for field in tables.SIGNATURES}
        tables.write(shard.path(work, "signatures"), pa.table(columns, schema=tables.SIGNATURES))
        langs = pa.table({"id": columns["id"], "lang": [row.get("lang") for row in rows]}, _LANGS)
        tables.write(shard.path(work, "measures"), langs)
        first += len(documents)
        found.append(shard)
    return found


_LANGS = pa.schema([("id", pa.string()), ("lang", pa.string())])


def _row(source: str, number: int, document: Mapping[str, Any]) -> dict[str, Any]:
    row = {"id": f"{source}-{number}", **document}
    if "bands" in row:
        given = list(row["bands"])
        random = np.random.default_rng([*source.encode(), number])
        row["bands"] = given + random.integers(2**32, 2**63, MINHASH.bands - len(given)).tolist()
    return row


def planted(rows: int, bands: int, *, share: float = 0.2, seed: int = 1) -> NDArray[np.uint64]:
    """Band hashes of which a share are near copies of an earlier document, [rows, bands] uint64.

    A near copy has each band of its original with a probability of a half: of 14 bands, seven.
    """
    random = np.random.default_rng(seed)
    found = random.integers(0, 2**64, (rows, bands), dtype=np.uint64)
    copies = np.flatnonzero(random.random(rows) < share)
    copies = copies[copies > 0]
    originals = (random.random(len(copies)) * copies).astype(np.int64)
    same = random.random((len(copies), bands)) < 0.5
    found[copies] = np.where(same, found[originals], found[copies])
    return found


def shards_of(work: str, bands: NDArray[np.uint64], per_shard: int) -> list[Shard]:
    """Shards of one source with these band hashes, so many documents each."""
    return [
        _shard(work, bands[start : start + per_shard], start, number)
        for number, start in enumerate(range(0, len(bands), per_shard))
    ]


def _shard(work: str, bands: NDArray[np.uint64], first: int, number: int) -> Shard:
    shard = Shard("one", f"{number:05d}", len(bands), 0, first)
    path = shard.path(work, "signatures")
    with tables.writing(path, tables.SIGNATURES) as (writer, _):
        for batch in _batches(bands, first):
            writer.write(batch)
    return replace(shard, sizes={"signatures": storage.size(path) or 0})


def _batches(bands: NDArray[np.uint64], first: int) -> Iterator[pa.RecordBatch]:
    count, width = bands.shape
    for start in range(0, count, tables.ROW_GROUP):
        some = np.ascontiguousarray(bands[start : start + tables.ROW_GROUP])
        ids = pa.array([f"{first + start + place:012d}" for place in range(len(some))], pa.string())
        ends = pa.array(np.arange(0, some.size + 1, width), pa.int32())
        given = {"id": ids, "bands": pa.ListArray.from_arrays(ends, pa.array(some.ravel()))}
        columns = [given.get(field.name, pa.nulls(len(some), field.type)) for field in tables.SIGNATURES]
        yield pa.RecordBatch.from_arrays(columns, schema=tables.SIGNATURES)
