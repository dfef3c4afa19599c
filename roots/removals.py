"""Removals: what people asked to have taken out of a corpus, as lines of a JSON file that a recipe names.

A line names documents by `id`, `url` or `content_hash`, or all of a `source` by its uid. It may say `reason` and
`date`, and holds no text. `roots remove` writes such lines, the next build carries them through to the tokens, and
`roots verify --removed` proves it. A copy that differs from a removed document in a letter is another one, and stays.
"""

import datetime
import json
import os
import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from catalog.document import content_hash
from pipelines import storage, tables
from pipelines.counted import several
from pipelines.withhold import COLUMNS
from roots import folders
from roots.folders import FolderError

KEYS = ("source", *COLUMNS)
"""What a line names documents by."""

HEX = re.compile(r"[0-9a-f]{32}")
"""Ids and content hashes of documents: `catalog.document`."""

NOTHING = content_hash(b"")
"""The content of every record that could not be read: no way to name a document."""

MOST_NAMED = 20
"""Removals without a document that are named one by one."""


class RemovalError(ValueError):
    """A removal, or a file of removals, that cannot be used; the message names file and line."""


@dataclass(frozen=True)
class Request:
    """What is to be removed from the corpus of a recipe, by one of `KEYS`, and why; `date` is an ISO date or ""."""

    recipe: Path
    key: str
    value: str
    reason: str
    work: str | None = None
    date: str = ""


@dataclass(frozen=True)
class Met:
    """A document of a work folder that a removal names."""

    id: str
    url: str | None
    content_hash: str
    source: str


@dataclass(frozen=True)
class Found:
    """What a work folder holds of a removal: how many documents, of which sources, and each one by itself.

    A whole source needs no list of its documents. `shared` counts other documents by the address that they have in
    common with one of these, `copies` those with the same content.
    """

    count: int
    sources: Sequence[str]
    documents: Sequence[Met] = ()
    shared: Mapping[str, int] = field(default_factory=dict)
    copies: int = 0


@dataclass(frozen=True)
class Recorded:
    """What `remove` did: the file, how many lines it added, what a work folder holds of it (None: not looked)."""

    file: Path
    added: int
    found: Found | None


