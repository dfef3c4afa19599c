"""The first run of the mix: kept documents of a shard go to the parts of files in which they will stand.

Everything is decided for a shard at once, from columns, before a text is read: which documents are in and how often,
where each copy goes, with which key. Texts are touched once more, when `GROUP_BYTES` of them are sorted by file. They
are not packed: they take as much disk as in the datasets, until these are whole. Memory: three times `GROUP_BYTES`, and
some 200 bytes a document of a shard.
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
from roots.mix import keys as mix_keys
from roots.mix import weights
from roots.mix.portions import Plan, Portion

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
    """Paths of a shard's tables: documents, measures, ledger, and that of its keys (`roots.mix.weights`) or "" where
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
    table = pa.concat_tables([each.rows for each in held]).select(_READ)
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
    """What is in of each batch of a shard. Where copies go is decided of all at once, before a text is read."""
    places = _Places(job)
    every = places.of(_kept(job))
    start = 0
    for documents, ledger in tables.together((job.tables.documents, _READ), (job.tables.ledger, ["cuts"])):
        first, end = np.searchsorted(every.rows, [start, start + documents.num_rows]).tolist()
        taken = every.rows[first:end] - start
        start += documents.num_rows
        if len(taken):
            rows, cuts = documents, ledger.column("cuts")
            inside = taken[np.diff(taken, prepend=-1) > 0]
            if len(inside) < WHOLE * rows.num_rows:
                rows, cuts = (each.take(pa.array(inside)) for each in (rows, cuts))
                taken = np.searchsorted(inside, taken)
            table = pa.Table.from_batches([_cut(rows, cuts)])
            yield Placed(table, places.names, taken, every.places[first:end], every.keys[first:end])


class _Kept(NamedTuple):
    """Kept documents of a shard: their rows in it, numbers of languages, keys of order and choice, who is held out."""

    rows: NDArray[np.int64]
    langs: NDArray[np.int64]
    order: NDArray[np.uint64]
    choice: NDArray[np.uint64]
    held: NDArray[np.bool_]


class _Copies(NamedTuple):
    """Copies of documents of a shard that are in: their rows in it, ascending, numbers of partitions, keys."""

    rows: NDArray[np.int64]
    places: NDArray[np.int64]
    keys: NDArray[np.uint64]


def _kept(job: SpreadJob) -> _Kept:
    """What was written down of the kept documents of a shard, or would be."""
    plan, paths = job.plan, job.tables
    if paths.keys:
        weighed = pa.Table.from_batches(weights.rows_of(paths.keys), weights.WEIGHED)
    else:
        chosen = any(job.source in cuts for cuts in plan.cuts.values())
        asked = weights.Keyed(tuple(plan.portions), chosen, plan.seed, plan.held)
        weighed = weights.weighed(weights.Tables(paths.documents, paths.measures, paths.ledger, ""), asked)
    numbers = pc.index_in(weighed.column("lang"), value_set=pa.array(list(plan.portions), pa.string()))
    mine = weighed.append_column("number", numbers.cast(pa.int64())).filter(pc.is_valid(numbers))
    return _Kept(*(mine.column(name).to_numpy() for name in ("row", "number", "order", "choice", "held")))


def _cut(rows: pa.RecordBatch, cuts: pa.Array) -> pa.RecordBatch:
    """Documents without what is cut from their texts."""
    if cuts.null_count == len(cuts):
        return rows
    some = pc.greater(pc.fill_null(pc.list_value_length(cuts), 0), 0)
    pairs = zip(rows.column("text").filter(some).to_pylist(), cuts.filter(some).to_pylist(), strict=True)
    left = pa.array(
        [without(text, [(cut["start"], cut["end"]) for cut in spans]) for text, spans in pairs], pa.string()
    )
    texts = pc.replace_with_mask(rows.column("text"), some, left)
    place = rows.schema.get_field_index("text")
    return rows.set_column(place, rows.schema.field(place), texts)


class _Places:
    """Where copies of the documents of a shard go: to which partitions, with which keys."""

    def __init__(self, job: SpreadJob) -> None:
        plan = job.plan
        self.seed, self.documents = plan.seed, job.tables.documents
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

    def of(self, kept: _Kept) -> _Copies:
        """Every copy that is in of the documents that were kept."""
        times = np.zeros(len(kept.rows), dtype=np.int64)
        for number in np.unique(kept.langs).tolist():
            mine = np.flatnonzero(kept.langs == number)
            times[mine] = self.portions[number].times(kept.order[mine], kept.held[mine])
            cut = self.cuts[number]
            if cut is not None:
                times[mine] *= mix_keys.below(kept.choice[mine], cut)
        found = [np.flatnonzero(times > repeat) for repeat in range(int(times.max(initial=0)))]
        keys = [kept.order[mine] for mine in found[:1]]
        if len(found) > 1:
            ids = tables.read(self.documents, ["id"]).column("id").combine_chunks()
            again = enumerate((ids.take(pa.array(kept.rows[mine])) for mine in found[1:]), start=1)
            keys += [mix_keys.keys(self.seed, names, repeat=repeat) for repeat, names in again]
        taken = np.concatenate([np.empty(0, dtype=np.int64), *found])
        key = np.concatenate([np.empty(0, dtype=np.uint64), *keys])
        order = np.argsort(taken, kind="stable")
        taken, key = taken[order], key[order]
        return _Copies(kept.rows[taken], self._partitions(kept.langs[taken], kept.held[taken], key), key)

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
