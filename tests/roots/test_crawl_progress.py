"""Progress of a crawl: lines where there is no terminal, with what is done, failed, asked and left."""

import pytest

from roots import crawl_progress
from roots.crawl_progress import CrawlProgress


def test_the_end_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with CrawlProgress(10) as progress:
        progress.told(4, 0, 0)
        progress.told(1, 0, 3)
        progress.told(0, 1, 5)
    assert "fetch: 5 of 10 captures, 1 failed, 8 requests, " in capsys.readouterr().err


def test_now_and_then_a_line_says_what_is_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawl_progress, "INTERVAL", 0.0)
    with CrawlProgress(1000) as progress:
        progress.told(1, 0, 1)
    first, _ = capsys.readouterr().err.splitlines()
    assert first.startswith("fetch: 1 of 1,000 captures, 0 failed, 1 requests, ")
    assert first.endswith(" minutes left")
