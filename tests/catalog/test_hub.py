"""Datasets that the package datasets streams: from folders here, and what is said when the Hub has none."""

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog import hub
from catalog.entry import Data, Entry, EntryError
from catalog.sources import entry_for_files, inputs, read
from tests.catalog.test_oscar import OF_2301, OF_2301_HUB

ROWS = [
    {"id": number, "text": f"Ẹ káàbọ̀ {number}", "l": "yo", "u": f"https://yo.example/{number}"} for number in range(600)
]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test writes to the user's own cache."""
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")


def _entry(folder: Path, dataset: str, kind: str = "catalogue", **fields: Any) -> Entry:
    own = entry_for_files([], None, uid="yo_news")
    return dataclasses.replace(own, folder=str(folder), kind=kind, data=Data(dataset=dataset, **fields))


def _rows(entry: Entry) -> list[dict[str, Any]]:
    (file,) = inputs(entry)
    return [row for batch in read(entry, file) for row in batch.to_pylist()]


def _parquet(folder: Path, rows: list[dict[str, Any]] | None = None, name: str = "train.parquet") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.Table.from_pylist(ROWS if rows is None else rows), folder / name)
    return folder


def _jsonl(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return folder


def _saved(folder: Path) -> Path:
    from datasets import Dataset, DatasetDict

    DatasetDict({"train": Dataset(pa.Table.from_pylist(ROWS))}).save_to_disk(folder, num_shards={"train": 2})
    return folder


@pytest.mark.parametrize("make", [_parquet, _jsonl, _saved])
def test_rows_of_a_folder_are_records_by_their_numbers(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    make(tmp_path / "data/news")
    rows = _rows(_entry(tmp_path, "data/news", lang="l", url="u"))
    assert [row["text"] for row in rows] == [row["text"] for row in ROWS]
    assert [row["source_id"] for row in rows] == [str(row["id"]) for row in ROWS]
    assert (rows[3]["lang"], rows[3]["url"]) == ("yo", "https://yo.example/3")
    assert json.loads(rows[3]["meta"]) == {"id": 3, "l": "yo", "u": "https://yo.example/3"}
    assert len({row["id"] for row in rows}) == 600


def test_a_whole_folder_saved_without_splits_and_a_subset_of_files(tmp_path: Path) -> None:
    from datasets import Dataset

    Dataset(pa.Table.from_pylist(ROWS[:3])).save_to_disk(tmp_path / "saved")
    assert len(_rows(_entry(tmp_path, "saved"))) == 3
    _parquet(tmp_path / "more/yo", ROWS[:2])
    _parquet(tmp_path / "more/fr", ROWS[:1])
    configs = "".join(f"- config_name: {name}\n  data_files: {name}/*.parquet\n" for name in ("yo", "fr"))
    (tmp_path / "more/README.md").write_text(f"---\nconfigs:\n{configs}---\n")
    assert len(_rows(_entry(tmp_path, "more", subset="yo"))) == 2
    assert [file.name for file in inputs(_entry(tmp_path, "more", subset="yo"))] == ["more/yo/train"]


def test_the_name_does_not_hold_where_on_a_machine_the_folder_lies(tmp_path: Path) -> None:
    folder = _parquet(tmp_path / "a/news")
    (named,) = inputs(_entry(tmp_path / "a", "news"))
    (whole,) = inputs(_entry(tmp_path / "b", str(folder)))
    assert (named.name, named.size, whole.name) == ("news/default/train", 0, "news/default/train")
    assert named.path == whole.path == f"dataset:{folder}"


@pytest.mark.parametrize("record", [OF_2301, OF_2301_HUB])
def test_nested_columns_of_oscar(tmp_path: Path, record: dict[str, Any]) -> None:
    _parquet(tmp_path / "oscar", [record, record])
    for row in _rows(_entry(tmp_path, "oscar", kind="oscar")):
        assert (row["text"], row["lang"], row["url"]) == ("Ẹ káàbọ̀", "yo", "https://yo.example/1")
        assert len(row["signals"]) == 4
        assert row["harmful_perplexity"] == 4063.1814


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"split": "test"}, r"news, subset 'default', split 'test': Bad split: test. Available splits: \['train'\]"),
        ({"subset": "zz"}, r"news, subset 'zz', split 'train': BuilderConfig 'zz' not found"),
        ({"text": "body"}, r"data.text: the dataset news has no column 'body'; it has id, text, l, u"),
        ({"url": "link"}, r"data.url: the dataset news has no column 'link'; it has id, text, l, u"),
    ],
)
def test_what_a_dataset_does_not_have_is_told_with_what_it_has(
    tmp_path: Path, fields: dict[str, str], message: str
) -> None:
    _parquet(tmp_path / "news")
    with pytest.raises(EntryError, match=f"yo_news: .*{message}"):
        inputs(_entry(tmp_path, "news", **fields))


