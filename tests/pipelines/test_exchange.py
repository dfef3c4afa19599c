"""What is written by partition is read by partition."""

import uuid

import pyarrow as pa

from pipelines import exchange, storage

SCHEMA = pa.schema([("hash", pa.uint64()), ("row", pa.int64())])


def table(*rows: tuple[int, int]) -> pa.Table:
    return pa.table({"hash": [a for a, _ in rows], "row": [b for _, b in rows]}, schema=SCHEMA)


def test_rows_come_back_by_partition_in_the_order_of_shards() -> None:
    folder = f"memory://exchange-{uuid.uuid4()}"
    groups = [[{"a": table((1, 1)), "b": table((2, 2))}, {"a": table((3, 3))}], [{"a": table((4, 4))}], []]
    manifests = [exchange.write(f"{folder}/{n}.arrow", SCHEMA, group) for n, group in enumerate(groups)]
    listing = exchange.listing(f"{folder}/listing.json", manifests)
    assert exchange.read(listing, "a", SCHEMA).column("row").to_pylist() == [1, 3, 4]
    assert exchange.read(listing, "b", SCHEMA).column("row").to_pylist() == [2]
    assert exchange.read(listing, "never", SCHEMA).num_rows == 0


def test_the_same_rows_give_the_same_bytes() -> None:
    folder = f"memory://exchange-{uuid.uuid4()}"
    for name in ("one", "two"):
        exchange.write(f"{folder}/{name}.arrow", SCHEMA, [{"b": table((2, 2)), "a": table((1, 1))}])
    assert storage.read_bytes(f"{folder}/one.arrow") == storage.read_bytes(f"{folder}/two.arrow")
