"""The connector for web archives: the pages of WARC files as documents."""

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from catalog import page
from catalog.entry import Entry
from catalog.record import Record, bad_record, checked, meta_json
from catalog.streams import Damage
from catalog.warc import Capture, captures, headers_of, split_header

SUFFIXES = (".warc", ".warc.gz")
"""What the connector reads."""

MIMES = ("text/html", "application/xhtml+xml")
"""Types that are pages. ROOTS dropped application/xhtml+xml, a tenth of its captures."""


def records(entry: Entry, handle: BinaryIO, name: str) -> Iterator[Record]:
    """One row for each page and for each response that is none, in the archive's order.

    A response of another status than 200, of another type than HTML, or without text is lost to `clean:http_status`,
    `clean:not_html`, `clean:no_text`: a rule, not a fault. Faults are `error:read`. A page saved without HTTP (type
    resource) is a page too. Requests, metadata, revisits and the like are no rows.
    """
    for capture in captures(handle):
        if capture.fault is not None:
            yield bad_record(capture.offset, f"at byte {capture.place}: {capture.fault}")
        elif capture.headers.get("warc-type", "").lower() in ("response", "resource"):
            yield checked(_row(entry, capture, name))


def _row(entry: Entry, capture: Capture, name: str) -> Record:
    warc, body = capture.headers, capture.block
    http: dict[str, str] = {}
    if body.startswith(b"HTTP/"):
        start, end = split_header(body) or (len(body), len(body))
        http, body = headers_of(body[:start]), body[end:]
    elif warc["warc-type"].lower() == "response" and _url(warc).startswith("http"):
        return bad_record(capture.offset, f"at byte {capture.place}: the response has no HTTP header")
    status = re.match(r"[0-9]{3}(?![0-9])", http.get("", ""))
    mime = _mime(warc.get("warc-identified-payload-type", "")) or _mime((http or warc).get("content-type", ""))
    meta = {
        "warc": name,
        "offset": capture.place,
        "status": int(status.group()) if status else None,
        "mime": mime,
        "date": warc.get("warc-date", ""),
    }
    if "warc-truncated" in warc:
        meta["truncated"] = warc["warc-truncated"]
    row = Record(capture.offset, "", warc.get("warc-record-id"), _url(warc) or None, meta_json(meta), entry.language)
    if http and meta["status"] != 200:
        return replace(row, lost="clean:http_status", reason=f"HTTP status {meta['status'] or 'missing'}")
    if mime not in MIMES:
        return replace(row, lost="clean:not_html", reason="the response is not HTML")
    try:
        content = _content(body, http)
    except Damage as damage:
        return replace(row, lost="error:read", reason=str(damage))
    if capture.size > len(capture.block) or len(content) > page.MAX_PAGE:
        return replace(row, lost="error:read", reason=f"the page is over the limit of {page.MAX_PAGE} bytes")
    return _with_text(row, content, (http or warc).get("content-type", ""), meta)


def _with_text(row: Record, content: bytes, content_type: str, meta: dict[str, Any]) -> Record:
    """The row with the main text of its page, or with the reason why it has none."""
    try:
        source, meta["charset"] = page.decode(content, content_type)
        meta["title"] = page.title(source)
        text = page.main_text(source)
    except Exception as error:  # lxml and trafilatura raise many kinds on hostile pages, RecursionError among them
        return replace(row, lost="error:read", reason=f"no text could be taken from the page: {type(error).__name__}")
    row = replace(row, meta=meta_json(meta))
    if not text.strip():
        return replace(row, lost="clean:no_text", reason="the page has no main text")
    return replace(row, text=text)


def _url(warc: dict[str, str]) -> str:
    # Wget 1.19 writes the angle brackets of the standard's grammar
    return warc.get("warc-target-uri", "").removeprefix("<").removesuffix(">")


def _mime(content_type: str) -> str:
    return content_type.split(";")[0].strip().lower()


def _content(body: bytes, http: dict[str, str]) -> bytes:
    """The page as the server meant it, at most one byte over MAX_PAGE: chunks joined, compression undone.

    Many archives keep the headers of transfer and compression though they undid both: then the body is as it is.
    A body cut short gives what there is. Raises Damage when it cannot be decompressed.
    """
    if "chunked" in http.get("transfer-encoding", "").lower():
        from warcio.bufferedreaders import ChunkedDataReader

        body = ChunkedDataReader(io.BytesIO(body)).read(page.MAX_PAGE + 1)
    encoding = http.get("content-encoding", "").strip().lower()
    if encoding in ("", "identity") or body.lstrip()[:1] == b"<":
        return body
    if encoding in ("gzip", "x-gzip"):
        return _inflated(body, 31)
    if encoding == "deflate":
        return _inflated(body, 15 if body[:1] == b"\x78" else -15)
    raise Damage("a page compressed otherwise than by gzip or deflate is not read")


def _inflated(body: bytes, bits: int) -> bytes:
    """What decompresses of a gzip (bits 31), zlib (15) or bare deflate (-15) body."""
    try:
        return zlib.decompressobj(wbits=bits).decompress(body, page.MAX_PAGE + 1)
    except zlib.error:
        raise Damage("the page's compression is broken") from None
