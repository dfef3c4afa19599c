"""The bytes of a column of strings, without a copy: what every kernel reads."""

import numpy as np
import pyarrow as pa

from filters.kernels.compiled import Array, constant


def buffers(texts: pa.Array) -> tuple[Array, Array]:
    """The bytes of strings, and where each starts and the last ends in them. uint8; [texts + 1] int32

    Raises TypeError for anything but `pa.string()` without nulls.
    """
    if texts.type != pa.string() or texts.null_count:
        raise TypeError(
            f"texts are {texts.type} with {texts.null_count} nulls; give strings (pa.string()) without nulls"
        )
    _, offsets, data = texts.buffers()
    if not len(texts):
        return constant(np.zeros(0, np.uint8)), constant(np.zeros(1, np.int32))
    found = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    return constant(np.frombuffer(data or b"", np.uint8)), constant(found)
