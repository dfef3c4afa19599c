"""An index of WARC files that one has, with Common Crawl's columns: where each response lies, and what it is."""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from catalog.crawl.addresses import AddressError, domain, host_name, parts, surt_key
from catalog.crawl.captures import BATCH, INDEX, CrawlIndexError
from catalog.crawl.files import replacing
from catalog.streams import GZIP_FEED, Damage, gzip_member, open_file
from catalog.warc import GZIP_MAGIC, MAX_HEADER, headers_of, holds_record, split_header

ROW_GROUP = 100_000
"""Rows of a group of the table; they are sorted by SURT key, so a search reads only the groups of its sites."""

MOST_ROWS = 5_000_000
"""Rows of one index at most, for they are sorted in memory, in about 2 GB; more files are indexed in parts."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """What an index was made of: responses in it, and places of archives that hold no record that can be asked for."""

    captures: int
    faults: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Member:
    """A gzip member: where it lies, the beginning of what is in it and the size of all of that, or its fault."""

    offset: int
    length: int
    head: bytes
    size: int = 0
    fault: str | None = None


def make_index(
    files: Sequence[str], names: Sequence[str], target: Path, crawl: str, told: Callable[[int], None]
) -> Indexed:
    """Write the index of the responses in WARC files (.warc.gz, a gzip member a record) to a Parquet file.

    `names` is what the files are called in it, below the folder or address that they are fetched from; `told` is called
    with the number of files done. Raises CrawlIndexError.
    """
    import pyarrow.parquet as pq

    batches: list[pa.RecordBatch] = []
    faults: list[str] = []
    for number, (file, name) in enumerate(zip(files, names, strict=True), 1):
        batches += _batches(file, name, crawl, faults)
        if sum(batch.num_rows for batch in batches) > MOST_ROWS:
            raise CrawlIndexError(f"{file}: the index has over {MOST_ROWS:,} rows; index fewer files at once")
        told(number)
    table = pa.Table.from_batches(batches, INDEX).sort_by(
        [
            (column, "ascending")
            for column in ("url_surtkey", "url", "fetch_time", "warc_filename", "warc_record_offset")
        ]
    )
    with replacing(target) as temporary:
        pq.write_table(table.combine_chunks(), temporary, compression="zstd", row_group_size=ROW_GROUP)
    return Indexed(table.num_rows, tuple(faults))


def names_below(files: Sequence[str], below: str | None) -> list[str]:
    """What files are called in an index: their paths below a folder, or without one their own names, each once.

    >>> names_below(["archives/2021/a.warc.gz"], "archives")
    ['2021/a.warc.gz']
    """
    names = []
    for file in files:
        name = file.rsplit("/", 1)[-1]
        if below is not None:
            start = f"{below.rstrip('/')}/"
            whole = file if "://" in file or file.startswith(start) else os.path.abspath(file)
            start = start if whole.startswith(start) else f"{os.path.abspath(below)}/"
            if not whole.startswith(start):
                raise CrawlIndexError(f"{file}: does not lie below {below}")
            name = whole.removeprefix(start)
        if name in names:
            raise CrawlIndexError(
                f"{file}: another file is called {name!r} too; name the folder above both with --below"
            )
        names.append(name)
    return names


def _batches(file: str, name: str, crawl: str, faults: list[str]) -> Iterator[pa.RecordBatch]:
    if not file.lower().endswith(".warc.gz"):
        raise CrawlIndexError(
            f"{file}: only .warc.gz can be fetched by the record; `warcio recompress {file} {file}.gz` makes one"
        )
    rows: list[dict[str, Any]] = []
    try:
        with open_file(file) as handle:
            for member in _members(handle):
                row = None if member.fault else _row(member, name, crawl)
                if isinstance(row, dict):
                    rows.append(row)
                elif member.fault or row:
                    faults.append(f"{name}: at byte {member.offset}: {member.fault or row}")
                if len(rows) == BATCH:
                    yield pa.RecordBatch.from_pylist(rows, INDEX)
                    rows = []
    except OSError as error:
        raise CrawlIndexError(f"{file}: {error.strerror or error}") from None
    if rows:
        yield pa.RecordBatch.from_pylist(rows, INDEX)


def _row(member: _Member, name: str, crawl: str) -> dict[str, Any] | str | None:
    """The row of a response; None for a record of another type, a text that says what is wrong with it."""
    span = split_header(member.head)
    if not member.head.startswith(b"WARC/") or span is None:
        return "the gzip member holds no WARC record"
    warc = headers_of(member.head[: span[0]])
    if warc.get("warc-type", "").lower() != "response":
        return None
    length = warc.get("content-length", "")
    beside = member.size - span[1] - int(length) if re.fullmatch("[0-9]{1,18}", length) else -1
    if not 0 <= beside <= len("\r\n\r\n"):
        return "the gzip member does not hold just one record; `warcio recompress` makes one member of each"
    block = member.head[span[1] :]
    http_span = split_header(block) if block.startswith(b"HTTP/") else None
    http = headers_of(block[: http_span[0]]) if http_span else {}
    url = warc.get("warc-target-uri", "").removeprefix("<").removesuffix(">")
    try:
        host = host_name(parts(url))
        key = surt_key(url)
    except AddressError as error:
        return f"WARC-Target-URI {error}"
    status = re.match(r"[0-9]{3}(?![0-9])", http.get("", ""))
    suffix, registered = domain(host)
    kind = http.get("content-type", "")
    charset = re.search(r"charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", kind)
    robots = parts(url).path == "/robots.txt"
    return {
        "url_surtkey": key,
        "url": url,
        "url_host_name": host,
        "url_host_tld": suffix.rpartition(".")[2] or None,
        "url_host_registered_domain": registered,
        "fetch_time": _time(warc.get("warc-date", "")),
        "fetch_status": int(status.group()) if status else None,
        "fetch_redirect": http.get("location") if status and status.group().startswith("3") else None,
        "content_mime_detected": _mime(warc.get("warc-identified-payload-type", "")) or _mime(kind),
        "content_charset": warc.get("warc-identified-content-charset") or (charset.group(1) if charset else None),
        "warc_filename": name,
        "warc_record_offset": member.offset,
        "warc_record_length": member.length,
        "crawl": crawl,
        "subset": "robotstxt" if robots else "warc" if status and status.group() == "200" else "crawldiagnostics",
    }


def _mime(content_type: str) -> str | None:
    return content_type.split(";")[0].strip().lower() or None


def _time(date: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(date)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):  # the first and the last day of the calendar have no time everywhere
        return None


def _members(handle: BinaryIO) -> Iterator[_Member]:
    """The gzip members of a file in order, each with the first bytes of what is in it; after damage the next one."""
    place, data = 0, b""
    while True:
        data = data or handle.read(GZIP_FEED)
        stripped = data.lstrip(b"\0")
        place, data = place + len(data) - len(stripped), stripped
        if not data:
            if not handle.read(1):
                return
            handle.seek(place)
            continue
        head = bytearray()
        fault, left, size = None, b"", 0
        pieces = gzip_member(handle, data)
        try:
            while True:
                piece = next(pieces)
                size += len(piece)
                head += piece[: max(0, 2 * MAX_HEADER - len(head))]
        except StopIteration as end:
            left = end.value
        except Damage as damage:
            fault = str(damage)
        if fault is None:
            end_of_it = handle.tell() - len(left)
            yield _Member(place, end_of_it - place, bytes(head), size)
            place, data = end_of_it, left
        else:
            yield _Member(place, 0, b"", fault=fault)
            place = _next_member(handle, place + 1)
            handle.seek(place)
            data = b""


def _next_member(handle: BinaryIO, place: int) -> int:
    """Where the next start of a gzip member that holds a WARC record is, or the end of the file."""
    handle.seek(place)
    window = handle.read(GZIP_FEED)
    while window:
        found = window.find(GZIP_MAGIC)
        if found >= 0:
            if holds_record(handle, place + found):
                return place + found
            step = found + 1
        else:
            step = max(1, len(window) - len(GZIP_MAGIC) + 1)
        place += step
        handle.seek(place)
        window = handle.read(GZIP_FEED)
    return place
