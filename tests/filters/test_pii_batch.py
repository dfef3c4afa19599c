"""Redaction of whole columns equals redaction of one text after the other."""

import json
import time
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters import pii, pii_batch
from filters.pii import Span
from filters.pii_rules import Profile
from tests.filters.test_pii_rules import PIECES, UNSEEN

PROFILES: list[Profile] = ["fixed", "roots-2022-03"]

made = st.lists(st.sampled_from([*PIECES.split(), *UNSEEN, "\r\n", "\n", "PI:KEY", "😀"]), max_size=20).map("".join)
texts = st.lists(made | st.text(max_size=40) | st.text(alphabet="aA1-:._/@ <>'\"汉٣\n", max_size=40), max_size=6)


def one_by_one(column: list[str], profile: Profile) -> list[tuple[str, list[Span]]]:
    return [pii.redact(text, profile) for text in column]


def together(column: pa.Array, profile: Profile) -> list[tuple[str, list[Span]]]:
    new, spans = pii_batch.redact_texts(column, profile)
    new.validate(full=True)
    spans.validate(full=True)
    assert (new.type, spans.type, spans.null_count) == (pa.string(), pii_batch.SPANS, 0)
    listed = [[Span(**span) for span in row] for row in spans.to_pylist()]
    return list(zip(new.to_pylist(), listed, strict=True))


@given(texts, st.sampled_from(PROFILES))
@settings(deadline=None, max_examples=600)
def test_a_column_is_redacted_as_its_texts_are(column: list[str], profile: Profile) -> None:
    assert together(pa.array(column, pa.string()), profile) == one_by_one(column, profile)


@given(texts, st.sampled_from(PROFILES))
@settings(deadline=None)
def test_found_is_what_is_found_in_each_text(column: list[str], profile: Profile) -> None:
    expected = {row: matches for row, text in enumerate(column) if (matches := pii.find(text, profile))}
    assert pii_batch.find_texts(pa.array(column, pa.string()), profile) == expected


@pytest.mark.parametrize("profile", PROFILES)
def test_golden_values_in_one_column(shared: Path, profile: Profile) -> None:
    lines = (shared / "golden" / "pii.jsonl").read_text(encoding="utf-8").strip().split("\n")
    records = [json.loads(line) for line in lines]
    column = pa.array([record["text"] for record in records])
    found = pii_batch.find_texts(column, profile)
    for row, record in enumerate(records):
        assert [list(match) for match in found.get(row, [])] == record[profile]["matches"], record["id"]
    if profile == "roots-2022-03":
        replaced = pii_batch.redact_texts(column, profile)[0].to_pylist()
        assert replaced == [record[profile]["replace_everywhere"] for record in records]
    assert together(column, profile) == one_by_one(column.to_pylist(), profile)


@pytest.mark.parametrize(
    "column",
    [
        ["8.8.", "8.8", "@", "abc", "1-1-1-", "a1-", "::", "1"],  # what the end of a text keeps apart
        ["a1:b2:c3:d4", "\na1:b2:c3:d4\n", "x\n\na1:b2:c3:d4", "\r\n8.8.8.8\r\n8.8.4.4"],
        ["", "@abc", "", "", "@abc", ""],
        ["汉@用户名@另一个\n8.8.8.8在", "😀 x@y.org 😀\n@ade_ola 谢谢@abc"],
        ["0712-345-678\n0713-345-678", "a@bc.de,f@gh.ij", "8.8.8.8,8.8.4.4\n@ade @ola"],
    ],
)
def test_edges_of_texts_and_lines(column: list[str]) -> None:
    for profile in PROFILES:
        assert together(pa.array(column), profile) == one_by_one(column, profile)


keys = st.lists(st.sampled_from([*"a1:-./汉 ,\n٣'", "a1b2c3d4", "111222333", "–", "\x08", "\u2028"]), max_size=14)


@given(keys.map("".join))
@settings(deadline=None, max_examples=600)
def test_keys_are_found_at_and_between_ends_of_lines(text: str) -> None:
    for column in ([text], [text, text], ["x", text]):
        found = pii_batch.find_texts(pa.array(column))
        assert [found.get(row, []) for row in range(len(column))] == [pii.find(each) for each in column]


