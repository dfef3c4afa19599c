"""Tables have fixed bytes, and no text stands in a footer."""

import uuid

import pyarrow as pa
import pyarrow.parquet as pq

from catalog.document import DOCUMENTS
from pipelines import storage, tables


def documents(count: int) -> pa.Table:
    rows = [
        {
            "id": f"{n:032x}",
            "source_id": str(n),
            "source": "s",
            "url": None,
            "content_hash": "h",
            "text": f"secret {n}",
            "meta": "{}",
        }
        for n in range(count)
    ]
    return pa.Table.from_pylist(rows, schema=DOCUMENTS)


def test_bytes_do_not_depend_on_how_the_table_is_chunked() -> None:
    folder = f"memory://tables-{uuid.uuid4()}"
    whole = documents(2500)
    pieces = pa.concat_tables([whole.slice(0, 7), whole.slice(7, 1600), whole.slice(1607)])
    one = tables.write(f"{folder}/one.parquet", whole)
    two = tables.write(f"{folder}/two.parquet", pieces)
    assert (one.rows, one.bytes, one.sha256) == (two.rows, two.bytes, two.sha256)


def test_row_groups_are_batches_and_columns_can_be_chosen() -> None:
    path = f"memory://tables-{uuid.uuid4()}/t.parquet"
    tables.write(path, documents(2500))
    assert [batch.num_rows for batch in tables.batches(path, ["id"])] == [1000, 1000, 500]
    assert tables.read(path, ["source"]).column_names == ["source"]


def test_no_text_stands_in_the_statistics() -> None:
    path = f"memory://tables-{uuid.uuid4()}/t.parquet"
    tables.write(path, documents(3))
    fs, inner = storage.filesystem(path)
    with fs.open(inner, "rb") as file:
        metadata = pq.ParquetFile(file).metadata
    named = {metadata.row_group(0).column(n).path_in_schema: metadata.row_group(0).column(n) for n in range(7)}
    assert not named["text"].is_stats_set
    assert named["id"].is_stats_set
