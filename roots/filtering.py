"""The commands on a person's own files: filter, redact, extract. Each writes tables and, in kept/, plain files."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from catalog.entry import Entry, EntryError
from catalog.sources import entry_for_files
from lang_params.languages import find
from lang_params.params import default, load_all
from pipelines import storage, tables
from pipelines.config import Config
from pipelines.curate import curate
from pipelines.dedup import Shard, shards_of
from pipelines.judge import NO_DUPLICATES, Judged, judge
from pipelines.run import Runtime, run
from pipelines.task import Task, discard_others
from roots.build import locked
from roots.refilter import take

VERSION = 1
"""Of what is written to kept/ from the same tables."""

SOURCE = "files"
"""The uid of the source that a person's own files make up."""


@dataclass(frozen=True)
class Request:
    """What was asked for: files, the language they are in (None: identify it), where the result goes and how."""

    files: Sequence[str]
    output: str
    lang: str | None = None
    work: str | None = None
    profile: str = "fixed"
    lang_params: Path | None = None
    form: str = "jsonl.zst"


@dataclass(frozen=True)
class Treated:
    """What was made: the manifests of curation, the ledgers if there are any, and those of the kept files."""

    config: Config
    lang: str | None
    curated: Sequence[Mapping[str, Any]]
    judged: Sequence[Judged]
    kept: Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class ExportJob:
    """Write the documents of one shard that are in, as a file that other programs read."""

    entry: Entry | None
    documents: str
    measures: str
    ledger: str | None
    target: str


@dataclass(frozen=True)
class Fields:
    """Names of the fields of a kept document; `lang` is "" where the input's own field, if any, is among the others."""

    id: str = "id"
    text: str = "text"
    url: str = "url"
    lang: str = "lang"

    @staticmethod
    def of(entry: Entry | None) -> "Fields":
        """The names that a source's own records have."""
        if entry is None or entry.kind == "pseudo_crawl":
            return Fields()
        return Fields(entry.data.id or "id", entry.data.text or "text", entry.data.url or "url", entry.data.lang)


def run_filter(request: Request, how: Runtime) -> Treated:
    """Measure and judge the files, or a work folder's documents, by the filters of their language."""
    if request.work is None:
        return _treat(request, how, stages=("declare", "modify", "measure"))
    if request.files:
        raise EntryError("roots filter: give FILES or --work, not both")
    config = _config(request)
    params = config.languages[find(request.lang or "")]
    with locked(request.output):
        taken = take(request.work, request.output, params, request.profile, how)
        return _finish(request, None, (config, taken, True), how)


def run_redact(request: Request, how: Runtime) -> Treated:
    """Replace personal data in the files; nothing else of a text changes."""
    return _treat(request, how, stages=("redact",))


def run_pseudo_crawl(request: Request, how: Runtime) -> Treated:
    """Extract the texts of the pages in the files, and say the language of each."""
    return _treat(request, how, stages=("declare", "measure"))


def _treat(request: Request, how: Runtime, stages: Sequence[str]) -> Treated:
    if not request.files:
        raise EntryError("no FILES were given")
    lang = None if request.lang is None else find(request.lang)
    config = _config(request)
    entry = replace(entry_for_files(request.files, lang, uid=SOURCE), redact="redact" in stages)
    with locked(request.output):
        curated = curate(request.output, [entry], config, how, stages)
        return _finish(request, entry, (config, curated, "modify" in stages), how)


def _config(request: Request) -> Config:
    profile: Any = request.profile
    return Config(profile, load_all(request.lang_params), default(request.lang_params))


def _finish(
    request: Request, entry: Entry | None, done: tuple[Config, Sequence[Mapping[str, Any]], bool], how: Runtime
) -> Treated:
    """Judge what is to be judged, and write kept/."""
    config, curated, judging = done
    shards = shards_of(curated)
    judged = judge(request.output, shards, config, how, inputs=(NO_DUPLICATES, {})) if judging else []
    kept = export(request, entry, (shards, judged), how)
    storage.remove(storage.join(request.output, ".run"))
    return Treated(config, request.lang and find(request.lang), curated, judged, kept)


