"""Sources: the input files of an entry, and their documents as Arrow batches."""

import glob
import os
import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import BinaryIO

import pyarrow as pa

from catalog import catalogue, checksums, code, hub, oscar, oscar_parts, pseudo_crawl, wet
from catalog.entry import Custodian, Data, Entry, EntryError, Licence, Permission, Pii
from catalog.record import Record, batches
from catalog.streams import Part, address, open_file

SUFFIXES = {
    "catalogue": catalogue.SUFFIXES,
    "pseudo_crawl": pseudo_crawl.SUFFIXES + wet.SUFFIXES,
    "oscar": oscar.SUFFIXES,
    "code": code.SUFFIXES,
}
"""The endings of file names each connector reads."""

_RECORDS = {"catalogue": catalogue.records, "oscar": oscar.records, "code": code.records}

_LINES_AND_TABLES = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".parquet", ".arrow")
CUT = {
    "catalogue": _LINES_AND_TABLES,
    "oscar": _LINES_AND_TABLES,
    "code": _LINES_AND_TABLES,
    "pseudo_crawl": SUFFIXES["pseudo_crawl"],
}
"""The endings of the files that each connector can read in parts: see catalog/slices.py."""

NO_DATA = Data(files=())
"""The usual names of fields: text and id."""


@dataclass(frozen=True)
class Input:
    """One file of a source. `name` is part of every id, so it does not hold where on a machine the source lies.

    `beside` is a second file that is read with it (the texts of OSCAR 21.09), `checksum` what a list beside it says it
    is. A dataset that is streamed is one input of size 0: see catalog/hub.py.
    """

    path: str
    name: str
    size: int
    beside: "Input | None" = None
    checksum: checksums.Checksum | None = None


@dataclass(frozen=True)
class Slice:
    """A part of an input that one task reads: the `number`th of `count`; without a `part`, all of it.

    `packed` is the address of a copy that is read in the input's place, where the input itself cannot be cut.
    """

    input: Input
    number: int = 0
    count: int = 1
    part: Part | None = None
    packed: str = ""


def inputs(entry: Entry) -> list[Input]:
    """The files of an entry, sorted by name.

    A pattern that no file fits, a file the connector does not read and two files of one name are an EntryError; so is
    what checksums.expected and oscar_parts.pairs say of OSCAR's files, and hub.described of a dataset.
    """
    if entry.data.dataset:
        return [Input(*hub.described(entry), size=0)]
    files = {file.path: file for pattern in entry.data.files for file in _files(entry, pattern)}
    if entry.kind == "oscar":
        files = {path: file for path, file in files.items() if not checksums.is_list(path)}
    for path in files:
        _check_suffix(entry.uid, path, SUFFIXES[entry.kind])
    if not entry.folder:
        files = {path: replace(files[path], name=name) for path, name in _distinct(list(files)).items()}
    found: dict[str, Input] = {}
    for file in files.values():
        other = found.setdefault(file.name, file)
        if other != file:
            raise EntryError(
                f"{entry.uid}: data.files: {other.path} and {file.path} have the same name {file.name!r}, and ids are "
                f"made of it: put both below {entry.folder}, or let one pattern begin above both"
            )
    chosen = [found[name] for name in sorted(found)]
    return _of_oscar(entry, chosen) if entry.kind == "oscar" else chosen


def _of_oscar(entry: Entry, files: list[Input]) -> list[Input]:
    """The files with what belongs to them: texts with their metadata, and the checksums of both."""
    known = {file.path: file for file in files}
    pairs = oscar_parts.pairs(entry.uid, list(known))
    for path in {path for pair in pairs.items() for path in pair} - set(known):
        (known[path],) = _files(entry, path)
    below = [
        pattern if "://" in pattern or os.path.isabs(pattern) else f"{glob.escape(entry.folder)}/{pattern}"
        for pattern in entry.data.files
    ]
    for path, checksum in checksums.expected(entry.uid, list(known), below).items():
        known[path] = replace(known[path], checksum=checksum)
    texts = set(pairs.values())
    whole = [replace(file, beside=known[pairs[file.path]]) if file.path in pairs else file for file in known.values()]
    return sorted((file for file in whole if file.path not in texts), key=lambda file: file.name)


def can_be_cut(entry: Entry, file: Input) -> bool:
    """Whether files of this kind may be read in parts; where one can be cut says catalog/slices.py."""
    whole = file.beside is not None or file.path.startswith(hub.SCHEME)
    name = code.opened(entry, file.name) if entry.kind == "code" else file.name.lower()
    return not whole and name.endswith(CUT[entry.kind])


