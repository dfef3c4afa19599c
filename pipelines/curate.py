"""Curation: reads a source's shard once and writes its documents, measures and signatures, row for row.

Order: read, clean (the source's chain), declare (identify what declares no language), modify, measure, sign,
redact. Measures and signatures are taken before redaction. Memory is that of one batch, whatever the file.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from importlib.metadata import version
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from catalog import code, pseudo_crawl
from catalog.entry import Entry
from catalog.sources import Slice, read
from filters import kernels, models
from pipelines import chains, personal, slices, stages, step_report, storage, tables, withhold
from pipelines import config as configs
from pipelines.config import Config, measured_by
from pipelines.progress import console
from pipelines.run import Runtime, run
from pipelines.step_report import Report
from pipelines.task import Task, discard_others, manifest_of, pending, with_manifests

VERSION = 5
"""Of what curation makes of the same input; a change that alters any table counts it up."""

STAGES = ("declare", "modify", "measure", "sign", "redact")
"""The stages after cleaning, in their order."""

_CONFIGURED: dict[str, Callable[..., pa.RecordBatch]] = {
    "declare": stages.declare,
    "modify": stages.modify,
    "measure": stages.measure,
    "sign": stages.sign,
    "redact": stages.redact,
}

NUMBER = re.compile(r"(?<![\w-])\d+")
"""Places and sizes in the reasons of bad records, left out where reasons are counted: each record has its own."""

IDENTIFIERS = ("lid.176", "roots-lid")
"""Models that any source may need: they say the language of a text."""

LIBRARIES = (
    "brotli",
    "charset-normalizer",
    "google-re2",
    "htmlmin2",
    "identify",
    "kenlm",
    "lxml",
    "phonenumbers",
    "presidio-analyzer",
    "pyarrow",
    "pycld2",
    "resiliparse",
    "sentencepiece",
    "sentencex",
    "tldextract",
    "trafilatura",
)
"""Packages whose version can change what stands in a table."""

NAME = 120
"""Bytes of UTF-8 of an input's name in the name of its shard; file systems allow 255 for all of it."""


@dataclass(frozen=True)
class Wanted:
    """What a run of curation is to do: its stages, and the documents that are withheld of what it makes.

    What stages that are not wanted would have filled stays null.
    """

    stages: tuple[str, ...] = STAGES
    removals: withhold.Removals = field(default_factory=dict)


EVERYTHING = Wanted()
"""All stages, and nothing is withheld."""


@dataclass(frozen=True)
class Job:
    """One slice of an input of one source: where it comes from, where its tables go, which stages are wanted.

    `staged` is the path of a table of the slice's records after all cleaning, where cleaning had to see the whole
    source; it is read in the input's place.
    """

    entry: Entry
    slice: Slice
    folder: str
    stem: str
    config: str
    stages: tuple[str, ...]
    staged: str | None = None

    @property
    def tables(self) -> list[str]:
        """The tables that this job writes: signatures only where they are taken."""
        return [name for name in tables.TABLES if name != "signatures" or "sign" in self.stages]


@dataclass(frozen=True)
class Curation:
    """One run of curation: the folder, the configuration and the path where workers find it, the stages.

    `wholes` are the plans of the sources whose cleaning has to see the whole source, by uid.
    """

    work: str
    config: Config
    path: str
    stages: tuple[str, ...]
    wholes: Mapping[str, chains.Plan] = field(default_factory=dict)


def curate(
    work: str, entries: Sequence[Entry], config: Config, how: Runtime, wanted: Wanted = EVERYTHING
) -> list[dict[str, Any]]:
    """Curate every input of the sources; returns the manifests, sources by uid and inputs by name.

    A shard that holds removed documents is followed by one without them, which stands in its place.
    """
    check_models(config)
    if "redact" in wanted.stages:
        personal.check_names(config, entries)
    plans = slices.plan(work, entries, how)
    curation = with_chains(Curation(work, config, configs.save(config, work), wanted.stages), entries, plans)
    wholes = curation.wholes
    tasks = planned(curation, entries, plans)
    stand = withhold.standing(tasks, wanted.removals)
    todo = [task for task in tasks if task.manifest not in stand]
    waiting = pending(todo)
    if waiting:
        _compile()
        _prepare(waiting, plans, wholes, how)
    made = stand | dict(zip((task.manifest for task in todo), run("curate", todo, curate_shard, how), strict=True))
    manifests = withhold.withheld(work, [made[task.manifest] for task in tasks], wanted.removals, how)
    for entry in entries:
        mine = [each["tables"]["documents"]["file"] for each in manifests if each["source"] == entry.uid]
        for table in (*tables.TABLES, step_report.FOLDER):
            discard_others(storage.join(work, entry.uid, table), with_manifests(mine))
        slices.tidy(work, entry.uid, plans[entry.uid])
        chains.tidy(work, entry.uid, wholes.get(entry.uid))
    return manifests