def read(file: Path) -> list[dict[str, str]]:
    """The lines of a removals file, each as what it names; empty lines stand as empty dictionaries."""
    try:
        lines = file.read_text(encoding="utf-8").split("\n")  # a reason may hold other line ends
    except FileNotFoundError:
        raise RemovalError(f"{file}: there is no such file of removals") from None
    except OSError as error:
        raise RemovalError(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise RemovalError(f"{file}: is not valid UTF-8: byte {error.start + 1}") from None
    return [_named(file, number, line) for number, line in enumerate(lines, 1)]


def _named(file: Path, number: int, line: str) -> dict[str, str]:
    try:
        record = json.loads(line) if line.strip() else {}
        named = {key: record[key] for key in KEYS if key in record}
    except (ValueError, TypeError, RecursionError):
        raise RemovalError(f"{file}: line {number}: is not a JSON object") from None
    if line.strip() and not (named and all(isinstance(value, str) and value for value in named.values())):
        raise RemovalError(f"{file}: line {number}: names no document; give its id, url or content_hash, or a source")
    return named


def of_lines(lines: Sequence[Mapping[str, str]]) -> dict[str, tuple[str, ...]]:
    """Removals as values by what they name, sorted, each once."""
    found = {key: tuple(sorted({line[key] for line in lines if key in line})) for key in KEYS}
    return {key: values for key, values in found.items() if values}


def unmet(file: Path, nothing: Sequence[tuple[str, str]]) -> list[str]:
    """The lines of a file of which nothing answers, given what no document and no source answers to."""
    missing = set(nothing)
    found = [
        f"{file.name}: line {number}: {', '.join(line)}"
        for number, line in enumerate(read(file), 1)
        if line and set(line.items()) <= missing
    ]
    more = [f"and {len(found) - MOST_NAMED:,} more"] if len(found) > MOST_NAMED else []
    return [*found[:MOST_NAMED], *more]


def remove(request: Request, file: Path | None) -> Recorded:
    """Record a removal in the recipe's file of removals, which is made when `file` is None.

    Of every document that the work folder holds of it, id, address and content hash are recorded, so that a source that
    was packed anew does not bring the text back. An address that other documents have as well is not.
    """
    _check(request)
    found = None if request.work is None else look_up(request.work, request.key, request.value)
    lines = list(_lines(request, found))
    target = file or request.recipe.resolve().with_name(f"{request.recipe.stem}.removals.jsonl")
    known = [line for line in read(target) if line] if target.exists() else []
    new = [line for line in lines if {key: line[key] for key in KEYS if key in line} not in known]
    _append(target, new)
    if file is None:
        _name(request.recipe.resolve(), target.name)
    return Recorded(target, len(new), found)


def _check(request: Request) -> None:
    if not request.reason.strip():
        raise RemovalError("--reason: it is empty; say in a few words, without names, why this is removed")
    if request.key in ("id", "content_hash") and not HEX.fullmatch(request.value):
        option = f"--{request.key.replace('_', '-')}"
        raise RemovalError(f"{option} {request.value!r}: it must be 32 of 0-9 and a-f, as in the column {request.key}")
    if not request.value.strip():
        raise RemovalError(f"--{request.key}: it is empty; give what is to be removed")
    if request.key == "content_hash" and request.value == NOTHING:
        raise RemovalError(f"--content-hash {NOTHING}: is that of an empty text, which names no document; give an id")
    try:
        datetime.date.fromisoformat(request.date or "2000-01-01")
    except ValueError:
        raise RemovalError(f"--date {request.date!r}: it must be a date such as 2026-11-20") from None


def _lines(request: Request, found: Found | None) -> Iterator[dict[str, str]]:
    """The lines of a removal: one for each document that it meets, else, or for a source, what was asked."""
    why = {"reason": request.reason.strip()}
    if request.date:
        why["date"] = datetime.date.fromisoformat(request.date).isoformat()
    if found is None or not found.documents:
        yield {request.key: request.value, **why}
        return
    for document in found.documents:
        line = {"id": document.id}
        if document.url and not found.shared.get(document.url):
            line["url"] = document.url
        if document.content_hash != NOTHING:
            line["content_hash"] = document.content_hash
        yield {**line, **why}


def _append(file: Path, lines: Sequence[Mapping[str, str]]) -> None:
    if not lines:
        return
    whole = not file.exists() or file.read_bytes()[-1:] in (b"", b"\n")
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    with file.open("a", encoding="utf-8") as opened:
        opened.write(text if whole else f"\n{text}")


def _name(recipe: Path, name: str) -> None:
    """Write the key `removals` into a recipe, above its tables; everything else stays as it is written."""
    import tomlkit

    before = recipe.read_text(encoding="utf-8")
    document = tomlkit.parse(before)
    document["removals"] = name
    after = tomlkit.dumps(document)
    if tomllib.loads(after) != {**tomllib.loads(before), "removals": name}:
        raise RemovalError(f'{recipe}: cannot be changed safely; write removals = "{name}" above its first table')
    mode = os.stat(recipe).st_mode
    storage.write_bytes(str(recipe), after.encode())
    os.chmod(recipe, mode)


def look_up(work: str, key: str, value: str) -> Found:
    """What a work folder holds of a removal. Reads ids, addresses and content hashes, and no text.

    Raises FolderError when nothing was curated in the folder.
    """
    folders.opened(work)
    curated = [each for name in storage.names(work) for each in folders.manifests(work, name, "documents")]
    if not curated:
        raise FolderError(f"--work {work}: no documents are there; roots build writes them, or leave --work out")
    if key == "source":
        count = sum(manifest["documents"] for manifest in curated if manifest["source"] == value)
        return Found(count, [value] if count else [])
    shards = [
        storage.join(work, manifest["source"], "documents", manifest["tables"]["documents"]["file"])
        for manifest in curated
    ]
    met = [
        Met(*(row[name] for name in ("id", "url", "content_hash", "source")))
        for path in shards
        for row in tables.read(path, [*COLUMNS, "source"], where=[(key, "=", value)]).to_pylist()
    ]
    return Found(len(met), sorted({document.source for document in met}), met, *_others(shards, met))


def _others(shards: Sequence[str], met: Sequence[Met]) -> tuple[dict[str, int], int]:
    """How many other documents have the addresses of those that a removal meets, and how many have their content."""
    import pyarrow as pa
    import pyarrow.compute as pc

    ids = pa.array([document.id for document in met], pa.string())
    urls = pa.array(sorted({document.url for document in met if document.url}), pa.string())
    hashes = pa.array(sorted({document.content_hash for document in met} - {NOTHING}), pa.string())
    shared: Counter[str] = Counter()
    copies = 0
    for path in shards if met else ():
        for batch in tables.batches(path, COLUMNS):
            other = pc.invert(pc.is_in(batch.column("id"), value_set=ids))
            same = pc.and_(other, pc.is_in(batch.column("url"), value_set=urls))
            shared.update(batch.column("url").filter(same).to_pylist())
            copies += pc.sum(pc.and_(other, pc.is_in(batch.column("content_hash"), value_set=hashes))).as_py() or 0
    return dict(shared), copies


def _go(number: int) -> str:
    return "which goes" if number == 1 else "which go"


def said(request: Request, done: Recorded) -> list[str]:
    """What `remove` did, in lines for people; what the work folder holds of it, and what to do next."""
    lines = []
    if request.work is not None and folders.unfinished(request.work):
        lines.append(f"warning: the last run in {request.work} has not ended, so not everything may have been found")
    lines.append(
        f"{done.file}: lines added: {done.added:,}" if done.added else f"{done.file}: holds this removal already"
    )
    found = done.found
    if found is None:
        return [*lines, "not looked up; with --work DIR every name of what is found is recorded too"]
    if not found.count:
        return [*lines, f"warning: no document in {request.work} answers to {request.key} {request.value}"]
    lines.append(f"it meets {several(found.count, 'document')} of {', '.join(found.sources)}")
    if found.copies:
        lines.append(f"the same text stands in {several(found.copies, 'other document')}, {_go(found.copies)} too")
    if found.shared:
        others = sum(found.shared.values())
        lines.append(f"its address is also that of {several(others, 'other document')}, and is not recorded")
    return [*lines, f"next: roots build {request.recipe} --work {request.work}"]
