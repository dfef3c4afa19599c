"""What was fetched of one seed: parts, which are WARC files, and a journal of what stands in no part yet.

A part holds the payloads of one shard of the seed's captures, byte for byte and in the index's order, so its bytes
do not depend on when they came. Its manifest, written last, says which capture lies where, and which failed, and why.
The journal is an SQLite file to which every payload goes as it comes: a process may be killed at any moment, and
nothing that came is asked for again.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from catalog.crawl.captures import Capture
from catalog.crawl.fetch import Answer
from catalog.crawl.files import replacing

PART_BYTES = 256_000_000
"""Bytes of a part at most, beside a single larger record: the size that readers of corpora expect of a shard."""

PART_CAPTURES = 20_000
"""Captures of a part at most, for they are held while it is fetched, and its manifest is read whole."""

Key = tuple[str, int, int]
"""Archive, offset, length: what names a payload."""


@dataclass(frozen=True, slots=True)
class Failed:
    """A capture that could not be fetched, and why."""

    capture: Key
    url: str
    error: str


def shards(captures: Iterable[Capture]) -> Iterator[list[Capture]]:
    """Captures cut into shards, in their order, by nothing but their lengths; bytes that come twice count once."""
    held: dict[Key, Capture] = {}
    size = 0
    for capture in captures:
        if capture.key in held:
            continue
        if held and (size + capture.length > PART_BYTES or len(held) == PART_CAPTURES):
            yield list(held.values())
            held, size = {}, 0
        held[capture.key] = capture
        size += capture.length
    if held:
        yield list(held.values())


def key_of(shard: Sequence[Capture]) -> str:
    """What names a shard: the hash of its captures."""
    digest = blake2b(digest_size=16)
    for capture in shard:
        digest.update(repr((capture.key, capture.url)).encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


class Store:
    """The parts of a seed in `folder`, and its journal at `journal`, until that is closed."""

    def __init__(self, folder: Path, journal: Path) -> None:
        self.folder = folder
        self._path = journal
        folder.mkdir(parents=True, exist_ok=True)
        journal.parent.mkdir(parents=True, exist_ok=True)
        self._journal = _open(journal)

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *error: object) -> None:
        self._journal.close()

    def prepare(self, keys: Sequence[str]) -> None:
        """Take apart what is not of these shards, as after people edited the index: the payloads are used again.

        What a run that was killed left half done goes; its payloads stand in the journal.
        """
        known = {self._manifest(number).name: key for number, key in enumerate(keys)}
        for manifest in sorted(self.folder.glob("part-*.json")):
            found = _read(manifest)
            if found is None or found["key"] != known.get(manifest.name) or not self._whole(manifest, found):
                self._take_apart(manifest, found)
        for path in self.folder.iterdir():
            manifest = path.with_name(f"{path.name.partition('.')[0]}.json")
            if path.name.startswith(".part-") or (not manifest.exists() and path.name.startswith("part-")):
                path.unlink()

    def missing(self, number: int, shard: Sequence[Capture]) -> list[Capture]:
        """The captures of a shard that are in no part and not in the journal."""
        manifest = _read(self._manifest(number))
        places = {tuple(row[:3]) for row in manifest["captures"]} if manifest else set()
        return [capture for capture in shard if capture.key not in places and not self._has(capture.key)]

    def put(self, capture: Capture, data: bytes) -> None:
        """Keep a payload in the journal; it is there when this returns."""
        with self._journal:
            self._journal.execute("INSERT OR IGNORE INTO taken VALUES (?, ?, ?, ?)", (*capture.key, data))

    def pack(self, number: int, shard: Sequence[Capture], errors: dict[Key, Answer]) -> None:
        """Write the part of a shard from the journal, then its manifest; a part that is there gains what is new."""
        path = self._manifest(number)
        before = _read(path)
        new = any(self._has(capture.key) for capture in shard)
        if before is not None and new:
            self._take_apart(path, before)
            before = None
        captures = before["captures"] if before is not None else self._write(self._part(number), shard)
        held = {tuple(row[:3]) for row in captures}
        manifest = {
            "key": key_of(shard),
            "bytes": sum(row[2] for row in captures),
            "captures": captures,
            "failed": [
                [*capture.key, capture.url, errors[capture.key].error if capture.key in errors else "not asked for"]
                for capture in shard
                if capture.key not in held
            ],
        }
        _write_json(path, manifest)
        with self._journal:
            self._journal.executemany(
                "DELETE FROM taken WHERE filename = ? AND place = ? AND length = ?",
                [tuple(row[:3]) for row in captures],
            )

    def payloads(self) -> Iterator[tuple[Key, bytes]]:
        """The payloads of all parts, in order."""
        for manifest in sorted(self.folder.glob("part-*.json")):
            found = _read(manifest)
            if found is not None and found["captures"]:
                with manifest.with_name(f"{manifest.stem}.warc.gz").open("rb") as part:
                    for filename, offset, length, place in found["captures"]:
                        part.seek(place)
                        yield (filename, offset, length), part.read(length)

    def finish(self) -> None:
        """Remove the journal: what stands in it belongs to no capture of the index any more."""
        self._journal.close()
        for path in (self._path, *(self._path.with_name(self._path.name + end) for end in ("-wal", "-shm"))):
            path.unlink(missing_ok=True)

    def counted(self) -> tuple[int, int, list[Failed]]:
        """Captures fetched, their bytes, and what failed, by the manifests."""
        count = size = 0
        failed = []
        for manifest in sorted(self.folder.glob("part-*.json")):
            found = _read(manifest)
            if found is not None:
                count += len(found["captures"])
                size += found["bytes"]
                failed += [Failed((row[0], row[1], row[2]), row[3], row[4]) for row in found["failed"]]
        return count, size, failed

    def _part(self, number: int) -> Path:
        return self.folder / f"part-{number:05}.warc.gz"

    def _manifest(self, number: int) -> Path:
        return self.folder / f"part-{number:05}.json"

    def _whole(self, manifest: Path, found: dict[str, Any]) -> bool:
        part = manifest.with_name(f"{manifest.stem}.warc.gz")
        return bool((part.stat().st_size if part.exists() else 0) == found["bytes"])

    def _has(self, key: Key) -> bool:
        asked = "SELECT 1 FROM taken WHERE filename = ? AND place = ? AND length = ?"
        return self._journal.execute(asked, key).fetchone() is not None

    def _write(self, path: Path, shard: Sequence[Capture]) -> list[list[Any]]:
        """Write a part; where each capture in it lies. No file is left where there is nothing to write."""
        captures: list[list[Any]] = []
        temporary = path.with_name(f".{path.name}.part")
        place = 0
        asked = "SELECT payload FROM taken WHERE filename = ? AND place = ? AND length = ?"
        with temporary.open("wb") as out:
            for capture in shard:
                row = self._journal.execute(asked, capture.key).fetchone()
                if row is not None:
                    out.write(row[0])
                    captures.append([*capture.key, place])
                    place += len(row[0])
            out.flush()
            os.fsync(out.fileno())
        if captures:
            temporary.replace(path)
        else:
            temporary.unlink()
            path.unlink(missing_ok=True)
        return captures

    def _take_apart(self, manifest: Path, found: dict[str, Any] | None) -> None:
        """Put the payloads of a part back into the journal, then remove manifest and part."""
        part = manifest.with_name(f"{manifest.stem}.warc.gz")
        if found is not None and self._whole(manifest, found) and part.exists():
            with part.open("rb") as file, self._journal:
                for filename, offset, length, place in found["captures"]:
                    file.seek(place)
                    row = (filename, offset, length, file.read(length))
                    self._journal.execute("INSERT OR IGNORE INTO taken VALUES (?, ?, ?, ?)", row)
        manifest.unlink(missing_ok=True)
        part.unlink(missing_ok=True)


def _open(path: Path) -> sqlite3.Connection:
    """The journal at a path; one that a crash of the machine broke is begun anew."""
    try:
        return _opened(path)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        for end in ("", "-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        return _opened(path)


def _opened(path: Path) -> sqlite3.Connection:
    journal = sqlite3.connect(path, check_same_thread=False)
    try:
        # A commit then is in the hands of the system, which a kill of the process does not undo.
        journal.execute("PRAGMA journal_mode = WAL")
        journal.execute("PRAGMA synchronous = NORMAL")
        journal.execute(
            "CREATE TABLE IF NOT EXISTS taken "
            "(filename TEXT, place INTEGER, length INTEGER, payload BLOB, PRIMARY KEY (filename, place, length))"
        )
    except sqlite3.DatabaseError:
        journal.close()
        raise
    return journal


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
    return found if isinstance(found, dict) and {"key", "bytes", "captures", "failed"} <= found.keys() else None


def _write_json(path: Path, value: Any) -> None:
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8") as out:
        json.dump(value, out, ensure_ascii=False, separators=(",", ":"))
        out.write("\n")
        out.flush()
        os.fsync(out.fileno())
