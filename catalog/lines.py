"""Lines of a stream with the byte offset of each, in memory that does not grow with the file nor with a line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catalog.record import MAX_BYTES
from catalog.streams import Damage

BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end (LF or CR LF), or in its place the `fault` that made it unreadable."""

    offset: int
    data: bytes
    fault: str | None = None


def lines(pieces: Iterable[bytes], limit: int = MAX_BYTES, *, first: int = 0, end: int | None = None) -> Iterator[Line]:
    """Lines that are not blank. A line over `limit` bytes is a fault and is not held in memory.

    Offsets count bytes of the uncompressed stream, so a file and its .gz have the same. A byte order mark at the
    start is not part of the first line, but is counted. Damage in the stream is the last line's fault. Of a part of a
    stream, `first` is the offset of its first line, and `end` that of the line before which it ends.

    >>> [(line.offset, line.data) for line in lines([b"one\\r\\n\\nth", b"ree"])]
    [(0, b'one'), (6, b'three')]
    """
    held = _Held(limit, first)
    try:
        for piece in pieces:
            *ended, rest = piece.split(b"\n")
            for part in ended:
                held.add(part)
                line = held.line()
                if line is not None:
                    yield line
                held.next(1)
                if held.offset == end:
                    return
            held.add(rest)
    except Damage as damage:
        yield Line(held.offset, b"", str(damage))
        return
    line = held.line()
    if line is not None:
        yield line


class _Held:
    """The parts of one line that may still go on in the next piece."""

    def __init__(self, limit: int, offset: int) -> None:
        self.limit = limit
        self.offset = offset
        self.size = 0
        self.parts: list[bytes] = []

    def add(self, part: bytes) -> None:
        self.size += len(part)
        if self.size > self.limit:
            self.parts.clear()
        else:
            self.parts.append(part)

    def line(self) -> Line | None:
        if self.size > self.limit:
            return Line(self.offset, b"", f"a line of {self.size} bytes is over the limit of {self.limit}")
        data = b"".join(self.parts)
        if self.offset == 0:
            data = data.removeprefix(BOM)
        data = data.removesuffix(b"\r")
        return Line(self.offset, data) if data.strip() else None

    def next(self, end: int) -> None:
        self.offset += self.size + end
        self.size = 0
        self.parts = []
