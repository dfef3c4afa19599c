"""Records and pages as the bytes of a file, the same bytes every time: no clock, no host, no file name inside.

The same bytes need the same compressors: zlib and the pyarrow pinned in requirements.txt.
"""

import hashlib
import json
import zlib
from base64 import b32encode
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq

Record = Mapping[str, Any]

WARC_DATE = "2026-11-20T00:00:00Z"
"""The one date of all pages: made up, as are their addresses under `.example`."""


def jsonl(records: Iterable[Record]) -> bytes:
    """One JSON object a line.

    >>> jsonl([{"id": "1", "text": "Ẹ káàbọ̀"}]).decode()
    '{"id": "1", "text": "Ẹ káàbọ̀"}\\n'
    """
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


def gz(data: bytes) -> bytes:
    """One gzip member without a time stamp. (gzip.compress writes a header that depends on the Python version.)

    >>> gz(b"").hex()[:20]
    '1f8b0800000000000203'
    """
    return zlib.compress(data, level=9, wbits=31)


def zst(data: bytes) -> bytes:
    """One zstd frame."""
    compressed: bytes = pa.Codec("zstd", compression_level=19).compress(data, asbytes=True)
    return compressed


def arrow(records: Iterable[Record]) -> bytes:
    """One Arrow IPC file of one record batch, its buffers in zstd."""
    table = pa.Table.from_pylist(list(records))
    buffer = BytesIO()
    options = pa.ipc.IpcWriteOptions(compression=pa.Codec("zstd", compression_level=19), use_threads=False)
    with pa.ipc.new_file(buffer, table.schema, options=options) as writer:
        writer.write_table(table)
    return buffer.getvalue()


def parquet(records: Iterable[Record]) -> bytes:
    """One Parquet file of one row group, zstd."""
    buffer = BytesIO()
    pq.write_table(pa.Table.from_pylist(list(records)), buffer, compression="zstd", compression_level=19)
    return buffer.getvalue()


def digest(data: bytes) -> str:
    """The SHA-1 of some bytes as WARC headers give it."""
    return "sha1:" + b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def record_id(url: str) -> str:
    """The WARC record id of a page: made from its address, so that it is the same in every run.

    >>> record_id("https://udhr.example/aka_asante.html")
    '<urn:uuid:c6684bd4-49a0-ebc7-32a3-b1d98814cdfc>'
    """
    return f"<urn:uuid:{UUID(hashlib.sha256(url.encode()).hexdigest()[:32])}>"


def page(url: str, html: bytes) -> bytes:
    """A page as the answer of a web server, as one WARC record in one gzip member (a WARC file is many of them)."""
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(html)}\r\n\r\n"
    block = head.encode() + html
    lines = [
        "WARC/1.0",
        f"WARC-Date: {WARC_DATE}",
        f"WARC-Record-ID: {record_id(url)}",
        "WARC-Type: response",
        f"WARC-Target-URI: {url}",
        f"WARC-Payload-Digest: {digest(html)}",
        f"WARC-Block-Digest: {digest(block)}",
        "Content-Type: application/http; msgtype=response",
        f"Content-Length: {len(block)}",
    ]
    return gz("\r\n".join(lines).encode() + b"\r\n\r\n" + block + b"\r\n\r\n")
