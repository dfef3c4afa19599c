"""Every step of a cleaning chain is told in a sentence."""

import pytest

from roots.cards.steps import STEPS, described, what


@pytest.mark.parametrize("step", sorted(STEPS))
def test_every_step_says_what_it_does(step: str) -> None:
    said = what(step)
    assert len(said) > 15
    assert said.endswith(".")
    assert "\n" not in said


def test_steps_of_a_language_and_of_a_profile_do_too() -> None:
    assert "references" in what("remove_references_en")
    assert what("split_sentences_ar") == what("split_sentences_hi") != ""
    assert "licence" in what("filter_code_licence")


def test_a_chain_is_told_in_its_order_each_step_once() -> None:
    chain = ("filter_small_docs", "nothing_of_this_name", "filter_remove_empty_docs", "filter_small_docs")
    assert [step for step, _ in described(chain)] == ["filter_small_docs", "filter_remove_empty_docs"]
