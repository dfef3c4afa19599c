"""A task: one shard's worth of work, and the manifest that says it is finished.

A task is done when its manifest is there, carries the task's key, and every file it names has the size it
names. The manifest is written last and removed first, so that a process may be killed at any moment: what has
a manifest is whole, what has none is made again with the same bytes.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines import storage

LOGGER = logging.getLogger("roots")

Work = Callable[[Any], dict[str, Any]]
"""What a task does: a module-level function of the task's `job` that writes files and returns what the manifest
says, among it `files`: a list of {"file", "bytes", "sha256"} relative to the manifest's folder."""


@dataclass(frozen=True)
class Task:
    """One element of a run.

    `manifest` is the path of its manifest, `key` the hash of everything that decides the outcome, `size` the
    bytes it reads (for progress), `job` what the work function is given; it must be picklable.
    """

    manifest: str
    key: str
    size: int
    job: Any


def finished(task: Task) -> dict[str, Any] | None:
    """The manifest of a task that is done, else None."""
    manifest = storage.read_json(task.manifest)
    if not isinstance(manifest, dict) or manifest.get("key") != task.key:
        return None
    folder = task.manifest.rsplit("/", 1)[0]
    whole = all(storage.size(storage.join(folder, entry["file"])) == entry["bytes"] for entry in manifest["files"])
    return manifest if whole else None


def complete(task: Task, work: Work) -> None:
    """Do a task and write its manifest; nothing is done when it is finished already."""
    if finished(task) is not None:
        return
    storage.remove(task.manifest)
    manifest = work(task.job)
    storage.write_json(task.manifest, {"key": task.key, **manifest})


def pending(tasks: Iterable[Task]) -> list[Task]:
    """The tasks that are not finished, in their order."""
    return [task for task in tasks if finished(task) is None]


def manifest_of(path: str) -> str:
    """Where the manifest of a table file is: beside it.

    >>> manifest_of("udhr/ledger/yor.parquet")
    'udhr/ledger/yor.json'
    """
    return f"{path.rsplit('.', 1)[0]}.json"


def with_manifests(paths: Iterable[str]) -> list[str]:
    """The names of files and of their manifests."""
    return [name.rsplit("/", 1)[-1] for path in paths for name in (path, manifest_of(path))]


def discard_others(folder: str, keep: Sequence[str]) -> None:
    """Remove the files of a folder that are not among `keep`: what an earlier configuration left.

    Manifests go first, so that a kill in between leaves no manifest without its files.
    """
    kept = frozenset(keep)
    stale = [name for name in storage.names(folder) if name not in kept]
    for name in sorted(stale, key=lambda name: not name.endswith(".json")):
        storage.remove(storage.join(folder, name))
    if stale:
        LOGGER.info("%s: removed %d files of an earlier configuration", folder, len(stale))
