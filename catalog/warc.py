"""WARC records of a plain or gzipped archive, found again after damage.

warcio's own iterator is not used: it ends at the first broken record, prints to stderr, and holds a line of any length.
"""

import io
import itertools
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from catalog.record import MAX_BYTES
from catalog.streams import GZIP_FEED, PIECE, Damage, Part, feed, gzip_member, pieces

MAX_HEADER = 64 * 1024
"""Bytes of a record's header, and of the block of a record over MAX_BYTES. Common Crawl's headers have under 2 kB."""

TYPES = ("warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation")
"""The types of records (WARC 1.1, section 6)."""

GZIP_MAGIC = b"\x1f\x8b\x08"
_EMPTY_LINE = re.compile(rb"\r?\n\r?\n")
_START = re.compile(rb"WARC/\d\.\d{1,3}\r?\n[A-Za-z][A-Za-z0-9-]{0,40}:")
_NEXT = re.compile(rb"\n" + _START.pattern)
_HEADER_END = re.compile(rb"(?:%s)|(?P<next>%s)" % (_EMPTY_LINE.pattern, _NEXT.pattern))
_AHEAD = 64
"""Bytes looked at behind a record: more than the start of a record and the line end before it need."""


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

    @property
    def type(self) -> str:
        """The type of the record in lower case; "other" for a word that the standard does not have, or none."""
        found = self.headers.get("warc-type", "").lower()
        return found if found in TYPES else "other"


PROBE = 4096
"""Bytes at the start of a gzip member that must show the record in it where one is looked for after damage. A member's
own header may hold a name without an end, so to read on would cost the whole file for each of many false starts."""


def captures(handle: BinaryIO, part: Part | None = None) -> Iterator[Capture]:
    """All records of an archive, or of a part of it, in order, of every type.

    Whether it is gzipped is seen from its first bytes. Reading goes on at the next record after a length that does not
    fit, after garbage and after a broken gzip member. Each stretch lost is one Capture with a fault.
    """
    if part is not None and part.packed:
        return _window_captures(_Window(pieces(handle, ".zst", part.start), start=part.first, member=0), part.end)
    part = part or Part()
    start = handle.read(len(GZIP_MAGIC))
    if start and GZIP_MAGIC.startswith(start):
        return _gzip_captures(handle, part)
    if part.start:
        handle.seek(part.start)
        start = b""
    rest = iter(lambda: handle.read(PIECE), b"")
    window = _Window(itertools.chain([start], rest) if start else rest, handle, start=part.first)
    return _window_captures(window, part.end)


def headers_of(data: bytes) -> dict[str, str]:
    """Header lines by lower-cased name, the first of a name; under "" what follows the protocol in the first line.

    A line that begins with a space or tab continues the one before it. A header that is not UTF-8 is read as such line
    by line, and ISO 8859-1 where that fails: as warcio does.

    >>> headers_of(b"HTTP/1.1 200 OK\\r\\nContent-Type: text/html\\r\\n")
    {'': '200 OK', 'content-type': 'text/html'}
    """
    try:
        first, *lines = data.decode().split("\n")
    except UnicodeDecodeError:
        first, *lines = (_header_line(line) for line in data.split(b"\n"))
    protocol, _, status = first.rstrip().partition(" ")
    headers = {"": status.strip()}
    name, value, begun = "", None, False
    for line in map(str.rstrip, lines if protocol or status else ()):
        if not line:
            break
        if begun and line[0] in " \t":
            value = None if value is None else value + line
            continue
        if value is not None:
            headers.setdefault(name.rstrip(" \t").lower(), value.strip())
        name, colon, rest = line.partition(":")
        value, begun = rest if colon else None, True
    if value is not None:
        headers.setdefault(name.rstrip(" \t").lower(), value.strip())
    return headers


