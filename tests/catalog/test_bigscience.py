"""The JSON form of BigScience: nothing of a record is lost on its way to TOML and back, whatever is in it."""

import json
import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import entry_text, form
from catalog.bigscience import VALIDATED, read, record_of, table_of, text_of, uid_of
from catalog.entry import EntryError
from tests.catalog.records import OTHER_TEXT, RECORDS, admissible, record, records


def there_and_back(given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The table of a record, as its TOML file has it, and the record made of that."""
    table = tomllib.loads(entry_text.dump(table_of(given)))
    assert form.faults(table) == []
    return table, record_of(table)


def text(value: Any) -> str:
    """A value as text, so that 1, 1.0 and true are not the same."""
    return json.dumps(value, sort_keys=True)


def test_all_192_records_survive() -> None:
    given = records()
    assert len(given) == RECORDS == 192
    assert len({uid_of(each["uid"], "") for each in given}) == 192
    for each in given:
        _, back = there_and_back(each)
        assert text(back) == text(each)


def test_the_records_use_every_admissible_value() -> None:
    used = text([record(number) for number in range(RECORDS)])
    for section, keys in form.sections().items():
        for name, key in keys.items():
            if key.place and key.allowed and section != "custodian":
                full = f"{section}.{name}" if section else name
                missing = [value for value in admissible(full)[1:] if json.dumps(value) not in used]
                assert missing == [], full


def test_answers_are_in_our_words_under_our_keys() -> None:
    table, _ = there_and_back(record(0) | {"uid": "le_monde"})
    assert (table["uid"], table["type"]) == ("le_monde", "primary source")
    assert table["languages"] == ["yo"]
    assert table["language"]["names"] == ["Niger-Congo", "Yoruba"]
    given = record(3)
    given["custodian"] |= {"type": "A nonprofit/NGO (other)", "location": "Nigeria"}
    given["availability"]["procurement"]["for_download"] = "Yes - it has a direct download link or links"
    given["availability"]["licensing"]["license_properties"] = ["copyright - all rights reserved"]
    table, _ = there_and_back(given)
    assert table["custodian"]["type"] == "nonprofit/NGO"
    assert table["procurement"]["for_download"] == "yes, direct link"
    assert table["licence"]["properties"] == ["copyright – all rights reserved"]
    given["custodian"]["validated"] = True
    table, _ = there_and_back(given)
    assert table["validated"] == {"custodian": {"by": VALIDATED}}


def test_what_is_on_no_list_is_another() -> None:
    given = record(0)
    given["custodian"]["type"] = OTHER_TEXT
    given["media"]["text_format"] = ["other", "plain text", ".PDF"]
    table, _ = there_and_back(given)
    assert table["custodian"]["type"] == f"other: {OTHER_TEXT}"
    assert table["media"]["text_format"] == ["other", "other: plain text", ".PDF"]


def test_what_has_no_key_stands_by_its_place() -> None:
    given = record(0) | {"imported": True}
    given["availability"]["procurement"]["for_download"] = "Not sure"
    del given["media"]
    table, _ = there_and_back(given)
    assert table["bigscience"] == {
        "/imported": "true",
        "/availability/procurement/for_download": '"Not sure"',
        "/media": "",
    }


def test_a_key_that_was_filled_in_since_then_holds() -> None:
    given = record(0)
    given["availability"]["procurement"]["for_download"] = "Not sure"
    del given["media"]
    table, _ = there_and_back(given)
    table["procurement"]["for_download"] = "yes, direct link"
    table["media"] = {"category": ["text"]}
    back = record_of(table)
    assert back["availability"]["procurement"]["for_download"] == "Yes - it has a direct download link or links"
    assert back["media"]["category"] == ["text"]
    assert back["media"]["instance_type"] == ""


def test_an_entry_of_ones_own_becomes_a_record() -> None:
    back = record_of({"uid": "x", "name": "X", "languages": ["yo", "zu", "ha"]})
    assert back["type"] == "primary"
    assert back["languages"]["language_names"] == ["Yoruba", "isiZulu", "ha"]
    assert set(back) == {
        "uid",
        "type",
        "description",
        "languages",
        "custodian",
        "availability",
        "source_category",
        "media",
    }
    assert back["availability"]["pii"]["generic_pii_list"] == []
    assert back["custodian"]["contact_submitter"] is False


@pytest.mark.parametrize(
    ("uid", "message"),
    [
        ("", "has no uid; give it one of small letters, digits and _"),
        (" \n", "has no uid"),
        (None, "has no uid"),
        (7, "has no uid"),
        ("../x", r"uid: '../x' cannot name a file; / and \ cannot stand in it"),
        ("/etc/passwd", "cannot name a file"),
        ("a\\..\\b", "cannot name a file"),
        ("..", "cannot name a file"),
        ("a\x00b", "cannot name a file"),
        ("x" * 10_000, "(10002 characters) is longer than 200 characters"),
    ],
)
def test_a_uid_that_can_be_no_file(uid: Any, message: str) -> None:
    with pytest.raises(EntryError) as caught:
        table_of({"uid": uid}, "records.json: record 3")
    assert str(caught.value).startswith("records.json: record 3: ")
    assert message in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("uid", ["Le Monde", "C++ & C#", "\ud800", "العربية", "a" * 200, "é" * 200, "~", "CON.toml"])
def test_other_uids_become_names_of_files_and_come_back(uid: str) -> None:
    table, back = there_and_back({"uid": uid})
    assert back == {"uid": uid}
    assert form.value_fault(form.sections()[""]["uid"], table["uid"]) == ""


def test_uids_that_differ_in_letters_that_are_lost_stay_apart() -> None:
    assert uid_of("新闻_1", "") != uid_of("書_1", "")


def test_depth_is_bounded() -> None:
    deep: Any = []
    for _ in range(60):
        deep = [deep]
    with pytest.raises(EntryError, match=r"x.json: lists and objects are nested more than 50 deep"):
        table_of({"uid": "x", "deep": deep}, "x.json")
    with pytest.raises(EntryError, match=r"x.json: lists and objects are nested more than 50 deep"):
        read(b"[" * 100_000, "x.json")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "x.json: is not valid JSON in UTF-8: "),
        (b"\xff", "x.json: is not valid JSON in UTF-8: "),
        (b'{"uid": NaN}', "x.json: is not valid JSON in UTF-8: NaN is no number of JSON"),
        (b'{"uid": 1e999}', "x.json: is not valid JSON in UTF-8: 1e999 is no number of JSON"),
        (b'{"uid": ' + b"1" * 5000 + b"}", "x.json: is not valid JSON in UTF-8: "),
        (b"7", "x.json: record 1: is no record of the form: a JSON object with a uid"),
        (b'[{"uid": "a"}, []]', "x.json: record 2: is no record of the form"),
        (b'{"a": {"uid": "a"}, "b": 1}', "x.json: 'b': is no record of the form"),
    ],
)
def test_what_is_no_file_of_records(content: bytes, message: str) -> None:
    with pytest.raises(EntryError) as caught:
        read(content, "x.json")
    assert str(caught.value).startswith(message)


def test_a_record_a_list_and_an_object_are_read() -> None:
    one, two = {"uid": "a"}, {"uid": "b"}
    assert [each for _, each in read(text_of(one).encode(), "x")] == [one]
    assert [each for _, each in read(text_of([one, two]).encode(), "x")] == [one, two]
    assert [each for _, each in read(text_of({"a": one, "b": two}).encode(), "x")] == [one, two]
    assert read(b"[]", "x") == []


NAMES = st.sampled_from(
    ["type", "description", "name", "languages", "language_names", "custodian", "location", "availability", "pii",
     "has_pii", "media", "category", "validated", "procurement", "source_category", "from_primary", "~0", "/", "x"]
) | st.text(max_size=5)  # fmt: skip
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=8)
    | st.sampled_from(["", "primary", "Yes", "other", "other: x", "text", "Nigeria", "English", " ", "unlikely"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(NAMES, VALUES, max_size=6))
def test_any_record_survives(given: dict[str, Any]) -> None:
    made = given | {"uid": "x"}
    _, back = there_and_back(made)
    assert text(back) == text(made)


def test_a_place_that_is_no_character_is_a_name() -> None:
    table = {"uid": "x", "type": "language organisation", "bigscience": {"/~u110000": "1", "/~u10ffff": "2"}}
    made = record_of(table)
    assert (made["~u110000"], made["\U0010ffff"]) == (1, 2)
