"""What judging again prints: limits, documents in and out and by what, what is still that of before."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from roots import rejudge_view
from roots.rejudge import InForce, Rejudged
from roots.verdict_changes import Change

APPLIED = {"applied": True, "min": 0.16, "max": None}
BEFORE = InForce(
    "k1",
    "s",
    {"yo": {"stopwords": APPLIED}, "en": {"stopwords": APPLIED}},
    {},
    [["yo", None, 3, 3_000], ["yo", "stopwords", 9, 900], ["en", None, 5, 500], [None, "error:read", 1, 0]],
)
AFTER = replace(
    BEFORE,
    key="k2",
    limits={**BEFORE.limits, "yo": {"stopwords": {**APPLIED, "min": 0.05}}},
    counts=[["yo", None, 7, 3_400], ["yo", "stopwords", 5, 500], ["en", None, 5, 500], [None, "error:read", 1, 0]],
)
CHANGES = (
    Change("yo", "duplicate", None, 1, 100),
    Change("yo", "stopwords", None, 5, 1_500),
    Change("yo", None, "duplicate", 2, 1_200),
    Change("yo", "stopwords", "language_id", 1_000, 9),
)
DONE = Rejudged({"yo": "Yoruba", "en": "English"}, BEFORE, AFTER, CHANGES, command="roots build r.toml --work w")


def shown(done: Rejudged, capsys: pytest.CaptureFixture[str]) -> tuple[list[list[str]], Any]:
    """The rows of its tables as cells, and all that was printed."""
    rejudge_view.show(done)
    said = capsys.readouterr()
    rows = [[cell.strip() for cell in line.strip("│┃").replace("┃", "│").split("│")] for line in said.out.splitlines()]
    return [row for row in rows if len(row) > 1], said


def test_limits_and_documents_stand_with_what_they_were(capsys: pytest.CaptureFixture[str]) -> None:
    rows, said = shown(DONE, capsys)
    assert rows == [
        ["language", "filter", "before", "now"],
        ["Yoruba (yo)", "stopwords", "0.16 or more", "0.05 or more"],
        ["language", "kept before", "kept now", "newly kept", "newly dropped"],
        ["Yoruba (yo)", "3 (3.0 kB)", "7 (3.4 kB)", "6 (1.6 kB)", "2 (1.2 kB)"],
        ["were dropped by duplicate", "", "", "1 (0.1 kB)", ""],
        ["were dropped by stopwords", "", "", "5 (1.5 kB)", ""],
        ["are dropped by duplicate", "", "", "", "2 (1.2 kB)"],
    ]
    assert said.out.splitlines()[-3:] == [
        "1 copy took the place of one that was kept and is not kept now",
        "2 documents gave way to a copy that is kept now in the place of it",
        "1,000 documents stayed out, dropped by something else than before",
    ]
    assert said.err == ""


def test_a_filter_that_is_not_applied_any_more_is_said_so(capsys: pytest.CaptureFixture[str]) -> None:
    off = replace(AFTER, limits={"yo": {"stopwords": {**APPLIED, "applied": False}}})
    rows, _ = shown(replace(DONE, after=off, changes=()), capsys)
    assert rows[1] == ["Yoruba (yo)", "stopwords", "0.16 or more", "not applied"]


def test_nothing_is_one_line_and_what_was_not_asked_for_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    same = replace(DONE, after=BEFORE, changes=())
    assert shown(same, capsys)[1].out == "nothing changed: the verdicts are those that these limits give\n"
    assert shown(replace(same, held=["en"]), capsys)[1].out.splitlines()[0] == (
        "not asked for, and as before though the parameters have other limits: English (en); roots build takes them"
    )


def test_verdicts_may_be_others_though_no_limit_is(capsys: pytest.CaptureFixture[str]) -> None:
    _, said = shown(replace(DONE, after=replace(BEFORE, key="k2")), capsys)
    assert said.out.startswith("no limit changed of a language of which there are documents; something else decides")


def test_what_could_not_be_compared_is_pointed_out(capsys: pytest.CaptureFixture[str]) -> None:
    _, said = shown(replace(DONE, unknown=2), capsys)
    assert said.err.startswith("look at this: 2 shards could not be compared")


def test_the_next_step_is_named_where_there_is_a_corpus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rejudge_view.after(DONE, str(tmp_path))
    (tmp_path / "corpus").mkdir()
    rejudge_view.after(replace(DONE, after=BEFORE), str(tmp_path))
    assert capsys.readouterr().out == ""
    rejudge_view.after(DONE, str(tmp_path))
    said = "corpus/, cards/ and tokens/ are those of before: roots build r.toml --work w brings them up to date\n"
    assert capsys.readouterr().out == said
