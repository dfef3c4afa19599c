"""Pages of archives as documents, and why a response is none."""

import gzip
import json
import os
import random
import re
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog import extraction, sources
from catalog import page as pages
from catalog.document import document_id
from catalog.entry import Data, EntryError
from catalog.pseudo_crawl import RULES, records, rules_files, rules_key
from catalog.record import MAX_BYTES
from catalog.sources import entry_for_files, inputs
from tests.catalog import malformed
from tests.catalog.conftest import Rows

Make = Callable[..., bytes]


@pytest.fixture
def read(tmp_path: Path, rows: Rows) -> Callable[..., list[dict[str, Any]]]:
    """Rows of an archive made of the records given."""

    def read_records(*records: bytes, name: str = "x.warc", fields: Data | None = None) -> list[dict[str, Any]]:
        path = tmp_path / name
        path.write_bytes(b"".join(gzip.compress(record) if name.endswith(".gz") else record for record in records))
        return rows(path, fields=fields)

    return read_records


def test_a_page_is_a_document_with_its_coordinates(
    read: Callable[..., list[dict[str, Any]]], response: Make, page: Make
) -> None:
    first = response(page())
    rows = read(first, response(page(), url="https://yo.example/2"), name="x.warc.gz")
    row = rows[1]
    assert row["text"].startswith("Gbogbo ènìyàn ni a bí ní òmìnira, 0.")
    assert (row["url"], row["source_id"], row["lang"]) == ("https://yo.example/2", "<urn:uuid:0>", "yo")
    assert (row["lost"], row["reason"]) == (None, None)
    place = len(gzip.compress(first))
    assert row["id"] == document_id("files", "x.warc.gz", place)
    assert json.loads(row["meta"]) == {
        "warc": "x.warc.gz",
        "offset": place,
        "status": 200,
        "mime": "text/html",
        "date": "2026-11-20T00:00:00Z",
        "charset": "utf-8",
        "title": "Ìkéde",
    }


def test_only_responses_and_resources_are_rows(
    read: Callable[..., list[dict[str, Any]]], response: Make, page: Make
) -> None:
    kinds = ["warcinfo", "request", "metadata", "revisit", "conversion", "continuation", "Response"]
    records = [response(page()).replace(b"WARC-Type: response", f"WARC-Type: {kind}".encode()) for kind in kinds]
    assert [row["lost"] for row in read(*records)] == [None]


def test_a_page_saved_without_http(read: Callable[..., list[dict[str, Any]]], page: Make) -> None:
    body = page()
    header = f"WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n"
    (row,) = read(header.encode() + body + b"\r\n\r\n")
    assert row["text"].startswith("Gbogbo")
    assert row["url"] is None
    assert json.loads(row["meta"])["status"] is None


@pytest.mark.parametrize(
    ("options", "lost", "reason"),
    [
        ({"status": "404 Not Found"}, "clean:http_status", "HTTP status 404"),
        ({"status": "301 Moved"}, "clean:http_status", "HTTP status 301"),
        ({"status": "OK"}, "clean:http_status", "HTTP status missing"),
        ({"mime": "application/pdf"}, "clean:not_html", "the response is not HTML"),
        ({"mime": "application/json"}, "clean:not_html", "the response is not HTML"),
        ({"mime": ""}, None, None),
        ({"mime": "text/plain"}, None, None),
        ({"more": "WARC-Identified-Payload-Type: text/plain\r\n"}, "clean:not_html", "the response is not HTML"),
        ({"http": "Content-Encoding: br\r\n"}, None, None),
        ({"mime": "TEXT/HTML"}, None, None),
        ({"mime": "application/xhtml+xml;charset=utf-8"}, None, None),
        ({"mime": "x", "more": "WARC-Identified-Payload-Type: text/html\r\n"}, None, None),
    ],
)
def test_what_is_a_document(
    read: Callable[..., list[dict[str, Any]]],
    response: Make,
    page: Make,
    options: dict[str, str],
    lost: str | None,
    reason: str | None,
) -> None:
    (row,) = read(response(page(), **options))
    assert (row["lost"], row["reason"]) == (lost, reason)
    assert bool(row["text"]) == (lost is None)
    assert row["url"] == "https://yo.example/1"


