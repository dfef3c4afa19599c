"""The first run of the mix: kept documents of a shard go to the parts of files in which they will stand.

Everything is decided for a batch at a time, from columns: which documents are in and how often, where each copy goes,
with which key. Texts are touched once more, when `GROUP_BYTES` of them are sorted by file. They are not packed: they
take as much disk as in the datasets, until these are whole. Memory: three times `GROUP_BYTES`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from filters.substrings import without
from pipelines import exchange, tables
from roots import mix_keys
from roots.mix_portions import Plan, Portion

GROUP_BYTES = 32_000_000
"""Text at most that is sorted by file together before it is written for the second run."""

PIECE_BYTES = 128_000
"""Text that should be written of a file at once: less is sorted together where there are few files."""

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
class SpreadJob:
    """Spread the kept documents of one shard over parts of files; `parts` says how many each file of a dataset has."""

    documents: str
    measures: str
    ledger: str
    source: str
    plan: Plan
    parts: Mapping[str, int]
    target: str


def spread(job: SpreadJob) -> dict[str, Any]:
    """Map: the kept documents of one shard, by dataset and part of a file."""
    return exchange.write(job.target, ROWS, _groups(job), packed=False)


def collected(jobs: Sequence[SpreadJob], name: str) -> pa.Table:
    """The documents of some shards that go to one partition, at once and without files."""
    groups = [group[name] for job in jobs for group in _groups(job) if name in group]
    return pa.concat_tables(groups) if groups else ROWS.empty_table()


def _groups(job: SpreadJob) -> Iterator[dict[str, pa.Table]]:
    """Some documents at a time by partition, as many as make pieces worth writing."""
    held: list[_Placed] = []
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
class _Placed:
    """Documents and where copies of them go: the names of partitions, and of each copy the row of its document, the
    number of its partition and its key, [copies]."""

    rows: pa.RecordBatch
    names: Sequence[str]
    taken: NDArray[np.int64]
    places: NDArray[np.int64]
    keys: NDArray[np.uint64]


def _sorted(held: Sequence[_Placed]) -> dict[str, pa.Table]:
    """Copies of documents by partition, in their order."""
    names = held[0].names
    table = pa.Table.from_batches([each.rows for each in held]).combine_chunks()
    starts = np.cumsum([0, *(each.rows.num_rows for each in held)])
    taken = np.concatenate([each.taken + start for each, start in zip(held, starts[:-1], strict=True)])
    places, keys = (np.concatenate([getattr(each, name) for each in held]) for name in ("places", "keys"))
    order = np.argsort(places, kind="stable")
    if not np.array_equal(taken[order], np.arange(table.num_rows)):
        table = table.take(taken[order])
    table = pa.Table.from_arrays([pa.array(keys[order]), *table.select(_READ).columns], schema=ROWS)
    edges = np.searchsorted(places[order], np.arange(len(names) + 1)).tolist()
    ends = pairwise(edges)
    return {
        name: table.slice(start, end - start) for name, (start, end) in zip(names, ends, strict=True) if end > start
    }


def _placed(job: SpreadJob) -> Iterator[_Placed]:
    places = _Places(job)
    languages = pa.array(list(job.plan.portions), pa.string())
    parts = [(job.documents, [*_READ, "content_hash"] if job.plan.held else _READ)]
    parts += [(job.measures, ["lang"]), (job.ledger, ["dropped_by", "cuts"])]
    for documents, measures, ledger in tables.together(*parts):
        numbers = pc.index_in(measures.column("lang"), value_set=languages)
        kept = pc.and_(pc.is_null(ledger.column("dropped_by")), pc.is_valid(numbers))
        rows = documents if pc.all(kept).as_py() else documents.filter(kept)
        if rows.num_rows:
            langs = numbers.filter(kept).to_numpy().astype(np.int64)
            taken, place, keys = places.of(rows, langs)
            whole = _cut(rows.select(_READ), ledger.column("cuts").filter(kept))
            yield _Placed(whole, places.names, taken, place, keys)


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
    return rows.set_column(rows.schema.get_field_index("text"), "text", texts)


class _Places:
    """Where the documents of a shard go: to which partitions, with which keys."""

    def __init__(self, job: SpreadJob) -> None:
        plan = job.plan
        self.seed, self.held = plan.seed, plan.held
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

    def of(
        self, rows: pa.RecordBatch, langs: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint64]]:
        """Of every copy that is in: the row of its document, the number of its partition, its key."""
        ids = rows.column("id")
        first = mix_keys.keys(self.seed, ids)
        held = np.zeros(len(langs), dtype=np.bool_)
        if self.held:
            contents = mix_keys.keys(self.seed, rows.column("content_hash"), purpose=mix_keys.HELD_OUT)
            held = mix_keys.below(contents, self.held)
        times = np.zeros(len(langs), dtype=np.int64)
        for number in np.unique(langs).tolist():
            mine = np.flatnonzero(langs == number)
            times[mine] = self.portions[number].times(first[mine], held[mine])
            cut = self.cuts[number]
            if cut is not None:
                choice = mix_keys.keys(self.seed, ids.take(pa.array(mine)), purpose=mix_keys.CHOICE)
                times[mine] *= mix_keys.below(choice, cut)
        found = [np.flatnonzero(times > repeat) for repeat in range(int(times.max()))]
        keys = [
            first[mine] if not repeat else mix_keys.keys(self.seed, ids.take(pa.array(mine)), repeat=repeat)
            for repeat, mine in enumerate(found)
        ]
        taken = np.concatenate([np.empty(0, dtype=np.int64), *found])
        key = np.concatenate([np.empty(0, dtype=np.uint64), *keys])
        return taken, self._partitions(langs[taken], held[taken], key), key

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
