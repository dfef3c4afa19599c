"""A census of judged shards, for the map: how long documents are, what filters measured, which files code is in.

It reads measures and ledgers, of code also where each file came from, and no text. A shard is counted once, into one
small table of histograms with fine bins (`pipelines.bins`); memory is that of the histograms, 10 kB for each
source and language and 130 kB for each language and kind of source, however many documents there are.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from catalog import code
from catalog.code import extensions
from pipelines import config as configs
from pipelines import storage, tables, verdict
from pipelines.bins import Counts, Scale
from pipelines.config import Config
from pipelines.judge import Judged
from pipelines.run import Runtime, run
from pipelines.task import Task, discard_others, manifest_of, with_manifests

VERSION = 1
"""Of what is counted of the same tables."""

FOLDER = "census"
"""The folder of a source in which its counts are."""

BYTES = "bytes"
"""What is counted beside filters: the length of a document's text in UTF-8."""

SCALES: Mapping[str, Scale] = {
    BYTES: Scale(1, 1e10, 640, log=True),
    "number_words": Scale(1, 1e7, 450, log=True),
    "character_repetition": Scale(0, 1, 1000),
    "word_repetition": Scale(0, 1, 1000),
    "special_characters": Scale(0, 1, 1000),
    "stopwords": Scale(0, 1, 1000),
    "flagged_words": Scale(0, 0.1, 2000),
    "language_id": Scale(0, 1, 1000),
    "perplexity": Scale(1, 1e7, 450, log=True),
}
"""The bins of what is counted: 64 for a factor of ten in lengths and in numbers of words and perplexities, so that a
quantile is known to within 3.7%; a thousandth in shares. Cut-offs of flagged words lie between 0.0015 and 0.02
(lang_params), so that its bins are finer and all above a tenth is one."""

CENSUS = pa.schema(
    [
        pa.field("lang", pa.string()),
        pa.field("what", pa.string(), nullable=False),
        pa.field("kept", pa.bool_(), nullable=False),
        pa.field("bin", pa.int32(), nullable=False),
        pa.field("documents", pa.int64(), nullable=False),
    ]
)
"""Documents in each bin that holds any, by language (null: not known) and by whether they are kept."""

KEPT = (False, True)
"""The rows of a histogram here: of dropped documents, and of kept ones."""

Histogram = Counts
"""[2, bins] int64, the rows as in `KEPT`."""


@dataclass(frozen=True)
class Alone:
    """Of how many documents a filter has a measure, and how many of these it would drop if it were the only one."""

    measured: int = 0
    drops: int = 0


@dataclass(frozen=True)
class Files:
    """Files of code with one extension, and the bytes of their text: what came in, and what of it is kept."""

    documents: int = 0
    bytes: int = 0
    kept: int = 0
    kept_bytes: int = 0


@dataclass(frozen=True)
class Census:
    """The counts of a work folder.

    `sizes` are histograms of bytes by source and language; `measured` those of filters by language, filter and kind of
    source; `alone` is by language and filter, `files` by source and extension. The language "" is not known.
    """

    sizes: Mapping[tuple[str, str], Histogram] = field(default_factory=dict)
    measured: Mapping[tuple[str, str, str], Histogram] = field(default_factory=dict)
    alone: Mapping[tuple[str, str], Alone] = field(default_factory=dict)
    files: Mapping[tuple[str, str], Files] = field(default_factory=dict)


@dataclass(frozen=True)
class Job:
    """Count one judged shard; `documents` is the path of its documents where they are files of code, else empty."""

    measures: str
    ledger: str
    documents: str
    config: str
    target: str


def take(work: str, judged: Sequence[Judged], config: Config, kinds: Mapping[str, str], how: Runtime) -> Census:
    """Count all judged shards, those that were not counted before; `kinds` are the kinds of sources by uid."""
    path = configs.save(config, work)
    tasks = []
    for each in judged:
        shard = each.shard
        key = storage.fingerprint([VERSION, shard.stem, config.judging(), each.manifest.get("files", [])])
        target = storage.join(work, shard.source, FOLDER, f"{shard.stem}.{key}.parquet")
        documents = shard.path(work, "documents") if kinds.get(shard.source) == "code" else ""
        job = Job(shard.path(work, "measures"), each.ledger, documents, path, target)
        tasks.append(Task(manifest_of(target), key, shard.sizes.get("measures", 0), job))
    manifests = run("census", tasks, count, how)
    for source in sorted({each.shard.source for each in judged}):
        mine = [task.job.target for task, each in zip(tasks, judged, strict=True) if each.shard.source == source]
        discard_others(storage.join(work, source, FOLDER), with_manifests(mine))
    counted = [
        (each.shard.source, task.job.target, manifest)
        for each, task, manifest in zip(judged, tasks, manifests, strict=True)
    ]
    return added(counted, kinds)


def count(job: Job) -> dict[str, Any]:
    """Count one shard: a table of histograms, and in the manifest what each filter alone would drop, and files of code
    by extension."""
    config = configs.load(job.config)
    found: dict[tuple[str | None, str], Histogram] = {}
    alone: Counter[tuple[str, str, str]] = Counter()
    files: Counter[tuple[str, str]] = Counter()
    for measures, meta in _rows(job):
        for lang in measures.column("lang").unique().to_pylist():
            mine = measures if lang is None else measures.filter(_equal(measures, lang))
            if lang is None:
                mine = measures.filter(measures.column("lang").is_null())
            _histograms(mine, lang, found)
            if lang in config.languages:
                _alone(mine, lang, config, alone)
        _files(meta, measures, files)
    output = tables.write(job.target, _table(found))
    names = sorted({(lang, name) for lang, name, _ in alone})
    return {
        "alone": [[*each, alone[*each, "measured"], alone[*each, "drops"]] for each in names],
        "extensions": [[name, *(files[name, what] for what in _FILES)] for name in sorted({name for name, _ in files})],
        "files": [output.record()],
    }


