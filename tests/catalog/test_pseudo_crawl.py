"""Pages of archives as documents, and why a response is none."""

import gzip
import json
import random
import zlib
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog import page as pages
from catalog.document import document_id
from catalog.record import MAX_BYTES
from tests.catalog.conftest import Rows

Make = Callable[..., bytes]


@pytest.fixture
def read(tmp_path: Path, rows: Rows) -> Callable[..., list[dict[str, Any]]]:
    """Rows of an archive made of the records given."""

    def read_records(*records: bytes, name: str = "x.warc") -> list[dict[str, Any]]:
        path = tmp_path / name
        path.write_bytes(b"".join(gzip.compress(record) if name.endswith(".gz") else record for record in records))
        return rows(path)

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
        ({"mime": ""}, "clean:not_html", "the response is not HTML"),
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
            "Content-Encoding: br\r\n",
            "error:read",
            "a page compressed otherwise than by gzip or deflate",
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


def test_a_fault_in_the_extraction_is_a_row(
    read: Callable[..., list[dict[str, Any]]], response: Make, page: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: str) -> str:
        raise RecursionError("what the page says")

    monkeypatch.setattr(pages, "main_text", fail)
    (row,) = read(response(page()))
    assert (row["lost"], row["reason"]) == ("error:read", "no text could be taken from the page: RecursionError")


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


def test_every_record_of_a_site_is_accounted_for(shared: Path, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "main_text", pages.title)  # taking the text of all takes 20 s
    found = rows(shared / "data/lohelp.warc.gz", lang=None)
    assert len(found) == len({row["id"] for row in found}) == 1440
    assert Counter(row["lost"] for row in found) == {None: 1440}
    assert len({row["url"] for row in found}) == 1440


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
