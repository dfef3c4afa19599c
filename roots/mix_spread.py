"""The first run of the mix: kept documents of a shard go to the parts of files in which they will stand.

Everything is decided for a batch at a time, from columns: which documents are in and how often, where each copy goes,
with which key. Texts are touched once more, when `GROUP_BYTES` of them are sorted by file. They are not packed: they
take as much disk as in the datasets, until these are whole. Memory: three times `GROUP_BYTES`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from filters.substrings import without
from pipelines import exchange, tables
from roots import mix_keys
from roots.mix_portions import Plan, Portion
from roots.mix_weights import WEIGHED, rows_of

GROUP_BYTES = 32_000_000
"""Text at most that is sorted by file together before it is written for the second run."""

PIECE_BYTES = 128_000
"""Text that should be written of a file at once: less is sorted together where there are few files."""

WHOLE = 0.75
"""Of the rows of a batch are in: then it is held as it was read, which spares a copy, with a third more beside them."""

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
"""A document on its way to its dataset."""

_READ = [name for name in ROWS.names if name != "key"]


@dataclass(frozen=True)
class Tables:
    """Paths of a shard's tables: documents, measures, ledger, and that of its keys (`roots.mix_weights`) or "" where
    they have to be hashed."""

    documents: str
    measures: str
    ledger: str
    keys: str


@dataclass(frozen=True)
class SpreadJob:
    """Spread the kept documents of one shard over parts of files; `parts` says how many each file of a dataset has."""

    tables: Tables
    source: str
    plan: Plan
    parts: Mapping[str, int]
    target: str


def spread(job: SpreadJob) -> dict[str, Any]:
    """Map: the kept documents of one shard, by dataset and part of a file."""
    return exchange.write(job.target, ROWS, _groups(job), packed=False)


def collected(jobs: Sequence[SpreadJob]) -> "Placed":
    """All documents of some shards that are in, at once and without files; of shards of the same plan and parts."""
    found = [placed for job in jobs for placed in _placed(job)]
    if not found:
        return Placed(ROWS.empty_table().select(_READ), (), *(np.empty(0, dtype=kind) for kind in ("i8", "i8", "u8")))
    return _joined(found)


def _groups(job: SpreadJob) -> Iterator[dict[str, pa.Table]]:
    """Some documents at a time by partition, as many as make pieces worth writing."""
    held: list[Placed] = []
    size = 0
    for placed in _placed(job):
        held.append(placed)
        size += placed.rows.nbytes
        if size >= min(GROUP_BYTES, PIECE_BYTES * len(placed.names)):
            yield _sorted(held)
            held, size = [], 0
    if held:
        yield _sorted(held)


@dataclass(frozen=True)
class Placed:
    """Documents and where copies of them go: the names of partitions, and of each copy the row of its document, the
    number of its partition and its key, [copies]."""

    rows: pa.Table
    names: Sequence[str]
    taken: NDArray[np.int64]
    places: NDArray[np.int64]
    keys: NDArray[np.uint64]


def _joined(held: Sequence[Placed]) -> Placed:
    """Some documents as one, their rows where they lie."""
    names = held[0].names
    starts = np.cumsum([0, *(each.rows.num_rows for each in held)])
    taken = np.concatenate([each.taken + start for each, start in zip(held, starts[:-1], strict=True)])
    places, keys = (np.concatenate([getattr(each, name) for each in held]) for name in ("places", "keys"))
    table = pa.concat_tables([each.rows for each in held])
    return Placed(table, names, taken, places, keys)


def _sorted(held: Sequence[Placed]) -> dict[str, pa.Table]:
    """Copies of documents by partition, in their order."""
    joined = _joined(held)
    table, names = joined.rows, joined.names
    order = np.argsort(joined.places, kind="stable")
    if not np.array_equal(joined.taken[order], np.arange(table.num_rows)):
        table = table.take(joined.taken[order])
    table = pa.Table.from_arrays([pa.array(joined.keys[order]), *table.columns], schema=ROWS)
    edges = np.searchsorted(joined.places[order], np.arange(len(names) + 1)).tolist()
    ends = pairwise(edges)
    return {
        name: table.slice(start, end - start) for name, (start, end) in zip(names, ends, strict=True) if end > start
    }


def _placed(job: SpreadJob) -> Iterator[Placed]:
    places = _Places(job)
    for documents, every, kept in _known(job) if job.tables.keys else _hashed(job):
        taken, place, keys = places.of(documents.column("id"), kept)
        if len(taken):
            rows, cuts, taken = documents.select(_READ), every, kept.rows[taken]
            inside = np.unique(taken)
            if len(inside) < WHOLE * rows.num_rows:
                rows, cuts = (each.take(pa.array(inside)) for each in (rows, cuts))
                taken = np.searchsorted(inside, taken)
            yield Placed(pa.Table.from_batches([_cut(rows, cuts)]), places.names, taken, place, keys)


class _Kept(NamedTuple):
    """Kept documents of a batch: their rows in it, numbers of languages, keys of order and choice, who is held out."""

    rows: NDArray[np.int64]
    langs: NDArray[np.int64]
    order: NDArray[np.uint64]
    choice: NDArray[np.uint64]
    held: NDArray[np.bool_]


def _known(job: SpreadJob) -> Iterator[tuple[pa.RecordBatch, pa.Array, _Kept]]:
    """Batches of a shard, the cuts of their texts and what was written down of their kept documents."""
    weighed = pa.Table.from_batches(list(rows_of(job.tables.keys)), WEIGHED)
    numbers = pc.index_in(weighed.column("lang"), value_set=pa.array(list(job.plan.portions), pa.string()))
    mine = weighed.append_column("number", numbers.cast(pa.int64())).filter(pc.is_valid(numbers))
    every = _Kept(*(mine.column(name).to_numpy() for name in ("row", "number", "order", "choice", "held")))
    start = 0
    for documents, ledger in tables.together((job.tables.documents, _READ), (job.tables.ledger, ["cuts"])):
        first, end = np.searchsorted(every.rows, [start, start + documents.num_rows]).tolist()
        kept = _Kept._make(column[first:end] for column in every)
        yield documents, ledger.column("cuts"), kept._replace(rows=kept.rows - start)
        start += documents.num_rows


def _hashed(job: SpreadJob) -> Iterator[tuple[pa.RecordBatch, pa.Array, _Kept]]:
    """The same of a shard of which nothing was written down."""
    plan, languages = job.plan, pa.array(list(job.plan.portions), pa.string())
    parts = [(job.tables.documents, [*_READ, "content_hash"] if plan.held else _READ)]
    parts += [(job.tables.measures, ["lang"]), (job.tables.ledger, ["dropped_by", "cuts"])]
    chosen = any(job.source in cuts for cuts in plan.cuts.values())
    for documents, measures, ledger in tables.together(*parts):
        numbers = pc.index_in(measures.column("lang"), value_set=languages)
        kept = pc.and_(pc.is_null(ledger.column("dropped_by")), pc.is_valid(numbers))
        ids = documents.column("id").filter(kept)
        order = mix_keys.keys(plan.seed, ids)
        choice = mix_keys.keys(plan.seed, ids, purpose=mix_keys.CHOICE) if chosen else order
        held = np.zeros(len(ids), dtype=np.bool_)
        if plan.held:
            contents = documents.column("content_hash").filter(kept)
            held = mix_keys.below(mix_keys.keys(plan.seed, contents, purpose=mix_keys.HELD_OUT), plan.held)
        rows = np.flatnonzero(kept.to_numpy(zero_copy_only=False))
        langs = numbers.filter(kept).to_numpy().astype(np.int64)
        yield documents, ledger.column("cuts"), _Kept(rows, langs, order, choice, held)


def _cut(rows: pa.RecordBatch, cuts: pa.Array) -> pa.RecordBatch:
    """Documents without what is cut from their texts."""
    some = pc.greater(pc.fill_null(pc.list_value_length(cuts), 0), 0)
    if not pc.any(some).as_py():
        return rows
    pairs = zip(rows.column("text").filter(some).to_pylist(), cuts.filter(some).to_pylist(), strict=True)
    left = pa.array(
        [without(text, [(cut["start"], cut["end"]) for cut in spans]) for text, spans in pairs], pa.string()
    )
    texts = pc.replace_with_mask(rows.column("text"), some, left)
    place = rows.schema.get_field_index("text")
    return rows.set_column(place, rows.schema.field(place), texts)


class _Places:
    """Where the documents of a shard go: to which partitions, with which keys."""

    def __init__(self, job: SpreadJob) -> None:
        plan = job.plan
        self.seed = plan.seed
        self.portions = list(plan.portions.values())
        self.cuts = [plan.cuts.get(lang, {}).get(job.source) for lang in plan.portions]
        self.names: list[str] = []
        self.starts: list[tuple[tuple[int, NDArray[np.uint64]], ...]] = []
        for lang, portion in plan.portions.items():
            datasets = [(lang, portion.files), (f"{lang}/validation", portion.held_files)]
            self.starts.append(tuple(self._add(portion, name, files, job.parts) for name, files in datasets))

    def _add(
        self, portion: Portion, dataset: str, files: int, parts: Mapping[str, int]
    ) -> tuple[int, NDArray[np.uint64]]:
        """Number the partitions of a dataset: the first of them, and the keys at which the others begin."""
        count = files * parts.get(dataset, 0)
        first = len(self.names)
        self.names += [f"{dataset}/{number}" for number in range(count)]
        return first, mix_keys.bounds(portion.span, max(count, 1))

    def of(self, ids: pa.Array, kept: _Kept) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint64]]:
        """Of every copy that is in: the number of its document among those kept, that of its partition, its key."""
        times = np.zeros(len(kept.rows), dtype=np.int64)
        for number in np.unique(kept.langs).tolist():
            mine = np.flatnonzero(kept.langs == number)
            times[mine] = self.portions[number].times(kept.order[mine], kept.held[mine])
            cut = self.cuts[number]
            if cut is not None:
                times[mine] *= mix_keys.below(kept.choice[mine], cut)
        found = [np.flatnonzero(times > repeat) for repeat in range(int(times.max(initial=0)))]
        keys = [
            mix_keys.keys(self.seed, ids.take(pa.array(kept.rows[mine])), repeat=repeat) if repeat else kept.order[mine]
            for repeat, mine in enumerate(found)
        ]
        taken = np.concatenate([np.empty(0, dtype=np.int64), *found])
        key = np.concatenate([np.empty(0, dtype=np.uint64), *keys])
        return taken, self._partitions(kept.langs[taken], kept.held[taken], key), key

    def _partitions(
        self, langs: NDArray[np.int64], held: NDArray[np.bool_], keys: NDArray[np.uint64]
    ) -> NDArray[np.int64]:
        found = np.zeros(len(langs), dtype=np.int64)
        for number in np.unique(langs).tolist():
            for side in (False, True):
                mine = (langs == number) & (held == side)
                first, starts = self.starts[number][side]
                found[mine] = first + mix_keys.part(keys[mine], starts)
        return found
