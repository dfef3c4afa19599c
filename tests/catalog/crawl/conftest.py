"""What the tests of fetching share: archives served on loopback, and a way to ask for a capture of them."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from catalog.crawl.captures import Capture
from catalog.crawl.fetch import Answer, Manner, asker
from tests.crawls import captures, page, record
from tests.range_server import RangeServer, serving

URLS = [f"https://yo.example/{number}" for number in range(5)]

FAST = Manner(rate=10_000, tries=3, timeout=5, first_pause=0.01, longest_pause=0.2)
"""Asks without patience, for tests that make hosts fail."""


@pytest.fixture
def records() -> list[bytes]:
    """Five records, as they lie in a.warc.gz."""
    return [record(url, page(number)) for number, url in enumerate(URLS)]


@pytest.fixture
def archive(tmp_path: Path, records: list[bytes]) -> list[Capture]:
    """The captures of a.warc.gz in tmp_path."""
    return captures(tmp_path / "a.warc.gz", records, URLS)


@pytest.fixture
def server(tmp_path: Path, archive: list[Capture]) -> Iterator[RangeServer]:
    """A server of tmp_path."""
    with serving(tmp_path) as running:
        yield running


@pytest.fixture
def ask() -> Callable[..., Answer]:
    """Asks for one capture: ask(base, capture, manner)."""

    def one(base: str, capture: Capture, manner: Manner = FAST) -> Answer:
        async def run() -> Answer:
            async with asker(base, manner) as asking:
                return await asking.ask(capture)

        return asyncio.run(run())

    return one
