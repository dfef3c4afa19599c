"""A sample of the documents of one language, the same for everybody who gives its seed, and the texts of it.

Ids are hashes of where a document was read from, so those that follow a point that a seed gives, in the order of the
alphabet and round its end, are a sample that neither shards nor workers can change (as in `roots.pairs`). A document
counts that limits decide about: one that was read, cleaned and redacted, and that the policy does not refuse.

Memory: n + 100,000 rows without their texts, some 30 MB at n = 15,000, and one row group of each table.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from filters.table import Profile
from pipelines import storage
from pipelines.shards import Shard, shards_of
from roots.folders import FolderError, manifests, opened

if TYPE_CHECKING:
    import pyarrow as pa

AT_ONCE = 100_000
"""Documents among which is drawn at once."""

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Draw:
    """How many documents are drawn at most, by which seed; of which source, and with which signal (None: of all); of
    which sources none is.

    15,000 and 42 are those of the application with which ROOTS was tuned.
    """

    n: int = 15_000
    seed: int = 42
    source: str | None = None
    signal: str | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judged:
    """A shard, the path of its ledger, and how many documents of the language that is asked for it holds."""

    shard: Shard
    ledger: str
    documents: int


@dataclass(frozen=True)
class Sample:
    """The documents that were drawn, and of how many. `rows` has columns id, source, shard, row and those asked for of
    the measures, in the order of shards and rows."""

    work: str
    lang: str
    documents: int
    shards: tuple[Judged, ...]
    rows: "pa.Table"

    def __len__(self) -> int:
        return int(self.rows.num_rows)

    def said(self) -> str:
        """How many of how many documents these are."""
        if len(self) == self.documents:
            return f"all {self.documents:,} documents"
        return f"a sample of {len(self):,} of {self.documents:,} documents"

    def texts(self) -> Iterator[tuple[Rows, "pa.Array"]]:
        """The stored texts with their places in `rows`, some megabytes at a time; row groups without any are not read.

        Raises RunError naming a table that is missing or damaged.
        """
        from pipelines.texts import stored

        shards = self.rows.column("shard").to_numpy()
        rows = self.rows.column("row").to_numpy()
        for number in np.unique(shards):
            first = int(np.searchsorted(shards, number))
            wanted = rows[shards == number]
            for some, texts in stored(self.work, self.shards[int(number)].shard, wanted):
                yield first + np.searchsorted(wanted, some), texts


def sample(work: str, lang: str, draw: Draw, columns: tuple[str, ...] = ()) -> Sample:
    """Draw documents of a language from a work folder, with these columns of their measures.

    Raises FolderError for a folder that is not judged or holds no such document.
    """
    import pyarrow as pa

    if draw.n < 1:
        raise FolderError(f"n = {draw.n}: a sample has 1 document or more")
    shards = tuple(
        each
        for each in judged(work, lang)
        if each.documents and draw.source in (None, each.shard.source) and each.shard.source not in draw.without
    )
    documents, held, some = 0, [], 0
    worst: tuple[bool, str] | None = None
    start = _start(draw.seed)
    for number, each in enumerate(shards):
        for found in _eligible((work, each), lang, draw.signal, columns):
            documents += found.num_rows
            held.append(_ranked(found, number, start, worst))
            some += held[-1].num_rows
            if some >= draw.n + AT_ONCE:
                held = [_first(held, draw.n)]
                some = held[0].num_rows
                worst = (held[0].column("past")[-1].as_py(), held[0].column("id")[-1].as_py())
    if not documents:
        of = "" if draw.source is None else f" of {draw.source}"
        of += "" if not draw.without else f", {', '.join(draw.without)} left out,"
        said = "" if draw.signal is None else f" with {draw.signal!r}"
        raise FolderError(f"{work}: holds no document in {lang}{of}{said} that limits decide about")
    rows = _first(held, draw.n).sort_by([("shard", "ascending"), ("row", "ascending")])
    sources = pa.array([each.shard.source for each in shards]).take(rows.column("shard").combine_chunks())
    return Sample(work, lang, documents, shards, rows.drop_columns(["past"]).append_column("source", sources))


def judged(work: str, lang: str) -> list[Judged]:
    """The shards of a work folder with their ledgers, in their order. Raises FolderError where nothing is judged."""
    opened(work)
    names = storage.names(work)
    curated = [found for source in names for found in manifests(work, source, "documents")]
    shards = {(shard.source, shard.stem): shard for shard in shards_of(curated)}
    found = []
    for source in sorted({source for source, _ in shards}):
        for manifest in manifests(work, source, "ledger"):
            name = manifest["files"][0]["file"]
            shard = shards.get((source, name.removesuffix(".parquet").rpartition(".")[0]))
            if shard is not None:
                documents = sum(row[2] for row in manifest["counts"] if row[0] == lang)
                found.append(Judged(shard, storage.join(work, source, "ledger", name), documents))
    if not found:
        raise FolderError(f"{work}: nothing is judged in this folder; give the folder of a build or of roots filter")
    return sorted(found, key=lambda each: each.shard.first)


def _eligible(
    place: tuple[str, Judged], lang: str, signal: str | None, columns: tuple[str, ...]
) -> Iterator["pa.Table"]:
    """The documents of a language in a shard that limits decide about: row, id and columns of the measures."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from pipelines import tables
    from pipelines.ledger import TOO_SMALL
    from pipelines.verdict import POLICY

    first = 0
    work, each = place
    wanted = ["id", "lang", "lost", "signals", *columns]
    paths = ((each.shard.path(work, "measures"), wanted), (each.ledger, ["dropped_by"]))
    for measures, ledger in tables.together(*paths):
        cause = ledger.column("dropped_by")
        refused = pc.and_(pc.starts_with(cause, POLICY), pc.not_equal(cause, TOO_SMALL))
        inside = pc.and_(pc.is_null(measures.column("lost")), pc.invert(pc.fill_null(refused, False)))
        inside = pc.and_(inside, pc.fill_null(pc.equal(measures.column("lang"), lang), False))
        if signal is not None:
            inside = pc.and_(inside, pa.array(_with(measures.column("signals"), signal)))
        rows = pa.array(np.arange(first, first + measures.num_rows))
        found = pa.table({"row": rows} | {name: measures.column(name) for name in ("id", *columns)})
        first += measures.num_rows
        yield found.filter(inside)


