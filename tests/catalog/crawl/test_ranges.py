"""Ranges: every way in which a host can answer, and what is made of it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from catalog.crawl import ranges
from catalog.crawl.captures import Capture
from catalog.crawl.fetch import Answer, Manner
from catalog.crawl.payload import MOST
from catalog.crawl.ranges import AGENT, address_of, retry_after
from tests.catalog.crawl.conftest import FAST
from tests.crawls import captures, record
from tests.range_server import RangeServer, serving

Ask = Callable[..., Answer]


def test_a_range_is_asked_for_and_nothing_else(
    server: RangeServer, archive: list[Capture], ask: Ask, records: list[bytes]
) -> None:
    assert [ask(server.url, one).payload for one in archive] == records
    spans = [f"bytes={one.offset}-{one.offset + one.length - 1}" for one in archive]
    assert [(one.path, one.range, one.status) for one in server.log] == [("a.warc.gz", span, 206) for span in spans]
    assert server.agents == {AGENT}


@pytest.mark.parametrize("status", ["503", "500", "502", "504", "429", "403", "408"])
def test_what_may_pass_is_asked_again(server: RangeServer, archive: list[Capture], ask: Ask, status: str) -> None:
    server.fail("*", status, 2)
    assert ask(server.url, archive[1]).payload
    assert [one.status for one in server.log] == [int(status), int(status), 206]


@pytest.mark.parametrize(
    ("how", "requests", "error"),
    [
        ("503", 3, "the host answers 503 Service Unavailable, after 3 tries"),
        ("429", 3, "the host answers 429 Too Many Requests, after 3 tries"),
        ("403", 3, "the host answers 403 Forbidden, after 3 tries"),
        ("404", 1, "the host answers 404 Not Found"),
        ("410", 1, "the host answers 410 Gone"),
        ("418", 1, "the host answers 418 I'm a Teapot"),
        ("599", 1, "the host answers 599"),
        ("truncated", 3, "the connection broke (ClientPayloadError), after 3 tries"),
        ("wrong-length", 3, "the answer has {half} bytes, not {whole}, after 3 tries"),
        ("other-range", 2, "the host answers with another range than was asked for, after 2 tries"),
        ("garbage", 2, "the answer is no gzip, or broken, after 2 tries"),
        ("loop", 6, "the host redirects more than 5 times"),
        ("to:ftp://elsewhere.example/", 1, "the host redirects to what is no address"),
        ("to:file:///etc/passwd", 1, "the host redirects to what is no address"),
    ],
)
def test_what_a_host_answers_wrongly(
    server: RangeServer, archive: list[Capture], ask: Ask, how: str, requests: int, error: str
) -> None:
    server.fail("*", how)
    whole = archive[1].length
    assert ask(server.url, archive[1]) == Answer(None, error.format(half=whole // 2, whole=whole))
    assert len(server.log) == requests


def test_an_answer_larger_than_asked_is_cut_off(
    server: RangeServer, archive: list[Capture], ask: Ask, records: list[bytes]
) -> None:
    server.fail("*", "too-long")
    assert ask(server.url, archive[2]).payload == records[2]


def test_a_host_without_ranges_is_good_enough_for_small_files(
    server: RangeServer, archive: list[Capture], ask: Ask, records: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    server.fail("*", "whole")
    assert ask(server.url, archive[2]).payload == records[2]
    monkeypatch.setattr(ranges, "WHOLE", 1000)
    error = "the host knows no ranges, and the file has more than 1,000 bytes"
    assert ask(server.url, archive[0]) == ask(server.url, archive[4]) == Answer(None, error)


def test_a_range_behind_the_end(server: RangeServer, archive: list[Capture], ask: Ask) -> None:
    assert ask(server.url, replace(archive[0], offset=10**6)).error == "the archive has no such range (416)"
    beyond = replace(archive[4], length=archive[4].length + 5)
    assert ask(server.url, beyond).error.startswith("the answer has ")


def test_a_slow_drip_is_ended(server: RangeServer, archive: list[Capture], ask: Ask) -> None:
    server.fail("*", "drip")
    answer = ask(server.url, archive[0], Manner(rate=1000, tries=2, timeout=0.3, first_pause=0.01))
    assert answer == Answer(None, "no whole answer within 0.3 s, after 2 tries")


def test_a_gzip_bomb_is_refused(tmp_path: Path, ask: Ask) -> None:
    (bomb,) = captures(
        tmp_path / "b.warc.gz", [record("https://yo.example/", b"\0" * 3 * MOST)], ["https://yo.example/"]
    )
    with serving(tmp_path) as server:
        error = f"the answer decompresses to more than {MOST:,} bytes, after 2 tries"
        assert ask(server.url, bomb) == Answer(None, error)


def test_redirects_are_followed_and_ranges_kept(
    server: RangeServer, archive: list[Capture], ask: Ask, tmp_path: Path, records: list[bytes]
) -> None:
    (tmp_path / "moved.warc.gz").write_bytes((tmp_path / "a.warc.gz").read_bytes())
    server.fail("a.warc.gz", "to:/moved.warc.gz")
    assert ask(server.url, archive[1]).payload == records[1]
    assert server.log[1].range == server.log[0].range


def test_a_host_that_is_away(ask: Ask, archive: list[Capture], server: RangeServer) -> None:
    server.stop()
    answer = ask(server.url, archive[0])
    server._server.server_close()
    assert answer.error == "the connection broke (ClientConnectorError), after 3 tries"


def test_archives_in_a_folder_and_in_memory(
    tmp_path: Path, archive: list[Capture], ask: Ask, records: list[bytes], memory: str
) -> None:
    import fsspec

    fsspec.filesystem("memory").pipe(f"{memory}/a.warc.gz", (tmp_path / "a.warc.gz").read_bytes())
    for base in (str(tmp_path), f"file://{tmp_path}", memory):
        assert ask(base, archive[3]).payload == records[3]
        assert ask(base, replace(archive[3], filename="b.warc.gz")).error == "there is no such archive"
        assert ask(base, replace(archive[3], offset=10**6)).error.startswith("the archive has 0 bytes there, not ")


@pytest.fixture
def memory() -> str:
    import uuid

    return f"memory://{uuid.uuid4()}"


def test_a_bucket_of_s3_is_asked_without_credentials(
    tmp_path: Path, archive: list[Capture], ask: Ask, records: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("s3fs")
    (tmp_path / "bucket").mkdir()
    (tmp_path / "a.warc.gz").rename(tmp_path / "bucket" / "a.warc.gz")
    with serving(tmp_path) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
        monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        assert ask("s3://bucket", archive[1], replace(FAST, timeout=30)).payload == records[1]
        assert {(one.path, one.status) for one in server.log} == {("bucket/a.warc.gz", 206)}


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("0", 0.0), ("120", 120.0), ("-5", None), ("", None), ("1e9", None), ("9" * 30, None), ("Sun, 99 Nov", None)],
)
def test_what_a_host_asks_to_wait(value: str, seconds: float | None) -> None:
    assert retry_after(value, 0.0) == seconds


def test_names_are_quoted_on_the_web_only() -> None:
    assert address_of("https://x.example", "a b/Ẹ+.gz") == "https://x.example/a%20b/%E1%BA%B8%2B.gz"
    assert address_of("/data/", "a b/Ẹ+.gz") == "/data/a b/Ẹ+.gz"