def test_folders_that_are_no_datasets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(EntryError, match=r"data.dataset: .*/no: there is no such folder"):
        inputs(_entry(tmp_path, "./no"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(EntryError, match=r"data.dataset: empty, subset 'default', split 'train': "):
        inputs(_entry(tmp_path, "empty"))
    with pytest.raises(EntryError, match=r"split 'test': there is no split 'test'"):
        inputs(_entry(_saved(tmp_path / "saved").parent, "saved", split="test"))
    (tmp_path / "here/owner/name").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(EntryError, match=r"owner/name is a name on the Hub here, .* run from another one"):
        inputs(_entry(tmp_path, "owner/name"))


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _parquet(tmp_path / "news")
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "file/cache")
    with pytest.raises(EntryError, match=r"data.dataset: news, subset 'default', split 'train': .*file/cache"):
        inputs(_entry(tmp_path, "news"))


def test_a_script_in_a_folder_is_not_run(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    (tmp_path / "news/news.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    with pytest.raises(EntryError, match=r"data.dataset: news, .*: Dataset scripts are no longer supported"):
        inputs(_entry(tmp_path, "news"))
    assert not (tmp_path / "ran").exists()


def test_content_that_breaks_is_a_bad_record_where_it_begins(tmp_path: Path) -> None:
    _jsonl(tmp_path / "news")
    entry = _entry(tmp_path, "news")
    (file,) = inputs(entry)
    with (tmp_path / "news/train.jsonl").open("ab") as opened:
        opened.write(b'{"text": "cut')
    rows = [row for batch in read(entry, file) for row in batch.to_pylist()]
    assert rows[-1]["lost"] == "error:read"
    assert rows[-1]["reason"].startswith("the dataset cannot be read from row ")
    assert "cut" not in rows[-1]["reason"]


def test_memory_is_that_of_row_groups_not_of_the_dataset(tmp_path: Path) -> None:
    table = pa.table({"text": [f"{number} " * 2000 for number in range(1000)]})
    (tmp_path / "news").mkdir()
    with pq.ParquetWriter(tmp_path / "news/train.parquet", table.schema) as writer:
        for _ in range(20):
            writer.write_table(table, row_group_size=100)
    entry = _entry(tmp_path, "news", id="")
    (file,) = inputs(entry)
    del table
    before, most, size = pa.total_allocated_bytes(), 0, 0
    for batch in read(entry, file):
        most = max(most, pa.total_allocated_bytes() - before)
        size += batch.column("text").nbytes
    assert size > 150_000_000
    assert most < size / 2


class Far(Exception):
    """As the Hub's client raises it: an error of its library for HTTP, no OSError."""


class _Api:
    """The Hub's answers; asks no network."""

    def dataset_info(self, name: str, revision: str | None) -> Any:
        from huggingface_hub.errors import RepositoryNotFoundError

        if name == "owner/none":
            response: Any = SimpleNamespace(status_code=404, headers={}, request=None)
            raise RepositoryNotFoundError("404 Repository Not Found", response=response)
        if name == "owner/far":
            raise Far("no route")
        return SimpleNamespace(sha=f"{'0' * 39}{len(revision or '')}")


def test_a_dataset_on_the_hub_is_read_at_the_commit_that_is_in_its_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def builder(name: str, subset: str | None, revision: str | None) -> Any:
        asked.append((name, subset, revision))
        stream = SimpleNamespace(column_names=["text"])
        return SimpleNamespace(config=SimpleNamespace(), as_streaming_dataset=lambda split: stream)

    monkeypatch.setattr("huggingface_hub.HfApi", _Api)
    monkeypatch.setattr("datasets.load_dataset_builder", builder)
    (newest,) = inputs(_entry(tmp_path, "owner/name", subset="fr"))
    (tagged,) = inputs(_entry(tmp_path, "owner/name", revision="v1"))
    (pinned,) = inputs(_entry(tmp_path, "owner/name", revision="a" * 40))
    assert newest.path == f"dataset:owner/name@{'0' * 40}"
    assert tagged.path == f"dataset:owner/name@{'0' * 39}2"
    assert pinned.path == f"dataset:owner/name@{'a' * 40}"
    assert (newest.name, tagged.name) == ("owner/name/fr/train", "owner/name/default/train")
    assert asked == [
        ("owner/name", "fr", "0" * 40),
        ("owner/name", None, f"{'0' * 39}2"),
        ("owner/name", None, "a" * 40),
    ]
    assert hub.files(newest.path) == []


@pytest.mark.parametrize(
    ("name", "offline", "message"),
    [
        ("owner/none", "", r"data.dataset: owner/none, subset 'default', split 'train': 404 Repository Not Found"),
        ("owner/far", "", r"owner/far: the Hub cannot be reached \(Far\); download it \(hf download"),
        ("owner/far", "1", r"owner/far: HF_HUB_OFFLINE is set; download it \(hf download"),
    ],
)
def test_a_hub_that_does_not_answer_and_one_that_has_no_such_dataset(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, offline: str, message: str
) -> None:
    monkeypatch.setattr("huggingface_hub.HfApi", _Api)
    monkeypatch.setenv("HF_HUB_OFFLINE", offline)
    with pytest.raises(EntryError, match=message):
        inputs(_entry(tmp_path, name))


def test_offline_nothing_is_asked_of_the_hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("datasets.config.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a connection"))
    for revision in ("", "a" * 40):
        with pytest.raises(EntryError, match=r"owner/name: HF_HUB_OFFLINE is set; download it"):
            inputs(_entry(tmp_path, "owner/name", revision=revision))


def test_a_name_that_can_be_none(tmp_path: Path) -> None:
    with pytest.raises(EntryError, match=r"data.dataset: 'no name!' is neither a folder nor a name on the Hub"):
        inputs(_entry(tmp_path, "no name!"))


def test_the_files_that_decide_are_those_below_the_folder(tmp_path: Path) -> None:
    folder = _parquet(tmp_path / "news")
    (folder / ".cache").mkdir()
    (folder / ".cache/x").write_text("x")
    _parquet(folder / "more")
    assert hub.files(f"dataset:{folder}") == [str(folder / "more/train.parquet"), str(folder / "train.parquet")]
