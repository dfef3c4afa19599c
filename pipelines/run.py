"""Runs tasks on Beam: as little logic as possible in this module.

An element is a task, that is, one shard. The pipeline is linear and ends in one leaf, because that is what every
runner does alike: in process (`fnapi`), on Dask (`dask`), on Google's service (`dataflow`). What is finished is
not run again; progress is counted from the manifests, which are the same on every runner.
"""

import contextlib
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines import storage
from pipelines.plan import BASE, LEAST
from pipelines.progress import Progress
from pipelines.task import Task, Work, complete, finished, pending

RUNNERS = ("fnapi", "dask", "dataflow")

SLICE_BYTES = 64_000_000
"""Stored bytes of a file that one task reads, about. A WARC file of Common Crawl, of 1 GB, makes 16 tasks."""

MEMORY = 2_000_000_000
"""Bytes of memory that one worker may take."""


class RunError(RuntimeError):
    """A run that could not finish: what failed, and what to do. What is finished stays finished."""


class DryRun(Exception):
    """Dataflow's `--dry_run`: the job graph of the first unfinished stage was built, nothing was run."""


class OptionError(ValueError):
    """A combination of runner, workers and Beam options that cannot be run."""


@dataclass(frozen=True)
class Runtime:
    """Where and how wide to run: a runner, the number of worker processes, options for Beam itself.

    A file of more than `slice_bytes` is cut into slices of about that size, which many workers can share. A phase that
    could need more than `memory` bytes in one worker is divided until it does not.
    """

    runner: str = "fnapi"
    workers: int = 1
    options: tuple[str, ...] = ()
    slice_bytes: int = SLICE_BYTES
    memory: int = MEMORY


def runtime(
    runner: str | None,
    workers: int,
    options: Sequence[str] = (),
    *,
    slice_bytes: int = SLICE_BYTES,
    memory: int = MEMORY,
) -> Runtime:
    """Check a choice of runner, workers, Beam options and memory.

    Without a runner, one worker runs in this process and more run on Dask, each a process of one thread.
    Raises OptionError, saying what is allowed.
    """
    if memory < BASE + LEAST:
        raise OptionError(
            f"--memory: {memory / 1e6:,.0f} MB; a worker needs {(BASE + LEAST) / 1e6:,.0f} MB at least, of which its "
            f"libraries take {BASE / 1e6:,.0f} MB"
        )
    chosen = runner or ("fnapi" if workers == 1 else "dask")
    if chosen not in RUNNERS:
        raise OptionError(f"--runner={chosen}: allowed are {', '.join(RUNNERS)}")
    if workers < 1:
        raise OptionError(f"--workers={workers}: allowed is 1 or more")
    if chosen == "fnapi" and workers > 1:
        raise OptionError(f"--runner=fnapi runs in one process: leave --workers={workers} out, or use --runner=dask")
    if chosen == "dataflow" and workers > 1:
        raise OptionError("--runner=dataflow: give the number of workers to Beam, after --: -- --num_workers=N")
    if options:
        from pipelines.beam import unknown_options

        unknown = unknown_options(options)
        if unknown:
            raise OptionError(f"unknown Beam option {unknown[0]}: see the options of Beam 2.77's PipelineOptions")
    return Runtime(chosen, workers, tuple(options), slice_bytes, memory)


def run(label: str, tasks: Sequence[Task], work: Work, how: Runtime) -> list[dict[str, Any]]:
    """Finish every task and return their manifests, in the order of `tasks`.

    `label` names the stage for people. Raises RunError when a task failed; the others stay finished.
    """
    todo = pending(tasks)
    if todo:
        for task in todo:
            storage.remove(task.manifest)
        ordered = sorted(todo, key=lambda task: (-task.size, task.manifest))
        with Progress(label, todo, already=len(tasks) - len(todo)):
            _execute(ordered, work, how)
    else:
        Progress.nothing_to_do(label, len(tasks))
    manifests = [finished(task) for task in tasks]
    missing = [task.manifest for task, manifest in zip(tasks, manifests, strict=True) if manifest is None]
    if missing:
        raise RunError(
            f"{label}: {len(missing)} of {len(tasks)} shards were not finished, first {missing[0]}; run again"
        )
    return [manifest for manifest in manifests if manifest is not None]


def _execute(tasks: Sequence[Task], work: Work, how: Runtime) -> None:
    from pipelines import beam

    if how.runner == "dataflow":
        with _plan(tasks, how) as plan:
            beam.run_dataflow(plan, work, how.options)
        if any(option.startswith("--dry_run") for option in how.options):
            raise DryRun(f"the job graph for {len(tasks)} shards was built; --dry_run runs nothing")
    elif how.runner == "dask":
        beam.run_dask(tasks, work, how.workers, how.options)
    else:
        beam.run_in_process(tasks, work, how.options)


@contextlib.contextmanager
def _plan(tasks: Sequence[Task], how: Runtime) -> Iterator[str]:
    """The tasks as a file beside the manifests: a job graph holds its name, not its thousands of shards."""
    folder = tasks[0].manifest.rsplit("/", 1)[0]
    path = storage.join(folder, f"plan-{storage.fingerprint([task.key for task in tasks])}.pickle")
    storage.write_bytes(path, pickle.dumps(list(tasks)))
    try:
        yield path
    finally:
        storage.remove(path)


def execute_one(task: Task, work: Work) -> str:
    """Finish one task; the name of its manifest is what a pipeline passes on."""
    complete(task, work)
    return task.manifest
