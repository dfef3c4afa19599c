"""The measures are those of ROOTS, compared with a second, literal reading of its formulas."""

from collections import Counter
from dataclasses import replace
from math import floor, sqrt
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters import characters, measures
from filters.table import FILTERS
from filters.text import Text
from lang_params.params import LangParams, Setting, load

EN = replace(load("en"), stopwords=frozenset({"the", "a", "é"}), flagged_words=frozenset({"bad", "中"}))
VI, UR = load("vi"), load("ur")
PARTS = ["a", "the ", "bad ", "é ", "中", " ", "\n", "Γ", "İ", "😀", "ab", "क्"]
repetitive = st.lists(st.sampled_from(PARTS)).map("".join)


def with_n(params: LangParams, name: str, n: int | None) -> LangParams:
    return replace(params, filters={**params.filters, name: replace(params.filters[name], n=n)})


def literal_character_repetition(value: str, n: int, profile: str) -> float:
    counts = sorted(Counter(value[i : i + n] for i in range(len(value) - n + 1)).values(), reverse=True)
    if not counts:
        return 0.0
    once = counts.count(1)
    k = min(floor(sqrt(len(counts))), once if profile == "roots-2022-03" else len(counts) - once)
    return sum(counts[:k]) / sum(counts)


@given(st.text() | repetitive, st.integers(1, 6), st.sampled_from(get_args(measures.Profile)))
@settings(deadline=None)
def test_character_repetition_is_the_literal_formula(value: str, n: int, profile: measures.Profile) -> None:
    params = with_n(EN, "character_repetition", n)
    found = measures.character_repetition(Text(value, params), params, profile=profile)
    assert found == literal_character_repetition(value, n, profile)


@given(st.text() | repetitive, st.integers(1, 4))
@settings(deadline=None)
def test_word_repetition_is_the_literal_formula(value: str, n: int) -> None:
    params = with_n(EN, "word_repetition", n)
    text = Text(value, params)
    counts = Counter(tuple(text.words[i : i + n]) for i in range(len(text.words) - n + 1))
    repeated = sum(count for count in counts.values() if count > 1)
    assert measures.word_repetition(text, params) == (repeated / counts.total() if counts else 0.0)


@given(st.text() | repetitive)
@settings(deadline=None)
def test_any_text_is_measured_and_ratios_lie_between_0_and_1(value: str) -> None:
    for params in (EN, VI, UR):
        for name, measure in measures.measure_text(Text(value, params), params).items():
            if name == "number_words":
                assert isinstance(measure, int)
                assert 0 <= measure <= len(value)
            elif measure is not None:
                assert isinstance(measure, float)
                assert 0.0 <= measure <= 1.0


@given(st.text() | repetitive)
@settings(deadline=None)
def test_number_of_words_is_counted_before_lower_casing(value: str) -> None:
    text = Text(value + " Г Ø", EN)
    assert measures.number_words(text, EN) == len(text.cased_words)
    text = Text(value, EN)
    assert measures.number_words(text, EN) == len(text.cased_words)


@given(st.text() | repetitive)
@settings(deadline=None)
def test_special_characters_is_the_share_of_members(value: str) -> None:
    members = [letter for letter in value if letter in characters.special()]
    assert measures.special_characters(Text(value, EN), EN) == (len(members) / len(value) if value else 0.0)


def test_shares_of_listed_words() -> None:
    text = Text("The cat, a BAD cat — the end", EN)
    assert measures.stopwords(text, EN) == 3 / 7
    assert measures.flagged_words(text, EN) == 1 / 7


def test_augmentation_adds_matches_but_no_words_and_the_share_stops_at_1() -> None:
    vi = replace(VI, stopwords=frozenset({"bà", "dê con", "con dê"}), flagged_words=frozenset({"con"}))
    text = Text("bà dê con", vi)
    assert measures.stopwords(text, vi) == 2 / 3
    assert measures.flagged_words(text, vi) == 1 / 3
    everything = replace(vi, stopwords=frozenset({"dê", "con", "dê con", "con dê"}))
    assert measures.stopwords(Text("dê con dê", everything), everything) == 1.0


@pytest.mark.parametrize("value", ["", " ", "!!! 42 😀", "。。。"])
def test_a_text_without_words_has_zeros(value: str) -> None:
    text = Text(value, EN)
    found = measures.measure_text(text, EN)
    assert {name: found[name] for name in ("number_words", "word_repetition", "stopwords", "flagged_words")} == {
        "number_words": 0,
        "word_repetition": 0.0,
        "stopwords": 0.0,
        "flagged_words": 0.0,
    }
    assert not measures.passes(found["number_words"], EN.filters["number_words"])
    assert not measures.passes(found["stopwords"], EN.filters["stopwords"])
    assert measures.passes(found["flagged_words"], EN.filters["flagged_words"])


@pytest.mark.parametrize("listed", [None, frozenset()])
def test_a_language_without_lists_is_not_measured_by_them(listed: frozenset[str] | None) -> None:
    params = replace(EN, stopwords=listed, flagged_words=listed)
    found = measures.measure_text(Text("the bad", params), params)
    assert found["stopwords"] is None
    assert found["flagged_words"] is None


def test_a_filter_that_is_switched_off_is_measured() -> None:
    off = {name: replace(setting, enabled=False) for name, setting in EN.filters.items()}
    params = replace(EN, filters=off)
    value = "the bad wolf " * 20
    assert measures.measure_text(Text(value, params), params) == measures.measure_text(Text(value, EN), EN)


def test_the_six_stand_in_the_order_of_the_table() -> None:
    named = [filter_.name for filter_ in FILTERS if filter_.function.startswith("filters.measures:")]
    assert list(measures.measure_text(Text("", EN), EN)) == named


def test_the_two_profiles_differ_where_everything_repeats() -> None:
    text = Text("abcdefghij" * 50, EN)
    assert measures.measure_text(text, EN)["character_repetition"] == 148 / 491
    assert measures.measure_text(text, EN, profile="roots-2022-03")["character_repetition"] == 0.0


@pytest.mark.parametrize("n", [None, 0])
@pytest.mark.parametrize("name", ["character_repetition", "word_repetition"])
def test_a_run_of_no_length_is_an_error(name: str, n: int | None) -> None:
    params = with_n(EN, name, n)
    with pytest.raises(ValueError, match=rf"en\.toml: filters\.{name}\.n: {n}; it must be a whole number from 1"):
        measures.measure_text(Text("a", params), params)


@pytest.mark.parametrize(
    ("value", "setting", "kept"),
    [
        (10, Setting(min=10, max=20), True),
        (20, Setting(min=10, max=20), True),
        (9, Setting(min=10, max=20), False),
        (21, Setting(min=10, max=20), False),
        (0.0, Setting(min=0.1), False),
        (0.0, Setting(max=0.1), True),
        (0.1, Setting(max=0.1), True),
        (0.1 + 0.2, Setting(max=0.3), False),
        (None, Setting(min=1), True),
        (5, Setting(), True),
        (5, Setting(min=10, enabled=False), True),
    ],
)
def test_passes(value: float | None, setting: Setting, *, kept: bool) -> None:
    assert measures.passes(value, setting) is kept
