"""Curation: reads a source's shard once and writes its documents, measures and signatures, row for row.

Order: read, clean (the source's chain), declare (identify what declares no language), modify, measure, sign,
redact. Measures and signatures are taken before redaction. Memory is that of one batch, whatever the file.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from catalog.entry import Entry
from catalog.sources import Input, inputs, read
from pipelines import config as configs
from pipelines import stages, storage, tables
from pipelines.config import Config
from pipelines.run import Runtime, run
from pipelines.task import Task, discard_others, with_manifests

VERSION = 1
"""Of what curation makes of the same input; a change that alters any table counts it up."""

STAGES = ("declare", "modify", "measure", "sign", "redact")
"""The stages after cleaning, in their order."""

_CONFIGURED = {
    "declare": stages.declare,
    "modify": stages.modify,
    "measure": stages.measure,
    "sign": stages.sign,
    "redact": stages.redact,
}

SAMPLE = 65536
"""Bytes at a file's start and at its end that, with its size, stand for its content in a shard's name."""


@dataclass(frozen=True)
class Job:
    """One input file of one source: where it comes from, where its tables go, which stages are wanted."""

    entry: Entry
    input: Input
    folder: str
    stem: str
    config: str
    stages: tuple[str, ...]

    @property
    def tables(self) -> list[str]:
        """The tables that this job writes: signatures only where they are taken."""
        return [name for name in tables.TABLES if name != "signatures" or "sign" in self.stages]


def curate(
    work: str, entries: Sequence[Entry], config: Config, how: Runtime, wanted: Sequence[str] = STAGES
) -> list[dict[str, Any]]:
    """Curate every input of the sources; returns the manifests, sources by uid and inputs by name.

    `wanted` are the stages to run; what the others would have filled stays null.
    """
    path = configs.save(config, work)
    tasks = [task_of(work, entry, file, config, (path, tuple(wanted))) for entry in entries for file in inputs(entry)]
    manifests = run("curate", tasks, curate_shard, how)
    for entry in entries:
        mine = [f"{task.job.stem}.parquet" for task in tasks if task.job.entry.uid == entry.uid]
        for table in tables.TABLES:
            discard_others(storage.join(work, entry.uid, table), with_manifests(mine))
    return manifests


def task_of(work: str, entry: Entry, file: Input, config: Config, plan: tuple[str, tuple[str, ...]]) -> Task:
    """The task for one input. Its key is the hash of all that decides its tables; thresholds are not among it."""
    path, wanted = plan
    key = storage.fingerprint(
        {
            "version": VERSION,
            "source": [entry.uid, entry.kind, list(entry.cleaning), entry.redact, list(entry.languages)],
            "fields": repr(entry.data),
            "input": [file.name, content_key(file)],
            "measuring": config.measuring(declared(entry)),
            "stages": list(wanted),
        }
    )
    stem = f"{shard_name(file.name)}.{key}"
    folder = storage.join(work, entry.uid)
    job = Job(entry, file, folder, stem, path, wanted)
    return Task(storage.join(folder, "documents", f"{stem}.json"), key, file.size, job)


def declared(entry: Entry) -> tuple[str, ...]:
    """The languages that a source's documents can be in when that is known beforehand, else none."""
    return tuple(entry.languages) if len(entry.languages) == 1 and not entry.data.lang else ()


def shard_name(name: str) -> str:
    """An input's name as a file name.

    >>> shard_name("data/yor.jsonl.gz")
    'data-yor.jsonl.gz'
    """
    return re.sub(r"[^\w.-]+", "-", name.replace("/", "-")).strip("-.") or "input"


def content_key(file: Input) -> str:
    """Hash of a file's size, first and last 64 KiB: tells a changed file without reading terabytes."""
    fs, inner = storage.filesystem(file.path)
    with fs.open(inner, "rb") as opened:
        head = opened.read(SAMPLE)
        tail = b""
        if file.size > SAMPLE:
            opened.seek(max(SAMPLE, file.size - SAMPLE))
            tail = opened.read(SAMPLE)
    return hashlib.blake2b(b"%d\0%s%s" % (file.size, head, tail), digest_size=16).hexdigest()


def curate_shard(job: Job) -> dict[str, Any]:
    """Write the tables of one input; returns what its manifest says."""
    config = configs.load(job.config)
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    langs: set[str] = set()
    with ExitStack() as stack:
        opened = {
            table: stack.enter_context(
                tables.writing(storage.join(job.folder, table, f"{job.stem}.parquet"), tables.TABLES[table])
            )
            for table in job.tables
        }
        for batch in treated(job, config):
            for writer, _ in opened.values():
                writer.write(batch)
            _count(batch, counts, reasons)
            langs.update(batch.column("lang").drop_null().unique().to_pylist())
    outputs = {table: outputs[0].record() for table, (_, outputs) in opened.items()}
    return {
        "source": job.entry.uid,
        "input": job.input.name,
        "input_bytes": job.input.size,
        "tables": outputs,
        "files": [{**output, "file": f"../{table}/{output['file']}"} for table, output in outputs.items()],
        "profile": config.profile,
        "languages": {lang: storage.fingerprint(config.of(lang).measuring()) for lang in sorted(langs)},
        "documents": counts["documents"],
        "bytes": counts["bytes"],
        "lost": dict(sorted(reasons.items())),
    }


def treated(job: Job, config: Config) -> Iterator[pa.RecordBatch]:
    """The batches of an input after all stages, with the columns of every table."""
    wanted = [stage for stage in STAGES if stage in job.stages and (stage != "redact" or job.entry.redact)]
    for batch in read(job.entry, job.input):
        done = stages.clean(batch, job.entry.cleaning)
        for stage in wanted:
            done = _CONFIGURED[stage](done, config)
        yield with_sizes(done)


def with_sizes(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Add the length of each stored text in bytes of UTF-8, and the columns that no stage filled as nulls."""
    sizes = pc.binary_length(batch.column("text")).cast(pa.int64())
    columns = {name: batch.column(name) for name in batch.schema.names} | {"bytes": sizes}
    for field in [*tables.MEASURES, *tables.SIGNATURES]:
        columns.setdefault(field.name, pa.nulls(batch.num_rows, field.type))
    return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))


def _count(batch: pa.RecordBatch, counts: Counter[str], reasons: Counter[str]) -> None:
    counts["documents"] += batch.num_rows
    counts["bytes"] += pc.sum(batch.column("bytes")).as_py() or 0
    lost = zip(batch.column("lost").to_pylist(), batch.column("reason").to_pylist(), strict=True)
    reasons.update(f"{what}: {why}" if why else what for what, why in lost if what is not None)
