"""The crawl: what is there is not asked for again, whatever happened; what failed is told, and asked for again."""

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from catalog.crawl import crawl, store
from catalog.crawl.captures import CrawlIndexError
from catalog.crawl.crawl import ROBOTS, Fetched, Job
from catalog.crawl.index import search
from catalog.crawl.index_files import files
from catalog.crawl.seeds import load
from tests.catalog.crawl.conftest import FAST
from tests.corpora import environment
from tests.crawls import ROBOTS as RULES
from tests.crawls import kept, site, write_index, write_seeds
from tests.range_server import RangeServer, serving

HOSTS = ("yo.example", "ig.example")


@pytest.fixture
def web(tmp_path: Path) -> Path:
    """A folder of two archives, with an index of their sites beside it."""
    for host in HOSTS:
        site(tmp_path / "web" / f"{host}.warc.gz", host, 12, robots=True)
    return tmp_path / "web"


@pytest.fixture
def job(tmp_path: Path, web: Path) -> Job:
    """The captures of two seeds, searched for."""
    index = write_index(tmp_path / "cc.parquet", *sorted(web.iterdir()))
    seeds = load(write_seeds(tmp_path / "seeds.csv", *(f"{n},x,https://{host}/," for n, host in enumerate(HOSTS))))
    uids = {seed.id: seed.uid for seed in seeds.seeds}
    search(seeds.seeds, files([str(index)], [], ""), [], tmp_path, lambda done: None)
    return Job(tmp_path / "index.parquet", uids, tmp_path / "warc", tmp_path / "fetch")


@pytest.fixture
def server(web: Path) -> Iterator[RangeServer]:
    with serving(web) as running:
        yield running


def run(job: Job, server: RangeServer) -> dict[str, Fetched]:
    crawl.plan(job)
    crawl.fetch(job, server.url, FAST, lambda done, failed, requests: None)
    return crawl.counted(job, job.parts.parent / "failed.csv")


