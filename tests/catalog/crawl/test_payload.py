"""Payloads: the record that the index names, or a reason; bounded whatever they hold."""

import gzip
import zlib

import pytest

from catalog.crawl import payload
from catalog.crawl.captures import Capture
from catalog.crawl.payload import MOST, body, fault
from tests.crawls import page, record

URL = "https://yo.example/1"


def of(data: bytes, url: str = URL) -> str | None:
    return fault(data, Capture(url, "yo.example", "a.warc.gz", 0, len(data)))


def test_a_response_of_the_address_has_no_fault() -> None:
    assert of(record(URL, page(1))) is None
    assert of(gzip.compress(gzip.decompress(record(f"<{URL}>", b"x")))) is None


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (record(URL, b"x", kind="request"), "holds a record of type 'request', not 'response'"),
        (record(f"{URL}/", b"x"), "holds the record of another address than the index says"),
        (gzip.decompress(record(URL, b"x")), "is no gzip, or broken"),
        (record(URL, page(1))[:-40], "is cut off inside the gzip member"),
        (record(URL, page(1))[:-1], "is cut off inside the gzip member"),
        (record(URL, b"x") + b"\0", "is more than one gzip member"),
        (record(URL, b"x") * 2, "is more than one gzip member"),
        (gzip.compress(b"WARC/1.0 without end"), "holds no WARC record"),
        (gzip.compress(b""), "holds no WARC record"),
        (gzip.compress(b"HTTP/1.1 200 OK\r\n\r\n"), "holds no WARC record"),
        (b"\0" * 100, "is no gzip, or broken"),
        (b"", "is cut off inside the gzip member"),
    ],
)
def test_what_is_not_that_record_is_refused(data: bytes, message: str) -> None:
    assert of(data) == message


def test_bytes_flipped_are_refused() -> None:
    data = bytearray(record(URL, page(1)))
    data[len(data) // 2] ^= 0xFF
    assert of(bytes(data)) is not None


def test_another_length_is_refused() -> None:
    assert fault(b"xy", Capture(URL, "", "a", 0, 3)) == "has 2 bytes, not 3"


def test_a_gzip_bomb_is_left_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    taken = 0

    class Counting:
        def __init__(self) -> None:
            self.member = inflate(wbits=31)

        def __getattr__(self, name: str) -> object:
            return getattr(self.member, name)

        def decompress(self, data: bytes, most: int) -> bytes:
            nonlocal taken
            found = self.member.decompress(data, most)
            taken += len(found)
            return found

    inflate = zlib.decompressobj
    bomb = record(URL, b"\0" * (8 * MOST))
    monkeypatch.setattr(payload.zlib, "decompressobj", lambda wbits: Counting())
    assert of(bomb) == f"decompresses to more than {MOST:,} bytes"
    assert taken <= MOST + payload.PIECE


def test_the_body_of_an_answer() -> None:
    assert body(record(URL, b"User-agent: *"), 100) == b"User-agent: *\r\n\r\n"
    assert body(record(URL, b"x" * 1000), 10) == b"x" * 10
