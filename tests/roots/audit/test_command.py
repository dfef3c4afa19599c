"""roots audit: a sheet is drawn, labelled, read back; nothing half taken, nothing written over, nothing shown twice."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from catalog.document import document_id
from lang_params.params import load
from pipelines import storage
from roots.audit.record import draws, path
from tests.roots.audited import cells, judged, label, rows
from tests.roots.made import Ended

Roots = Callable[..., Ended]

CAUSES = {str(row["id"]): row["dropped_by"] for row in rows()}


def truth(id: str, _: str) -> str:
    """A speaker who finds what filters dropped bad, but for two of ten, and one of fifteen of what is kept."""
    number = int(id[:8], 16)
    if CAUSES[id] is None:
        return "bad" if number % 15 == 0 else "g"
    return "good" if number % 5 == 0 else "B"


@pytest.fixture
def work(tmp_path: Path) -> str:
    folder = str(tmp_path / "work")
    judged(folder, {"big": rows()})
    return folder


@pytest.fixture
def sheet(work: str, tmp_path: Path, roots: Roots) -> Path:
    """A sheet of 100 documents."""
    ended = roots("audit", work, "--lang", "yor_Latn", "--n", 100, "--sheet", tmp_path / "yo.csv")
    assert (ended.code, ended.err) == (0, "")
    return tmp_path / "yo.csv"


def test_what_was_drawn_is_said_and_nothing_else_of_the_folder_is_changed(
    work: str, tmp_path: Path, roots: Roots
) -> None:
    before = {each: each.read_bytes() for each in Path(work).rglob("*") if each.is_file()}
    ended = roots(
        "audit", work, "--lang", "yo", "--n", 100, "--sheet", tmp_path / "a.csv", "--html", tmp_path / "a.html"
    )
    assert "Yoruba (yo): 100 documents of 475, drawn with seed 0: 50 of 400 kept, 3 of 3 number_words" in ended.out
    assert f"next: when it is labelled, roots audit {work} --lang yo --read {tmp_path / 'a.csv'}" in ended.out
    assert "give it only to the speaker" in ended.out
    after = {each: each.read_bytes() for each in Path(work).rglob("*") if each.is_file()}
    assert {each.relative_to(work).as_posix() for each in after.keys() - before.keys()} == {"audits/yo.json"}
    assert {each: after[each] for each in before} == before


def test_the_sheet_does_not_show_what_became_of_a_document(sheet: Path) -> None:
    header, *found = cells(sheet)
    assert header == ["number", "id", "text", "label", "note"]
    assert {cell for row in found for cell in row[3:]} == {""}
    kept = [CAUSES[row[1]] is None for row in found]
    assert sum(kept) == 50
    assert 12 <= sum(kept[:50]) <= 38


def test_labels_come_back_as_precision_and_recall(sheet: Path, work: str, roots: Roots) -> None:
    ended = roots("audit", work, "--lang", "yo", "--read", label(sheet, truth), "--by", "Adé Olú")
    assert (ended.code, ended.err) == (0, "")
    assert "Audit of Yoruba (yo)" in ended.out
    assert "Labels by Adé Olú: " in ended.out
    found = json.loads(roots("audit", work, "--lang", "yo", "--json").out)
    stopwords = next(row for row in found["rows"] if row["name"] == "stopwords")
    assert stopwords["documents"] == 60
    wrong = sum(truth(id, "") == "good" for id, cause in CAUSES.items() if cause == "stopwords")
    assert stopwords["precision"][1] <= 1 - wrong / 60 <= stopwords["precision"][2]
    bad = [id for id in CAUSES if truth(id, "").lower() in ("b", "bad")]
    recall = sum(CAUSES[id] is not None for id in bad) / len(bad)
    assert found["chain"]["recall"][1] <= recall <= found["chain"]["recall"][2]
    assert found["labels"].keys() == {row[1] for row in cells(sheet)[1:]}
    said = storage.read_bytes(path(work, "yo")).decode()
    assert "Ọ̀rọ̀" not in said


def test_reading_the_same_sheet_again_writes_the_same_bytes(sheet: Path, work: str, roots: Roots) -> None:
    done = label(sheet, truth)
    roots("audit", work, "--lang", "yo", "--read", done)
    before = storage.read_bytes(path(work, "yo"))
    roots("audit", work, "--lang", "yo", "--read", done)
    assert storage.read_bytes(path(work, "yo")) == before


def test_verdicts_are_those_of_the_ledgers_in_force(sheet: Path, work: str, roots: Roots) -> None:
    limits = {**load("yo").judging(), "stopwords": {"applied": False, "min": 0.1, "max": None}}
    now = [{**row, "dropped_by": None} if row["dropped_by"] == "stopwords" else row for row in rows()]
    judged(work, {"big": now}, limits={"yo": limits})
    ended = roots("audit", work, "--lang", "yo", "--read", label(sheet, truth))
    assert "then, not applied now" in ended.out
    assert "Verdicts are those in force now." in ended.out
    found = json.loads(roots("audit", work, "--lang", "yo", "--json").out)
    assert [row["name"] for row in found["rows"]] == ["number_words", "language_id"]
    assert found["kept"]["documents"] == 460
    assert found["kept"]["labels"] == 85


def test_documents_that_are_gone_since_count_no_more(sheet: Path, work: str, roots: Roots) -> None:
    ids = [row[1] for row in cells(sheet)[1:]]
    judged(work, {"big": [row for row in rows() if row["id"] != ids[0]]})
    ended = roots("audit", work, "--lang", "yo", "--read", label(sheet, truth))
    assert "neither kept nor dropped by a filter now: 1." in ended.out


def test_a_part_of_a_sheet_may_come_back_and_labels_may_be_missing(sheet: Path, work: str, roots: Roots) -> None:
    some = {row[1] for row in cells(sheet)[1:][:40]}
    done = label(sheet, lambda id, _: "u" if id in sorted(some)[:5] else "g" if id in some else "")
    assert "5 unsure and 60 without a label are left out, " in roots("audit", work, "--lang", "yo", "--read", done).out
    found = cells(done)
    done.write_text(
        "\n".join(",".join([*row[:2], row[2] if row[2] == "text" else "", *row[3:]]) for row in found[:41]),
        encoding="utf-8",
    )
    assert "5 unsure and 60 without a label are left out, " in roots("audit", work, "--lang", "yo", "--read", done).out


def test_several_sheets_of_one_language_are_told_apart(sheet: Path, work: str, tmp_path: Path, roots: Roots) -> None:
    other = tmp_path / "other.csv"
    roots("audit", work, "--lang", "yo", "--n", 40, "--sheet", other)
    assert roots("audit", work, "--lang", "yo", "--read", label(sheet, truth)).code == 0
    first = draws(work, "yo")[-1]
    assert len(first.ids) == 100
    assert roots("audit", work, "--lang", "yo", "--read", label(other, truth)).code == 0
    assert len(draws(work, "yo")[-1].ids) == 40
    again = tmp_path / "again.csv"
    roots("audit", work, "--lang", "yo", "--n", 100, "--sheet", again)
    assert draws(work, "yo")[-1] == first  # with its labels
    assert again.read_bytes() == sheet.read_bytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("label", "verdict", 1), "row 1: 'verdict' is no column of a sheet"),
        (lambda text: text.replace(",g,", ",fine,", 1), "label 'fine': allowed are good, bad, unsure"),
        (
            lambda text: text + f"999,{document_id('x', 'x', 1)},x,g,\n",
            "is not of a document that was drawn in",
        ),
    ],
)
def test_a_wrong_sheet_changes_nothing(
    change: Callable[[str], str], message: str, sheet: Path, work: str, roots: Roots
) -> None:
    done = label(sheet, truth)
    done.write_text(change(done.read_text(encoding="utf-8-sig")), encoding="utf-8")
    before = storage.read_bytes(path(work, "yo"))
    ended = roots("audit", work, "--lang", "yo", "--read", done)
    assert (ended.code, ended.out) == (2, "")
    assert f"error: {done}: row " in ended.err
    assert message in ended.err
    assert storage.read_bytes(path(work, "yo")) == before


def test_a_foreign_id_is_named_with_its_row(sheet: Path, work: str, roots: Roots) -> None:
    done = label(sheet, truth)
    foreign = document_id("big", "sw", 1)
    text = done.read_text(encoding="utf-8-sig").replace(cells(sheet)[3][1], foreign)
    done.write_text(text, encoding="utf-8")
    assert f"row 4: id '{foreign}': is not of a document" in roots("audit", work, "--lang", "yo", "--read", done).err


def test_a_sheet_without_labels(sheet: Path, work: str, roots: Roots) -> None:
    ended = roots("audit", work, "--lang", "yo", "--read", sheet)
    assert (ended.code, "holds no label yet; write into the column label: good, bad" in ended.err) == (2, True)


def test_a_sheet_that_is_there_is_not_written_over(sheet: Path, work: str, roots: Roots) -> None:
    before = sheet.read_bytes()
    ended = roots("audit", work, "--lang", "yo", "--sheet", sheet)
    assert (ended.code, "is there already, perhaps with labels in it" in ended.err) == (2, True)
    assert sheet.read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--read", "x.csv", "--html", "x.html"], "--read x.csv: reads labels, and --sheet and --html draw documents"),
        (["--sheet", "x.csv", "--by", "Adé"], "--by Adé: names who gave the labels; give it with --read"),
        (["--read", "x.csv"], "x.csv: there is no such file; give the sheet"),
        ([], "no labels in Yoruba (yo) were read yet, 0 sheets drawn; give --sheet FILE or --html FILE"),
        (["--n", "5", "--sheet", "x.csv"], "5 is not in the range 10<=x<=2000"),
    ],
)
def test_a_wish_that_cannot_be_met(arguments: list[str], message: str, work: str, roots: Roots) -> None:
    ended = roots("audit", work, "--lang", "yo", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err


def test_labels_for_which_nothing_was_drawn(sheet: Path, work: str, roots: Roots) -> None:
    storage.remove(path(work, "yo"))
    ended = roots("audit", work, "--lang", "yo", "--read", label(sheet, truth))
    assert (
        f"no sheet was drawn in Yoruba (yo) from {work}; roots audit {work} --lang yo --sheet FILE draws" in ended.err
    )


def test_few_documents_are_all_taken_and_that_is_said(tmp_path: Path, roots: Roots) -> None:
    work = str(tmp_path / "work")
    judged(work, {"big": rows({None: 7, "stopwords": 2})})
    ended = roots("audit", work, "--lang", "yo", "--sheet", tmp_path / "yo.csv", "--separator", ";")
    assert "these are all that there are; 200 were asked for" in ended.out
    done = label(tmp_path / "yo.csv", lambda id, text: "bad" if "stopwords" in text else "good", ";")
    ended = roots("audit", work, "--lang", "yo", "--read", done)
    assert "0.0% (all known) (7 documents, 7 labels)" in ended.out
    assert "100.0% (all known)" in ended.out


def test_the_work_folder_may_be_left_out(
    work: str, tmp_path: Path, roots: Roots, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ROOTS_WORK", work)
    ended = roots("audit", "--lang", "yo", "--sheet", tmp_path / "yo.csv")
    assert (ended.code, f"work folder: {work}" in ended.err) == (0, True)
    ended = roots("audit", "--work", work, "--lang", "yo", "--sheet", tmp_path / "two.csv")
    assert (ended.code, ended.err) == (0, "")
    ended = roots("audit", work, "--work", work, "--lang", "yo")
    assert (ended.code, "give the one or the other" in ended.err) == (2, True)


def test_sources_left_out_are_said(tmp_path: Path, roots: Roots) -> None:
    work = str(tmp_path / "work")
    closed = [{**row, "id": document_id("c", "x", place)} for place, row in enumerate(rows({None: 30}))]
    judged(work, {"big": rows({None: 20}), "closed_one": closed})
    ended = roots("audit", work, "--lang", "yo", "--sheet", tmp_path / "yo.csv")
    assert "left out: closed_one: the text may be given to nobody" in ended.out
    assert "20 of 20 kept" in ended.out
    storage.write_bytes(storage.join(work, ".run", "x"), b"")
    ended = roots("audit", work, "--lang", "yo", "--hidden", "--sheet", tmp_path / "all.csv")
    assert "50 of 50 kept" in ended.out
    assert "warning: the last run in this folder has not ended" in ended.err
