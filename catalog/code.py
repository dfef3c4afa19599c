"""The connector for code: a document is a file of a folder, of an archive, or of an export of GitHub from BigQuery.

Which of the three follows from how the entry's patterns end: `x.tar.gz` is opened as an archive, `part-*.jsonl.gz` as
an export, and everything else, such as `repository/**`, is files as they are. What is no code, no text, or too large
stays as a row with the reason. The bounds are those of the query that ROOTS made. A large repository is better packed:
each file of a folder is a task of its own.

`meta` holds repo, path, licence, extension and language; the language of the document is "code".
"""

import csv
import json
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from catalog import archives, licences
from catalog.archives import Member
from catalog.catalogue import document_of, json_records, text_field
from catalog.code_text import NUL, decoded
from catalog.entry import Entry
from catalog.record import Record, bad_record, meta_json
from catalog.streams import Damage, Part, listed

SUFFIXES = ("",)
"""A folder of code holds files of every name."""

EXPORTS = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".json", ".json.gz", ".parquet")
"""Forms of an export; BigQuery calls its JSON lines .json."""

LANGUAGE = "code"

SIZE = 1_048_575
"""Bytes of a file at most. Source: `c.size BETWEEN 0 AND 1048575`, sourcing/code_dataset/query.sql."""

LICENCES_BYTES = 4 * 2**20
"""Of the licence files of an archive that are read; those that come after are unknown."""

REPO, PATH, LICENCE, REF = (
    ("repo_name", "sample_repo_name", "repo"),
    ("path", "sample_path"),
    ("license", "licence"),
    ("ref", "sample_ref"),
)
"""Fields of the tables files, contents, sample_files, sample_contents and licenses of the data set
bigquery-public-data.github_repos; ROOTS's query gives repo_name, path, copies, size, content and license."""


@cache
def extensions() -> Mapping[str, str]:
    """The language of each of the 25 extensions of ROOTS; case counts, for `.C` and `.H` were C++ to their writers.

    ROOTS counted `.C` as C; `.c` and `.h` were never asked for.

    >>> len(extensions()), extensions()["tsx"], extensions()["C"], "c" in extensions()
    (25, 'TypeScript', 'C', False)
    """
    return {row["extension"]: row["language"] for row in _table()}


@cache
def roots_files() -> Mapping[str, int]:
    """How many files of each of the 13 languages were in ROOTS's query, the largest first.

    >>> files = roots_files()
    >>> sum(files.values()), list(files)[:2], round(100 * files["Python"] / sum(files.values()), 2)
    (21484915, ['Java', 'PHP'], 11.33)
    """
    counts: dict[str, int] = {}
    for row in _table():
        counts[row["language"]] = counts.get(row["language"], 0) + int(row["files"])
    return dict(sorted(counts.items(), key=lambda pair: -pair[1]))


def extension_files() -> Mapping[str, int]:
    """How many files with each extension were in ROOTS's query, the largest first.

    >>> list(extension_files().items())[:2], len(extension_files())
    ([('java', 5407724), ('php', 4942186)], 25)
    """
    return {row["extension"]: int(row["files"]) for row in _table()}


def languages(metas: Iterable[str]) -> Iterator[str]:
    """The programming language of each file of code, by the `meta` of rows; other rows have none.

    >>> list(languages(['{"path":"a.rs","language":"Rust"}', '{"path":"README"}']))
    ['Rust']
    """
    for meta in metas:
        language = json.loads(meta).get("language")
        if language in roots_files():
            yield language


