"""Proof that a folder holds what its manifests say, byte for byte, and nothing else.

Every file that a run wrote is named by a manifest with its size and SHA-256. So a byte that was changed is found, and
a file that was put there. What a manifest says of itself is not proved: against somebody who writes manifests too there
is `roots.verify_removed`, which looks at what the files hold.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from pipelines import storage
from pipelines.contents import REMEMBERED
from pipelines.progress import console, megabytes
from roots import sums
from roots.entries import RESERVED
from roots.folders import LOCK, FolderError, opened

PIECE = 1 << 20
"""Bytes that are hashed at a time."""

MOST_NAMED = 100
"""Faults that are named one by one."""


@dataclass
class Scanned:
    """What was looked at: files, rows and bytes by kind of file; and what is wrong, each with the file it is in."""

    files: Counter[str] = field(default_factory=Counter)
    rows: Counter[str] = field(default_factory=Counter)
    bytes: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def add(self, kind: str, *, rows: int = 0, size: int = 0) -> None:
        """Count one file of a kind."""
        self.files[kind] += 1
        self.rows[kind] += rows
        self.bytes[kind] += size

    def said(self) -> list[str]:
        """What was scanned, a line for each kind, then the faults, then how many there are."""
        lines = [
            f"{kind}: {self.files[kind]:,} files, {self.rows[kind]:,} rows, {megabytes(self.bytes[kind])}"
            for kind in sorted(self.files)
        ]
        more = [f"and {len(self.faults) - MOST_NAMED:,} more"] if len(self.faults) > MOST_NAMED else []
        return [*lines, *(f"fault: {fault}" for fault in self.faults[:MOST_NAMED]), *more]


@dataclass(frozen=True)
class Manifest:
    """A manifest of a folder: its path there, and what it says."""

    path: str
    says: Mapping[str, Any]

    def files(self) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """The files that it names: the path of each in the folder, and its entry."""
        for entry in self.says["files"]:
            yield storage.join("/", self.path, "..", str(entry["file"])).lstrip("/"), entry


def verify(folder: str) -> tuple[Scanned, list[Manifest]]:
    """Compare every file of a work folder with the manifest that names it; also the manifests, for a closer look.

    Raises FolderError when the folder is not one that a run wrote.
    """
    there = listing(folder)
    if LOCK not in there:
        raise FolderError(f"{folder}: is no folder that roots made; give a work folder or an output folder")
    if f"work/{LOCK}" in there:
        raise FolderError(
            f"{folder}: is that of a pseudo-crawl; give {storage.join(folder, 'work')}, where its tables are"
        )
    scanned = Scanned()
    if any(path.startswith(".run/") for path in there):
        scanned.faults.append(f"{folder}: the last run has not ended; let it end, or give its command again")
        there = {path: size for path, size in there.items() if not path.startswith(".run/")}
    manifests = [each for path in there if path.endswith(".json") for each in _manifest(folder, path)]
    named: dict[str, str] = {}
    with watching("hashing", sum(there.values())) as advance:
        for manifest in manifests:
            scanned.add("manifests", size=there[manifest.path])
            for path, entry in manifest.files():
                named[path] = str(entry["sha256"])
                scanned.add(kind_of(path), rows=int(entry.get("rows", 0)), size=int(entry["bytes"]))
                scanned.faults += fault(storage.join(folder, path), path, entry, there.get(path))
                advance(int(entry["bytes"]))
    known = {*named, *(manifest.path for manifest in manifests)}
    for path in sorted(set(there) - known):
        scanned.faults += sums.faults(folder, there, named) if path == sums.FILE else _unnamed(folder, path)
    return scanned, manifests


def listing(folder: str) -> dict[str, int]:
    """Every file below a folder: its path there, sorted, and its size in bytes."""
    fs, inner = opened(folder)
    found = fs.find(inner, detail=True)
    start = len(inner.rstrip("/")) + 1
    return {path[start:]: int(info["size"]) for path, info in sorted(found.items())}


def kind_of(path: str) -> str:
    """What a file is, for a count of what was looked at.

    >>> kind_of("udhr/documents/yor.parquet"), kind_of("tokens/yo_text_document.bin"), kind_of("dedup/edges/a.parquet")
    ('documents', 'tokens', 'dedup')
    """
    first, *rest = path.split("/")
    if path.startswith("tokenizer/sample/"):
        return "sample"
    return first if first in RESERVED or not rest else rest[0]


def _manifest(folder: str, path: str) -> Iterator[Manifest]:
    """A JSON file, if it is a manifest; one that does not name its files is none, and counts as a file nobody names."""
    says = storage.read_json(storage.join(folder, path))
    if isinstance(says, dict) and isinstance(says.get("key"), str) and isinstance(says.get("files"), list):
        known = (isinstance(file, dict) and {"file", "bytes", "sha256"} <= set(file) for file in says["files"])
        if all(known):
            yield Manifest(path, says)


def fault(whole: str, path: str, entry: Mapping[str, Any], size: int | None) -> list[str]:
    """What is wrong with a file, given what its manifest says of it."""
    if size is None:
        return [f"{path}: is not there"]
    if size != entry["bytes"]:
        return [f"{path}: has {size:,} bytes, {entry['bytes']:,} expected"]
    if sha256(whole) != entry["sha256"]:
        return [f"{path}: its bytes are not those that were written: another SHA-256 than in its manifest"]
    return []


def sha256(path: str) -> str:
    """The SHA-256 of a file, read in pieces."""
    fs, inner = storage.filesystem(path)
    digest = hashlib.sha256()
    with fs.open(inner, "rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _unnamed(folder: str, path: str) -> list[str]:
    """What is wrong with a file that no manifest names."""
    if path == LOCK:
        return []
    parent, _, name = path.rpartition("/")
    if name == REMEMBERED and "/" not in parent and _remembered(storage.read_json(storage.join(folder, path))):
        return []
    return [f"{path}: no manifest names this file"]


def _remembered(says: Any) -> bool:
    """Whether a file is what is remembered of the checksums of a source, and nothing else."""
    pattern = re.compile(r"[a-z0-9]+:[0-9a-f]+")
    return isinstance(says, dict) and all(
        pattern.fullmatch(key) and isinstance(value, str) and re.fullmatch("[0-9a-f]+", value)
        for key, value in says.items()
    )


@contextmanager
def watching(what: str, size: int) -> Iterator[Callable[[int], None]]:
    """Show on a terminal how far a scan of so many bytes is; the block is given a function that moves it on."""
    columns = (TextColumn("{task.description}"), BarColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        row = bar.add_task(what, total=size or None)
        yield lambda moved: bar.update(row, advance=moved)
