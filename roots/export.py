"""Write the documents that are in as files that other programs read: jsonl.zst, jsonl.gz or Parquet.

A document keeps the names of its input's fields, its own id and all other fields as they were; only the text is what
the stages made of it. The files stand alone in `kept/`, their manifests beside the tables they were made from.
"""

import json
import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from catalog.entry import Entry
from catalog.sources import SUFFIXES
from pipelines import storage, tables
from pipelines.judge import Judged
from pipelines.run import Runtime, run
from pipelines.shards import Shard
from pipelines.task import Task, discard_others

VERSION = 1
"""Of what is written from the same tables."""

FOLDER = "kept"
"""Of the exported files, in the output; and of their manifests, in each source's folder."""

EXPORTED = "exported"
"""In a pseudo-crawl's folder: the manifests of its `kept/`, which lies outside the work folder."""

SLICE = re.compile(r"\.s[0-9]{5,}\Z")
"""What ends the name of a slice's shard: see pipelines/curate.py."""

NOT_ONE_TYPE = (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError, UnicodeError)
"""What pyarrow raises for values that no one type of a column holds."""


@dataclass(frozen=True)
class Fields:
    """Names of the fields of a document; `lang` is "" where the input's own field, if any, is among the others."""

    id: str = "id"
    text: str = "text"
    url: str = "url"
    lang: str = ""

    @staticmethod
    def of(entry: Entry | None) -> "Fields":
        """The names that a source's own records have; a page of a web archive says its language too."""
        if entry is None or entry.kind == "pseudo_crawl":
            return Fields(lang="lang")
        return Fields(entry.data.id or "id", entry.data.text or "text", entry.data.url or "url")


@dataclass(frozen=True)
class Places:
    """The folders of the tables, of the files that are written, and of their manifests."""

    tables: str
    kept: str
    manifests: str


@dataclass(frozen=True)
class Job:
    """Write the documents of one shard that are in: by its ledger, or without one all that could be read.

    `named` is the target as its manifest names it.
    """

    fields: Fields
    documents: str
    measures: str
    ledger: str | None
    target: str
    named: str


def export(
    output: str, entry: Entry | None, found: tuple[Sequence[Shard], Sequence[Judged]], *, form: str, how: Runtime
) -> list[dict[str, Any]]:
    """Write `kept/` from a folder's tables; returns the manifests, which count the documents.

    `entry` is the one source of all shards; None when they are a work folder's, from several.
    """
    places = Places(output, storage.join(output, FOLDER), output)
    return _exported(places, found[0], _tasks(places, found, entry, form), how)


def export_kept(
    work: str, folder: str, found: tuple[Sequence[Shard], Sequence[Judged]], *, form: str, how: Runtime
) -> dict[str, int]:
    """Write `kept/` of a pseudo-crawl's folder from its work folder; how many documents there are by source."""
    places = Places(work, storage.join(folder, FOLDER), storage.join(folder, EXPORTED))
    manifests = _exported(places, found[0], _tasks(places, found, None, form), how)
    discard_others(places.manifests, sorted({shard.source for shard in found[0]}))
    counts: Counter[str] = Counter()
    for shard, manifest in zip(found[0], manifests, strict=True):
        counts[shard.source] += manifest["documents"]
    return counts


def _tasks(
    places: Places, found: tuple[Sequence[Shard], Sequence[Judged]], entry: Entry | None, form: str
) -> list[Task]:
    """A task for each shard, which writes one file."""
    shards, judged = found
    ledgers = {(shard.shard.source, shard.shard.stem): shard.ledger for shard in judged}
    tasks = []
    for shard, name in zip(shards, _names(shards, with_source=entry is None), strict=True):
        ledger = ledgers.get((shard.source, shard.stem))
        target = storage.join(places.kept, f"{name}.{form}")
        key = storage.fingerprint([VERSION, shard.stem, ledger and ledger.rsplit("/", 1)[-1], name, form])
        documents, measures = (shard.path(places.tables, table) for table in ("documents", "measures"))
        manifest = storage.join(places.manifests, shard.source, FOLDER, f"{shard.stem}.json")
        named = posixpath.relpath(target, manifest.rsplit("/", 1)[0])
        job = Job(Fields.of(entry), documents, measures, ledger, target, named)
        tasks.append(Task(manifest, key, shard.bytes, job))
    return tasks


def _exported(places: Places, shards: Sequence[Shard], tasks: Sequence[Task], how: Runtime) -> list[dict[str, Any]]:
    """Do the tasks, and remove what an earlier run left beside their files."""
    manifests = run("write kept documents", tasks, export_shard, how)
    for source in {shard.source for shard in shards}:
        mine = [f"{shard.stem}.json" for shard in shards if shard.source == source]
        discard_others(storage.join(places.manifests, source, FOLDER), mine)
    discard_others(places.kept, [task.job.target.rsplit("/", 1)[-1] for task in tasks])
    return manifests


def _names(shards: Sequence[Shard], *, with_source: bool) -> list[str]:
    """A file name for each shard, without the format: the input's, as short as tells it from the others."""
    longest = [shard.stem for shard in shards]
    whole = [f"{shard.source}." * with_source + shard.stem.rsplit(".", 1)[0] for shard in shards]
    names = [_without_suffix(name) for name in whole]
    for longer in (whole, longest):
        taken = Counter(names)
        names = [name if taken[name] == 1 else other for name, other in zip(names, longer, strict=True)]
    return names


