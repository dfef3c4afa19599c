"""Archives that are wrong in one way each, named by their fault: what they hold and what has to come of them.

Each holds a good page before and after the fault, unless the fault leaves nothing after it.
"""

import gzip
import zlib
from collections.abc import Callable
from dataclasses import dataclass

import brotli

PAGE = "<html><head><title>Ìkéde</title></head><body><article>" + "".join(
    f"<p>Gbogbo ènìyàn ni a bí ní òmìnira, {number}. Ó yẹ kí wọn máa hùwà sí ara wọn.</p>" for number in range(5)
)
GOOD = PAGE.encode() + b"</article></body></html>"
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
TEXT = "text"
"""What stands in the place of a reason where the page has its right text."""


def record(
    block: bytes, length: int | str | None = 0, more: bytes = b"", start: bytes = b"WARC/1.0", end: bytes = b"\r\n\r\n"
) -> bytes:
    """A response; its length is right when it is 0, left out when it is None."""
    size = b"" if length is None else b"Content-Length: %s\r\n" % str(length or len(block)).encode()
    head = b"%s\r\nWARC-Type: response\r\nWARC-Target-URI: https://yo.example/1\r\n%s%s\r\n" % (start, more, size)
    return head + block + end


def http(head: bytes, body: bytes = GOOD) -> bytes:
    """A block with a status line, some headers and a body."""
    return b"HTTP/1.1 200 OK\r\n" + head + b"\r\n" + body


def sent(mime: bytes, body: bytes) -> bytes:
    """A good record of a body that is sent as some type."""
    return record(http(b"Content-Type: " + mime + b"\r\n", body))


FIRST = record(OK + GOOD)
GZ = gzip.compress(FIRST, mtime=0)
HTML = b"Content-Type: text/html\r\n"


@dataclass(frozen=True)
class Malformed:
    """An archive, and for each row `text` or the beginning of its reason."""

    data: bytes
    rows: tuple[str, ...]
    suffix: str = ".warc"


def _between(middle: bytes, *rows: str) -> Malformed:
    return Malformed(FIRST + middle + FIRST, (TEXT, *rows, TEXT))


def _packed(data: bytes, *rows: str) -> Malformed:
    return Malformed(data, rows, ".warc.gz")


def _chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(body), body)


DOES_NOT_FIT = "at byte N: the record's Content-Length (N) does not fit; N bytes are lost"

CHECKSUM = "at byte N: the checksum of the compressed data (gzip) does not fit"

