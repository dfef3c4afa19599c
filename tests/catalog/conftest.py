"""What the tests of the catalogue share: rows of a file, and WARC records made on the spot."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.entry import Data, Entry
from catalog.sources import entry_for_files, inputs, read

Rows = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def fixtures() -> Path:
    """Small files named by their fault."""
    return Path(__file__).parent / "fixtures"


@pytest.fixture(scope="session")
def rows() -> Rows:
    """All rows of a file or of an entry, in order."""

    def all_rows(
        source: str | Path | Entry, lang: str | None = "yo", fields: Data | None = None
    ) -> list[dict[str, Any]]:
        entry = source
        if not isinstance(entry, Entry):
            entry = entry_for_files([source], lang, fields=fields or Data(files=()))
        return [row for file in inputs(entry) for batch in read(entry, file) for row in batch.to_pylist()]

    return all_rows


@pytest.fixture(scope="session")
def page() -> Callable[..., bytes]:
    """A page with enough running text to have a main text."""

    def html(words: str = "Gbogbo ènìyàn ni a bí ní òmìnira", title: str = "Ìkéde", charset: str = "utf-8") -> bytes:
        body = "".join(f"<p>{words}, {number}. Ó yẹ kí wọn máa hùwà sí ara wọn.</p>" for number in range(5))
        text = f"<html><head><title>{title}</title></head><body><article>{body}</article></body></html>"
        return text.encode(charset, "xmlcharrefreplace")

    return html


@pytest.fixture(scope="session")
def response() -> Callable[..., bytes]:
    """A WARC record of type response, with its two closing line ends; `length` overrides the true one."""

    def record(
        body: bytes,
        status: str = "200 OK",
        mime: str = "text/html; charset=utf-8",
        length: int | None = None,
        http: str = "",
        url: str = "https://yo.example/1",
        more: str = "",
    ) -> bytes:
        block = f"HTTP/1.1 {status}\r\nContent-Type: {mime}\r\n{http}\r\n".encode() + body
        size = len(block) if length is None else length
        header = (
            f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2026-11-20T00:00:00Z\r\n"
            f"WARC-Record-ID: <urn:uuid:0>\r\nContent-Type: application/http; msgtype=response\r\n{more}"
            f"Content-Length: {size}\r\n\r\n"
        )
        return header.encode() + block + b"\r\n\r\n"

    return record
