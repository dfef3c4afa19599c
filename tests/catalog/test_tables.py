"""Rows of Parquet and Arrow files, whole and broken."""

import datetime
import io
import json
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog import record, tables
from catalog.sources import entry_for_files
from tests.catalog.conftest import Rows
from tests.corpora import environment

TABLE = pa.table(
    {
        "text": [f"Ẹ káàbọ̀ {number}" for number in range(2500)],
        "id": list(range(2500)),
        "tags": [[f"t{number}"] for number in range(2500)],
    }
)


def _parquet(path: Path, table: pa.Table, rows: int = 1000) -> Path:
    pq.write_table(table, path, row_group_size=rows)
    return path


def _arrow(path: Path, table: pa.Table, kind: str) -> Path:
    new = pa.ipc.new_file if kind == "file" else pa.ipc.new_stream
    with path.open("wb") as file, new(file, table.schema) as writer:
        writer.write_table(table, max_chunksize=1000)
    return path


@pytest.mark.parametrize("kind", ["parquet", "file", "stream"])
def test_whole_tables(tmp_path: Path, rows: Rows, kind: str) -> None:
    path = tmp_path / ("x.parquet" if kind == "parquet" else "x.arrow")
    found = rows(_parquet(path, TABLE) if kind == "parquet" else _arrow(path, TABLE, kind), "yo")
    assert [row["text"] for row in found] == TABLE["text"].to_pylist()
    assert [row["source_id"] for row in found] == [str(number) for number in range(2500)]
    assert {row["lost"] for row in found} == {None}
    assert json.loads(found[3]["meta"]) == {"id": 3, "tags": ["t3"]}


def test_the_id_is_made_of_the_row_number(tmp_path: Path, rows: Rows) -> None:
    one = rows(_parquet(tmp_path / "x.parquet", TABLE, rows=1000))
    other = rows(_parquet(tmp_path / "x.parquet", TABLE, rows=70))
    assert [row["id"] for row in one] == [row["id"] for row in other]
    assert len({row["id"] for row in one}) == 2500


def test_values_json_does_not_have(tmp_path: Path, rows: Rows) -> None:
    table = pa.table(
        {
            "text": pa.array(["t"]).dictionary_encode(),
            "when": [datetime.datetime(2026, 11, 20, tzinfo=datetime.UTC)],
            "price": [Decimal("1.50")],
            "raw": [b"\0\1"],
            "score": [float("nan")],
            "pairs": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())),
            "none": pa.nulls(1),
        }
    )
    (row,) = rows(_parquet(tmp_path / "x.parquet", table))
    assert row["text"] == "t"
    assert json.loads(row["meta"]) == {
        "when": "2026-11-20T00:00:00+00:00",
        "price": "1.50",
        "raw": "AAE=",
        "score": None,
        "pairs": [["k", 1]],
        "none": None,
    }


@pytest.mark.parametrize("kind", ["parquet", "file", "stream"])
def test_a_cell_that_is_not_utf8_is_one_bad_row(tmp_path: Path, rows: Rows, kind: str) -> None:
    cells = pa.array([b"first", b"\xff", b"last"]).view(pa.string())
    for name in ("text", "other"):
        table = pa.table({"text": ["a", "b", "c"], name: cells})
        path = tmp_path / ("x.parquet" if kind == "parquet" else "x.arrow")
        found = rows(_parquet(path, table) if kind == "parquet" else _arrow(path, table, kind))
        assert [row["lost"] for row in found] == [None, "error:read", None]
        assert found[1]["reason"] == f"the field {name!r} is not valid UTF-8: byte 1"


def test_rows_without_a_text_say_so(tmp_path: Path, rows: Rows) -> None:
    table = pa.table({"text": ["a", None], "n": [1, 2]})
    assert rows(_parquet(tmp_path / "x.parquet", table))[1]["reason"] == "the field 'text' is a JSON null, not a string"
    found = rows(_parquet(tmp_path / "y.parquet", table.select(["n"])))
    assert [row["reason"] for row in found] == ["the record has no field 'text'"] * 2
    found = rows(_parquet(tmp_path / "z.parquet", table.rename_columns(["n", "text"])))
    assert found[0]["reason"] == "the field 'text' is a JSON number, not a string"


def test_a_value_python_cannot_hold_is_one_bad_row(tmp_path: Path, rows: Rows) -> None:
    times = pa.array([0, 2**62], pa.timestamp("us"))
    found = rows(_arrow(tmp_path / "x.arrow", pa.table({"text": ["a", "b"], "t": times}), "file"))
    assert [row["reason"] for row in found] == [
        None,
        "the field 't' has a value of type timestamp[us] that Python cannot hold",
    ]


def test_a_cell_over_the_limit_is_one_bad_row(tmp_path: Path, rows: Rows) -> None:
    table = pa.table({"text": ["a", "b" * (record.MAX_BYTES + 1), "c"]})
    found = rows(_parquet(tmp_path / "x.parquet", table))
    assert [row["text"] for row in found] == ["a", "", "c"]
    assert (
        found[1]["reason"] == f"the field 'text' has {record.MAX_BYTES + 1} bytes, over the limit of {record.MAX_BYTES}"
    )


