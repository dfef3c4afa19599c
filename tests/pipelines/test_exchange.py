"""What is written by partition is read by partition."""

from pathlib import Path

import pyarrow as pa
import pytest

from pipelines import exchange, storage

SCHEMA = pa.schema([("hash", pa.uint64()), ("row", pa.int64())])


def table(*rows: tuple[int, int]) -> pa.Table:
    return pa.table({"hash": [a for a, _ in rows], "row": [b for _, b in rows]}, schema=SCHEMA)


def test_rows_come_back_by_partition_in_the_order_of_shards(memory: str) -> None:
    groups = [[{"a": table((1, 1)), "b": table((2, 2))}, {"a": table((3, 3))}], [{"a": table((4, 4))}], []]
    manifests = [exchange.write(f"{memory}/{n}.arrow", SCHEMA, group) for n, group in enumerate(groups)]
    listing = exchange.listing(f"{memory}/listing.json", manifests)
    assert exchange.read(listing, "a", SCHEMA).column("row").to_pylist() == [1, 3, 4]
    assert exchange.read(listing, "b", SCHEMA).column("row").to_pylist() == [2]
    assert exchange.read(listing, "never", SCHEMA).num_rows == 0
    assert exchange.partitions(f"{memory}/0.arrow") == ["a", "b"]


def test_rows_come_one_batch_at_a_time_as_they_were_written(tmp_path: object) -> None:
    path = f"{tmp_path}/0.arrow"
    written = exchange.write(path, SCHEMA, [{"a": table((1, 1), (2, 2))}, {"a": table((3, 3))}])
    batches = exchange.batches(exchange.listing(f"{tmp_path}/listing.json", [written]), "a")
    assert [batch.column("row").to_pylist() for batch in batches] == [[1, 2], [3]]


def test_the_same_rows_give_the_same_bytes(memory: str) -> None:
    for name in ("one", "two"):
        exchange.write(f"{memory}/{name}.arrow", SCHEMA, [{"b": table((2, 2)), "a": table((1, 1))}])
    assert storage.read_bytes(f"{memory}/one.arrow") == storage.read_bytes(f"{memory}/two.arrow")


def test_a_manifest_does_not_grow_with_the_number_of_partitions(memory: str) -> None:
    written = exchange.write(f"{memory}/a.arrow", SCHEMA, [{str(n): table((n, n)) for n in range(500)}])
    assert [file["file"] for file in written["files"]] == ["a.arrow", "a.arrow.index"]
    assert len(storage.canonical(written)) < 500
    assert storage.size(f"{memory}/a.arrow.index") == written["files"][1]["bytes"]


@pytest.mark.parametrize("packed", [True, False])
def test_rows_come_back_packed_or_not(tmp_path: Path, packed: bool) -> None:  # noqa: FBT001 (a parameter of the test)
    path = str(tmp_path / "rows.arrow")
    schema = pa.schema([pa.field("text", pa.string())])
    table = pa.table({"text": ["ọ̀rọ̀ " * 500, ""]}, schema=schema)
    manifest = exchange.write(path, schema, [{"a": table}, {"b": table.slice(1)}], packed=packed)
    assert bool(manifest["files"][0]["sha256"]) == packed
    listing = exchange.listing(str(tmp_path / "listing.json"), [manifest])
    assert exchange.read(listing, "a", schema).equals(table)
    assert exchange.read(listing, "b", schema).equals(table.slice(1))
