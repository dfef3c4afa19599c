"""Work folders: made by runs and for runs alone, one at a time in each.

A run clears away what an earlier one left in its folder, so it must be its own: it begins in a new or empty folder,
leaves the file `.lock` there, and refuses a folder that holds other files without it.
"""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any, Literal

from filelock import FileLock, Timeout
from fsspec.implementations.local import LocalFileSystem

from pipelines import storage
from pipelines.run import RunError

LOCK = ".lock"
"""The mark of a work folder; on a local disk also what holds it for one run."""

Kind = Literal["build", "files", "crawl"]
"""The work folder of a recipe, or the output of a command on a person's own files or of a pseudo-crawl."""

_NOT_IN = {"build": ("kept", "warc"), "files": ("corpus", "dedup", "warc"), "crawl": ("corpus", "dedup", "files")}
"""What the other kind of run makes."""


class FolderError(ValueError):
    """A folder that cannot be worked in, or that holds something else than is asked of it."""


@contextlib.contextmanager
def locked(folder: str, kind: Kind) -> Iterator[None]:
    """Hold a work folder for one run; what a run that was killed left half written is swept away.

    Raises FolderError when the folder holds anything else than runs of this kind wrote, or cannot be written to;
    RunError when another run holds it. Only folders on a local disk can be held.
    """
    fs, inner = opened(folder)
    if fs.isfile(inner):
        raise FolderError(f"{folder}: is a file; choose a folder")
    _check(folder, kind)
    lock = FileLock(storage.join(inner, LOCK)) if isinstance(fs, LocalFileSystem) else None
    try:
        if lock is None:
            storage.write_bytes(storage.join(folder, LOCK), b"")
        else:
            fs.makedirs(inner, exist_ok=True)
            lock.acquire(timeout=0)
    except Timeout:
        raise RunError(f"{folder}: another run is working in this folder; wait for it, or choose another") from None
    except OSError as error:
        raise FolderError(f"{folder}: cannot be written to: {error.strerror or error}; choose another folder") from None
    try:
        storage.sweep(folder)
        yield
    finally:
        if lock is not None:
            lock.release()


def opened(folder: str) -> tuple[Any, str]:
    """The file system of a folder and its path there; FolderError when there is no such file system."""
    try:
        return storage.filesystem(folder)
    except (ValueError, ImportError) as error:
        raise FolderError(f"{folder}: {error}") from None


def _check(folder: str, kind: Kind) -> None:
    """Refuse a folder whose files a run of this kind must not clear away."""
    names = storage.names(folder)
    if LOCK not in names and any(not name.startswith(".") for name in names):
        raise FolderError(f"{folder}: holds files that are not from here; choose a new or an empty folder")
    if any(name in names for name in _NOT_IN[kind]):
        build = kind != "build" and any(name in names for name in ("corpus", "dedup"))
        what = "the work folder of a build" if build else "the output of another command"
        raise FolderError(f"{folder}: is {what}; choose another folder")


def manifests(folder: str, source: str, table: str) -> list[dict[str, Any]]:
    """The manifests of one table of a source in a work folder; none when there is no such source."""
    inside = storage.join(folder, source, table)
    names = [name for name in storage.names(inside) if name.endswith(".json")]
    found = [storage.read_json(storage.join(inside, name)) for name in names]
    return [manifest for manifest in found if isinstance(manifest, dict) and manifest.get("source") == source]


def sources(folder: str) -> list[str]:
    """The sources of which there are documents in a work folder, sorted."""
    return [name for name in storage.names(folder) if manifests(folder, name, "documents")]


def discard_sources(folder: str, keep: Sequence[str]) -> None:
    """Remove the tables of sources that are not among `keep`, as an earlier run left them.

    What tells a source's folder from anybody else's, the manifests of its documents, goes last.
    """
    for name in storage.names(folder):
        known = [] if name in keep else manifests(folder, name, "documents")
        if known:
            source = storage.join(folder, name)
            for table in storage.names(source):
                if table != "documents":
                    storage.remove(storage.join(source, table))
            for manifest in known:
                storage.remove(storage.join(source, "documents", manifest["tables"]["documents"]["file"]))
            storage.remove(source)


def unfinished(folder: str) -> bool:
    """Whether a run in this folder was ended before its end, or is still at work."""
    return ".run" in storage.names(folder)
