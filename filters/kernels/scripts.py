"""The fast twin of `filters.scripts.counts`: letters of each class in many texts, in one pass over their UTF-8."""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from filters.kernels.compiled import Array, compiled
from filters.kernels.decoding import code_point
from filters.kernels.strings import buffers
from filters.scripts import CLASSES, NONE, table


def counts(texts: pa.Array) -> NDArray[np.int64]:
    """[texts, classes] number of letters of each class of `filters.scripts.CLASSES`; strings without nulls."""
    characters, starts = buffers(texts)
    found = np.zeros((len(texts), 256), np.int64)
    if len(texts):
        _count(characters, starts, table(), found)
    found[:, NONE] = 0
    return np.ascontiguousarray(found[:, : len(CLASSES)])


def warm() -> None:
    """Compile the kernel, or load it from the cache."""
    counts(pa.array(["A text"]))


@compiled
def _count(data: Array, starts: Array, classes: Array, found: Array) -> None:
    """Count the classes of the code points of each text; those without one stand in column NONE."""
    for text in range(len(starts) - 1):
        at, end = np.int64(starts[text]), np.int64(starts[text + 1])
        while at < end:
            code, width = np.int64(data[at]), 1
            if code >= 0x80:
                code, width = code_point(data, at)
            at += width
            found[text, classes[code]] += 1
