"""What sets of hashes share: the batch form is the definition, and stretches of a set add up."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters import resemblance
from filters.resemblance import STEPS, Sets, count, histogram, jaccard, shared

SETS = st.lists(st.sets(st.integers(0, 30) | st.integers(2**63, 2**64 - 1), max_size=40), min_size=1, max_size=5)


def sets(given: list[set[int]]) -> Sets:
    ends = np.cumsum([0, *map(len, given)])
    return Sets(np.array([number for each in given for number in sorted(each)], np.uint64), ends.astype(np.int64))


@given(SETS, SETS)
def test_every_pair_is_counted_as_defined(ones: list[set[int]], others: list[set[int]]) -> None:
    pairs = np.array([[a, b] for a in range(len(ones)) for b in range(len(others))], np.int64)
    expected = [shared(ones[a], others[b]) for a, b in pairs.tolist()]
    assert count(sets(ones), sets(others), pairs).tolist() == expected


@given(SETS, st.integers(1, 7))
def test_stretches_of_a_set_add_up(given: list[set[int]], length: int) -> None:
    whole = sets(given[:1])
    cuts = np.array(sorted({*range(0, len(whole.hashes), length), len(whole.hashes)}), np.int64)
    stretches = Sets(whole.hashes, cuts)
    pairs = np.array([[part, 0] for part in range(len(cuts) - 1)], np.int64).reshape(-1, 2)
    for other in given:
        assert count(stretches, sets([other]), pairs).sum() == len(given[0] & other)


def test_similarity_of_equal_and_of_empty_sets() -> None:
    found = jaccard(np.array([3, 0, 0, 1]), np.array([3, 0, 2, 1]), np.array([3, 0, 0, 4]))
    assert found.tolist() == [1.0, 0.0, 0.0, 0.25]


@pytest.mark.parametrize(("similarity", "step"), [(0.0, 0), (0.049, 0), (0.5, 10), (0.999, 19), (1.0, 19)])
def test_the_step_of_a_similarity(similarity: float, step: int) -> None:
    assert histogram(np.array([similarity])) == [int(number == step) for number in range(STEPS)]


def test_nothing_is_compared() -> None:
    resemblance.warm()
    assert histogram(np.empty(0)) == [0] * STEPS
