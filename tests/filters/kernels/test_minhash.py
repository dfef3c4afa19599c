"""The kernel fills the rows of signatures as the definition does, in however many rounds."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters import minhash
from filters.kernels.compiled import Array, compiled
from filters.kernels.minhash import ROUNDS_BEFORE_SORTING, fill, sign_all
from filters.signing import MinHash


@compiled
def one(hashes: Array, start: int, lowest: Array, filled: Array) -> None:
    fill(hashes, len(hashes), start, lowest, filled)


def rows(hashes: list[int], how: MinHash) -> list[int]:
    lowest = np.empty(how.functions, np.uint64)
    one(np.array(hashes, np.uint64), np.uint64(minhash.mixed(how.seed)), lowest, np.empty(how.functions, np.int32))
    return lowest.tolist()


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=30), st.integers(1, 40), st.integers(0, 2**64 - 1))
def test_equal_to_the_definition(hashes: list[int], functions: int, seed: int) -> None:
    how = MinHash(bands=functions, rows=1, seed=seed)
    assert rows(hashes, how) == minhash.minima(hashes, how)


@pytest.mark.parametrize("different", [1, 2, 3])
def test_rows_that_no_round_fills_by_chance_are_filled_in_the_end(different: int) -> None:
    """One shingle has one row in each round: half of 200 rows are still empty when the rounds of all rows begin."""
    how = MinHash(bands=200, rows=1)
    hashes = list(range(different))
    found = rows(hashes, how)
    assert found == minhash.minima(hashes, how)
    assert len(set(found)) == 200
    assert rows(hashes * (ROUNDS_BEFORE_SORTING * 100), how) == found


def test_texts_without_a_signature_leave_no_gap() -> None:
    how = MinHash(n=2, bands=2, rows=2)
    found = sign_all(pa.array(["", "a b", "x", "a b"]), how)
    assert found.signed.tolist() == [False, True, False, True]
    assert found.bands.shape == (2, 2)
    assert found.sketches.shape == (2, 4)
    assert found.bands[0].tolist() == found.bands[1].tolist()


def test_memory_is_that_of_the_longest_text_and_of_what_is_returned() -> None:
    how = MinHash()
    found = sign_all(pa.array(["a b c d e f"] * 500), how)
    assert found.bands.nbytes + found.sketches.nbytes == 500 * (14 * 8 + 112)
