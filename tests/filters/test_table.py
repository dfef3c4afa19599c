"""The table of filters names what stands in the code and in the parameters."""

from pkgutil import resolve_name

import pytest

from filters.table import FILTERS, Filter
from lang_params.params import load

CONFIGURATION = (
    "uniform_whitespace unicode_punctuation incorrect_substrings long_words number_words character_repetition "
    "word_repetition special_characters words_augmentation stopwords flagged_words language_id perplexity"
)


def test_thirteen_filters_in_the_order_of_the_configuration() -> None:
    assert " ".join(filter_.name for filter_ in FILTERS) == CONFIGURATION


def test_five_change_and_eight_measure() -> None:
    kinds = [filter_.kind for filter_ in FILTERS]
    assert kinds.count("changes") == 5
    assert kinds.count("measures") == 8


def test_the_parameters_hold_the_same_filters() -> None:
    assert set(load("en").filters) == {filter_.name for filter_ in FILTERS}


@pytest.mark.parametrize("filter_", FILTERS, ids=lambda filter_: filter_.name)
def test_a_filter_names_a_function_of_the_project(filter_: Filter) -> None:
    assert callable(resolve_name(filter_.function))


@pytest.mark.parametrize("filter_", FILTERS, ids=lambda filter_: filter_.name)
def test_a_language_sets_only_the_ends_that_a_filter_has(filter_: Filter) -> None:
    ends = (filter_.bound or "").split(" and ")
    for code in ("en", "hi", "yo", "zhs"):
        setting = load(code).filters[filter_.name]
        if filter_.kind == "measures":
            assert (setting.min is not None, setting.max is not None) == ("min" in ends, "max" in ends)
