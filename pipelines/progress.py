"""Progress of a run, for people: shards and bytes done, rate and time left.

It is counted from the manifests on disk, so it is the same on every runner, also for work that another process
or machine does. On a terminal it is a moving bar, elsewhere one line at the end of each stage.
"""

import threading
import time
from collections.abc import Sequence
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as RichProgress
from rich.progress import (
    Task as Row,
)
from rich.text import Text

from pipelines import storage
from pipelines.task import Task

INTERVAL = 0.5
"""Seconds between two looks at the manifests."""

console = Console(stderr=True)


def megabytes(count: float) -> str:
    """A number of bytes in MB (1e6 bytes), a small one in kB, from 10 GB on in GB.

    >>> megabytes(2_340_000), megabytes(5_200), megabytes(79_570_200_000)
    ('2.3 MB', '5.2 kB', '79.6 GB')
    """
    if count >= 1e10:
        return f"{count / 1e9:,.1f} GB"
    return f"{count / 1e6:,.1f} MB" if count >= 1e5 else f"{count / 1e3:,.1f} kB"


class Progress:
    """Shows how far a run is while its block runs."""

    def __init__(self, label: str, tasks: Sequence[Task], *, already: int) -> None:
        self._label = label
        self._open = {task.manifest: task.size for task in tasks}
        self._count = len(tasks)
        self._already = already
        self._done_bytes = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="progress", daemon=True)
        self._bar = RichProgress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            _Shards(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._row = self._bar.add_task(label, total=sum(self._open.values()) or None, shards=f"0/{self._count}")

    @staticmethod
    def nothing_to_do(label: str, count: int) -> None:
        """Say that a stage's shards were all finished before."""
        console.print(
            f"{label}: nothing to do, all {count} shards were finished before", highlight=False, soft_wrap=True
        )

    def __enter__(self) -> "Progress":
        self._start = time.monotonic()
        self._bar.start()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._look()
        self._bar.stop()
        seconds = max(time.monotonic() - self._start, 1e-3)
        finished = self._count - len(self._open)
        again = f", {self._already} were finished before" if self._already else ""
        size = self._done_bytes
        read = f", {megabytes(size)} in, {megabytes(size / seconds)}/s" if size else ""
        console.print(
            f"{self._label}: {finished} of {self._count} shards in {seconds:.1f} s{read}{again}",
            highlight=False,
            soft_wrap=True,
        )

    def _watch(self) -> None:
        while not self._stop.wait(INTERVAL):
            self._look()

    def _look(self) -> None:
        folders = {path.rsplit("/", 1)[0] for path in self._open}
        there = {storage.join(folder, name) for folder in folders for name in storage.names(folder)}
        for path in [path for path in self._open if path in there]:
            self._done_bytes += self._open.pop(path)
        self._bar.update(self._row, completed=self._done_bytes, shards=f"{self._count - len(self._open)}/{self._count}")


class _Shards(ProgressColumn):
    """Shards done of all."""

    def render(self, task: Row) -> Text:
        return Text(f"{task.fields['shards']} shards")