@pytest.mark.parametrize(
    ("body", "http", "lost", "reason"),
    [
        (b"<html><body></body></html>", "", "clean:no_text", "the page has no main text"),
        (b"", "", "clean:no_text", "the page has no main text"),
        (
            b"\x0b\x02\x80",
            "Content-Encoding: compress\r\n",
            "error:read",
            "a page compressed otherwise than by gzip, x-gzip, deflate, br, zstd is not read",
        ),
        (b"\x1f\x8b\x08garbage", "Content-Encoding: gzip\r\n", "error:read", "the page's compression is broken"),
        (b"x" * (pages.MAX_PAGE + 1), "", "error:read", f"the page is over the limit of {pages.MAX_PAGE} bytes"),
        (b"x" * (MAX_BYTES + 1), "", "error:read", f"the page is over the limit of {pages.MAX_PAGE} bytes"),
        (gzip.compress(bytes(10**8)), "Content-Encoding: gzip\r\n", "error:read", "the page is over the limit of"),
    ],
)
def test_pages_without_text(
    read: Callable[..., list[dict[str, Any]]], response: Make, body: bytes, http: str, lost: str, reason: str
) -> None:
    (row,) = read(response(body, http=http))
    assert (row["text"], row["lost"]) == ("", lost)
    assert row["reason"].startswith(reason)


def test_a_large_file_that_is_no_page_is_no_fault(read: Callable[..., list[dict[str, Any]]], response: Make) -> None:
    (row,) = read(response(bytes(MAX_BYTES), mime="video/mp4"))
    assert row["lost"] == "clean:not_html"


def test_bodies_as_servers_send_them(read: Callable[..., list[dict[str, Any]]], response: Make, page: Make) -> None:
    body = page()
    packed = gzip.compress(body)
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in (packed[:50], packed[50:])) + b"0\r\n\r\n"
    bare = zlib.compressobj(wbits=-15)
    records = [
        response(body),
        response(packed, http="Content-Encoding: gzip\r\n"),
        response(chunks, http="Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"),
        response(zlib.compress(body), http="Content-Encoding: deflate\r\n"),
        response(bare.compress(body) + bare.flush(), http="Content-Encoding: deflate\r\n"),
        response(body, http="Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n"),
    ]
    assert len({row["text"] for row in read(*records)}) == 1


def test_a_body_cut_short_gives_what_there_is(
    read: Callable[..., list[dict[str, Any]]], response: Make, page: Make
) -> None:
    rest = b"<!--" + random.Random(1).randbytes(5000).hex().encode()
    body = gzip.compress(page() + rest)[:-3000]
    (row,) = read(response(body, http="Content-Encoding: gzip\r\n", more="WARC-Truncated: length\r\n"))
    assert row["text"].startswith("Gbogbo")
    assert json.loads(row["meta"])["truncated"] == "length"


def test_a_response_without_http(read: Callable[..., list[dict[str, Any]]], response: Make) -> None:
    record = response(b"x").replace(b"HTTP/1.1", b"FTP/ 1.1")
    (row,) = read(record)
    assert (row["lost"], row["reason"]) == ("error:read", "at byte 0: the response has no HTTP header")


def test_an_address_in_brackets(read: Callable[..., list[dict[str, Any]]], response: Make, page: Make) -> None:
    assert read(response(page(), url="<https://yo.example/1>"))[0]["url"] == "https://yo.example/1"


def test_faults_of_the_archive_are_rows(read: Callable[..., list[dict[str, Any]]], response: Make, page: Make) -> None:
    first = response(page())
    rows = read(first, response(page(), length=50), response(page()))
    assert [row["lost"] for row in rows] == [None, "error:read", None]
    assert rows[1]["reason"].startswith(f"at byte {len(first)}: the record's Content-Length (50) does not fit; ")
    assert rows[1]["id"] == document_id("files", "x.warc", len(first))


def test_a_page_that_breaks_the_extraction_is_a_row_in_its_place(
    read: Callable[..., list[dict[str, Any]]], response: Make, page: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extraction, "CHILD", "tests.catalog.hostile_child")
    entry = Data(extractor="resiliparse")
    found = read(response(page()), response(b"<p>CRASH"), response(b"<p>RAISE"), response(page()), fields=entry)
    extraction.close()
    assert [row["lost"] for row in found] == [None, "error:read", "error:read", None]
    assert found[1]["reason"] == "the page broke the parser"
    assert found[2]["reason"] == "no text could be taken from the page: RecursionError"
    assert json.loads(found[2]["meta"])["warc"] == "x.warc"


