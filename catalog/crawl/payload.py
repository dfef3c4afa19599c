"""What was fetched: one gzip member of sound size that holds the record the index names, or why it is refused."""

import zlib

from catalog.crawl.captures import Capture
from catalog.record import MAX_BYTES
from catalog.warc import MAX_HEADER, headers_of, split_header

MOST = MAX_BYTES + MAX_HEADER
"""Bytes of an uncompressed record at most: a larger one no reader takes. Common Crawl cuts pages at 1 MiB, later 5."""

PIECE = 256 * 1024
"""Bytes decompressed at once."""


def fault(data: bytes, capture: Capture) -> str | None:
    """Why bytes are not the record of a capture; None when they are. At most MAX_HEADER bytes and a piece are held."""
    if len(data) != capture.length:
        return f"has {len(data):,} bytes, not {capture.length:,}"
    head, reason = _beginning(data)
    if reason is not None:
        return reason
    span = split_header(head)
    if not head.startswith(b"WARC/") or span is None:
        return "holds no WARC record"
    headers = headers_of(head[: span[0]])
    kind = headers.get("warc-type", "").lower()
    if kind != "response":
        return f"holds a record of type {kind[:20]!r}, not 'response'"
    if headers.get("warc-target-uri", "").removeprefix("<").removesuffix(">") != capture.url:
        return "holds the record of another address than the index says"
    return None


def body(data: bytes, most: int) -> bytes:
    """The first `most` bytes of what a server answered, its headers left out; data must have no fault."""
    member = zlib.decompressobj(wbits=31)
    head = member.decompress(data, 2 * MAX_HEADER + most)
    for _ in range(2):  # of the record, and of HTTP in it
        span = split_header(head)
        head = head[span[1] :] if span else b""
    return head[:most]


def _beginning(data: bytes) -> tuple[bytes, str | None]:
    """The first bytes of a gzip member, or its fault."""
    member = zlib.decompressobj(wbits=31)
    head = b""
    size = 0
    rest = data
    try:
        while not member.eof:
            piece = member.decompress(rest, PIECE)
            rest = member.unconsumed_tail
            head = head or piece[:MAX_HEADER]
            size += len(piece)
            if size > MOST:
                return b"", f"decompresses to more than {MOST:,} bytes"
            if not piece and not rest:
                break
    except zlib.error:
        return b"", "is no gzip, or broken"
    if not member.eof:
        return b"", "is cut off inside the gzip member"
    if member.unused_data:
        return b"", "is more than one gzip member"
    return head, None
