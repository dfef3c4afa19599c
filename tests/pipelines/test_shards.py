"""Documents are numbered through all shards, in one order however their inputs were cut."""

from typing import Any

from pipelines.shards import Shard, shards_of


def manifest(source: str, name: str, number: int, documents: int) -> dict[str, Any]:
    return {
        "source": source,
        "input": name,
        "slice": [number, 2],
        "documents": documents,
        "bytes": 10 * documents,
        "tables": {"documents": {"file": f"{name}.{number}.parquet", "bytes": 7}},
    }


def test_shards_are_numbered_by_source_input_and_slice() -> None:
    given = [manifest("b", "x", 0, 2), manifest("a", "y", 1, 3), manifest("a", "y", 0, 4)]
    found = shards_of(given)
    assert [(shard.source, shard.stem, shard.first) for shard in found] == [
        ("a", "y.0", 0),
        ("a", "y.1", 4),
        ("b", "x.0", 7),
    ]
    assert shards_of(given[::-1]) == found


def test_a_shard_knows_where_its_tables_are() -> None:
    shard = Shard("udhr", "yor", 1, 1, 0, {"measures": 7})
    assert shard.path("work", "measures") == "work/udhr/measures/yor.parquet"
