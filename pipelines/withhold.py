"""Withholding: a document that people asked to have taken out loses its text in every table, and keeps its row.

After curation the id, the address and the content hash of every document are compared with the removals. A shard that
holds a removed document is written anew, under a name that carries the hash of what is withheld of it. The row stays,
so that row numbers and counts hold, with its id, content hash and language and nothing else. All other shards keep
their names and bytes.

The new shard stands in the place of the one it was made of, which goes. Its manifest says of which that was (`of`, the
key) and which documents are withheld; of an address only a digest. So a later run knows without the text whether
the shard still fits the removals. When one was withdrawn it does not, and the source is curated again. A shard that was
withheld twice has the same name and bytes as one that was withheld at once.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from itertools import islice
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipelines import step_report, storage, tables
from pipelines.run import Runtime, run
from pipelines.task import Task, discard_others, finished

VERSION = 1
"""Of what withholding makes of the same shard."""

Removals = Mapping[str, Sequence[str]]
"""What people asked to have taken out: values by column, `id`, `url` or `content_hash`; under `source` uids of
sources, which a build leaves out before it reads them."""

COLUMNS = ("id", "url", "content_hash")
"""By which a document is named in a removal."""

REMOVED = "removed"
"""In `lost`, and so in `dropped_by`."""

KEPT = ("id", "source", "content_hash", "lang")
"""What stays of a withheld document: what names it, and its language, so that the loss is counted where it was."""

EMPTY: Mapping[str, Any] = {"text": "", "meta": "{}", "bytes": 0, "lost": REMOVED}
"""What stands in its other columns where they may not be null."""

GROUPS = 100
"""Row groups that are compared with the removals at a time: names of 100,000 documents, some 20 MB."""

FOLDER = "removals"
"""In a source's folder: for each shard, the mark that it was compared with the removals and holds none of them."""


_WITHHELD = re.compile(r"(.+)-[0-9a-f]{16}\.json")


@dataclass(frozen=True)
class LookJob:
    """Look for removed documents in a shard: the path of its documents, that of the removals."""

    documents: str
    removals: str


@dataclass(frozen=True)
class WithholdJob:
    """Write a shard anew: its folder and manifest, the stem of the new one, `rows` as a manifest has them."""

    folder: str
    manifest: Mapping[str, Any]
    stem: str
    rows: tuple[tuple[str, str, str | None], ...]


def standing(tasks: Sequence[Task], removals: Removals) -> dict[str, dict[str, Any]]:
    """The shards that stand in the place of curated ones: their manifests, by the path of the task's manifest.

    A task that is named here is done, though its own manifest is gone. A shard of which anything is withheld that is
    no longer asked for does not stand.
    """
    asked = _digests(removals)
    found: dict[str, dict[str, Any]] = {}
    listed = {folder: _listed(folder) for folder in {task.manifest.rpartition("/")[0] for task in tasks}}
    for task in tasks:
        folder, _, name = task.manifest.rpartition("/")
        for other in listed[folder].get(name.removesuffix(".json"), ()):
            manifest = _whole(storage.join(folder, other), task.key)
            if manifest is None or not all(asked.names(row) for row in manifest["withheld"]["rows"]):
                continue
            before = found.get(task.manifest)
            if before is None or len(before["withheld"]["rows"]) < len(manifest["withheld"]["rows"]):
                found[task.manifest] = manifest
    return found


def _listed(folder: str) -> dict[str, list[str]]:
    """The manifests of a folder that are named like those of withheld shards, by the stem of the curated one."""
    found: dict[str, list[str]] = {}
    for name in storage.names(folder):
        if match := _WITHHELD.fullmatch(name):
            found.setdefault(match[1], []).append(name)
    return found


def _whole(path: str, key: str) -> dict[str, Any] | None:
    """The manifest of a withheld shard that was made of the shard with this key, when all its files are there."""
    manifest = storage.read_json(path)
    if not isinstance(manifest, dict) or manifest.get("withheld", {}).get("of") != key:
        return None
    expected = key_of(key, manifest["withheld"]["rows"])
    return finished(Task(path, expected, 0, None))


