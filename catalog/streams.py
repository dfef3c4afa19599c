"""Streams: the bytes of a file from any storage, decompressed by its suffix, a bounded piece at a time."""

import zlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, cast

PIECE = 256 * 1024
"""Bytes decompressed, or read where nothing is compressed, in one step at most."""

GZIP_FEED = 32 * 1024
"""Compressed bytes read in one step. What a gzip member leaves over is copied, so a file of very many very small
members would cost its size times this."""

ZSTD_FEED = 512
"""Bytes handed to zstd in one step. A block of 4 bytes can stand for 128 KiB (RFC 8878, 3.1.1.2), and the Python
binding has no limit on its output: 512 bytes give 16 MiB at the very most. As fast as larger steps."""


Note = Callable[[int], None]
"""What is told the byte of a file at which a gzip member or zstd frame begins."""


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a file that can be read alone.

    `start` is where reading begins: a byte of the file, or the number of a row group or record batch; `skip` says how
    many bytes of the uncompressed stream are passed over from there. `first` is the position where that leads, counted
    as the offsets of records are; `end` the position at which the next part begins, None for the last part. A part that
    is `packed` is one of a copy in zstd frames, which ends in the `fault` that the file ends in.
    """

    start: int = 0
    skip: int = 0
    first: int = 0
    end: int | None = None
    packed: bool = False
    fault: str = ""


class Damage(ValueError):
    """The file is broken from here on; the message says how. What came before is good and was given."""


def open_file(path: str) -> BinaryIO:
    """The file for reading, uncompressed: a path, or any address fsspec knows (memory://, s3://, gs://, https://)."""
    import fsspec

    storage, inner = fsspec.core.url_to_fs(path)
    return cast(BinaryIO, storage.open(inner, "rb"))


def is_local(storage: Any) -> bool:
    """Whether an fsspec file system is that of this machine."""
    return "file" in ((storage.protocol,) if isinstance(storage.protocol, str) else storage.protocol)


def address(storage: Any, path: str) -> str:
    """The whole address of a path of an fsspec file system; a local path as it is."""
    return path if is_local(storage) else str(storage.unstrip_protocol(path))


CANNOT_LIST = (403, 405, 501)
"""What web servers answer that do not tell what lies in a folder; the answer 404 is a FileNotFoundError."""


def listed(storage: Any, folder: str) -> list[str]:
    """The paths in a folder of an fsspec file system, sorted; none where it cannot tell, as most web servers cannot."""
    try:
        return sorted(storage.ls(folder, detail=False))
    except (FileNotFoundError, NotImplementedError):
        return []
    except Exception as error:  # that of the HTTP client is no OSError
        if getattr(error, "status", None) in CANNOT_LIST:
            return []
        raise


def pieces(handle: BinaryIO, name: str, start: int = 0, note: Note | None = None) -> Iterator[bytes]:
    """The content in pieces, none of them empty, decompressed when `name` ends in .gz or .zst.

    `start` is a byte of the file at which a gzip member or zstd frame begins, or any byte where nothing is compressed.
    `note` is called with the place of each member or frame before its first piece. Raises Damage after the last good
    byte of a broken file, which is the same wherever reading began. Storage faults (OSError) pass through.
    """
    if start:
        handle.seek(start)
    if name.lower().endswith(".gz"):
        return gunzip(handle, note)
    if name.lower().endswith(".zst"):
        return _unzstd(handle, note)
    return iter(lambda: handle.read(PIECE), b"")


def stretch(handle: BinaryIO, name: str, part: Part) -> Iterator[bytes]:
    """The pieces of a part of a file and of what follows it, from its first record on."""
    stream = pieces(handle, ".zst" if part.packed else name, part.start)
    for piece in stream:
        if len(piece) > part.skip:
            yield piece[part.skip :]
            break
        part = replace(part, skip=part.skip - len(piece))
    yield from stream
    if part.fault:
        raise Damage(part.fault)


def feed(handle: BinaryIO, size: int) -> bytes:
    """The next bytes of a file, to the next multiple of `size` in it.

    A decompressor gives nothing of what it was last handed when that is broken. Because steps do not depend on where
    reading began, what can be read before a damage does not either.
    """
    return handle.read(size - handle.tell() % size)


def gunzip(handle: BinaryIO, note: Note | None = None) -> Iterator[bytes]:
    """Decompressed pieces of all gzip members; NUL bytes between members, which tape tools write, are passed over."""
    data = feed(handle, GZIP_FEED)
    members = 0
    while data:
        data = data.lstrip(b"\0")
        if data:
            if members and not b"\x1f\x8b".startswith(data[:2]):
                raise Damage("bytes that are not gzip follow the compressed data")
            if note is not None:
                note(handle.tell() - len(data))
            data = yield from gzip_member(handle, data)
            members += 1
        data = data or feed(handle, GZIP_FEED)


def gzip_member(handle: BinaryIO, data: bytes) -> Generator[bytes, None, bytes]:
    """Decompressed pieces of the one gzip member that starts with `data`; returns the compressed bytes left over."""
    member = zlib.decompressobj(wbits=31)
    while True:
        try:
            piece = member.decompress(data, PIECE)
        except zlib.error as error:
            raise Damage(_gzip_fault(str(error))) from None
        if piece:
            yield piece
        if member.eof:
            return member.unused_data
        data = member.unconsumed_tail
        if not data and len(piece) < PIECE:
            data = feed(handle, GZIP_FEED)
            if not data:
                raise Damage("the file ends inside a compressed block (gzip)")


def _gzip_fault(message: str) -> str:
    if "header" in message:
        return "the data is not gzip, though the name ends in .gz"
    if "data check" in message or "length check" in message:
        return "the checksum of the compressed data (gzip) does not fit"
    return "the compressed data (gzip) is broken"


def _unzstd(handle: BinaryIO, note: Note | None = None) -> Iterator[bytes]:
    import zstandard

    frame = None
    while data := feed(handle, PIECE):
        place = 0
        while place < len(data):
            if frame is None:
                frame = zstandard.ZstdDecompressor().decompressobj()
                if note is not None:
                    note(handle.tell() - len(data) + place)
            fed = data[place : place + ZSTD_FEED]
            try:
                piece = frame.decompress(fed)
            except zstandard.ZstdError as error:
                raise Damage(_zstd_fault(str(error))) from None
            if piece:
                yield piece
            place += len(fed) - len(frame.unused_data)
            if frame.eof:
                frame = None
    if frame is not None:
        raise Damage("the file ends inside a compressed block (zstd)")


def _zstd_fault(message: str) -> str:
    if "memory" in message:
        return "the data needs a zstd window over 128 MiB: compress it again without --long=31"
    if "prefix" in message or "frame descriptor" in message:
        return "the data is not zstd, though the name ends in .zst"
    if "checksum" in message:
        return "the checksum of the compressed data (zstd) does not fit"
    return "the compressed data (zstd) is broken"
