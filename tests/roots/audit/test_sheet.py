"""A sheet goes through a spreadsheet and comes back; one that is wrong is refused with file and row."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roots.audit.record import AuditError
from roots.audit.sheet import LARGEST, Labelled, harmless, instructions, plain, read, write
from tests.roots.audited import cells

IDS = ["a" * 32, "1e" + "2" * 30, "12345678901234567890123456789012"]
TEXTS = ['=HYPERLINK("x"), "dáa"\nìlà kejì;\tó', "كتاب جديد\n+1", "-- @ayo\r\n中文"]


HEADER = "number,id,text,label,note"


def sheet(folder: Path, *lines: str, header: str = HEADER) -> str:
    path = folder / "yo.csv"
    path.write_bytes("\r\n".join([header, *lines]).encode())
    return str(path)


def refused(path: str) -> str:
    with pytest.raises(AuditError) as caught:
        read(path)
    assert str(caught.value).startswith(f"{path}: ")
    return str(caught.value).removeprefix(f"{path}: ")


def test_what_a_spreadsheet_opens(tmp_path: Path) -> None:
    path = tmp_path / "yo.csv"
    path.write_bytes(write(list(zip(IDS, TEXTS, strict=True)), instructions("Yoruba", 3)))
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").startswith('"# 3 texts that may be in Yoruba')
    header, *rows = cells(path)
    assert header == ["number", "id", "text", "label", "note"]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert [row[1] for row in rows] == [IDS[0], f"'{IDS[1]}", f"'{IDS[2]}"]
    assert [plain(row[2]) for row in rows] == TEXTS
    assert not [cell for row in rows for cell in row if cell[:1] in "=+-@\t\r" and cell]


def test_it_comes_back_with_labels_in_any_of_their_forms(tmp_path: Path) -> None:
    path = tmp_path / "yo.csv"
    path.write_bytes(write(list(zip(IDS, TEXTS, strict=True)), "Read them."))
    for separator, words in ((",", ["good", "B", " Unsure "]), (";", ["g", "BAD", ""]), ("\t", ["U", "", "bad"])):
        rows = cells(path)
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, delimiter=separator)
            writer.writerow(["# Read them."])
            writer.writerow(["Number", "ID", "Text", "Label", "Note"])
            writer.writerows([*row[:3], word, "=x; é"] for row, word in zip(rows[1:], words, strict=True))
        found = read(str(path))
        known = {"g": "good", "b": "bad", "u": "unsure", "": ""}
        assert [row.label for row in found] == [known[word.strip().lower()[:1]] for word in words]
        assert [row.id for row in found] == IDS
        path.write_bytes(write(list(zip(IDS, TEXTS, strict=True)), "Read them."))


def test_columns_may_be_in_any_order_and_rows_empty_short_or_padded(tmp_path: Path) -> None:
    path = sheet(tmp_path, "g,aa,,1,,,", "", ",,,,", ",bb", header="label,id,note,number,text,,")
    assert read(path) == [Labelled(2, "aa", "good"), Labelled(5, "bb", "")]


@pytest.mark.parametrize("separator", [",", ";"])
def test_a_semicolon_may_stand_between_cells(separator: str) -> None:
    text = write([("a" * 32, "x")], "says", separator).decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(text.split("\r\n")[1]), delimiter=separator))[1] == "id"


@pytest.mark.parametrize(
    ("header", "lines", "message"),
    [
        ("number,id,text,verdict,note", ["1,a,x,g,"], "row 1: 'verdict' is no column of a sheet; allowed are number,"),
        ("number,id,text,note", ["1,a,x,"], "row 1: the column 'label' is missing; a sheet has number, id, text,"),
        ("number,id,text,label,note,label", ["1,a,x,g,,"], "row 1: the column 'label' stands twice"),
        ("1," + "a" * 32 + ",ọ̀rọ̀,g,", [], "row 1: '1' is no column of a sheet"),
        (
            HEADER,
            ["1,aa,x,g,", "2,bb,x,perhaps,"],
            "row 3: label 'perhaps': allowed are good, bad, unsure, their first",
        ),
        (HEADER, ["1,aa,x,g,", f"2,bb,x,{'ọ' * 99},"], "row 3: label of 99 characters: allowed are good, bad, unsure,"),
        (HEADER, ['1,aa,"one', 'two",g,', "2,AA,x,b,"], "row 3: id 'aa': stands in row 2 already; leave one of them"),
        (HEADER, ["1,aa,x,g,,y"], "row 2: has 6 cells where the header has 5"),
        (HEADER, ["1,aa,x,g,", "3,,Ẹ ṣé!,,"], "row 3: has no id; put back what stood there, or take the row out"),
        (HEADER, [], "holds no document; give the sheet that roots audit --sheet wrote"),
        (HEADER, ['1,aa,"x,g,'], "row 2: is not CSV (unexpected end of data)"),
        (HEADER, ["1,aa," + "x" * 200_000 + ",g,"], "row 2: is not CSV (field larger than"),
    ],
)
def test_a_wrong_sheet_is_refused_with_its_row(header: str, lines: list[str], message: str, tmp_path: Path) -> None:
    assert refused(sheet(tmp_path, *lines, header=header)).startswith(message)


def test_an_error_never_shows_a_text(tmp_path: Path) -> None:
    text = "Ọ̀rọ̀ ìkọ̀kọ̀ tí a kò gbọdọ̀ rí"
    assert text not in refused(sheet(tmp_path, f"1,aa,g,{text},"))
    assert text not in refused(sheet(tmp_path, "1,aa,g,x,", header=f"number,id,text,label,{text}"))
    assert text not in refused(sheet(tmp_path, f"1,{text},aa,g,", f"2,{text},bb,g,"))


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp1258", "gb18030", "shift_jis"])
def test_a_sheet_that_a_spreadsheet_saved_is_read(separator: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "yo.csv"
    order = {"as written": (0, 1, 2, 3, 4), "label first": (3, 1, 0, 4, 2), "what to do in another column": (4, 1, 0)}
    for columns in order.values():
        places = [*columns, *(place for place in range(5) if place not in columns)]
        above = ["# 3 texts, drawn; read them, all"] + [""] * 4
        table = [above, HEADER.split(",")]
        table += [
            [str(row), harmless(id), text, "Good", "é; ạ, 中"]
            for row, (id, text) in enumerate(zip(IDS, TEXTS, strict=True))
        ]
        with path.open("w", encoding=encoding, errors="replace", newline="") as file:
            csv.writer(file, delimiter=separator).writerows([row[at] for at in places] for row in table)
        assert [(row.row, row.id, row.label) for row in read(str(path))] == [
            (place, id, "good") for place, id in enumerate(IDS, 3)
        ]


def test_what_is_no_sheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "yo.csv"
    path.write_bytes(b"number,id,text,label,note\n1,aa,x,g,\n2,bb,\0\xe9t\xe9,g,\n")
    says = "line 3: byte 0xe9 is not valid in UTF-8; save it as CSV in UTF-8 (in Excel: CSV UTF-8)"
    assert refused(str(path)) == says
    path.write_bytes("number,id,text,label,note\n".encode("utf-16")[:-1])
    assert refused(str(path)).startswith("line 1: byte 0x0a is not valid in UTF-16; save it")
    with path.open("wb") as file:
        file.truncate(LARGEST + 1)
    assert refused(str(path)).startswith("has 64,000,001 bytes, allowed are 64,000,000")
    assert refused(str(tmp_path / "none.csv")).startswith("there is no such file")
    path.write_bytes(b"PK\x03\x04\x00\x00")
    assert refused(str(path)) == "is a workbook of a spreadsheet; save it there as CSV, and give that file"
    path.write_bytes(b"\x89PNG\r\n")
    assert "is no column of a sheet" in refused(str(path))


@given(st.text())
def test_a_cell_made_harmless_reads_back_as_it_was(cell: str) -> None:
    assert plain(harmless(cell)) == cell
    assert harmless(cell)[:1] not in ("=", "+", "-", "@", "\t", "\r")
