"""Tables have fixed bytes, and no text stands in a footer."""

import uuid
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fsspec.implementations.local import LocalFileSystem

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


def test_tables_are_read_together_whatever_their_row_groups() -> None:
    folder = f"memory://tables-{uuid.uuid4()}"
    whole = documents(2500)
    tables.write(f"{folder}/even.parquet", whole)
    with tables.writing(f"{folder}/uneven.parquet", DOCUMENTS) as (writer, _):
        for start, stop in ((0, 300), (300, 300), (300, 1900), (1900, 2500)):
            for batch in whole.slice(start, stop - start).to_batches():
                writer.write(batch)
    rows = 0
    for one, two in tables.together((f"{folder}/even.parquet", ["id"]), (f"{folder}/uneven.parquet", ["id"])):
        assert one.column("id").to_pylist() == two.column("id").to_pylist()
        rows += one.num_rows
    assert rows == 2500


def test_tables_of_different_lengths_are_refused() -> None:
    folder = f"memory://tables-{uuid.uuid4()}"
    tables.write(f"{folder}/a.parquet", documents(3))
    tables.write(f"{folder}/b.parquet", documents(2))
    with pytest.raises(ValueError, match="not the same number of rows"):
        list(tables.together((f"{folder}/a.parquet", ["id"]), (f"{folder}/b.parquet", ["id"])))


def test_arrow_reads_a_local_table_without_a_python_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = str(tmp_path / "t.parquet")
    table = pa.table({"id": ["a"]})
    tables.write(path, table)
    monkeypatch.setattr(LocalFileSystem, "_open", None)
    assert tables.read(path) == table
    assert tables.schema(path) == table.schema
    assert [batch.to_pylist() for batch in tables.batches(path)] == [[{"id": "a"}]]


def test_some_row_groups_are_read_alone() -> None:
    path = f"memory://tables-{uuid.uuid4()}/x.parquet"
    tables.write(path, documents(2500))
    assert tables.group_rows(path) == [1000, 1000, 500]
    found = [batch.column("text")[0].as_py() for batch in tables.batches(path, ["text"], groups=[2, 0])]
    assert found == ["secret 2000", "secret 0"]
