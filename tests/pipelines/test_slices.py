"""Large files are cut once, packed where they cannot be cut, and the tables are those of the whole file."""

import gzip
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.entry import Data, Entry
from catalog.sources import entry_for_files
from lang_params.params import default, load_all
from pipelines import slices, storage, tables
from pipelines.config import Config
from pipelines.curate import Wanted, curate, task_of
from pipelines.run import RunError, Runtime

Make = Callable[..., Entry]

WANTED = Wanted(stages=("redact",))
SMALL = Runtime(slice_bytes=4000)


def words(number: int) -> str:
    return "".join(random.Random(number).choices("abcdefghijk mnop", k=90))


@pytest.fixture(scope="module")
def config() -> Config:
    return Config("fixed", load_all(), default())


@pytest.fixture
def made(tmp_path: Path) -> Make:
    """Writes a file of some 11 kB of records that compress to half of it, and gives the source of it."""

    def make(name: str = "texts.jsonl.gz", members: int = 1) -> Entry:
        records = [json.dumps({"id": number, "text": words(number)}) + "\n" for number in range(150)]
        size = len(records) // members
        whole = ["".join(records[start : start + size]).encode() for start in range(0, len(records), size)]
        packed = name.endswith(".gz")
        (tmp_path / name).write_bytes(b"".join(gzip.compress(each, mtime=0) if packed else each for each in whole))
        return entry_for_files([tmp_path / name], "yo", uid="one")

    return make


def documents(work: str, manifests: list[dict[str, Any]]) -> list[dict[str, Any]]:
    paths = [storage.join(work, "one", "documents", each["tables"]["documents"]["file"]) for each in manifests]
    return [row for path in paths for row in tables.read(path).to_pylist()]


@pytest.mark.parametrize(("name", "members"), [("texts.jsonl", 1), ("texts.jsonl.gz", 1), ("texts.jsonl.gz", 30)])
def test_the_tables_of_slices_are_those_of_the_file(
    made: Make, config: Config, memory: str, name: str, members: int
) -> None:
    entry = made(name, members)
    whole = curate(f"{memory}/whole", [entry], config, Runtime(), WANTED)
    cut = curate(f"{memory}/cut", [entry], config, Runtime(slice_bytes=1500), WANTED)
    assert documents(f"{memory}/cut", cut) == documents(f"{memory}/whole", whole)
    assert len(whole) == 1 < len(cut)
    assert [each["slice"] for each in cut] == [[number, len(cut)] for number in range(len(cut))]
    files = [each["tables"]["documents"]["file"].split(".s")[1].split(".")[0] for each in cut]
    assert files == [f"{number:05d}" for number in range(len(cut))]
    assert {each["input_bytes"] for each in (*whole, *cut)} == {whole[0]["input_bytes"]}


def test_a_file_that_cannot_be_cut_is_packed_once_and_it_is_said(
    made: Make, config: Config, memory: str, capfd: pytest.CaptureFixture[str]
) -> None:
    entry = made()
    first = curate(memory, [entry], config, SMALL, WANTED)
    said = capfd.readouterr().err
    assert "texts.jsonl.gz (" in said
    assert "has no gzip member to cut at: packed anew in the work folder, once" in said
    assert [name for name in storage.names(f"{memory}/one/slices") if not name.endswith(".json")] == []
    assert curate(memory, [entry], config, SMALL, WANTED) == first
    assert "packed" not in capfd.readouterr().err


def test_a_copy_that_went_is_packed_again_when_it_is_needed(made: Make, config: Config, memory: str) -> None:
    entry = made()
    first = documents(memory, curate(memory, [entry], config, SMALL, WANTED))
    other = Wanted(stages=())
    assert documents(memory, curate(memory, [entry], config, SMALL, other)) == first
    assert [name for name in storage.names(f"{memory}/one/slices") if not name.endswith(".json")] == []


