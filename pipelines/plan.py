"""What a phase of work will take, said before it runs: memory of one worker, disk, tasks."""

from dataclasses import dataclass

BASE = 350_000_000
"""Bytes of memory of a worker that has its libraries loaded and no data yet."""

LEAST = 100_000_000
"""Bytes beyond BASE without which no phase can work."""


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
