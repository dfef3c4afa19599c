"""Captures: what a hostile or a badly edited index names is refused before it is asked for."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.crawl.captures import SELECTED, CrawlIndexError, capture, selected
from catalog.record import MAX_BYTES

ROW: dict[str, Any] = {
    "url": "https://yo.example/1", "url_host_name": "yo.example", "warc_filename": "crawl/a.warc.gz",
    "warc_record_offset": 10, "warc_record_length": 20,
}  # fmt: skip


def test_a_sound_row() -> None:
    found = capture(ROW)
    assert (found.fault, found.key, found.url) == (None, ("crawl/a.warc.gz", 10, 20), "https://yo.example/1")


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("warc_filename", "../../etc/passwd", "warc_filename leads out of the folder of archives"),
        ("warc_filename", "/etc/passwd", "warc_filename leads out of"),
        ("warc_filename", "a/./b.warc.gz", "warc_filename leads out of"),
        ("warc_filename", "a//b.warc.gz", "warc_filename leads out of"),
        ("warc_filename", "https://elsewhere.example/a.warc.gz", "warc_filename is no path of a file"),
        ("warc_filename", "//elsewhere.example/a.warc.gz", "warc_filename leads out of"),
        ("warc_filename", "@elsewhere.example/a:80", "warc_filename is no path of a file"),
        ("warc_filename", "a.warc.gz?x=1", "warc_filename is no path of a file"),
        ("warc_filename", "a.warc.gz#x", "warc_filename is no path of a file"),
        ("warc_filename", "%2e%2e/a.warc.gz", "warc_filename is no path of a file"),
        ("warc_filename", "..\\a.warc.gz", "warc_filename is no path of a file"),
        ("warc_filename", "a\r\nHost: x", "warc_filename is no path of a file"),
        ("warc_filename", "*", "warc_filename is no path of a file"),
        ("warc_filename", "a" * 1025, "warc_filename is no path of a file"),
        ("warc_filename", "", "the row has no url, warc_filename"),
        ("warc_filename", None, "the row has no url, warc_filename"),
        ("url", None, "the row has no url"),
        ("url", "https://x/" + "a" * 9000, "url has more than 8192 characters"),
        ("warc_record_offset", -1, "warc_record_offset is no place in a file"),
        ("warc_record_offset", 2**62, "warc_record_offset is no place in a file"),
        ("warc_record_offset", None, "the row has no url, warc_filename, warc_record_offset"),
        ("warc_record_length", 0, f"warc_record_length is not from 1 to {MAX_BYTES}"),
        ("warc_record_length", -5, "warc_record_length is not from 1 to"),
        ("warc_record_length", MAX_BYTES + 1, "warc_record_length is not from 1 to"),
    ],
)
def test_a_row_that_may_not_be_asked_for(key: str, value: Any, message: str) -> None:
    assert message in str(capture({**ROW, key: value}).fault)


def write(path: Path, rows: list[dict[str, Any]], schema: pa.Schema | None = SELECTED) -> Path:
    pq.write_table(pa.Table.from_pylist(rows, schema), path)
    return path


def test_rows_are_read_in_order_with_their_seeds(tmp_path: Path) -> None:
    rows = [{**ROW, "seed_id": seed, "warc_record_offset": place} for place, seed in enumerate(["b", "b", "a", None])]
    found = list(selected(write(tmp_path / "index.parquet", rows)))
    assert [(seed, one.offset) for seed, one in found] == [("b", 0), ("b", 1), ("a", 2), ("", 3)]


def test_types_that_an_editor_changed_are_taken(tmp_path: Path) -> None:
    rows = [{**ROW, "seed_id": "a", "warc_record_offset": 3.0}]
    assert [one.offset for _, one in selected(write(tmp_path / "index.parquet", rows, None))] == [3]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([{"seed_id": "a"}], "has no column url or url_host_name or warc_filename or .*; --force makes it anew"),
        ([{**ROW, "seed_id": seed} for seed in "aba"], "rows of seed 'a' stand apart; sort the table by seed_id"),
        ([{**ROW, "seed_id": "a", "warc_record_offset": "x"}], "cannot be read as Parquet"),
        ([{**ROW, "seed_id": "a", "url": b"\xff"}], "cannot be read as Parquet: Invalid UTF8"),
    ],
)
def test_an_index_that_cannot_be_used(tmp_path: Path, rows: list[dict[str, Any]], message: str) -> None:
    path = write(tmp_path / "index.parquet", rows, None)
    with pytest.raises(CrawlIndexError, match=message):
        list(selected(path))


@pytest.mark.parametrize("content", [b"", b"PAR1", b"seed_id,url\n", b"PAR1" + b"\0" * 100 + b"PAR1"])
def test_what_is_no_parquet(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "index.parquet").write_bytes(content)
    with pytest.raises(CrawlIndexError, match=r"index.parquet: cannot be read as Parquet: .*; --force makes it anew"):
        list(selected(tmp_path / "index.parquet"))


def test_no_index_at_all(tmp_path: Path) -> None:
    with pytest.raises(CrawlIndexError, match="cannot be read as Parquet"):
        list(selected(tmp_path / "none.parquet"))


def test_a_text_that_says_it_is_utf8_and_is_not(tmp_path: Path) -> None:
    table = pa.Table.from_pylist([{**ROW, "seed_id": "a"}])
    broken = pa.array([b"\xff"]).view(pa.string())
    pq.write_table(table.set_column(table.schema.get_field_index("url"), "url", broken), tmp_path / "index.parquet")
    with pytest.raises(CrawlIndexError, match=r"cannot be read as Parquet: .*Invalid UTF8"):
        list(selected(tmp_path / "index.parquet"))
