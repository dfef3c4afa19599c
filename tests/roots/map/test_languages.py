"""Languages on a map: names in their own script, and the direction of it."""

import pytest

from lang_params.languages import Language
from lang_params.params import load, load_all
from roots.map.languages import OTHER, shown


@pytest.mark.parametrize(
    ("code", "own", "direction", "script"),
    [
        ("ur", "اردو", "rtl", "Arabic"),
        ("hi", "हिन्दी", "ltr", "Devanagari"),
        ("yo", "Èdè Yorùbá", "ltr", "Latin"),
        ("zht", "繁體中文", "ltr", "Traditional Han"),
        ("en", "", "ltr", "Latin"),
        ("tw", "", "ltr", "Latin"),
    ],
)
def test_a_language_is_shown_in_its_own_script(code: str, own: str, direction: str, script: str) -> None:
    found = shown(load(code).language)
    assert (found.own, found.direction, found.script_name) == (own, direction, script)


def test_languages_of_scripts_from_right_to_left_are_known() -> None:
    assert {code for code, params in load_all().items() if shown(params.language).direction == "rtl"} == {"ar", "ur"}
    added = Language("dv", "Dhivehi", "dv", "dv", "div", "Thaa", "Indic", "Indo-European")
    assert shown(added).direction == "rtl"


def test_code_and_what_is_not_known_stand_apart() -> None:
    code = shown(load("code").language)
    assert (code.apart, code.family, code.own, code.script_name) == (True, "Code", "", "")
    assert shown(OTHER).apart
    assert not shown(load("yo").language).apart


def test_a_language_that_cldr_does_not_have_is_shown_by_its_codes() -> None:
    found = shown(Language("qqx", "Made up", "qqx-Zzzq", None, "qqx", "Zzzq", "None", "None"))
    assert (found.own, found.script_name, found.tag) == ("", "Zzzq", "qqx-Zzzq")
