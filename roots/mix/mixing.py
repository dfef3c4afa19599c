"""The mix: the only place where sources meet. Kept documents become one ordered dataset per language.

What is in is planned first (`roots.mix.plan`). The order of a dataset is that of keys which are a pure function of the
seed, the document's id and the number of its repeat (`roots.mix.keys`), so it depends neither on workers nor on shards
nor on the order of sources. A language goes one of two ways, which decides none of its bytes:

| | at once | in two runs |
|---|---|---|
| when | its texts fill at most `AT_ONCE` files and a third of the room, and its shards hold little else | else |
| how | one task reads its shards and writes all its files | shards are spread over parts of files, then gathered |
| a text is | read, written | read, written, read from a mapped file, written |
| memory of a worker | its texts once, however often they stand, and a third more; a batch | a part of a file, and a \
batch; before that `roots.mix.spread` |

The room is what `Runtime.memory` leaves beside the libraries; parts of files are made so small that they fit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from pipelines import exchange, storage
from pipelines.judge import Judged
from pipelines.plan import room
from pipelines.run import Runtime, run
from pipelines.tables import Output
from pipelines.task import Task, discard_others, manifest_of, pending, with_manifests
from roots import arrow_dataset, lengths, parquet
from roots.mix.files import FileJob, LanguageJob, make
from roots.mix.keys import order_key
from roots.mix.plan import MANIFEST, Planned, planned
from roots.mix.plan import written as manifest_for
from roots.mix.portions import VERSION
from roots.mix.settings import MixSettings
from roots.mix.spread import SpreadJob, Tables, spread
from roots.mix.weights import kept_bytes, of_shard
from roots.shares import Share

__all__ = ["VERSION", "MixSettings", "Mixed", "kept_bytes", "mix", "order_key"]

AT_ONCE = 8
"""Files that one task writes at most. It takes a few seconds of one worker for each 256 MB, so that nobody waits for it
for long."""

LONGEST = 2_000_000_000
"""Bytes of a column of strings in one piece: its offsets have 32 bits."""

OTHERS = 0.5
"""Bytes of other languages in a language's shards, by its own, that are read again to spare it the first run. Reading
a text takes about what writing it for the second run takes; between them it is even."""


@dataclass(frozen=True)
class Mixed:
    """What the mix made. `sizes` are bytes that were kept by language; the others are by dataset: `yo` for training, or
    for all where nothing is held out, and `yo/validation`.

    `gets` are bytes of text as they stand, `files` the Arrow files with their manifests, `parquet` the same rows as
    Parquet. A dataset whose share is smaller than its first document has no rows.
    """

    sizes: Mapping[str, int]
    gets: Mapping[str, int]
    files: Mapping[str, Sequence[str]]
    manifests: Mapping[str, Sequence[Mapping[str, Any]]]
    shares: Sequence[Share] = ()
    notes: Sequence[str] = ()
    parquet: Mapping[str, Sequence[str]] = field(default_factory=dict)


def mix(work: str, judged: Sequence[Judged], settings: MixSettings, how: Runtime, name: str = "corpus") -> Mixed:
    """Plan and write `<name>/<lang>/` for every language that has kept documents."""
    return write(work, judged, planned(work, judged, settings, how, name), how)


def write(work: str, judged: Sequence[Judged], plan: Planned, how: Runtime) -> Mixed:
    """Write the datasets of a plan, their Parquet files where asked, and clear away what an earlier mix left."""
    tasks = _tasks(judged, plan, how)
    manifests = _make(work, judged, plan, tasks, how)
    storage.remove(storage.join(plan.home, ".exchange"))
    if plan.settings.unit == "bytes" and plan.home == storage.join(work, "corpus"):
        lengths.discard(work, sorted({each.shard.source for each in judged}))
    _finish(plan, manifests)
    files = {dataset: [task.job.target for task in mine] for dataset, mine in tasks.items()}
    gets = {dataset: sum(_bytes(each) for each in found) for dataset, found in manifests.items()}
    sizes = {share.language: share.available for share in plan.shares}
    absent = {lang: 0 for lang in sizes if lang not in gets}
    mixed = Mixed(sizes, gets | absent, files, manifests, plan.shares, plan.notes)
    if plan.home != storage.join(work, "corpus"):
        return mixed
    copies = parquet.write(work, mixed.files, mixed.manifests, how, wanted="parquet" in plan.settings.formats)
    return replace(mixed, parquet=copies)


def _bytes(manifest: Mapping[str, Any]) -> int:
    return sum(size for *_, size in manifest["sources"])


def _tasks(judged: Sequence[Judged], plan: Planned, how: Runtime) -> dict[str, list[Task]]:
    """The tasks of the files of every dataset. The key of one covers what decides this language alone, so that a
    document which goes elsewhere leaves it as it is."""
    listing = storage.join(plan.home, ".exchange", f"listing.{plan.key}.json")
    sizes = {share.language: (share.gets - share.validation, share.validation) for share in plan.shares}
    parts = _parts(plan, how)
    found: dict[str, list[Task]] = {}
    for dataset, (folder, count) in plan.datasets.items():
        lang, _, held = dataset.partition("/")
        portion, cuts = plan.plan.portions[lang], plan.plan.cuts.get(lang, {})
        inside = sorted(of_shard(each) for each in judged if _has(each, lang))
        key = storage.fingerprint([VERSION, plan.plan.seed, plan.plan.held, repr(portion), cuts, inside])
        found[dataset] = []
        for number in range(count):
            names = tuple(f"{dataset}/{number * parts + place}" for place in range(parts))
            path = storage.join(plan.home, folder, arrow_dataset.shard_name(number, count))
            size = sizes[lang][bool(held)] // count
            found[dataset].append(Task(manifest_of(path), key, size, FileJob(listing, names, path)))
    return found


def _make(
    work: str, judged: Sequence[Judged], plan: Planned, tasks: Mapping[str, Sequence[Task]], how: Runtime
) -> dict[str, list[Mapping[str, Any]]]:
    """Make the files that are not there; the manifests of every dataset's files."""
    units: dict[str, list[Task]] = {}
    late = []
    for lang in plan.plan.portions:
        units[lang] = [task for dataset, mine in tasks.items() if dataset.partition("/")[0] == lang for task in mine]
        if pending(units[lang]):
            late.append(lang)
    if late:
        _begin(plan, late)
    far = []
    for lang in late:
        if _fits(judged, plan, lang, how):
            units[lang] = [_language(work, judged, plan, lang, units[lang])]
        else:
            far.append(lang)
    if far:
        _spread(work, judged, plan, far, how)
    made = run("mix: datasets", [task for mine in units.values() for task in mine], make, how)
    each = iter([manifest for unit in made for manifest in unit.get("made", [unit])])
    return {dataset: [next(each) for _ in mine] for dataset, mine in tasks.items()}


