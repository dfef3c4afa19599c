"""Which copy of a cluster is kept: an exchange of the members that passed, by cluster number.

Run A spreads the members of each shard over partitions, so that a cluster is in one of them; run B, whose task is a
partition, finds the best member of each cluster and what the others repeat, and spreads that over the shards. The best
of some members and the best of the rest give the best of all, so members are taken a chunk at a time: a cluster of any
size, and any number of partitions, gives the same choice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines import exchange, storage
from pipelines.plan import BASE, Phase, room
from pipelines.run import Runtime
from pipelines.shards import Shard
from pipelines.verdict import ORDER

CRITERIA = ("source", "longest", *(f"{way}:{measure}" for measure in ORDER for way in ("highest", "lowest")))
"""By what the copy that is kept can be chosen: the rank of its source, its characters, a measure."""

BLOCK = 250_000
"""Documents of a shard whose choices are held at a time: at most 20 MB of them."""

GROUP = 20_000
"""Members of a shard that are written at a time, unless a chunk is smaller."""

COPIES_HELD = 6
"""How many times over a chunk of members is held at most: as it is read, beside the best so far, and sorted."""

LARGEST_CHUNK = 1_000_000_000
"""Bytes of members: no column of a chunk reaches the 2 GB that Arrow's strings can address."""

COMPARED = 10_000
"""Pairs of sketches that are compared at a time."""

CHOICES = pa.schema(
    [
        pa.field("place", pa.int64()),
        pa.field("duplicate_of", pa.string()),
        pa.field("method", pa.int8()),
        pa.field("similarity", pa.float64()),
        pa.field("copies", pa.int64()),
    ]
)
"""What was chosen of some members of a shard, by their place in it. A copy has the id that it repeats, the number of
the method and the similarity; one that is kept and has copies has their number, itself included."""


class CopiesError(ValueError):
    """A way to choose the copy that is kept that there is not."""


@dataclass(frozen=True)
class Keep:
    """Which of a cluster's members is kept: the first by `criteria`, in turn, then the one with the lowest id.

    `ranks` are those of sources, by uid, the lowest being the best; a source without one comes last, and so does a
    document that lacks a measure. A document of more than `longest` characters that SimHash alone found stays in too.
    Raises CopiesError, naming what is allowed.
    """

    criteria: tuple[str, ...] = ()
    ranks: Mapping[str, int] = field(default_factory=dict, hash=False)
    longest: int | None = None

    def __post_init__(self) -> None:
        for place, name in enumerate(self.criteria):
            if name not in CRITERIA:
                raise CopiesError(f"keep: {name!r}; allowed are {', '.join(CRITERIA)}")
            if name in self.criteria[:place]:
                raise CopiesError(f"keep: {name!r} stands there twice; name it once")
        if self.longest is not None and self.longest < 0:
            raise CopiesError(f"longest: {self.longest}; allowed is 0 or more characters")

    def decides(self) -> list[Any]:
        """What of it decides which copy is kept, as a JSON value."""
        ranks = sorted(self.ranks.items()) if "source" in self.criteria else []
        return [list(self.criteria), [list(each) for each in ranks], self.longest]


LOWEST_ID = Keep()


@dataclass(frozen=True)
class Choosing:
    """One exchange: the methods of the clusters, what is kept, the partitions, the members held at a time."""

    methods: tuple[str, ...]
    keep: Keep
    partitions: int
    chunk: int

    def schema(self) -> pa.Schema:
        """Of a member: its place, its clusters by method, what it is ranked by, and what similarity is taken from."""
        return pa.schema(
            [
                pa.field("shard", pa.int32()),
                pa.field("place", pa.int64()),
                pa.field("id", pa.string()),
                *(pa.field(name, pa.int64()) for name in self.clusters()),
                *(pa.field(name, pa.float64()) for name in self.orders()),
                *(pa.field(name, kind) for name, kind in self.signed().items()),
            ]
        )

    def clusters(self) -> tuple[str, ...]:
        """The columns of cluster numbers, one a method."""
        return tuple(f"cluster_{name}" for name in self.methods)

    def orders(self) -> tuple[str, ...]:
        """The columns by which members are ranked, the lowest value being the best."""
        return tuple(f"order_{number}" for number in range(len(self.keep.criteria)))

    def compared(self) -> tuple[str, ...]:
        """The columns of signatures that are read."""
        return tuple({"characters": None} | dict.fromkeys(self.signed()))

    def signed(self) -> dict[str, pa.DataType]:
        """The columns that are taken over from the signatures."""
        columns = {"simhash": pa.uint64()} if "simhash" in self.methods else {}
        if columns and self.keep.longest is not None:
            columns["characters"] = pa.int64()
        return {**columns, "sketch": pa.binary()} if "minhash" in self.methods else columns


