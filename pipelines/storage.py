"""Files, wherever they are: a local folder, `memory://`, `s3://`, `gs://`, all through fsspec.

A file appears whole or not at all. On a local disk it is written under a temporary name and renamed; object
stores have no rename, but show a file only when it is closed. A manifest is always written last.
"""

import hashlib
import io
import json
import os
import posixpath
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

import fsspec
from fsspec.implementations.local import LocalFileSystem

TEMPORARY = ".roots-tmp-"
"""What the name of an unfinished local file begins with."""


@dataclass(frozen=True)
class Written:
    """A file that is in place: its size in bytes and the SHA-256 of its bytes."""

    bytes: int
    sha256: str


class _Hashing(io.RawIOBase):
    """A write-only file that counts what passes through it, and hashes it where asked."""

    def __init__(self, target: BinaryIO, *, hashed: bool) -> None:
        self.target = target
        self.hashed = hashed
        self.digest = hashlib.sha256()
        self.count = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.count

    def write(self, data: Any) -> int:
        view = memoryview(data)
        self.target.write(view)
        if self.hashed:
            self.digest.update(view)
        self.count += view.nbytes
        return view.nbytes


class Writing:
    """An open file and, once it is closed, what was written."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.written = Written(0, "")


def join(folder: str, *parts: str) -> str:
    """Path from a folder, with forward slashes, for local paths and URLs alike; `..` goes up.

    >>> join("memory://work/", "udhr", "documents")
    'memory://work/udhr/documents'
    >>> join("work/udhr/documents", "../measures/a.parquet")
    'work/udhr/measures/a.parquet'
    """
    scheme, mark, inner = folder.rpartition("://")
    return scheme + mark + posixpath.normpath(posixpath.join(inner or "/", *parts))


def filesystem(path: str) -> tuple[Any, str]:
    """The fsspec file system of a path and the path inside it."""
    return cast(tuple[Any, str], fsspec.core.url_to_fs(path))


@contextmanager
def writing(path: str, *, hashed: bool = True) -> Iterator[Writing]:
    """Open `path` for writing; it is in place only when the block ends without an error.

    The yielded object's `written` holds size and SHA-256 after the block. Of a file that is read once and removed no
    hash need be made: `hashed`.
    """
    fs, inner = filesystem(path)
    fs.makedirs(posixpath.dirname(inner), exist_ok=True)
    local = isinstance(fs, LocalFileSystem)
    target = posixpath.join(posixpath.dirname(inner), f"{TEMPORARY}{os.getpid()}-{posixpath.basename(inner)}")
    raw = fs.open(target if local else inner, "wb")
    hashing = _Hashing(raw, hashed=hashed)
    writing = Writing(cast(BinaryIO, hashing))
    try:
        yield writing
        if local:
            raw.flush()
            os.fsync(raw.fileno())
    except BaseException:
        if local:
            raw.close()
            os.unlink(target)
        else:
            raw.discard() if hasattr(raw, "discard") else raw.close()
        raise
    raw.close()
    if local:
        os.replace(target, inner)
    writing.written = Written(hashing.count, hashing.digest.hexdigest() if hashed else "")


def write_bytes(path: str, data: bytes) -> Written:
    """Put `data` at `path`, whole or not at all."""
    with writing(path) as target:
        target.file.write(data)
    return target.written


def read_bytes(path: str) -> bytes:
    """All bytes of a file."""
    fs, inner = filesystem(path)
    return cast(bytes, fs.cat_file(inner))


def canonical(value: Any) -> bytes:
    """A JSON value as bytes that depend on nothing but the value: keys sorted, UTF-8, one newline at the end."""
    return (json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()


def fingerprint(value: Any) -> str:
    """Hash of a JSON value as 16 hexadecimal digits, for the names of files that depend on it.

    >>> fingerprint({"b": 1, "a": "Ọ"}) == fingerprint({"a": "Ọ", "b": 1})
    True
    """
    return hashlib.blake2b(canonical(value), digest_size=8).hexdigest()


def write_json(path: str, value: Any) -> None:
    """Write a JSON value in its canonical form."""
    write_bytes(path, canonical(value))


def read_json(path: str) -> Any:
    """Read a JSON file; None when it is absent or not whole (as after a crash of the machine)."""
    try:
        return json.loads(read_bytes(path))
    except (FileNotFoundError, ValueError):
        return None


def size(path: str) -> int | None:
    """Size of a file in bytes, None when it is not there."""
    fs, inner = filesystem(path)
    fs.invalidate_cache(posixpath.dirname(inner))
    try:
        return int(fs.info(inner)["size"])
    except FileNotFoundError:
        return None


def names(folder: str) -> list[str]:
    """Names of what is in a folder, sorted; empty when there is no such folder."""
    fs, inner = filesystem(folder)
    try:
        found = fs.ls(inner, detail=False, refresh=True)
    except (FileNotFoundError, NotADirectoryError):
        return []
    return sorted(posixpath.basename(str(path).rstrip("/")) for path in found)


def remove(path: str) -> None:
    """Remove a file or a folder with all that is in it; nothing happens when it is not there."""
    fs, inner = filesystem(path)
    if fs.exists(inner):
        fs.rm(inner, recursive=True)


def move(path: str, target: str) -> None:
    """Give a file another name in the same file system, in the place of a file of that name; on a disk at once."""
    (fs, inner), (_, there) = filesystem(path), filesystem(target)
    fs.makedirs(posixpath.dirname(there), exist_ok=True)
    if isinstance(fs, LocalFileSystem):
        os.replace(inner, there)
    else:
        fs.mv(inner, there)


def sweep(folder: str) -> int:
    """Remove what unfinished writes left below a local folder; returns how many files went."""
    fs, inner = filesystem(folder)
    if not isinstance(fs, LocalFileSystem) or not fs.isdir(inner):
        return 0
    stale = [
        os.path.join(parent, name)
        for parent, _, files in os.walk(inner)
        for name in files
        if name.startswith(TEMPORARY)
    ]
    for path in stale:
        os.unlink(path)
    return len(stale)
