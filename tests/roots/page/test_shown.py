from lang_params.params import load
from roots.page import shown
from tests.paged import ARABIC, HOSTILE


def test_a_text_has_its_direction_and_its_language() -> None:
    found = shown.passage(ARABIC, load("ar")).to_plotly_json()["props"]
    assert (found["dir"], found["lang"], found["children"]) == ("auto", "ar", ARABIC)


def test_code_has_no_language() -> None:
    assert "lang" not in shown.passage("x = 1", load("code")).to_plotly_json()["props"]


def test_what_turns_the_order_of_a_line_is_a_code() -> None:
    found = shown.passage(HOSTILE, load("yo")).to_plotly_json()["props"]["children"]
    assert isinstance(found, str)
    assert "<script>" in found
    assert not {"\u202e", "\u2067"} & set(found)
    assert "\\u202e" in found


def test_no_text_says_so() -> None:
    assert shown.passage("", load("yo")).to_plotly_json()["props"]["children"] == "(no text)"


def test_an_attribute_is_named_as_it_is() -> None:
    assert shown.attribute("aria-label", "x") == {"aria-label": "x"}


def test_a_value_that_was_not_taken_is_a_dash() -> None:
    assert shown.value(float("nan"), "score of the identifier, 0 to 1") == "–"