_FILES = ("documents", "bytes", "kept", "kept_bytes")
_MEASURED = [name for name in SCALES if name != BYTES]
_COLUMNS = ["lang", "lang_identified", *verdict.ORDER, BYTES]


def _rows(job: Job) -> Iterator[tuple[pa.Table, Sequence[str]]]:
    """Some rows at a time: the measures with `kept` and `left`, the bytes that stay; the meta of files of code."""
    parts: list[tuple[str, Sequence[str]]] = [(job.measures, _COLUMNS), (job.ledger, ["dropped_by", "bytes_left"])]
    if job.documents:
        parts.append((job.documents, ["meta"]))
    for measures, ledger, *documents in tables.together(*parts):
        kept = ledger.column("dropped_by").is_null()
        left = pc.coalesce(ledger.column("bytes_left"), measures.column(BYTES))
        rows = pa.Table.from_batches([measures]).append_column("kept", kept).append_column("left", left)
        yield rows, documents[0].column("meta").to_pylist() if documents else ()


def _equal(rows: pa.Table, lang: str) -> pa.ChunkedArray:
    return pc.equal(rows.column("lang"), lang)


def _histograms(rows: pa.Table, lang: str | None, found: dict[tuple[str | None, str], Histogram]) -> None:
    """Add some rows of one language to its histograms. A document without text has no length."""
    kept = rows.column("kept").to_numpy()
    for what, scale in SCALES.items():
        values = rows.column("left" if what == BYTES else what)
        there = values.is_valid().to_numpy()
        if what == BYTES:
            there = there & (values.to_numpy() > 0)
        if not there.any():
            continue
        histogram = found.setdefault((lang, what), np.zeros((2, scale.bins), np.int64))
        numbers = values.to_numpy().astype(np.float64)
        for row, is_kept in enumerate(KEPT):
            histogram[row] += scale.count(numbers[there & (kept == is_kept)])


def _alone(rows: pa.Table, lang: str, config: Config, alone: Counter[tuple[str, str, str]]) -> None:
    for name in _MEASURED:
        measured = len(rows) - rows.column(name).null_count
        if measured:
            alone[lang, name, "measured"] += measured
            alone[lang, name, "drops"] += int(verdict.failing(rows, name, config.of(lang)).sum())


def _files(metas: Sequence[str], rows: pa.Table, files: Counter[tuple[str, str]]) -> None:
    """Count files of code by extension; one without any of ROOTS's is no file of code."""
    if not metas:
        return
    sizes, left, kept = (rows.column(name).to_pylist() for name in (BYTES, "left", "kept"))
    for meta, size, stays, is_kept in zip(metas, sizes, left, kept, strict=True):
        name = code.extension(str(json.loads(meta).get("path", "")))
        if name in extensions():
            for what, number in zip(_FILES, (1, size, is_kept, stays if is_kept else 0), strict=True):
                files[name, what] += number


def _table(found: Mapping[tuple[str | None, str], Histogram]) -> pa.Table:
    rows = []
    for (lang, what), histogram in sorted(found.items(), key=lambda pair: (pair[0][0] or "", pair[0][1])):
        for kept in KEPT:
            places = np.flatnonzero(histogram[int(kept)])
            some = {"lang": pa.array([lang] * len(places), pa.string()), "what": pa.array([what] * len(places))}
            some |= {"kept": pa.array([kept] * len(places), pa.bool_()), "bin": pa.array(places, pa.int32())}
            rows.append(pa.table({**some, "documents": histogram[int(kept)][places]}).cast(CENSUS))
    return pa.concat_tables([CENSUS.empty_table(), *rows])


def added(counted: Sequence[tuple[str, str, Mapping[str, Any]]], kinds: Mapping[str, str]) -> Census:
    """The sum of the counts of shards: of each its source, the path of its table, and its manifest."""
    sizes: dict[tuple[str, str], Histogram] = {}
    measured: dict[tuple[str, str, str], Histogram] = {}
    alone: Counter[tuple[str, str, int]] = Counter()
    files: Counter[tuple[str, str, int]] = Counter()
    for source, path, manifest in counted:
        for lang, what, part in _read(path):
            if what == BYTES:
                total = sizes.setdefault((source, lang), np.zeros_like(part))
            else:
                total = measured.setdefault((lang, what, kinds.get(source, "")), np.zeros_like(part))
            total += part
        for lang, name, *numbers in manifest["alone"]:
            alone.update({(lang, name, place): number for place, number in enumerate(numbers)})
        for name, *numbers in manifest["extensions"]:
            files.update({(source, name, place): number for place, number in enumerate(numbers)})
    return Census(
        dict(sorted(sizes.items())),
        dict(sorted(measured.items())),
        {key: Alone(*(alone[*key, place] for place in range(2))) for key in sorted({each[:2] for each in alone})},
        {key: Files(*(files[*key, place] for place in range(4))) for key in sorted({each[:2] for each in files})},
    )


def _read(path: str) -> Iterator[tuple[str, str, Histogram]]:
    """The histograms of one table; the language that is not known is ""."""
    table = tables.read(path)
    langs = table.column("lang").fill_null("").to_numpy()
    whats, kept, places, documents = (table.column(name).to_numpy() for name in CENSUS.names[1:])
    for lang, what in sorted(set(zip(langs.tolist(), whats.tolist(), strict=True))):
        mine = (langs == lang) & (whats == what)
        histogram = np.zeros((2, SCALES[what].bins), np.int64)
        histogram[kept[mine].astype(np.int64), places[mine]] = documents[mine]
        yield lang, what, histogram
