"""Asking for captures: many at once, no more of them a second than was allowed, again after a pause what may pass."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from catalog.crawl import payload
from catalog.crawl.captures import Capture
from catalog.crawl.ranges import PERMANENT, TWICE, FetchError, address_of, stored_range, web_range

BASE = "https://data.commoncrawl.org/"
"""Where Common Crawl's archives lie."""

IN_A_ROW = 100
"""Captures that fail one after the other, for reasons that may pass, before a run ends: the host is away."""


class CrawlError(RuntimeError):
    """A crawl that could not go on: what happened, and what to do. What was fetched stays fetched."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How hosts are asked. Defaults are those of a guest: few at once, and with patience.

    `parallel` requests at once, `rate` of them a second, `tries` for each capture, `timeout` seconds for each request,
    the first pause and the longest one in seconds; a host's own wish (Retry-After) is held to as far as the longest.
    """

    parallel: int = 8
    rate: float = 20.0
    tries: int = 6
    timeout: float = 60.0
    first_pause: float = 1.0
    longest_pause: float = 120.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking for a capture: its payload, or the error."""

    payload: bytes | None
    error: str = ""


class Asker:
    """Asks for captures of the archives below one base; counts requests and bytes."""

    def __init__(self, base: str, manner: Manner, session: Any, storage: Any, root: str) -> None:
        self.base = base
        self.manner = manner
        self.requests = 0
        self.bytes = 0
        self._session = session
        self._storage = storage
        self._root = root
        self._places = asyncio.Semaphore(manner.parallel)
        self._next = 0.0
        self._closed_until = 0.0
        self._failed_in_a_row = 0
        self._told = 0

    def made(self) -> int:
        """Requests made since this was last asked."""
        self._told, before = self.requests, self._told
        return self.requests - before

    async def ask(self, capture: Capture) -> Answer:
        """The payload of a capture, checked, or why there is none. Raises CrawlError when the host seems away."""
        if capture.fault is not None:
            return Answer(None, f"not asked for: {capture.fault}")
        async with self._places:
            for attempt in range(1, self.manner.tries + 1):
                try:
                    return await self._once(capture)
                except FetchError as error:
                    if attempt >= min(error.tries, self.manner.tries):
                        return self._gave_up(error, attempt)
                    await self._pause(capture, attempt, error)
        raise AssertionError("at least one try is made")

    async def _once(self, capture: Capture) -> Answer:
        data = await self._range(capture)
        fault = payload.fault(data, capture)
        if fault is not None:
            raise FetchError(f"the answer {fault}", TWICE)
        self._failed_in_a_row = 0
        self.bytes += len(data)
        return Answer(data)

    async def _range(self, capture: Capture) -> bytes:
        seconds = self.manner.timeout
        if self._session is not None:
            return await web_range(self._session, address_of(self.base, capture.filename), capture, self._turn, seconds)
        await self._turn()
        return await stored_range(self._storage, address_of(self._root, capture.filename), capture, seconds)

    async def _turn(self) -> None:
        """Wait until a request may be made."""
        now = asyncio.get_running_loop().time
        while True:
            at = max(now(), self._next, self._closed_until)
            self._next = at + 1 / self.manner.rate
            if at > now():
                await asyncio.sleep(at - now())
            if self._closed_until <= at:
                self.requests += 1
                return

    async def _pause(self, capture: Capture, attempt: int, error: FetchError) -> None:
        """Wait before the next try: twice as long each time, between half and all of it by the capture's own number."""
        whole = min(self.manner.longest_pause, self.manner.first_pause * 2 ** (attempt - 1))
        number = blake2b(repr((capture.key, attempt)).encode("utf-8", "surrogateescape"), digest_size=2).digest()
        seconds = whole * (0.5 + int.from_bytes(number, "big") / 2**17)
        seconds = max(seconds, min(error.wait or 0.0, self.manner.longest_pause))
        if error.all_wait:
            until = asyncio.get_running_loop().time() + seconds
            self._closed_until = max(self._closed_until, until)
        await asyncio.sleep(seconds)

    def _gave_up(self, error: FetchError, attempts: int) -> Answer:
        if error.tries not in (PERMANENT, TWICE):
            self._failed_in_a_row += 1
        if self._failed_in_a_row >= IN_A_ROW:
            raise CrawlError(
                f"{_said(self.base)}: {IN_A_ROW} captures in a row could not be fetched, the last because {error}; "
                "the same command goes on later"
            )
        return Answer(None, str(error) if attempts == 1 else f"{error}, after {attempts} tries")


@asynccontextmanager
async def asker(base: str, manner: Manner) -> AsyncIterator[Asker]:
    """An asker for the archives below an address (https, s3, gs ...) or folder. Raises CrawlError for one of no use."""
    import fsspec

    options: dict[str, dict[str, Any]] = {"s3": {"anon": True}, "gs": {"token": "anon"}, "gcs": {"token": "anon"}}
    try:
        if base.startswith(("http://", "https://")):
            kept = {"auto_decompress": False}
            storage = fsspec.filesystem("http", asynchronous=True, skip_instance_cache=True, client_kwargs=kept)
            session, root = await storage.set_session(), ""
        else:
            storage, root = fsspec.core.url_to_fs(base, **options.get(base.partition("://")[0], {}))
            session = None
    except (ValueError, ImportError) as error:
        raise CrawlError(f"{_said(base)}: {error}") from None
    try:
        yield Asker(base, manner, session, storage, root)
    finally:
        if session is not None:
            await session.close()


def _said(base: str) -> str:
    """A base as it may stand in a message: without user and password.

    >>> _said("https://me:secret@data.example/x")
    'https://data.example/x'
    """
    scheme, mark, rest = base.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{mark}{host.rpartition('@')[2]}{slash}{path}"
