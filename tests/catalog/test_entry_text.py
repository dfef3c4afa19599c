"""The TOML of an entry: what is written is what is read again, in the order of the form."""

import datetime
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.entry_text import dump
from tests.catalog.forms import WHOLE


def test_an_entry_is_written_as_a_person_would() -> None:
    table = {
        "name": "Ìròyìn",
        "uid": "yo_news",
        "validated": {"media": {"by": "Ada", "on": "2026-11-20"}, "custodian": {"by": "Ada", "on": ""}},
        "permission": {"asked": "2026-11-20", "outcome": "granted", "note": ""},
        "media": {"category": []},
        "description": 'He said "no".\nTwice.\n',
        "languages": ["yo"],
        "cleaning": [],
        "language": {"locations": ["Bonaire, Saint Eustatius and Saba", "Saint Vincent and the Grenadines", "x" * 40]},
    }
    assert (
        dump(table)
        == f'''uid = "yo_news"
name = "Ìròyìn"
description = """He said "no".
Twice.
"""
languages = ["yo"]
cleaning = []

[language]
locations = [
    "Bonaire, Saint Eustatius and Saba",
    "Saint Vincent and the Grenadines",
    "{"x" * 40}",
]

[permission]
outcome = "granted"
asked = 2026-11-20

[validated]
custodian = {{by = "Ada"}}
media = {{by = "Ada", on = 2026-11-20}}
'''
    )


def test_the_whole_form_comes_back() -> None:
    table = tomllib.loads(WHOLE)
    assert tomllib.loads(dump(table)) == table
    assert tomllib.loads(dump(table | {"submitted": {"by": "A", "on": "2026-01-02"}}))["submitted"] == {
        "by": "A",
        "on": datetime.date(2026, 1, 2),
    }


HARD = ["", '"', "'", "\\", '"""', "'''", "\n", "a\n", "\na", 'a\nb"', "a\r\nb", "\x00\x1f\x7f", "\u2028\u00a0", "{}"]


@pytest.mark.parametrize("text", HARD, ids=[repr(text) for text in HARD])
def test_hard_texts_come_back(text: str) -> None:
    assert tomllib.loads(dump({"uid": "x", "description": f"a{text}"}))["description"] == f"a{text}"
    assert tomllib.loads(dump({"uid": "x", "description": f"{text}b"}))["description"] == f"{text}b"
    several = [f"{text}b", f"c{text}"]
    assert tomllib.loads(dump({"uid": "x", "languages": several}))["languages"] == several


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text("\"'\\\n\r a", min_size=1))
def test_any_text_comes_back(one: str, two: str) -> None:
    table: dict[str, Any] = {"uid": "x", "name": one, "languages": [one, two], "bigscience": {f"/{two}": one}}
    assert tomllib.loads(dump(table)) == table
