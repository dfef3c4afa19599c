"""Input files of entries, their names, and what is said when there are none."""

import dataclasses
import json
import os
from pathlib import Path

import fsspec
import pytest

from catalog.document import document_id
from catalog.entry import Data, Entry, EntryError
from catalog.sources import entry_for_files, inputs, read


def _entry(folder: str | Path, *files: str, kind: str = "catalogue") -> Entry:
    own = entry_for_files([], "yo", uid="yo_news", fields=Data(files=()))
    return dataclasses.replace(own, folder=str(folder), kind=kind, data=Data(files=files))


def _write(path: Path, text: str = '{"text": "t"}\n') -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_files_of_an_entry_are_named_from_its_folder_and_sorted(tmp_path: Path) -> None:
    for name in ("data/b.jsonl", "data/a.jsonl", "more/c.jsonl", "data/no.csv"):
        _write(tmp_path / "entry" / name)
    found = inputs(_entry(tmp_path / "entry", "more/*.jsonl", "data/*.jsonl", "data/a.jsonl"))
    assert [file.name for file in found] == ["data/a.jsonl", "data/b.jsonl", "more/c.jsonl"]
    assert [file.size for file in found] == [14, 14, 14]
    assert found[0].path == str(tmp_path / "entry/data/a.jsonl")


def test_ids_do_not_hold_where_the_source_lies(tmp_path: Path) -> None:
    ids = set()
    for folder in ("one", "two"):
        _write(tmp_path / folder / "data/a.jsonl")
        entry = _entry(tmp_path / folder, "data/*.jsonl")
        ids.update(next(read(entry, inputs(entry)[0]))["id"].to_pylist())
    assert ids == {document_id("yo_news", "data/a.jsonl", 0)}


def test_folders_and_files_with_pattern_characters_in_their_names(tmp_path: Path) -> None:
    _write(tmp_path / "a[1]" / "data/x[2].jsonl")
    for pattern in ("data/*.jsonl", "data/x[2].jsonl", "*/x*.jsonl"):
        assert [file.name for file in inputs(_entry(tmp_path / "a[1]", pattern))] == ["data/x[2].jsonl"]


def test_whole_paths_and_addresses_are_named_from_where_the_pattern_begins(tmp_path: Path) -> None:
    _write(tmp_path / "dump/2021/x.jsonl")
    assert [file.name for file in inputs(_entry(tmp_path / "e", f"{tmp_path}/dump/*/x.jsonl"))] == ["2021/x.jsonl"]
    assert [file.name for file in inputs(_entry(tmp_path / "e", f"{tmp_path}/dump/2021/x.jsonl"))] == ["x.jsonl"]
    assert [file.name for file in inputs(_entry(tmp_path, f"{tmp_path}/dump/*/*.jsonl"))] == ["dump/2021/x.jsonl"]
    with fsspec.open("memory://dump/y/x.jsonl", "wb") as file:
        file.write(b'{"text": "t"}')
    (found,) = inputs(_entry(tmp_path, "memory://dump/*/x.jsonl"))
    assert found.name == "y/x.jsonl"
    assert next(read(_entry(tmp_path), found))["text"].to_pylist() == ["t"]


def test_an_entry_in_memory() -> None:
    with fsspec.open("memory://source/data/x.jsonl", "wb") as file:
        file.write(b'{"text": "t"}')
    (found,) = inputs(_entry("memory:///source", "data/*.jsonl"))
    assert found.name == "data/x.jsonl"


