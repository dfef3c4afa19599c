"""Checks: what passes comes back as it is, what does not is named with file, key, value and what is allowed."""

from collections.abc import Callable
from typing import Any

import pytest

from lang_params import check
from lang_params.check import ParamsError, Place

HERE = Place("yo.toml").at("filters").at("stopwords")


@pytest.mark.parametrize(
    ("test", "good", "bad", "message"),
    [
        (check.text, "yo", "", "it must be a text"),
        (check.text, "yo", 7, "it must be a text"),
        (check.joint, "", None, "it must be a text"),
        (check.texts, ["a"], "a", "it must be a list of texts"),
        (check.texts, ["a"], [""], "it must be a text"),
        (check.flag, True, 1, "it must be true or false"),
        (check.whole, 0, -1, "whole number from 0"),
        (check.whole, 10, 10.0, "whole number from 0"),
        (check.whole, 10, True, "whole number from 0"),
        (check.whole, 2**31 - 1, 2**31, "whole number up to 2147483647"),
        (check.from_one, 1, 0, "whole number from 1"),
        (check.sizes, [2, 3], 2, "it must be a list of whole numbers"),
        (check.sizes, [2, 3], [1], "whole number from 2"),
        (check.sizes, [2, 3], [2, 2], "a size stands there twice"),
        (check.number, 1500, 0, "it must be a number above 0"),
        (check.number, 0.5, float("inf"), "it must be a number above 0"),
        (check.number, 0.5, float("nan"), "it must be a number above 0"),
        (check.number, 0.5, "0.5", "it must be a number above 0"),
        (check.ratio, 0, 1.5, "it is a share and must lie between 0 and 1"),
        (check.ratio, 1, -0.1, "it is a share and must lie between 0 and 1"),
        (check.ratio, 0.25, float("nan"), "it is a share and must lie between 0 and 1"),
        (check.ratio, 0.25, True, "it is a share and must lie between 0 and 1"),
    ],
)
def test_value(test: Callable[[Place, Any], Any], good: Any, bad: Any, message: str) -> None:
    found = test(HERE, good)
    assert list(found) == good if isinstance(good, list) else found == good
    with pytest.raises(ParamsError) as error:
        test(HERE, bad)
    assert str(error.value).startswith("yo.toml: filters.stopwords: ")
    assert message in str(error.value)


def test_table_names_an_unknown_key_and_the_nearest_known_one() -> None:
    assert check.table(HERE, {"min": 1}, ["min", "max"]) == {"min": 1}
    with pytest.raises(ParamsError, match=r"yo\.toml: filters\.stopwords: unknown key 'mim'; did you mean 'min'"):
        check.table(HERE, {"mim": 1}, ["min", "max"])
    with pytest.raises(ParamsError, match="it must be a table"):
        check.table(HERE, 3, ["min"])


def test_needed_names_the_missing_key() -> None:
    with pytest.raises(ParamsError, match=r"yo\.toml: filters\.stopwords\.min: it is missing"):
        check.needed(HERE, {}, "min")


def test_one_of_lists_what_is_allowed() -> None:
    assert check.one_of(HERE, "cld2", ("cld2", "none"), what="identifier") == "cld2"
    with pytest.raises(ParamsError, match="unknown identifier 'google'; known: cld2, none"):
        check.one_of(HERE, "google", ("cld2", "none"), what="identifier")
    with pytest.raises(ParamsError, match="unknown identifier 2"):
        check.one_of(HERE, 2, ("cld2", "none"), what="identifier")