def _with(signals: "pa.Array", signal: str) -> NDArray[np.bool_]:
    """Which documents say a signal, [rows] bool."""
    import pyarrow.compute as pc

    found = np.zeros(len(signals), dtype=bool)
    hits = pc.equal(pc.list_flatten(signals), signal).to_numpy(zero_copy_only=False)
    found[pc.list_parent_indices(signals).to_numpy()[hits.astype(bool)]] = True
    return found


def _start(seed: int) -> str:
    """A seed as a point among ids."""
    return blake2b(str(seed).encode(), digest_size=16).hexdigest()


def _ranked(found: "pa.Table", number: int, start: str, worst: tuple[bool, str] | None) -> "pa.Table":
    """Documents with what they are ordered by, without those that come after the last that can be drawn."""
    import pyarrow as pa
    import pyarrow.compute as pc

    found = found.append_column("past", pc.less(found.column("id"), start))
    found = found.append_column("shard", pa.array(np.full(found.num_rows, number)))
    if worst is None:
        return found
    past, id_ = worst
    nearer = pc.and_(pc.equal(found.column("past"), past), pc.less(found.column("id"), id_))
    return found.filter(pc.or_(nearer, pc.invert(found.column("past"))) if past else nearer)


def _first(held: list["pa.Table"], n: int) -> Any:
    """The first n of some documents, in their order."""
    import pyarrow as pa

    return pa.concat_tables(held).sort_by([("past", "ascending"), ("id", "ascending")]).slice(0, n)


def profile(work: str) -> Profile:
    """The profile that a work folder was measured with. Raises FolderError where it holds no documents."""
    opened(work)
    for source in storage.names(work):
        for manifest in manifests(work, source, "documents"):
            found: Profile = manifest["profile"]
            return found
    raise FolderError(f"{work}: holds no documents; give the folder of a build or of roots filter")
