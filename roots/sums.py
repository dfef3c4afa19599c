"""`SHA256SUMS` of a work folder: what one would publish of it, checked by `sha256sum -c SHA256SUMS` in that folder.

Cards, map, datasets, their Parquet files, tokens and the tokenizer. Not the tables of single sources, nor the sample
that the tokenizer was trained on. It is written last and removed first: where it is, all that it names is whole. What a
manifest says of its files is taken from there; the few others are read.
"""

import hashlib
from collections.abc import Collection, Mapping

from pipelines import storage

FILE = "SHA256SUMS"

PUBLISHED = ("cards", "corpus", "parquet", "tokenizer", "tokens")
"""Folders of a work folder that are published."""

ALONE = ("README.md", "map.html")
"""Files beside them."""

UNPUBLISHED = ("tokenizer/sample/",)
"""Below those folders, what stays here."""


def discard(work: str) -> None:
    """Remove the file, before anything that it names changes."""
    storage.remove(storage.join(work, FILE))


def write(work: str) -> str:
    """Write the file; returns its path. Raises OSError when a file cannot be read."""
    path = storage.join(work, FILE)
    storage.write_bytes(path, "".join(f"{digest}  {name}\n" for name, digest in sorted(sums(work).items())).encode())
    return path


def sums(work: str) -> dict[str, str]:
    """The SHA-256 of every published file, by its path below the work folder."""
    paths = [path for path in _below(work, "") if path in ALONE or path.split("/")[0] in PUBLISHED]
    paths = [path for path in paths if not path.startswith(UNPUBLISHED)]
    said: dict[str, str] = {}
    for path in paths:
        if path.endswith(".json"):
            folder = path.rpartition("/")[0]
            said.update(_said(storage.read_json(storage.join(work, path)), folder))
    return {path: said.get(path) or _hash(storage.join(work, path)) for path in paths}


def read(data: bytes) -> dict[str, str]:
    """The digests of a file of this kind, by path. Raises ValueError for a line of another form.

    >>> read(f"{'0' * 64}  corpus/yo/state.json\\n".encode())["corpus/yo/state.json"][:4]
    '0000'
    """
    found = {}
    for line in data.decode().splitlines():
        digest, mark, path = line.partition("  ")
        if len(digest) != 64 or not mark or not path:
            raise ValueError(f"{line!r}: a line of {FILE} is a SHA-256, two spaces and a path")
        found[path] = digest
    return found


def faults(work: str, there: Collection[str], named: Mapping[str, str]) -> list[str]:
    """What is wrong with the file of a work folder, given the files that are there and the digests of manifests."""
    try:
        said = read(storage.read_bytes(storage.join(work, FILE)))
    except ValueError as error:
        return [f"{FILE}: {error}; roots build writes it anew"]
    found = [f"{FILE}: {path}: is not there" for path in sorted(said) if path not in there]
    for path in sorted(set(said).intersection(there)):
        if said[path] != (named.get(path) or _hash(storage.join(work, path))):
            found.append(f"{FILE}: {path}: has another SHA-256; roots build writes the file anew")
    return found


def _said(manifest: object, folder: str) -> dict[str, str]:
    """What a manifest says of its files, by path below the work folder; nothing of what is no manifest."""
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), list):
        return {}
    files = [file for file in manifest["files"] if isinstance(file, dict) and {"file", "sha256"} <= set(file)]
    return {storage.join("/", folder, str(file["file"])).lstrip("/"): str(file["sha256"]) for file in files}


def _below(work: str, folder: str) -> list[str]:
    fs, inner = storage.filesystem(storage.join(work, folder) if folder else work)
    start = len(inner.rstrip("/")) + 1
    fs.invalidate_cache()
    return sorted(path[start:] for path in fs.find(inner))


def _hash(path: str) -> str:
    fs, inner = storage.filesystem(path)
    digest = hashlib.sha256()
    with fs.open(inner, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
