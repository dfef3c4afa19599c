"""What is in an input: a key that changes with its content, and whether it is what a list of checksums says."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import replace

from catalog import checksums, hub
from catalog.entry import Entry
from catalog.sources import Input
from pipelines import storage
from pipelines.progress import console, megabytes

WHOLE = 64_000_000
"""Bytes up to which a file is read whole to tell whether it changed."""

SAMPLES, SAMPLE = 64, 65536
"""Of a larger file: pieces spread evenly over it, the last at its end, and the bytes of each."""

REMEMBERED = "checksums.json"
"""The checksums of a source's files by the keys of their contents, in its work folder: each is hashed once."""

NOTED = 10**9
"""Bytes hashed after which the checksums are written down; more than these are announced."""


def content_key(file: Input) -> str:
    """Hash of a file's size and bytes; of a file over 64 MB, of pieces of it, so that terabytes are not read for it.

    A large file that is changed in place, at the same size, between the pieces looks the same: give it a new name.
    What is read with the file counts too. Of a dataset on the Hub the commit decides, of a local one all its files.
    """
    if file.path.startswith(hub.SCHEME):
        local = [Input(path, path, os.path.getsize(path)) for path in hub.files(file.path)]
        top = file.path.removeprefix(hub.SCHEME)
        inside = [[os.path.relpath(each.path, top), content_key(each)] for each in local]
        return storage.fingerprint(inside or file.path)
    if file.beside is not None:
        return storage.fingerprint([content_key(replace(file, beside=None)), content_key(file.beside)])
    fs, inner = storage.filesystem(file.path)
    digest = hashlib.blake2b(b"%d" % file.size, digest_size=16)
    with fs.open(inner, "rb") as opened:
        if file.size <= WHOLE:
            while piece := opened.read(1 << 20):
                digest.update(piece)
        else:
            for number in range(SAMPLES):
                opened.seek((file.size - SAMPLE) * number // (SAMPLES - 1))
                digest.update(opened.read(SAMPLE))
    return digest.hexdigest()


def check(work: str, entry: Entry, files: Sequence[Input]) -> None:
    """Hash the files that a list of checksums names, each once, before any of them is read.

    Raises EntryError for the first that is not what its list says. What was hashed is remembered by the key of its
    content, so that a second run, and one that goes on after a kill, hashes nothing again.
    """
    read = [each for file in files for each in (file, file.beside) if each is not None]
    listed = [(file, file.checksum) for file in read if file.checksum is not None]
    if not listed:
        return
    path = storage.join(work, entry.uid, REMEMBERED)
    found = storage.read_json(path)
    known: dict[str, str] = found if isinstance(found, dict) else {}
    keys = [f"{wanted.algorithm}:{content_key(replace(file, beside=None))}" for file, wanted in listed]
    new = sum(file.size for (file, _), key in zip(listed, keys, strict=True) if key not in known)
    if new > NOTED:
        console.print(f"{entry.uid}: comparing {megabytes(new)} with its checksums, once", highlight=False)
    hashed = 0
    for (file, wanted), key in zip(listed, keys, strict=True):
        if key not in known:
            known[key] = checksums.digest(file.path, wanted.algorithm)
            hashed += file.size
        last = file is listed[-1][0] or known[key] != wanted.hex
        if hashed and (last or hashed > NOTED):
            storage.write_json(path, known)
            hashed = 0
        checksums.check(entry.uid, file.path, wanted, known[key])
