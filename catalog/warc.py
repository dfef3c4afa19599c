"""WARC records of a plain or gzipped archive, found again after damage.

warcio parses the headers. Its own iterator is not used: it ends at the first broken record, prints to stderr, and
holds a line of any length.
"""

import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from catalog.record import MAX_BYTES
from catalog.streams import GZIP_FEED, PIECE, Damage, gzip_member

MAX_HEADER = 64 * 1024
"""Bytes of a record's header, and of the block of a record over MAX_BYTES. Common Crawl's headers have under 2 kB."""

GZIP_MAGIC = b"\x1f\x8b\x08"
_EMPTY_LINE = re.compile(rb"\r?\n\r?\n")
_START = re.compile(rb"WARC/\d\.\d+\r?\n[A-Za-z][A-Za-z0-9-]*:")
_NEXT = re.compile(rb"\n" + _START.pattern)
_AHEAD = 64
"""Bytes looked at behind a record: more than the start of a record needs."""


@dataclass(frozen=True, slots=True)
class Capture:
    """One WARC record, or in place of what could not be read its `fault`.

    `offset` is unique in the archive and makes the id; `place` is where to look: the byte of the record, or of the
    gzip member that holds it. `block` is what stands after the header, cut to MAX_HEADER when `size`, its whole
    length, is over MAX_BYTES.
    """

    offset: int
    place: int
    headers: dict[str, str] = field(default_factory=dict)
    block: bytes = b""
    size: int = 0
    fault: str | None = None


def captures(handle: BinaryIO) -> Iterator[Capture]:
    """All records of an archive in order, of every type; whether it is gzipped is seen from its first bytes.

    Reading goes on at the next record after a length that does not fit, after garbage and after a broken gzip
    member. Each stretch lost is one Capture with a fault.
    """
    start = handle.read(len(GZIP_MAGIC))
    if start and GZIP_MAGIC.startswith(start):
        return _gzip_captures(handle, start)
    rest = iter(lambda: handle.read(PIECE), b"")
    return _window_captures(_Window(itertools.chain([start], rest) if start else rest, handle))


def headers_of(data: bytes) -> dict[str, str]:
    """Header lines by lower-cased name, the first of a name; under "" what follows the protocol in the first line.

    >>> headers_of(b"HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\n")
    {'': '200 OK', 'content-type': 'text/html'}
    """
    from warcio.statusandheaders import StatusAndHeadersParser

    parsed = StatusAndHeadersParser([], verify=False).parse(io.BytesIO(data + b"\r\n\r\n"))
    headers = {"": parsed.statusline}
    for name, value in parsed.headers:
        headers.setdefault(name.lower(), value.strip())
    return headers


def split_header(data: bytes | bytearray) -> tuple[int, int] | None:
    """Where a header ends and where what follows it starts; None without an empty line in MAX_HEADER bytes."""
    match = _EMPTY_LINE.search(data, 0, MAX_HEADER)
    return match.span() if match else None


class _Window:
    """The bytes of one stretch (a gzip member, or a whole plain file), seen a bounded part at a time."""

    def __init__(self, pieces: Iterator[bytes], handle: BinaryIO | None = None) -> None:
        self.pieces = pieces
        self.handle = handle if handle is not None and handle.seekable() else None
        self.buffer = bytearray()
        self.start = 0
        self.ended = False
        self.fault: str | None = None

    def fill(self, size: int) -> int:
        """Bytes held, after reading on until there are `size` or the stretch ends."""
        while len(self.buffer) < size and not self.ended:
            try:
                piece = next(self.pieces, b"")
            except Damage as damage:
                piece, self.fault = b"", str(damage)
            self.ended = not piece
            self.buffer += piece
        return len(self.buffer)

    def drop(self, count: int) -> None:
        """Leaves the first `count` bytes behind."""
        del self.buffer[:count]
        self.start += count

    def skip(self, count: int) -> bool:
        """Passes over `count` bytes without holding them; False when the stretch ends before."""
        while count > 0 and self.fill(1):
            step = min(count, len(self.buffer))
            self.drop(step)
            count -= step
        return count == 0 and not self.fault

    def blank(self) -> None:
        """Passes over line ends."""
        while self.fill(_AHEAD):
            head = bytes(self.buffer[:_AHEAD])
            ends = len(head) - len(head.lstrip(b"\r\n"))
            self.drop(ends)
            if ends < len(head):
                return

    def resume(self) -> int:
        """Drops bytes up to the next start of a record behind the first byte, or to the end; how many."""
        start = self.start
        self.drop(min(1, len(self.buffer)))
        while True:
            match = _NEXT.search(self.buffer)
            if match:
                self.drop(match.start() + 1)
                break
            held = len(self.buffer)
            self.drop(max(0, held - _AHEAD))
            if self.fill(_AHEAD + 1) <= _AHEAD:
                self.drop(len(self.buffer))
                break
        return self.start - start