def export(
    request: Request, entry: Entry | None, found: tuple[Sequence[Shard], Sequence[Judged]], how: Runtime
) -> list[dict[str, Any]]:
    """Write kept/: of every shard the documents that are in, with the input's own id and its other fields."""
    shards, judged = found
    folder = storage.join(request.output, "kept")
    ledgers = {shard.shard: shard.ledger for shard in judged}
    names = _names(shards)
    tasks = []
    for shard in shards:
        ledger = ledgers.get(shard)
        key = storage.fingerprint([VERSION, shard.stem, ledger and ledger.rsplit("/", 1)[-1], request.form])
        name = names[shard]
        target = storage.join(folder, f"{name}.{request.form}")
        documents, measures = (shard.path(request.output, table) for table in ("documents", "measures"))
        job = ExportJob(entry, documents, measures, ledger, target)
        tasks.append(Task(storage.join(folder, f"{name}.json"), key, shard.bytes, job))
    manifests = run("write kept documents", tasks, export_shard, how)
    keep = [Path(path).name for task in tasks for path in (task.job.target, task.manifest)]
    discard_others(folder, keep)
    return manifests


def _names(shards: Sequence[Shard]) -> dict[Shard, str]:
    """For each shard the name of its file in kept/, without an ending where that is enough to tell it from others.

    >>> one, two, same = (Shard("files", f"{name}.0f", 1, 1, 0) for name in ("a.jsonl.gz", "b.txt", "b.jsonl"))
    >>> list(_names([one, two, same]).values())
    ['a', 'b.txt', 'b.jsonl']
    """
    whole = {shard: shard.stem.rsplit(".", 1)[0] for shard in shards}
    short = {shard: re.sub(r"(\.(jsonl|txt|warc|parquet|arrow))?(\.(gz|zst))?$", "", whole[shard]) for shard in shards}
    counts = Counter(short.values())
    return {shard: short[shard] if counts[short[shard]] == 1 else whole[shard] for shard in shards}


def export_shard(job: ExportJob) -> dict[str, Any]:
    """Write one file of kept documents."""
    count = 0
    with storage.writing(job.target) as target:
        if job.target.endswith(".parquet"):
            records = list(_records(job))
            count = len(records)
            _write_parquet(target.file, records)
        else:
            with _compressed(target.file, job.target) as stream:
                for record in _records(job):
                    stream.write(json.dumps(record, ensure_ascii=False).encode() + b"\n")
                    count += 1
    file = {"file": job.target.rsplit("/", 1)[-1], "bytes": target.written.bytes, "sha256": target.written.sha256}
    return {"documents": count, "files": [file]}


def _compressed(file: Any, name: str) -> Any:
    """A compressing stream whose bytes depend on nothing but what is written."""
    if name.endswith(".gz"):
        import gzip

        return gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0)
    import zstandard

    return zstandard.ZstdCompressor(level=3).stream_writer(file, closefd=False)


def _write_parquet(file: Any, records: Sequence[Mapping[str, Any]]) -> None:
    import pyarrow.parquet as pq

    names = list(dict.fromkeys(name for record in records for name in record))
    columns = {name: _column([record.get(name) for record in records]) for name in names}
    pq.write_table(pa.table(columns), file, compression="zstd", compression_level=3)


def _column(values: Sequence[Any]) -> pa.Array:
    """Values as a column; those of mixed types as JSON text."""
    try:
        return pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return pa.array([None if value is None else json.dumps(value, ensure_ascii=False) for value in values])


def _records(job: ExportJob) -> Iterator[dict[str, Any]]:
    fields = Fields.of(job.entry)
    together = zip(
        tables.batches(job.documents, ["source_id", "url", "text", "meta"]),
        tables.batches(job.measures, ["lang", "lost"])
        if job.ledger is None
        else tables.batches(job.measures, ["lang"]),
        tables.batches(job.measures, ["lost"]) if job.ledger is None else tables.batches(job.ledger, ["dropped_by"]),
        strict=True,
    )
    for documents, measures, verdicts in together:
        langs, out = measures.column("lang").to_pylist(), verdicts.column(0).to_pylist()
        for row, lang, dropped in zip(documents.to_pylist(), langs, out, strict=True):
            if dropped is None:
                yield _record(row, lang, fields)


def _record(row: Mapping[str, Any], lang: str | None, fields: Fields) -> dict[str, Any]:
    """One kept document, its fields under the names that the input gave them."""
    record: dict[str, Any] = {}
    if row["source_id"] is not None:
        record[fields.id] = row["source_id"]
    record[fields.text] = row["text"]
    if row["url"] is not None:
        record[fields.url] = row["url"]
    if fields.lang:
        record[fields.lang] = lang
    return record | {key: value for key, value in json.loads(row["meta"]).items() if key not in record}
