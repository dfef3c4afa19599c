"""The stored texts of a shard, some megabytes at a time.

Of row groups in which no wanted document stands nothing is read.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines import tables
from pipelines.run import RunError
from pipelines.shards import Shard

TOGETHER = 4_000_000
"""Bytes of texts that are given at once, about; a longer one is given alone."""

FAULTS = (pa.ArrowException, OSError, ValueError)
"""What pyarrow raises for a file that is broken."""

NOT_THE_FILE = (MemoryError, ConnectionError, TimeoutError, PermissionError)
"""Of these, what says nothing of the file: nobody should remove it."""

Places = npt.NDArray[np.int64]


def stored(work: str, shard: Shard, wanted: Places | None = None) -> Iterator[tuple[Places, pa.Array]]:
    """The texts of a shard with their places in it, in their order: of all documents, or of those `wanted`, ascending.

    No more is held than a row group and TOGETHER. Raises RunError naming the table that is missing or damaged.
    """
    path = shard.path(work, "documents")
    try:
        groups = tables.group_rows(path)
        if sum(groups) != shard.rows:
            raise RunError(f"{path}: has {sum(groups)} rows, {shard.rows} are expected; {_AGAIN}")
        starts = np.cumsum([0, *groups])
        for group, start in enumerate(starts[:-1].tolist()):
            places = _within(wanted, start, int(starts[group + 1]))
            if len(places):
                for batch in tables.batches(path, ["text"], groups=[group]):
                    yield from _pieces(places, batch.column("text"), start)
    except NOT_THE_FILE:
        raise
    except FileNotFoundError:
        raise RunError(f"{path}: this table of documents is missing; {_REPEAT}") from None
    except FAULTS as error:
        raise RunError(f"{path}: this table of documents cannot be read ({type(error).__name__}); {_AGAIN}") from None


_REPEAT = "run the build again, which makes it anew"
_AGAIN = f"remove it and {_REPEAT}"


def _within(wanted: Places | None, start: int, end: int) -> Places:
    if wanted is None:
        return np.arange(start, end, dtype=np.int64)
    low, high = np.searchsorted(wanted, [start, end])
    return wanted[low:high]


def _pieces(places: Places, texts: pa.Array, start: int) -> Iterator[tuple[Places, pa.Array]]:
    """The texts at some places of a row group, which begins at `start`, so many at a time that they are TOGETHER."""
    sizes = np.diff(_offsets(texts))[places - start]
    ends = np.cumsum(sizes)
    begin = 0
    while begin < len(places):
        before = ends[begin - 1] if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, before + TOGETHER, side="right")))
        some = places[begin:end]
        yield some, texts.take(pa.array(some - start))
        begin = end


def _offsets(texts: pa.Array) -> npt.NDArray[Any]:
    """[texts + 1] where each text begins and the last ends, in bytes."""
    found = np.frombuffer(texts.buffers()[1], np.int32)
    return found[texts.offset : texts.offset + len(texts) + 1]