def _window_captures(window: _Window) -> Iterator[Capture]:
    """The records of one stretch, their offsets counted from its start."""
    told = None
    while True:
        window.blank()
        if not window.buffer:
            break
        start = window.start
        if _START.match(window.buffer):
            capture = _one(window)
        else:
            capture = Capture(start, start, fault=f"{window.resume()} bytes that belong to no WARC record")
        told = capture.fault
        yield capture
    if window.fault and not (told and told.startswith(window.fault)):
        yield Capture(window.start, window.start, fault=window.fault)


def _one(window: _Window) -> Capture:
    """The record at the start of the window, which is moved to where the next may start."""
    start = window.start
    window.fill(MAX_HEADER)
    span = split_header(window.buffer)
    if span is None:
        return _lost(window, "the record's header does not end")
    headers = headers_of(bytes(window.buffer[: span[0]]))
    length = headers.get("content-length", "")
    if not re.fullmatch(r"[0-9]{1,18}", length):
        return _lost(window, "the record has no Content-Length that is a number")
    size = int(length)
    whole = span[1] + size
    if size > MAX_BYTES:
        block = bytes(window.buffer[span[1] : span[1] + MAX_HEADER])
        fits = _pass(window, whole)
    else:
        held = window.fill(whole + _AHEAD)
        after = bytes(window.buffer[whole : whole + _AHEAD])
        broken = window.fault is not None and len(after) < _AHEAD
        fits = held >= whole and not broken and _may_follow(after)
        if fits:
            block = bytes(window.buffer[span[1] : whole])
            window.drop(whole)
    if not fits:
        return _lost(window, f"the record's Content-Length ({size}) does not fit")
    return Capture(start, start, headers, block, size)


def _lost(window: _Window, fault: str) -> Capture:
    """The fault of the record at the start of the window, which is moved to the next one."""
    start = window.start
    count = window.resume()
    return Capture(start, start, fault=f"{window.fault or fault}; {count} bytes are lost")


def _may_follow(after: bytes) -> bool:
    """Whether a record may end before these bytes, of which there are _AHEAD or all to the end: an empty line, the
    next record at once, or nothing more."""
    rest = after.lstrip(b"\r\n")
    nothing = len(after) < _AHEAD and not rest
    return nothing or after.startswith((b"\r\n\r\n", b"\n\n")) or rest.startswith(b"WARC/")


def _pass(window: _Window, whole: int) -> bool:
    """Passes over a record of `whole` bytes without holding it. Where the file can seek, a length that does not fit
    is seen first and nothing is passed over."""
    if window.handle is None or len(window.buffer) >= whole:
        return window.skip(whole)
    here = window.handle.tell()
    end = window.handle.seek(0, io.SEEK_END)
    window.handle.seek(min(window.start + whole, end))
    after = window.handle.read(_AHEAD)
    if window.start + whole > end or not _may_follow(after):
        window.handle.seek(here)
        return False
    window.start += whole
    window.buffer.clear()
    window.handle.seek(window.start)
    return True


def _gzip_captures(handle: BinaryIO, data: bytes) -> Iterator[Capture]:
    """Records of a gzipped archive, where each should be a gzip member of its own.

    A record that is not the first of its member has an offset made of both positions, negative so that it cannot be
    that of a member.
    """
    place = 0
    broken = False  # what lies between a broken member and the next good one is told with the broken one
    while True:
        data, passed, garbage = _to_magic(handle, data)
        if garbage and not broken:
            yield Capture(place, place, fault=f"{passed} bytes that are not gzip")
        place += passed
        if not data:
            return
        member = _Member(handle, data)
        window = _Window(member.pieces())
        if broken and not (window.fill(_AHEAD) and _START.match(window.buffer)):
            window.fault = "only looks like gzip"
        else:
            for capture in _window_captures(window):
                offset = place if capture.offset == 0 else -((place << 44) + capture.offset)
                yield replace(capture, offset=offset, place=place)
        broken = window.fault is not None
        if broken:
            place += 1
            handle.seek(place)
            data = b""
        else:
            place, data = handle.tell() - len(member.left), member.left


class _Member:
    """One gzip member that starts with `data`, and the compressed bytes it left over."""

    def __init__(self, handle: BinaryIO, data: bytes) -> None:
        self.handle = handle
        self.data = data
        self.left = b""

    def pieces(self) -> Iterator[bytes]:
        self.left = yield from gzip_member(self.handle, self.data)


def _to_magic(handle: BinaryIO, data: bytes) -> tuple[bytes, int, bool]:
    """Compressed bytes from the next start of a gzip member on (none at the end), how many were passed over, and
    whether any of these was not NUL."""
    passed = 0
    garbage = False
    while True:
        found = data.find(GZIP_MAGIC)
        more = b"" if found >= 0 else handle.read(GZIP_FEED)
        keep = found if found >= 0 else len(data) - 2 if more else len(data)
        keep = max(0, keep)
        garbage = garbage or bool(data[:keep].strip(b"\0"))
        passed += keep
        data = data[keep:] + more
        if found >= 0 or not more:
            return data, passed, garbage
