"""Counts are exact; samples are the same whoever draws them, redacted, and bounded."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.cleaning_templates import rank
from filters.pii import PiiTimeout
from filters.pii_kinds import Choice, chosen
from lang_params.params import load
from pipelines import step_report, tables
from pipelines.step_report import BEFORE, MOST, SHOWN, Report, shown

CHAIN = ["remove_lines_with_code", "filter_remove_empty_docs"]


def test_documents_bytes_and_changes_are_counted() -> None:
    report = Report(CHAIN, None)
    report.note(0, "a", old="ọ̀kan", new="ọ̀kan")
    report.note(0, "b", old="abc", new="")
    report.note(1, "b", old="", new=None)
    lines, empty = report.counts()
    size = len("ọ̀kan".encode())
    assert lines == {
        "step": CHAIN[0], "documents": 2, "bytes": size + 3, "documents_after": 2, "bytes_after": size, "changed": 1
    }  # fmt: skip
    assert (empty["documents"], empty["documents_after"], empty["bytes_after"]) == (1, 0, 0)


def test_a_sample_has_what_was_changed_or_removed() -> None:
    report = Report(CHAIN, None)
    report.note(0, "a", old="x", new="x")
    report.note(0, "b", old="x {\ny", new="y")
    report.note(1, "c", old=" ", new=None, reason="why")
    assert [(row["id"], row["name"], row["old"], row["new"], row["reason"]) for row in report.rows()] == [
        ("b", CHAIN[0], "x {\ny", "y", None),
        ("c", CHAIN[1], " ", None, "why"),
    ]


@given(st.permutations([str(number) for number in range(9)]), st.integers(0, 9))
def test_a_sample_is_what_comes_first_by_rank_however_the_source_is_cut(ids: list[str], cut: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(step_report, "MOST", 4)
        parts = [Report(CHAIN, None), Report(CHAIN, None)]
        for place, id in enumerate(ids):
            parts[place >= cut].note(0, id, old=id, new=None)
        whole = Report(CHAIN, None)
        for part in parts:
            whole.add(part.counts(), part.rows())
    assert [row["id"] for row in whole.rows()] == sorted(ids, key=rank)[:4]
    assert whole.counts()[0]["documents"] == 9


def test_at_most_a_thousand_are_drawn_of_a_step() -> None:
    report = Report(CHAIN, None)
    for number in range(MOST + 50):
        report.note(0, str(number), old="x", new=None)
        report.note(1, "the same", old="x", new=None)
    assert [row["step"] for row in report.rows()] == [0] * MOST + [1] * MOST


def test_samples_are_redacted_where_the_source_is(tmp_path: Path) -> None:
    for choice, text in ((None, "ana@example.org"), (chosen(load("en"), "fixed"), "PI:EMAIL")):
        report = Report(CHAIN, choice)
        report.note(0, "a", old="write to ana@example.org\n{", new="write to ana@example.org")
        [row] = report.rows()
        assert row["old"] == f"write to {text}\n{{"
        assert row["new"] == f"write to {text}"


def test_a_text_that_cannot_be_searched_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(text: str, choice: Choice) -> None:
        raise PiiTimeout

    monkeypatch.setattr(step_report.pii_engines, "redact", fails)
    report = Report(CHAIN, chosen(load("en"), "fixed"))
    report.note(0, "a", old="ana@example.org", new=None)
    assert report.rows()[0]["old"] == ""


def test_withheld_documents_leave_the_samples(tmp_path: Path) -> None:
    report = Report(CHAIN, None)
    for id in "abc":
        report.note(0, id, old=id, new=None)
    path, target = str(tmp_path / "a.parquet"), str(tmp_path / "b.parquet")
    report.write(path)
    assert step_report.without(path, target, {"b", "x"}).rows == 2
    assert {row["id"] for row in tables.read(target).to_pylist()} == {"a", "c"}
    assert tables.read(target).schema == step_report.SAMPLES


@given(st.text(alphabet="ab", max_size=9), st.text(alphabet="ab", max_size=9), st.integers(0, 3000))
def test_what_is_shown_begins_before_the_first_difference(old: str, new: str, length: int) -> None:
    start, before, after = shown("c" * length + old, "c" * length + new)
    assert start == max(0, length + len(_common(old, new)) - BEFORE)
    assert before == ("c" * length + old)[start : start + SHOWN]
    assert after == ("c" * length + new)[start : start + SHOWN]


def _common(one: str, other: str) -> str:
    count = 0
    while count < min(len(one), len(other)) and one[count] == other[count]:
        count += 1
    return one[:count]