def _fits(judged: Sequence[Judged], plan: Planned, lang: str, how: Runtime) -> bool:
    """Whether a language is made at once: it is small, and hardly more has to be read than with the others."""
    share = next(share for share in plan.shares if share.language == lang)
    once = share.available if share.once is None else share.once
    if once > min(AT_ONCE * plan.settings.shard_bytes, room(how.memory) // 3, LONGEST):
        return False
    others = sum(
        size
        for each in judged
        if _has(each, lang)
        for code, dropped_by, _, size in each.manifest["counts"]
        if dropped_by is None and code != lang and code in plan.plan.portions
    )
    return bool(others <= OTHERS * share.available)


def _language(work: str, judged: Sequence[Judged], plan: Planned, lang: str, files: Sequence[Task]) -> Task:
    """All files of a language as one task."""
    mine = [each for each in judged if _has(each, lang)]
    one = {dataset: 1 for dataset in plan.datasets if dataset.partition("/")[0] == lang}
    shards = tuple(_job(work, each, plan, [lang], one) for each in mine)
    key = storage.fingerprint([task.key for task in files])
    return Task(_manifest(plan, lang), key, sum(task.size for task in files), LanguageJob(shards, tuple(files)))


def _job(work: str, each: Judged, plan: Planned, langs: Sequence[str], parts: Mapping[str, int]) -> SpreadJob:
    """What is to be done with a shard's documents of some languages."""
    documents, measures = (each.shard.path(work, table) for table in ("documents", "measures"))
    paths = Tables(documents, measures, each.ledger, plan.weighed.get(each.ledger, ""))
    return SpreadJob(paths, each.shard.source, plan.plan.of(langs), parts, "")


def _begin(plan: Planned, late: Sequence[str]) -> None:
    """Before files change: the mix is whole, and a dataset is one, when all files are new."""
    storage.remove(storage.join(plan.home, MANIFEST))
    for lang in late:
        storage.remove(_manifest(plan, lang))
        for folder in ("", "train", "validation"):
            storage.remove(storage.join(plan.home, lang, folder, "state.json"))


def _manifest(plan: Planned, lang: str) -> str:
    """Where it is said that all files of a language were written; what counts are their own manifests."""
    return storage.join(plan.home, ".exchange", f"language.{lang}.json")


def _has(each: Judged, lang: str) -> bool:
    return any(code == lang and dropped_by is None for code, dropped_by, *_ in each.manifest["counts"])


def _parts(plan: Planned, how: Runtime) -> int:
    """Parts of a file, of which one is held in memory three times: as read, joined, and as a batch with its keys."""
    return max(1, -(-4 * plan.settings.shard_bytes // room(how.memory)))


def _spread(work: str, judged: Sequence[Judged], plan: Planned, late: Sequence[str], how: Runtime) -> None:
    """The first run, for the languages of which a file is to be made."""
    parts = dict.fromkeys(plan.datasets, _parts(plan, how))
    folder = storage.join(plan.home, ".exchange")
    key = storage.fingerprint([plan.key, late, sorted(parts.items())])
    tasks = []
    for number, each in enumerate(judged):
        mine = [lang for lang in late if _has(each, lang)]
        if mine:
            target = storage.join(folder, f"{number:05d}.{key}.arrow")
            job = replace(_job(work, each, plan, mine, parts), target=target)
            tasks.append(Task(manifest_of(target), key, each.shard.bytes, job))
    listing = storage.join(folder, f"listing.{plan.key}.json")
    exchange.listing(listing, run("mix: kept documents", tasks, spread, how))


def _finish(plan: Planned, manifests: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Make the files datasets, clear away what an earlier mix left, and write down what was decided, last."""
    described: list[dict[str, Any]] = []

    def put(path: str, data: bytes) -> None:
        storage.write_bytes(storage.join(plan.home, path), data)
        described.append({"file": path, "bytes": len(data), "sha256": sha256(data).hexdigest()})

    for dataset, (folder, count) in plan.datasets.items():
        lang, shards = dataset.partition("/")[0], [Output(**each["files"][0]) for each in manifests[dataset]]
        said = {"description": _description(plan, dataset), "licence": _licence(plan, manifests[dataset])}
        names = [arrow_dataset.shard_name(number, count) for number in range(count)]
        infos = arrow_dataset.descriptions(shards, **said)
        for name, data in infos.items():
            put(f"{folder}/{name}", data)
        discard_others(storage.join(plan.home, folder), [*with_manifests(names), *infos])
        if plan.plan.portions[lang].held_files and dataset == lang:
            put(f"{lang}/{arrow_dataset.SPLITS}", arrow_dataset.splits(("train", "validation")))
            discard_others(storage.join(plan.home, lang), ["train", "validation", arrow_dataset.SPLITS])
    discard_others(plan.home, [*plan.plan.portions, MANIFEST])
    storage.write_json(storage.join(plan.home, MANIFEST), {**manifest_for(plan), "files": described})


def _description(plan: Planned, dataset: str) -> str:
    """What a dataset is, for those who load it."""
    settings, (lang, _, held) = plan.settings, dataset.partition("/")
    share = next(share for share in plan.shares if share.language == lang)
    sources = ", ".join(source.source for source in share.sources if source.gets)
    title = f"{settings.title}, " if settings.title else ""
    split = f", {held or 'training'} split" if plan.plan.portions[lang].held_files else ""
    return f"{title}{settings.names.get(lang, lang)} ({lang}){split}. Sources: {sources or 'none'}."


def _licence(plan: Planned, manifests: Sequence[Mapping[str, Any]]) -> str:
    """The licences of the sources that are in a dataset."""
    used = {source for manifest in manifests for source, *_ in manifest["sources"]}
    return ", ".join(sorted({plan.settings.licences[source] for source in used if source in plan.settings.licences}))
