"""The form: its definition is a valid JSON Schema, all readers of it agree, and each rule says what is wrong."""

import dataclasses
import datetime
import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import entry, form
from tests.catalog.forms import GOOD, WHOLE

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "catalog" / "README.md").read_text(encoding="utf-8")
VALIDATOR = jsonschema.Draft202012Validator(form.schema())
KEYS = [(section, name, key) for section, keys in form.sections().items() for name, key in keys.items()]

ORGANISATION = 'uid = "house"\nname = "A house"\ntype = "language organisation"\n'

WRONG = [
    ('name = "Ìròyìn"', 'nam = "Ìròyìn"', "nam: unknown key; known: uid, ", "did you mean 'name'?"),
    ("[licence]", "[license]", "license: unknown key; ", "did you mean 'licence'?"),
    ('id = "CC', 'spdx = "CC', "licence.spdx: unknown key; known: id, properties, ", ""),
    ("[custodian]", "[[custodian]]", "custodian: must be a section, [custodian]", ""),
    ('location = "Nigeria"', "", "custodian: missing: location (an entry with [data] has to say it)", ""),
    ('description = "News in Yoruba"\nkind = "catalogue"', "", "missing: description, kind (", ""),
    ('uid = "yo_news"', "", "missing: uid", ""),
    ("redact = true", 'redact = "yes"', "redact: must be true or false, not 'yes'", ""),
    ('languages = ["yo"]', 'languages = "yo"', "languages: must be a list of texts, not 'yo'", ""),
    ('languages = ["yo"]', "languages = []", "languages: must not be empty", ""),
    ('languages = ["yo"]', 'languages = [" "]', "languages: must not be empty", ""),
    ('languages = ["yo"]', 'languages = ["yo", "yo"]', "languages: names 'yo' twice", ""),
    ('id = "CC-BY-4.0"', "id = 4", "licence.id: must be a text, not 4", ""),
    ('id = "CC-BY-4.0"', "id = 2026-11-20", "licence.id: must be a text, not 2026-11-20", ""),
    ('name = "A newspaper"', 'name = " "', "custodian.name: must not be empty", ""),
    ('"catalogue"', '"catalog"', "kind: 'catalog' is not allowed; known: catalogue, ", "did you mean 'catalogue'?"),
    ('"commercial entity"', '"firm"', "custodian.type: 'firm' is not allowed; known: private indivi", "other: ..."),
    ('"commercial entity"', '"other: "', "custodian.type: 'other: ' is not allowed; ", ""),
    ('"Nigeria"', '"nigeria"', "custodian.location: 'nigeria' is not allowed; 293 values", "mean 'Nigeria'?"),
    ('"open license"]', '"open licence"]', "licence.properties: 'open licence' is not", "mean 'open license'?"),
    ('"granted"', '"yes"', "permission.outcome: 'yes' is not allowed; known: open licence, granted, ", ""),
    ('"Yes - text author name only"', '"Maybe"', "pii.has_pii: 'Maybe' is not allowed; known: Yes, Yes - text", ""),
    ("asked = 2026-11-20", 'asked = "in May"', "permission.asked: must be a date such as 2026-11-20, or \"\"", ""),
    ("asked = 2026-11-20", 'asked = "20261120"', "permission.asked: must be a date", "not '20261120'"),
    ("asked = 2026-11-20", "asked = 2026-11-20T00:00:00Z", "permission.asked: must be a date", ""),
    ('uid = "yo_news"', 'uid = "yo-news"', "uid: 'yo-news' is not allowed: Small letters a to z, digits and _", ""),
    ('scripts = ["Latn"]', 'scripts = ["latn"]', "language.scripts: 'latn' is not allowed; 226 values", "mean 'Latn'?"),
    ("{ by = \"Chike\" }", "true", "validated.media: must say who and when, as { by", "not True"),
    ("{ by = \"Chike\" }", '{ on = 2026-11-02 }', "validated.media: must say who and when, as { by", ""),
    ("{ by = \"Chike\" }", '{ by = " " }', "validated.media: must say who and when", "by is empty"),
    ("{ by = \"Chike\" }", '{ by = "C", on = 3 }', "validated.media: must be a date", ""),
    ("[data]", '[bigscience]\nx = "1"\n[data]', "bigscience.x: must be a place that begins with /", ""),
    ("[data]", '[bigscience]\n"/x" = 1\n[data]', "bigscience./x: must be a place that begins with /", ""),
    # Rules, one by one.
    ('files = ["data/*.jsonl.gz"]', 'note = "x"', "data: give files, or a dataset instead of them", ""),
    ('files = ["data', 'dataset = "x"\nfiles = ["data', "data: give files, or a dataset instead of them", ""),
    ("kind =", 'type = "language organisation"\nkind =', "type: a language organisation has no [data], [media]", ""),
    ("[data]", '[processed_from_primary]\nfrom_primary = "original"\n[data]',
     "processed_from_primary: only a processed dataset has this section", ""),
    ("kind =", 'type = "processed dataset"\nkind =', "source_category: only a primary source has this section", ""),
    ("asked = 2026-11-20", "", "permission.outcome: an answer that was given or is awaited has the day", ""),
    ('"granted"', '"not asked"', "permission.asked: the outcome is that nobody was asked; leave the day out", ""),
    ('properties = ["open license"]\nattribution = "A newspaper, 2026"\n\n[permission]\noutcome = "granted"',
     'properties = ["research use"]\nattribution = "A"\n[permission]\noutcome = "open licence"',
     "permission.outcome: 'open licence' needs a licence with the property", ""),
    ('["open license"]', '["do not distribute"]', "licence.properties: a licence with the property 'do not", ""),
    ('"Yes - text author name only"\njustification = "Articles are signed"', '"No"',
     "pii.has_pii: No and Unclear need a justification or a justification_class", ""),
    ('has_pii = "Yes - text author name only"', 'has_pii = "No"', "pii.generic: has_pii says that there is none", ""),
    ('generic = "very likely"\n', "", "pii.generic_kinds: names kinds of what generic does not call likely", ""),
    ('numeric = "unlikely"', 'numeric = "none"', "pii.numeric_kinds: names kinds of what numeric does not", ""),
    ('sensitive = "none"', 'sensitive = "none"\nsensitive_kinds = ["political opinions"]',
     "pii.sensitive_kinds: names kinds of what sensitive does not", ""),
]  # fmt: skip


