"""The files of an index, wherever they lie; and what is none."""

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.crawl import index_files
from catalog.crawl.captures import INDEX, NEEDED, PLACE, CrawlIndexError
from tests.crawls import record, site, write_archive, write_index
from tests.range_server import RangeServer, serving

BASE = "https://data.example"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RangeServer]:
    """A server of tmp_path."""
    with serving(tmp_path) as running:
        yield running


@pytest.fixture
def index(tmp_path: Path) -> Path:
    """An index of three pages of yo.example and two of ig.example."""
    site(tmp_path / "yo.warc.gz", "yo.example", 3)
    site(tmp_path / "ig.warc.gz", "ig.example", 2)
    return write_index(tmp_path / "index.parquet", tmp_path / "yo.warc.gz", tmp_path / "ig.warc.gz")


def urls(place: object, *domains: str, crawls: tuple[str, ...] = (), base: str = BASE) -> list[str]:
    found = index_files.files([str(place)], crawls, base)
    batches = [batch for file in found for batch in index_files.batches(file, domains or ("yo.example",), crawls)]
    assert all(batch.schema == INDEX for batch in batches)
    return [row["url"] for batch in batches for row in batch.to_pylist()]


YO = [f"https://yo.example/00{number}.html" for number in range(3)]


def test_a_file_a_folder_and_a_pattern(index: Path) -> None:
    assert urls(index) == urls(index.parent) == urls(f"{index.parent}/*.parquet") == YO
    assert len(urls(index, "yo.example", "ig.example")) == 5
    assert urls(index, "elsewhere.example") == []


def hive(tmp_path: Path, index: Path, crawl: str, subset: str) -> Path:
    """The index as Common Crawl has it: crawl and subset are folders, times are in nanoseconds without a zone."""
    table = pq.read_table(index).drop_columns(["crawl", "subset", "content_charset", "fetch_redirect"])
    times = table.column("fetch_time").cast(pa.timestamp("ns"))
    table = table.set_column(table.schema.get_field_index("fetch_time"), "fetch_time", times)
    path = tmp_path / "cc" / f"crawl={crawl}" / f"subset={subset}" / "part-0.parquet"
    path.parent.mkdir(parents=True)
    pq.write_table(table, path)
    return path


def test_folders_named_by_crawl_and_subset(tmp_path: Path, index: Path) -> None:
    for crawl in ("CC-MAIN-2021-43", "CC-MAIN-2021-49"):
        for subset in ("warc", "crawldiagnostics", "robotstxt"):
            hive(tmp_path, index, crawl, subset)
    found = index_files.files([str(tmp_path / "cc")], [], BASE)
    assert [(file.crawl[-2:], file.subset) for file in found] == [
        ("43", "robotstxt"), ("43", "warc"), ("49", "robotstxt"), ("49", "warc"),
    ]  # fmt: skip
    chosen = index_files.files([str(tmp_path / "cc")], ["CC-MAIN-2021-49"], BASE)
    (row, *_) = next(index_files.batches(chosen[1], ["yo.example"], ["CC-MAIN-2021-49"])).to_pylist()
    assert (row["crawl"], row["subset"], row["content_charset"]) == ("CC-MAIN-2021-49", "warc", None)
    assert row["fetch_time"].isoformat() == "2021-10-16T03:04:05+00:00"
    with pytest.raises(CrawlIndexError, match="holds no Parquet file of an index of CC-MAIN-1999-01"):
        index_files.files([str(tmp_path / "cc")], ["CC-MAIN-1999-01"], BASE)


def test_crawls_that_are_a_column_are_chosen_too(index: Path) -> None:
    assert urls(index, crawls=("own",)) == YO
    assert urls(index, crawls=("other",)) == []


def test_over_http(index: Path, server: RangeServer) -> None:
    assert urls(f"{server.url}/index.parquet") == YO


def test_a_list_of_names_below_the_base(tmp_path: Path, index: Path, server: RangeServer) -> None:
    hive(tmp_path, index, "CC-MAIN-2021-43", "warc")
    name = "cc/crawl=CC-MAIN-2021-43/subset=warc/part-0.parquet\n"
    (tmp_path / "table.paths.gz").write_bytes(
        gzip.compress(f"{name}{name.replace('warc', 'crawldiagnostics')}".encode())
    )
    assert urls(tmp_path / "table.paths.gz", base=server.url) == YO
    assert urls(f"{server.url}/table.paths.gz", base=server.url) == YO
    assert urls(tmp_path / "table.paths.gz", base=str(tmp_path)) == YO


@pytest.mark.parametrize("name", ["../x.parquet", "/etc/x.parquet", "https://elsewhere.example/x.parquet"])
def test_a_list_cannot_lead_elsewhere(tmp_path: Path, name: str) -> None:
    (tmp_path / "table.paths").write_text(f"{name}\n", encoding="utf-8")
    with pytest.raises(CrawlIndexError, match=f"table.paths: names a file that is not below {BASE}"):
        urls(tmp_path / "table.paths")


def test_a_list_that_is_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_files, "LONGEST_LIST", 1000)
    (tmp_path / "table.paths.gz").write_bytes(gzip.compress(b"a.parquet\n" * 1000))
    with pytest.raises(CrawlIndexError, match="has more than 1,000 bytes; it is no list of names"):
        urls(tmp_path / "table.paths.gz")


COLUMNS = {
    **{name: ["x"] for name in NEEDED + PLACE[:1]}, "fetch_time": pa.array([0], pa.timestamp("ms")),
    **{name: [1] for name in PLACE[1:]}, "subset": ["warc"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.write_bytes(b"no Parquet"), "cannot be read as an index"),
        (lambda path: path.write_bytes(b""), "cannot be read as an index"),
        (
            lambda path: pq.write_table(pa.table({"url": ["x"]}), path),
            "has no column url_surtkey or url_host_name or .*; an index has Common Crawl's columns, and roots index",
        ),
        (
            lambda path: pq.write_table(
                pa.table({name: ["warc" if name == "subset" else "x"] for name in INDEX.names}), path
            ),
            "cannot be read as an index",
        ),
        (
            lambda path: pq.write_table(pa.table({**COLUMNS, "url": pa.array([b"\xff"]).view(pa.string())}), path),
            "cannot be read as an index: .*Invalid UTF8",
        ),
    ],
)  # fmt: skip
def test_a_file_that_is_no_index(tmp_path: Path, make: Callable[[Path], Any], message: str) -> None:
    make(tmp_path / "index.parquet")
    with pytest.raises(CrawlIndexError, match=f"index.parquet: {message}"):
        urls(tmp_path / "index.parquet", "x")


def test_places_without_an_index(tmp_path: Path, server: RangeServer) -> None:
    with pytest.raises(CrawlIndexError, match="there is no Parquet file of an index"):
        urls(tmp_path / "none.parquet")
    with pytest.raises(CrawlIndexError, match="there is no Parquet file of an index"):
        urls(tmp_path)
    with pytest.raises(CrawlIndexError, match=r"none.parquet: cannot be read as an index"):
        urls(f"{server.url}/none.parquet")
    with pytest.raises(CrawlIndexError, match="Protocol not known: foo"):
        urls("foo://bucket/x.parquet")


def test_a_name_with_signs_of_patterns_is_a_name(tmp_path: Path) -> None:
    write_archive(tmp_path / "a.warc.gz", [record("https://yo.example/", b"x")])
    index = write_index(tmp_path / "in[de]x" / "own*.parquet", tmp_path / "a.warc.gz")
    assert urls(index) == urls(index.parent) == ["https://yo.example/"]
