"""How far the training of a tokenizer is, for people: bytes of the sample read, then that it is learning.

The libraries learn in silence, so what a terminal shows of that is the time it takes.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TransferSpeedColumn,
)

from pipelines import progress
from pipelines.progress import console, megabytes

LABEL = "tokenizer"


class Told:
    """What a training tells as it goes on: how many bytes of text it was given."""

    def __init__(self, bar: Progress, row: TaskID) -> None:
        self._bar = bar
        self._row = row
        self.bytes = 0

    def reading(self, batches: Iterable[Sequence[str]]) -> Iterator[str]:
        """The texts of some batches, counted; when they end, learning begins."""
        for texts in batches:
            yield from texts
            size = sum(len(text.encode()) for text in texts)
            self.bytes += size
            self._bar.update(self._row, advance=size)
        self._bar.remove_task(self._row)
        self._bar.add_task(f"{LABEL}: learning from {megabytes(self.bytes)}", total=None)


@contextmanager
def telling(size: int, *, done: bool) -> Iterator[Told]:
    """Show on a terminal how far a training on about so many bytes is, and say at its end what it took.

    With `done` there is nothing to train, and that is said.
    """
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TransferSpeedColumn(),
        TimeElapsedColumn(),
    )
    hidden = done or not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=hidden) as bar:
        told = Told(bar, bar.add_task(f"{LABEL}: reading the sample", total=size or None))
        start = time.monotonic()
        yield told
        seconds = time.monotonic() - start
    if done:
        progress.Progress.nothing_to_do(LABEL, 1)
    elif told.bytes:
        console.print(
            f"{LABEL}: learnt from {megabytes(told.bytes)} of text in {seconds:.1f} s", highlight=False, soft_wrap=True
        )
