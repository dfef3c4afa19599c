"""The shares of the languages: formulas, water-filling, exact integers, errors."""

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roots.shares import Share, ShareError
from tests.roots.plain_shares import allocate, largest_sample, shares, table

SIZES = st.dictionaries(
    st.sampled_from(["ar", "en", "fon", "hi", "tum", "yo", "zhs", "zu"]), st.integers(0, 10**13), min_size=1
).filter(lambda sizes: any(sizes.values()))
ALPHA = st.one_of(st.sampled_from([0.0, 0.3, 1.0]), st.floats(0, 1))


def reference(sizes: dict[str, int], q: dict[str, float], budget: int) -> dict[str, Fraction]:
    """Water-filling as it is told: share, cap, share again what is left among those with room."""
    gets = dict.fromkeys(sizes, Fraction(0))
    left = Fraction(min(budget, sum(sizes.values())))
    while left > 0:
        room = [name for name in sizes if gets[name] < sizes[name]]
        weight = sum(Fraction(q[name]) for name in room)
        offers = {name: Fraction(q[name]) * left / weight for name in room}
        full = [name for name in room if gets[name] + offers[name] >= sizes[name]]
        for name in full or room:
            take = sizes[name] - gets[name] if full else offers[name]
            gets[name] += take
            left -= take
    return gets


@settings(deadline=None)
@given(sizes=SIZES, alpha=ALPHA)
def test_shares_add_up_to_one_and_keep_the_order_of_sizes(sizes: dict[str, int], alpha: float) -> None:
    q = shares(sizes, alpha=alpha)
    assert math.isclose(sum(q.values()), 1.0)
    by_size = sorted((size, q[name]) for name, size in sizes.items() if size)
    assert all(a[1] <= b[1] for a, b in itertools.pairwise(by_size) if a[0] < b[0])
    assert all(q[name] == 0 for name in sizes if sizes[name] == 0)


@settings(deadline=None)
@given(sizes=SIZES, alpha=ALPHA, budget=st.integers(1, 10**14))
def test_allocate_meets_the_budget_and_gives_nobody_more_than_it_has(
    sizes: dict[str, int], alpha: float, budget: int
) -> None:
    gets = allocate(sizes, alpha=alpha, budget=budget)
    assert list(gets) == list(sizes)
    assert all(type(value) is int and 0 <= value <= sizes[name] for name, value in gets.items())
    assert sum(gets.values()) == min(budget, sum(sizes.values()))


@settings(deadline=None)
@given(sizes=SIZES, alpha=ALPHA, budget=st.integers(1, 10**14))
def test_allocate_is_the_water_filling_it_describes_to_the_byte(
    sizes: dict[str, int], alpha: float, budget: int
) -> None:
    exact = reference(sizes, shares(sizes, alpha=alpha), budget)
    gets = allocate(sizes, alpha=alpha, budget=budget)
    assert all(abs(gets[name] - exact[name]) <= 1 + 1e-9 * sizes[name] for name in sizes)


@settings(deadline=None)
@given(sizes=SIZES, alpha=ALPHA, budget=st.integers(1, 10**14))
def test_allocate_does_not_depend_on_the_order_of_the_languages(
    sizes: dict[str, int], alpha: float, budget: int
) -> None:
    turned = dict(reversed(sizes.items()))
    assert allocate(sizes, alpha=alpha, budget=budget) == allocate(turned, alpha=alpha, budget=budget)


@settings(deadline=None)
@given(sizes=SIZES, alpha=ALPHA)
def test_without_a_budget_everything_is_kept(sizes: dict[str, int], alpha: float) -> None:
    assert allocate(sizes, alpha=alpha) == sizes
    assert allocate(sizes, alpha=alpha, budget=10**15) == sizes


def test_a_budget_at_alpha_one_is_a_plain_proportion() -> None:
    assert allocate({"en": 900, "yo": 100}, alpha=1.0, budget=500) == {"en": 450, "yo": 50}


def test_alpha_zero_gives_alike_until_a_language_runs_dry() -> None:
    assert allocate({"en": 900, "fr": 500, "yo": 100}, alpha=0.0, budget=700) == {"en": 300, "fr": 300, "yo": 100}


def test_a_byte_lost_by_rounding_goes_to_the_largest_remainder_then_by_code() -> None:
    assert allocate({"zu": 100, "en": 100, "yo": 100}, alpha=1.0, budget=100) == {"zu": 33, "en": 34, "yo": 33}


def test_a_tiny_language_does_not_empty_the_corpus() -> None:
    sizes = {"en": 10**12, "tum": 3}
    assert sum(allocate(sizes, alpha=0.3, budget=10**11).values()) == 10**11
    assert sum(largest_sample(sizes, alpha=0.3).values()) < 20_000


@settings(deadline=None)
@given(sizes=SIZES, alpha=ALPHA)
def test_largest_sample_keeps_the_shares_and_one_language_gives_all(sizes: dict[str, int], alpha: float) -> None:
    gets = largest_sample(sizes, alpha=alpha)
    q = shares(sizes, alpha=alpha)
    assert all(0 <= gets[name] <= sizes[name] for name in sizes)
    assert any(gets[name] == sizes[name] for name in sizes if sizes[name])
    level = min(sizes[name] / q[name] for name in sizes if sizes[name])
    assert all(abs(level * q[name] - gets[name]) <= 1 + 1e-9 * sizes[name] for name in sizes)


def test_languages_of_one_size_get_one_share_as_in_the_tokenizer_data_of_roots() -> None:
    # There en, zhs, code and fr stood at the same cap and got 6.34 % each, Tumbuka 0.12 %.
    q = shares({"en": 100 * 10**9, "zhs": 100 * 10**9, "code": 100 * 10**9, "tum": 170_360}, alpha=0.3)
    assert q["en"] == q["zhs"] == q["code"]
    assert q["tum"] / q["en"] == pytest.approx(0.12 / 6.34, rel=0.05)


def test_table_has_a_row_a_language_by_code() -> None:
    sizes = {"yo": 100, "en": 900}
    assert table(sizes, alpha=0.5, gets={"en": 300}) == [
        Share("en", 900, 0.9, 0.75, 300),
        Share("yo", 100, 0.1, 0.25, 0),
    ]
    assert [row.gives_up for row in table(sizes, alpha=0.5, gets=sizes)] == [0, 0]


@pytest.mark.parametrize("alpha", [-0.1, 1.5, math.nan, math.inf])
def test_alpha_outside_the_interval_is_refused(alpha: float) -> None:
    with pytest.raises(ShareError, match=r"alpha is .*must be from 0"):
        shares({"en": 1}, alpha=alpha)


def test_a_negative_size_is_refused_by_name() -> None:
    with pytest.raises(ShareError, match="yo: a size of -1 bytes"):
        shares({"en": 1, "yo": -1}, alpha=0.3)


@pytest.mark.parametrize("sizes", [{}, {"en": 0, "yo": 0}])
def test_nothing_to_share_is_refused(sizes: dict[str, int]) -> None:
    with pytest.raises(ShareError, match="nothing to share"):
        allocate(sizes, alpha=0.3)


@pytest.mark.parametrize("budget", [0, -5])
def test_an_empty_budget_is_refused(budget: int) -> None:
    with pytest.raises(ShareError, match=f"a budget of {budget} bytes"):
        allocate({"en": 1}, alpha=0.3, budget=budget)
