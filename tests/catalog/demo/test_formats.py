"""Formats: what is written is read back, and is the same every time."""

import gzip
import io

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from warcio.archiveiterator import ArchiveIterator

from catalog.demo import formats

RECORDS = [{"id": "a", "text": "Ẹ káàbọ̀"}, {"id": "b", "text": "你好"}]


def test_jsonl_compressed() -> None:
    plain = formats.jsonl(RECORDS)
    assert plain.decode().count("\n") == 2
    assert gzip.decompress(formats.gz(plain)) == plain
    assert zstandard.ZstdDecompressor().decompress(formats.zst(plain)) == plain


def test_tables() -> None:
    assert pq.read_table(io.BytesIO(formats.parquet(RECORDS))).to_pylist() == RECORDS
    assert pa.ipc.open_file(io.BytesIO(formats.arrow(RECORDS))).read_all().to_pylist() == RECORDS


def test_the_same_bytes_every_time() -> None:
    for write in (formats.jsonl, formats.parquet, formats.arrow):
        assert write(RECORDS) == write(RECORDS)


def test_a_page_is_a_record_that_other_readers_understand() -> None:
    html = "<p>Ẹ káàbọ̀</p>".encode()
    records = ArchiveIterator(io.BytesIO(formats.page("https://a.example/1", html)), check_digests="raise")
    (found,) = [(record.rec_headers, record.http_headers, record.content_stream().read()) for record in records]
    assert found[0].get_header("WARC-Target-URI") == "https://a.example/1"
    assert found[1].get_header("Content-Type") == "text/html; charset=utf-8"
    assert found[2] == html
