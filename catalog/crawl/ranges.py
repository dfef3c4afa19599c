"""Byte ranges of archives: one request and its answer, over HTTP or from any storage that fsspec knows."""

import asyncio
import email.utils
import re
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from catalog.crawl.captures import Capture

HOPS = 5
"""Redirects that are followed for one request."""

WHOLE = 16 * 2**20
"""Bytes of a file up to which the whole of it is taken where a host knows no ranges, and the range cut out."""

PIECE = 64 * 1024

SLOW_DOWN = (429, 503)
"""Answers that ask for fewer requests: all others wait too."""

AGAIN = (403, 408, 425, 429, 500, 502, 503, 504)
"""Answers after which the same request may be answered later. Common Crawl answers 403 to who asks too much."""

AGENT = "roots-builder (pseudo-crawl of named sites)"
"""How the builder names itself to hosts."""

PERMANENT, TWICE, PASSING = 1, 2, 1000
"""How often what failed may be tried in all, if a run allows as many."""


class FetchError(Exception):
    """A request that was not answered as it should: why, how often it may be tried, and how long all should wait."""

    def __init__(self, reason: str, tries: int = PASSING, *, wait: float | None = None, all_wait: bool = False) -> None:
        super().__init__(reason)
        self.tries = tries
        self.wait = wait
        self.all_wait = all_wait


def address_of(base: str, filename: str) -> str:
    """Where an archive lies; its name cannot lead out of the base, for captures.capture has looked at it.

    >>> address_of("https://data.example/", "crawl-data/Ẹ̀kọ́ 1.warc.gz")
    'https://data.example/crawl-data/%E1%BA%B8%CC%80k%E1%BB%8D%CC%81%201.warc.gz'
    """
    is_web = base.startswith(("http://", "https://"))
    return f"{base.rstrip('/')}/{quote(filename) if is_web else filename}"


async def web_range(
    session: Any, address: str, capture: Capture, turn: Callable[[], Awaitable[None]], seconds: float
) -> bytes:
    """The bytes of a capture, asked for over HTTP in a session of aiohttp. `turn` waits until a request may be made,
    which then has so many seconds.

    Raises FetchError. At most WHOLE bytes are held, and never more than was asked for of an answer to a range.
    """
    import aiohttp

    end = capture.offset + capture.length - 1
    headers = {"Range": f"bytes={capture.offset}-{end}", "Accept-Encoding": "identity", "User-Agent": AGENT}
    try:
        for _ in range(HOPS + 1):
            await turn()
            async with asyncio.timeout(seconds), session.get(address, headers=headers, allow_redirects=False) as answer:
                if answer.status not in (301, 302, 303, 307, 308):
                    return await _answered(answer, capture)
                address = _redirected(address, answer.headers.get("Location", ""))
    except TimeoutError:
        raise FetchError(f"no whole answer within {seconds:g} s") from None
    except aiohttp.InvalidURL:
        raise FetchError("the address is not valid", PERMANENT) from None
    except (aiohttp.ClientError, ConnectionError) as error:
        raise FetchError(f"the connection broke ({type(error).__name__})") from None
    raise FetchError(f"the host redirects more than {HOPS} times", PERMANENT)


async def stored_range(storage: Any, path: str, capture: Capture, seconds: float) -> bytes:
    """The bytes of a capture from a file system of fsspec, which has so many seconds. Raises FetchError."""
    end = capture.offset + capture.length
    try:
        async with asyncio.timeout(seconds):
            data = await asyncio.to_thread(storage.cat_file, path, start=capture.offset, end=end)
    except TimeoutError:
        raise FetchError(f"no whole answer within {seconds:g} s") from None
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        raise FetchError("there is no such archive", PERMANENT) from None
    except PermissionError:
        raise FetchError("the archive may not be read") from None
    except (OSError, ValueError) as error:
        raise FetchError(f"the archive cannot be read ({type(error).__name__})") from None
    if len(data) < capture.length:
        raise FetchError(f"the archive has {len(data):,} bytes there, not {capture.length:,}", PERMANENT)
    return bytes(data)


async def _answered(answer: Any, capture: Capture) -> bytes:
    status = answer.status
    if status == HTTPStatus.PARTIAL_CONTENT:
        given = re.match(r"bytes (\d{1,19})-", answer.headers.get("Content-Range", ""))
        if given is None or int(given.group(1)) != capture.offset:
            raise FetchError("the host answers with another range than was asked for", TWICE)
        return await _read(answer, capture.length)
    if status == HTTPStatus.OK:
        if max(capture.offset + capture.length, answer.content_length or 0) > WHOLE:
            raise FetchError(f"the host knows no ranges, and the file has more than {WHOLE:,} bytes", PERMANENT)
        return (await _read(answer, capture.offset + capture.length))[capture.offset :]
    if status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        raise FetchError("the archive has no such range (416)", PERMANENT)
    reason = f"the host answers {_named(status)}"
    if status not in AGAIN:
        raise FetchError(reason, PERMANENT)
    raise FetchError(
        reason, wait=retry_after(answer.headers.get("Retry-After", ""), time.time()), all_wait=status in SLOW_DOWN
    )


async def _read(answer: Any, size: int) -> bytes:
    """The first `size` bytes of an answer; what is more of it is not read."""
    data = bytearray()
    async for piece in answer.content.iter_chunked(PIECE):
        data += piece
        if len(data) >= size:
            return bytes(data[:size])
    raise FetchError(f"the answer has {len(data):,} bytes, not {size:,}")


def _redirected(address: str, location: str) -> str:
    found = urljoin(address, location)
    if not location or urlsplit(found).scheme not in ("http", "https"):
        raise FetchError("the host redirects to what is no address", PERMANENT)
    if address.startswith("https:") and not found.startswith("https:"):
        raise FetchError("the host redirects to an address without encryption", PERMANENT)
    return found


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def retry_after(value: str, now: float) -> float | None:
    """Seconds that a host asks to wait: a number of them, or a date (RFC 9110, 10.2.3); None when it says nothing.

    >>> retry_after("120", 0.0), retry_after("Thu, 01 Jan 1970 00:00:30 GMT", 10.0), retry_after("soon", 0.0)
    (120.0, 20.0, None)
    """
    if re.fullmatch(r"\d{1,9}", value):
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, OverflowError):
        return None
