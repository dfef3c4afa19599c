"""Sources: the input files of an entry, and their documents as Arrow batches."""

import glob
import os
import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from catalog import catalogue, oscar, pseudo_crawl
from catalog.entry import Custodian, Data, Entry, EntryError, Licence, Permission, Pii
from catalog.record import batches
from catalog.streams import address, open_file

SUFFIXES = {"catalogue": catalogue.SUFFIXES, "pseudo_crawl": pseudo_crawl.SUFFIXES, "oscar": oscar.SUFFIXES}
"""The endings of file names each connector reads."""

_RECORDS = {"catalogue": catalogue.records, "pseudo_crawl": pseudo_crawl.records, "oscar": oscar.records}

NO_DATA = Data(files=())
"""The usual names of fields: text and id."""


@dataclass(frozen=True)
class Input:
    """One file of a source. `name` is part of every id, so it does not hold where on a machine the source lies."""

    path: str
    name: str
    size: int


def inputs(entry: Entry) -> list[Input]:
    """The files of an entry, sorted by name.

    A pattern that no file fits, a file the connector does not read and two files of one name are an EntryError.
    """
    files = {file.path: file for pattern in entry.data.files for file in _files(entry, pattern)}
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
    return [found[name] for name in sorted(found)]


def read(entry: Entry, input: Input) -> Iterator[pa.RecordBatch]:
    """Batches (schema RECORDS) of the documents of one file and of the records that are none: see record.batches.

    Broken content never raises: it is a row with lost = "error:read". A file that is not there, or may not be read,
    is an EntryError; other faults of the storage are OSErrors.
    """
    try:
        handle = open_file(input.path)
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        raise EntryError(f"{entry.uid}: {input.path}: {_fault(error)}") from None
    with handle:
        yield from batches(_RECORDS[entry.kind](entry, handle, input.name), entry.uid, input.name)


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
        archives = " and ".join(SUFFIXES["pseudo_crawl"])
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
