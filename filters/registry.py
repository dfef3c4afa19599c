"""The models folder of a user: models that were trained or fetched there, each with a record beside its files.

The folder is what the environment variable ROOTS_MODELS names, else roots-builder/models in the user's data folder
(XDG_DATA_HOME, by default ~/.local/share). A model `yo` is a record `yo.json` and the files it names; the record is
written last, so a model whose making was stopped is not there. Records are plain JSON: what a model was trained on,
with which settings and versions, its licence, and size and SHA-256 of each file.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import file_digest
from pathlib import Path
from typing import Any

from filters.model_files import ModelError, ModelNameError

FOLDER = "ROOTS_MODELS"
"""The environment variable that names the folder."""

NAME = re.compile(r"[a-z0-9][a-z0-9_.-]{0,79}", re.IGNORECASE)
"""What a model can be called; it is part of file names."""

DIGEST = re.compile(r"[0-9a-f]{64}")

LARGE = 256_000_000
"""Bytes from which on a file whose hash was right once is not hashed again while its size and time stay the same:
hashing takes a second for each GB or so, in every worker."""

CHECKED = ".checked"
"""The folder in the models folder that remembers large files whose hash was right."""


@dataclass(frozen=True)
class File:
    """One file of a model, by its name in the models folder."""

    file: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Registered:
    """A model of the user's. `about` is all else that its record says: trained_on, settings, versions, origin."""

    name: str
    languages: tuple[str, ...]
    licence: str
    files: tuple[File, ...]
    about: Mapping[str, Any] = field(default_factory=dict)


def folder() -> Path:
    """The models folder in force; it need not exist."""
    given = os.environ.get(FOLDER)
    if given:
        return Path(given)
    data = os.environ.get("XDG_DATA_HOME") or os.path.expanduser("~/.local/share")
    return Path(data) / "roots-builder" / "models"


def names(place: Path) -> list[str]:
    """The names of all models that have a record in a models folder, sorted."""
    return sorted(path.stem for path in place.glob("*.json") if NAME.fullmatch(path.stem))


def find(name: str, place: Path) -> Registered | None:
    """The record of a model, None where there is none. Raises ModelError for a record that is broken."""
    path = place / f"{name}.json"
    if not NAME.fullmatch(name) or not path.is_file():
        return None
    stat = path.stat()
    return _read(path, stat.st_mtime_ns, stat.st_size)


def register(model: Registered, place: Path) -> Path:
    """Write the record of a model whose files are in place; returns its path."""
    if not NAME.fullmatch(model.name):
        raise ModelNameError(f"{model.name!r} is no name for a model; use letters, digits, '.', '_' and '-'")
    record = {
        "name": model.name,
        "languages": list(model.languages),
        "licence": model.licence,
        "files": [{"file": file.file, "bytes": file.bytes, "sha256": file.sha256} for file in model.files],
        **model.about,
    }
    path = place / f"{model.name}.json"
    temporary = place / f".{model.name}.json.{os.getpid()}"
    temporary.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    temporary.replace(path)
    return path


@contextmanager
def held(name: str, place: Path) -> Iterator[None]:
    """Hold a model's name in a models folder, which is made where it is not there, while its files are made.

    Raises ModelError when another run holds it, or the folder cannot be made or written.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(place / f".{name}.lock")
    try:
        place.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise ModelError(f"{place}: another run is making {name!r}; wait for it") from None
    except OSError as error:
        raise ModelError(
            f"{place}: cannot be a models folder ({error.strerror}); name another with --models or {FOLDER}"
        ) from None
    try:
        yield
    finally:
        lock.release()


def describe(path: Path) -> File:
    """Size and SHA-256 of a file that is to be registered."""
    return File(path.name, path.stat().st_size, _sha256(path))


def verified(file: File, place: Path, again: str) -> Path:
    """Where a registered file is, its size and hash checked once a process. Raises ModelError, which names `again`,
    the command that brings it back."""
    path = place / file.file
    try:
        stat = path.stat()
    except OSError as error:
        raise ModelError(f"{path}: {error.strerror}; get it again with: {again}") from error
    if stat.st_size != file.bytes:
        raise ModelError(
            f"{path}: has {stat.st_size:,} bytes, not the {file.bytes:,} of its record; get it again with: {again}"
        )
    found = _hash_of(path, stat.st_mtime_ns, stat.st_size)
    if found != file.sha256:
        raise ModelError(
            f"{path}: has sha256 {found}, not {file.sha256} as its record says; get it again with: {again}"
        )
    return path


@cache
def _hash_of(path: Path, changed: int, size: int) -> str:
    """SHA-256 of a file that last changed at `changed` (ns); of a large one from its note, if that still fits."""
    note = path.parent / CHECKED / path.name
    mark = f"{size} {changed} "
    if (
        size >= LARGE
        and note.is_file()
        and (said := note.read_text(encoding="ascii", errors="replace")).startswith(mark)
    ):
        return said.removeprefix(mark).strip()
    found = _sha256(path)
    if size >= LARGE and os.access(path.parent, os.W_OK):
        note.parent.mkdir(exist_ok=True)
        note.write_text(f"{mark}{found}\n", encoding="ascii")
    return found


def _sha256(path: Path) -> str:
    with path.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


@lru_cache(maxsize=256)
def _read(path: Path, changed: int, size: int) -> Registered:
    """The record in a file that last changed at `changed` (ns)."""
    try:
        said = json.loads(path.read_bytes())
        files = tuple(_file(path, entry) for entry in said.pop("files"))
        name, languages, licence = (said.pop(key) for key in ("name", "languages", "licence"))
        if name != path.stem:
            raise ModelError(f"{path}: is the record of {name!r}; a record lies beside its files under its own name")
        return Registered(name, tuple(map(str, languages)), str(licence), files, said)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise ModelError(
            f"{path}: is no record of a model ({reason}); train or fetch the model again with --force, "
            "or remove this file"
        ) from error


def _file(path: Path, said: Mapping[str, Any]) -> File:
    file = File(said["file"], said["bytes"], said["sha256"])
    if not NAME.fullmatch(file.file) or not isinstance(file.bytes, int) or not DIGEST.fullmatch(file.sha256):
        raise ValueError(f"files: {json.dumps(dict(said), ensure_ascii=False)}")
    return file
