"""Curation: reads a source's shard once and writes its documents, measures and signatures, row for row.

Order: read, clean (the source's chain), declare (identify what declares no language), modify, measure, sign,
redact. Measures and signatures are taken before redaction. Memory is that of one batch, whatever the file.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from catalog.entry import Entry
from catalog.sources import Input, inputs, read
from filters import kernels, models
from pipelines import config as configs
from pipelines import stages, storage, tables
from pipelines.config import Config, measured_by
from pipelines.progress import console
from pipelines.run import Runtime, run
from pipelines.task import Task, discard_others, pending, with_manifests

VERSION = 3
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

WHOLE = 64_000_000
"""Bytes up to which a file is read whole to tell whether it changed."""

SAMPLES, SAMPLE = 64, 65536
"""Of a larger file: pieces spread evenly over it, the last at its end, and the bytes of each."""

NUMBER = re.compile(r"(?<![\w-])\d+")
"""Places and sizes in the reasons of bad records, left out where reasons are counted: each record has its own."""

IDENTIFIERS = ("lid.176", "roots-lid")
"""Models that any source may need: they say the language of a text."""

LIBRARIES = ("google-re2", "kenlm", "lxml", "pyarrow", "pycld2", "sentencepiece", "trafilatura", "xxhash")
"""Packages whose version can change what stands in a table."""

NAME = 120
"""Bytes of UTF-8 of an input's name in the name of its shard; file systems allow 255 for all of it."""


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


@dataclass(frozen=True)
class Curation:
    """One run of curation: the folder, the configuration and the path where workers find it, the stages."""

    work: str
    config: Config
    path: str
    stages: tuple[str, ...]


def curate(
    work: str, entries: Sequence[Entry], config: Config, how: Runtime, wanted: Sequence[str] = STAGES
) -> list[dict[str, Any]]:
    """Curate every input of the sources; returns the manifests, sources by uid and inputs by name.

    `wanted` are the stages to run; what the others would have filled stays null.
    """
    check_models(config)
    curation = Curation(work, config, configs.save(config, work), tuple(wanted))
    tasks = [task_of(curation, entry, file) for entry in entries for file in inputs(entry)]
    if pending(tasks):
        _compile()
    manifests = run("curate", tasks, curate_shard, how)
    for entry in entries:
        mine = [f"{task.job.stem}.parquet" for task in tasks if task.job.entry.uid == entry.uid]
        for table in tables.TABLES:
            discard_others(storage.join(work, entry.uid, table), with_manifests(mine))
    return manifests


def _compile() -> None:
    """Have the kernels compiled, once, before workers ask for them side by side."""
    if not kernels.compiled_before():
        console.print("curate: compiling kernels, once: about half a minute", highlight=False)
        kernels.ready()


def check_models(config: Config) -> None:
    """Raise ModelError, before anything runs, when a model that a language names is not there or is another."""
    for name in IDENTIFIERS:
        models.path(name)
    for params in config.languages.values():
        if params.word_model is not None:
            models.path(params.word_model)
        if params.language_model is not None:
            models.language_model(params.language_model)


def task_of(curation: Curation, entry: Entry, file: Input) -> Task:
    """The task for one input. Its key is the hash of all that decides its tables; thresholds are not among it."""
    key = storage.fingerprint(
        {
            "version": VERSION,
            "source": [entry.uid, entry.kind, list(entry.cleaning), entry.redact, list(entry.languages)],
            "fields": [entry.data.text, entry.data.id, entry.data.lang, entry.data.url],
            "models": models.in_force(IDENTIFIERS),
            "libraries": libraries(),
            "input": [file.name, content_key(file)],
            "measuring": curation.config.measuring(declared(entry)),
            "stages": list(curation.stages),
        }
    )
    stem = f"{shard_name(file.name)}.{key}"
    folder = storage.join(curation.work, entry.uid)
    job = Job(entry, file, folder, stem, curation.path, curation.stages)
    return Task(storage.join(folder, "documents", f"{stem}.json"), key, file.size, job)


def declared(entry: Entry) -> tuple[str, ...]:
    """The languages that a source's documents can be in when that is known beforehand, else none.

    Records of OSCAR, and those of a source that names their field, may declare any language themselves.
    """
    own = entry.kind == "oscar" or bool(entry.data.lang)
    return tuple(entry.languages) if len(entry.languages) == 1 and not own else ()


@cache
def libraries() -> dict[str, str]:
    """Versions of what decides the tables beside our own code: packages, and the Unicode tables of Python."""
    return {name: version(name) for name in LIBRARIES} | {"unicode": unicodedata.unidata_version}


def shard_name(name: str) -> str:
    """An input's name as a file name, cut where it is too long for one.

    >>> shard_name("data/yor.jsonl.gz")
    'data-yor.jsonl.gz'
    """
    plain = re.sub(r"[^\w.-]+", "-", name.replace("/", "-")).strip("-.") or "input"
    return plain.encode()[:NAME].decode(errors="ignore")


def content_key(file: Input) -> str:
    """Hash of a file's size and bytes; of a file over 64 MB, of pieces of it, so that terabytes are not read for it.

    A large file that is changed in place, at the same size, between the pieces looks the same: give it a new name.
    """
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
        "stages": list(job.stages),
        "languages": {lang: storage.fingerprint(measured_by(config.of(lang))) for lang in sorted(langs)},
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
    reasons.update(f"{what}: {NUMBER.sub('N', why)}" if why else what for what, why in lost if what is not None)