def test_texts_without_a_match_are_the_texts_that_were_given() -> None:
    column = pa.array(["Kaabo", "", "Version 1.2.3, std::vector"])
    new, spans = pii_batch.redact_texts(column)
    assert new is column
    assert spans.to_pylist() == [[], [], []]
    assert pii_batch.redact_texts(pa.array([], pa.string()))[0].to_pylist() == []


def test_a_part_of_a_longer_column() -> None:
    column = pa.array(["@before", "谢谢", "ola@mail.ng", "@after"]).slice(1, 2)
    assert together(column, "fixed") == [("谢谢", []), ("PI:EMAIL", [Span("EMAIL", 0, 8)])]
    assert pii_batch.suspects(column) == [1]


def test_time_is_linear_in_a_hostile_column() -> None:
    digits, colons = pa.array(["1" * 4000] * 2000), pa.array(["1::" * 1300] * 2000)
    before = time.process_time()
    new, _ = pii_batch.redact_texts(digits)
    assert len(pii_batch.suspects(colons)) == 2000
    assert time.process_time() - before < 10, "under half a second is normal, a search across texts takes a minute"
    assert new.to_pylist() == ["PI:KEY"] * 2000


def test_too_many_matches_are_refused_as_in_one_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pii, "REPLACE_LIMIT", 1000)
    column = pa.array(["Kaabo", " ".join(f"@user{number}" for number in range(100))])
    with pytest.raises(pii.PiiTimeout, match="has 100 matches"):
        pii_batch.redact_texts(column, "roots-2022-03")
    assert len(pii_batch.redact_texts(column)[1][1]) == 100


def test_matches_of_another_engine_are_put_in_with_those_of_the_rules() -> None:
    column = pa.array(["Ade, @ade_ola, 0803 123 4567", "x"])
    found = pii_batch.find_texts(column)
    assert found == {0: [Span("KEY", 15, 28), Span("USER", 5, 13)]}
    found[0] += [Span("PHONE", 15, 28), Span("PERSON", 0, 3)]
    new, spans = pii_batch.replace_texts(column, found, marked={"PERSON"})
    assert new.to_pylist() == ["Ade, PI:USER, PI:PHONE", "x"]
    assert [span["tag"] for span in spans[0].as_py()] == ["PERSON", "USER", "PHONE"]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | made | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(made | st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(values, max_size=4), st.sampled_from([json.dumps, partial(json.dumps, ensure_ascii=False)]))
@settings(deadline=None, max_examples=500)
def test_what_is_not_suspected_in_json_has_no_match_in_its_strings(given: list[Any], dumps: Any) -> None:
    column = pa.array([dumps(value) for value in given], pa.string())
    clear = set(range(len(given))) - set(pii_batch.suspects(column, json=True))
    assert all(pii.redact_fields(given[row]) == given[row] for row in clear)


@given(st.lists(st.none() | made, max_size=5))
@settings(deadline=None)
def test_what_is_not_suspected_has_no_match(column: list[str | None]) -> None:
    clear = set(range(len(column))) - set(pii_batch.suspects(pa.array(column, pa.string())))
    assert all(pii.redact_fields(column[row]) == column[row] for row in clear)


def test_escapes_hide_nothing() -> None:
    plain = ['{"by":"ade"}', '{"by":"a \\"b\\" \\\\ \\n"}', '{"day":"12:30:45","v":"1.2.3","a::b":1}']
    hidden = [
        '"ade\\u0040mail.ng"',
        '"\\u0038.8.8.8"',
        '"x\\n8.8.8.8"',
        '"\\t@ade_ola"',
        '"fe80::1"',
        '"1:2:3:4:5:6:7:8"',
    ]
    assert pii_batch.suspects(pa.array(plain), json=True) == []
    assert pii_batch.suspects(pa.array(hidden), json=True) == list(range(len(hidden)))


def test_strings_are_put_in_between_nulls() -> None:
    column = pa.array(["x", None, "a", None, "b"]).slice(1)
    new = pii_batch.put_strings(column, {3: "谢谢", 1: ""})
    new.validate(full=True)
    assert new.to_pylist() == [None, "", None, "谢谢"]
    assert pii_batch.put_strings(column, {}) is column
