"""What is chosen for a document follows from its language, its source and the profile."""

from typing import get_args

import pytest

from filters.pii_kinds import ACTIONS, KINDS, ROOTS_ALONE, ROOTS_KINDS, Choice, chosen, joined
from filters.pii_rules import Tag
from lang_params.params import load


def test_the_first_four_are_those_of_roots() -> None:
    assert get_args(Tag) == ROOTS_KINDS == KINDS[:4]
    assert ACTIONS == ("redact", "drop", "mark", "off")


def test_by_default_the_second_engine_looks_for_what_is_proved() -> None:
    choice = chosen(load("yo"), "fixed")
    assert choice.kinds == {*ROOTS_KINDS, "PHONE", "CREDIT_CARD", "IBAN", "CRYPTO"}
    assert choice.having("redact") == tuple(kind for kind in KINDS if kind in choice.kinds)
    assert (choice.countries, choice.profile) == (("BJ", "NG"), "fixed")


def test_a_source_goes_before_its_language() -> None:
    choice = chosen(load("yo"), "fixed", {"KEY": "off", "IBAN": "mark", "NATIONAL_ID": "drop"})
    assert "KEY" not in choice.kinds
    assert (choice.having("mark"), choice.having("drop")) == (("IBAN",), ("NATIONAL_ID",))


def test_2022_is_the_rules_of_roots_whatever_is_said() -> None:
    assert chosen(load("yo"), "roots-2022-03", {"EMAIL": "off", "PHONE": "drop"}) is ROOTS_ALONE
    assert ROOTS_ALONE.profile == "roots-2022-03"


def test_what_no_kind_asks_for_decides_nothing() -> None:
    plain = Choice((("EMAIL", "redact"),))
    assert plain.deciding() == Choice((("EMAIL", "redact"),), ("NG",), "some_model").deciding()
    phone = Choice((("PHONE", "redact"),), ("NG",))
    assert phone.deciding() != Choice((("PHONE", "redact"),), ("BJ",)).deciding()


@pytest.mark.parametrize(("one", "two", "names"), [("a", "a", "a"), ("a", "b", None)])
def test_joined_choices_redact_all_that_any_looks_for(one: str, two: str, names: str | None) -> None:
    choices = [
        Choice((("PERSON", "mark"), ("IBAN", "drop")), (code,), name) for code, name in (("BJ", one), ("NG", two))
    ]
    found = joined(choices)
    assert (found.countries, found.names, found.having("mark"), found.having("drop")) == (("BJ", "NG"), names, (), ())
    assert ("PERSON" in found.kinds) is (names is not None)
    assert joined([ROOTS_ALONE, ROOTS_ALONE]) is ROOTS_ALONE
