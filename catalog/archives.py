"""Members of archives (.zip, .tar, also compressed), read in place: nothing is unpacked to a disk.

An archive is not trusted. What a member is, where it says it would lie and how large it says it is are looked at before
any of it is read, and every read has a limit. A member that is not given has the reason why.
"""

import posixpath
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from struct import error as StructError
from struct import unpack_from
from typing import BinaryIO, cast

from catalog.streams import Damage

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.zst")
"""The archives that are read."""

MEMBERS = 1_000_000
"""Members of an archive at most; the sources of Linux are some 90,000 files."""

PATH_BYTES, PATH_PARTS = 4096, 64
"""Of a member's path at most: bytes (PATH_MAX of Linux) and folders."""

RATIO, FREE = 200, 64 * 2**20
"""How many times its size an archive may grow to, and the bytes from which on that counts. Source code grows to 3 to 20
times its size; one byte of deflate can stand for 1,032, one of zstd for more than 30,000."""

DIRECTORY_BYTES = 32 * 2**20
"""Of the list of members at the end of a zip at most: some 250,000 members. Python holds all of it at once."""


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its place (see tar.members and zip_members), path, size in bytes, and what it holds.

    `content` is None where it was not wanted, or where `fault` says why it cannot be given; `is_file` is False for what
    is no plain file, such as a link.
    """

    offset: int
    path: str
    size: int
    content: bytes | None = None
    fault: str | None = None
    is_file: bool = True


Wanted = Callable[[str, int], bool]
"""Whether the content of the member with this path and size is wanted; it is then read whole."""


def members(handle: BinaryIO, name: str, wanted: Wanted) -> Iterator[Member]:
    """The members of an archive in its order, without folders. Raises Damage where it cannot be read any further."""
    from catalog import tar

    handle.seek(0)
    found = zip_members(handle, wanted) if name.lower().endswith(".zip") else tar.members(handle, name, wanted)
    for number, member in enumerate(found):
        if number == MEMBERS:
            raise Damage(f"the archive has more than {MEMBERS} members: the others are not read")
        yield member


def path_fault(path: str) -> str | None:
    """Why a path is not one of a file below the archive's own folder; None when it is.

    >>> path_fault("src/main.c"), path_fault("../../etc/passwd"), path_fault("/etc/passwd")
    (None, 'its path leads out of the archive', 'its path leads out of the archive')
    """
    if len(path.encode("utf-8", "replace")) > PATH_BYTES or path.count("/") >= PATH_PARTS:
        return f"its path is longer than {PATH_BYTES} bytes or {PATH_PARTS} folders"
    if not path.isprintable() or "\\" in path:
        return "its path has characters that no path should have"
    if path.startswith("/") or path[1:2] == ":" or ".." in path.split("/"):
        return "its path leads out of the archive"
    return None if posixpath.basename(path) else "it has no name"


def zip_members(handle: BinaryIO, wanted: Wanted) -> Iterator[Member]:
    """Members of a zip; `offset` is a member's number in the list at its end. That list is what counts.

    Content is read where it is stored or deflated: Python's other decompressors have no limit on their output.
    """
    watched = _Within(handle)
    try:
        _check_directory(watched)
        archive = zipfile.ZipFile(cast(BinaryIO, watched))
    except Damage:
        raise
    except _FAULTS:
        raise Damage("the archive is no zip, or its end (the list of its members) is broken") from None
    left = max(FREE, RATIO * watched.size)
    with archive:
        for number, info in enumerate(archive.infolist()):
            if info.filename.endswith("/"):
                continue
            path = info.filename
            kind = stat.S_IFMT(info.external_attr >> 16)
            plain = kind in (0, stat.S_IFREG)
            fault = path_fault(path) or (None if plain else "it is a link or a device")
            if fault is not None:
                yield Member(number, path, info.file_size, fault=fault, is_file=plain)
            elif not wanted(path, info.file_size):
                yield Member(number, path, info.file_size)
            else:
                left -= info.file_size
                if left < 0:
                    raise Damage(f"the archive grows to more than {RATIO} times its size")
                yield _zip_member(archive, info, number)


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, number: int) -> Member:
    fault = "it is broken, or its checksum does not fit"
    if info.flag_bits & 1:
        fault = "it is encrypted"
    elif info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        fault = "it is compressed by a method that is not read: stored and deflated members are"
    else:
        try:
            with archive.open(info) as file:
                content = file.read(info.file_size + 1)
            if len(content) == info.file_size:
                return Member(number, info.filename, info.file_size, content)
        except _FAULTS:
            pass
    return Member(number, info.filename, info.file_size, fault=fault)


_FAULTS = (
    zipfile.BadZipFile,
    zlib.error,
    StructError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    EOFError,
    LookupError,
    MemoryError,
)
"""What zipfile raises for broken content. Faults of the storage are OSErrors."""


def _check_directory(watched: "_Within") -> None:
    """See that the list of members is not too long to hold, before zipfile reads it."""
    tail = min(watched.size, 22 + 65535)
    watched.seek(watched.size - tail)
    end = watched.read(tail)
    place = end.rfind(b"PK\5\6")
    if place < 0:
        raise ValueError
    size: int = unpack_from("<I", end, place + 12)[0]
    if end[max(0, place - 20) : place].startswith(b"PK\6\7"):
        # What the longer form (zip64) says counts wherever it is there.
        watched.seek(unpack_from("<Q", end, place - 12)[0])
        size = unpack_from("<Q", watched.read(56), 40)[0]
    if size > watched.size:
        raise ValueError
    if size > DIRECTORY_BYTES:
        raise Damage(f"the list of the zip's members has more than {DIRECTORY_BYTES} bytes: pack it as .tar.gz")


class _Within:
    """A file handle that lets nobody seek to a place that is none: zipfile follows what a broken archive says."""

    def __init__(self, handle: BinaryIO) -> None:
        self.handle = handle
        self.size = handle.seek(0, 2)
        handle.seek(0)

    def seek(self, offset: int, whence: int = 0) -> int:
        """As of a file; ValueError for a place before its start."""
        place = offset + (0, self.handle.tell() if whence == 1 else 0, self.size)[whence]
        if place < 0:
            raise ValueError(f"a place before the start of the file: {place}")
        return self.handle.seek(min(place, self.size))

    def read(self, size: int = -1) -> bytes:
        """As of a file."""
        left = max(0, self.size - self.handle.tell())
        return self.handle.read(left if size < 0 else min(size, left))

    def tell(self) -> int:
        """As of a file."""
        return self.handle.tell()

    def seekable(self) -> bool:
        """It is."""
        return True

    def close(self) -> None:
        """The handle is closed by who opened it."""
