"""The kernel hashes the runs of units that the definition hashes."""

import random

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from filters import minhash
from filters.kernels.compiled import Array, compiled
from filters.kernels.shingles import distinct, mixed, shingle_all
from filters.signing import MinHash

NUMBERS = st.integers(0, 2**64 - 1)


@compiled
def one_mixed(number: int) -> int:
    return mixed(number)  # type: ignore[no-any-return]


@compiled
def one_distinct(hashes: Array, start: int, end: int) -> int:
    return distinct(hashes, start, end)  # type: ignore[no-any-return]


@given(NUMBERS)
def test_mixing_is_that_of_the_definition(number: int) -> None:
    assert one_mixed(np.uint64(number)) == minhash.mixed(number)


@given(st.lists(st.sampled_from([0, 5, 2**64 - 1]) | NUMBERS), st.lists(NUMBERS, max_size=3))
def test_one_of_each_is_kept_in_order_and_what_stands_around_stays(numbers: list[int], around: list[int]) -> None:
    hashes = np.array([*around, *numbers, *around], np.uint64)
    end = one_distinct(hashes, len(around), len(around) + len(numbers))
    assert hashes[len(around) : end].tolist() == sorted(set(numbers))
    assert hashes[: len(around)].tolist() == hashes[len(hashes) - len(around) :].tolist() == around


def test_sorting_many_equal_numbers_is_quick() -> None:
    """It would take minutes, were it quadratic."""
    hashes = np.full(2_000_000, 7, np.uint64)
    hashes[::1000] = np.arange(2000)
    assert one_distinct(hashes, 0, len(hashes)) == 2000
    rising = np.arange(2_000_000, dtype=np.uint64)
    assert one_distinct(rising, 0, len(rising)) == len(rising)


def test_hashes_of_texts_stand_one_after_the_other() -> None:
    texts = ["b a b a b", "", "a b", "a", "小 小小"]
    hashes, ends = shingle_all(pa.array(texts), MinHash(n=2))
    assert ends.tolist() == [2, 2, 3, 3, 4]
    expected = [minhash.shingles(text, MinHash(n=2)) for text in texts]
    assert hashes.tolist() == [number for each in expected if each is not None for number in each]
    assert set(hashes[2:3]) < set(hashes[:2])


def test_shingles_of_as_many_units_as_a_text_has() -> None:
    words = [f"{number}" for number in range(60)]
    for n in (1, 2, 59, 60, 61):
        hashes, _ = shingle_all(pa.array([" ".join(words)]), MinHash(n=n))
        found = minhash.shingles(" ".join(words), MinHash(n=n))
        assert hashes.tolist() == ([] if found is None else found.tolist())
        assert len(hashes) == max(61 - n, 0)


def test_a_text_full_of_one_letter_words() -> None:
    chance = random.Random(0)
    text = " ".join(chance.choices("abcdefgh", k=5000))
    hashes, ends = shingle_all(pa.array([text, text]), MinHash(n=3))
    assert ends.tolist() == [512, 1024]
    assert hashes[:512].tolist() == hashes[512:].tolist()