def with_chains(curation: Curation, entries: Sequence[Entry], plans: Mapping[str, slices.Plan]) -> Curation:
    """The same run, with the plans of the sources whose cleaning has to see the whole source."""
    found = {entry.uid: _whole(curation, entry, plans[entry.uid]) for entry in entries}
    return replace(curation, wholes={uid: chain for uid, chain in found.items() if chain is not None})


def planned(curation: Curation, entries: Sequence[Entry], plans: Mapping[str, slices.Plan]) -> list[Task]:
    """The task of every slice of every input; what it would read is not looked at, and nothing is written."""
    return [
        task_of(curation, entry, slice, plans[entry.uid].contents[slice.input.name])
        for entry in entries
        for slice in plans[entry.uid].slices
    ]


def _prepare(
    waiting: Sequence[Task], plans: Mapping[str, slices.Plan], wholes: Mapping[str, chains.Plan], how: Runtime
) -> None:
    """Make what the waiting tasks read in the place of their inputs: packed copies, and sources cleaned as a whole."""
    needed: dict[str, list[Slice]] = {}
    for task in waiting:
        needed.setdefault(task.job.entry.uid, []).append(task.job.slice)
    for uid, some in needed.items():
        slices.pack_again(plans[uid], plans[uid].slices if uid in wholes else some, how)
    chains.staged([whole for uid, whole in wholes.items() if uid in needed], how)


def _whole(curation: Curation, entry: Entry, plan: slices.Plan) -> chains.Plan | None:
    """The plan of a source's chain, where the chain has to see the whole source."""
    files = {slice.input.name: slice.input.path for slice in plan.slices}
    beside = [code.beside(entry, path, name) for name, path in files.items()] if entry.kind == "code" else []
    taken = personal.redacting(curation.config, entry, curation.stages)
    state = [_reading(entry), sorted(plan.contents.items()), beside, libraries(), taken]
    return chains.plan(curation.work, entry, plan.slices, (curation.config, curation.path), state)


def _compile() -> None:
    """Have the kernels compiled, once, before workers ask for them side by side."""
    if not kernels.compiled_before():
        console.print("curate: compiling kernels, once: less than a minute", highlight=False)
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