def read(entry: Entry, wanted: Input | Slice, passed: Counter[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Batches (schema RECORDS) of the documents of a file or slice and of the records that are none: record.batches.

    Records that are no rows at all, such as the requests of a web archive, are counted by their types in `passed`.
    Broken content never raises: it is a row with lost = "error:read". A file that is not there, or may not be read,
    is an EntryError; other faults of the storage are OSErrors.
    """
    slice = wanted if isinstance(wanted, Slice) else Slice(wanted)
    file = slice.input
    if file.path.startswith(hub.SCHEME):
        yield from batches(hub.records(entry, file.path), entry.uid, file.name)
        return
    try:
        handle = open_file(slice.packed or file.path)
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        raise EntryError(f"{entry.uid}: {file.path}: {_fault(error)}") from None
    with handle:
        yield from batches(_records(entry, handle, slice, passed), entry.uid, file.name)


def _records(entry: Entry, handle: BinaryIO, slice: Slice, passed: Counter[str] | None) -> Iterator[Record]:
    file, part = slice.input, slice.part
    if file.beside is not None:
        return _joined(entry, handle, file, file.beside)
    if entry.kind == "pseudo_crawl":
        archived = wet.records if file.name.lower().endswith(wet.SUFFIXES) else pseudo_crawl.records
        return archived(entry, handle, file.name, part, passed)
    return _RECORDS[entry.kind](entry, handle, file.name, part)


def _joined(entry: Entry, handle: BinaryIO, file: Input, beside: Input) -> Iterator[Record]:
    with open_file(beside.path) as texts:
        yield from oscar_parts.records(entry, (handle, texts), (file.name, beside.name))


def entry_for_files(
    files: Sequence[str | os.PathLike[str]],
    lang: str | None,
    *,
    uid: str = "files",
    fields: Data = NO_DATA,
) -> Entry:
    """An entry for a user's own files (paths, addresses or patterns), all in `lang`, or in languages to be found.

    The connector follows from the suffixes: WARC files are a pseudo-crawl, all others a catalogue. `fields` holds the
    names of a record's fields. The names of the inputs are the files' own; where two are the same, with as many
    folders as tell them apart.
    """
    paths: dict[str, str] = {}
    for file in files:
        pattern = os.fspath(file)
        pattern = pattern if "://" in pattern else os.path.abspath(pattern)
        for found in _files(_own(uid, lang, "catalogue", replace(fields, files=())), pattern):
            is_archive = found.path.lower().endswith(SUFFIXES["pseudo_crawl"])
            paths[found.path] = "pseudo_crawl" if is_archive else "catalogue"
            _check_suffix(uid, found.path, SUFFIXES["catalogue"] + SUFFIXES["pseudo_crawl"])
    kinds = set(paths.values())
    if len(kinds) > 1:
        archives = ", ".join(SUFFIXES["pseudo_crawl"])
        raise EntryError(f"{uid}: web archives ({archives}) and other files cannot be mixed: read them apart")
    return _own(uid, lang, kinds.pop() if kinds else "catalogue", replace(fields, files=tuple(paths)))


def _own(uid: str, lang: str | None, kind: str, data: Data) -> Entry:
    return Entry(
        uid=uid,
        name=uid,
        description="files named on the command line",
        kind=kind,
        languages=(lang,) if lang else (),
        cleaning=(),
        redact=True,
        custodian=Custodian(name="unknown", type="other", location="unknown"),
        licence=Licence(id="NOASSERTION", properties=(), attribution=""),
        permission=Permission(outcome="not asked"),
        pii=Pii(has_pii="Unclear", justification=""),
        data=data,
    )


def _files(entry: Entry, pattern: str) -> list[Input]:
    """The files a pattern of an entry fits, at least one. A name that exists as it is written is no pattern."""
    import fsspec

    below = bool(entry.folder) and "://" not in pattern and not os.path.isabs(pattern)
    try:
        storage, inner = fsspec.core.url_to_fs(f"{entry.folder}/{pattern}" if below else pattern)
    except (ValueError, ImportError) as error:
        raise EntryError(f"{entry.uid}: data.files: {pattern}: {error}") from None
    folder = fsspec.core.url_to_fs(entry.folder)[1] if entry.folder else ""
    fixed = inner
    try:
        if storage.isfile(inner):
            found = [storage.info(inner)]
        else:
            fixed = re.split(r"[*?\[]", inner, maxsplit=1)[0]
            searched = f"{glob.escape(folder)}/{pattern}" if below else inner
            found = [info for info in storage.glob(searched, detail=True).values() if info["type"] == "file"]
    except PermissionError as error:
        raise EntryError(f"{entry.uid}: {address(storage, inner)}: {_fault(error)}") from None
    if not found:
        what = "is a folder, not a file" if storage.isdir(inner) else "there is no such file"
        raise EntryError(f"{entry.uid}: {address(storage, inner)}: {what}")
    base = folder if below or (folder and inner.startswith(f"{folder}/")) else posixpath.dirname(fixed)
    return [
        Input(address(storage, info["name"]), posixpath.relpath(info["name"], base), int(info["size"] or 0))
        for info in sorted(found, key=lambda info: str(info["name"]))
    ]


def _distinct(paths: Sequence[str]) -> dict[str, str]:
    """For each path its last parts, as few as tell it from the others.

    >>> _distinct(["/a/x.txt", "/b/x.txt", "/b/y.txt"])
    {'/a/x.txt': 'a/x.txt', '/b/x.txt': 'b/x.txt', '/b/y.txt': 'y.txt'}
    """
    names = {path: posixpath.basename(path) for path in paths}
    count = 1
    while len(set(names.values())) < len(names):
        count += 1
        taken = Counter(names.values())
        names = {path: "/".join(path.split("/")[-count:]) if taken[name] > 1 else name for path, name in names.items()}
    return names


def _check_suffix(uid: str, path: str, suffixes: tuple[str, ...]) -> None:
    if not path.lower().endswith(suffixes):
        raise EntryError(f"{uid}: {path}: files of this kind are not read; known: {', '.join(suffixes)}")


def _fault(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "may not be read: no permission"
    return "is a folder, not a file" if isinstance(error, IsADirectoryError) else "there is no such file"