def failed(job: Job) -> list[dict[str, str]]:
    with (job.parts.parent / "failed.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def archives(job: Job) -> dict[str, bytes]:
    return {
        str(path.relative_to(job.parts)): path.read_bytes() for path in sorted(job.parts.rglob("*")) if path.is_file()
    }


def test_everything_is_fetched_once_into_the_parts_of_its_seed(job: Job, server: RangeServer) -> None:
    counted = run(job, server)
    assert {uid: (one.fetched, one.failed) for uid, one in counted.items()} == {
        "pseudocrawl_0_yo_example": (12, 0), "pseudocrawl_1_ig_example": (12, 0),
    }  # fmt: skip
    with (job.parts / "pseudocrawl_0_yo_example" / "part-00000.warc.gz").open("rb") as part:
        urls = [record.rec_headers.get_header("WARC-Target-URI") for record in ArchiveIterator(part)]
    assert urls == [f"https://yo.example/{number:03}.html" for number in range(12)]
    assert len(server.log) == 24
    assert failed(job) == []
    assert run(job, server) == counted
    assert len(server.log) == 24
    assert not list(job.journals.iterdir())


def test_bytes_do_not_depend_on_shards_requests_or_faults(
    job: Job, server: RangeServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(job, server)
    whole = archives(job)
    other = Job(job.index, job.uids, tmp_path / "again", tmp_path / "journals")
    server.fail("yo.*", "503", 1)
    server.fail("ig.*", "truncated", 2)
    run(other, server)
    assert archives(other) == whole
    monkeypatch.setattr(store, "PART_CAPTURES", 5)
    before = len(server.log)
    run(other, server)
    assert len(server.log) == before, "other shards of the same captures ask for nothing"
    names = [name for name in archives(other) if name.endswith(".gz")]
    assert [name.split("/")[1] for name in names] == [f"part-0000{number}.warc.gz" for number in (0, 1, 2)] * 2


def test_what_failed_is_a_table_and_is_asked_for_again(job: Job, server: RangeServer) -> None:
    server.fail("ig.*", "404")
    counted = run(job, server)
    assert counted["pseudocrawl_1_ig_example"] == Fetched(0, 0, 12)
    rows = failed(job)
    assert len(rows) == 12
    assert {row["error"] for row in rows} == {"the host answers 404 Not Found"}
    assert (rows[0]["seed_id"], rows[0]["warc_filename"], rows[0]["url"]) == (
        "1", "ig.example.warc.gz", "https://ig.example/000.html",
    )  # fmt: skip
    server.heal()
    before = len(server.log)
    assert run(job, server)["pseudocrawl_1_ig_example"].failed == 0
    assert {one.path for one in server.log[before:]} == {"ig.example.warc.gz"}
    assert failed(job) == []


def test_a_hostile_row_is_told_and_costs_nothing_else(job: Job, server: RangeServer) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(job.index)
    rows = table.to_pylist()
    rows[0]["warc_filename"] = "../../../etc/passwd"
    rows[1] |= {"warc_filename": "http://elsewhere.example/x", "url": "=cmd()"}
    rows[2]["warc_record_offset"] = -5
    rows[3]["warc_record_length"] = 2**40
    rows[4]["url"] = "https://yo.example/another"
    pq.write_table(table.from_pylist(rows, table.schema), job.index)
    counted = run(job, server)
    assert counted["pseudocrawl_0_yo_example"] == Fetched(7, counted["pseudocrawl_0_yo_example"].bytes, 5)
    errors = [row["error"] for row in failed(job)]
    assert [error.rpartition(": ")[2].split(" ")[0] for error in errors[:4]] == [
        "warc_filename", "warc_filename", "warc_record_offset", "warc_record_length",
    ]  # fmt: skip
    assert errors[4] == "the answer holds the record of another address than the index says, after 2 tries"
    assert failed(job)[1]["url"] == "'=cmd()"
    assert {one.path for one in server.log} == {"yo.example.warc.gz", "ig.example.warc.gz"}


def test_a_seed_that_nobody_named(job: Job) -> None:
    with pytest.raises(CrawlIndexError, match="seed_id '1': the seeds file has no such id; known: 0"):
        crawl.plan(Job(job.index, {"0": "x"}, job.parts, job.journals))


def test_hosts_and_captures_are_planned(job: Job) -> None:
    plan = crawl.plan(job)
    assert plan.captures == {"pseudocrawl_0_yo_example": 12, "pseudocrawl_1_ig_example": 12}
    assert plan.hosts["pseudocrawl_1_ig_example"] == {"ig.example"}


def test_robots_txt_of_the_hosts(job: Job, server: RangeServer, tmp_path: Path) -> None:
    rules = Job(tmp_path / "robots.parquet", {"": ROBOTS}, tmp_path / "fetch", tmp_path / "fetch")
    for _ in range(2):
        crawl.plan(rules)
        crawl.fetch(rules, server.url, FAST, lambda done, failed, requests: None)
        hosts = {capture.key: capture.host for _, capture in crawl.selected(rules.index)}
        assert crawl.robots_of(rules, hosts) == dict.fromkeys(HOSTS, f"{RULES}\r\n\r\n")
    assert len(server.log) == 2
    path = tmp_path / "robots.json"
    crawl.write_robots(path, {"yo.example": RULES})
    before = path.stat().st_mtime_ns
    crawl.write_robots(path, {"yo.example": RULES})
    assert path.stat().st_mtime_ns == before
    assert path.read_text(encoding="utf-8") == '{\n "yo.example": "User-agent: CCBot\\nDisallow: /private/\\n"\n}\n'


CRAWL = """
import sys
from pathlib import Path
from catalog.crawl import crawl
from catalog.crawl.crawl import Job
from tests.catalog.crawl.conftest import FAST

folder = Path(sys.argv[1])
uids = {"0": "pseudocrawl_0_yo_example", "1": "pseudocrawl_1_ig_example"}
job = Job(folder / "index.parquet", uids, folder / "warc", folder / "fetch")
crawl.plan(job)
crawl.fetch(job, sys.argv[2], FAST, lambda done, failed, requests: None)
"""


def test_killed_in_the_middle_of_a_shard_nothing_is_asked_for_twice(
    job: Job, server: RangeServer, tmp_path: Path
) -> None:
    """The server answers some requests and no more; when these answers are kept, the process is killed."""
    for answered in (5, 11, 18):
        server.hold(answered)
        process = subprocess.Popen([sys.executable, "-c", CRAWL, str(tmp_path), server.url], env=environment())
        try:
            while kept(tmp_path) < answered:
                assert process.poll() is None
                time.sleep(0.02)
        finally:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            server.release()
        assert len(server.log) == answered
    assert all(one.failed == 0 for one in run(job, server).values())
    asked = [(one.path, one.range) for one in server.log]
    assert len(asked) == len(set(asked)) == 24