def choosing(methods: Sequence[str], keep: Keep, *, members: int, functions: int, memory: int) -> Choosing:
    """The exchange of so many members whose sketches have so many bytes, in workers that take so much memory."""
    width = _width(methods, keep, functions)
    chunk = max(1, min(room(memory) // COPIES_HELD, LARGEST_CHUNK) // width)
    return Choosing(tuple(methods), keep, max(1, -(-members // chunk)), chunk)


def _width(methods: Sequence[str], keep: Keep, functions: int) -> int:
    """Bytes of a member in memory, about: an id of 32 characters, numbers of 8 bytes."""
    numbers = 8 + len(methods) + len(keep.criteria)
    return 36 + 8 * numbers + (functions + 4 if "minhash" in methods else 0)


def needs(shards: Sequence[Shard], members: int, how: Runtime, *, methods: Sequence[str], functions: int) -> Phase:
    """What choosing takes when clusters have so many members; `functions` is the number of bytes of a sketch."""
    exchanged = choosing(methods, LOWEST_ID, members=members, functions=functions, memory=how.memory)
    width = _width(methods, LOWEST_ID, functions)
    held = min(members, exchanged.chunk) * width * COPIES_HELD
    return Phase("choose copies", len(shards) + exchanged.partitions, BASE + held, members * (width + 60))


def described(
    exchanged: Choosing, clusters: pa.Table, measures: pa.Table, signatures: pa.Table, *, shard: tuple[int, str]
) -> pa.Table:
    """Members as they are exchanged: their place and cluster numbers, measures and signatures, row for row.

    `shard` is the number of the shard and its source.
    """
    number, source = shard
    columns = [
        pa.repeat(pa.scalar(number, pa.int32()), clusters.num_rows),
        clusters.column("place"),
        measures.column("id"),
        *(clusters.column(name) for name in exchanged.methods),
        *_ranked(exchanged.keep, source, measures, signatures),
        *(signatures.column(name) for name in exchanged.signed()),
    ]
    return pa.table(columns, schema=exchanged.schema())


def _ranked(keep: Keep, source: str, measures: pa.Table, signatures: pa.Table) -> list[pa.Array]:
    """For each criterion what members of a source are ranked by: [rows] float64, the lowest best, null last."""
    found = []
    for name in keep.criteria:
        way, _, measure = name.partition(":")
        if way == "source":
            values = pa.repeat(pa.scalar(keep.ranks.get(source), pa.float64()), measures.num_rows)
        else:
            given = signatures.column("characters") if way == "longest" else measures.column(measure)
            values = pc.cast(given, pa.float64())
            values = values if way == "lowest" else pc.subtract(0.0, values)
        found.append(pc.if_else(pc.is_nan(values), None, values))
    return found


def spread(groups: Iterable[pa.Table], exchanged: Choosing) -> Iterator[dict[str, pa.Table]]:
    """Members by partition, some at a time."""
    for members in _chunks(groups, min(GROUP, exchanged.chunk)):
        number = members.column(exchanged.clusters()[-1]).to_numpy().astype(np.uint64)
        # The multiplier is 2^64 over the golden ratio (Knuth, Sorting and searching, 6.4): neighbours come apart.
        parts = (number * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(32)) % np.uint64(exchanged.partitions)
        yield _split(members, parts.astype(np.int64), str)


def _split(table: pa.Table, numbers: NDArray[np.int64], name: Any) -> dict[str, pa.Table]:
    """The rows of a table by number, under the name of each number."""
    if not len(numbers):
        return {}
    order = np.argsort(numbers, kind="stable")
    there, starts = np.unique(numbers[order], return_index=True)
    sorted_ = table.take(pa.array(order))
    ends = [*starts[1:].tolist(), len(order)]
    return {
        name(number): sorted_.slice(start, end - start)
        for number, start, end in zip(there.tolist(), starts.tolist(), ends, strict=True)
    }


def _chunks(groups: Iterable[pa.Table], rows: int) -> Iterator[pa.Table]:
    """Tables put together until they have so many rows."""
    held: list[pa.Table] = []
    count = 0
    for group in groups:
        held.append(group)
        count += group.num_rows
        if count >= rows:
            whole, held, count = pa.concat_tables(held).combine_chunks(), [], 0
            yield whole
            del whole  # or it would be held beside the next
    if count:
        yield pa.concat_tables(held).combine_chunks()


@dataclass(frozen=True)
class ChooseJob:
    """Choose among the members of one partition: the listing of what shards wrote, and where the choices go."""

    listing: str
    partition: int
    exchanged: Choosing
    target: str


def choose(job: ChooseJob) -> dict[str, Any]:
    """Find which member of each cluster of a partition is kept, and write what is chosen, by shard."""
    best = job.exchanged.schema().append(pa.field("copies", pa.int64())).empty_table()
    for members in _read(job):
        best = _better(best, members, job.exchanged)
    return exchange.write(job.target, CHOICES, _choices(job, best))


def _read(job: ChooseJob) -> Iterator[pa.Table]:
    """The members of a partition, a chunk at a time."""
    batches = exchange.batches(job.listing, str(job.partition))
    return _chunks((pa.Table.from_batches([batch]) for batch in batches), job.exchanged.chunk)


def _better(best: pa.Table, members: pa.Table, exchanged: Choosing) -> pa.Table:
    """The best member of each cluster of the best so far and of some more, by cluster, with the number of all."""
    alone = members.append_column("copies", pa.repeat(pa.scalar(1, pa.int64()), members.num_rows))
    both = pa.concat_tables([best, alone])
    final = exchanged.clusters()[-1]
    keys = [(name, "ascending") for name in (final, *exchanged.orders(), "id")]
    order = pc.sort_indices(both, sort_keys=keys)  # nulls last
    clusters = both.column(final).take(order).to_numpy()
    starts = np.flatnonzero(np.concatenate(([True], clusters[1:] != clusters[:-1])))
    copies = np.add.reduceat(both.column("copies").take(order).to_numpy(), starts)
    found = both.drop_columns(["copies"]).take(order.take(pa.array(starts))).combine_chunks()
    return found.append_column("copies", pa.array(copies))


def _choices(job: ChooseJob, best: pa.Table) -> Iterator[dict[str, pa.Table]]:
    """What is chosen, by shard and block: a chunk of copies at a time, then those that are kept."""
    copies = best.column("copies").to_numpy().copy()
    for members in _read(job):
        yield _repeated(members, best, copies, job.exchanged)
    several = pa.array(copies > 1)
    counts = {"place": best.column("place"), "copies": pa.array(copies)}
    yield _by_shard(best.filter(several), _choices_of(counts, len(copies)).filter(several))


def _repeated(members: pa.Table, best: pa.Table, copies: NDArray[np.int64], exchanged: Choosing) -> dict[str, pa.Table]:
    """What is said of those of some members that repeat the best; `copies` loses those that stay in all the same."""
    final = exchanged.clusters()[-1]
    kept = np.searchsorted(best.column(final).to_numpy(), members.column(final).to_numpy())
    others = pc.not_equal(members.column("id"), best.column("id").take(pa.array(kept)))
    repeating, repeated = members.filter(others), kept[others.to_numpy()]
    found, stays = _copies(repeating, best, repeated, exchanged=exchanged)
    np.subtract.at(copies, repeated[stays], 1)
    gone = pa.array(~stays)
    return _by_shard(repeating.filter(gone), found.filter(gone))


def _choices_of(given: Mapping[str, Any], rows: int) -> pa.Table:
    columns = [given.get(field.name, pa.nulls(rows, field.type)) for field in CHOICES]
    return pa.table(dict(zip(CHOICES.names, columns, strict=True)), schema=CHOICES)


def _by_shard(members: pa.Table, choices: pa.Table) -> dict[str, pa.Table]:
    """Choices by shard and block. There are fewer than 2^31 blocks in a shard."""
    blocks = members.column("place").to_numpy() // BLOCK
    numbers = members.column("shard").to_numpy().astype(np.int64) * 2**31 + blocks
    return _split(choices, numbers, lambda number: f"{number // 2**31}.{number % 2**31}")


@dataclass(frozen=True, eq=False)
class Chosen:
    """Where what was chosen of one shard is: folder and key of the files, and [batches, 3] int32 of a block, the number
    of a file, a batch in it."""

    folder: str
    key: str
    batches: NDArray[np.int32]

    def of(self, block: int) -> pa.Table:
        """What was chosen of the members in one block, by place."""
        found: list[pa.RecordBatch] = []
        mine = self.batches[self.batches[:, 0] == block]
        for number in np.unique(mine[:, 1]).tolist():
            found += exchange.numbered(part(self.folder, self.key, number), mine[mine[:, 1] == number, 2].tolist())
        return pa.Table.from_batches(found, schema=CHOICES).sort_by("place")


def part(folder: str, key: str, number: int) -> str:
    """The file of what is chosen in one partition."""
    return storage.join(folder, f"part-{number:05d}.{key}.arrow")


def located(folder: str, key: str, *, partitions: int, shards: int) -> list[Chosen]:
    """Where what was chosen of each shard is, so that it has to look into no file for that.

    This process holds 16 bytes, a few times over, for each shard in each partition: there can be ten million of them.
    """
    found = [np.empty((0, 4), np.int32)]  # [batches, 4] of shard, block, file, batch
    for number in range(partitions):
        index = exchange.index(part(folder, key, number))
        rows = [(*map(int, name.split(".")), number, batch) for name, batches in index.items() for batch in batches]
        found.append(np.array(rows, dtype=np.int32).reshape(-1, 4))
    whole = np.concatenate(found)
    whole = whole[np.argsort(whole[:, 0], kind="stable")]
    ends = np.searchsorted(whole[:, 0], np.arange(shards), side="right")
    return [Chosen(folder, key, some[:, 1:].copy()) for some in np.split(whole, ends)[:shards]]


def _copies(
    members: pa.Table, best: pa.Table, kept: NDArray[np.int64], *, exchanged: Choosing
) -> tuple[pa.Table, NDArray[np.bool_]]:
    """What is said of members that are not kept, given the place in `best` of each one's; and which stay in."""
    method = np.full(len(kept), len(exchanged.methods) - 1, dtype=np.int8)
    for number, name in reversed(list(enumerate(exchanged.clusters()))):
        method[members.column(name).to_numpy() == best.column(name).to_numpy()[kept]] = number
    names = np.array(exchanged.methods)[method]
    similarity = np.where(np.isin(names, ("exact", "url")), 1.0, np.nan)
    for name, (column, compare) in _COMPARED.items():
        rows = np.flatnonzero(names == name)
        for start in range(0, len(rows), COMPARED):
            part = rows[start : start + COMPARED]
            one, other = members.column(column).take(pa.array(part)), best.column(column).take(pa.array(kept[part]))
            there = pc.and_(one.is_valid(), other.is_valid())
            if pc.any(there).as_py():
                similarity[part[there.to_numpy()]] = compare(one.filter(there), other.filter(there))
    given = {
        "place": members.column("place"),
        "duplicate_of": best.column("id").take(pa.array(kept)),
        "method": pa.array(method),
        "similarity": pa.array(similarity, mask=np.isnan(similarity)),
    }
    stays = np.zeros(len(kept), dtype=bool)
    if "characters" in members.column_names:
        long = pc.greater(members.column("characters"), exchanged.keep.longest).fill_null(False)
        stays = long.to_numpy() & (names == "simhash")
    return _choices_of(given, len(kept)), stays


def _equal_bits(one: pa.ChunkedArray, other: pa.ChunkedArray) -> NDArray[np.float64]:
    """Share of the 64 bits that are equal, [rows]."""
    different: NDArray[np.uint8] = np.bitwise_count(one.to_numpy() ^ other.to_numpy())
    return 1.0 - different.astype(np.float64) / 64.0


def _estimated(one: pa.ChunkedArray, other: pa.ChunkedArray) -> NDArray[np.float64]:
    """Estimated Jaccard similarity of sketches, [rows]."""
    from filters.minhash_batch import estimate

    found: NDArray[np.float64] = estimate(_bytes(one), _bytes(other))
    return found


def _bytes(column: pa.ChunkedArray) -> NDArray[np.uint8]:
    """Sketches of one length as [rows, functions] uint8."""
    whole = column.combine_chunks()
    _, offsets, data = whole.buffers()
    first, last = np.frombuffer(offsets, dtype=np.int32)[[whole.offset, whole.offset + len(whole)]]
    return np.frombuffer(data, dtype=np.uint8)[first:last].reshape(len(whole), -1)


_COMPARED = {"simhash": ("simhash", _equal_bits), "minhash": ("sketch", _estimated)}
"""By method, the column from which similarity is taken, and how."""
