"""An index of one's own archives: each response found where it lies, and nothing that cannot be fetched."""

import gzip
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from warcio.archiveiterator import ArchiveIterator

from catalog.crawl.captures import INDEX, Capture, CrawlIndexError
from catalog.crawl.make_index import Indexed, make_index, names_below
from catalog.crawl.payload import fault
from tests.corpora import DEMO
from tests.crawls import page, record, write_archive

URL = "https://www.yo.example/a/"


def made(tmp_path: Path, data: bytes, name: str = "a.warc.gz") -> tuple[list[dict[str, Any]], Indexed]:
    (tmp_path / name).write_bytes(data)
    target = tmp_path / "out" / "index.parquet"
    done = make_index([str(tmp_path / name)], [name], target, "own", lambda count: None)
    return pq.read_table(target).to_pylist(), done


def test_a_response_is_a_row_with_the_columns_of_common_crawl(tmp_path: Path) -> None:
    (row,), done = made(tmp_path, record(URL, page(1), kind="response"))
    assert done == Indexed(1, ())
    assert list(row) == INDEX.names
    assert row == {
        "url_surtkey": "example,yo)/a", "url": URL, "url_host_name": "www.yo.example", "url_host_tld": "example",
        "url_host_registered_domain": "yo.example", "fetch_time": datetime(2021, 10, 16, 3, 4, 5, tzinfo=UTC),
        "fetch_status": 200, "fetch_redirect": None, "content_mime_detected": "text/html", "content_languages": None,
        "content_charset": "utf-8", "warc_filename": "a.warc.gz", "warc_record_offset": 0,
        "warc_record_length": (tmp_path / "a.warc.gz").stat().st_size, "crawl": "own", "subset": "warc",
    }  # fmt: skip


def test_offsets_and_lengths_are_those_that_warcio_finds(tmp_path: Path) -> None:
    archive = DEMO / "data" / "lohelp_eu.warc.gz"
    make_index([str(archive)], ["x"], tmp_path / "index.parquet", "own", lambda count: None)
    rows = pq.read_table(tmp_path / "index.parquet").to_pylist()
    found = {row["url"]: (row["warc_record_offset"], row["warc_record_length"]) for row in rows}
    with archive.open("rb") as file:
        records = ArchiveIterator(file)
        known = {
            one.rec_headers.get_header("WARC-Target-URI"): (
                one.raw_stream.read() and records.get_record_offset(), records.get_record_length()
            )
            for one in records
        }  # fmt: skip
    assert found == known
    assert len(found) == 120


@pytest.mark.parametrize(
    ("data", "subset", "status"),
    [
        (record(URL, b"x"), "warc", 200),
        (record(URL, b"x", status="404 Not Found"), "crawldiagnostics", 404),
        (record(URL, b"x", status="301 Moved\r\nLocation: /b"), "crawldiagnostics", 301),
        (record("https://yo.example/robots.txt", b"x"), "robotstxt", 200),
        (record("https://yo.example/robots.txt", b"x", status="404 Not Found"), "robotstxt", 404),
        (record(URL, b"x", status="OK"), "crawldiagnostics", None),
        (record(URL, b"x", date="long ago"), "warc", 200),
    ],
)
def test_subsets_are_those_of_common_crawl(tmp_path: Path, data: bytes, subset: str, status: int | None) -> None:
    (row,), _ = made(tmp_path, data)
    assert (row["subset"], row["fetch_status"]) == (subset, status)
    assert row["fetch_redirect"] == ("/b" if status == 301 else None)


def test_what_is_no_response_is_no_row(tmp_path: Path) -> None:
    rows, done = made(
        tmp_path, record(URL, b"x", kind="request") + record(URL, b"x") + record(URL, b"x", kind="metadata")
    )
    assert ([row["url"] for row in rows], done.faults) == ([URL], ())


