"""WET files: the texts Common Crawl made of pages."""

import dataclasses
import gzip
import io
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog import wet
from catalog.record import Record
from catalog.sources import entry_for_files

Rows = Callable[..., list[dict[str, Any]]]
ENTRY = entry_for_files([], None)


def _record(body: bytes, more: str = "", kind: str = "conversion", mime: str = "text/plain") -> bytes:
    header = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: https://yo.example/1\r\nWARC-Date: 2026-11-20T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:1>\r\nWARC-Refers-To: <urn:uuid:2>\r\nContent-Type: {mime}\r\n{more}"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return header.encode() + body + b"\r\n\r\n"


def _read(data: bytes, lang: str | None = None) -> list[Record]:
    return list(wet.records(entry_for_files([], lang), io.BytesIO(data), "x.warc.wet"))


def test_a_text_is_as_it_stands_with_what_names_its_page() -> None:
    text = " Ẹ káàbọ̀\n\nmenu\n"
    (record,) = _read(_record(text.encode(), "WARC-Identified-Content-Language: yor,eng\r\n"))
    assert (record.text, record.url, record.source_id) == (text, "https://yo.example/1", "<urn:uuid:1>")
    assert (record.lang, record.lost) == ("yor", None)
    assert json.loads(record.meta) == {
        "warc": "x.warc.wet",
        "offset": 0,
        "date": "2026-11-20T00:00:00Z",
        "refers_to": "<urn:uuid:2>",
        "languages": "yor,eng",
    }


def test_the_entrys_one_language_goes_before_the_crawls_hint() -> None:
    assert _read(_record(b"t", "WARC-Identified-Content-Language: eng\r\n"), "yo")[0].lang == "yo"
    assert _read(_record(b"t"))[0].lang is None


@pytest.mark.parametrize(
    ("data", "lost", "reason"),
    [
        (_record(b"a\xff"), "error:read", "not valid UTF-8: byte 2 of the text"),
        (_record(b" \n"), "clean:no_text", "the record has no text"),
        (_record(b"{}", mime="application/json"), "clean:not_text", "the record is no plain text"),
        (_record(b"abc")[:-6], "error:read", "at byte 0: the record's Content-Length"),
    ],
)
def test_what_is_no_text_says_why(data: bytes, lost: str, reason: str) -> None:
    (record,) = _read(data)
    assert record.lost == lost
    assert str(record.reason).startswith(reason)


def test_a_text_over_the_limit_is_told_and_the_next_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.warc.MAX_BYTES", 1000)
    monkeypatch.setattr("catalog.warc.MAX_HEADER", 500)
    first, second = _read(_record(b"a" * 2000) + _record(b"b"))
    assert str(first.reason).startswith("the text is over the limit of")
    assert second.text == "b"


def test_other_records_are_no_rows() -> None:
    data = _record(b"software: x", kind="warcinfo") + _record(b"<p>", kind="response")
    passed: Counter[str] = Counter()
    assert list(wet.records(ENTRY, io.BytesIO(data), "x.warc.wet", passed=passed)) == []
    assert passed == {"warcinfo": 1, "response": 1}


def test_the_suffix_chooses_the_connector(tmp_path: Path, rows: Rows) -> None:
    for name, data in (("a.warc.wet", _record(b"t")), ("B.WARC.WET.GZ", gzip.compress(_record(b"t")))):
        (tmp_path / name).write_bytes(data)
        (row,) = rows(tmp_path / name, None)
        assert (row["text"], row["source"]) == ("t", "files")
    assert entry_for_files([tmp_path / "a.warc.wet"], None).kind == "pseudo_crawl"


def test_a_real_file_of_common_crawl(shared: Path, rows: Rows) -> None:
    (row,) = rows(shared / "data/whirlwind.warc.wet.gz", None)
    assert row["url"] == "https://an.wikipedia.org/wiki/Escopete"
    assert (row["lang"], row["lost"], row["source_id"]) == (
        "spa",
        None,
        "<urn:uuid:ba729a40-ff84-4085-8d48-0a5b2ee0c42d>",
    )
    assert row["text"].startswith("Escopete - Biquipedia")
    assert len(row["text"].encode()) == 4456
    assert json.loads(row["meta"])["refers_to"] == "<urn:uuid:2aabeff2-67f5-4608-8466-e87c6296e2b6>"


def test_fields_of_an_entry_do_not_matter() -> None:
    assert dataclasses.replace(ENTRY, kind="pseudo_crawl").language is None