def _table() -> list[dict[str, str]]:
    with (Path(__file__).parent / "code_extensions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def extension(path: str) -> str:
    """What follows the last dot of a path.

    >>> extension("src/Main.java"), extension("lib.d/README"), extension("include/a.h++")
    ('java', 'd/README', 'h++')
    """
    return path.rpartition(".")[2]


def opened(entry: Entry, name: str) -> str:
    """The ending by which a file is opened as an archive or an export; "" where it is read as it is.

    Only what a pattern of the entry names by its ending is opened: an archive somewhere in a repository is not.
    """
    for suffix in (*archives.SUFFIXES, *EXPORTS):
        last = posixpath.splitext(suffix)[1] or suffix
        if name.lower().endswith(suffix) and any(pattern.lower().endswith(last) for pattern in entry.data.files):
            return suffix
    return ""


def records(entry: Entry, handle: BinaryIO, name: str, part: Part | None = None) -> Iterator[Record]:
    """Documents and the files that are none, in the order of the input. No content, however broken, raises an error.

    Exports alone can be read in a `part`.
    """
    suffix = opened(entry, name)
    if suffix in archives.SUFFIXES:
        return _archive_records(handle, name)
    if suffix == ".parquet":
        from catalog.tables import parquet_records

        return parquet_records(entry, handle, part)
    if suffix:
        return json_records(entry, handle, name, record_of, part)
    return iter([_file_record(entry, handle, name)])


def record_of(entry: Entry, offset: int, fields: dict[str, Any]) -> Record:
    """The record that a row of an export makes. Its text is the field that the entry names, or `content`.

    All fields but text, repository, path and licence stay in `meta` under their names.
    """
    path = _first(fields, PATH)
    if path is None:
        return bad_record(offset, f"the record has no path in a field {PATH[0]!r}")
    repo, ref = _first(fields, REPO) or "", _first(fields, REF)
    file = _File(offset, repo, path, source_id=None)
    name = entry.data.text if entry.data.text in fields else "content"
    if not file.is_code:
        return _lost(file, "not_code")
    if fields.get("binary") in (True, "true"):
        return _lost(file, "binary")
    if _whole(fields.get("size")) > SIZE:
        return _lost(file, "size")
    record = document_of(entry, offset, fields, name)
    if record.lost is not None:
        return record
    used = {name, *REPO, *PATH, *LICENCE, *([entry.data.id] if record.source_id else [])}
    more = {key: value for key, value in fields.items() if key not in used}
    url = text_field(fields, entry.data.url) or (_github(repo, ref, path) if repo and ref else None)
    made = _document(file, record.text, _first(fields, LICENCE), more)
    return replace(made, source_id=record.source_id, url=url)


def beside(entry: Entry, path: str, name: str) -> str:
    """What decides the records of an input beside its own bytes: the ending by which it is opened, or the licence that
    lies nearest to it, by its address and its name in the source."""
    import fsspec

    suffix = opened(entry, name)
    if suffix or extension(name) not in extensions():
        return suffix
    storage, inner = fsspec.core.url_to_fs(path)
    return _beside(storage, inner, name)


@dataclass(frozen=True, slots=True)
class _File:
    """Where a file of code lies."""

    offset: int
    repo: str
    path: str
    source_id: str | None

    @property
    def is_code(self) -> bool:
        return extension(self.path) in extensions()


_REASONS = {
    "not_code": "its name ends in none of the 25 extensions of code",
    "binary": "it is no text",
    "size": f"it has more than {SIZE} bytes",
}


def _lost(file: _File, step: str, reason: str | None = None) -> Record:
    meta = meta_json({"repo": file.repo, "path": file.path})
    said = reason or _REASONS[step]
    return Record(file.offset, "", file.source_id, None, meta, LANGUAGE, lost=f"clean:{step}", reason=said)


def _document(file: _File, text: str, licence: str | None, more: Mapping[str, Any]) -> Record:
    if "\0" in text:
        return _lost(file, "binary", NUL)
    if len(text) > SIZE or len(text.encode("utf-8", "surrogatepass")) > SIZE:
        return _lost(file, "size")
    kind = extension(file.path)
    meta = {
        "repo": file.repo,
        "path": file.path,
        "licence": licences.named(text) or licence or licences.UNKNOWN,
        "extension": kind,
        "language": extensions()[kind],
    }
    return Record(file.offset, text, file.source_id, None, meta_json({**meta, **more, **meta}), LANGUAGE)


def _read(file: _File, content: bytes, licence: str) -> Record:
    """The record of a file's bytes."""
    if len(content) > SIZE:
        return _lost(file, "size")
    text, fault = decoded(content)
    return _lost(file, "binary", fault) if text is None else _document(file, text, licence, {})


def _file_record(entry: Entry, handle: BinaryIO, name: str) -> Record:
    """The record of a file as it lies in a folder. The first folder of its name is the repository."""
    repo, _, path = name.partition("/") if "/" in name else (entry.uid, "", name)
    file = _File(0, repo, path, source_id=name)
    # What fsspec opens says which storage it is of and where it lies there.
    storage, inner = getattr(handle, "fs", None), getattr(handle, "path", None)
    if not file.is_code:
        return _lost(file, "not_code")
    if storage is not None and inner is not None and storage.info(inner).get("islink"):
        return _lost(file, "not_code", "it is a link: what it leads to may lie anywhere")
    licence = licences.UNKNOWN if storage is None or inner is None else _beside(storage, inner, name)
    return _read(file, handle.read(SIZE + 1), licence)


def _beside(storage: Any, inner: str, name: str) -> str:
    """The licence of the nearest folder that holds a licence file, no further up than the source's own."""
    folder = inner
    for _ in range(name.count("/") + 1):
        folder = posixpath.dirname(folder)
        found = []
        for path in listed(storage, folder):
            if licences.is_licence_file(posixpath.basename(path), extensions()) and storage.isfile(path):
                with storage.open(path, "rb") as file:
                    found.append(licences.of_text(file.read(licences.LICENCE_BYTES + 1)))
        if found:
            return licences.joined(found)
    return licences.UNKNOWN


def _archive_records(handle: BinaryIO, name: str) -> Iterator[Record]:
    """Two passes: the licences of its folders, then the files, for a licence may stand after what it is of."""
    repo = posixpath.basename(name)[: -len(next(s for s in archives.SUFFIXES if name.lower().endswith(s)))]
    found = _licences(handle, name)
    last = -1
    try:
        for member in archives.members(handle, name, _is_wanted):
            last = member.offset
            yield _member_record(member, repo, found)
    except Damage as damage:
        yield bad_record(last + 1, str(damage))


def _is_wanted(path: str, size: int) -> bool:
    return size <= SIZE and extension(path) in extensions()


def _member_record(member: Member, repo: str, found: Mapping[str, str]) -> Record:
    file = _File(member.offset, repo, member.path, source_id=member.path)
    if not member.is_file:
        return _lost(file, "not_code", member.fault)
    if member.fault is not None:
        return bad_record(member.offset, member.fault)
    if member.content is None:
        return _lost(file, "size" if file.is_code else "not_code")
    return _read(file, member.content, licences.nearest(member.path, found))


def _licences(handle: BinaryIO, name: str) -> dict[str, str]:
    """The licence of each folder of an archive that holds one."""
    found: dict[str, list[str]] = {}
    left = LICENCES_BYTES

    def is_licence(path: str, size: int) -> bool:
        is_one = licences.is_licence_file(posixpath.basename(path), extensions())
        return is_one and size <= min(left, licences.LICENCE_BYTES)

    try:
        for member in archives.members(handle, name, is_licence):
            if not member.is_file or not licences.is_licence_file(posixpath.basename(member.path), extensions()):
                continue
            content = member.content
            left -= len(content or b"")
            licence = licences.UNKNOWN if content is None else licences.of_text(content)
            found.setdefault(posixpath.dirname(member.path), []).append(licence)
    except Damage:
        pass  # the second pass says so
    return {folder: licences.joined(each) for folder, each in found.items()}


def _first(fields: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((value for name in names if isinstance(value := fields.get(name), str) and value), None)


def _whole(value: object) -> int:
    """A number, which the JSON of BigQuery writes as a text; 0 for what is none."""
    digits = str(value)
    return int(digits) if digits.isdecimal() and len(digits) < 20 else 0


def _github(repo: str, ref: str, path: str) -> str:
    branch = ref.removeprefix("refs/heads/").removeprefix("refs/tags/")
    parts = (quote(part, errors="replace") for part in (repo, "blob", branch, path))
    return f"https://github.com/{'/'.join(parts)}"
