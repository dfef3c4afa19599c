"""Web archives, indexes and seeds that the tests of the pseudo-crawl make on the spot."""

import contextlib
import gzip
import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from catalog.crawl.captures import Capture
from catalog.crawl.make_index import make_index
from tests.corpora import articles

ROBOTS = "User-agent: CCBot\nDisallow: /private/\n"


def page(number: int, lang: str = "yo") -> bytes:
    """A page with one of the sixteen texts that are carried in a language."""
    text = articles()[lang][number % 16]["text"]
    body = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return f"<html><head><title>{number}</title></head><body><article>{body}</article></body></html>".encode()


def record(
    url: str,
    body: bytes,
    *,
    status: str = "200 OK",
    mime: str = "text/html; charset=utf-8",
    date: str = "2021-10-16T03:04:05Z",
    kind: str = "response",
) -> bytes:
    """One WARC record as a gzip member, as Common Crawl's files have them."""
    block = f"HTTP/1.1 {status}\r\nContent-Type: {mime}\r\n\r\n".encode() + body
    header = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: {date}\r\n"
        f"Content-Type: application/http; msgtype={kind}\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return gzip.compress(header.encode() + block + b"\r\n\r\n", mtime=0)


def write_archive(path: Path, records: Sequence[bytes]) -> list[tuple[int, int]]:
    """Write records as a .warc.gz; offset and length of each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(records))
    places, at = [], 0
    for one in records:
        places.append((at, len(one)))
        at += len(one)
    return places


def captures(path: Path, records: Sequence[bytes], urls: Sequence[str]) -> list[Capture]:
    """Write records of these addresses as a .warc.gz; their captures."""
    places = write_archive(path, records)
    return [
        Capture(url, "yo.example", path.name, offset, length)
        for url, (offset, length) in zip(urls, places, strict=True)
    ]


def site(path: Path, host: str, count: int, *, robots: bool = False, first: int = 0, lang: str = "yo") -> list[str]:
    """Write an archive of some pages of a host, and its robots.txt; the addresses of the pages."""
    urls = [f"https://{host}/{number:03}.html" for number in range(first, first + count)]
    records = [record(url, page(number, lang)) for number, url in enumerate(urls, first)]
    if robots:
        records.append(record(f"https://{host}/robots.txt", ROBOTS.encode(), mime="text/plain"))
    write_archive(path, records)
    return urls


def write_index(path: Path, *archives: Path, crawl: str = "own") -> Path:
    """The index of archives, under their own names."""
    make_index([str(one) for one in archives], [one.name for one in archives], path, crawl, lambda done: None)
    return path


def write_seeds(path: Path, *rows: str, columns: str = "id,title,link,lang") -> Path:
    """A file of seeds: lines of cells under the columns."""
    path.write_text("".join(f"{row}\n" for row in (columns, *rows)), encoding="utf-8")
    return path


def kept(folder: Path) -> int:
    """How many payloads a crawl has put into its journals and parts, as another process sees it."""
    count = 0
    for manifest in folder.glob("warc/*/part-*.json"):
        count += len(json.loads(manifest.read_bytes())["captures"])
    for manifest in folder.glob("fetch/robots/part-*.json"):
        count += len(json.loads(manifest.read_bytes())["captures"])
    for journal in folder.glob("fetch/*.sqlite"):
        with contextlib.suppress(sqlite3.OperationalError), contextlib.closing(sqlite3.connect(journal)) as opened:
            count += opened.execute("SELECT count(*) FROM taken").fetchone()[0]
    return count