def withheld(
    work: str, manifests: Sequence[Mapping[str, Any]], removals: Removals, how: Runtime
) -> list[dict[str, Any]]:
    """The manifests of the shards in their order, those that hold removed documents after these were withheld."""
    asked = {column: sorted(set(removals[column])) for column in COLUMNS if removals.get(column)}
    sources = sorted({str(manifest["source"]) for manifest in manifests})
    if not asked:
        for source in sources:
            storage.remove(storage.join(work, source, FOLDER))
        return [dict(manifest) for manifest in manifests]
    key = storage.fingerprint([VERSION, asked])
    listed = storage.join(work, ".run", f"removals-{key}.json")
    storage.write_json(listed, asked)
    looks = [_look(work, manifest, listed, key) for manifest in manifests]
    found = run("removals: look", looks, look, how)
    tasks = {
        place: _withholding(work, manifest, matches["rows"])
        for place, (manifest, matches) in enumerate(zip(manifests, found, strict=True))
        if matches["rows"]
    }
    if tasks:
        made = dict(zip(tasks, run("removals: withhold", list(tasks.values()), withhold, how), strict=True))
        manifests = [made.get(place, manifest) for place, manifest in enumerate(manifests)]
    _mark(work, manifests, listed, key)
    return [dict(manifest) for manifest in manifests]


def uncompared(work: str, manifests: Sequence[Mapping[str, Any]], removals: Removals) -> list[str]:
    """The inputs of the shards that were not compared with these removals yet, or hold some of these documents."""
    asked = {column: sorted(set(removals[column])) for column in COLUMNS if removals.get(column)}
    key = storage.fingerprint([VERSION, asked])
    looks = [_look(work, manifest, "", key) for manifest in manifests] if asked else []
    found = [finished(task) for task in looks]
    return [
        str(manifest["input"])
        for manifest, look_ in zip(manifests, found, strict=False)
        if look_ is None or look_["rows"]
    ]


def key_of(base: str, rows: Sequence[Sequence[str | None]]) -> str:
    """The key of a shard of which these documents are withheld, given that of the shard as it was curated."""
    return storage.fingerprint([VERSION, base, sorted(str(row[0]) for row in rows)])


def digest(url: str) -> str:
    """What a manifest holds of the address of a withheld document, 32 hexadecimal digits."""
    return hashlib.blake2b(url.encode(), digest_size=16).hexdigest()


def unmet(manifests: Sequence[Mapping[str, Any]], removals: Removals) -> list[tuple[str, str]]:
    """The removals that no document of these shards answers to, as column and value, sorted."""
    rows = [row for manifest in manifests for row in manifest.get("withheld", {}).get("rows", ())]
    met = {column: {row[place] for row in rows} for place, column in enumerate(("id", "content_hash", "url"))}
    return [
        (column, value)
        for column in COLUMNS
        for value in sorted(removals.get(column, ()))
        if (digest(value) if column == "url" else value) not in met[column]
    ]


def _look(work: str, manifest: Mapping[str, Any], listed: str, key: str) -> Task:
    """The task of looking through a shard; its key is that of the shard and of the removals."""
    documents = manifest["tables"]["documents"]
    path = storage.join(work, manifest["source"], "documents", documents["file"])
    mark = storage.join(work, manifest["source"], FOLDER, f"{documents['file'].removesuffix('.parquet')}.json")
    return Task(mark, storage.fingerprint([manifest["key"], key]), documents["bytes"], LookJob(path, listed))


def look(job: LookJob) -> dict[str, Any]:
    """Find the documents of a shard that are to be withheld and are not yet; no text is read."""
    removals = _removals(job.removals)
    rows: list[list[str | None]] = []
    for some in _together(tables.batches(job.documents, COLUMNS)):
        for row in some.filter(matching(some, removals)).to_pylist():
            rows.append([row["id"], row["content_hash"], row["url"] and digest(row["url"])])
    known = {str(row[0]) for row in _known(job.documents)}
    return {"rows": sorted(row for row in rows if row[0] not in known), "files": []}


