"""Settings: the default names everything, a language overlays, and impossible settings are refused."""

from typing import Any

import pytest

from lang_params.check import ParamsError, Place
from lang_params.files import read_table
from lang_params.settings import CHANGES, FILTERS, MEASURES, Setting, defaults, overlay

PLACE = Place("yo.toml").at("filters")


@pytest.fixture(scope="module")
def below() -> dict[str, Setting]:
    place, values = read_table("default", None)
    return defaults(place.at("filters"), values["filters"])


def test_thirteen_filters_of_which_eight_measure() -> None:
    assert (len(CHANGES), len(MEASURES), len(FILTERS)) == (5, 8, 13)


def test_overlay_keeps_what_it_does_not_name(below: dict[str, Setting]) -> None:
    over = overlay(PLACE, {"number_words": {"min": 33}, "perplexity": {"enabled": False}}, below)
    assert over["number_words"] == Setting(min=33, max=100000)
    assert over["perplexity"] == Setting(enabled=False, max=10000)
    assert {name for name in FILTERS if over[name] != below[name]} == {"number_words", "perplexity"}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"stopword_ration": {}}, r"filters: unknown filter 'stopword_ration'; did you mean 'stopwords'"),
        ({"stopwords": {"minn": 0.1}}, r"filters\.stopwords: unknown key 'minn'; did you mean 'min'"),
        ({"stopwords": {"max": 0.1}}, r"filters\.stopwords: unknown key 'max'"),
        ({"stopwords": 0.1}, r"filters\.stopwords: 0\.1; it must be a table"),
        ({"stopwords": {"min": 7}}, r"filters\.stopwords\.min: 7; it is a share"),
        ({"number_words": {"min": 10.5}}, r"filters\.number_words\.min: 10\.5; it must be a whole number"),
        ({"number_words": {"min": 200000}}, r"filters\.number_words: min = 200000 is above max = 100000"),
        ({"character_repetition": {"n": 0}}, r"filters\.character_repetition\.n: 0; it must be a whole number from 1"),
        ({"perplexity": {"max": -1}}, r"filters\.perplexity\.max: -1; it must be a number above 0"),
        ({"words_augmentation": {"enabled": True}}, r"filters\.words_augmentation\.sizes: the list is empty"),
        (
            {"incorrect_substrings": {"enabled": True, "substrings": []}},
            r"filters\.incorrect_substrings\.substrings: the list is empty",
        ),
    ],
)
def test_impossible_setting(values: Any, message: str, below: dict[str, Setting]) -> None:
    with pytest.raises(ParamsError, match=rf"^yo\.toml: {message}"):
        overlay(PLACE, values, below)


def test_default_has_to_name_every_filter_and_key(below: dict[str, Setting]) -> None:
    _, values = read_table("default", None)
    filters = {name: dict(given) for name, given in values["filters"].items()}
    del filters["word_repetition"]["n"]
    with pytest.raises(ParamsError, match=r"filters\.word_repetition\.n: it is missing"):
        defaults(PLACE, filters)
    del filters["word_repetition"]
    with pytest.raises(ParamsError, match=r"filters\.word_repetition: it is missing"):
        defaults(PLACE, filters)
