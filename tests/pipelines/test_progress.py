"""What is said of a run while it goes on and at its end, counted from the manifests that are there."""

import re
from pathlib import Path

import pytest

from pipelines import progress, storage
from pipelines.progress import Progress, megabytes
from pipelines.task import Task


@pytest.fixture
def tasks(tmp_path: Path) -> list[Task]:
    return [Task(f"{tmp_path}/{number}.json", "k", 1_500_000, None) for number in range(3)]


def test_bytes_are_shown_in_megabytes_of_a_million() -> None:
    assert megabytes(1_234_500_000) == "1,234.5 MB"


def test_the_end_of_a_stage_is_one_line_of_what_was_finished(
    tasks: list[Task], capsys: pytest.CaptureFixture[str]
) -> None:
    with Progress("curate", tasks, already=4):
        for task in tasks:
            storage.write_json(task.manifest, {"key": "k", "files": []})
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("curate: 3 of 3 shards in ")
    assert "4.5 MB in" in line
    assert line.endswith(", 4 were finished before")


def test_what_has_no_manifest_is_not_counted_when_the_run_fails(
    tasks: list[Task], capsys: pytest.CaptureFixture[str]
) -> None:
    def broken_off() -> None:
        with Progress("curate", tasks, already=0):
            storage.write_json(tasks[1].manifest, {"key": "k", "files": []})
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert "curate: 1 of 3 shards" in capsys.readouterr().err


def test_manifests_are_looked_at_while_the_run_goes_on(tasks: list[Task], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "INTERVAL", 0.001)
    with Progress("judge", tasks[:1], already=0) as shown:
        storage.write_json(tasks[0].manifest, {"key": "k", "files": []})
        while shown._open:
            shown._thread.join(0.001)
    assert not shown._thread.is_alive()


def test_a_stage_without_shards_is_no_division_by_zero(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("mix", [], already=0):
        pass
    assert capsys.readouterr().err.startswith("mix: 0 of 0 shards")


def test_a_stage_without_work_says_so_in_one_line_however_narrow_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    Progress.nothing_to_do("judge: copies that passed", 12)
    assert capsys.readouterr().err == ("judge: copies that passed: nothing to do, all 12 shards were finished before\n")


def test_a_stage_of_which_no_bytes_are_known_says_none(tasks: list[Task], capsys: pytest.CaptureFixture[str]) -> None:
    with Progress("clean", [Task(tasks[0].manifest, "k", 0, None)], already=0):
        storage.write_json(tasks[0].manifest, {"key": "k", "files": []})
    assert re.fullmatch(r"clean: 1 of 1 shards in [0-9.]+ s\n", capsys.readouterr().err)
