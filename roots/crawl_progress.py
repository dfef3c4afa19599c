"""Progress of a crawl, for people: captures done, requests a second, time left; a bar on a terminal, else lines."""

import time
from types import TracebackType

from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as RichProgress

from pipelines.progress import console

INTERVAL = 30.0
"""Seconds between two lines where there is no terminal."""


class CrawlProgress:
    """Shows how far a crawl is while its block runs; `told` is what the crawl calls."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._failed = 0
        self._requests = 0
        self._bar = RichProgress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._row = self._bar.add_task("fetch", total=total or None, rate="")

    def __enter__(self) -> "CrawlProgress":
        self._start = self._line = time.monotonic()
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()
        self._say(f", {self._seconds():.1f} s")

    def told(self, done: int, failed: int, requests: int) -> None:
        """Count captures that are there or failed, and requests, each since the last call."""
        self._done += done
        self._failed += failed
        self._requests += requests
        self._bar.update(self._row, completed=self._done + self._failed, rate=f"{self._rate():.1f} requests/s")
        now = time.monotonic()
        if not console.is_terminal and now - self._line >= INTERVAL:
            self._line = now
            left = self._total - self._done - self._failed
            self._say(f", {left / max(self._rate(), 1e-3) / 60:,.0f} minutes left")

    def _say(self, more: str) -> None:
        console.print(
            f"fetch: {self._done:,} of {self._total:,} captures, {self._failed:,} failed, {self._requests:,} requests, "
            f"{self._rate():.1f} requests/s{more}",
            highlight=False,
            soft_wrap=True,
        )

    def _seconds(self) -> float:
        return max(time.monotonic() - self._start, 1e-3)

    def _rate(self) -> float:
        return self._requests / self._seconds()