def plain(value: Any) -> Any:
    """A TOML table as JSON has it."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    is_date = isinstance(value, datetime.date) and not isinstance(value, datetime.datetime)
    return value.isoformat() if is_date else [plain(item) for item in value] if isinstance(value, list) else value


def by_the_schema(table: dict[str, Any]) -> bool:
    return bool(VALIDATOR.is_valid(plain(table)))


def test_the_definition_is_a_valid_json_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(form.schema())


@pytest.mark.parametrize("text", [GOOD, WHOLE, ORGANISATION, 'uid = "x"'])
def test_good_entries_are_so_for_both_readers(text: str) -> None:
    table = tomllib.loads(text)
    assert form.faults(table) == []
    assert by_the_schema(table)


@pytest.mark.parametrize("path", sorted((ROOT / "catalog" / "demo").glob("*.toml")), ids=lambda path: path.stem)
def test_the_carried_entries_fit_the_schema(path: Path) -> None:
    assert by_the_schema(tomllib.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(("old", "new", "start", "also"), WRONG, ids=[case[2] for case in WRONG])
def test_what_is_wrong_is_said_and_no_other_reader_takes_it(old: str, new: str, start: str, also: str) -> None:
    assert old in WHOLE
    table = tomllib.loads(WHOLE.replace(old, new, 1))
    found = [str(fault) for fault in form.faults(table)]
    assert [fault for fault in found if fault.startswith(start) and also in fault], found
    # To JSON a date of TOML is a text.
    assert "2026-11-20" in new or not by_the_schema(table)


def test_an_answer_that_nothing_is_there_forbids_likelihoods() -> None:
    for what in ("generic", "numeric", "sensitive"):
        table = tomllib.loads(GOOD.replace("Yes - text author name only", "No"))
        table["pii"][what] = "very likely"
        [fault] = form.faults(table)
        assert str(fault) == f"pii.{what}: has_pii says that there is none: {what} cannot be likely"
        assert not by_the_schema(table)
        table["pii"][what] = "unlikely"
        assert form.faults(table) == []


def test_every_rule_has_a_case() -> None:
    rules = {rule["description"] for rule in form.schema()["allOf"]}
    text = " ".join(case[2] for case in WRONG)
    missing = [rule for rule in rules if rule[:25] not in text and "cannot be likely" not in rule]
    assert missing == []


def test_every_fault_of_an_entry_is_found_at_once() -> None:
    table = tomllib.loads(GOOD.replace('"catalogue"', '"x"').replace("2026-11-20", "1").replace('"Nigeria"', '""'))
    assert [fault.path for fault in form.faults(table)] == [
        ("kind",),
        ("custodian", "location"),
        ("permission", "asked"),
    ]


def test_a_long_value_is_cut_in_an_error() -> None:
    table = tomllib.loads(GOOD.replace('"Nigeria"', f'"{"x" * 10_000}"'))
    [fault] = form.faults(table)
    assert len(str(fault)) < 250
    assert "(10002 characters)" in str(fault)


def test_the_classes_have_the_keys_and_defaults_of_the_form() -> None:
    for field, section, room in entry._ROOMS:
        known = {each.name: each.default for each in dataclasses.fields(room)}
        assert sorted(known) == sorted(form.sections()[section]), field
        for name, values in form.schema()["properties"][section]["properties"].items():
            if "default" in values:
                assert known[name] == values["default"], f"{section}.{name}"
    top = {each.name: each.default for each in dataclasses.fields(entry.Entry)}
    for name in form.sections()[""]:
        default = form.schema()["properties"][name].get("default", top[name])
        assert top[name] == (tuple(default) if isinstance(default, list) else default), name


def test_the_values_that_code_asks_for_are_those_of_the_form() -> None:
    assert form.allowed("licence.properties") == entry.LICENCE_PROPERTIES
    assert form.allowed("permission.outcome") == entry.OUTCOMES
    assert form.allowed("pii.has_pii") == entry.HAS_PII
    assert form.allowed("release") == entry.RELEASES


def test_every_place_of_the_form_of_bigscience_has_one_key() -> None:
    places = [key.place for _, _, key in KEYS if key.place]
    assert len(places) == len(set(places)) == 56
    for section, name, key in KEYS:
        assert len(set(dict(key.written).values())) == len(key.written), f"{section}.{name}"
        assert set(dict(key.written)) <= set(key.allowed), f"{section}.{name}"


def test_the_lists_are_as_long_as_those_of_the_form() -> None:
    """Figures of the ROOTS catalogue; ISO 15924 had 226 scripts in 2026."""
    lengths = {"pii.generic_kinds": 8, "pii.numeric_kinds": 11, "pii.sensitive_kinds": 7, "custodian.type": 7,
               "procurement.for_download": 4, "processed_from_primary.availability": 4,
               "processed_from_primary.licence": 5, "licence.properties": 7, "language.scripts": 226}  # fmt: skip
    assert {name: len(form.allowed(name)) for name in lengths} == lengths
    assert {"Latn", "Arab", "Deva", "Hans", "Hant", "Nkoo", "Ethi"} <= set(form.allowed("language.scripts"))
    assert all(re.fullmatch("[A-Z][a-z]{3}", code) for code in form.allowed("language.scripts"))


@pytest.mark.parametrize(("section", "name", "key"), KEYS, ids=[f"{section}.{name}" for section, name, _ in KEYS])
def test_the_page_explains_every_key_and_its_values(section: str, name: str, key: form.Key) -> None:
    start = PAGE.index(f"## [{section}]" if section else "## At the head")
    part = PAGE[start : PAGE.index("\n## ", start + 1)]
    [row] = [line for line in part.splitlines() if line.startswith(f"| `{name}` |")]
    assert key.about.replace("|", "\\|") in row
    if key.allowed and len(key.allowed) <= form.MOST_SHOWN:
        assert all(f"`{value}`".replace("|", "\\|") in row for value in key.allowed)
    if len(key.allowed) > form.MOST_SHOWN:
        heading = re.search(r"\(#([a-z-]+)\)", row)
        assert heading is not None
        assert heading[1] in {title.lower().replace(" ", "-") for title in re.findall("^## (.+)$", PAGE, re.MULTILINE)}


def test_the_page_has_the_long_lists() -> None:
    for name in ("language.locations", "language.scripts", "media.text_format", "media.database_format"):
        assert all(f"`{value}`" in PAGE for value in form.allowed(name)), name


def test_the_definition_is_written_as_it_is_read() -> None:
    text = (ROOT / "catalog" / "entry.schema.json").read_text(encoding="utf-8")
    assert json.loads(text) == form.schema()
    assert max(map(len, text.splitlines())) <= 700


def test_the_example_of_the_page_is_an_entry() -> None:
    [example] = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert form.faults(tomllib.loads(example)) == []


POOL: list[Any] = [
    True, 3, "", " ", "x", [], ["x"], ["x", "x"], [""], [1], {}, {"by": "A"}, {"by": ""}, {"x": 1}, "Yes", "No", "none",
    "very likely", "open licence", "granted", "not asked", "other: x", "other", ["open license"], ["do not distribute"],
    "gated", "processed dataset", "language organisation", ["names"],
]  # fmt: skip
PLACES = [(section, name) for section, name, _ in KEYS] + [("", "pii"), ("", "data"), ("", "x"), ("media", "x")]


@settings(max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.none() | st.sampled_from(POOL)), min_size=1, max_size=4))
def test_both_readers_agree_on_changed_entries(changes: list[tuple[tuple[str, str], Any]]) -> None:
    table = tomllib.loads(WHOLE)
    for (section, name), value in changes:
        place = table.setdefault(section, {}) if section else table
        if not isinstance(place, dict):
            continue
        if value is None:
            place.pop(name, None)
        else:
            place[name] = value
    found = form.faults(table)
    assert (found == []) == by_the_schema(table), found
    if not found:
        assert hash(entry.of_table(table))


@pytest.mark.parametrize("value", ["no JSON", "{", "NaN", "[" * 100_000])
def test_what_was_left_aside_is_json(value: str) -> None:
    assert [str(fault) for fault in form.faults({"uid": "x", "bigscience": {"/y": value}})] == [
        "bigscience./y: must be a place that begins with / and JSON as a text, as roots sources import writes"
    ]
    assert form.faults({"uid": "x", "type": "language organisation", "bigscience": {"/y": "", "/z": "[1]"}}) == []
