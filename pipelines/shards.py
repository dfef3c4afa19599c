"""Curated shards, and the number that every document has among all of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipelines import storage


@dataclass(frozen=True)
class Shard:
    """A curated shard: its source, the stem of its tables' names, its rows, and the number of its first row.

    `bytes` is that of its texts, `sizes` that of its table files.
    """

    source: str
    stem: str
    rows: int
    bytes: int
    first: int
    sizes: Mapping[str, int] = field(default_factory=dict, hash=False)

    def path(self, work: str, table: str) -> str:
        """Where one of its tables is."""
        return storage.join(work, self.source, table, f"{self.stem}.parquet")


def shards_of(manifests: Sequence[Mapping[str, Any]]) -> list[Shard]:
    """The shards that curation wrote, numbered through in the order of source, input and slice.

    So a document has the same place however its input was cut.
    """
    ordered = sorted(manifests, key=lambda manifest: (manifest["source"], manifest["input"], manifest["slice"]))
    shards: list[Shard] = []
    first = 0
    for manifest in ordered:
        stem = manifest["tables"]["documents"]["file"].removesuffix(".parquet")
        sizes = {table: output["bytes"] for table, output in manifest["tables"].items()}
        shards.append(Shard(manifest["source"], stem, manifest["documents"], manifest["bytes"], first, sizes))
        first += manifest["documents"]
    return shards
