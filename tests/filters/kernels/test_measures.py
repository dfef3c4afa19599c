"""The kernels of measures fill one row for each text; that they are right is tested in tests/filters/test_batch.py."""

import numpy as np
import pyarrow as pa

from filters.batch import _room, _task
from filters.kernels.measures import Found, Pieces, measure_all, measure_pieces
from filters.kernels.pieces import code_points
from filters.kernels.strings import buffers
from lang_params.params import load


def rows(count: int) -> Found:
    return Found(np.full(count, -1, np.int64), *(np.full(count, -1.0) for _ in range(5)))


def test_words_are_counted_before_lower_casing() -> None:
    data, offsets = buffers(pa.array(["Г г a", "", "b !"]))
    found = rows(3)
    measure_all(data, offsets, _task(load("en"), "fixed", 9), _room(offsets, None), found)
    assert found.number_words.tolist() == [2, 0, 1]
    assert found.special_characters.tolist() == [3 / 5, 0.0, 2 / 3]


def test_pieces_are_measured_as_words() -> None:
    data, offsets = buffers(pa.array(["你好你好", ""]))
    starts = np.array([0, 0, 2], np.int32)
    pieces = Pieces(np.array([1, 0, 1], np.int32), np.array([0, 3, 3]), code_points("你好"), starts)
    found = rows(2)
    measure_pieces(data, offsets, pieces, _task(load("zhs"), "fixed", 12), _room(offsets, pieces), found)
    assert found.number_words.tolist() == [2, 0]
    assert found.character_repetition.tolist() == [0.0, 0.0]
