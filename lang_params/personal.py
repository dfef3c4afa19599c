"""What is looked for as personal data in one language, and what becomes of it: the reading of a [pii] table."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lang_params.check import Place, needed, one_of, table, text, texts

KINDS = (
    "EMAIL", "IP_ADDRESS", "KEY", "USER", "PHONE", "CREDIT_CARD", "IBAN", "CRYPTO", "NATIONAL_ID", "PERSON"
)  # fmt: skip
"""The kinds of personal data. The first four are those of ROOTS; tags in tables and placeholders (`PI:PHONE`) are
these names, and of matches equally long the first of these stands."""

ACTIONS = ("redact", "drop", "mark", "off")
"""What becomes of a match: "redact" puts a placeholder in its place, "drop" does so too and puts the document out,
"mark" notes where it stands and leaves it there, "off" does not look for the kind."""

COUNTRY = re.compile("[A-Z]{2}")
"""ISO 3166-1 alpha-2."""


@dataclass(frozen=True)
class Personal:
    """The [pii] settings of one language.

    `actions` holds each of `KINDS`. `countries` are those where the language is spoken, by ISO 3166-1: the phone
    numbers and national ids of these are looked for. `names` is the spaCy model that finds names of persons, by the
    name of its package or by path; None where there is none.
    """

    actions: Mapping[str, str]
    countries: tuple[str, ...] = ()
    names: str | None = None


KEYS = ("countries", "names", "actions")


def defaults(place: Place, values: Any) -> Personal:
    """The [pii] table of default.toml: an action for each kind."""
    given = table(place, values, KEYS)
    key = place.at("actions")
    actions = table(key, needed(place, given, "actions"), KINDS, what="kind")
    for kind in KINDS:
        needed(key, actions, kind)
    return overlay(place, values, Personal({}))


def overlay(place: Place, values: Any, below: Personal) -> Personal:
    """A language's [pii] table laid over the default: what it does not name stays as it is below.

    Raises ParamsError; a wish for names that no model is there to find is one.
    """
    given = table(place, values, KEYS)
    chosen = table(place.at("actions"), given.get("actions", {}), KINDS, what="kind")
    actions = {**below.actions, **{kind: action(place.at(f"actions.{kind}"), chosen[kind]) for kind in chosen}}
    found = replace(below, actions={kind: actions[kind] for kind in KINDS if kind in actions})
    if "countries" in given:
        found = replace(found, countries=_countries(place.at("countries"), given["countries"]))
    if "names" in given:
        found = replace(found, names=text(place.at("names"), given["names"]))
    wanted = found.actions.get("PERSON", "off") != "off"
    if wanted and found.names is None:
        raise place.at("actions.PERSON").error(
            f"{found.actions['PERSON']!r}; names of persons are found by a spaCy model that you install: name it, for "
            'example names = "en_core_web_sm", or set PERSON = "off"'
        )
    if found.names is not None and not wanted:
        raise place.at("names").error(
            f'{found.names!r}; nothing is done with it while PERSON is "off": set PERSON under actions to "redact", '
            '"drop" or "mark", or take the line out'
        )
    return found


def action(place: Place, value: Any) -> str:
    """One of `ACTIONS`."""
    return one_of(place, value, ACTIONS, what="action")


def _countries(place: Place, value: Any) -> tuple[str, ...]:
    found = texts(place, value)
    for code in found:
        if not COUNTRY.fullmatch(code):
            raise place.error(f"{code!r} is no code of a country; ISO 3166-1 has two capitals, such as NG or IN")
    if len(set(found)) != len(found):
        raise place.error(f"{value!r}; a country stands there twice")
    return found
