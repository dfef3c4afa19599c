"""The connector for WET files: the texts that Common Crawl took out of pages, a WARC record of type conversion each."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from catalog.entry import Entry
from catalog.oscar import crawl_language
from catalog.record import MAX_BYTES, Record, bad_record, checked, meta_json
from catalog.streams import Part
from catalog.warc import Capture, captures

SUFFIXES = (".warc.wet", ".warc.wet.gz")
"""What the connector reads."""


def records(
    entry: Entry, handle: BinaryIO, name: str, part: Part | None = None, passed: Counter[str] | None = None
) -> Iterator[Record]:
    """One row for each conversion record, in the archive's order; others (warcinfo) are no rows, but counted by their
    types in `passed`. A `part` is one of catalog/slices.py.

    The text is as it stands, with no boilerplate taken away. A conversion to something else than plain text is lost to
    `clean:not_text`, one without text to `clean:no_text`. The language is the entry's only one, else the first that
    Common Crawl found, which is a hint like any declaration.
    """
    passed = Counter() if passed is None else passed
    for capture in captures(handle, part):
        if capture.fault is not None:
            yield bad_record(capture.offset, f"at byte {capture.place}: {capture.fault}")
        elif capture.type == "conversion":
            yield checked(_row(entry, capture, name))
        else:
            passed[capture.type] += 1


def _row(entry: Entry, capture: Capture, name: str) -> Record:
    warc = capture.headers
    found = warc.get("warc-identified-content-language")
    meta = {
        "warc": name,
        "offset": capture.place,
        "date": warc.get("warc-date", ""),
        "refers_to": warc.get("warc-refers-to"),
        "languages": found,
    }
    url = warc.get("warc-target-uri", "").removeprefix("<").removesuffix(">") or None
    lang = entry.language or crawl_language(found)
    row = Record(capture.offset, "", warc.get("warc-record-id"), url, meta_json(meta), lang)
    if warc.get("content-type", "text/plain").split(";")[0].strip().lower() != "text/plain":
        return replace(row, lost="clean:not_text", reason="the record is no plain text")
    if capture.size > len(capture.block):
        return replace(row, lost="error:read", reason=f"the text is over the limit of {MAX_BYTES} bytes")
    try:
        text = capture.block.decode()
    except UnicodeDecodeError as error:
        return replace(row, lost="error:read", reason=f"not valid UTF-8: byte {error.start + 1} of the text")
    if not text.strip():
        return replace(row, lost="clean:no_text", reason="the record has no text")
    return replace(row, text=text)
