"""Limits from reference text: each formula, its ends, and that clean text passes."""

import math

import numpy as np
import pytest

from filters.thresholds import KEYS, ROLES, Proposal, dropped, numbers, propose, summary
from lang_params.params import MEASURES, Setting, load

TEXTS = ["x" * 700] * 100


def limit(name: str, values: list[float], code: str = "yo") -> Proposal:
    """The proposal of one filter from its measure, beside a hundred words in each text."""
    measures = {"number_words": [100.0] * 100, name: values}
    [found] = [proposal for proposal in propose(measures, {"all": TEXTS}, load(code)) if proposal.name == name]
    return found


def even(mean: float, std: float) -> list[float]:
    """A hundred values with this mean and standard deviation."""
    return [mean - std, mean + std] * 50


def test_every_measuring_filter_has_a_proposal_in_order() -> None:
    found = propose({"number_words": [100.0] * 100}, {"all": TEXTS}, load("yo"))
    assert [proposal.name for proposal in found] == list(MEASURES) == list(KEYS)
    assert all(proposal.why for proposal in found)
    assert [proposal.name for proposal in found if proposal.after is not None] == ["number_words"]


@pytest.mark.parametrize("name", sorted(ROLES))
def test_a_maximum_stands_so_many_deviations_above_the_mean_between_its_ends(name: str) -> None:
    role = ROLES[name]
    middle = (role.least + role.greatest) / 2
    std = 0.01
    found = limit(name, even(middle - role.deviations * std, std)).after
    assert found == pytest.approx(middle, abs=10**-role.digits)
    assert limit(name, even(0.0001, 0.0)).after == role.least
    assert limit(name, even(role.greatest - 0.05, 0.04)).after == role.greatest


def test_clean_text_moves_a_maximum_beyond_its_end() -> None:
    found = limit("special_characters", even(0.5, 0.01))
    assert found.after == 0.51
    assert "moved so that 99 of 100 clean texts pass" in found.why


def test_the_share_of_stop_words_is_a_third_of_the_middle_and_no_more_than_clean_text_has() -> None:
    assert limit("stopwords", [0.3] * 100).after == 0.099
    assert limit("stopwords", [0.3] * 95 + [0.05] * 5).after == 0.05
    assert limit("stopwords", [0.0] * 100).after == 0.0


def test_the_language_score_is_that_of_fineweb() -> None:
    assert limit("language_id", even(0.8, 0.1)).after == 0.7
    values = [0.5, 0.6, 0.7] * 33
    wanted = 0.6 - float(np.std(values))
    assert limit("language_id", values).after == math.floor(wanted * 100) / 100
    assert limit("language_id", [0.99] * 95 + [0.8] * 5).after == 0.8
    found = limit("language_id", [0.99] * 95 + [0.4] * 5)
    assert found.after == 0.7
    assert "between 0.3 and 0.9: 0.86; moved so that" in found.why


def test_the_language_score_is_that_of_the_source_of_which_the_identifier_is_least_sure() -> None:
    measures = {"language_id": [0.99] * 80 + [0.5, 0.6] * 6 + [0.1] * 8}
    sources = {"news": TEXTS[:80], "rights": TEXTS[:12], "few": TEXTS[:8]}
    [found] = [p for p in propose(measures, sources, load("yo")) if p.name == "language_id"]
    assert found.after == 0.5
    assert "of rights, between 0.3 and 0.9: 0.50" in found.why
    assert limit("language_id", [0.99] * 100).after == 0.9
    assert limit("language_id", [0.1] * 100).after == 0.3


def test_the_number_of_words_is_lowered_where_words_are_long_and_never_raised() -> None:
    assert limit("number_words", [100.0] * 100).after == 10
    found = limit("number_words", [50.0] * 100)
    assert found.after == 8
    assert "114 characters are 8 words of 14.0" in found.why


def test_flagged_words_and_perplexity() -> None:
    assert limit("flagged_words", [0.0] * 100, "en").after == 0.01
    assert limit("flagged_words", [0.0] * 95 + [0.02] * 5, "en").after == 0.02
    assert limit("flagged_words", [0.0] * 100).after is None
    found = limit("perplexity", [100.4] * 100)
    assert (found.after, found.why) == (None, "there is no language model for Yoruba")


def test_no_limit_drops_more_than_one_in_a_hundred_of_the_clean_texts() -> None:
    draw = np.random.default_rng(7)
    for name in (*ROLES, "stopwords"):
        values = draw.beta(2, 6, 100).tolist()
        found = limit(name, values)
        assert found.after is not None
        setting = Setting(min=found.after) if found.key == "min" else Setting(max=found.after)
        assert dropped(numbers(values), setting) <= 0.011


def test_what_was_not_measured_is_left_out() -> None:
    assert numbers([0.5, None, 1]).tolist() == [0.5, 1.0]
    assert dropped(numbers([]), Setting(min=1)) == 0
    assert dropped(numbers([0.5]), Setting(min=1, enabled=False)) == 0


def test_a_summary_is_plain_numbers() -> None:
    found = summary(numbers([0.1, 0.2, 0.3]))
    assert (found.least, found.median, found.greatest, found.mean) == (0.1, 0.2, 0.3, 0.2)
    assert found.q01 < 0.11
    assert found.q99 > 0.29
