"""Arrow datasets: opened by `datasets`, the same bytes always, another fingerprint for other text."""

import hashlib
import io
import itertools
import json
import random
import uuid
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import storage
from pipelines.tables import Output
from roots import arrow_dataset
from roots.arrow_dataset import COLUMNS, DatasetError, Rows, fingerprint, finish, shard_name
from tests.roots.made import write_shard


@pytest.fixture
def datasets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The library itself, kept off the network and out of the user's cache."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    return pytest.importorskip("datasets")


def documents(count: int, *, word: str = "ọ̀rọ̀") -> pa.Table:
    return pa.table(
        {
            "id": [f"{number:032x}" for number in range(count)],
            "text": [f"{word} {number}\nनमस्ते 你好" * (number % 7) for number in range(count)],
            "source": ["udhr"] * count,
            "url": [None if number % 3 else f"https://example.org/{number}" for number in range(count)],
            "meta": ["{}"] * count,
        },
        schema=pa.schema([pa.field(name, pa.string()) for name in COLUMNS]),
    )


def stream(table: pa.Table) -> bytes:
    path = f"memory://{uuid.uuid4()}/stream.arrow"
    write_shard(path, table)
    return storage.read_bytes(path)


def plain(table: pa.Table) -> bytes:
    """What a stream is, by its definition: row after row, a batch ends when another row would make it too large."""
    batch: list[dict[str, Any]] = []
    file, size = io.BytesIO(), 0
    schema = arrow_dataset._schema()
    with pa.ipc.new_stream(file, schema) as writer:
        for row in table.to_pylist():
            more = sum(len((row[name] or "").encode()) for name in COLUMNS)
            if len(batch) == arrow_dataset.BATCH_ROWS or (batch and size + more > arrow_dataset.BATCH_BYTES):
                writer.write_batch(pa.RecordBatch.from_pylist(batch, schema=schema))
                batch, size = [], 0
            batch.append(row)
            size += more
        if batch:
            writer.write_batch(pa.RecordBatch.from_pylist(batch, schema=schema))
    return file.getvalue()


def write(folder: str, *tables: pa.Table) -> list[Output]:
    shards = [write_shard(f"{folder}/{shard_name(index, len(tables))}", table) for index, table in enumerate(tables)]
    finish(folder, shards, description="Yoruba", licence="cc-by-sa-4.0")
    return shards


def test_load_from_disk_gives_the_rows_back_in_order(datasets: Any, tmp_path: Path) -> None:
    table = documents(2500)
    write(str(tmp_path / "yo"), table.slice(0, 1200), table.slice(1200, 1), table.slice(1201))
    loaded = datasets.load_from_disk(str(tmp_path / "yo"))
    assert loaded.column_names == list(COLUMNS)
    assert loaded.to_list() == table.to_pylist()
    assert loaded.info.license == "cc-by-sa-4.0"
    assert loaded.info.description == "Yoruba"
    assert loaded.features == datasets.Features({name: datasets.Value("string") for name in COLUMNS})


def test_the_loaded_fingerprint_follows_the_contents(datasets: Any, tmp_path: Path) -> None:
    for name, table in {"a": documents(9), "b": documents(9), "c": documents(9, word="omi")}.items():
        write(str(tmp_path / name), table)
    a, b, c = (datasets.load_from_disk(str(tmp_path / name))._fingerprint for name in "abc")
    assert a == b != c


def test_a_loaded_dataset_can_be_worked_with(datasets: Any, tmp_path: Path) -> None:
    write(str(tmp_path / "yo"), documents(30))
    loaded = datasets.load_from_disk(str(tmp_path / "yo"))
    assert loaded.filter(lambda row: row["url"] is not None, load_from_cache_file=False).num_rows == 10
    assert loaded.select([3])["text"][0].startswith("ọ̀rọ̀ 3")


