"""The connector for catalogued datasets: JSON lines, Parquet, Arrow, and text files of one document each."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from catalog.entry import Entry
from catalog.lines import BOM, lines
from catalog.record import MAX_BYTES, MAX_DEPTH, Record, bad_record, checked, meta_json, too_deep
from catalog.streams import Damage, Part, pieces, stretch

SUFFIXES = (
    ".jsonl",
    ".jsonl.gz",
    ".jsonl.zst",
    ".parquet",
    ".arrow",
    ".txt",
    ".txt.gz",
    ".txt.zst",
)
"""What the connector reads. A text file is one document, compressed or not."""

Make = Callable[[Entry, int, dict[str, Any]], Record]
"""What makes a record of an offset and the fields that stand there."""


def records(entry: Entry, handle: BinaryIO, name: str, part: Part | None = None) -> Iterator[Record]:
    """Documents and bad records of a file, or of a part of it, in its order. No content, however broken, is an error.

    A text file has no parts.
    """
    lower = name.lower()
    if lower.endswith((".jsonl", ".jsonl.gz", ".jsonl.zst")):
        return json_records(entry, handle, name, record_of, part)
    if lower.endswith((".parquet", ".arrow")):
        from catalog.tables import arrow_records, parquet_records

        read = parquet_records if lower.endswith(".parquet") else arrow_records
        return read(entry, handle, part)
    return _text_record(entry, handle, name)


def json_records(entry: Entry, handle: BinaryIO, name: str, make: Make, part: Part | None = None) -> Iterator[Record]:
    """One record a line that is not blank; the offset is the line's in the uncompressed stream."""
    part = part or Part()
    for line in lines(stretch(handle, name, part), first=part.first, end=part.end):
        if line.fault is not None:
            yield bad_record(line.offset, line.fault)
            continue
        value = parse(line.data)
        if isinstance(value, str):
            yield bad_record(line.offset, value)
        else:
            record = make(entry, line.offset, value)
            # Only an escape can bring what is no valid Unicode into a line that was read as UTF-8.
            yield checked(record) if b"\\u" in line.data else record


def parse(line: bytes) -> dict[str, Any] | str:
    """The JSON object in a line, or the reason why there is none, without any of the line's content.

    More lenient than RFC 8259 in two points: control characters (NUL among them) may stand in strings as they are,
    and NaN and the infinities are read, as null.

    >>> parse('{"text": "Ẹ káàbọ̀"}'.encode())
    {'text': 'Ẹ káàbọ̀'}
    >>> parse(b'{"text": "Ek')
    'not valid JSON: character 10 of the line'
    """
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        return f"not valid UTF-8: byte {error.start + 1} of the line"
    try:
        value = _DECODER.decode(text)
    except json.JSONDecodeError as error:
        return f"not valid JSON: character {error.pos + 1} of the line"
    except RecursionError:
        return f"lists and objects are nested more than {MAX_DEPTH} deep"
    except ValueError:
        return "a number has more digits than Python reads (4300)"
    if not isinstance(value, dict):
        return f"the line is a JSON {_kind(value)}, not an object"
    if too_deep(value):
        return f"lists and objects are nested more than {MAX_DEPTH} deep"
    return value


_DECODER = json.JSONDecoder(strict=False, parse_constant=lambda _: None)


def record_of(entry: Entry, offset: int, fields: dict[str, Any]) -> Record:
    """The record with the document its fields hold, or a bad one that says which field is wrong.

    URL and language are in the fields the entry names; a record without a language is in the entry's only one.
    """
    record = document_of(entry, offset, fields, entry.data.text)
    if record.lost is not None:
        return record
    lang = text_field(fields, entry.data.lang) or entry.language
    return replace(record, url=text_field(fields, entry.data.url), lang=lang)


def document_of(entry: Entry, offset: int, fields: dict[str, Any], name: str) -> Record:
    """The record with its text, which is the field `name`, its own id and its other fields; or a bad one.

    The text and the id leave `meta`; all other fields stay there as they are, also those that give URL and language.
    An id that is a number stays there too, as the number it is; of any other kind, it stays and the document has none.
    """
    if name not in fields:
        return bad_record(offset, f"the record has no field {name!r}")
    text = fields[name]
    if not isinstance(text, str):
        return bad_record(offset, f"the field {name!r} is a JSON {_kind(text)}, not a string")
    own = fields.get(entry.data.id) if entry.data.id else None
    source_id = str(own) if isinstance(own, str | int | float) and not isinstance(own, bool) else None
    used = {name, entry.data.id} if isinstance(own, str) else {name}
    meta = {key: value for key, value in fields.items() if key not in used}
    return Record(offset, text, source_id, meta=meta_json(meta))


def text_field(fields: dict[str, Any], name: str) -> str | None:
    """The field's text; None when there is no such field, or it is empty or no text."""
    value = fields.get(name) if name else None
    return value if isinstance(value, str) and value else None


def _kind(value: object) -> str:
    if value is None:
        return "null"
    names = {bool: "true or false", int: "number", float: "number", str: "string", list: "list", dict: "object"}
    return names.get(type(value), type(value).__name__)


def _text_record(entry: Entry, handle: BinaryIO, name: str) -> Iterator[Record]:
    """The one document of a text file; its own id is the file's name, CR LF becomes LF. An empty file has none."""
    content = bytearray()
    try:
        for piece in pieces(handle, name):
            content += piece
            if len(content) > MAX_BYTES:
                yield bad_record(0, f"the text is over the limit of {MAX_BYTES} bytes")
                return
    except Damage as damage:
        yield bad_record(0, str(damage))
        return
    if not content:
        return
    try:
        text = content.removeprefix(BOM).decode().replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        yield bad_record(0, f"not valid UTF-8: byte {error.start + 1} of the file")
        return
    yield Record(0, text, source_id=name, lang=entry.language)
