"""The search: same registered domain, SURT prefix, latest capture of each address, each under one seed."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.crawl import index
from catalog.crawl.addresses import domain, host_name, parts, surt_key
from catalog.crawl.captures import INDEX, CrawlIndexError
from catalog.crawl.index import Found, search
from catalog.crawl.index_files import files
from catalog.crawl.seeds import load
from tests.crawls import write_seeds


def row(url: str, when: str = "2021-01-01", **more: Any) -> dict[str, Any]:
    host = host_name(parts(url))
    return {
        "url_surtkey": surt_key(url), "url": url, "url_host_name": host, "url_host_registered_domain": domain(host)[1],
        "fetch_time": datetime.fromisoformat(f"{when}T00:00:00+00:00"), "fetch_status": 200,
        "warc_filename": "a.warc.gz", "warc_record_offset": 0, "warc_record_length": 10, "crawl": "A", "subset": "warc",
    } | more  # fmt: skip


def found(
    tmp_path: Path, seeds: Sequence[str], *indexes: Sequence[dict[str, Any]], crawls: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """The captures of seeds (links) in indexes, each a file."""
    path = write_seeds(tmp_path / "seeds.csv", *(f"{number},x,{link}," for number, link in enumerate(seeds)))
    for number, rows in enumerate(indexes):
        (tmp_path / "cc").mkdir(exist_ok=True)
        pq.write_table(pa.Table.from_pylist(list(rows), INDEX), tmp_path / "cc" / f"{number}.parquet")
    (tmp_path / "out").mkdir(exist_ok=True)
    told: list[int] = []
    place = files([str(tmp_path / "cc")], crawls, "")
    done = search(load(path).seeds, place, crawls, tmp_path / "out", told.append)
    assert told == list(range(1, len(indexes) + 1))
    pages: list[dict[str, Any]] = pq.read_table(tmp_path / "out" / "index.parquet").to_pylist()
    assert done == Found(len(pages), pq.read_table(tmp_path / "out" / "robots.parquet").num_rows)
    assert not (tmp_path / "out" / "search").exists()
    return pages


def test_a_seed_has_what_begins_with_its_key_in_its_domain(tmp_path: Path) -> None:
    inside = ["https://www.yo.example/a", "http://yo.example/a/b?c=1", "https://yo.example/about"]
    outside = ["https://yo.example/b", "https://news.yo.example/a", "https://other.example/a", "https://yo.example/"]
    pages = found(tmp_path, ["https://yo.example/a/"], [row(url) for url in inside + outside])
    assert sorted(page["url"] for page in pages) == sorted(inside)
    assert {page["seed_id"] for page in pages} == {"0"}


def test_a_key_of_another_registered_domain_is_no_match(tmp_path: Path) -> None:
    wrong = row("https://yo.example/a", url_host_registered_domain="elsewhere.example")
    assert found(tmp_path, ["https://yo.example/"], [wrong]) == []


def test_the_latest_capture_of_an_address_over_all_crawls_and_files(tmp_path: Path) -> None:
    url = "https://yo.example/a"
    pages = found(
        tmp_path,
        ["https://yo.example/"],
        [row(url, "2021-02-01", warc_record_offset=1), row(url, "2021-03-01", warc_record_offset=2)],
        [row(url, "2021-01-01", warc_record_offset=3, crawl="B"), row(f"{url}/", "2020-01-01", warc_record_offset=4)],
    )
    assert [(page["url"], page["warc_record_offset"]) for page in pages] == [(url, 2), (f"{url}/", 4)]


def test_an_address_of_two_seeds_goes_to_the_nearer_one(tmp_path: Path) -> None:
    rows = [row("https://yo.example/7/pt/x"), row("https://yo.example/7/pt-br/x"), row("https://yo.example/8")]
    pages = found(tmp_path, ["https://yo.example/7/pt/", "https://yo.example/7/pt-br/", "https://yo.example/"], rows)
    assert [(page["seed_id"], page["url"][-3:]) for page in pages] == [("0", "t/x"), ("1", "r/x"), ("2", "e/8")]


def test_only_pages_are_pages(tmp_path: Path) -> None:
    url = "https://yo.example/a"
    rows = [
        row(url, "2022-01-01", subset="crawldiagnostics"),
        row(url, "2021-01-01"),
        row(url, "2023-01-01", subset=None),
    ]
    assert [page["fetch_time"].year for page in found(tmp_path, ["https://yo.example/"], rows)] == [2021]


def test_crawls_can_be_chosen(tmp_path: Path) -> None:
    url = "https://yo.example/a"
    rows = [row(url, "2021-01-01"), row(url, "2022-01-01", crawl="B"), row(url, "2023-01-01", crawl="C")]
    assert [page["crawl"] for page in found(tmp_path, ["https://yo.example/"], rows, crawls=["A", "B"])] == ["B"]


def test_seeds_stand_in_their_order_and_pages_by_key(tmp_path: Path) -> None:
    rows = [row(f"https://{host}.example/{page}") for page in "ba" for host in ("yo", "ig")]
    pages = found(tmp_path, ["https://yo.example/", "https://ig.example/"], rows)
    assert [page["url"][8:] for page in pages] == ["yo.example/a", "yo.example/b", "ig.example/a", "ig.example/b"]


def test_the_latest_robots_txt_of_each_host_that_has_pages(tmp_path: Path) -> None:
    def robots(host: str, when: str, status: int = 200, name: str = "robots.txt") -> dict[str, Any]:
        return row(f"https://{host}/{name}", when, subset="robotstxt", fetch_status=status)

    found(
        tmp_path,
        ["https://yo.example/a"],
        [
            row("https://yo.example/a/b"), robots("yo.example", "2021-02-01"), robots("yo.example", "2021-01-01"),
            robots("yo.example", "2022-01-01", 404), robots("news.yo.example", "2021-01-01"),
            robots("yo.example", "2023-01-01", name="private.txt"), robots("other.example", "2021-01-01"),
        ],
    )  # fmt: skip
    rows = pq.read_table(tmp_path / "out" / "robots.parquet").to_pylist()
    assert [(one["seed_id"], one["url_host_name"], one["fetch_time"].month) for one in rows] == [
        (None, "yo.example", 2)
    ]


def test_no_match_at_all_is_an_empty_index(tmp_path: Path) -> None:
    assert found(tmp_path, ["https://yo.example/"], [row("https://ig.example/")], []) == []


def test_values_that_are_missing_or_odd_do_no_harm(tmp_path: Path) -> None:
    url = "https://yo.example/'; DROP TABLE seeds; --"[:40].replace(" ", "")
    rows = [
        row(url, warc_filename=None), row(url, fetch_time=None, warc_record_offset=None),
        row("https://yo.example/%", url_surtkey=None), row("https://yo.example/x") | {"url": None},
    ]  # fmt: skip
    pages = found(tmp_path, ["https://yo.example/"], rows)
    assert [page["url"] for page in pages] == [url, None]


def test_a_search_that_was_ended_goes_on_at_the_next_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    batches = index.index_files.batches

    def counted(file: Any, *given: Any) -> Any:
        read.append(file.path[-9:])
        if read == ["0.parquet", "1.parquet"]:
            raise CrawlIndexError("the connection broke")
        return batches(file, *given)

    monkeypatch.setattr(index.index_files, "batches", counted)
    indexes = [[row("https://yo.example/a")], [row("https://yo.example/b")]]
    with pytest.raises(CrawlIndexError, match="the connection broke"):
        found(tmp_path, ["https://yo.example/"], *indexes)
    assert len(found(tmp_path, ["https://yo.example/"], *indexes)) == 2
    assert read == ["0.parquet", "1.parquet", "1.parquet"]


def test_the_same_index_gives_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row(f"https://yo.example/{number % 700}", f"2021-01-{number % 28 + 1:02}") for number in range(3000)]
    written = []
    for group in (1000, 1000, 100_000):
        monkeypatch.setattr(index, "ROW_GROUP", 256)
        monkeypatch.setattr(index, "BATCH", group)
        found(tmp_path, ["https://yo.example/"], rows[:1500], rows[1500:])
        written.append((tmp_path / "out" / "index.parquet").read_bytes())
    assert written[0] == written[1] == written[2]


def test_a_search_that_fails_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "MEMORY", "10MB")
    rows = [row(f"https://yo.example/{'a' * 100}/{number}") for number in range(20_000)]
    with pytest.raises(CrawlIndexError, match=r"^.*out: the search failed: Out of Memory Error: [^\n]*$"):
        found(tmp_path, ["https://yo.example/"], rows)


def test_a_file_that_breaks_off_is_named(tmp_path: Path) -> None:
    path = write_seeds(tmp_path / "seeds.csv", "1,x,https://yo.example/,")
    (tmp_path / "cc.parquet").write_bytes(b"PAR1 nothing")
    with pytest.raises(CrawlIndexError, match=r"cc.parquet: cannot be read as an index"):
        search(load(path).seeds, files([str(tmp_path / "cc.parquet")], [], ""), [], tmp_path, lambda done: None)
