"""roots index: an index of one's own archives, and what is told of those that hold what cannot be fetched."""

from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq

from tests.crawls import record, site
from tests.roots.made import Ended

Roots = Callable[..., Ended]


def test_archives_by_a_pattern(roots: Roots, tmp_path: Path) -> None:
    for year in ("2020", "2021"):
        site(tmp_path / "cc" / year / "a.warc.gz", f"{year}.example", 2)
    files, below = tmp_path / "cc" / "*" / "a.warc.gz", tmp_path / "cc"
    ended = roots("index", files, "--below", below, "--crawl", "mine", "--output", tmp_path / "i.parquet")
    assert (ended.code, ended.out) == (0, f"4 responses: {tmp_path}/i.parquet\n")
    rows = pq.read_table(tmp_path / "i.parquet").to_pylist()
    assert [(row["warc_filename"], row["crawl"]) for row in rows][::2] == [
        ("2020/a.warc.gz", "mine"), ("2021/a.warc.gz", "mine"),
    ]  # fmt: skip


def test_what_is_not_in_it_is_told(roots: Roots, tmp_path: Path) -> None:
    bad = record("ftp://x", b"")
    (tmp_path / "a.warc.gz").write_bytes(record("https://yo.example/", b"x") + bad * 25)
    ended = roots("index", tmp_path / "a.warc.gz", "--output", tmp_path / "i.parquet")
    assert ended.code == 0
    assert ended.out.startswith("1 responses: ")
    assert len(ended.err.splitlines()) == 21
    assert "not in the index: a.warc.gz: at byte " in ended.err
    assert ended.err.splitlines()[-1] == "not in the index: 5 more"


def test_what_cannot_be_indexed(roots: Roots, tmp_path: Path) -> None:
    site(tmp_path / "a.warc.gz", "yo.example", 1)
    (tmp_path / "b.jsonl").write_text("{}\n", encoding="utf-8")
    (tmp_path / "c.warc").write_bytes(b"")
    given = {
        ("a.warc.gz", "i.csv"): "i.csv: an index is a Parquet file; let its name end in .parquet",
        ("b.jsonl", "i.parquet"): "b.jsonl: is no web archive (.warc.gz)",
        ("c.warc", "i.parquet"): "c.warc: only .warc.gz can be fetched by the record; `warcio recompress ",
        ("none.warc.gz", "i.parquet"): "none.warc.gz: there is no such file",
    }
    for (file, output), message in given.items():
        ended = roots("index", tmp_path / file, "--output", tmp_path / output)
        assert (ended.code, message in ended.err) == (2, True), message
        assert len(ended.err.splitlines()) == 1