def test_load_dataset_reads_the_shards_as_arrow_files(datasets: Any, tmp_path: Path) -> None:
    write(str(tmp_path / "yo"), documents(20), documents(10))
    loaded = datasets.load_dataset(
        "arrow", data_files=str(tmp_path / "yo/*.arrow"), split="train", cache_dir=str(tmp_path / "cache")
    )
    assert loaded.num_rows == 30


def test_the_files_are_what_datasets_itself_would_write(datasets: Any, tmp_path: Path) -> None:
    table = documents(10)
    theirs = datasets.Dataset.from_dict(
        table.to_pydict(), features=datasets.Features.from_dict(arrow_dataset._features())
    )
    theirs.save_to_disk(tmp_path / "theirs", num_shards=1)
    [shard] = write(str(tmp_path / "ours"), table)
    name = shard_name(0, 1)
    schemas = [pa.ipc.open_stream((tmp_path / folder / name).read_bytes()).schema for folder in ("theirs", "ours")]
    assert schemas[0].equals(schemas[1], check_metadata=True)
    for file in ("state.json", "dataset_info.json"):
        a, b = (json.loads((tmp_path / folder / file).read_text()) for folder in ("theirs", "ours"))
        assert list(a) == list(b)
    assert shard.bytes == (tmp_path / "ours" / name).stat().st_size


def test_a_dataset_without_documents_is_one_shard_without_rows(datasets: Any, tmp_path: Path) -> None:
    write(str(tmp_path / "fon"), documents(0))
    assert datasets.load_from_disk(str(tmp_path / "fon")).num_rows == 0
    with pytest.raises(DatasetError, match="no shards; write one shard without rows"):
        finish(str(tmp_path / "fon"), [])


def test_a_memory_url_holds_a_dataset(datasets: Any) -> None:
    write("memory://test_arrow_dataset/yo", documents(40))
    assert fsspec.filesystem("memory").ls("/test_arrow_dataset/yo", detail=False) == [
        "/test_arrow_dataset/yo/data-00000-of-00001.arrow",
        "/test_arrow_dataset/yo/dataset_info.json",
        "/test_arrow_dataset/yo/state.json",
    ]
    loaded = datasets.load_from_disk("memory://test_arrow_dataset/yo")
    assert loaded.to_list() == documents(40).to_pylist()


def test_a_shard_says_its_rows_size_and_hash(tmp_path: Path) -> None:
    path = tmp_path / shard_name(0, 1)
    shard = write_shard(str(path), documents(12))
    data = path.read_bytes()
    assert shard == Output(path.name, 12, len(data), hashlib.sha256(data).hexdigest())
    assert data == plain(documents(12))


def test_bytes_do_not_depend_on_chunks_slices_or_types() -> None:
    table = documents(2300)
    wanted = plain(table)
    chunked = pa.concat_tables([table.slice(0, 7), table.slice(7, 1500), table.slice(1507)])
    sliced = pa.concat_tables([documents(5), table]).combine_chunks().slice(5)
    large = table.cast(pa.schema([pa.field(name, pa.large_string()) for name in COLUMNS]))
    encoded = table.set_column(2, "source", table.column("source").dictionary_encode())
    extra = table.append_column("lang", [["yo"] * 2300]).replace_schema_metadata({"pandas": "{}"})
    turned = table.select(list(reversed(COLUMNS)))
    for other in (table, chunked, sliced, large, encoded, extra, turned):
        assert stream(other) == wanted


def test_what_hides_under_a_null_does_not_reach_the_file() -> None:
    table = documents(3)
    offsets = np.array([0, 1, 7, 8], dtype=np.int32)
    hiding = pa.StringArray.from_buffers(
        3, pa.py_buffer(offsets), pa.py_buffer(b"asecretb"), pa.py_buffer(bytes([0b11111101]))
    )
    clean = table.set_column(3, "url", pa.array(["a", None, "b"]))
    assert b"secret" not in stream(table.set_column(3, "url", hiding))
    assert stream(table.set_column(3, "url", hiding)) == stream(clean)


