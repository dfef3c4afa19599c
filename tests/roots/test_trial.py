"""A trial says which limits are tried; what cannot be tried is refused, with what is allowed."""

import tomllib
from typing import Any

import numpy as np
import pytest

from lang_params.files import toml_text
from lang_params.params import ParamsError, load
from roots import trial
from roots.trial import Limit, LimitError, applied, checked, limits, of_params, parse, toml, with_those_in_force


def test_a_command_line_names_bounds() -> None:
    assert parse(["number_words.min=5", " number_words.max = 70 "]) == {"number_words": {"min": 5, "max": 70}}
    assert parse(["flagged_words=0"]) == {"flagged_words": {"max": 0.0}}
    assert parse(["stopwords.min=None", "character_repetition=1e-1"]) == {
        "stopwords": {"min": None},
        "character_repetition": {"max": 0.1},
    }
    assert parse([]) == {}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("stopwords", "'stopwords': is no limit; write one as stopwords=0.05 or number_words.min=5"),
        ("stopwords=", "'stopwords=': is no limit"),
        ("=0.1", "'=0.1': is no limit; write one as stopwords=0.05"),
        (".min=5", "'.min=5': is no limit"),
        ("stopword=0.1", "stopword: is no filter that measures; did you mean 'stopwords'? Known: character_repetition"),
        ("stopword.min=0.1", "stopword: is no filter that measures"),
        ("long_words=5", "long_words: is no filter that measures"),
        ("number_words=5", "number_words: has two bounds; say which: number_words.min or number_words.max"),
        ("stopwords.max=0.1", "stopwords.max: stopwords has no such bound; allowed: stopwords.min"),
        ("stopwords=few", "'stopwords=few': 'few' is no number; give one such as 0.05, or none for no bound"),
        ("stopwords=1.5", "stopwords: min: 1.5; it is a share and must lie between 0 and 1"),
        ("stopwords=nan", "stopwords: min: nan; it is a share"),
        ("number_words.min=5.5", "number_words: min: 5.5; it must be a whole number from 0 upwards"),
        ("number_words.min=-1", "number_words: min: -1; it must be a whole number"),
        ("perplexity=0", "perplexity: max: 0; it must be a number above 0"),
    ],
)
def test_what_cannot_be_tried_is_said(given: str, said: str) -> None:
    with pytest.raises(LimitError) as raised:
        parse([given])
    assert said in str(raised.value)


def test_a_bound_is_named_once() -> None:
    with pytest.raises(LimitError, match=r"'stopwords.min=0.2': stopwords.min stands there twice"):
        parse(["stopwords=0.1", "stopwords.min=0.2"])


def test_a_trial_may_be_given_by_numpy_and_in_whole_floats() -> None:
    assert checked({"stopwords": np.float64(0.25), "number_words": {"min": 5.0, "max": np.int64(9)}}) == {
        "stopwords": {"min": 0.25},
        "number_words": {"min": 5, "max": 9},
    }
    assert checked(None) == {}
    assert type(checked({"number_words": {"min": 5.0}})["number_words"]["min"]) is int


def test_a_trial_lies_over_the_limits_in_force() -> None:
    force = of_params(load("yo"))
    after = limits(force, checked({"stopwords": 0.25, "number_words": {"max": None}}), "Yoruba")
    assert (after["stopwords"], after["number_words"]) == (Limit(True, 0.25), Limit(True, 10))
    assert {name for name in force if force[name] != after[name]} == {"stopwords", "number_words"}
    assert after["number_words"].ends == (10.0, float("inf"))
    assert Limit(False, 0.1, 0.2).ends == (float("-inf"), float("inf"))


def test_a_filter_that_is_not_applied_is_an_error_where_one_language_is_asked_about() -> None:
    force, tried = of_params(load("yo")), checked({"flagged_words": 0.5})
    with pytest.raises(LimitError, match="flagged_words: is not applied in Yoruba, so a limit does nothing there"):
        limits(force, tried, "Yoruba")
    assert limits(force, tried, "Yoruba", alone=False) == force


