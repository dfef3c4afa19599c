"""Progress is counted from the manifests on disk and said in one line where there is no terminal."""

from pathlib import Path

import pytest

from pipelines import progress, storage
from pipelines.progress import Progress
from pipelines.task import Task


def tasks(folder: str, *sizes: int) -> list[Task]:
    return [Task(storage.join(folder, f"{number}.json"), "k", size, None) for number, size in enumerate(sizes)]


def test_finished_shards_and_their_bytes_are_counted_from_manifests(
    memory: str, capsys: pytest.CaptureFixture[str]
) -> None:
    todo = tasks(memory, 3_000_000, 500_000, 7)
    with Progress("curate", todo, already=4):
        for task in todo[:2]:
            storage.write_json(task.manifest, {})
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("curate: 2 of 3 shards in ")
    assert ", 3.5 MB in, " in line
    assert line.endswith("MB/s, 4 were finished before")


def test_a_run_that_fails_says_how_far_it_came(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [task] = tasks(str(tmp_path), 5)

    def fails() -> None:
        with Progress("judge", [task], already=0):
            raise RuntimeError("a worker died")

    with pytest.raises(RuntimeError, match="a worker died"):
        fails()
    line = capsys.readouterr().err
    assert line.startswith("judge: 0 of 1 shards")
    assert "before" not in line


def test_manifests_are_looked_at_while_the_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "INTERVAL", 0.001)
    [task] = tasks(str(tmp_path), 5)
    with Progress("judge", [task], already=0) as shown:
        storage.write_json(task.manifest, {})
        while shown._open:
            shown._thread.join(0.001)
        assert shown._done_bytes == 5
    assert not shown._thread.is_alive()


def test_nothing_to_do_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    Progress.nothing_to_do("mix", 3)
    assert capsys.readouterr().err == "mix: nothing to do, all 3 shards were finished before\n"


def test_a_stage_without_shards_is_no_division_by_zero(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("mix", [], already=0):
        pass
    assert capsys.readouterr().err.startswith("mix: 0 of 0 shards")


def test_a_number_of_bytes_is_shown_with_one_decimal() -> None:
    assert progress.megabytes(1_234_567_890) == "1,234.6 MB"
