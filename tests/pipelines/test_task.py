"""A task is finished when its manifest carries its key and its files have the sizes it names."""

from pathlib import Path
from typing import Any

import pytest

from pipelines import storage
from pipelines.task import Task, complete, discard_others, finished, pending, with_manifests


def write(job: tuple[str, bytes]) -> dict[str, Any]:
    path, data = job
    written = storage.write_bytes(path, data)
    return {"files": [{"file": path.rsplit("/", 1)[-1], "bytes": written.bytes, "sha256": written.sha256}]}


def never(job: Any) -> dict[str, Any]:
    raise AssertionError("must not run")


@pytest.fixture
def task(tmp_path: Path) -> Task:
    return Task(f"{tmp_path}/a.json", "key-1", 3, (f"{tmp_path}/a.bin", b"abc"))


def test_a_completed_task_is_not_done_again(task: Task) -> None:
    assert pending([task]) == [task]
    complete(task, write)
    assert pending([task]) == []
    complete(task, never)
    manifest = finished(task)
    assert manifest is not None
    assert manifest["key"] == "key-1"


def test_another_key_a_lost_file_and_a_short_file_each_make_it_unfinished(task: Task, tmp_path: Path) -> None:
    complete(task, write)
    assert finished(Task(task.manifest, "key-2", 3, None)) is None
    (tmp_path / "a.bin").write_bytes(b"ab")
    assert finished(task) is None
    (tmp_path / "a.bin").unlink()
    assert finished(task) is None


def test_a_task_killed_in_its_work_has_no_manifest(task: Task) -> None:
    complete(task, write)

    def killed(job: tuple[str, bytes]) -> dict[str, Any]:
        write((job[0], b"of another configuration"))
        raise KeyboardInterrupt

    again = Task(task.manifest, "key-2", 3, task.job)
    with pytest.raises(KeyboardInterrupt):
        complete(again, killed)
    assert storage.read_json(task.manifest) is None
    complete(task, write)
    assert storage.read_bytes(task.job[0]) == b"abc"


def test_files_of_an_earlier_configuration_go(tmp_path: Path) -> None:
    for name in ("new.parquet", "new.json", "old.parquet", "old.json"):
        (tmp_path / name).write_bytes(b"{}")
    discard_others(str(tmp_path), with_manifests([f"{tmp_path}/new.parquet"]))
    assert storage.names(str(tmp_path)) == ["new.json", "new.parquet"]
