"""Files appear whole or not at all."""

import hashlib
import os
import uuid
from pathlib import Path

import pytest

from pipelines import storage


@pytest.fixture(params=["local", "memory"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path) if request.param == "local" else f"memory://storage-{uuid.uuid4()}"


def test_a_written_file_is_there_with_its_hash(folder: str) -> None:
    path = storage.join(folder, "a", "b.bin")
    written = storage.write_bytes(path, b"abc")
    assert storage.read_bytes(path) == b"abc"
    assert (written.bytes, written.sha256) == (3, hashlib.sha256(b"abc").hexdigest())
    assert storage.size(path) == 3


def test_an_interrupted_local_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = str(tmp_path / "x.bin")
    storage.write_bytes(path, b"old")

    def interrupted() -> None:
        with storage.writing(path) as target:
            target.file.write(b"half of the new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert storage.read_bytes(path) == b"old"
    assert os.listdir(tmp_path) == ["x.bin"]


def test_sweep_removes_what_a_killed_process_left(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / f"{storage.TEMPORARY}123-x.bin").write_bytes(b"half")
    (tmp_path / "deep" / "x.bin").write_bytes(b"whole")
    assert storage.sweep(str(tmp_path)) == 1
    assert os.listdir(tmp_path / "deep") == ["x.bin"]


def test_canonical_json_does_not_depend_on_the_order_of_keys() -> None:
    assert (
        storage.canonical({"b": "ọ", "a": 1})
        == storage.canonical({"a": 1, "b": "ọ"})
        == '{\n "a": 1,\n "b": "ọ"\n}\n'.encode()
    )


def test_json_that_is_not_whole_counts_as_absent(folder: str) -> None:
    path = storage.join(folder, "m.json")
    assert storage.read_json(path) is None
    storage.write_bytes(path, b'{"key": ')
    assert storage.read_json(path) is None
    storage.write_json(path, {"key": 1})
    assert storage.read_json(path) == {"key": 1}


def test_names_and_remove(folder: str) -> None:
    storage.write_bytes(storage.join(folder, "b"), b"1")
    storage.write_bytes(storage.join(folder, "sub", "c"), b"1")
    assert storage.names(folder) == ["b", "sub"]
    storage.remove(storage.join(folder, "sub"))
    storage.remove(storage.join(folder, "never there"))
    assert storage.names(folder) == ["b"]
    assert storage.names(storage.join(folder, "nowhere")) == []


@pytest.mark.parametrize("folder", ["memory://test_storage/move", ""])
def test_a_file_takes_the_place_of_another(folder: str, tmp_path: Path) -> None:
    folder = folder or str(tmp_path)
    storage.write_bytes(f"{folder}/a", b"new")
    storage.write_bytes(f"{folder}/inner/b", b"old")
    storage.move(f"{folder}/a", f"{folder}/inner/b")
    storage.move(f"{folder}/inner/b", f"{folder}/made/c")
    assert storage.read_bytes(f"{folder}/made/c") == b"new"
    assert storage.size(f"{folder}/a") is None
    assert storage.size(f"{folder}/inner/b") is None


def test_a_file_that_is_read_once_needs_no_hash(memory: str) -> None:
    path = storage.join(memory, "once")
    with storage.writing(path, hashed=False) as target:
        target.file.write(b"text")
    assert (target.written.bytes, target.written.sha256) == (4, "")
    assert storage.read_bytes(path) == b"text"