def test_batches_stay_small_for_long_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrow_dataset, "BATCH_BYTES", 1000)
    table = documents(30).set_column(
        1, "text", pa.array(["x" * (5000 if number == 4 else 100) for number in range(30)])
    )
    batches = list(pa.ipc.open_stream(stream(table)))
    assert pa.Table.from_batches(batches).column("text").to_pylist() == table.column("text").to_pylist()
    assert [batch.num_rows for batch in batches][:3] == [4, 1, 6]
    assert [batch.num_rows for batch in pa.ipc.open_stream(stream(documents(0)))] == []


def test_batches_hold_a_thousand_rows() -> None:
    assert [batch.num_rows for batch in pa.ipc.open_stream(stream(documents(2300)))] == [1000, 1000, 300]


def test_the_fingerprint_is_the_same_for_the_same_rows_and_another_for_others(tmp_path: Path) -> None:
    first = write(str(tmp_path / "a"), documents(20), documents(10))
    again = write(str(tmp_path / "b"), documents(20), documents(10))
    assert (tmp_path / "a/state.json").read_bytes() == (tmp_path / "b/state.json").read_bytes()
    changed = write(str(tmp_path / "c"), documents(20), documents(10, word="omi"))
    turned = write(str(tmp_path / "d"), documents(10), documents(20))
    prints = {fingerprint(shards) for shards in (first, again, changed, turned)}
    assert len(prints) == 3
    assert all(len(name) == 16 for name in prints)


def test_a_shard_that_is_missing_or_cut_short_is_named(tmp_path: Path) -> None:
    folder = str(tmp_path / "yo")
    shards = write(folder, documents(20))
    path = tmp_path / "yo" / shards[0].file
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DatasetError, match=rf"{shards[0].file} has {shards[0].bytes - 1} bytes, {shards[0].bytes} exp"):
        finish(folder, shards)
    path.unlink()
    with pytest.raises(DatasetError, match="is not there"):
        finish(folder, shards)


def test_a_shard_number_out_of_range_is_refused() -> None:
    with pytest.raises(DatasetError, match="shard 3 of 3: shards are numbered from 0 to 2"):
        shard_name(3, 3)


@given(st.lists(st.integers(0, 40), max_size=9), st.randoms(use_true_random=False), st.sampled_from([3, 1000]))
def test_an_ordered_shard_has_the_same_bytes_however_it_is_cut_into_parts(
    ends: list[int], order: random.Random, most: int
) -> None:
    table = pa.table({name: [f"{name} ọ̀ {row}" if row % 3 else None for row in range(40)] for name in COLUMNS})
    places = list(range(40))
    order.shuffle(places)
    cuts = sorted({0, *ends, 40})
    parts = [(Rows(table.take(places[a:b])), np.arange(b - a, dtype=np.int64)) for a, b in itertools.pairwise(cuts)]
    folder = f"memory://ordered-{uuid.uuid4()}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(arrow_dataset, "BATCH_ROWS", 7)
        patch.setattr(arrow_dataset, "BATCH_BYTES", most)
        wanted = plain(table.take(places))
        cut = arrow_dataset.write_ordered(f"{folder}/cut.arrow", iter(parts))
        one = arrow_dataset.write_ordered(f"{folder}/one.arrow", [(Rows(table), np.array(places, dtype=np.int64))])
    assert (cut.rows, cut.sha256) == (one.rows, one.sha256) == (40, hashlib.sha256(wanted).hexdigest())


def test_no_parts_are_a_shard_without_rows() -> None:
    path = f"memory://ordered-{uuid.uuid4()}/none.arrow"
    assert arrow_dataset.write_ordered(path, []).rows == 0
    assert pa.ipc.open_stream(storage.read_bytes(path)).read_all().num_rows == 0
