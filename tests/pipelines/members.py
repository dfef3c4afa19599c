"""What tests of judging make: measures and signatures without curation, and clusters without a search."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from pipelines import storage, tables
from pipelines.shards import Shard
from pipelines.tables import MEASURES, SIGNATURES

Row = Mapping[str, Any]

GOOD = {
    "lang": "en",
    "lang_identified": "en",
    "language_id": 0.95,
    "number_words": 100,
    "character_repetition": 0.05,
    "word_repetition": 0.05,
    "special_characters": 0.2,
    "stopwords": 0.4,
    "flagged_words": 0.0,
    "bytes": 500,
}
"""Measures of a document that passes every filter of English."""


def shelve(work: str, sources: Mapping[str, Sequence[Row]]) -> list[Shard]:
    """Measures and signatures of documents, a shard a source; whatever a row does not say is that of a good one."""
    shards, first = [], 0
    for source, rows in sources.items():
        shard = Shard(source, "x", len(rows), 0, first)
        for table, schema in (("measures", MEASURES), ("signatures", SIGNATURES)):
            known = [{**GOOD, **{key: row[key] for key in row if key in schema.names}} for row in rows]
            tables.write(shard.path(work, table), pa.Table.from_pylist(known, schema=schema))
        first += len(rows)
        shards.append(shard)
    return shards


def clustered(work: str, shards: Sequence[Shard], groups: Mapping[str, Sequence[Sequence[str]]]) -> str:
    """The table of clusters, from groups of ids by method, those of a method including those of the ones before it."""
    ids = [row["id"] for shard in shards for row in tables.read(shard.path(work, "measures")).to_pylist()]
    columns = {}
    for method, found in groups.items():
        lowest = {name: min(map(ids.index, group)) for group in found for name in group}
        columns[method] = [lowest.get(name, place) for place, name in enumerate(ids)]
    last = columns[list(columns)[-1]]
    members = [row for row in range(len(ids)) if last.count(last[row]) > 1]
    path = storage.join(work, "dedup", "clusters", f"clusters.{storage.fingerprint(columns)}.parquet")
    rows = {"row": members} | {method: [column[row] for row in members] for method, column in columns.items()}
    tables.write(path, pa.table({name: pa.array(values, pa.int64()) for name, values in rows.items()}))
    return path