def _without_suffix(name: str) -> str:
    """A file name without the ending that tells its format.

    >>> _without_suffix("lẹ́tà.jsonl.gz"), _without_suffix("lẹ́tà.jsonl.gz.s00003")
    ('lẹ́tà', 'lẹ́tà.s00003')
    """
    name, mark, number = name.rpartition(".s") if SLICE.search(name) else (name, "", "")
    endings = sorted({ending for kind in SUFFIXES.values() for ending in kind}, key=len, reverse=True)
    found = next((ending for ending in endings if name.lower().endswith(ending)), "")
    return (name[: len(name) - len(found)] or name) + mark + number


def export_shard(job: Job) -> dict[str, Any]:
    """Write one file; memory is that of one batch."""
    count = 0
    with storage.writing(job.target) as target, _writer(job, target.file) as write:
        for records in _records(job):
            write(records)
            count += len(records)
    file = {"file": job.named, "bytes": target.written.bytes, "sha256": target.written.sha256}
    return {"documents": count, "files": [file]}


@contextmanager
def _writer(job: Job, file: Any) -> Iterator[Any]:
    """A function that appends records to an open file of the format of the job's target."""
    if job.target.endswith(".parquet"):
        import pyarrow.parquet as pq

        schema = _schema(job)
        with pq.ParquetWriter(file, schema, compression="zstd", compression_level=3) as parquet:
            yield lambda records: parquet.write_batch(_batch(records, schema))
        return
    with _compressed(file, job.target) as stream:
        yield lambda records: stream.write(b"".join(_json(record).encode() + b"\n" for record in records))


def _compressed(file: Any, name: str) -> Any:
    """A compressing stream whose bytes depend on nothing but what is written."""
    if name.endswith(".gz"):
        import gzip

        return gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0)
    import zstandard

    return zstandard.ZstdCompressor(level=3).stream_writer(file, closefd=False)


def _json(value: Any) -> str:
    """A value as JSON that can be written as UTF-8: half a surrogate pair stays an escape, as it was read."""
    text = _JSON.encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value)
    return text


_JSON = json.JSONEncoder(ensure_ascii=False)


def _records(job: Job) -> Iterator[list[dict[str, Any]]]:
    """The documents that are in, under their fields' names, a batch at a time."""
    verdicts = (job.measures, ["lost"]) if job.ledger is None else (job.ledger, ["dropped_by"])
    together = tables.together(
        (job.documents, ["source_id", "url", "text", "meta"]), (job.measures, ["lang"]), verdicts
    )
    for documents, measures, out in together:
        rows = zip(documents.to_pylist(), *(batch.column(0).to_pylist() for batch in (measures, out)), strict=True)
        yield [_record(row, lang, job.fields) for row, lang, dropped in rows if dropped is None]


def _record(row: Mapping[str, Any], lang: str | None, fields: Fields) -> dict[str, Any]:
    meta = {} if row["meta"] == "{}" else json.loads(row["meta"])
    record: dict[str, Any] = {}
    if row["source_id"] is not None:  # a number stands in meta as the number it is
        record[fields.id] = meta.get(fields.id, row["source_id"])
    record[fields.text] = row["text"]
    if row["url"] is not None:
        record[fields.url] = row["url"]
    own = {key: value for key, value in meta.items() if key not in record}
    if fields.lang and fields.lang not in own:
        record[fields.lang] = lang
    return record | own


def _schema(job: Job) -> pa.Schema:
    """A column for each field. Where no one type holds all values, or Parquet cannot, the column is JSON text.

    The documents are read twice: for the types, and to see that each value fits the type of its column.
    """
    found: dict[str, pa.DataType | None] = {job.fields.text: pa.string()}
    for records in _records(job):
        for name, values in _columns(records).items():
            found[name] = _wider(found[name], values) if name in found else _wider(pa.null(), values)
    kinds = {name: None if kind is None or _childless(kind) else kind for name, kind in found.items()}
    for records in _records(job):
        for name, values in _columns(records).items():
            kind = kinds[name]
            if kind is not None and not _fits(values, kind):
                kinds[name] = None
    json_text = {b"json": b"true"}
    return pa.schema(
        pa.field(name, pa.string(), metadata=json_text) if kind is None else pa.field(name, kind)
        for name, kind in kinds.items()
    )


def _columns(records: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for record in records for name in record)
    return {name: [record.get(name) for record in records] for name in names}


def _wider(kind: pa.DataType | None, values: Sequence[Any]) -> pa.DataType | None:
    """The type that holds what `kind` holds and these values; None when there is none."""
    if kind is None:
        return None
    schemas = [pa.schema([("", kind)])]
    try:
        schemas.append(pa.schema([("", pa.infer_type(values))]))
        return pa.unify_schemas(schemas, promote_options="permissive").field(0).type
    except NOT_ONE_TYPE:
        return None


def _childless(kind: pa.DataType) -> bool:
    """Whether a type holds an object without fields, which Parquet does not have.

    >>> _childless(pa.list_(pa.struct([])))
    True
    """
    if pa.types.is_struct(kind) and not kind.num_fields:
        return True
    return any(_childless(kind.field(place).type) for place in range(kind.num_fields))


def _fits(values: Sequence[Any], kind: pa.DataType) -> bool:
    try:
        pa.array(values, kind)
    except NOT_ONE_TYPE:
        return False
    return True


def _batch(records: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.RecordBatch:
    columns = []
    for field in schema:
        values = [record.get(field.name) for record in records]
        if field.metadata:
            values = [None if value is None else _json(value) for value in values]
        columns.append(pa.array(values, field.type))
    return pa.RecordBatch.from_arrays(columns, schema=schema)
