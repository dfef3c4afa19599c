"""The bytes of a column of strings, also of a slice of one."""

from itertools import pairwise

import pyarrow as pa
import pytest

from filters.kernels.strings import buffers


def test_a_slice_shares_the_bytes_and_has_its_own_places() -> None:
    data, offsets = buffers(pa.array(["ẹ", "kú", "", "abọ̀"])[1:3])
    assert [bytes(data[start:end]).decode() for start, end in pairwise(offsets)] == ["kú", ""]
    assert not data.flags.writeable


def test_no_texts_have_no_bytes() -> None:
    data, offsets = buffers(pa.array([], pa.string()))
    assert (len(data), offsets.tolist()) == (0, [0])


def test_anything_else_is_refused() -> None:
    with pytest.raises(TypeError, match="texts are large_string with 0 nulls; give strings"):
        buffers(pa.array(["a"], pa.large_string()))
    with pytest.raises(TypeError, match="texts are string with 1 nulls"):
        buffers(pa.array(["a", None]))