@pytest.mark.parametrize("name", ["bad_length.warc", "bad_length.warc.gz", "truncated.warc.gz"])
def test_files_named_by_their_fault(fixtures: Path, rows: Rows, name: str) -> None:
    found = rows(fixtures / name)
    assert [row["lost"] for row in found].count("error:read") == 1
    assert len([row for row in found if row["text"]]) == 2


def test_a_real_archive_whole(shared: Path, rows: Rows) -> None:
    found = rows(shared / "data/udhr.warc.gz", lang=None)
    assert len(found) == 46
    assert Counter(row["lost"] for row in found) == {None: 46}
    assert min(len(row["text"]) for row in found) > 1500
    assert all(json.loads(row["meta"])["charset"] == "utf-8" for row in found)


@pytest.mark.parametrize(
    ("name", "count", "others"),
    [
        ("udhr", 46, {}),
        ("lohelp", 1440, {}),
        ("whirlwind", 1, {"warcinfo": 1, "request": 1, "metadata": 1}),
    ],
)
def test_every_record_is_a_document_a_reason_or_of_another_type(
    shared: Path, name: str, count: int, others: dict[str, int]
) -> None:
    path = shared / "data" / f"{name}.warc.gz"
    entry = entry_for_files([path], None, fields=Data(extractor="resiliparse"))
    passed: Counter[str] = Counter()
    (file,) = inputs(entry)
    rows = [row for batch in sources.read(entry, file, passed) for row in batch.to_pylist()]
    assert passed == others
    assert len(rows) == len({row["id"] for row in rows}) == count
    assert Counter(row["lost"] for row in rows) == {None: count}
    assert len(rows) + sum(passed.values()) == _members(path)


def _members(path: Path) -> int:
    """Records of an archive with one in each gzip member, counted by nothing but zlib."""
    data, count = path.read_bytes(), 0
    while data:
        member = zlib.decompressobj(wbits=31)
        member.decompress(data)
        data, count = member.unused_data, count + 1
    return count


@pytest.mark.parametrize("fault", sorted(malformed.FILES))
def test_malformed_archives(tmp_path: Path, rows: Rows, fault: str) -> None:
    wrong = malformed.FILES[fault]()
    path = tmp_path / f"{fault}{wrong.suffix}"
    path.write_bytes(wrong.data)
    found = rows(path, fields=Data(extractor="resiliparse"))
    assert tuple(_outcome(row) for row in found) == wrong.rows
    assert len({row["id"] for row in found}) == len(found)


def _outcome(row: dict[str, Any]) -> str:
    if row["lost"]:
        return re.sub(r"(?<![\w-])\d+", "N", row["reason"])
    right = [f"Gbogbo ènìyàn ni a bí ní òmìnira, {number}. Ó yẹ kí wọn máa hùwà sí ara wọn." for number in range(5)]
    return malformed.TEXT if row["text"].split("\n\n") == right else f"another text: {row['text'][:100]}"


DOLMA = os.environ.get("DOLMA_WARC", "")


@pytest.mark.skipif(not DOLMA, reason="DOLMA_WARC names no folder: Dolma's source distribution, tests/data/warc")
@pytest.mark.parametrize(("name", "documents", "requests"), [("sample-0000", 22, 22), ("sample-0001", 15, 15)])
def test_dolmas_samples(name: str, documents: int, requests: int) -> None:
    entry = entry_for_files([Path(DOLMA) / f"{name}.warc.gz"], "en")
    passed: Counter[str] = Counter()
    (file,) = inputs(entry)
    rows = [row for batch in sources.read(entry, file, passed) for row in batch.to_pylist()]
    assert Counter(row["lost"] for row in rows) == {None: documents, "clean:not_html": 2}
    assert passed == {"warcinfo": 1, "request": requests, "metadata": 1}
    assert min(len(row["text"]) for row in rows if not row["lost"]) > 100


def test_rows_stand_in_the_archives_order_however_many_are_gathered(
    read: Callable[..., list[dict[str, Any]]], response: Make, page: Make
) -> None:
    archive = [
        response(page(), url=f"https://yo.example/{number}", status="200 OK" if number % 3 else "404 Not Found")
        for number in range(200)
    ]
    large = response(page() + b" " * 2_000_000, url="https://yo.example/200")
    found = read(*archive, large, large, fields=Data(extractor="resiliparse"))
    assert [row["url"] for row in found] == [f"https://yo.example/{number}" for number in [*range(201), 200]]
    assert [row["lost"] is None for row in found[:200]] == [bool(number % 3) for number in range(200)]


