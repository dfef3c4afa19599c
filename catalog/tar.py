"""Members of a tar archive, as POSIX (ustar, pax) and GNU tar write it, in one pass over its stream.

Python's tarfile takes an archive that breaks off in a header for one that ends there, and up to Python 3.11.9 a made-up
header could keep it busy for hours; here every header is bounded and every end is either an end or a fault.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from catalog.archives import FREE, RATIO, Member, Wanted, path_fault
from catalog.streams import PIECE, Damage, pieces

BLOCK = 512

HEADER_BYTES = 64 * 1024
"""Of a member's extended header at most: the paths in it have up to 4,096, attributes of files that stand there too
have some hundred."""

BROKEN = "the tar archive is broken"


@dataclass(slots=True)
class _Extended:
    """What headers before a member's own say of it."""

    offset: int | None = None
    path: str | None = None
    size: int | None = None
    sparse: bool = False
    fault: str | None = None


def members(handle: BinaryIO, name: str, wanted: Wanted) -> Iterator[Member]:
    """Members of a tar; `offset` is that of a member's first header in the uncompressed stream."""
    stream = _Stream(handle, name)
    extended = _Extended()
    while True:
        offset = stream.place
        header = stream.take(BLOCK)
        if len(header) < BLOCK or not header.strip(b"\0"):
            # A tar may end without the two blocks of zeros that should stand there, but not within a block.
            if header.strip(b"\0") or extended.offset is not None:
                raise Damage(BROKEN)
            if stream.place == 0:
                raise Damage("the file is empty")
            stream.check_end()
            return
        size = _checked(header)
        kind = header[156:157]
        if extended.offset is None:
            extended.offset = offset
        if kind in b"xgLK":
            _extend(extended, kind, stream, size)
            if kind == b"g" and extended == _Extended(offset):
                extended = _Extended()
            continue
        found = _member(stream, header, (size, extended), wanted)
        if found is not None:
            yield found
        extended = _Extended()


def _member(stream: "_Stream", header: bytes, said: tuple[int, _Extended], wanted: Wanted) -> Member | None:
    """The member whose own header this is, None for a folder; the stream stands at the next header after it."""
    size, extended = said
    kind = header[156:157]
    path = extended.path if extended.path is not None else _path(header)
    if extended.size is not None:
        size = extended.size
    # In the oldest form a folder is a file whose name ends in a slash.
    if kind == b"5" or (kind in b"0\0" and path.endswith("/")):
        stream.skip_data(size)
        return None
    plain = kind in b"0\x007" and not extended.sparse
    # Links and devices have no data, whatever their size says.
    held = 0 if kind in b"12346" else size
    path = path.removeprefix("./")
    fault = extended.fault or path_fault(path)
    if fault is None and not plain:
        fault = "it is a sparse file" if extended.sparse or kind == b"S" else "it is a link or a device"
    content = None
    if fault is None and wanted(path, size):
        content = stream.data(held)
    else:
        stream.skip_data(held)
    assert extended.offset is not None
    return Member(extended.offset, path, size, content, fault, is_file=plain)


def _extend(extended: _Extended, kind: bytes, stream: "_Stream", size: int) -> None:
    """Take from an extended header what it says of the next member: its path and its size."""
    if size > HEADER_BYTES:
        stream.skip_data(size)
        extended.fault = f"its header has more than {HEADER_BYTES} bytes"
        return
    data = stream.data(size)
    if kind == b"L":
        extended.path = _text(data.rstrip(b"\0"))
    elif kind == b"x":
        fields = _pax(data)
        if b"path" in fields:
            extended.path = _text(fields[b"path"])
        if b"size" in fields:
            extended.size = _decimal(fields[b"size"])
        extended.sparse |= any(key.startswith(b"GNU.sparse") for key in fields)


def _pax(data: bytes) -> dict[bytes, bytes]:
    """The fields of a pax header: lines of `<length of the line> <key>=<value>`."""
    fields = {}
    place = 0
    while place < len(data):
        space = data.find(b" ", place, place + 21)
        length = _decimal(data[place:space]) if space > 0 else 0
        line = data[place : place + length]
        if length <= space - place + 1 or len(line) < length or not line.endswith(b"\n"):
            raise Damage(BROKEN)
        key, _, value = line[space - place + 1 : -1].partition(b"=")
        fields[key] = value
        place += length
    return fields


def _checked(header: bytes) -> int:
    """The size that a header gives, after a check of its sum."""
    total = sum(header) - sum(header[148:156]) + 8 * ord(" ")
    if _number(header[148:156]) != total:
        raise Damage(BROKEN)
    return _number(header[124:136])


def _number(field: bytes) -> int:
    """A number of a header: octal digits, or where its first bit is set, all other bits (GNU)."""
    if field[0] & 0x80:
        value = int.from_bytes(field, "big") & ((1 << (8 * len(field) - 1)) - 1)
        if value >> 62:
            raise Damage(BROKEN)
        return value
    digits = field.strip(b" \0")
    if not all(digit in b"01234567" for digit in digits):
        raise Damage(BROKEN)
    return int(digits or b"0", 8)


def _decimal(digits: bytes) -> int:
    if not digits.isdigit() or len(digits) > 20:
        raise Damage(BROKEN)
    return int(digits)


def _path(header: bytes) -> str:
    name = header[:100].split(b"\0")[0]
    # Only POSIX has a prefix there; GNU's magic goes on with a space.
    prefix = header[345:500].split(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    return _text(b"/".join(part for part in (prefix, name) if part))


def _text(path: bytes) -> str:
    return path.decode("utf-8", "replace")


class _Stream:
    """The uncompressed bytes of an archive, forwards, with a limit on how far it may grow."""

    def __init__(self, handle: BinaryIO, name: str) -> None:
        self.handle = handle
        self.pieces = pieces(
            handle, name.lower().removesuffix(".tgz") + ".gz" if name.lower().endswith(".tgz") else name
        )
        self.held = b""
        self.place = 0
        self.given = 0

    def take(self, size: int) -> bytes:
        """The next bytes; fewer only at the end."""
        parts = []
        while size > 0 and self._fill():
            part = self.held[:size]
            self.held = self.held[size:]
            self.place += len(part)
            size -= len(part)
            parts.append(part)
        return b"".join(parts)

    def data(self, size: int) -> bytes:
        """The data of a member, up to the next block."""
        found = self.take(size)
        if len(found) < size:
            raise Damage(BROKEN)
        self.take(-size % BLOCK)
        return found

    def skip_data(self, size: int) -> None:
        """Pass over the data of a member, up to the next block."""
        left = size
        while left > 0:
            part = len(self.take(min(left, PIECE)))
            if part == 0:
                raise Damage(BROKEN)
            left -= part
        self.take(-size % BLOCK)

    def check_end(self) -> None:
        """See that nothing follows but zeros; this also checks the sums of the compressed data."""
        while self._fill():
            if self.held.strip(b"\0"):
                raise Damage("bytes follow the end of the tar archive")
            self.held = b""

    def _fill(self) -> bool:
        """Whether there are more bytes; then some are held."""
        while not self.held:
            piece = next(self.pieces, None)
            if piece is None:
                return False
            self.held = piece
            self.given += len(piece)
            if self.given > FREE and self.given > RATIO * max(1, self.handle.tell()):
                raise Damage(f"the archive grows to more than {RATIO} times its size")
        return True
