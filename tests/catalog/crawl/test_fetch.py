"""Asking: no faster than was allowed, no more at once, with pauses; and an end when the host is away."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from catalog.crawl import fetch
from catalog.crawl.captures import Capture
from catalog.crawl.fetch import Answer, Asker, CrawlError, Manner, asker
from catalog.crawl.ranges import FetchError
from tests.catalog.crawl.conftest import FAST
from tests.range_server import RangeServer, serving

Ask = Callable[..., Answer]


def ask_all(base: str, captures: Sequence[Capture], manner: Manner) -> tuple[list[Answer], Asker]:
    async def run() -> tuple[list[Answer], Asker]:
        async with asker(base, manner) as asking:
            return list(await asyncio.gather(*(asking.ask(one) for one in captures))), asking

    return asyncio.run(run())


def test_requests_and_bytes_are_counted(server: RangeServer, archive: list[Capture]) -> None:
    answers, asking = ask_all(server.url, archive, FAST)
    assert all(answer.payload for answer in answers)
    assert (asking.requests, asking.bytes) == (5, sum(one.length for one in archive))


@pytest.mark.parametrize("parallel", [1, 3])
def test_no_more_at_once_than_allowed(tmp_path: Path, archive: list[Capture], parallel: int) -> None:
    with serving(tmp_path, delay=0.05) as server:
        ask_all(server.url, archive, replace(FAST, parallel=parallel))
        assert server.most_at_once == parallel


def test_no_more_a_second_than_allowed(server: RangeServer, archive: list[Capture]) -> None:
    ask_all(server.url, archive * 4, replace(FAST, rate=50))
    assert len(server.times) == 20
    assert server.times[-1] - server.times[0] > 19 / 50 * 0.9


def test_the_pause_grows_and_is_a_captures_own(monkeypatch: pytest.MonkeyPatch, archive: list[Capture]) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(fetch.asyncio, "sleep", sleep)
    manner = Manner(first_pause=1.0, longest_pause=5.0)

    async def pauses(capture: Capture, error: FetchError) -> list[float]:
        slept.clear()
        asking = Asker("x", manner, None, None, "")
        for attempt in range(1, 6):
            await asking._pause(capture, attempt, error)
        return list(slept)

    one, two = (asyncio.run(pauses(capture, FetchError("x"))) for capture in archive[:2])
    assert one != two
    assert one == asyncio.run(pauses(archive[0], FetchError("x")))
    assert all(whole / 2 <= pause < whole for whole, pause in zip((1, 2, 4, 5, 5), one, strict=True))
    assert asyncio.run(pauses(archive[0], FetchError("x", wait=3.0)))[0] == 3.0
    assert max(asyncio.run(pauses(archive[0], FetchError("x", wait=3600.0)))) == 5.0


def test_retry_after_holds_for_all(server: RangeServer, archive: list[Capture]) -> None:
    server.fail("*", "429", 1, Retry_After="1")
    began = time.monotonic()
    answers, _ = ask_all(server.url, archive[:1], replace(FAST, longest_pause=10))
    assert answers[0].payload
    assert server.times[1] - began >= 1.0


def test_a_pause_of_all_keeps_others_waiting(server: RangeServer, archive: list[Capture]) -> None:
    server.fail("*", "503", 1, Retry_After="1")
    ask_all(server.url, archive[:2], replace(FAST, parallel=2, longest_pause=1, tries=2))
    assert server.times[-1] - server.times[0] >= 0.9
    assert max(later - earlier for earlier, later in pairwise(server.times)) >= 0.8


def test_what_may_not_be_asked_for_is_not(server: RangeServer, archive: list[Capture], ask: Ask) -> None:
    answer = ask(server.url, replace(archive[0], fault="warc_filename is no path of a file"))
    assert (answer, server.log) == (Answer(None, "not asked for: warc_filename is no path of a file"), [])


def test_a_host_that_is_away_ends_the_run(
    server: RangeServer, archive: list[Capture], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "IN_A_ROW", 3)
    server.fail("*", "503")
    with pytest.raises(CrawlError, match="3 captures in a row could not be fetched, the last because the host"):
        ask_all(server.url, archive, replace(FAST, tries=1, parallel=1))


def test_captures_that_fail_for_good_do_not_end_a_run(
    server: RangeServer, archive: list[Capture], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "IN_A_ROW", 3)
    server.fail("*", "404")
    answers, _ = ask_all(server.url, archive, FAST)
    assert {answer.error for answer in answers} == {"the host answers 404 Not Found"}


def test_a_base_of_no_known_kind(archive: list[Capture], ask: Ask) -> None:
    with pytest.raises(CrawlError, match="foo://bucket: Protocol not known: foo"):
        ask("foo://bucket", archive[0])
