"""The table of words changes no result: not when it is full, nor when words share a hash."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from filters import models
from filters.kernels import lid, lid_rows
from filters.lid_model import read


@pytest.mark.parametrize("name", ["lid.176", "roots-lid"])
def test_a_table_that_overflows_changes_nothing(name: str) -> None:
    """More different words than the table has slots: it is emptied on the way, and the answers stay."""
    model = read(models.path(name))
    texts = pa.array([" ".join(f"{prefix}{number:x}" for number in range(8000)) for prefix in "abcdefghijklmnopqrst"])
    labels, scores = lid.predict(model, texts)
    assert lid._table(model).used[0] < lid_rows.SLOTS // 2
    again = lid.predict(model, texts)
    np.testing.assert_array_equal(labels, again[0])
    np.testing.assert_array_equal(scores, again[1])
    fresh = read(models.path(name))
    for row in range(0, 20, 7):
        assert lid.predict(fresh, texts[row : row + 1])[1][0] == scores[row]


def test_words_that_share_a_hash_are_told_apart() -> None:
    """Two words of one FNV hash, found by trying: each has its own rows."""
    seen: dict[int, str] = {}
    pair = ()
    for number in range(400_000):
        word = f"{number:x}"
        value = fnv(word.encode())
        if value in seen:
            pair = (seen[value], word)
            break
        seen[value] = word
    assert pair
    model = read(models.path("lid.176"))
    alone = [lid.predict(read(models.path("lid.176")), pa.array([word]))[1][0] for word in pair]
    assert list(lid.predict(model, pa.array(list(pair)))[1]) == alone


def fnv(data: bytes) -> int:
    value = 2166136261
    for byte in data:
        value = (value ^ (byte | (0xFFFFFF00 if byte > 127 else 0))) * 16777619 % 2**32
    return value


@pytest.mark.parametrize("columns", [1, 15, 16, 17, 40])
def test_matrices_are_filled_up_to_whole_lines(columns: int) -> None:
    matrix: Any = np.arange(3 * columns, dtype=np.float32).reshape(3, columns)
    filled = lid_rows._filled(matrix, -(-columns // 16) * 16)
    assert filled.shape[1] % lid_rows.BLOCK == 0
    assert filled.ctypes.data % 64 == 0
    np.testing.assert_array_equal(filled[:, :columns], matrix)
    assert not filled[:, columns:].any()
