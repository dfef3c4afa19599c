"""The sheet of an audit: a CSV file that a spreadsheet opens, in which a speaker labels texts, and its reading back.

It is UTF-8 with a byte order mark, by which Excel knows the encoding. A cell that a spreadsheet would take for a
formula or a number begins with an apostrophe, which reading takes away again. Only ids and labels are read; texts and
notes are for the speaker. So it does no harm that Excel saves as CSV in an encoding of the country, with semicolons
between cells: ids and labels are ASCII, and of a text that is read as something else nothing is taken. A sheet is
refused as a whole, with file, row and value, or taken as a whole.
"""

import csv
import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from pipelines import storage
from roots.audit.record import LABELS, AuditError
from roots.removals import HEX

COLUMNS = ("number", "id", "text", "label", "note")
"""The header of a sheet."""

SEPARATORS = (",", ";", "\t")
"""What may stand between cells: spreadsheets of many countries write semicolons."""

LARGEST = 64_000_000
"""Bytes of a sheet that is read, at most: four times what 2,000 documents take in a script of three bytes a letter."""

HEAD = 100_000
"""Characters of a sheet among which its header is looked for."""

MOST_ABOVE = 20
"""Rows among which its header is looked for; what is to be done stands in one above it, and rows may be empty."""

ALLOWED = ", ".join(LABELS) + ", their first letters, or nothing"
"""What may stand in the column label, in any case of letters."""

_ACTING = re.compile(r"['=+\-@＝＋－＠\t\r]|\d+(?:[eE]\d+)?\Z")
"""What begins a formula (OWASP, CSV injection), an escaped cell, or is a whole number to a spreadsheet: an id of 32
digits, one of them perhaps an e, would come back rounded."""


@dataclass(frozen=True)
class Labelled:
    """A document of a sheet that was read: its row as a spreadsheet counts, its id, its label; "" for none."""

    row: int
    id: str
    label: str


def harmless(cell: str) -> str:
    """A cell that no spreadsheet acts upon; `plain` gives back what it was.

    >>> harmless("=1+1"), harmless("ẹ̀kọ́"), harmless("'tis"), harmless("-- Kí ni?")
    ("'=1+1", 'ẹ̀kọ́', "''tis", "'-- Kí ni?")
    """
    return f"'{cell}" if _ACTING.match(cell) else cell


def plain(cell: str) -> str:
    """What a cell held before it was made harmless; of a speaker's own cell, the cell.

    >>> plain(harmless("=1+1")), plain("'tis"), plain("good")
    ('=1+1', "'tis", 'good')
    """
    return cell[1:] if cell[:1] == "'" and _ACTING.match(cell[1:]) else cell


def instructions(language: str, documents: int) -> str:
    """What a speaker is asked to do, in a few sentences; the first line of a sheet and the head of the page."""
    return (
        f"{documents:,} texts that may be in {language}, drawn at random. Write into the column label of each: good, "
        f"or g, for a text that belongs in a collection of {language} from which a computer learns the language; bad, "
        "or b, for one that does not, because it is in another language, or no sentences but lists, menus or numbers, "
        "or broken, or made by a machine, or obscene advertising; unsure, or u, where you cannot tell. Leave empty "
        "what you did not read. Judge the text, not what it says. What stands as PI:EMAIL or the like was personal "
        "data. Notes are for you. Save as CSV in UTF-8."
    )


def write(rows: Sequence[tuple[str, str]], says: str, separator: str = ",") -> bytes:
    """A sheet of ids and texts, numbered; its first row says what is to be done."""
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([f"# {says}"])
    writer.writerow(COLUMNS)
    for number, (id, text) in enumerate(rows, 1):
        writer.writerow([number, harmless(id), harmless(text), "", ""])
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def read(path: str) -> list[Labelled]:
    """The ids and labels of a sheet. Raises AuditError naming file, row, value and what is allowed."""
    rows = _rows(path, _text(path))
    number, header = next(((number, row) for number, row in rows if not _says(row)), (1, []))
    columns = _columns(path, number, header)
    found: dict[str, Labelled] = {}
    for number, row in rows:
        if any(cell.strip() for cell in row[len(header) :]):
            raise AuditError(
                f"{path}: row {number}: has {len(row)} cells where the header has {len(header)}; take out what stands "
                "too much, or put a text with a separator in it between quotation marks"
            )
        cells = {name: row[at].strip() if at < len(row) else "" for name, at in columns.items()}
        each = Labelled(number, plain(cells["id"]).lower(), _label(path, number, plain(cells["label"])))
        if not each.id:
            raise AuditError(f"{path}: row {number}: has no id; put back what stood there, or take the row out")
        if each.id in found:
            before = found[each.id].row
            raise AuditError(
                f"{path}: row {number}: id {called(each.id)}: stands in row {before} already; leave one of them"
            )
        found[each.id] = each
    if not found:
        raise AuditError(f"{path}: holds no document; give the sheet that roots audit --sheet wrote, with labels in it")
    return list(found.values())


