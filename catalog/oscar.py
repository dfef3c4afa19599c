"""The connector for OSCAR: texts of Common Crawl with the headers of the crawl's record and OSCAR's own annotations.

All its schemas from 21.09 on are read, and which one a record has is seen from the record, so files may be mixed:

| release | file | text | beside it |
|---|---|---|---|
| 21.09 | `fr_part_1.txt.gz` and `fr_meta_part_1.jsonl.gz` | lines of the first | headers, offset, nb_sentences |
| 21.09 | jsonl, as its Hub loader gives it | `text` | `meta` with the same |
| 22.01 | `fr_meta_part_1.jsonl.gz` | `content` | `warc_headers`, `metadata`: label, annotation, lines' languages |
| 23.01 | `fr_meta_part_1.jsonl.zst` | `content` | the same, and harmful_pp, tlsh, quality_warnings, categories |

The Hub loaders of 22.01 and 23.01 give `text` and put the rest under `meta`. Everything but the text stays in the
document's `meta` as it is. Source: OSCAR's documentation (oscar-project.github.io/documentation), schemas 1.1 and 2.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from catalog.catalogue import document_of, json_records, text_field
from catalog.entry import Entry
from catalog.record import Record, bad_record
from catalog.signals import column
from catalog.streams import Part

SUFFIXES = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".txt", ".txt.gz", ".txt.zst", ".parquet", ".arrow")
"""What the connector reads. A text file is read together with its file of metadata: catalog/oscar_parts.py."""

CONTENT = "content"
"""The field of the text in schema 2, whatever field the entry names."""

WARNINGS = ("annotation", "annotations", "quality_warnings")
"""Where quality warnings stand: in 22.01, with its Hub loader, in 23.01."""

HARMFUL = ("harmful_pp", "harmful_ppl")
"""The perplexity of a model of adult text in 23.01, and the name its documentation promises for later releases."""

LABELS = {"multi": "mul", "x-multi": "mul", "als": "gsw"}
"""Labels that mean something else elsewhere. A multilingual document declares ISO 639's `mul`, which is no language:
the one it is mostly in is identified. `als` is Alemannic in OSCAR up to 22.01 (later `gsw`), elsewhere Albanian."""


def records(entry: Entry, handle: BinaryIO, name: str, part: Part | None = None) -> Iterator[Record]:
    """Documents and bad records of one file, or a part of it, in its order; see catalogue.records."""
    lower = name.lower()
    if lower.endswith((".parquet", ".arrow")):
        from catalog.tables import arrow_records, parquet_records

        read = parquet_records if lower.endswith(".parquet") else arrow_records
        return read(entry, handle, part)
    return json_records(entry, handle, name, record_of, part)


def record_of(entry: Entry, offset: int, fields: dict[str, Any]) -> Record:
    """The record with the document its fields hold, or a bad one that says which field is wrong.

    A record without an id of its own has the id of the crawl's record, which several documents of 21.09 may share.
    """
    name = entry.data.text
    if name not in fields and CONTENT in fields:
        name = CONTENT
    if name not in fields and "nb_sentences" in fields:
        return bad_record(offset, "the record names lines of a text file, which does not lie beside its own")
    record = document_of(entry, offset, fields, name)
    if record.lost is not None:
        return record
    holders = _holders(fields)
    url, lang = place(entry, fields)
    return replace(
        record,
        url=url,
        lang=lang,
        source_id=record.source_id or text_field(_headers(holders), "warc-record-id"),
        signals=signals(fields),
        harmful_perplexity=next((value for holder in holders for value in _perplexities(holder)), None),
    )


def place(entry: Entry, fields: dict[str, Any]) -> tuple[str | None, str | None]:
    """URL and language of a record.

    The URL is the field the entry names, else the header warc-target-uri. The language is the first there is of: the
    field the entry names; the label OSCAR identified (see LABELS); the entry's one language (a file of 21.09 is all
    in one); the first of the languages Common Crawl found (warc-identified-content-language, in ISO 639-3).

    >>> from catalog.sources import entry_for_files
    >>> headers = {"warc-target-uri": "https://yo.example/1", "warc-identified-content-language": "yor,eng"}
    >>> place(entry_for_files([], None), {"id": 1, "text": "Ẹ káàbọ̀", "meta": {"headers": headers}})
    ('https://yo.example/1', 'yor')
    """
    holders = _holders(fields)
    headers = _headers(holders)
    url = text_field(fields, entry.data.url) or text_field(headers, "warc-target-uri")
    lang = text_field(fields, entry.data.lang) or _label(holders) or entry.language
    return url, lang or crawl_language(text_field(headers, "warc-identified-content-language"))


def crawl_language(found: str | None) -> str | None:
    """The language Common Crawl found most of in a page, of up to three; a hint, for it is found by machine.

    >>> crawl_language("yor,eng")
    'yor'
    """
    return (found or "").split(",")[0].strip() or None


def signals(fields: dict[str, Any]) -> tuple[str, ...]:
    """What OSCAR says of a document's quality and kind, as words that a policy can refuse.

    Quality warnings are `oscar-warning:`, categories of the UT1 blocklists `oscar-category:`. The warning `adult` of
    22.01 came from these lists too and is a category here; a multilingual document is `oscar-label:multi`.

    >>> signals({"metadata": {"annotation": ["short_sentences", "adult"]}})
    ('oscar-category:adult', 'oscar-warning:short_sentences')
    """
    holders = _holders(fields)
    found = ["oscar-label:multi"] if _label(holders) == "mul" else []
    for holder in holders:
        found += [f"oscar-category:{word}" for word in _words(holder, "categories")]
        for name in WARNINGS:
            words = _words(holder, name)
            found += [f"oscar-{'category' if word == 'adult' else 'warning'}:{word}" for word in words]
    return column(found) if found else ()


def _words(holder: dict[str, Any], name: str) -> list[str]:
    value = holder.get(name)
    return [word for word in value if isinstance(word, str) and word.strip()] if isinstance(value, list) else []


def _perplexities(holder: dict[str, Any]) -> Iterator[float]:
    """Numbers that a perplexity can be. What is none (NaN, 0, a text) stays in meta alone."""
    for name in HARMFUL:
        value = holder.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= sys.float_info.max:
            yield float(value)


def _holders(fields: dict[str, Any]) -> list[dict[str, Any]]:
    """The objects where OSCAR's fields may stand: the record (21.09 beside its texts), and one of these in it."""
    return [fields, _object(fields, "meta"), _object(fields, "metadata")]


def _headers(holders: list[dict[str, Any]]) -> dict[str, Any]:
    found = (_object(holder, name) for holder in holders for name in ("headers", "warc_headers"))
    return next((headers for headers in found if headers), {})


def _label(holders: list[dict[str, Any]]) -> str | None:
    found = (text_field(_object(holder, "identification"), "label") for holder in holders)
    label = next((label for label in found if label), None)
    return label and LABELS.get(label.lower(), label)


def _object(fields: dict[str, Any], name: str) -> dict[str, Any]:
    value = fields.get(name)
    return value if isinstance(value, dict) else {}
