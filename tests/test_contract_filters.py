"""What is promised of every filter: a measure with a unit and its limits, and texts that show what it does.

The texts stand in filter_cases.toml.
"""

import tomllib
from dataclasses import replace
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

import pytest

from filters.changes import change
from filters.measures import passes
from filters.table import FILTERS, Filter
from filters.text import Text
from lang_params.params import LangParams, default, load, load_all

CASES: dict[str, list[dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("filter_cases.toml").read_text(encoding="utf-8")
)
BY_NAME = {filter_.name: filter_ for filter_ in FILTERS}
MEASURING = [filter_ for filter_ in FILTERS if filter_.kind == "measures"]
CHANGING = [filter_ for filter_ in FILTERS if filter_.kind == "changes"]


def label(value: Any) -> str:
    return value.name if isinstance(value, Filter) else f"{value['filter']}-{value['lang']}"


def parameters(case: dict[str, Any]) -> LangParams:
    params = default() if case["lang"] == "default" else load(case["lang"])
    return replace(
        params,
        stopwords=frozenset(case["stopwords"]) if "stopwords" in case else params.stopwords,
        flagged_words=frozenset(case["flagged_words"]) if "flagged_words" in case else params.flagged_words,
    )


@pytest.mark.parametrize("filter_", MEASURING, ids=label)
def test_a_measuring_filter_says_what_it_is(filter_: Filter) -> None:
    assert resolve_name(filter_.function).__doc__
    assert filter_.what.endswith(".")
    assert filter_.unit
    assert filter_.source
    assert filter_.bound


@pytest.mark.parametrize("filter_", CHANGING, ids=label)
def test_a_changing_filter_says_what_it_is(filter_: Filter) -> None:
    assert resolve_name(filter_.function).__doc__
    assert filter_.what.endswith(".")
    assert filter_.source
    assert filter_.bound is None


@pytest.mark.parametrize("filter_", MEASURING, ids=label)
def test_a_measuring_filter_has_a_text_it_keeps_and_one_it_drops(filter_: Filter) -> None:
    assert {case["keeps"] for case in CASES["measures"] if case["filter"] == filter_.name} == {True, False}


@pytest.mark.parametrize("filter_", CHANGING, ids=label)
def test_a_changing_filter_has_a_text_it_changes_and_one_it_leaves(filter_: Filter) -> None:
    cases = [case for case in CASES["changes"] if case["filter"] == filter_.name]
    if filter_.name == "words_augmentation":
        changed = {len(case["becomes"]) > len(case["text"].split()) for case in cases}
    else:
        changed = {case["becomes"] != case["text"] for case in cases}
    assert changed == {True, False}


@pytest.mark.parametrize("case", CASES["measures"], ids=label)
def test_a_measuring_filter_keeps_and_drops(case: dict[str, Any], request: pytest.FixtureRequest) -> None:
    name, params = case["filter"], parameters(case)
    value = case["text"] * case.get("repeat", 1)
    measure = resolve_name(BY_NAME[name].function)
    found: float | None
    if name == "language_id":
        identified = measure(value, params, load_all())
        found = identified.score if identified.lang == params.code else 0.0
    elif name == "perplexity":
        golden = request.getfixturevalue("shared") / "golden"
        found = measure(value, pieces=golden / f"{params.code}.sp.model", model=golden / f"{params.code}.arpa")
    else:
        found = measure(Text(value, params), params)
    assert found is not None
    assert passes(found, params.filters[name]) is case["keeps"]


@pytest.mark.parametrize("case", CASES["changes"], ids=label)
def test_a_changing_filter_changes_and_leaves(case: dict[str, Any]) -> None:
    params = parameters(case)
    switched = {name: replace(setting, enabled=name == case["filter"]) for name, setting in params.filters.items()}
    params = replace(params, filters=switched)
    found = change(case["text"], params)
    assert (Text(found, params).augmented if case["filter"] == "words_augmentation" else found) == case["becomes"]
