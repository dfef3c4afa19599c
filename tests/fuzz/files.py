"""What fuzzing begins with: real files that are carried, small, for each of the three readers."""

import gzip
import io
import itertools
import json
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from catalog.demo.make import DATA
from catalog.warc import captures

FIXTURES = Path(__file__).parents[1] / "catalog" / "fixtures"
SHARED = Path(__file__).parents[3] / "shared" / "data"

LINES = 8
"""Records of a file: a change meets all of them, and an example is read in a millisecond."""

PAGES = 3

OSCAR = {
    "identification": {"label": "multi", "prob": 0.9},
    "harmful_pp": 4063.1814,
    "tlsh": "tlsh:T125315FF2B6088901EEA097015DB39B4600B",
    "quality_warnings": ["short_sentences", "footer"],
    "categories": ["examen_pix", "adult"],
    "sentence_identifications": [{"label": "fr", "prob": 0.99}, None],
}
"""Metadata of OSCAR 23.01 as its documentation shows it."""


def _records() -> list[dict[str, Any]]:
    lines = gzip.decompress((DATA / "oscar_sample.jsonl.gz").read_bytes()).splitlines()[:LINES]
    return [{**record, "text": record["text"][:400]} for record in map(json.loads, lines)]


def _jsonl(records: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()


@cache
def lines() -> tuple[tuple[bytes, ...], ...]:
    """Files of JSON lines in OSCAR's schemas, and a pair of metadata and texts."""
    first = _records()
    second = [{"content": each["text"], "warc_headers": each["meta"]["headers"], "metadata": OSCAR} for each in first]
    texts = ["\n".join(part for part in each["text"].split("\n") if part.strip()) for each in first]
    counts = [text.count("\n") + 1 for text in texts]
    starts = [0, *itertools.accumulate(count + 1 for count in counts)]
    meta = [
        {"headers": each["meta"]["headers"], "offset": start, "nb_sentences": count}
        for each, start, count in zip(first, starts, counts, strict=False)
    ]
    pair = _jsonl(meta), ("\n\n".join(texts) + "\n\n").encode()
    return (_jsonl(first),), (_jsonl(second),), (_jsonl(first[:2] + second[:2]).replace(b"\n", b"\r\n"),), pair


@cache
def archives() -> tuple[tuple[bytes, ...], ...]:
    """Web archives of a few pages, plain and gzipped, one with a request and one of texts."""
    found = []
    for name in ("udhr_pages.warc.gz", "lohelp_hi.warc.gz", "lohelp_zh_cn.warc.gz"):
        packed = (DATA / name).read_bytes()
        ends = [capture.place for capture in itertools.islice(captures(io.BytesIO(packed)), PAGES + 1)]
        found.append((packed[: ends[-1]],))
    plain = [(gzip.decompress(data),) for (data,) in found]
    wet = [
        b"WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://yo.example/1\r\nContent-Type: text/plain\r\n"
        b"WARC-Identified-Content-Language: yor,eng\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (len(text), text)
        for text in (each["text"].encode() for each in _records())
    ]
    whirlwind = [(path.read_bytes(),) for path in sorted(SHARED.glob("whirlwind.warc*.gz"))]
    broken = [(path.read_bytes(),) for path in sorted(FIXTURES.glob("*.warc*"))]
    return (*found, *plain, (b"".join(wet),), (b"".join(map(gzip.compress, wet)),), *whirlwind, *broken)


@cache
def tables() -> tuple[tuple[bytes, ...], ...]:
    """Parquet and Arrow files of nested columns, with each compression."""
    first = _records()
    table = pa.Table.from_pylist(
        [{**each, "metadata": OSCAR, "bytes": b"\xff", "tags": ["a", None], "number": 0.5} for each in first]
    )
    encoded = table.set_column(1, "text", table.column("text").dictionary_encode())
    found = []
    for each, codec in itertools.product((table, encoded), ("none", "snappy", "gzip", "zstd")):
        sink = io.BytesIO()
        pq.write_table(each, sink, compression=codec, row_group_size=3, write_page_checksum=codec == "zstd")
        found.append((sink.getvalue(),))
    for each, write in itertools.product((table, encoded), (pa.ipc.new_file, pa.ipc.new_stream)):
        sink = io.BytesIO()
        with write(sink, each.schema) as writer:
            writer.write_table(each, max_chunksize=3)
        found.append((sink.getvalue(),))
    return tuple(found)


PACKERS = {"": bytes, ".gz": gzip.compress, ".zst": zstandard.compress}
"""How a file of lines is stored, by the end of its name."""
