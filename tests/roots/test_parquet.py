"""The Parquet copies: same rows and order, and what reads them: datasets, DuckDB, polars."""

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines import storage
from pipelines.run import Runtime
from roots import parquet
from roots.mix.mixing import Mixed, mix
from roots.mix.settings import MixSettings
from tests.roots.made import shelve
from tests.roots.mix.test_spread import documents

pytestmark = pytest.mark.usefixtures("plainly")


def made(work: str, **settings: Any) -> Mixed:
    judged = shelve(work, {"a": documents("a", 60), "b": documents("b", 31)})
    return mix(work, judged, MixSettings(title="small", **settings), Runtime())


def arrow(path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pa.ipc.open_stream(storage.read_bytes(path)).read_all().to_pylist()
    return found


def test_rows_and_order_are_those_of_the_arrow_files(tmp_path: Path) -> None:
    mixed = made(str(tmp_path), validation=0.2, shard_bytes=400)
    assert len(mixed.files["yo"]) > 1
    for dataset, paths in mixed.parquet.items():
        assert [pq.read_table(path).to_pylist() for path in paths] == [arrow(path) for path in mixed.files[dataset]]
    names = storage.names(str(tmp_path / "parquet" / "yo"))
    assert "validation-00000-of-00001.parquet" in names
    assert f"train-00000-of-{len(mixed.files['yo']):05d}.parquet" in names


def test_row_groups_follow_rules_not_batches(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP_ROWS", 8)
    monkeypatch.setattr("roots.arrow_dataset.BATCH_ROWS", 3)
    mixed = made(memory)
    file = pq.ParquetFile(pa.BufferReader(storage.read_bytes(mixed.parquet["yo"][0])))
    assert {file.metadata.row_group(number).num_rows for number in range(file.num_row_groups - 1)} == {6}


def test_they_go_where_nobody_wants_them_any_more(memory: str) -> None:
    made(memory, validation=0.2)
    mixed = made(memory)
    assert [name for name in storage.names(storage.join(memory, "parquet", "yo")) if "validation" in name] == []
    assert made(memory, formats=("arrow",)).parquet == {}
    assert storage.names(storage.join(memory, "parquet")) == []
    assert parquet.configs(mixed.files, mixed.gets, parquet=False)[0]["data_files"] == [
        {"split": "train", "path": "corpus/en/*.arrow"}
    ]


def test_a_second_run_writes_nothing(memory: str, capsys: pytest.CaptureFixture[str]) -> None:
    made(memory)
    capsys.readouterr()
    made(memory)
    assert "mix: parquet: nothing to do" in capsys.readouterr().err


def test_readers_of_the_field_open_what_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """load_from_disk of the Arrow folders; load_dataset of the work folder by language; DuckDB and polars."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets
    import polars
    import yaml

    work = tmp_path / "work"
    mixed = made(str(work), validation=0.2, shard_bytes=800, licences={"a": "cc0-1.0"}, names={"yo": "Yoruba"})
    rows = {name: [row for path in paths for row in arrow(path)] for name, paths in mixed.files.items()}
    found = datasets.load_from_disk(str(work / "corpus" / "yo"))
    assert {split: list(part) for split, part in found.items()} == {
        "train": rows["yo"],
        "validation": rows["yo/validation"],
    }
    assert found["train"].info.license == "cc0-1.0"
    assert found["train"].info.description == "small, Yoruba (yo), training split. Sources: a, b."
    front = yaml.safe_dump({"configs": parquet.configs(mixed.files, mixed.gets, parquet=True)})
    (work / "README.md").write_text(f"---\n{front}---\n", encoding="utf-8")
    loaded = datasets.load_dataset(str(work), "yo", cache_dir=str(tmp_path / "cache"))
    assert {split: list(part) for split, part in loaded.items()} == {
        "train": rows["yo"],
        "validation": rows["yo/validation"],
    }
    pattern = str(work / "parquet" / "yo" / "train-*.parquet")
    with duckdb.connect() as connection:
        texts = connection.execute("select text from read_parquet(?)", [pattern]).fetchall()
    assert sorted(text for (text,) in texts) == sorted(row["text"] for row in rows["yo"])
    assert polars.read_parquet(pattern).to_dicts() == rows["yo"]


def test_a_language_of_which_nothing_is_held_out_loads_all_the_same(tmp_path: Path) -> None:
    import datasets
    import yaml

    mixed = made(str(tmp_path / "work"), validation=0.01)
    assert mixed.gets["yo/validation"] == 0
    front = yaml.safe_dump({"configs": parquet.configs(mixed.files, mixed.gets, parquet=True)})
    (tmp_path / "work" / "README.md").write_text(f"---\n{front}---\n", encoding="utf-8")
    loaded = datasets.load_dataset(str(tmp_path / "work"), "yo", cache_dir=str(tmp_path / "cache"))
    assert {split: len(part) for split, part in loaded.items()} == {"train": len(arrow(mixed.files["yo"][0]))}


def test_a_dataset_without_a_split_is_one_folder(tmp_path: Path) -> None:
    import datasets

    mixed = made(str(tmp_path))
    found = datasets.load_from_disk(str(tmp_path / "corpus" / "yo"))
    assert list(found) == arrow(mixed.files["yo"][0])
