"""The mix: the only place where sources meet. Kept documents become one ordered dataset per language.

Each language is given its share (`roots.shares`); of a language that gives something up, the documents that come
first in the mix order stay. That order is a pure function of the seed and the document's id, so it depends
neither on workers nor on the order of sources. Text moves through files in two runs, like every exchange here.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from filters.substrings import without
from pipelines import exchange, storage, tables
from pipelines.judge import Judged
from pipelines.run import Runtime, run
from pipelines.tables import Output
from pipelines.task import Task, discard_others, manifest_of, pending, with_manifests
from roots import arrow_dataset
from roots.shares import allocate, largest_sample

VERSION = 1
"""Of what the mix makes of the same ledgers."""

ROWS = pa.schema(
    [
        pa.field("key", pa.uint64()),
        pa.field("id", pa.string()),
        pa.field("text", pa.string()),
        pa.field("source", pa.string()),
        pa.field("url", pa.string()),
        pa.field("meta", pa.string()),
    ]
)
EVERYTHING = 2**64
"""A cut-off above every order key."""


@dataclass(frozen=True)
class MixSettings:
    """How languages are weighted: q_i proportional to p_i^alpha; a budget in bytes of text, or all that was kept.

    `strict` takes the largest sample whose shares are exactly q. `shard_bytes` is the text a file aims to hold.
    """

    alpha: float = 1.0
    budget: int | None = None
    strict: bool = False
    seed: int = 42
    shard_bytes: int = 256_000_000


@dataclass(frozen=True)
class Plan:
    """Per language: how many files, and the order key at which its share ends (`EVERYTHING`: all of it)."""

    files: Mapping[str, int]
    cutoffs: Mapping[str, int]
    seed: int


@dataclass(frozen=True)
class SpreadJob:
    """Spread the kept documents of one shard over the files of the mix."""

    documents: str
    measures: str
    ledger: str
    plan: Plan
    target: str


@dataclass(frozen=True)
class GatherJob:
    """Collect and order one file of one language."""

    listing: str
    partition: str
    target: str


@dataclass(frozen=True)
class Mixed:
    """What the mix made: per language what it had and got (bytes of text), and its files with their manifests.

    A language whose share is smaller than its first document got nothing: its dataset has no rows.
    """

    sizes: Mapping[str, int]
    gets: Mapping[str, int]
    files: Mapping[str, Sequence[str]]
    manifests: Mapping[str, Sequence[Mapping[str, Any]]]


def kept_bytes(judged: Sequence[Judged]) -> dict[str, int]:
    """Bytes of text that were kept, by language, without what is cut from it."""
    sizes: dict[str, int] = {}
    for shard in judged:
        for lang, dropped_by, _, size in shard.manifest["counts"]:
            if dropped_by is None:
                sizes[lang] = sizes.get(lang, 0) + size
    return dict(sorted(sizes.items()))


def order_key(seed: int, identity: str) -> int:
    """Place of a document in the mix, in [0, 2^64): a keyed hash of its id.

    >>> order_key(42, "a") == order_key(42, "a") != order_key(43, "a")
    True
    """
    key = hashlib.blake2b(identity.encode(), digest_size=8, key=seed.to_bytes(8, "little")).digest()
    return int.from_bytes(key, "little")


def mix(work: str, judged: Sequence[Judged], settings: MixSettings, how: Runtime, name: str = "corpus") -> Mixed:
    """Write `<name>/<lang>/` for every language that has kept documents."""
    home = storage.join(work, name)
    sizes = kept_bytes(judged)
    gets = _shares(sizes, settings)
    ledgers = [shard.ledger.rsplit("/", 1)[-1] for shard in judged]
    key = storage.fingerprint([VERSION, repr(settings), ledgers, gets])
    files = {lang: max(1, -(-gets[lang] // settings.shard_bytes)) for lang in gets if gets[lang] > 0}
    targets = {lang: _targets(home, lang, count) for lang, count in files.items()}
    folder = storage.join(home, ".exchange")
    listing = storage.join(folder, f"listing.{key}.json")
    tasks = [
        Task(manifest_of(path), key, gets[lang] // len(paths), GatherJob(listing, f"{lang}/{number}", path))
        for lang, paths in targets.items()
        for number, path in enumerate(paths)
    ]
    if pending(tasks):
        for lang in targets:  # a dataset is one again when all its files are new
            storage.remove(storage.join(home, lang, "state.json"))
        cut = {lang: gets[lang] for lang in gets if gets[lang] < sizes[lang]}
        cutoffs = dict.fromkeys(gets, EVERYTHING) | _cutoffs(work, judged, cut, settings.seed)
        spreads = _spreads(work, judged, Plan(files, cutoffs, settings.seed), (folder, key))
        exchange.listing(listing, run("mix: kept documents", spreads, spread, how))
    manifests = run("mix: datasets", tasks, gather, how)
    by_lang: dict[str, list[Mapping[str, Any]]] = {lang: [] for lang in files}
    for task, manifest in zip(tasks, manifests, strict=True):
        by_lang[task.job.partition.split("/")[0]].append(manifest)
    storage.remove(folder)
    _finish(home, targets, by_lang)
    got = {lang: sum(size for manifest in by_lang.get(lang, ()) for *_, size in manifest["sources"]) for lang in sizes}
    return Mixed(sizes, got, targets, by_lang)


def _finish(
    home: str, targets: Mapping[str, Sequence[str]], manifests: Mapping[str, Sequence[Mapping[str, Any]]]
) -> None:
    """Make each language's files a dataset, and clear away what an earlier mix left."""
    for lang, paths in targets.items():
        folder = storage.join(home, lang)
        discard_others(folder, [*with_manifests(paths), "state.json", "dataset_info.json"])
        arrow_dataset.finish(folder, [Output(**manifest["files"][0]) for manifest in manifests[lang]])
    discard_others(home, list(targets))


