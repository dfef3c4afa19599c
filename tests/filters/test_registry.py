"""The models folder: where it is, what a record says, and what happens when a file or a record is not as it was."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from filters import registry
from filters.model_files import ModelError
from tests import language_models


def test_the_folder_is_that_of_the_variable_else_in_the_data_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ROOTS_MODELS", str(tmp_path / "mine"))
    assert registry.folder() == tmp_path / "mine"
    monkeypatch.setenv("ROOTS_MODELS", "")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert registry.folder() == tmp_path / "data" / "roots-builder" / "models"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert registry.folder() == tmp_path / ".local" / "share" / "roots-builder" / "models"


def test_what_was_registered_is_found(tmp_path: Path) -> None:
    model = language_models.put(tmp_path)
    assert registry.find("tiny", tmp_path) == model
    assert registry.names(tmp_path) == ["tiny"]
    assert registry.find("none", tmp_path) is None
    assert registry.find("../tiny", tmp_path / "sub") is None
    assert registry.names(tmp_path / "none") == []


def test_the_record_is_the_same_bytes_every_time(tmp_path: Path) -> None:
    language_models.put(tmp_path / "one")
    language_models.put(tmp_path / "two")
    one, two = ((tmp_path / name / "tiny.json").read_bytes() for name in ("one", "two"))
    assert one == two
    assert str(tmp_path).encode() not in one
    assert json.loads(one)["origin"] == "a test"


@pytest.mark.parametrize("name", ["", "a/b", "..", ".hidden", "a b", "é"])
def test_a_name_that_is_no_file_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ModelError, match="is no name for a model"):
        registry.register(registry.Registered(name, ("yo",), "MIT", ()), tmp_path)


def test_a_file_that_changed_is_refused_with_the_command_that_brings_it_back(tmp_path: Path) -> None:
    model = language_models.put(tmp_path)
    file = model.files[0]
    path = tmp_path / file.file
    assert registry.verified(file, tmp_path, "again") == path
    data = path.read_bytes()
    path.write_bytes(data[:-1])
    with pytest.raises(ModelError, match=rf"has {len(data) - 1:,} bytes, not the {len(data):,} of its record; .*again"):
        registry.verified(file, tmp_path, "again")
    path.write_bytes(data[:-1] + b"?")
    with pytest.raises(ModelError, match=r"has sha256 \w{64}, not \w{64} as its record says; get it again with: again"):
        registry.verified(file, tmp_path, "again")
    path.unlink()
    with pytest.raises(ModelError, match=r"tiny\.sp: No such file or directory; get it again with: again"):
        registry.verified(file, tmp_path, "again")


def test_a_large_file_is_hashed_once_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "LARGE", 1)
    hashed = []
    real = registry._sha256
    model = language_models.put(tmp_path)
    monkeypatch.setattr(registry, "_sha256", lambda path: hashed.append(path) or real(path))
    for _ in range(3):
        registry._hash_of.cache_clear()  # as in another process
        registry.verified(model.files[0], tmp_path, "again")
    assert len(hashed) == 1
    path = tmp_path / "tiny.sp"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    os.utime(path, ns=(1, 1))
    with pytest.raises(ModelError, match="has sha256"):
        registry.verified(model.files[0], tmp_path, "again")


BROKEN: dict[str, tuple[Any, str]] = {
    "not JSON": (b"{", "Expecting property name"),
    "not an object": (b"[]", "is no record of a model"),
    "too deep": (b"[" * 100_000, "is no record of a model"),
    "no UTF-8": (b"\xff\xfe", "is no record of a model"),
    "no files": ({"name": "tiny"}, "'files' is missing"),
    "files of another form": ({"files": ["tiny.sp"]}, "is no record of a model"),
    "no hash": ({"files": [{"file": "tiny.sp", "bytes": 1, "sha256": "abc"}]}, 'files: {"file": "tiny.sp"'),
    "a path": ({"files": [{"file": "../tiny.sp", "bytes": 1, "sha256": "a" * 64}]}, "files: "),
    "no size": ({"files": [{"file": "tiny.sp", "bytes": "1", "sha256": "a" * 64}]}, "files: "),
    "no licence": ({"name": "tiny", "languages": [], "files": []}, "'licence' is missing"),
    "another name": ({"name": "b", "languages": [], "licence": "", "files": []}, "is the record of 'b'"),
}


@pytest.mark.parametrize(("record", "message"), BROKEN.values(), ids=list(BROKEN))
def test_a_broken_record_is_named(tmp_path: Path, record: Any, message: str) -> None:
    data = record if isinstance(record, bytes) else json.dumps(record).encode()
    (tmp_path / "tiny.json").write_bytes(data)
    with pytest.raises(ModelError) as raised:
        registry.find("tiny", tmp_path)
    assert str(raised.value).startswith(f"{tmp_path}/tiny.json: ")
    assert message in str(raised.value)
