"""The sliders of a filter: which it has, over which values, and what they say when they are moved."""

import pytest

from filters.table import FILTERS
from roots.panels.limit_sliders import Bounds, LimitSliders

ENTRIES = {entry.name: entry for entry in FILTERS}


@pytest.fixture
def moved() -> list[Bounds]:
    return []


@pytest.fixture
def sliders(moved: list[Bounds]) -> LimitSliders:
    return LimitSliders(moved.append)


def test_a_share_has_one_slider_up_to_what_was_measured(sliders: LimitSliders, moved: list[Bounds]) -> None:
    sliders.show(ENTRIES["stopwords"], {"min": 0.16, "max": None}, (0.0, 0.6))
    assert list(sliders.sliders) == ["min"]
    assert sliders.sliders["min"].max == pytest.approx(0.63)
    assert moved == []
    sliders.sliders["min"].value = 0.25
    assert moved == [{"min": 0.25}]
    sliders.switches["min"].value = False
    assert moved[-1] == {"min": None}


def test_words_have_two_sliders_by_powers_of_ten_and_are_whole(sliders: LimitSliders, moved: list[Bounds]) -> None:
    sliders.show(ENTRIES["number_words"], {"min": 10, "max": 100_000}, (0.0, 2_000_000.0))
    assert sliders.bounds == {"min": 10, "max": 100_000}
    sliders.sliders["min"].value = 19.7
    assert moved == [{"min": 20, "max": 100_000}]


def test_a_bound_that_is_not_there_begins_beyond_all_values(sliders: LimitSliders) -> None:
    sliders.show(ENTRIES["perplexity"], {"min": None, "max": None}, (3.0, 900.0))
    assert sliders.bounds == {"max": None}
    assert sliders.sliders["max"].value > 900
    sliders.show(ENTRIES["flagged_words"], {"min": None, "max": None}, (0.0, 0.01))
    assert sliders.sliders["max"].value >= 0.01


def test_a_limit_beyond_all_values_has_room(sliders: LimitSliders) -> None:
    sliders.show(ENTRIES["flagged_words"], {"min": None, "max": 0.1}, (0.0, 0.01))
    assert sliders.sliders["max"].value == 0.1
    sliders.show(ENTRIES["flagged_words"], {"min": None, "max": 0.1}, (0.0, 0.0))
    assert sliders.bounds == {"max": 0.1}


def test_a_filter_that_is_not_applied_cannot_be_moved(sliders: LimitSliders) -> None:
    sliders.show(ENTRIES["perplexity"], {"min": None, "max": 500}, (None, None), applied=False)
    assert sliders.sliders["max"].disabled
    assert sliders.switches["max"].disabled