def test_a_broken_row_group_is_one_bad_row_and_the_next_is_read(tmp_path: Path, rows: Rows) -> None:
    path = _parquet(tmp_path / "x.parquet", TABLE)
    data = bytearray(path.read_bytes())
    group = pq.ParquetFile(path).metadata.row_group(1)
    start = group.column(0).dictionary_page_offset or group.column(0).data_page_offset
    data[start : start + 40] = b"\xff" * 40
    path.write_bytes(data)
    found = rows(path)
    assert [row["text"] for row in found if not row["lost"]] == TABLE["text"].to_pylist()[:1000] + TABLE[
        "text"
    ].to_pylist()[2000:]
    assert [row["reason"] for row in found if row["lost"]] == [
        "row group 1 of the Parquet file is broken from row 1000 on"
    ]
    whole = rows(_parquet(path, TABLE))
    assert found[-1]["id"] == whole[-1]["id"]


@pytest.mark.parametrize("cut", [-1, -8, 100, 3])
def test_a_parquet_file_without_its_end(tmp_path: Path, rows: Rows, cut: int) -> None:
    path = _parquet(tmp_path / "x.parquet", TABLE)
    path.write_bytes(path.read_bytes()[:cut])
    (row,) = rows(path)
    assert (row["lost"], row["reason"]) == ("error:read", "not a Parquet file, or its end (the footer) is missing")


@pytest.mark.parametrize("kind", ["file", "stream"])
def test_an_arrow_file_cut_short_keeps_the_batches_before(tmp_path: Path, rows: Rows, kind: str) -> None:
    path = _arrow(tmp_path / "x.arrow", TABLE, kind)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 2 // 3])
    found = rows(path)
    assert [row["text"] for row in found[:-1]] == TABLE["text"].to_pylist()[: len(found) - 1]
    assert len(found) == 1001
    assert found[-1]["reason"] == "the Arrow file is broken, or ends, at row 1000"


def test_an_arrow_file_without_its_footer_keeps_all_rows(tmp_path: Path, rows: Rows) -> None:
    path = _arrow(tmp_path / "x.arrow", TABLE, "file")
    path.write_bytes(path.read_bytes()[:-10])
    found = rows(path)
    assert len(found) == 2501
    assert found[-1]["lost"] == "error:read"


@pytest.mark.parametrize("name", ["x.parquet", "x.arrow"])
def test_empty_files_and_garbage(tmp_path: Path, rows: Rows, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert rows(tmp_path / name) == []
    (tmp_path / name).write_bytes(b"garbage" * 100)
    assert [row["lost"] for row in rows(tmp_path / name)] == ["error:read"]


def test_a_fault_of_the_storage_is_not_a_bad_record(tmp_path: Path) -> None:
    class Broken(io.BytesIO):
        reads = 0

        def read(self, size: int | None = -1) -> bytes:
            self.reads += 1
            if self.reads > 5:
                raise ConnectionResetError
            return super().read(size)

    data = _parquet(tmp_path / "x.parquet", TABLE).read_bytes()
    with pytest.raises(ConnectionResetError):
        list(tables.parquet_records(entry_for_files([], None), Broken(data)))


@pytest.mark.parametrize("kind", ["parquet", "stream"])
def test_bytes_changed_at_random_raise_nothing(tmp_path: Path, rows: Rows, kind: str) -> None:
    import random

    path = tmp_path / ("x.parquet" if kind == "parquet" else "x.arrow")
    small: Any = TABLE.slice(0, 50)
    data = (_parquet(path, small, 20) if kind == "parquet" else _arrow(path, small, kind)).read_bytes()
    for seed in range(100):
        chance = random.Random(seed)
        changed = bytearray(data)
        for _ in range(chance.randint(1, 5)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        path.write_bytes(changed)
        rows(path)


def test_a_page_takes_no_more_memory_than_the_file_has(fixtures: Path, rows: Rows) -> None:
    before = pa.default_memory_pool()
    watched = pa.proxy_memory_pool(before)
    pa.set_memory_pool(watched)
    try:
        found = rows(fixtures / "page_of_two_gigabytes.parquet")
    finally:
        pa.set_memory_pool(before)
    assert [row["reason"] for row in found] == [
        f"row group {number} of the Parquet file is broken from row {3 * number} on" for number in range(3)
    ]
    assert watched.max_memory() < 10_000_000


def test_large_row_groups_are_read_in_pieces(tmp_path: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    pq.write_table(pa.table({"text": [f"{number}" for number in range(500)]}), tmp_path / "x.parquet")
    asked = []
    real = pq.ParquetFile

    def noting(*given: Any, **named: Any) -> Any:
        asked.append(named.get("buffer_size"))
        return real(*given, **named)

    monkeypatch.setattr(pq, "ParquetFile", noting)
    whole = rows(tmp_path / "x.parquet")
    monkeypatch.setattr(tables, "WHOLE_GROUP", 10)
    assert rows(tmp_path / "x.parquet") == whole
    assert asked == [None, 0, None, 2**20]


def test_statistics_that_do_not_fit_end_no_process(fixtures: Path) -> None:
    path = fixtures / "statistics_of_another_size.parquet"
    code = (
        "import sys; from catalog import tables; from catalog.sources import entry_for_files, inputs, read\n"
        f"entry = entry_for_files([{str(path)!r}], 'yo')\n"
        f"print(tables.index_parquet(open({str(path)!r}, 'rb'), 10, 10**9)[0].first)\n"
        "print(sum(batch.num_rows for file in inputs(entry) for batch in read(entry, file)))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split()) == (0, ["3", "3"]), done.stderr


def test_a_file_that_lost_its_start_is_read_alike_whole_and_in_parts(fixtures: Path, rows: Rows) -> None:
    path = fixtures / "footer_without_a_start.arrow"
    (row,) = rows(path)
    assert row["reason"] == "the Arrow file is broken, or ends, at row 0"
    with path.open("rb") as handle:
        assert tables.index_arrow(handle, 1) == []
