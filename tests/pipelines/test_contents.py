"""What is in an input: keys of content, and checksums that are looked at once."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog import checksums
from catalog.entry import Data, Entry, EntryError, load
from catalog.sources import Input, entry_for_files, inputs
from lang_params.params import default, load_all
from pipelines import contents, storage, tables
from pipelines.config import Config
from pipelines.contents import content_key
from pipelines.curate import curate
from pipelines.run import Runtime

Source = Callable[..., Path]


def test_the_content_of_a_file_decides_its_key_not_where_it_lies(source: Source, tmp_path: Path) -> None:
    [one] = inputs(load(source("one", [{"text": "a"}])))
    [two] = inputs(load(source("two", [{"text": "b"}])))
    copy = tmp_path / "copy.jsonl"
    copy.write_bytes(Path(one.path.removeprefix("file://")).read_bytes())
    assert content_key(one) == content_key(replace(one, path=str(copy)))
    assert content_key(one) != content_key(two)


def test_a_byte_changed_in_the_middle_of_a_file_changes_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "big.jsonl"
    path.write_bytes(b"a" * 300_000)
    before = content_key(Input(str(path), "big.jsonl", 300_000))
    path.write_bytes(b"a" * 150_000 + b"b" + b"a" * 149_999)
    assert content_key(Input(str(path), "big.jsonl", 300_000)) != before
    monkeypatch.setattr("pipelines.contents.WHOLE", 100_000)
    assert content_key(Input(str(path), "big.jsonl", 300_000)) != before


def test_what_is_read_with_a_file_counts_too(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"b")
    one, two = (Input(str(tmp_path / name), name, 1) for name in "ab")
    keys = {content_key(each) for each in (one, two, replace(one, beside=two), replace(one, beside=one))}
    assert len(keys) == 4


def test_all_files_of_a_local_dataset_decide_its_key_and_of_one_on_the_hub_the_commit(tmp_path: Path) -> None:
    keys = set()
    for place in ("here", "there"):
        folder = tmp_path / place / "news"
        folder.mkdir(parents=True)
        pq.write_table(pa.table({"text": ["a"]}), folder / "train.parquet")
        keys.add(content_key(Input(f"dataset:{folder}", "news", 0)))
    assert len(keys) == 1
    (folder / "README.md").write_text("x")
    keys.add(content_key(Input(f"dataset:{folder}", "news", 0)))
    keys |= {content_key(Input(f"dataset:owner/name@{commit * 40}", "n", 0)) for commit in "ab"}
    assert len(keys) == 4


@pytest.fixture
def oscar(tmp_path: Path) -> Entry:
    """A source of two parts with the list of their checksums."""
    sums = []
    for number in (1, 2):
        path = tmp_path / f"yo/yo_meta_part_{number}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f'{{"content": "{number}"}}\n')
        sums.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n")
    (tmp_path / "yo/checksum.sha256").write_text("".join(sums))
    own = entry_for_files([], "yo", uid="yo_oscar")
    return replace(own, kind="oscar", folder=str(tmp_path), data=Data(files=("yo/*",)))


def test_each_file_is_hashed_once_whatever_it_is_called(
    oscar: Entry, memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []
    digest = checksums.digest

    def noting(path: str, algorithm: str) -> str:
        hashed.append(path)
        return digest(path, algorithm)

    monkeypatch.setattr("catalog.checksums.digest", noting)
    contents.check(memory, oscar, inputs(oscar))
    assert len(hashed) == 2
    contents.check(memory, oscar, inputs(oscar))
    assert len(hashed) == 2
    first = Path(oscar.folder) / "yo/yo_meta_part_1.jsonl"
    first.write_text('{"content": "3"}\n')
    for _ in range(2):
        with pytest.raises(EntryError, match=r"yo_meta_part_1.jsonl: its sha256 is [0-9a-f]{64}, but .* says [0-9a-f]"):
            contents.check(memory, oscar, inputs(oscar))
    assert len(hashed) == 3


def test_what_was_hashed_before_a_wrong_sum_is_remembered(
    oscar: Entry, memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = Path(oscar.folder) / "yo/yo_meta_part_2.jsonl"
    second.write_text('{"content": "3"}\n')
    with pytest.raises(EntryError, match=r"yo_meta_part_2.jsonl"):
        contents.check(memory, oscar, inputs(oscar))
    monkeypatch.setattr("catalog.checksums.digest", lambda *_: pytest.fail("hashed again"))
    with pytest.raises(EntryError, match=r"yo_meta_part_2.jsonl"):
        contents.check(memory, oscar, inputs(oscar))


def test_a_large_comparison_is_announced(oscar: Entry, memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipelines.contents.NOTED", 5)
    said: list[Any] = []
    monkeypatch.setattr("pipelines.contents.console.print", lambda text, **_: said.append(text))
    contents.check(memory, oscar, inputs(oscar))
    contents.check(memory, oscar, inputs(oscar))
    assert said == ["yo_oscar: comparing 0.0 kB with its checksums, once"]


def test_without_a_list_nothing_is_written(oscar: Entry, tmp_path: Path) -> None:
    (Path(oscar.folder) / "yo/checksum.sha256").unlink()
    contents.check(str(tmp_path / "work"), oscar, inputs(oscar))
    assert not (tmp_path / "work").exists()


@pytest.fixture(scope="module")
def config() -> Config:
    return Config("fixed", load_all(), default())


def _measures(work: str, manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return tables.read(
        storage.join(work, manifest["source"], "measures", manifest["tables"]["measures"]["file"])
    ).to_pylist()


def test_a_wrong_checksum_ends_curation_before_anything_is_read(
    oscar: Entry, memory: str, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(curate(memory, [oscar], config, Runtime())) == 2
    (Path(oscar.folder) / "yo/yo_meta_part_2.jsonl").write_text('{"content": "3"}\n')
    monkeypatch.setattr("pipelines.curate.read", lambda *_: pytest.fail("read"))
    with pytest.raises(EntryError, match=r"yo_meta_part_2.jsonl: its sha256 is"):
        curate(memory, [oscar], config, Runtime())


def test_what_oscar_says_of_documents_is_beside_their_measures(
    tmp_path: Path, memory: str, config: Config, yoruba: str
) -> None:
    metadata = {"identification": {"label": "multi"}, "harmful_pp": 12.5, "categories": ["adult"]}
    (tmp_path / "x.jsonl").write_text(json.dumps({"content": yoruba, "metadata": metadata}) + "\n")
    entry = replace(entry_for_files([tmp_path / "x.jsonl"], None, uid="oscar"), kind="oscar")
    [manifest] = curate(memory, [entry], config, Runtime())
    [row] = _measures(memory, manifest)
    assert row["signals"] == ["oscar-category:adult", "oscar-label:multi"]
    assert (row["harmful_perplexity"], row["lang"]) == (12.5, "yo")


def test_texts_of_2109_and_their_metadata_are_curated_together(
    tmp_path: Path, memory: str, config: Config, yoruba: str
) -> None:
    (tmp_path / "yo.txt").write_text(f"{yoruba}\n\nkukuru\n\n")
    lines = yoruba.count("\n") + 1
    meta = [
        {"headers": {}, "offset": 0, "nb_sentences": lines},
        {"headers": {}, "offset": lines + 1, "nb_sentences": 1},
    ]
    (tmp_path / "yo_meta.jsonl").write_text("".join(json.dumps(each) + "\n" for each in meta))
    own = entry_for_files([], "yo", uid="oscar")
    entry = replace(own, kind="oscar", folder=str(tmp_path), data=Data(files=("*",)))
    [first] = curate(memory, [entry], config, Runtime())
    assert first["documents"] == 2
    (tmp_path / "yo.txt").write_text(f"{yoruba}\n\nkekere\n\n")
    [second] = curate(memory, [entry], config, Runtime())
    assert first["tables"]["documents"]["file"] != second["tables"]["documents"]["file"]


def test_a_dataset_is_curated_once(
    tmp_path: Path, memory: str, config: Config, yoruba: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datasets.config.HF_DATASETS_CACHE", tmp_path / "cache")
    (tmp_path / "news").mkdir()
    pq.write_table(pa.table({"text": [yoruba, "kukuru"]}), tmp_path / "news/train.parquet")
    own = entry_for_files([], "yo", uid="news")
    entry = replace(own, folder=str(tmp_path), data=Data(dataset="news"))
    first = curate(memory, [entry], config, Runtime())
    assert [(each["input"], each["documents"]) for each in first] == [("news/default/train", 2)]
    monkeypatch.setattr("pipelines.curate.read", lambda *_: pytest.fail("read again"))
    assert curate(memory, [entry], config, Runtime()) == first
