"""What is known of every kept document before a mix is decided: its language and source, its size, its keys.

One file a shard, made from ids, measures and verdicts, without a text; a budget in tokens also reads the counts of
`roots.lengths`, and a validation split the hashes of contents. The keys are used again when the datasets are made. 200
bytes a document are held of one shard at a time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines import exchange, storage, tables
from pipelines.judge import Judged
from pipelines.run import Runtime, run
from pipelines.task import Task, manifest_of
from roots import lengths
from roots.mix import keys
from roots.mix.settings import MixSettings

WEIGHED = pa.schema(
    [
        pa.field("row", pa.int64()),
        pa.field("lang", pa.string()),
        pa.field("order", pa.uint64()),
        pa.field("choice", pa.uint64()),
        pa.field("held", pa.bool_()),
        pa.field("bytes", pa.int64()),
        pa.field("units", pa.int64()),
    ]
)
"""A kept document as it is weighed: its row in the shard, its language, its keys, whether it is held out, its size."""

Component = tuple[str, str]
"""A language and a source."""


def kept_bytes(judged: Sequence[Judged]) -> dict[str, int]:
    """Bytes of text that were kept, by language, without what is cut from it."""
    sizes: dict[str, int] = {}
    for (lang, _), (_, size) in components(judged).items():
        sizes[lang] = sizes.get(lang, 0) + size
    return sizes


def components(judged: Sequence[Judged]) -> dict[Component, tuple[int, int]]:
    """Kept documents and their bytes by language and source, sorted."""
    found: dict[Component, tuple[int, int]] = {}
    for each in judged:
        for lang, dropped_by, documents, size in each.manifest["counts"]:
            if dropped_by is None:
                before = found.get((lang, each.shard.source), (0, 0))
                found[lang, each.shard.source] = (before[0] + documents, before[1] + size)
    return dict(sorted(found.items()))


def of_shard(each: Judged) -> list[Any]:
    """What decides of a shard which of its documents are kept and what they say, as a value.

    The stem of its tables has the hash of what made the texts, the ledger's bytes say which are kept and what is cut.
    """
    return [each.shard.source, each.shard.stem, [file["sha256"] for file in each.manifest["files"]]]


@dataclass(frozen=True)
class Tables:
    """Paths of a shard's tables: documents, measures, ledger, and that of token counts or "" where none are asked."""

    documents: str
    measures: str
    ledger: str
    lengths: str


@dataclass(frozen=True)
class Keyed:
    """What is asked of each document: in which of the languages it is, whether its source is chosen from, the seed, and
    the cut-off of what is held out."""

    languages: tuple[str, ...]
    chosen: bool
    seed: int
    held: int


@dataclass(frozen=True)
class WeighJob:
    """Weigh the kept documents of one shard."""

    tables: Tables
    keyed: Keyed
    target: str


def weigh(job: WeighJob) -> dict[str, Any]:
    """Write down of every kept document of a shard what decides whether it is in."""
    found = weighed(job.tables, job.keyed)
    return exchange.write(job.target, WEIGHED, [{"all": found}] if found.num_rows else [], packed=False)


def weighed(paths: Tables, asked: Keyed) -> pa.Table:
    """What decides of every kept document of a shard whether it is in, as columns of `WEIGHED`."""
    given = _columns(paths.measures, ["id", "lang", "bytes"]) | _columns(paths.ledger, ["dropped_by", "bytes_left"])
    if paths.lengths:
        given |= _columns(paths.lengths, ["tokens"])
    if asked.held:
        given |= _columns(paths.documents, ["content_hash"])
    named = pc.is_in(given["lang"], value_set=pa.array(asked.languages, pa.string()))
    kept = pc.and_(pc.is_null(given["dropped_by"]), named)
    given = {name: column.filter(kept) for name, column in given.items()}
    order = keys.keys(asked.seed, given["id"])
    held = np.zeros(len(order), dtype=np.bool_)
    if asked.held:
        held = keys.below(keys.keys(asked.seed, given["content_hash"], purpose=keys.HELD_OUT), asked.held)
    sizes = pc.coalesce(given["bytes_left"], given["bytes"])
    columns = {
        "row": np.flatnonzero(kept.to_numpy(zero_copy_only=False)),
        "lang": given["lang"],
        "order": order,
        "choice": keys.keys(asked.seed, given["id"], purpose=keys.CHOICE) if asked.chosen else np.zeros_like(order),
        "held": held,
        "bytes": sizes,
        "units": given.get("tokens", sizes),
    }
    return pa.Table.from_pydict(columns, schema=WEIGHED)


def _columns(path: str, names: Sequence[str]) -> dict[str, pa.Array]:
    """Columns of a whole table, each in one piece."""
    table = tables.read(path, names)
    return {name: table.column(name).combine_chunks() for name in names}


def weigh_all(
    work: str, judged: Sequence[Judged], settings: MixSettings, put: tuple[str, str], how: Runtime
) -> list[tuple[str, str]]:
    """Weigh all shards, into a folder and with the key of a mix: the source and the file of each."""
    folder, key = put
    languages = tuple(kept_bytes(judged))
    counted = lengths.count(work, judged, settings.tokenizer, how) if settings.unit == "tokens" else [""] * len(judged)
    tasks = []
    for number, each in enumerate(judged):
        target = storage.join(folder, f"weighed-{number:05d}.{key}.arrow")
        documents, measures = (each.shard.path(work, table) for table in ("documents", "measures"))
        keyed = Keyed(
            languages,
            settings.even or any(settings.limited(each.shard.source, lang) for lang in languages),
            settings.seed,
            keys.held_out(settings.validation),
        )
        job = WeighJob(Tables(documents, measures, each.ledger, counted[number]), keyed, target)
        tasks.append(Task(manifest_of(target), key, each.shard.sizes.get("measures", 0), job))
    run("mix: sizes and keys", tasks, weigh, how)
    return [(each.shard.source, task.job.target) for each, task in zip(judged, tasks, strict=True)]


class Weighed(NamedTuple):
    """The kept documents of some shards of a source: their components' numbers, keys, whether held out, sizes."""

    slots: NDArray[np.int64]
    languages: NDArray[np.int64]
    order: NDArray[np.uint64]
    choice: NDArray[np.uint64]
    held: NDArray[np.bool_]
    bytes: NDArray[np.int64]
    units: NDArray[np.int64]

    def some(self, chosen: NDArray[np.bool_]) -> "Weighed":
        """Those of the documents that are chosen."""
        return Weighed._make(column[chosen] for column in self)


def read(files: Sequence[tuple[str, str]], found: Sequence[Component]) -> Iterator[Weighed]:
    """The weighed documents of all shards, one shard at a time; `found` are the components, sorted."""
    languages = list(dict.fromkeys(lang for lang, _ in found))
    places = {component: place for place, component in enumerate(found)}
    for source, path in files:
        # A language that the source does not have comes up in none of its documents.
        slots = np.array([places.get((lang, source), -1) for lang in languages], dtype=np.int64)
        for batch in rows_of(path):
            numbers = pc.index_in(batch.column("lang"), value_set=pa.array(languages, pa.string()))
            number = numbers.to_numpy().astype(np.int64)
            names = ("order", "choice", "held", "bytes", "units")
            yield Weighed(slots[number], number, *(batch.column(name).to_numpy(zero_copy_only=False) for name in names))


def rows_of(path: str) -> Iterator[pa.RecordBatch]:
    """The weighed documents of one shard, as columns of `WEIGHED`."""
    return exchange.numbered(path, exchange.index(path).get("all", []))