def _shares(sizes: Mapping[str, int], settings: MixSettings) -> dict[str, int]:
    if not any(sizes.values()):
        return dict.fromkeys(sizes, 0)
    if settings.strict:
        return largest_sample(dict(sizes), alpha=settings.alpha)
    return allocate(dict(sizes), alpha=settings.alpha, budget=settings.budget)


def _targets(home: str, lang: str, count: int) -> list[str]:
    folder = storage.join(home, lang)
    return [storage.join(folder, arrow_dataset.shard_name(number, count)) for number in range(count)]


def _spreads(work: str, judged: Sequence[Judged], plan: Plan, put: tuple[str, str]) -> list[Task]:
    folder, key = put
    tasks = []
    for number, each in enumerate(judged):
        target = storage.join(folder, f"{number:05d}.{key}.arrow")
        documents, measures = (each.shard.path(work, table) for table in ("documents", "measures"))
        job = SpreadJob(documents, measures, each.ledger, plan, target)
        tasks.append(Task(manifest_of(target), key, each.shard.bytes, job))
    return tasks


def _cutoffs(work: str, judged: Sequence[Judged], budgets: Mapping[str, int], seed: int) -> dict[str, int]:
    """The order key at which each of these languages has used its budget of bytes, from ids and sizes alone."""
    found: dict[str, list[tuple[int, int]]] = {lang: [] for lang in budgets}
    for each in judged if budgets else ():
        measures = (each.shard.path(work, "measures"), ["id", "lang", "bytes"])
        for rows, verdicts in tables.together(measures, (each.ledger, ["dropped_by", "bytes_left"])):
            sizes = pc.coalesce(verdicts.column("bytes_left"), rows.column("bytes")).to_pylist()
            for row, dropped, size in zip(rows.to_pylist(), verdicts.column(0).to_pylist(), sizes, strict=True):
                if dropped is None and row["lang"] in found:
                    found[row["lang"]].append((order_key(seed, row["id"]), size))
    return {lang: _cutoff(sorted(found[lang]), budgets[lang]) for lang in budgets}


def _cutoff(ordered: Sequence[tuple[int, int]], budget: int) -> int:
    """The first order key that no longer fits into the budget."""
    used = 0
    for key, size in ordered:
        used += size
        if used > budget:
            return key
    return EVERYTHING


def spread(job: SpreadJob) -> dict[str, Any]:
    """Map: the kept documents of one shard, by language and file."""
    return exchange.write(job.target, ROWS, _groups(job))


def _groups(job: SpreadJob) -> Iterator[dict[str, pa.Table]]:
    wanted = [name for name in ROWS.names if name != "key"]
    together = tables.together((job.documents, wanted), (job.measures, ["lang"]), (job.ledger, ["dropped_by", "cuts"]))
    for documents, measures, ledger in together:
        rows: dict[str, list[dict[str, Any]]] = {}
        langs, verdicts = measures.column("lang").to_pylist(), ledger.to_pylist()
        for row, lang, verdict in zip(documents.to_pylist(), langs, verdicts, strict=True):
            if verdict["dropped_by"] is not None or lang not in job.plan.files:
                continue
            key = order_key(job.plan.seed, row["id"])
            if key < job.plan.cutoffs[lang]:
                spans = [(cut["start"], cut["end"]) for cut in verdict["cuts"] or ()]
                text = without(row["text"], spans) if spans else row["text"]
                rows.setdefault(_partition(job.plan, lang, key), []).append({**row, "text": text, "key": key})
        yield {name: pa.Table.from_pylist(found, schema=ROWS) for name, found in rows.items()}


def _partition(plan: Plan, lang: str, key: int) -> str:
    """Which file of a language an order key falls into: equal parts of the keys in use."""
    return f"{lang}/{key * plan.files[lang] // plan.cutoffs[lang]}"


def gather(job: GatherJob) -> dict[str, Any]:
    """Reduce: one file of a language, its documents in the mix order."""
    table = exchange.read(job.listing, job.partition, ROWS)
    keys, ids = table.column("key").to_numpy(), np.array(table.column("id").to_pylist(), dtype=object)
    ordered = table.take(pa.array(np.lexsort((ids, keys)))).drop_columns(["key"])
    sizes = ordered.select(["source"]).append_column("bytes", pc.binary_length(ordered.column("text")))
    counted = sizes.group_by("source").aggregate([([], "count_all"), ("bytes", "sum")]).sort_by("source").to_pylist()
    output = arrow_dataset.write_shard(job.target, ordered)
    sources = [[row["source"], row["count_all"], row["bytes_sum"]] for row in counted]
    return {"documents": output.rows, "sources": sources, "files": [output.record()]}
