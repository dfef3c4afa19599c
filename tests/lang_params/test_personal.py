"""The [pii] table: the default names every kind, a language overlays, and what makes no sense is refused."""

from typing import Any

import pytest

from lang_params.check import ParamsError, Place
from lang_params.files import read_table
from lang_params.params import load, load_all
from lang_params.personal import ACTIONS, KINDS, Personal, defaults, overlay

PLACE = Place("yo.toml").at("pii")


@pytest.fixture(scope="module")
def below() -> Personal:
    place, values = read_table("default", None)
    return defaults(place.at("pii"), values["pii"])


def test_every_language_has_countries_that_babel_knows_and_actions_for_every_kind() -> None:
    from babel import Locale

    territories = Locale("en").territories
    for code, params in load_all().items():
        assert params.personal.countries, code
        assert set(params.personal.countries) <= set(territories), code
        assert list(params.personal.countries) == sorted(params.personal.countries), code
        assert tuple(params.personal.actions) == KINDS, code
        assert set(params.personal.actions.values()) <= set(ACTIONS), code
    assert load("code").personal.countries == ()


def test_the_countries_are_those_of_cldr() -> None:
    """Where CLDR counts speakers of a language in a country. Twi is Akan there."""
    from babel.core import get_global

    spoken = get_global("territory_languages")
    tags = {"tw": {"ak"}, "zhs": {"zh_Hans", "zh"}, "zht": {"zh_Hant"}}
    for code, params in load_all().items():
        named = tags.get(code, {params.language.bcp47})
        assert [country for country in params.personal.countries if not named & set(spoken[country])] == [], code


def test_overlay_keeps_what_it_does_not_name(below: Personal) -> None:
    over = overlay(PLACE, {"countries": ["NG"], "actions": {"PHONE": "mark"}}, below)
    assert over == Personal({**below.actions, "PHONE": "mark"}, ("NG",))
    assert overlay(PLACE, {}, over) == over


def test_names_by_a_model(below: Personal) -> None:
    over = overlay(PLACE, {"names": "en_core_web_sm", "actions": {"PERSON": "redact"}}, below)
    assert (over.names, over.actions["PERSON"]) == ("en_core_web_sm", "redact")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"country": ["NG"]}, r"pii: unknown key 'country'; did you mean 'countries'"),
        ({"countries": "NG"}, r"pii\.countries: 'NG'; it must be a list of texts"),
        ({"countries": ["ng"]}, r"pii\.countries: 'ng' is no code of a country; ISO 3166-1 has two capitals"),
        ({"countries": ["NG", "NG"]}, r"pii\.countries: .*; a country stands there twice"),
        ({"actions": {"PHONES": "off"}}, r"pii\.actions: unknown kind 'PHONES'; did you mean 'PHONE'"),
        (
            {"actions": {"PHONE": "delete"}},
            r"pii\.actions\.PHONE: unknown action 'delete'; known: drop, mark, off",
        ),
        ({"actions": {"PHONE": True}}, r"pii\.actions\.PHONE: unknown action True"),
        ({"actions": "off"}, r"pii\.actions: 'off'; it must be a table"),
        ({"actions": {"PERSON": "drop"}}, r"pii\.actions\.PERSON: 'drop'; names of persons are found by a spaCy model"),
        ({"names": "en_core_web_sm"}, r"pii\.names: 'en_core_web_sm'; nothing is done with it while PERSON is \"off\""),
        ({"names": ""}, r"pii\.names: ''; it must be a text"),
    ],
)
def test_impossible_setting(values: Any, message: str, below: Personal) -> None:
    with pytest.raises(ParamsError, match=rf"^yo\.toml: {message}"):
        overlay(PLACE, values, below)


def test_default_has_to_name_every_kind() -> None:
    with pytest.raises(ParamsError, match=r"^yo\.toml: pii\.actions\.PERSON: it is missing"):
        defaults(PLACE, {"actions": dict.fromkeys(KINDS[:-1], "off")})
    with pytest.raises(ParamsError, match=r"^yo\.toml: pii\.actions: it is missing"):
        defaults(PLACE, {})