FILES: dict[str, Callable[[], Malformed]] = {
    "content_length_too_short": lambda: _between(record(OK + GOOD, 50), DOES_NOT_FIT),
    "content_length_too_long": lambda: _between(record(OK + GOOD, 10_000), DOES_NOT_FIT),
    "content_length_of_terabytes": lambda: _between(record(OK + GOOD, 10**13), DOES_NOT_FIT),
    "content_length_missing": lambda: _between(
        record(OK + GOOD, None), "at byte N: the record has no Content-Length that is a number; N bytes are lost"
    ),
    "content_length_negative": lambda: _between(
        record(OK + GOOD, -5), "at byte N: the record has no Content-Length that is a number; N bytes are lost"
    ),
    "content_length_twice": lambda: _between(record(OK + GOOD, more=b"Content-Length: %d\r\n" % len(OK + GOOD)), TEXT),
    "closing_line_ends_missing": lambda: _between(record(OK + GOOD, end=b""), TEXT),
    "lines_end_without_carriage_return": lambda: _between(record(OK + GOOD).replace(b"\r\n", b"\n"), DOES_NOT_FIT),
    "lines_end_so_and_the_length_fits": lambda: _between(
        b"WARC/1.0\nWARC-Type: response\nWARC-Target-URI: https://yo.example/1\nContent-Length: %d\n\n%s\n\n"
        % (len(OK + GOOD), OK + GOOD),
        TEXT,
    ),
    "garbage_between_records": lambda: _between(
        b"garbage\r\n" * 50, "at byte N: N bytes that belong to no WARC record"
    ),
    "version_0_9": lambda: _between(record(OK + GOOD, start=b"WARC/0.9"), TEXT),
    "version_unknown": lambda: _between(record(OK + GOOD, start=b"WARC/9.99"), TEXT),
    "version_no_number": lambda: _between(
        record(OK + GOOD, start=b"WARC/one"), "at byte N: N bytes that belong to no WARC record"
    ),
    "no_http_header": lambda: _between(record(GOOD), "at byte N: the response has no HTTP header"),
    "http_header_without_end": lambda: _between(
        record(b"HTTP/1.1 200 OK\r\nContent-Type: text/html"), "the response's HTTP header does not end"
    ),
    "http_header_of_100_kb": lambda: _between(
        record(http(b"X: " + b"y" * 100_000 + b"\r\n")),
        "the response's HTTP header does not end",
    ),
    "warc_header_of_100_kb": lambda: _between(
        record(OK + GOOD, more=b"X: " + b"y" * 100_000 + b"\r\n"),
        "at byte N: the record's header does not end; N bytes are lost",
    ),
    "binary_in_headers": lambda: _between(
        record(
            http(b"X-\xff\xfe: \x00\x01\x80\r\n\x00\xff\r\nContent-Type: text/html\r\n"), more=b"X-\xff: \x00\xfe\r\n"
        ),
        TEXT,
    ),
    "headers_twice": lambda: _between(record(http(HTML + b"Content-Type: image/png\r\nContent-Type: x\r\n")), TEXT),
    "status_line_only": lambda: _between(record(b"HTTP/1.1 200 OK\r\n\r\n"), "the response is not HTML"),
    "status_of_letters": lambda: _between(record(b"HTTP/1.1 OK\r\n" + HTML + b"\r\n" + GOOD), "HTTP status missing"),
    "archive_in_a_record": lambda: _between(record(http(HTML, b"<!--\r\n\r\n" + FIRST + b"-->" + GOOD)), TEXT),
    "archive_in_a_record_as_its_type": lambda: _between(
        sent(b"application/warc", FIRST * 2), "the response is not HTML"
    ),
    "chunks_broken": lambda: _between(
        record(http(HTML + b"Transfer-Encoding: chunked\r\n", _chunked(GOOD) + b"zzz\r\nmore")), TEXT
    ),
    "chunks_already_joined": lambda: _between(record(http(HTML + b"Transfer-Encoding: chunked\r\n")), TEXT),
    "gzip_content_broken": lambda: _between(
        record(http(HTML + b"Content-Encoding: gzip\r\n", b"\x1f\x8b\x08" + b"no" * 100)),
        "the page's compression is broken",
    ),
    "gzip_content_already_undone": lambda: _between(record(http(HTML + b"Content-Encoding: gzip\r\n")), TEXT),
    "gzip_content_bomb": lambda: _between(
        record(http(HTML + b"Content-Encoding: gzip\r\n", gzip.compress(bytes(10**8), mtime=0))),
        "the page is over the limit of N bytes",
    ),
    "brotli_content": lambda: _between(record(http(HTML + b"Content-Encoding: br\r\n", brotli.compress(GOOD))), TEXT),
    "brotli_content_broken": lambda: _between(
        record(http(HTML + b"Content-Encoding: br\r\n", b"\xff\xff\xff")), "the page's compression is broken"
    ),
    "brotli_content_bomb": lambda: _between(
        record(http(HTML + b"Content-Encoding: br\r\n", brotli.compress(bytes(10**8), quality=1))),
        "the page is over the limit of N bytes",
    ),
    "deflate_content_without_zlib_header": lambda: _between(
        record(http(HTML + b"Content-Encoding: deflate\r\n", zlib.compress(GOOD)[2:-4])), TEXT
    ),
    "character_set_lies": lambda: _between(sent(b"text/html; charset=windows-1251", GOOD), TEXT),
    "character_set_of_no_such_name": lambda: _between(sent(b"text/html; charset=\xff;x=", GOOD), TEXT),
    "utf16_without_mark": lambda: _between(sent(b"text/html", GOOD.decode().encode("utf-16-le")), TEXT),
    "nul_bytes_in_the_page": lambda: _between(sent(b"text/html", GOOD.replace(b"<p>", b"<p>\0")), TEXT),
    "pdf_as_html": lambda: _between(sent(b"text/html", b"%PDF-1.7" + bytes(100)), "the response is not HTML"),
    "html_as_plain_text": lambda: _between(sent(b"text/plain", GOOD), TEXT),
    "html_as_octet_stream": lambda: _between(sent(b"application/octet-stream", GOOD), TEXT),
    "html_without_type": lambda: _between(record(http(b"")), TEXT),
    "half_a_surrogate_pair_in_the_address": lambda: _between(
        record(OK + GOOD).replace(b"yo.example/1", b"yo.example/\xed\xa0\x80"), TEXT
    ),
    "gzip_cut_in_the_last_member": lambda: _packed(
        GZ + GZ[:-100], TEXT, "at byte N: the file ends inside a compressed block (gzip); N bytes are lost"
    ),
    "gzip_member_without_its_end": lambda: _packed(GZ + GZ[:-8] + GZ, TEXT, CHECKSUM, TEXT),
    "gzip_checksum_wrong": lambda: _packed(GZ + GZ[:-8] + b"\0\0\0\0" + GZ[-4:] + GZ, TEXT, CHECKSUM, TEXT),
    "garbage_between_members": lambda: _packed(
        GZ + b"garbage" * 20 + GZ, TEXT, "at byte N: N bytes that are not gzip", TEXT
    ),
    "zeros_between_members": lambda: _packed(GZ + bytes(1000) + GZ, TEXT, TEXT),
    "two_records_in_a_member": lambda: _packed(gzip.compress(FIRST * 2, mtime=0) + GZ, TEXT, TEXT, TEXT),
    "a_record_over_two_members": lambda: _packed(
        gzip.compress(FIRST[:300], mtime=0) + gzip.compress(FIRST[300:], mtime=0) + GZ,
        DOES_NOT_FIT,
        "at byte N: N bytes that belong to no WARC record",
        TEXT,
    ),
    "gzip_bomb_as_a_record": lambda: _packed(
        GZ + gzip.compress(bytes(10**8), mtime=0) + GZ, TEXT, "at byte N: N bytes that belong to no WARC record", TEXT
    ),
    "gzip_named_warc": lambda: Malformed(GZ + GZ, (TEXT, TEXT)),
    "plain_named_gz": lambda: Malformed(FIRST * 2, (TEXT, TEXT), ".warc.gz"),
    "empty": lambda: Malformed(b"", ()),
    "empty_gz": lambda: Malformed(b"", (), ".warc.gz"),
    "one_byte": lambda: Malformed(b"W", ("at byte N: N bytes that belong to no WARC record",)),
    "magic_only": lambda: Malformed(
        b"\x1f\x8b\x08", ("at byte N: the file ends inside a compressed block (gzip)",), ".warc.gz"
    ),
}
"""Each archive by its fault, made when it is asked for."""
