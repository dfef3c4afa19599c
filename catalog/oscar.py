"""The connector for OSCAR: JSON lines with the headers of the crawl's record beside each text."""

from collections.abc import Iterator
from typing import Any, BinaryIO

from catalog.catalogue import json_records, text_field
from catalog.catalogue import place as named_place
from catalog.entry import Entry
from catalog.record import Record

SUFFIXES = (".jsonl", ".jsonl.gz", ".jsonl.zst")
"""What the connector reads. OSCAR 21.09 as first published (a text file and a file of headers that names line
ranges of it) has to be joined first, as its loader on the Hugging Face Hub does."""


def records(entry: Entry, handle: BinaryIO, name: str) -> Iterator[Record]:
    """Documents and bad records of one file, in its order; see catalogue.records."""
    return json_records(entry, handle, name, place)


def place(entry: Entry, fields: dict[str, Any]) -> tuple[str | None, str | None]:
    """URL and language of a record.

    21.09 (schema 1.1) has `id, text, meta: {headers: {warc-target-uri, ...}, offset, nb_sentences}`; 22.01 (schema 2)
    `content, warc_headers, metadata: {identification: {label}}`, which its Hub loader puts under `meta`. The URL is
    the header warc-target-uri. The language is the first there is of: the field the entry names; the label OSCAR
    identified; the entry's one language (a file of 21.09 is all in one); the first of the languages Common Crawl
    found (warc-identified-content-language, in ISO 639-3).

    >>> from catalog.sources import entry_for_files
    >>> headers = {"warc-target-uri": "https://yo.example/1", "warc-identified-content-language": "yor,eng"}
    >>> place(entry_for_files([], None), {"id": 1, "text": "Ẹ káàbọ̀", "meta": {"headers": headers}})
    ('https://yo.example/1', 'yor')
    """
    holders = [fields, _object(fields, "meta"), _object(fields, "metadata")]
    headers: dict[str, Any] = {}
    label = None
    for holder in holders:
        headers = headers or _object(holder, "headers") or _object(holder, "warc_headers")
        label = label or text_field(_object(holder, "identification"), "label")
    url, lang = named_place(entry, fields)
    named = text_field(fields, entry.data.lang)
    crawl = (text_field(headers, "warc-identified-content-language") or "").split(",")[0] or None
    return url or text_field(headers, "warc-target-uri"), named or label or lang or crawl


def _object(fields: dict[str, Any], name: str) -> dict[str, Any]:
    value = fields.get(name)
    return value if isinstance(value, dict) else {}