def test_two_files_of_one_name_are_an_error(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        _write(tmp_path / folder / "x.jsonl")
    with pytest.raises(EntryError, match=r"have the same name 'x.jsonl', and ids are made of it"):
        inputs(_entry(tmp_path / "e", f"{tmp_path}/a/*.jsonl", f"{tmp_path}/b/*.jsonl"))


@pytest.mark.parametrize(
    ("kind", "file", "message"),
    [
        ("catalogue", "no.jsonl", r"yo_news: .*/no.jsonl: there is no such file"),
        ("catalogue", "no*.jsonl", r"yo_news: .*/no\*.jsonl: there is no such file"),
        ("catalogue", "data", r"yo_news: .*/data: is a folder, not a file"),
        ("catalogue", "data/x.csv", r"x.csv: files of this kind are not read; known: .jsonl, .jsonl.gz, .*.parquet"),
        (
            "pseudo_crawl",
            "data/x.jsonl",
            r"x.jsonl: files of this kind are not read; known: .warc, .warc.gz, .*.wet.gz$",
        ),
        (
            "oscar",
            "data/x.csv",
            r"x.csv: files of this kind are not read; known: .jsonl, .jsonl.gz, .jsonl.zst, .*.arrow$",
        ),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, kind: str, file: str, message: str) -> None:
    _write(tmp_path / "data/x.csv")
    _write(tmp_path / "data/x.jsonl")
    with pytest.raises(EntryError, match=message):
        inputs(_entry(tmp_path, file, kind=kind))


def test_a_file_gone_or_closed_between_listing_and_reading(tmp_path: Path) -> None:
    entry = _entry(tmp_path, "x.jsonl")
    path = _write(tmp_path / "x.jsonl")
    (file,) = inputs(entry)
    path.unlink()
    with pytest.raises(EntryError, match=r"yo_news: .*x.jsonl: there is no such file"):
        next(read(entry, file))
    path.mkdir()
    with pytest.raises(EntryError, match=r"x.jsonl: is a folder, not a file"):
        next(read(entry, file))


def test_a_file_without_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    entry = _entry(tmp_path, "x.jsonl")
    _write(tmp_path / "x.jsonl")
    (file,) = inputs(entry)
    monkeypatch.setattr(fsspec.implementations.local.LocalFileSystem, "open", refuse)  # root may read everything
    with pytest.raises(EntryError, match=r"x.jsonl: may not be read: no permission"):
        next(read(entry, file))


def test_own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _write(tmp_path / "a/x.jsonl")
    _write(tmp_path / "b/x.jsonl")
    monkeypatch.chdir(tmp_path)
    entry = entry_for_files(["a/x.jsonl", tmp_path / "b/x.jsonl", "a/../a/x.jsonl"], "yo", uid="mine")
    assert (entry.uid, entry.kind, entry.languages, entry.redact) == ("mine", "catalogue", ("yo",), True)
    assert [(file.name, file.path) for file in inputs(entry)] == [
        ("a/x.jsonl", str(tmp_path / "a/x.jsonl")),
        ("b/x.jsonl", str(tmp_path / "b/x.jsonl")),
    ]
    assert [file.name for file in inputs(entry_for_files(["a/x.jsonl"], None))] == ["x.jsonl"]
    assert [file.name for file in inputs(entry_for_files(["*/x.jsonl"], None))] == ["a/x.jsonl", "b/x.jsonl"]


def test_own_archives(tmp_path: Path) -> None:
    assert entry_for_files([_write(tmp_path / "x.warc", "")], None).kind == "pseudo_crawl"
    assert entry_for_files([_write(tmp_path / "X.WARC.GZ", "")], None).kind == "pseudo_crawl"
    assert entry_for_files([tmp_path / "x.warc"], None).languages == ()


def test_own_files_that_cannot_be_used(tmp_path: Path) -> None:
    _write(tmp_path / "x.jsonl")
    _write(tmp_path / "x.csv")
    _write(tmp_path / "x.warc")
    with pytest.raises(EntryError, match=r"files: .*no.jsonl: there is no such file"):
        entry_for_files([tmp_path / "no.jsonl"], "yo")
    with pytest.raises(EntryError, match=r"files: .*: is a folder, not a file"):
        entry_for_files([tmp_path], "yo")
    with pytest.raises(EntryError, match=r"x.csv: files of this kind are not read; known: .jsonl, .* .warc, .warc.gz"):
        entry_for_files([tmp_path / "x.csv"], "yo")
    with pytest.raises(EntryError, match=r"web archives \(.warc, .*.wet.gz\) and other files cannot be mixed"):
        entry_for_files([tmp_path / "x.warc", tmp_path / "x.jsonl"], "yo")


def test_the_same_file_gives_the_same_batches(tmp_path: Path) -> None:
    _write(tmp_path / "x.jsonl", "".join(json.dumps({"text": "t" * number}) + "\n" for number in range(3000)))
    entry = _entry(tmp_path, "x.jsonl")
    (file,) = inputs(entry)
    first, second = list(read(entry, file)), list(read(entry, file))
    assert [batch.num_rows for batch in first] == [1000, 1000, 1000]
    assert all(one.equals(other) for one, other in zip(first, second, strict=True))


def test_reading_a_file_to_half_closes_it(tmp_path: Path) -> None:
    entry = _entry(tmp_path, "x.jsonl")
    _write(tmp_path / "x.jsonl", "".join(json.dumps({"text": "t" * 10}) + "\n" for _ in range(3000)))
    batches = read(entry, inputs(entry)[0])
    next(batches)
    batches.close()  # type: ignore[attr-defined]
    assert not [name for name in os.listdir("/proc/self/fd") if "x.jsonl" in os.path.realpath(f"/proc/self/fd/{name}")]
