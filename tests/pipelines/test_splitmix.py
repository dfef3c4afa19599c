"""Scrambled numbers are those that are published, and those of the definition that signatures are made with."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from filters.minhash import BASE, mixed
from pipelines.splitmix import scrambled


def test_the_published_numbers() -> None:
    """First numbers for seed 1234567, as Rosetta Code lists them for the generator."""
    counters = [(1234567 + place * BASE) % 2**64 for place in range(3)]
    assert scrambled(np.array(counters, np.uint64)).tolist() == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
    ]


@given(st.lists(st.lists(st.integers(0, 2**64 - 1), min_size=3, max_size=3)))
def test_each_number_is_mixed_alone(rows: list[list[int]]) -> None:
    numbers = np.array(rows, np.uint64).reshape(-1, 3)
    assert scrambled(numbers).tolist() == [[mixed(number + BASE) for number in row] for row in rows]
    assert numbers.tolist() == rows
