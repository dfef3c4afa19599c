"""Limits are said in words, with all their digits."""

import pytest

from roots.limit_words import between, let_through


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (10, 100_000, "10 to 100,000"),
        (0.123456789012, None, "0.123456789012 or more"),
        (None, 2300.0, "2,300 or less"),
        (0.1, 0.3, "0.1 to 0.3"),
        (None, None, "everything"),
    ],
)
def test_bounds_are_said_in_words(low: float | None, high: float | None, said: str) -> None:
    assert between(low, high) == said
    assert let_through({"applied": True, "min": low, "max": high}) == said


def test_a_filter_that_is_not_applied_has_no_bounds() -> None:
    assert let_through({"applied": False, "min": 1, "max": None}) == "not applied"
    assert let_through(None) == "not applied"
