"""What a phase of work will take, said before it runs: memory of one worker, disk, tasks."""

from dataclasses import dataclass

BASE = 380_000_000
"""Bytes of memory of a worker that has its libraries and kernels loaded and no data yet.

Measured on Linux with Python 3.11, Beam 2.77, pyarrow 25 and numba 0.68, resident: 373 MB of a process of FnApiRunner,
366 MB of a worker of Dask, 150 of each being files that workers share. A process that curated before keeps some 170 MB
more: all kernels, and its models. It is resident memory that is meant throughout; of addresses Arrow's allocator
(mimalloc) sets aside a gigabyte more that it does not use, unless ARROW_DEFAULT_MEMORY_POOL=system.
"""

LEAST = 150_000_000
"""Bytes beyond BASE without which not every phase can work: those that read texts need the most."""


@dataclass(frozen=True)
class Phase:
    """One phase: tasks it has, the peak memory of a worker (BASE included), and bytes on disk while it runs."""

    name: str
    tasks: int
    memory: int
    disk: int


def room(memory: int) -> int:
    """Bytes that a phase may use for data, of the memory that a worker may take in all."""
    return memory - BASE
