"""The table of identifiers: every language has its row, also one without text."""

import json
import sys
from pathlib import Path

import pytest

from lang_params.languages import codes
from tests import identification
from tests.corpora import DEMO

ARTICLES = str(DEMO / "data" / "udhr_articles.jsonl.gz")


def test_a_row_for_each_language_and_limits(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    limits = tmp_path / "limits.json"
    monkeypatch.setattr(sys, "argv", ["-", "--sentences", ARTICLES, "--other", ARTICLES, "--limits", str(limits)])
    identification.main()
    table, few = capsys.readouterr().out.split("\n\n")
    rows = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in table.splitlines()[2:]]
    assert [row[0] for row in rows] == codes()
    assert {len(row) for row in rows} == {14}
    [kikuyu] = [row for row in rows if row[0] == "ki"]
    assert kikuyu[1:-4] == ["roots", *["–"] * 7, "–"]
    [yoruba] = [row for row in rows if row[0] == "yo"]
    assert yoruba[4] == "100"
    assert yoruba[8] == "100 of 16"
    assert few == "Fewer than 10 other texts: Assamese, Kikuyu, Odia, Tumbuka.\n"
    found = json.loads(limits.read_text(encoding="utf-8"))
    assert list(found) == codes()
    assert 0.3 <= found["yo"]["roots"] <= 0.9
    assert found["ki"] == {}