def test_reading_ahead_is_bounded(tmp_path: Path, response: Make, page: Make) -> None:
    path = tmp_path / "x.warc"
    path.write_bytes(response(page()) * 1000)
    with path.open("rb") as handle:
        reader = records(entry_for_files([path], "yo", fields=Data(extractor="resiliparse")), handle, "x.warc")
        assert next(reader).lost is None
        assert handle.tell() < path.stat().st_size / 2
        reader.close()  # type: ignore[attr-defined]


def test_signals_of_headers_and_page(read: Callable[..., list[dict[str, Any]]], response: Make, page: Make) -> None:
    body = page().replace(b"<head>", b"<head><meta name=robots content=noarchive><meta name=tdm-reservation content=1>")
    http = "X-Robots-Tag: noai\r\nx-robots-tag: ccbot: noindex\r\ntdm-policy: https://yo.example/p\r\n"
    (row, plain) = read(response(body, http=http), response(page()))
    assert row["signals"] == [
        "meta-robots:noarchive",
        "tdm-reservation:1",
        "x-robots-tag:ccbot:noindex",
        "x-robots-tag:noai",
    ]
    assert json.loads(row["meta"])["signals"] == {
        "x-robots-tag": ["noai", "ccbot: noindex"],
        "tdm-policy": ["https://yo.example/p"],
        "meta-robots": ["noarchive"],
        "tdm-reservation": ["1"],
    }
    assert plain["signals"] is None
    assert "signals" not in json.loads(plain["meta"])


def test_signals_of_robots_txt_beside_the_archive(tmp_path: Path, rows: Rows, response: Make, page: Make) -> None:
    path = tmp_path / "x.warc"
    path.write_bytes(response(page()) + response(page(), url="https://yo.example/open"))
    assert [row["signals"] for row in rows(path)] == [None, None]
    (tmp_path / RULES).write_text(json.dumps({"yo.example": "User-agent: *\nDisallow: /1"}))
    assert [row["signals"] for row in rows(path)] == [["robots-txt:disallow"], None]
    entry = entry_for_files([path], "yo")
    assert rules_files(entry) == [str(tmp_path / RULES)]
    (tmp_path / "sources").mkdir()
    below = replace(entry, folder=str(tmp_path / "sources"), data=Data(files=("../*.warc",)))
    assert rules_files(below) == [str(tmp_path / RULES)]
    key = rules_key(entry)
    (tmp_path / RULES).write_text("[1]")
    assert key != rules_key(entry) != "" == rules_key(replace(entry, kind="catalogue"))
    with pytest.raises(EntryError, match=r"robots\.json: is no JSON object of robots\.txt by host; remove it"):
        rows(path)


def test_pages_as_roots_read_them(read: Callable[..., list[dict[str, Any]]], response: Make, page: Make) -> None:
    rows = read(
        response(page(charset="cp1256"), more="WARC-Identified-Content-Charset: windows-1256\r\n"),
        response(page(), mime="application/xhtml+xml"),
        response(page(), mime="text/plain"),
        response(page(), mime="text/html", more="WARC-Identified-Payload-Type: application/xhtml+xml\r\n"),
        response(b'<?xml version="1.0" encoding="utf-8"?>' + page()),
        fields=Data(extractor="roots-2022-03"),
    )
    assert [row["lost"] for row in rows] == [None, *["clean:not_html"] * 3, "clean:no_text"]
    meta = json.loads(rows[0]["meta"])
    assert meta["charset"] == "cp1256"
    assert meta["html_title"] == ["<title>Ìkéde</title>"]
    assert [record["value"] for record in meta["html_metadata"]] == [*["p"] * 5, "article", "body"]
    last = meta["html_metadata"][-2]
    assert rows[0]["text"][last["char_start_idx"] : last["char_end_idx"]].startswith("Gbogbo ènìyàn")


def test_a_page_of_common_crawl(shared: Path, rows: Rows) -> None:
    (row,) = rows(shared / "data/whirlwind.warc.gz", lang=None)
    assert row["url"] == "https://an.wikipedia.org/wiki/Escopete"
    assert json.loads(row["meta"])["offset"] == 1023
    assert "Escopete" in row["text"]


def test_bytes_changed_at_random_raise_nothing(
    read: Callable[..., list[dict[str, Any]]], response: Make, page: Make
) -> None:
    data = response(page(), http="Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n") + response(page())
    for seed in range(40):
        chance = random.Random(seed)
        changed = bytearray(data)
        for _ in range(chance.randint(1, 30)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        read(bytes(changed))
