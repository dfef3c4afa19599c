"""Work folders in which copies were looked for, made by hand: what tests of the commands that show copies look at."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from catalog.document import document_id
from pipelines import storage, tables
from pipelines.task import manifest_of
from tests.roots.made import shelve

Row = Mapping[str, Any]
"""A document: `text`, `lang`, and where it has copies `cluster`; a copy also has `method` and `similarity`. The first
of a cluster without `similarity` is the one that is kept."""


def deduplicated(
    work: str, sources: Mapping[str, Sequence[Row]], *, scope: str = "all", names: Mapping[str, str] | None = None
) -> None:
    """Write tables, ledgers, clusters and manifests of sources; and the names of sources as their cards have them."""
    ids = {(uid, place): document_id(uid, "x", place) for uid, rows in sources.items() for place in range(len(rows))}
    members = [
        (ids[uid, place], row["cluster"], "similarity" not in row)
        for uid, rows in sources.items()
        for place, row in enumerate(rows)
        if "cluster" in row
    ]
    kept = {cluster: id for id, cluster, stays in reversed(members) if stays}
    given = {
        uid: [_row(row, kept, members, ids[uid, n]) for n, row in enumerate(rows)] for uid, rows in sources.items()
    }
    for judged in shelve(work, given):
        _manifests(work, judged.shard.source, judged.shard.rows, judged.shard.bytes)
    _clusters(work, sources, scope)
    for uid, name in (names or {}).items():
        card = f'---\npretty_name: "{name}"\nlicense: cc0-1.0\n---\n\n# A card\n'
        storage.write_bytes(storage.join(work, "cards", uid, "README.md"), card.encode())


def _row(row: Row, kept: Mapping[int, str], members: Sequence[tuple[str, int, bool]], id: str) -> dict[str, Any]:
    cluster = row.get("cluster")
    if cluster is None or id == kept[cluster]:
        return {**row, "copies": 1 if cluster is None else sum(each[1] == cluster for each in members)}
    return {"method": "minhash", **row, "dropped_by": "duplicate", "duplicate_of": kept[cluster]}


def _manifests(work: str, uid: str, rows: int, size: int) -> None:
    tables_of = {"documents": {"file": "x.parquet", "bytes": 1}}
    said = {"input": "x", "slice": [0, 1], "tables": tables_of, "documents": rows, "bytes": size}
    storage.write_json(storage.join(work, uid, "documents", "x.json"), {"source": uid, **said})
    files = [{"file": "x.judged.parquet"}]
    storage.write_json(storage.join(work, uid, "ledger", "x.judged.json"), {"source": uid, "files": files})


def _clusters(work: str, sources: Mapping[str, Sequence[Row]], scope: str) -> None:
    whole = [row.get("cluster") for _, rows in sorted(sources.items()) for row in rows]
    first: dict[int, int] = {}
    rows = [(place, first.setdefault(cluster, place)) for place, cluster in enumerate(whole) if cluster is not None]
    schema = pa.schema([("row", pa.int64()), ("minhash", pa.int64())])
    table = pa.Table.from_pylist([{"row": row, "minhash": cluster} for row, cluster in rows], schema=schema)
    path = storage.join(work, "dedup", "clusters", "clusters.key.parquet")
    output = tables.write(path, table)
    storage.write_json(manifest_of(path), {"scope": scope, "rows": len(whole), "files": [output.record()]})