def _together(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Some row groups at a time: a look-up makes a table of all removals first, however few rows it is for."""
    while some := list(islice(batches, GROUPS)):
        yield pa.Table.from_batches(some)


def matching(documents: pa.Table, removals: Mapping[str, pa.Array]) -> pa.Array | pa.ChunkedArray:
    """Which documents are named by a removal, [rows] bool; the removals are values by column."""
    hits = [pc.is_in(documents.column(column), value_set=values) for column, values in removals.items()]
    return reduce(pc.or_, hits)


def _known(documents: str) -> Sequence[Sequence[str | None]]:
    """The documents that are withheld already in a shard, given the path of its documents."""
    manifest = storage.read_json(f"{documents.removesuffix('.parquet')}.json")
    rows: Sequence[Sequence[str | None]] = manifest.get("withheld", {}).get("rows", ())
    return rows


def _withholding(work: str, manifest: Mapping[str, Any], new: Sequence[Sequence[str | None]]) -> Task:
    """The task of writing a shard anew."""
    before = manifest.get("withheld", {"of": manifest["key"], "rows": []})
    rows = sorted((str(row[0]), str(row[1]), row[2]) for row in (*before["rows"], *new))
    key = key_of(before["of"], rows)
    name = manifest["tables"]["documents"]["file"].removesuffix(".parquet")
    base = name.rsplit("-", 1)[0] if "withheld" in manifest else name
    folder = storage.join(work, manifest["source"])
    job = WithholdJob(folder, manifest, f"{base}-{key}", tuple(rows))
    size = sum(output["bytes"] for output in manifest["tables"].values())
    return Task(storage.join(folder, "documents", f"{base}-{key}.json"), key, size, job)


def withhold(job: WithholdJob) -> dict[str, Any]:
    """Write the tables of a shard without what is withheld; returns what the new manifest says."""
    ids = pa.array([row[0] for row in job.rows], pa.string())
    size = 0
    outputs: dict[str, dict[str, Any]] = {}
    for table, before in job.manifest["tables"].items():
        path = storage.join(job.folder, table, before["file"])
        target = storage.join(job.folder, table, f"{job.stem}.parquet")
        with tables.writing(target, tables.schema(path)) as (writer, written):
            for batch in _without(path, ids):
                writer.write(batch)
                size += (pc.sum(batch.column("bytes")).as_py() or 0) if table == "measures" else 0
        outputs[table] = written[0].record()
    samples = _without_samples(job)
    base = job.manifest.get("withheld", {"of": job.manifest["key"]})["of"]
    return {
        **{name: value for name, value in job.manifest.items() if name != "key"},
        "tables": outputs,
        "files": [
            {**output, "file": f"../{table}/{output['file']}"} for table, output in {**outputs, **samples}.items()
        ],
        **({"samples": samples} if samples else {}),
        "bytes": size,
        "withheld": {"of": base, "rows": [list(row) for row in job.rows]},
    }


def _without_samples(job: WithholdJob) -> dict[str, dict[str, Any]]:
    """What the new manifest says of the samples of what cleaning did, where there are any."""
    ids = {row[0] for row in job.rows}
    written = {}
    for folder, before in job.manifest.get("samples", {}).items():
        path = storage.join(job.folder, folder, before["file"])
        target = storage.join(job.folder, folder, f"{job.stem}.parquet")
        written[folder] = step_report.without(path, target, ids).record()
    return written


def _without(path: str, ids: pa.Array) -> Iterator[pa.RecordBatch]:
    """The row groups of a table, of these documents only what may stay."""
    for batch in tables.batches(path):
        gone = pc.is_in(batch.column("id"), value_set=ids)
        yield batch if not pc.any(gone).as_py() else _emptied(batch, gone)


def _emptied(batch: pa.RecordBatch, gone: pa.Array) -> pa.RecordBatch:
    columns = []
    for field in batch.schema:
        column = batch.column(field.name)
        if field.name not in KEPT:
            # A null needs no text of its own: take() copies the others into new buffers.
            places = pc.if_else(gone, pa.scalar(None, pa.int64()), pa.array(range(batch.num_rows), pa.int64()))
            column = column.take(places)
            if field.name in EMPTY:
                column = pc.if_else(gone, pa.scalar(EMPTY[field.name], field.type), column)
        columns.append(column)
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def _mark(work: str, manifests: Sequence[Mapping[str, Any]], listed: str, key: str) -> None:
    """Mark every shard as compared with the removals; marks of other shards and of earlier removals go."""
    marks = [_look(work, manifest, listed, key) for manifest in manifests]
    for mark in marks:
        if finished(mark) is None:
            storage.write_json(mark.manifest, {"key": mark.key, "rows": [], "files": []})
    kept: dict[str, list[str]] = {}
    for mark in marks:
        folder, _, name = mark.manifest.rpartition("/")
        kept.setdefault(folder, []).append(name)
    for folder, names in kept.items():
        discard_others(folder, names)


@lru_cache(maxsize=4)
def _removals(path: str) -> dict[str, pa.Array]:
    """The removals of a run as values by column, once per process."""
    return {column: pa.array(values, pa.string()) for column, values in storage.read_json(path).items()}


@dataclass(frozen=True)
class _Asked:
    """The removals in the form in which a manifest names a document."""

    ids: frozenset[str]
    hashes: frozenset[str]
    urls: frozenset[str]

    def names(self, row: Sequence[str | None]) -> bool:
        """Whether a withheld document, as a manifest has it, is still asked for."""
        return row[0] in self.ids or row[1] in self.hashes or row[2] in self.urls


def _digests(removals: Removals) -> _Asked:
    ids, hashes, urls = (removals.get(column, ()) for column in ("id", "content_hash", "url"))
    return _Asked(frozenset(ids), frozenset(hashes), frozenset(map(digest, urls)))
