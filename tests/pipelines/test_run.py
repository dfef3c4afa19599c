"""Running tasks on each runner: the same files, nothing twice, errors in one line."""

import uuid
from pathlib import Path
from typing import Any

import pytest

from pipelines import storage
from pipelines.run import OptionError, RunError, Runtime, run, runtime
from pipelines.task import Task


def work(job: tuple[str, int]) -> dict[str, Any]:
    folder, number = job
    if number < 0:
        raise ValueError("a shard that cannot be done")
    written = storage.write_bytes(storage.join(folder, f"{number}.bin"), bytes([number] * number))
    return {"files": [{"file": f"{number}.bin", "bytes": written.bytes, "sha256": written.sha256}], "number": number}


def tasks(folder: str, numbers: range | list[int]) -> list[Task]:
    return [Task(storage.join(folder, f"{number}.json"), "k", abs(number), (folder, number)) for number in numbers]


def test_one_worker_runs_in_process_and_keeps_the_order_of_tasks() -> None:
    folder = f"memory://run-{uuid.uuid4()}"
    manifests = run("try", tasks(folder, range(1, 6)), work, runtime(None, 1))
    assert [manifest["number"] for manifest in manifests] == [1, 2, 3, 4, 5]


@pytest.mark.filterwarnings("ignore")
def test_dask_gives_the_same_files(tmp_path: Path) -> None:
    run("try", tasks(f"{tmp_path}/one", range(1, 6)), work, runtime(None, 1))
    run("try", tasks(f"{tmp_path}/two", range(1, 6)), work, runtime(None, 2))
    for name in storage.names(f"{tmp_path}/one"):
        assert storage.read_bytes(f"{tmp_path}/one/{name}") == storage.read_bytes(f"{tmp_path}/two/{name}")
    assert storage.names(f"{tmp_path}/one") == storage.names(f"{tmp_path}/two")


def test_finished_tasks_are_not_run_again_and_it_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    todo = tasks(str(tmp_path), range(1, 4))
    run("try", todo, work, Runtime())
    run("try", todo, lambda job: pytest.fail("ran again"), Runtime())
    assert "try: nothing to do, all 3 shards were finished before" in capsys.readouterr().err


def test_a_failing_shard_is_an_error_in_one_line_and_the_others_stay_finished(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="a shard that cannot be done"):
        run("try", tasks(str(tmp_path), [3, -1]), work, Runtime())
    assert storage.read_json(f"{tmp_path}/3.json")["number"] == 3


@pytest.mark.parametrize(
    ("runner", "workers", "options", "message"),
    [
        ("spark", 1, (), "--runner=spark: allowed are fnapi, dask, dataflow"),
        ("fnapi", 2, (), "--runner=fnapi runs in one process"),
        (None, 0, (), "--workers=0: allowed is 1 or more"),
        ("dataflow", 3, (), "-- --num_workers=N"),
        ("dataflow", 1, ("--nonsense=1",), "unknown Beam option --nonsense=1"),
    ],
)
def test_a_choice_that_cannot_be_run_is_refused(
    runner: str | None, workers: int, options: tuple[str, ...], message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        runtime(runner, workers, options)


def test_the_runner_follows_the_number_of_workers() -> None:
    assert runtime(None, 1).runner == "fnapi"
    assert runtime(None, 2).runner == "dask"
    assert runtime("dask", 1).runner == "dask"
