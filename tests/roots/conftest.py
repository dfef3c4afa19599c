"""What tests of the commands share: running one as people do, and reading what it kept."""

import gzip
import io
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import zstandard

from filters import kernels
from pipelines import storage
from pipelines.run import Runtime
from pipelines.task import Task, Work, complete
from roots.cli import main
from tests.measured import Measured, Wanted, measured
from tests.roots.made import Ended, params_folder


@pytest.fixture
def roots(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ended]:
    """Runs a command in this process: roots("filter", "--lang", "yo", path, ...)."""

    def run(*arguments: object) -> Ended:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return Ended(ended.value.code, out, err)

    return run


@pytest.fixture
def kept() -> Callable[[Path | str], list[dict[str, Any]]]:
    """Reads every file in the kept/ of an output folder, by name."""

    def read(output: Path | str) -> list[dict[str, Any]]:
        folder = storage.join(str(output), "kept")
        return [row for name in storage.names(folder) for row in _rows(storage.read_bytes(f"{folder}/{name}"), name)]

    return read


def _rows(data: bytes, name: str) -> list[dict[str, Any]]:
    if name.endswith(".parquet"):
        rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(data)).to_pylist()
        return rows
    plain = gzip.decompress(data) if name.endswith(".gz") else zstandard.ZstdDecompressor().stream_reader(data).read()
    return [json.loads(line) for line in plain.splitlines()]


@pytest.fixture
def lines(tmp_path: Path) -> Callable[..., Path]:
    """Writes a jsonl file in tmp_path: lines("my.jsonl", record, '{"broken', ...)."""

    def write(name: str, *records: Mapping[str, Any] | str) -> Path:
        text = (record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records)
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for line in text), encoding="utf-8")
        return path

    return write


@pytest.fixture
def plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs tasks one after the other without Beam, which takes longer to start than the small tasks of tests."""

    def execute(tasks: Sequence[Task], work: Work, how: Runtime) -> None:
        for task in tasks:
            complete(task, work)

    monkeypatch.setattr("pipelines.run._execute", execute)


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    """A folder of parameters in which a Yoruba text needs thirty words."""
    return params_folder(tmp_path / "stricter", "number_words = { min = 30 }")


@pytest.fixture(scope="session")
def looked_at(tmp_path_factory: pytest.TempPathFactory) -> Measured:
    """A judged folder of 3,000 measured documents without texts, in five languages. Tests change nothing in it."""
    wanted = Wanted(3_000, ("yo", "hi", "zhs", "ar", "fon"))
    return measured(str(tmp_path_factory.mktemp("looked-at")), wanted)


@pytest.fixture
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache folder, a new one; numba's stays where it was."""
    assert kernels.cache.VARIABLE in os.environ
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="session")
def cache_of_the_session(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the indexes of folders that several tests look into."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def shared_cache(cache_of_the_session: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache folder, in which the index of what was opened before is found again; numba's stays."""
    assert kernels.cache.VARIABLE in os.environ
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache_of_the_session))
    return cache_of_the_session
