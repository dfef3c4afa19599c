"""A whole build on a file system without rename: final names from the start, a manifest last, the same bytes."""

import hashlib
import json
import posixpath
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import pyarrow as pa
import pytest

from pipelines import storage
from pipelines.run import RunError, Runtime
from pipelines.storage import TEMPORARY
from roots.build import build
from roots.recipe import load
from roots.tokenizer import decode
from roots.tokenizer import load as load_tokenizer
from tests import corpora
from tests.corpora import SMALL_LANGUAGES, Corpus


def files(folder: str) -> dict[str, bytes]:
    """Every file below a folder in memory, but the mark of a work folder."""
    inner = folder.removeprefix("memory:/")
    filesystem = fsspec.filesystem("memory")
    found = {path.removeprefix(f"{inner}/"): filesystem.cat_file(path) for path in filesystem.find(inner)}
    return {path: data for path, data in found.items() if path != ".lock"}


def hashes(folder: str) -> dict[str, str]:
    return {path: hashlib.sha256(data).hexdigest() for path, data in files(folder).items()}


@pytest.fixture(scope="module")
def built(small_corpus: Corpus) -> str:
    """The small corpus, built in memory."""
    folder = f"memory://built-{uuid.uuid4()}"
    build(load(small_corpus.recipe), folder, Runtime())
    return folder


@pytest.fixture
def stop_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], None]:
    """Makes the nth manifest in a folder fail to be written, as when a machine goes away."""

    def stop(folder: str, times: int) -> None:
        left = [times]
        write = storage.write_json

        def failing(path: str, value: Any) -> None:
            left[0] -= f"/{folder}/" in path
            if left[0] == 0:
                raise OSError("the machine went away")
            write(path, value)

        monkeypatch.setattr(storage, "write_json", failing)

    return stop


def test_a_build_in_memory_has_the_bytes_of_one_on_disk(small_corpus: Corpus, built: str) -> None:
    assert corpora.different(hashes(built), corpora.contents(small_corpus.work)) == []


def test_names_are_final_and_every_manifest_holds(built: str) -> None:
    found = files(built)
    assert not [path for path in found if TEMPORARY in path or "/." in path or path.startswith(".run")]
    manifests = {path: json.loads(data) for path, data in found.items() if path.endswith(".json")}
    listed = {
        posixpath.normpath(posixpath.join(posixpath.dirname(path), entry["file"])): entry
        for path, manifest in manifests.items()
        for entry in manifest.get("files", [])
    }
    assert {path for path in found if path.endswith((".parquet", ".arrow", ".bin", ".idx"))} <= set(listed)
    for path, entry in listed.items():
        assert len(found[path]) == entry["bytes"]
        assert hashlib.sha256(found[path]).hexdigest() == entry["sha256"]


def test_tokens_in_memory_decode_to_the_texts(built: str) -> None:
    found = files(built)
    tokenizer = load_tokenizer(f"{built}/tokenizer/tokenizer.json")
    for lang in SMALL_LANGUAGES:
        shards = sorted(path for path in found if path.startswith(f"corpus/{lang}/") and path.endswith(".arrow"))
        texts = [text for path in shards for text in pa.ipc.open_stream(found[path]).read_all()["text"].to_pylist()]
        tokens = np.frombuffer(found[f"tokens/{lang}_text_document.bin"], "<u2")
        assert decode(tokenizer, tokens) == "".join(f"{text}</s>" for text in texts)


def test_a_second_build_in_memory_does_nothing(
    small_corpus: Corpus, built: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(built)
    build(load(small_corpus.recipe), built, Runtime())
    stages = [line for line in capsys.readouterr().err.splitlines() if " shards " in line]
    assert len(stages) >= 7
    assert [line for line in stages if "nothing to do" not in line] == []
    assert files(built) == before


@pytest.mark.parametrize(
    ("folder", "times"), [("articles/documents", 3), ("planted/ledger", 1), ("corpus/hi", 2), ("tokens", 4)]
)
def test_a_run_that_broke_off_goes_on_to_the_same_bytes(
    small_corpus: Corpus, memory: str, stop_at: Any, folder: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_at(folder, times)
    with pytest.raises(RunError, match="the machine went away"):
        build(load(small_corpus.recipe), memory, Runtime())
    monkeypatch.undo()
    build(load(small_corpus.recipe), memory, Runtime())
    assert corpora.different(hashes(memory), corpora.contents(small_corpus.work)) == []


@pytest.mark.parametrize("times", [30, 300, 500])
def test_a_run_that_broke_off_in_the_middle_of_a_file_goes_on_to_the_same_bytes(
    small_corpus: Corpus, memory: str, times: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [times]
    write = storage._Hashing.write

    def failing(file: storage._Hashing, data: Any) -> int:
        left[0] -= 1
        if left[0] == 0:
            write(file, bytes(data)[:1])
            raise OSError("the machine went away")
        return write(file, data)

    monkeypatch.setattr(storage._Hashing, "write", failing)
    with pytest.raises(RunError, match="the machine went away"):
        build(load(small_corpus.recipe), memory, Runtime())
    monkeypatch.undo()
    build(load(small_corpus.recipe), memory, Runtime())
    assert corpora.different(hashes(memory), corpora.contents(small_corpus.work)) == []


def test_a_folder_in_memory_is_no_folder_on_disk(built: str) -> None:
    assert "corpus" in storage.names(built)
    assert not Path(built).exists()
    assert not Path("memory:").exists()