def task_of(curation: Curation, entry: Entry, slice: Slice, content: str) -> Task:
    """The task for one slice of an input with this content key.

    Its key is the hash of all that decides its tables; thresholds are not among it.
    """
    file = slice.input
    whole = curation.wholes.get(entry.uid)
    key = storage.fingerprint(
        {
            "version": VERSION,
            **_reading(entry),
            "cleaning": whole.key if whole else stages.cleaned_by(entry.cleaning, curation.config),
            "models": models.in_force(IDENTIFIERS),
            "libraries": libraries(),
            "input": [file.name, content],
            "beside": code.beside(entry, file.path, file.name) if entry.kind == "code" else "",
            "part": slice.part and asdict(slice.part),
            "measuring": curation.config.measuring(personal.declared(entry)),
            "stages": list(curation.stages),
            "signing": curation.config.signed() if "sign" in curation.stages else {},
            "redacting": personal.redacting(curation.config, entry, curation.stages),
        }
    )
    stem = f"{shard_name(file.name)}{numbered(slice)}.{key}"
    folder = storage.join(curation.work, entry.uid)
    staged = whole.records[file.name, slice.number] if whole else None
    job = Job(entry, slice, folder, stem, curation.path, curation.stages, staged)
    return Task(storage.join(folder, "documents", f"{stem}.json"), key, file.size // slice.count, job)


def _reading(entry: Entry) -> dict[str, Any]:
    """What an entry says of how its files are read and treated."""
    data = entry.data
    return {
        "source": [entry.uid, entry.kind, list(entry.cleaning), entry.redact, list(entry.languages)],
        "fields": [data.text, data.id, data.lang, data.url],
        "extractor": data.extractor if entry.kind == "pseudo_crawl" else "",
        "rules": pseudo_crawl.rules_key(entry),
        "dataset": [data.dataset, data.subset, data.split] if data.dataset else [],
    }


def numbered(slice: Slice) -> str:
    """What tells the shards of one input apart in their names; nothing where there is just one."""
    return "" if slice.part is None else f".s{slice.number:05d}"


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


def curate_shard(job: Job) -> dict[str, Any]:
    """Write the tables of one input; returns what its manifest says."""
    config = configs.load(job.config)
    counts, reasons, passed = Counter[str](), Counter[str](), Counter[str]()
    programs, short = Counter[str](), Counter[tuple[str, str]]()
    langs: set[str] = set()
    report = Report(job.entry.cleaning, personal.shown_by(config, job.entry))
    with ExitStack() as stack:
        opened = {
            table: stack.enter_context(
                tables.writing(storage.join(job.folder, table, f"{job.stem}.parquet"), tables.TABLES[table])
            )
            for table in job.tables
        }
        for batch in treated(job, config, report, passed):
            for writer, _ in opened.values():
                writer.write(batch)
            _count(batch, counts, reasons)
            _count_short(batch, config.signing.methods if "sign" in job.stages else (), short)
            langs.update(batch.column("lang").drop_null().unique().to_pylist())
            if job.entry.kind == code.LANGUAGE:
                programs.update(code.languages(batch.column("meta").to_pylist()))
    outputs = {table: outputs[0].record() for table, (_, outputs) in opened.items()}
    cleaning = _reported(job, report)
    return {
        "source": job.entry.uid,
        "input": job.slice.input.name,
        "input_bytes": job.slice.input.size,
        "slice": [job.slice.number, job.slice.count],
        "tables": outputs,
        "files": [
            {**output, "file": f"../{table}/{output['file']}"}
            for table, output in {**outputs, **cleaning.get("samples", {})}.items()
        ],
        **cleaning,
        "profile": config.profile,
        "stages": list(job.stages),
        "signing": config.signed() if "sign" in job.stages else {},
        "languages": {lang: storage.fingerprint(measured_by(config.of(lang))) for lang in sorted(langs)},
        "documents": counts["documents"],
        "bytes": counts["bytes"],
        "lost": dict(sorted(reasons.items())),
        "passed": dict(sorted(passed.items())),
        "short": [[lang, method, count] for (lang, method), count in sorted(short.items())],
        **({"programs": dict(sorted(programs.items()))} if programs else {}),
    }


def _reported(job: Job, report: Report) -> dict[str, Any]:
    """What the manifest says of the steps of cleaning, whose samples are written; nothing where there are no steps."""
    if not job.entry.cleaning:
        return {}
    path = storage.join(job.folder, step_report.FOLDER, f"{job.stem}.parquet")
    return {"cleaning": report.counts(), "samples": {step_report.FOLDER: report.write(path).record()}}


def treated(job: Job, config: Config, report: Report, passed: Counter[str]) -> Iterator[pa.RecordBatch]:
    """The batches of a slice after all stages, with the columns of every table.

    The report learns what cleaning did; `passed` counts what is no row.
    """
    wanted = [stage for stage in STAGES if stage in job.stages and (stage != "redact" or job.entry.redact)]
    for batch in cleaned(job, config, report, passed):
        done = batch
        for stage in wanted:
            own = [dict(job.entry.redaction)] if stage == "redact" else []
            done = _CONFIGURED[stage](done, config, *own)
        yield with_sizes(done)


def cleaned(job: Job, config: Config, report: Report, passed: Counter[str]) -> Iterator[pa.RecordBatch]:
    """The batches of a slice after its source's cleaning chain."""
    if job.staged is not None:
        before = storage.read_json(manifest_of(job.staged))
        report.add(before["cleaning"], tables.read(f"{job.staged}.samples").to_pylist())
        passed.update(before["passed"])
        yield from tables.batches(job.staged)
        return
    for batch in read(job.entry, job.slice, passed):
        yield stages.clean(batch, job.entry.cleaning, config, report)


def with_sizes(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Add the length of each stored text in bytes of UTF-8, and the columns that no stage filled as nulls."""
    sizes = pc.binary_length(batch.column("text")).cast(pa.int64())
    columns = {name: batch.column(name) for name in batch.schema.names} | {"bytes": sizes}
    for column in [*tables.MEASURES, *tables.SIGNATURES]:
        columns.setdefault(column.name, pa.nulls(batch.num_rows, column.type))
    return pa.RecordBatch.from_arrays(list(columns.values()), names=list(columns))


def _count_short(batch: pa.RecordBatch, methods: Sequence[str], short: Counter[tuple[str, str]]) -> None:
    """Texts too short for the signature of a method, which therefore are copies of nothing, by language and method.

    Of a document without an address it says nothing: it has no signature by url and need not have one.
    """
    signed = pc.is_valid(batch.column("characters"))
    for method, column in (("simhash", "simhash"), ("minhash", "bands")):
        if method in methods:
            lacks = pc.and_(signed, pc.is_null(batch.column(column)))
            short.update((lang or "", method) for lang in batch.column("lang").filter(lacks).to_pylist())


def _count(batch: pa.RecordBatch, counts: Counter[str], reasons: Counter[str]) -> None:
    counts["documents"] += batch.num_rows
    counts["bytes"] += pc.sum(batch.column("bytes")).as_py() or 0
    lost = zip(batch.column("lost").to_pylist(), batch.column("reason").to_pylist(), strict=True)
    for what, why in lost:
        if what is not None:
            # Why cleaning lost a document names another document.
            known = why and not what.startswith("clean:")
            reasons[f"{what}: {NUMBER.sub('N', why)}" if known else what] += 1
