"""One search for copies: what is asked for, where its files go, and how the signatures of a shard are read for it.

Only hashes, sketches and row numbers travel, never text. A document's row number is its place among all shards.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Literal, get_args

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from filters.signing import MinHash, Signing
from filters.table import Profile
from pipelines import storage, tables
from pipelines.shards import Shard
from pipelines.texts import FAULTS

Scope = Literal["source", "language", "all"]
SCOPES: tuple[str, ...] = get_args(Scope)

EDGES = pa.schema([pa.field("row", pa.int64()), pa.field("other", pa.int64())])
"""Two documents that a method holds for copies of each other, by row number; `row` is the lower one."""

COLUMN = {"exact": "exact", "url": "url_hash", "simhash": "simhash", "minhash": "bands"}
"""The column of a signature table that each method compares."""


class DedupError(RuntimeError):
    """Signatures that cannot be compared, or a disk without room: which file, what it has, what is wanted."""


@dataclass(frozen=True)
class Settings:
    """What decides which documents are copies of each other.

    They are compared inside a `scope`. Pairs that MinHash proposes are kept if the exact Jaccard similarity of their
    shingles is at least `verify`; 0: all are. To be verified all pairs of a bucket are proposed up to `largest_bucket`
    documents; each further one is compared with the bucket's first document and with the one before it.
    """

    scope: str = "all"
    verify: float = 0.75
    largest_bucket: int = 100
    signing: Signing = field(default_factory=Signing)
    profile: Profile = "fixed"

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that are asked for, in the order of METHODS."""
        return self.signing.methods


@dataclass(frozen=True)
class Search:
    """One search: the work folder, its shards in the order of their rows, what is asked for, the key of it all."""

    work: str
    shards: tuple[Shard, ...]
    settings: Settings
    key: str

    @property
    def rows(self) -> int:
        """How many documents there are."""
        return self.shards[-1].first + self.shards[-1].rows if self.shards else 0

    def path(self, *parts: str) -> str:
        """A place in the folder of all that finds copies."""
        return storage.join(self.work, "dedup", *parts)


def signatures(work: str, shard: Shard, how: Signing, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Columns of a shard's signature table, some rows at a time.

    Raises DedupError for a table that was cut off or damaged, lacks a column, or was made with other parameters.
    """
    path = shard.path(work, "signatures")
    again = "remove it, and the same command makes it again"
    try:
        has = {field.name: field.type for field in tables.schema(path)}
        wants = {name: tables.SIGNATURES.field(name).type for name in columns}
        if any(has.get(name) != kind for name, kind in wants.items()):
            raise DedupError(f"{path}: has the columns {_named(has)}; wanted is {_named(wants)}; {again}")
        rows = 0
        for batch in tables.batches(path, columns):
            _check_parameters(path, batch, how.minhash)
            rows += batch.num_rows
            yield batch
    except FAULTS as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # a file that is not there or a disk that fails is not mended by making the table again
        raise DedupError(f"{path}: is no whole Parquet file ({str(error).splitlines()[0]}); {again}") from None
    if rows != shard.rows:
        raise DedupError(f"{path}: has {rows} rows, {shard.rows} are wanted, one for each document; {again}")


def salts(work: str, shard: Shard, scope: str) -> NDArray[np.uint64]:
    """What keeps scopes apart when it is xored with hashes: 128 bits of each document, or one for all of the shard.

    [rows, 2] or [1, 2] uint64. A document of which no language is known is compared with others of that kind.
    """
    if scope == "all":
        return np.zeros((1, 2), np.uint64)
    if scope == "source":
        return _hashes([f"source {shard.source}"])
    langs = tables.read(shard.path(work, "measures"), ["lang"]).column("lang").combine_chunks().dictionary_encode()
    codes = langs.indices.fill_null(len(langs.dictionary)).to_numpy()
    of_language = _hashes([f"language {lang}" for lang in [*langs.dictionary.to_pylist(), ""]])
    return np.ascontiguousarray(of_language[codes])


def _hashes(names: Sequence[str]) -> NDArray[np.uint64]:
    """A hash of each name, [names, 2] uint64."""
    digests = b"".join(blake2b(name.encode(), digest_size=16).digest() for name in names)
    return np.frombuffer(digests, "<u8").reshape(-1, 2).astype(np.uint64)


def _named(columns: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} ({kind})" for name, kind in columns.items())


def _check_parameters(path: str, batch: pa.RecordBatch, how: MinHash) -> None:
    """Refuse band hashes and sketches of other lengths than the parameters give."""
    wanted = {"bands": (pc.list_value_length, how.bands), "sketch": (pc.binary_length, how.bands * how.rows)}
    for name, (length, right) in wanted.items():
        if name not in batch.schema.names:
            continue
        found = pc.min_max(length(batch.column(name))).as_py()
        wrong = [value for value in found.values() if value is not None and value != right]
        if wrong:
            unit = "band hashes" if name == "bands" else "bytes of sketch"
            raise DedupError(
                f"{path}: has {wrong[0]} {unit} a document, {right} are wanted ({how.bands} bands of {how.rows} rows): "
                "it was made with other parameters; remove it, and the same command makes it again"
            )