def test_damage_costs_no_more_than_what_is_damaged(tmp_path: Path) -> None:
    good, bad = record(URL, page(1)), bytearray(record("https://yo.example/2", page(2)))
    bad[len(bad) // 2] ^= 0xFF
    data = good + bytes(bad) + b"not gzip" + record("https://yo.example/3", page(3)) + b"\0" * 70_000 + good[:50]
    rows, done = made(tmp_path, data)
    assert [row["url"] for row in rows] == ["https://yo.example/3", URL]
    assert rows[0]["warc_record_offset"] == len(good) + len(bad) + len(b"not gzip")
    assert [fault.split(": ", 2)[1] for fault in done.faults] == [f"at byte {len(good)}", f"at byte {len(data) - 50}"]


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (gzip.compress(b"no record"), "a.warc.gz: at byte 0: the gzip member holds no WARC record"),
        (
            gzip.compress(gzip.decompress(record(URL, b"x")) * 2),
            "at byte 0: the gzip member does not hold just one record; `warcio recompress` makes one member of each",
        ),
        (record("ftp://yo.example/", b"x"), "WARC-Target-URI is not an address that begins with http"),
        (record("https://yo.example/a b", b"x"), "WARC-Target-URI holds a space or a control character"),
        (b"\x1f\x8b\x08 broken", "at byte 0: the data is not gzip"),
    ],
)
def test_what_cannot_be_asked_for_is_told(tmp_path: Path, data: bytes, fault: str) -> None:
    rows, done = made(tmp_path, data + record("https://yo.example/good", b"x"))
    assert [row["url"] for row in rows] == ["https://yo.example/good"]
    assert fault in done.faults[0]


def test_an_archive_that_is_not_compressed_is_refused_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(
        CrawlIndexError, match=r"only .warc.gz can be fetched by the record; `warcio recompress .*a.warc "
    ):
        made(tmp_path, b"", "a.warc")


def test_an_archive_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CrawlIndexError, match=r"none.warc.gz: No such file"):
        make_index([str(tmp_path / "none.warc.gz")], ["x"], tmp_path / "i.parquet", "own", lambda count: None)


def test_an_index_that_grows_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.crawl.make_index.MOST_ROWS", 1)
    with pytest.raises(CrawlIndexError, match="the index has over 1 rows; index fewer files at once"):
        made(tmp_path, record(URL, b"x") * 2)


def test_the_same_archives_give_the_same_bytes(tmp_path: Path) -> None:
    write_archive(tmp_path / "a.warc.gz", [record(f"https://yo.example/{number}", b"x") for number in range(50)])
    for name in ("one", "two"):
        make_index([str(tmp_path / "a.warc.gz")], ["a"], tmp_path / name, "own", lambda count: None)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_names_are_below_a_folder_or_their_own(tmp_path: Path) -> None:
    files = [f"{tmp_path}/2021/a.warc.gz", f"{tmp_path}/2020/a.warc.gz"]
    assert names_below(files, str(tmp_path)) == ["2021/a.warc.gz", "2020/a.warc.gz"]
    assert names_below(files[:1], None) == ["a.warc.gz"]
    assert names_below(["s3://bucket/x/a.warc.gz"], "s3://bucket") == ["x/a.warc.gz"]
    with pytest.raises(CrawlIndexError, match=r"another file is called 'a.warc.gz' too; name the folder above both"):
        names_below(files, None)
    with pytest.raises(CrawlIndexError, match=r"2021/a.warc.gz: does not lie below .*/2020$"):
        names_below(files, f"{tmp_path}/2020")


def test_a_real_record_of_common_crawl(tmp_path: Path, shared: Path) -> None:
    archive = shared / "data" / "whirlwind.warc.gz"
    done = make_index([str(archive)], ["x.warc.gz"], tmp_path / "index.parquet", "CC-MAIN-2024-22", lambda count: None)
    (row,) = pq.read_table(tmp_path / "index.parquet").to_pylist()
    assert done == Indexed(1, ())
    assert (row["url_surtkey"], row["url_host_registered_domain"]) == (
        "org,wikipedia,an)/wiki/escopete",
        "wikipedia.org",
    )
    assert (row["fetch_status"], row["content_mime_detected"], row["subset"]) == (200, "text/html", "warc")
    data = archive.read_bytes()[row["warc_record_offset"] :][: row["warc_record_length"]]
    assert fault(data, Capture(row["url"], row["url_host_name"], "x", 0, len(data))) is None


def test_a_time_before_the_calendar_is_none(tmp_path: Path) -> None:
    plain = gzip.decompress(record(URL, page(1)))
    data = re.sub(rb"WARC-Date: [^\r]+", b"WARC-Date: 0001-01-01T00:00:00+14:00", plain)
    assert data != plain
    rows, done = made(tmp_path, gzip.compress(data))
    assert ([row["fetch_time"] for row in rows], done.faults) == ([None], ())
