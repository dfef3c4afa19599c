"""Lists of checksums beside the files of a source: what each file should be, and whether it is.

OSCAR has `fr_sha256.txt` (21.09), `checksum.sha256` (22.01, 23.01) and, where ungoliant packed it, `fr_sha384.txt`; all
can be checked by sha256sum -c. A file that is not what its list says is refused before any text of it is used.
"""

import fnmatch
import hashlib
import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass

from catalog.entry import EntryError
from catalog.record import MAX_BYTES
from catalog.streams import PIECE, listed, open_file

_LIST = re.compile(r"((?P<of>.+)[._-])?sha(256|384|512)(sums?)?(\.txt)?|checksums?\.txt", re.I)
_GNU = re.compile(r"\\?(?P<hex>[0-9a-fA-F]+)[ \t]+\*?(?P<name>.+)")
_NAME_FIRST = re.compile(r"(?P<name>.+?)\t\s*(?P<hex>[0-9a-fA-F]+)")
_BSD = re.compile(r"SHA\d+ \((?P<name>.+)\) = (?P<hex>[0-9a-fA-F]+)")
_BARE = re.compile(r"(?P<hex>[0-9a-fA-F]+)(?P<name>)")

LONGEST_LINE = 5000
"""Characters of a line at most: a path of 4,096 bytes and a hash. A longer one takes time with the square of it."""

ALGORITHMS = {64: "sha256", 96: "sha384", 128: "sha512"}
"""The hash by the number of its hexadecimal digits: NAME.sha256 may well hold another."""


@dataclass(frozen=True)
class Checksum:
    """What a file's hash should be, in lower-case hexadecimal digits, and the list that says so."""

    hex: str
    list: str

    @property
    def algorithm(self) -> str:
        """The name of the hash in hashlib."""
        return ALGORITHMS[len(self.hex)]


def is_list(path: str) -> bool:
    """Whether a file is, by its name, a list of checksums.

    >>> [is_list(name) for name in ("fr_sha256.txt", "checksum.sha256", "SHA256SUMS", "fr_part_1.txt.gz")]
    [True, True, True, False]
    """
    return _LIST.fullmatch(posixpath.basename(path)) is not None


def expected(uid: str, paths: Sequence[str], patterns: Sequence[str]) -> dict[str, Checksum]:
    """The checksum of each file that a list in its folder names; `patterns` are what the files were searched by.

    A file that a list of its folder does not name, and one that a pattern fits and a list names but that is not
    there, are an EntryError. A list of one language (`fr_sha256.txt`) or one file (`x.jsonl.sha256`) says nothing of
    others.
    """
    found: dict[str, Checksum] = {}
    for folder in sorted({posixpath.dirname(path) for path in paths}):
        there = names_in(folder)
        lists = {name: _read(uid, posixpath.join(folder, name)) for name in there if is_list(name)}
        gone = sorted((name, own) for own, sums in lists.items() for name in sums if name not in there)
        for name, own in gone:
            if "/" not in name and any(fnmatch.fnmatchcase(f"{folder}/{name}", pattern) for pattern in patterns):
                raise EntryError(
                    f"{uid}: {folder}/{own} names {name}, which is not there: fetch it, or let data.files name only "
                    "the parts you have"
                )
        for path in (path for path in paths if posixpath.dirname(path) == folder):
            name = posixpath.basename(path)
            ours = [own for own in sorted(lists) if _covers(own, name)]
            naming = [own for own in ours if name in lists[own]]
            if ours and not naming:
                raise EntryError(
                    f"{uid}: {path}: is not in {ours[0]}, the list of checksums beside it: it belongs to another "
                    "release, or the list is not whole; without the list the file is read unchecked"
                )
            if naming:
                found[path] = Checksum(lists[naming[0]][name], posixpath.join(folder, naming[0]))
    return found


def _covers(own: str, name: str) -> bool:
    """Whether a list should name a file: that of a language or of one file only its own."""
    match = _LIST.fullmatch(own)
    of = match and match["of"]
    return of is None or of.lower() in ("checksum", "checksums") or name.startswith((f"{of}_", f"{of}.")) or name == of


def parse(path: str, text: str) -> dict[str, str]:
    """Hashes by file name: as sha256sum writes them, as BSD does, the name first (OSCAR 2019), or a hash alone.

    >>> parse("fr_sha256.txt", f"{'0' * 64}  ./fr_part_1.txt.gz")
    {'fr_part_1.txt.gz': '0000000000000000000000000000000000000000000000000000000000000000'}
    """
    found = {}
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if not line or line.startswith("#"):
            continue
        forms = (_BSD, _GNU, _NAME_FIRST, _BARE) if len(line) <= LONGEST_LINE else ()
        matches = (form.fullmatch(line) for form in forms)
        match = next((match for match in matches if match and len(match["hex"]) in ALGORITHMS), None)
        if match is None:
            raise EntryError(
                f"{path}: line {number} is no checksum: sha256sum FILES > {posixpath.basename(path)} writes such a list"
            )
        name = match["name"].strip() or posixpath.basename(path).rpartition(".")[0]
        name = posixpath.basename(name) if name.startswith("/") else posixpath.normpath(name)
        found[name] = match["hex"].lower()
    return found


def _read(uid: str, path: str) -> dict[str, str]:
    with open_file(path) as handle:
        content = handle.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise EntryError(f"{uid}: {path}: a list of checksums of more than {MAX_BYTES} bytes is not read")
    try:
        return parse(path, content.decode())
    except UnicodeDecodeError:
        raise EntryError(f"{uid}: {path}: is no list of checksums: it is not UTF-8") from None


def names_in(folder: str) -> list[str]:
    """The names of what lies in a folder, sorted; none where the storage cannot tell."""
    import fsspec

    storage, inner = fsspec.core.url_to_fs(folder or ".")
    return sorted(posixpath.basename(name) for name in listed(storage, inner))


def digest(path: str, algorithm: str) -> str:
    """The hash of a file as hexadecimal digits."""
    hashing = hashlib.new(algorithm)
    with open_file(path) as handle:
        while piece := handle.read(PIECE):
            hashing.update(piece)
    return hashing.hexdigest()


def check(uid: str, path: str, wanted: Checksum, found: str) -> None:
    """Raise EntryError when the hash that was found is not the one of the list."""
    if found != wanted.hex:
        raise EntryError(
            f"{uid}: {path}: its {wanted.algorithm} is {found}, but {wanted.list} says {wanted.hex}: the file is "
            "broken or another; fetch it again"
        )
