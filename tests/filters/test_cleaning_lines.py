"""Cleaners keep to their cases, and to what they promise of any text."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters import cleaning
from filters.cleaning_lines import WIKTIONARY_NOTICES, remove_references, remove_repeated_lines
from lang_params.params import load
from tests.filters import cleaning_cases

FRENCH = load("fr")


@pytest.mark.parametrize("case", cleaning_cases.of("text"), ids=cleaning_cases.name)
def test_a_cleaner_keeps_to_its_cases(case: dict[str, Any]) -> None:
    [step] = cleaning.prepared([case["step"]])
    assert step.cleaner is not None
    assert step.cleaner(case["old"]) == case["new"]


def test_there_are_seventeen_notices_in_the_order_of_roots() -> None:
    assert len(WIKTIONARY_NOTICES) == len(set(WIKTIONARY_NOTICES)) == 17
    assert WIKTIONARY_NOTICES[0] == "This entry needs pronunciation information"
    assert WIKTIONARY_NOTICES[-1] == "(For audio required quickly, visit WT:APR)"


@given(st.lists(st.sampled_from(["le", "la", "Dupont", "1998", "Le", "les,"]), max_size=8).map(" ".join), st.data())
def test_references_are_cut_behind_the_last_line_that_passes(line: str, data: st.DataObject) -> None:
    lines = data.draw(st.lists(st.sampled_from([line, "", "Dupont 1998", "le la"]), max_size=6))
    least = FRENCH.filters["stopwords"].min or 0

    def passes(each: str) -> bool:
        words = each.split()
        return len([word for word in words if word in (FRENCH.stopwords or ())]) > least * len(words)

    last = max([0, *(number + 1 for number, each in enumerate(lines) if passes(each))])
    assert remove_references("\n".join(lines), FRENCH) == "\n".join(lines[:last])


def test_the_share_of_stop_words_has_to_be_more_than_the_least_share() -> None:
    half = dataclasses.replace(FRENCH.filters["stopwords"], min=0.5)
    params = dataclasses.replace(FRENCH, filters={**FRENCH.filters, "stopwords": half})
    assert remove_references("le Dupont", params) == ""
    assert remove_references("le la Dupont", params) == "le la Dupont"


@given(st.lists(st.sampled_from(["", "a", "b", " a"]), max_size=9))
def test_repeated_lines_leave_each_once_and_all_empty_ones(lines: list[str]) -> None:
    left = remove_repeated_lines("\n".join(lines)).split("\n")
    assert [line for line in left if line] == list(dict.fromkeys(line for line in lines if line))
    assert left.count("") == ("\n".join(lines)).split("\n").count("")
