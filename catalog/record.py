"""Record: what a reader takes from a file before it is a row, and how records become Arrow batches."""

import base64
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from catalog.document import RECORDS, content_hash, document_id

MAX_BYTES = 16 * 2**20
"""A line, a WARC record or a cell over 16 MiB is a bad record. ROOTS set no limit and lost whole jobs to single
records; the longest books of Project Gutenberg are under 10 MB."""

BATCH_DOCUMENTS = 1000
"""Rows in a batch at most: the batch size of the PII step of ROOTS."""

BATCH_BYTES = 8 * 2**20
"""Text and meta of a batch in bytes, about: a batch is closed before the row that would pass this."""

MAX_DEPTH = 100
"""Levels of lists and objects in a record. Python's own limit depends on how deep the caller already is, so the
same line could be read on one runner and not on another."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of an input: a document, or (with `lost` and `reason`) a record that is none.

    `offset` is what the id is made of: see document_id.
    """

    offset: int
    text: str = ""
    source_id: str | None = None
    url: str | None = None
    meta: str = "{}"
    lang: str | None = None
    lost: str | None = None
    reason: str | None = None
    signals: tuple[str, ...] = ()
    harmful_perplexity: float | None = None


def bad_record(offset: int, reason: str) -> Record:
    """A record that could not be read, with the reason in plain words, never its content.

    >>> bad_record(17, "line is not valid UTF-8").lost
    'error:read'
    """
    return Record(offset, lost="error:read", reason=reason)


def checked(record: Record) -> Record:
    """The record, or a bad one when a column of it is no valid Unicode.

    A lone surrogate (half of a UTF-16 pair, which JSON can write as an escape) has no UTF-8 form.

    >>> checked(Record(0, text="Ẹ káàbọ̀")).lost is None
    True
    >>> checked(Record(0, text="broken \\ud800")).reason
    'text is not valid Unicode: it holds half of a surrogate pair'
    """
    for name in ("text", "source_id", "url", "lang", "meta"):
        value = getattr(record, name)
        if value is None or value.isascii():
            continue
        try:
            value.encode()
        except UnicodeEncodeError:
            return bad_record(record.offset, f"{name} is not valid Unicode: it holds half of a surrogate pair")
    return record


def meta_json(fields: Mapping[str, Any]) -> str:
    """Fields of a record as one JSON object, in their own order: the `meta` of a document.

    What JSON cannot say is written in the nearest form: NaN and the infinities as null, bytes in base64, dates in
    ISO 8601, other objects as their text. Half a surrogate pair is kept as an escape.

    >>> meta_json({"titre": "Là", "score": float("nan")})
    '{"titre":"Là","score":null}'
    """
    if not fields:
        return "{}"
    try:
        text = _JSON.encode(fields)
    except ValueError:
        fields = _finite(fields)
        text = _JSON.encode(fields)
    try:
        text.encode()
    except UnicodeEncodeError:
        return _ASCII_JSON.encode(fields)
    return text


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    isoformat = getattr(value, "isoformat", None)
    return isoformat() if isoformat is not None else str(value)


_JSON, _ASCII_JSON = (
    json.JSONEncoder(ensure_ascii=ascii_only, allow_nan=False, separators=(",", ":"), default=_plain)
    for ascii_only in (False, True)
)


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value


def too_deep(value: object) -> bool:
    """True when lists and objects stand in one another more than MAX_DEPTH deep.

    >>> too_deep({"meta": {"tags": ["a", "b"]}})
    False
    """
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            item
            for holder in level
            if isinstance(holder, dict | list)
            for item in (holder.values() if isinstance(holder, dict) else holder)
            if isinstance(item, dict | list)
        ]
        if not level:
            return False
    return True


def batches(records: Iterable[Record], source: str, name: str) -> Iterator[pa.RecordBatch]:
    """Batches of the schema RECORDS: at most BATCH_DOCUMENTS rows, about BATCH_BYTES of text and meta.

    Where a batch ends depends on nothing but the records, so a file gives the same batches every time.
    """
    rows: list[tuple[Record, bytes]] = []
    held = 0
    for record in records:
        text = record.text.encode()
        size = len(text) + len(record.meta)
        if rows and (len(rows) == BATCH_DOCUMENTS or held + size > BATCH_BYTES):
            yield _batch(rows, source, name)
            rows, held = [], 0
        rows.append((record, text))
        held += size
    if rows:
        yield _batch(rows, source, name)


def _batch(rows: list[tuple[Record, bytes]], source: str, name: str) -> pa.RecordBatch:
    texts = [text for _, text in rows]
    columns = {
        "id": [document_id(source, name, row.offset) for row, _ in rows],
        "source_id": [row.source_id for row, _ in rows],
        "source": [source] * len(rows),
        "url": [row.url for row, _ in rows],
        "content_hash": [content_hash(text) for text in texts],
        "text": texts,
        "meta": [row.meta for row, _ in rows],
        "lang": [row.lang for row, _ in rows],
        "lost": [row.lost for row, _ in rows],
        "reason": [row.reason for row, _ in rows],
        "signals": [row.signals or None for row, _ in rows],
        "harmful_perplexity": [row.harmful_perplexity for row, _ in rows],
    }
    return pa.RecordBatch.from_arrays([pa.array(columns[field.name], field.type) for field in RECORDS], schema=RECORDS)