def test_a_run_that_broke_off_keeps_the_copy_and_goes_on(
    made: Make, config: Config, memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = made()
    whole = documents(f"{memory}/whole", curate(f"{memory}/whole", [entry], config, Runtime(), WANTED))
    read = slices_read(monkeypatch, fails_at=1)
    with pytest.raises(RunError, match="no space"):
        curate(memory, [entry], config, SMALL, WANTED)
    assert [name.rsplit(".", 1)[-1] for name in storage.names(f"{memory}/one/slices")] == ["json", "zst"]
    monkeypatch.undo()
    monkeypatch.setattr("pipelines.slices.index", lambda job: pytest.fail("packed again"))
    assert documents(memory, curate(memory, [entry], config, SMALL, WANTED)) == whole
    assert 1 in read


def slices_read(monkeypatch: pytest.MonkeyPatch, *, fails_at: int) -> list[int]:
    """The numbers of the slices that are read; the disk is full at one of them."""
    from pipelines import curate as module

    original, seen = module.read, []

    def read(entry: Entry, slice: Any, passed: Any) -> Any:
        seen.append(slice.number)
        if slice.number == fails_at:
            raise OSError("no space left on device")
        return original(entry, slice, passed)

    monkeypatch.setattr(module, "read", read)
    return seen


def test_another_size_of_slices_makes_other_shards_and_the_old_ones_go(made: Make, config: Config, memory: str) -> None:
    entry = made(members=30)
    many = curate(memory, [entry], config, Runtime(slice_bytes=1500), WANTED)
    few = curate(memory, [entry], config, SMALL, WANTED)
    assert documents(memory, few)
    assert len(few) < len(many)
    there = [name for name in storage.names(f"{memory}/one/documents") if name.endswith(".parquet")]
    assert there == [each["tables"]["documents"]["file"] for each in few]
    assert len(storage.names(f"{memory}/one/slices")) == 1


def test_a_large_file_that_has_nowhere_to_be_cut_is_for_one_worker_and_it_is_said(
    tmp_path: Path, config: Config, memory: str, capfd: pytest.CaptureFixture[str]
) -> None:
    import pyarrow as pa

    table = pa.table({"text": [words(number) for number in range(200)]})
    with pa.OSFile(str(tmp_path / "x.arrow"), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table)
    entry = entry_for_files([tmp_path / "x.arrow"], "yo", uid="one")
    [manifest] = curate(memory, [entry], config, SMALL, WANTED)
    assert manifest["documents"] == 200
    assert "x.arrow (" in (said := capfd.readouterr().err)
    assert "has no record batch to cut at: for one worker" in said


def test_the_content_of_a_file_is_hashed_once_however_many_slices_it_has(
    made: Make, config: Config, memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed = []
    original = slices.contents.content_key
    monkeypatch.setattr(slices.contents, "content_key", lambda file: hashed.append(file) or original(file))
    entry = made(members=30)
    assert len(curate(memory, [entry], config, Runtime(slice_bytes=800), WANTED)) > 4
    assert len(hashed) == 1


def test_what_takes_text_from_pages_is_in_the_key_of_archives_only(made: Make, config: Config, memory: str) -> None:
    from pipelines.curate import Curation

    entry = made()
    [slice] = slices.plan(memory, [entry], Runtime())["one"].slices
    curation = Curation("w", config, "path", ())
    fast = Data(files=entry.data.files, extractor="resiliparse")
    for kind, keys in (("catalogue", 1), ("pseudo_crawl", 2)):
        entries = [replace(entry, kind=kind, data=data) for data in (entry.data, fast)]
        assert len({task_of(curation, each, slice, "content").key for each in entries}) == keys


def test_records_that_are_no_rows_are_counted_by_type(tmp_path: Path, config: Config, memory: str) -> None:
    record = b"WARC/1.0\r\nWARC-Type: %s\r\nContent-Length: 3\r\n\r\nabc\r\n\r\n"
    kinds = (b"request", b"warcinfo", b"Request", b"strange")
    (tmp_path / "x.warc.gz").write_bytes(b"".join(gzip.compress(record % kind) for kind in kinds))
    [manifest] = curate(memory, [entry_for_files([tmp_path / "x.warc.gz"], "yo", uid="one")], config, Runtime(), WANTED)
    assert manifest["passed"] == {"other": 1, "request": 2, "warcinfo": 1}
    assert manifest["documents"] == 0


def test_where_files_were_cut_is_known_without_looking_again(
    made: Make, config: Config, memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = made(members=30)
    assert slices.known(memory, [entry], SMALL)[1] == [("one", "texts.jsonl.gz")]
    assert storage.names(memory) == []
    curate(memory, [entry], config, SMALL, WANTED)
    expected = slices.plan(memory, [entry], SMALL)
    monkeypatch.setattr(slices, "index", lambda _: pytest.fail("looked again"))
    assert slices.known(memory, [entry], SMALL) == (expected, [])
    plans, uncut = slices.known(memory, [entry], Runtime(slice_bytes=1500))
    assert (uncut, len(plans["one"].slices)) == ([("one", "texts.jsonl.gz")], 1)
    assert slices.known(memory, [entry], Runtime())[1] == []
