"""Values of a recipe: each kind says what it allows, and allows nothing else."""

from typing import Any

import pytest

from roots.values import ABOVE, FLAG, LINE, SEED, SHARE, TEXT, TEXTS, Allowed, one_of, some_of, whole


@pytest.mark.parametrize(
    ("allowed", "good", "bad"),
    [
        (whole(5), [5, 10**30], [4, 5.0, True, "5"]),
        (whole(5, 7), [5, 7], [4, 8, 6.0]),
        (one_of("a", "b"), ["a"], ["c", ["a"], None]),
        (some_of(["a", "b"]), [["a"], ["b", "a"]], ["a", [], ["c"], [["a"]], {"a": 1}]),
        (TEXT, ["x"], ["", 1]),
        (LINE, ["", "x"], [1, None]),
        (TEXTS, [["x"]], ["x", [], [""], [1]]),
        (FLAG, [True, False], [0, "true"]),
        (SHARE, [0, 0.5, 1], [-0.1, 1.1, True, float("nan")]),
        (ABOVE, [0.1, 500], [0, -1, True, float("inf"), float("nan")]),
        (SEED, [0, 2**64 - 1], [-1, 2**64, 1.0]),
    ],
)
def test_a_kind_of_value_allows_what_it_says(allowed: Allowed, good: list[Any], bad: list[Any]) -> None:
    says, fits = allowed
    assert says
    assert [value for value in good if not fits(value)] == []
    assert [value for value in bad if fits(value)] == []
