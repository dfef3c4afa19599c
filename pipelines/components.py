"""Clusters of a graph between row numbers, in one array that lies in a file, so that no number of rows is too many.

Edges are given some at a time, in any order; the label of a row is the lowest one that it is connected with. The array
has 4 bytes a row, 8 from 2**32 - 1 rows on, in a file without a name, which goes with the process. Its pages are the
system's to write out where memory is short; beyond `room` bytes of them a process lets them go after each step.
"""

import mmap
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipelines.search import DedupError

Rows = NDArray[np.int64]
"""[rows] int64: row numbers."""

AT_ONCE = 1 << 18
"""Rows, or edges, that are looked at together: 2 MB of row numbers."""

TOUCHED = 1 << 18
"""Bytes of the array that one edge may bring into memory: four places, and 64 kB that Linux maps around each."""


class Sizes(NamedTuple):
    """How many clusters of two and more rows there are, and how many rows are in them."""

    clusters: int
    members: int


def width(count: int) -> int:
    """Bytes for each of so many rows: a distance between two, and one number that is none."""
    return 4 if count < 2**32 - 1 else 8


class Labels:
    """The labels of all rows at one time, in a file."""

    def __init__(self, file: Any, count: int) -> None:
        self._file = file
        self._kind: np.dtype[Any] = np.dtype(np.uint32 if width(count) == 4 else np.int64)

    def of(self, start: int, stop: int) -> Rows:
        """The labels of some rows, [stop - start] int64; -1 for a row that is in no cluster."""
        size = self._kind.itemsize
        down = np.frombuffer(os.pread(self._file.fileno(), (stop - start) * size, start * size), self._kind)
        labels = np.arange(start, stop, dtype=np.int64)
        labels[down == 0] = -1
        lower = np.flatnonzero((down != 0) & (down != np.iinfo(self._kind).max))
        labels[lower] -= down[lower].astype(np.int64)
        return labels


class Components(Labels):
    """Rows from 0 up to `count`, and the edges that were joined. `components` makes it, and lets its files go."""

    def __init__(self, count: int, folder: str | None, room: int) -> None:
        self.count = count
        self._folder = folder
        self._files = ExitStack()
        size = max(1, count * width(count))
        file = self._file_of(size)
        super().__init__(file, count)
        self._map = mmap.mmap(file.fileno(), size)
        self._down: NDArray[Any] = np.frombuffer(self._map, self._kind, count)
        self._lets_go = size > room and hasattr(mmap, "MADV_DONTNEED")
        self._step = max(256, min(AT_ONCE, room // TOUCHED)) if self._lets_go else AT_ONCE

    def join(self, first: Rows, second: Rows) -> None:
        """Join the rows of each edge."""
        from filters.kernels import union

        for start in range(0, len(first), self._step):
            some = slice(start, start + self._step)
            union.union(self._down, first[some], second[some], union.top(self._down))
            self._let_go()

    def settle(self) -> Sizes:
        """Find the label of every row; `of` gives them from then on, until more edges are joined."""
        from filters.kernels import union

        clusters = members = 0
        for start in range(0, self.count, self._step):
            stop = min(start + self._step, self.count)
            roots, others = union.settle(self._down, start, stop, union.top(self._down))
            clusters, members = clusters + int(roots), members + int(roots) + int(others)
            self._let_go()
        return Sizes(clusters, members)

    def saved(self) -> Labels:
        """The labels as they are, copied to a file of their own; stretches without a cluster take no room there."""
        size = self.count * self._kind.itemsize
        file = self._file_of(0)
        for start in range(0, size, AT_ONCE):
            part = os.pread(self._file.fileno(), min(AT_ONCE, size - start), start)
            if part.strip(b"\0"):
                os.pwrite(file.fileno(), part, start)
        os.truncate(file.fileno(), size)
        return Labels(file, self.count)

    def close(self) -> None:
        """Let the files go."""
        del self._down
        self._map.close()
        self._files.close()

    def _file_of(self, size: int) -> Any:
        """A file without a name, in which so many bytes are set aside: a full disk would end the process later."""
        folder = self._folder or tempfile.gettempdir()
        try:
            file = self._files.enter_context(tempfile.TemporaryFile(dir=folder))  # noqa: SIM115 (it is one)
            if size and hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
            else:
                os.truncate(file.fileno(), size)
        except OSError as error:
            self._files.close()
            raise DedupError(
                f"{folder}: no room for a file of {size:,} bytes, {width(self.count)} a document ({error.strerror})"
            ) from None
        return file

    def _let_go(self) -> None:
        if self._lets_go:
            self._map.madvise(mmap.MADV_DONTNEED)


@contextmanager
def components(count: int, folder: str | None, room: int) -> Iterator[Components]:
    """So many rows without an edge, their files in a local folder, or in that for temporary files.

    Raises DedupError where the disk has no room.
    """
    held = Components(count, folder, room)
    try:
        yield held
    finally:
        held.close()
