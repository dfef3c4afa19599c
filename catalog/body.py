"""The body of an HTTP response as its server meant it: chunks joined, compression undone, at most a byte over a limit.

Many archives keep the headers of transfer and compression though they undid both: then the body is as it is. A body cut
short gives what there is.
"""

import re
import zlib

from catalog.page import MAX_PAGE
from catalog.streams import ZSTD_FEED, Damage

ENCODINGS = ("gzip", "x-gzip", "deflate", "br", "zstd")
"""What is undone: all that browsers ask for."""

FEED = 8192
"""Bytes of gzip decompressed in one step. What a member leaves over is copied: with whole bodies, one of very many
very small members took minutes."""

_CHUNK = re.compile(rb"(?:\r\n)?([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r\n")
_MARKUP = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,1000}<")


def content(body: bytes, http: dict[str, str]) -> bytes:
    """The content of a response with these headers (lower-cased names), at most MAX_PAGE + 1 bytes of it.

    Raises Damage when it cannot be decompressed.
    """
    if "chunked" in http.get("transfer-encoding", "").lower():
        body = _joined(body)
    said = http.get("content-encoding", "").lower().split(",")
    for encoding in reversed([name.strip() for name in said if name.strip() not in ("", "identity", "none", "utf-8")]):
        if _MARKUP.match(body):
            break
        if encoding not in ENCODINGS:
            raise Damage(f"a page compressed otherwise than by {', '.join(ENCODINGS)} is not read")
        body = _decompressed(body, encoding)
    return body[: MAX_PAGE + 1]


def _joined(body: bytes) -> bytes:
    """Chunks joined up to the last, or to the first that is none; a body that begins with none is not chunked."""
    parts: list[bytes] = []
    place = 0
    while match := _CHUNK.match(body, place):
        size = int(match.group(1), 16)
        if not size:
            break
        parts.append(body[match.end() : match.end() + size])
        place = match.end() + size
    return b"".join(parts) if place or match else body


def _decompressed(body: bytes, encoding: str) -> bytes:
    if encoding == "br":
        return _unbrotli(body)
    if encoding == "zstd":
        return _unzstd(body)
    if encoding == "deflate":
        return _inflated(body, 15 if body[:1] == b"\x78" else -15)
    return _inflated(body, 31) if body.startswith(b"\x1f\x8b") else body


def _inflated(body: bytes, bits: int) -> bytes:
    """What decompresses of a gzip (bits 31, of one member or more), zlib (15) or bare deflate (-15) body."""
    found = bytearray()
    member = zlib.decompressobj(wbits=bits)
    place = 0
    while place < len(body) and len(found) <= MAX_PAGE:
        fed = body[place : place + FEED]
        try:
            found += member.decompress(fed, MAX_PAGE + 1 - len(found))
        except zlib.error:
            raise Damage("the page's compression is broken") from None
        place += len(fed) - len(member.unused_data)
        if member.eof:
            if bits != 31 or not body.startswith(b"\x1f\x8b\x08", place):
                break
            member = zlib.decompressobj(wbits=bits)
    return bytes(found)


def _unbrotli(body: bytes) -> bytes:
    import brotli

    stream = brotli.Decompressor()
    try:
        found: bytes = stream.process(body, output_buffer_limit=MAX_PAGE + 1)
        while not stream.can_accept_more_data() and not stream.is_finished() and len(found) <= MAX_PAGE:
            found += stream.process(b"", output_buffer_limit=MAX_PAGE + 1 - len(found))
    except brotli.error:
        raise Damage("the page's compression is broken") from None
    return found


def _unzstd(body: bytes) -> bytes:
    """In small steps, see catalog.streams. RFC 9659 allows HTTP windows of 8 MiB at most."""
    import zstandard

    frame = zstandard.ZstdDecompressor(max_window_size=8 * 2**20).decompressobj()
    found = bytearray()
    try:
        for place in range(0, len(body), ZSTD_FEED):
            found += frame.decompress(body[place : place + ZSTD_FEED])
            if frame.eof or len(found) > MAX_PAGE:
                break
    except zstandard.ZstdError:
        raise Damage("the page's compression is broken") from None
    return bytes(found)