def _header_line(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("iso-8859-1")


def split_header(data: bytes | bytearray) -> tuple[int, int] | None:
    """Where a header ends and where what follows it starts; None without an empty line in MAX_HEADER bytes."""
    match = _EMPTY_LINE.search(data, 0, MAX_HEADER)
    return match.span() if match else None


class _Window:
    """The bytes of one stretch (a gzip member, or a whole plain file), seen a bounded part at a time.

    `start` is the position of what it holds. A `member` says where in the file its gzip member begins.
    """

    def __init__(
        self, pieces: Iterator[bytes], handle: BinaryIO | None = None, *, start: int = 0, member: int | None = None
    ) -> None:
        self.pieces = pieces
        self.handle = handle if handle is not None and handle.seekable() else None
        self.buffer = bytearray()
        self.start = start
        self.member = member
        self.ended = False
        self.fault: str | None = None

    def lost(self, start: int, fault: str) -> Capture:
        """The fault of the stretch that begins at `start`."""
        return Capture(*self.names(start), fault=fault)

    def names(self, start: int) -> tuple[int, int]:
        """Offset and place of the record at `start`.

        A record that is not the first of its gzip member has an offset made of both positions, negative so that it
        cannot be that of a member.
        """
        if self.member is None:
            return start, start
        return -((self.member << 44) + start) if start else self.member, self.member

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


def _window_captures(window: _Window, end: int | None = None) -> Iterator[Capture]:
    """The records of one stretch, up to the position `end`."""
    told = None
    while True:
        window.blank()
        if not window.buffer:
            break
        if end is not None and window.start >= end:
            return
        start = window.start
        if _START.match(window.buffer):
            capture = _one(window)
        else:
            capture = window.lost(start, f"{window.resume()} bytes that belong to no WARC record")
        told = capture.fault
        yield capture
    if window.fault and not (told and told.startswith(window.fault)):
        yield window.lost(window.start, window.fault)


def _one(window: _Window) -> Capture:
    """The record at the start of the window, which is moved to where the next may start."""
    start = window.start
    found = _HEADER_END.search(window.buffer, 0, MAX_HEADER)
    if found is None:
        window.fill(MAX_HEADER)
        found = _HEADER_END.search(window.buffer, 0, MAX_HEADER)
    # A header does not go on over the start of a record: to read it so would take as long for each of many starts.
    if found is None or found["next"]:
        return _lost(window, "the record's header does not end")
    span = found.span()
    headers = headers_of(bytes(window.buffer[: span[0]]))
    length = headers.get("content-length", "")
    if not re.fullmatch(r"[0-9]{1,18}", length):
        return _lost(window, "the record has no Content-Length that is a number")
    size = int(length)
    whole = span[1] + size
    if size > MAX_BYTES:
        window.fill(span[1] + MAX_HEADER)
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
    return Capture(*window.names(start), headers, block, size)


def _lost(window: _Window, fault: str) -> Capture:
    """The fault of the record at the start of the window, which is moved to the next one."""
    start = window.start
    count = window.resume()
    return window.lost(start, f"{window.fault or fault}; {count} bytes are lost")


def _may_follow(after: bytes) -> bool:
    """Whether a record may end before these bytes, of which there are _AHEAD or all to the end: an empty line, the
    next record at once, or nothing more."""
    if after.startswith((b"\r\n\r\n", b"\n\n")):
        return True
    rest = after.lstrip(b"\r\n")
    return rest.startswith(b"WARC/") or (len(after) < _AHEAD and not rest)


def _pass(window: _Window, whole: int) -> bool:
    """Passes over a record of `whole` bytes without holding it. Where the file can seek, a length that does not fit
    is seen first and nothing is passed over."""
    if window.handle is None:
        return window.skip(whole)
    if window.ended:
        fits = len(window.buffer) >= whole and _may_follow(bytes(window.buffer[whole : whole + _AHEAD]))
        if fits:
            window.drop(whole)
        return fits
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


def _gzip_captures(handle: BinaryIO, part: Part) -> Iterator[Capture]:
    """Records of a gzipped archive, where each should be a gzip member of its own."""
    for member in members(handle, part):
        if member.window is None:
            yield Capture(member.place, member.place, fault=f"{member.passed} bytes that are not gzip")
        else:
            yield from _window_captures(member.window)


@dataclass(slots=True)
class Member:
    """A gzip member that may hold records; or, without a window, the bytes `passed` that are none.

    `sound` says that a part of the archive may begin at `place`.
    """

    place: int
    window: _Window | None
    passed: int = 0
    sound: bool = False


def members(handle: BinaryIO, part: Part) -> Iterator[Member]:
    """The gzip members of an archive, each to be read to its end before the next is asked for.

    What lies between a broken member and the next good one is told with the broken one.
    """
    place, data, broken = part.start, b"", False
    handle.seek(place)
    while part.end is None or place < part.end:
        data, passed, garbage = _to_magic(handle, data)
        if garbage and not broken:
            yield Member(place, None, passed)
        place += passed
        if not data:
            return
        if broken and not holds_record(handle, place):
            place, data = place + 1, b""
            handle.seek(place)
            continue
        left: list[bytes] = []
        window = _Window(_member_pieces(handle, data, left), member=place)
        if broken and not (window.fill(_AHEAD) and _START.match(window.buffer)):
            window.fault = "only looks like gzip"
        else:
            yield Member(place, window, sound=not broken and not passed)
        broken = window.fault is not None
        if broken:
            place, data = place + 1, b""
            handle.seek(place)
        else:
            place, data = handle.tell() - len(left[0]), left[0]


def holds_record(handle: BinaryIO, place: int) -> bool:
    """Whether a gzip member that holds a record begins at a place of a file, whose position stays what it was."""
    here = handle.tell()
    handle.seek(place)
    try:
        start = zlib.decompressobj(wbits=31).decompress(handle.read(PROBE), _AHEAD)
    except zlib.error:
        start = b""
    handle.seek(here)
    return _START.match(start) is not None


def _member_pieces(handle: BinaryIO, data: bytes, left: list[bytes]) -> Iterator[bytes]:
    left.append((yield from gzip_member(handle, data)))


def _to_magic(handle: BinaryIO, data: bytes) -> tuple[bytes, int, bool]:
    """Compressed bytes from the next start of a gzip member on (none at the end), how many were passed over, and
    whether any of these was not NUL."""
    passed = 0
    garbage = False
    while True:
        found = data.find(GZIP_MAGIC)
        if found == 0:
            return data, passed, garbage
        more = b"" if found > 0 else feed(handle, GZIP_FEED)
        keep = found if found > 0 else len(data) - 2 if more else len(data)
        keep = max(0, keep)
        garbage = garbage or bool(data[:keep].strip(b"\0"))
        passed += keep
        data = data[keep:] + more
        if found > 0 or not more:
            return data, passed, garbage