def test_limits_that_leave_nothing_between_are_refused() -> None:
    with pytest.raises(LimitError, match="number_words: min = 200,000 is above max = 100,000 in Yoruba"):
        applied(load("yo"), {"number_words": {"min": 200_000}})


def test_parameters_take_a_trial() -> None:
    before = load("yo")
    after = applied(before, {"stopwords": 0.25})
    assert (before.filters["stopwords"].min, after.filters["stopwords"].min) == (0.16, 0.25)
    assert after.judging() == before.judging() | {"stopwords": {"applied": True, "min": 0.25, "max": None}}
    assert after.filters["character_repetition"].n == before.filters["character_repetition"].n


@pytest.mark.parametrize("code", ["yo", "zhs", "fon", "en"])
@pytest.mark.parametrize(
    "given", [{"number_words": {"min": 3}}, {"word_repetition": 0.123456789, "stopwords": 0.1 + 0.2}]
)
def test_a_file_says_what_was_tried_with_who_and_why(code: str, given: dict[str, Any], tmp_path: Any) -> None:
    _, text = toml_text(code, None)
    written = toml(text, given, 'Adé "Á"\n', "read 40 texts,\n both sides")
    (tmp_path / f"{code}.toml").write_text(written, encoding="utf-8")
    after = load(code, tmp_path)
    assert after.judging() == applied(load(code), given).judging()
    assert after.thresholds == "tuned"
    assert tomllib.loads(written)["thresholds"]["source"] == "Adé 'Á': read 40 texts, both sides"
    comments = [line for line in text.splitlines() if line.startswith("#") and line != "# nothing differs"]
    assert set(comments) <= set(written.splitlines())
    assert toml(written, given, "Adé", "again").count("stopwords = ") == written.count("stopwords = ")


def test_a_file_cannot_take_a_bound_away_and_says_it_otherwise() -> None:
    _, text = toml_text("yo", None)
    found = tomllib.loads(toml(text, {"stopwords": None, "number_words": {"min": None, "max": None}}, "Adé", "why"))
    assert found["filters"]["stopwords"] == {"min": 0.16, "enabled": False}
    assert found["filters"]["number_words"] == trial.FREE["number_words"]


def test_a_file_without_a_bound_of_language_id_drops_what_the_trial_drops() -> None:
    """Texts that were identified as another language: they would be kept if the filter were switched off."""
    _, text = toml_text("yo", None)
    found = tomllib.loads(toml(text, {"language_id": None}, "Adé", "why"))
    assert found["filters"]["language_id"] == {"min": 0}
    assert applied(load("yo"), {"language_id": None}).judging()["language_id"]["applied"]


def test_a_limit_switches_a_filter_on_that_was_saved_without_one() -> None:
    _, text = toml_text("yo", None)
    off = toml(text, {"stopwords": None}, "Adé", "why")
    found = tomllib.loads(toml(off, {"stopwords": 0.2}, "Adé", "why"))
    assert found["filters"]["stopwords"] == {"min": 0.2, "enabled": True}
    assert tomllib.loads(toml(off, {"stopwords": None}, "Adé", "why")) == tomllib.loads(off)


def test_limits_in_force_that_parameters_do_not_have_go_into_the_file_too() -> None:
    params, given = load("yo"), {"number_words": {"min": 5}}
    assert with_those_in_force(given, of_params(params), params) == given
    force = of_params(applied(params, {"stopwords": 0.05, "number_words": {"max": 70}}))
    assert with_those_in_force(given, force, params) == {
        "number_words": {"min": 5, "max": 70},
        "stopwords": {"min": 0.05},
    }


def test_a_limit_is_saved_with_who_set_it_and_why() -> None:
    for who, why in (("", "why"), ("Adé", " \n")):
        with pytest.raises(LimitError, match="a limit is saved with who set it and why: give both"):
            toml("", {"stopwords": 0.1}, who, why)
    with pytest.raises(LimitError, match="nothing to save"):
        toml("", {}, "Adé", "why")


def test_a_file_that_cannot_hold_limits_is_an_error() -> None:
    with pytest.raises(ParamsError, match="the limits do not fit into this file"):
        toml("[filters.stopwords]\nmin = 0.1\n", {"stopwords": 0.2}, "Adé", "why")