def _text(path: str) -> str:
    size = storage.size(path)
    if size is None:
        raise AuditError(f"{path}: there is no such file; give the sheet that roots audit --sheet wrote")
    if size > LARGEST:
        raise AuditError(f"{path}: has {size:,} bytes, allowed are {LARGEST:,}; is it a sheet of roots audit?")
    data = storage.read_bytes(path)
    if data[:4] == b"PK\x03\x04":
        raise AuditError(f"{path}: is a workbook of a spreadsheet; save it there as CSV, and give that file")
    wide = data[:2] in (BOM_UTF16_LE, BOM_UTF16_BE)
    try:
        return data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        if wide or b"\0" in data:
            row = data.count(b"\n", 0, error.start) + 1
            what = f"line {row}: byte 0x{data[error.start]:02x} is not valid in UTF-{16 if wide else 8}"
            raise AuditError(f"{path}: {what}; save it as CSV in UTF-8 (in Excel: CSV UTF-8)") from None
    # Whatever the encoding, its letters of ASCII and what stands between cells are where they are in this one.
    return data.decode("latin-1")


def _rows(path: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that hold anything, with their numbers as a spreadsheet counts."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    number = 0
    try:
        for number, row in enumerate(reader, 1):
            if any(cell.strip() for cell in row):
                yield number, row
    except csv.Error as error:
        raise AuditError(f"{path}: row {number + 1}: is not CSV ({error}); save it as CSV again") from None


def _says(row: Sequence[str]) -> bool:
    """Whether a row only says what is to be done."""
    return next(filter(None, map(str.strip, row)), "").startswith("#")


def _separator(text: str) -> str:
    """What stands between the cells: that with which the header names most columns."""
    return max(SEPARATORS, key=lambda separator: _named(text, separator))


def _named(text: str, separator: str) -> int:
    """How many columns of a sheet the header names, if this is what stands between cells."""
    reader = csv.reader(io.StringIO(text[:HEAD], newline=""), delimiter=separator)
    try:
        rows = (row for row in islice(reader, MOST_ABOVE) if any(map(str.strip, row)) and not _says(row))
        return len({name.strip().lower() for name in next(rows, [])} & {*COLUMNS})
    except csv.Error:
        return 0


def _columns(path: str, number: int, header: Sequence[str]) -> Mapping[str, int]:
    """Where each column stands. They may be in any order."""
    names = [name.strip().lower() for name in header]
    wanted = ", ".join(COLUMNS)
    for at, name in enumerate(names):
        if name and name not in COLUMNS:
            raise AuditError(
                f"{path}: row {number}: {_short(header[at])} is no column of a sheet; allowed are {wanted}"
            )
        if name and name in names[:at]:
            raise AuditError(f"{path}: row {number}: the column {name!r} stands twice; leave one of them")
    if missing := [name for name in COLUMNS if name not in names]:
        raise AuditError(f"{path}: row {number}: the column {missing[0]!r} is missing; a sheet has {wanted}")
    return {name: names.index(name) for name in COLUMNS}


def _label(path: str, number: int, cell: str) -> str:
    known = {"": "", **{name: name for name in LABELS}, **{name[0]: name for name in LABELS}}
    if cell.lower() not in known:
        raise AuditError(f"{path}: row {number}: label {_short(cell)}: allowed are {ALLOWED}")
    return known[cell.lower()]


def called(id: str) -> str:
    """An id as an error shows it; what is none, as any cell."""
    return repr(id) if HEX.fullmatch(id) else _short(id)


def _short(cell: str) -> str:
    """A cell as an error shows it; of a longer one, which may be the text of a document, only how long it is."""
    return repr(cell) if len(cell) <= 20 else f"of {len(cell):,} characters"
