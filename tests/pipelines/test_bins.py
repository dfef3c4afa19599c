"""Fine bins: parts add up to the whole, quantiles are right to within a bin, a picture shows its marks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.bins import Scale, View, quantiles, view

SIZES = Scale(1, 1e10, 640, log=True)
SHARES = Scale(0, 1, 1000)


def test_what_lies_outside_counts_in_the_first_or_last_bin() -> None:
    assert SHARES.count(np.array([-3.0, 0.0, 1.0, 9.0]))[[0, -1]].tolist() == [2, 2]
    assert SIZES.count(np.array([0.0, 1e12]))[[0, -1]].tolist() == [1, 1]


@given(st.lists(st.floats(1, 1e9), min_size=1), st.integers(0, 5))
def test_counts_of_parts_add_up(values: list[float], cut: int) -> None:
    whole = SIZES.count(np.array(values))
    parts = [SIZES.count(np.array(some)) for some in (values[:cut], values[cut:])]
    assert (whole == parts[0] + parts[1]).all()
    assert whole.sum() == len(values)


@given(st.lists(st.floats(1, 1e9), min_size=1, max_size=50), st.sampled_from([0.05, 0.25, 0.5, 0.75, 0.95]))
def test_a_quantile_is_right_to_within_a_bin(values: list[float], share: float) -> None:
    [found] = quantiles(SIZES.count(np.array(values)), SIZES, [share])
    ordered = np.sort(values)
    ratio = 10 ** (1 / 64)
    low, high = (
        ordered[max(0, int(np.ceil(share * len(values))) - 1)],
        ordered[min(len(values) - 1, int(share * len(values)))],
    )
    assert low / ratio <= found * 1.000001
    assert found <= high * ratio * 1.000001


def test_nothing_has_no_quantiles() -> None:
    assert quantiles(np.zeros(640, np.int64), SIZES, [0.5]) == []


def test_a_picture_shows_nearly_all_values_and_the_cut_off() -> None:
    counts = SHARES.count(np.concatenate([np.full(1000, 0.1), np.full(1000, 0.2), [0.9]]))
    found = view(counts, SHARES, 50, [0.3])
    low, high = found.ends(SHARES)
    assert low <= 0.1
    assert 0.3 < high < 0.4
    assert sum(found.shown(counts)) == 2000
    assert len(found.shown(counts)) == 50


@pytest.mark.parametrize("mark", [0.0, 1.0, 5.0])
def test_a_mark_at_the_end_of_a_scale_is_in_the_picture(mark: float) -> None:
    low, high = view(SHARES.count(np.array([0.5])), SHARES, 50, [mark]).ends(SHARES)
    assert low <= min(mark, 1) <= high


def test_a_picture_of_nothing_shows_the_whole_scale() -> None:
    assert view(np.zeros(1000, np.int64), SHARES, 50, []) == View(0, 20, 50)
