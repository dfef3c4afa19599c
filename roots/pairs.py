"""Pairs of a copy and the document that was kept in its place, drawn from the ledgers of a work folder by similarity.

Pairs are drawn first, from columns of the ledgers; then the ids of the kept documents are looked up, and only then are
texts read, of the pairs that are shown and of no other. Memory is that of one row group, however large the corpus.

Ids are hashes of where a document was read from, so the ids that follow a point that a seed gives, in the order of the
alphabet and round its end, are a sample that neither shards nor workers can change. Of a cluster one pair of each band
is drawn.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines import storage, tables
from pipelines.run import RunError
from pipelines.shards import Shard, shards_of
from pipelines.texts import stored
from roots.differences import Side, side_by_side
from roots.folders import FolderError, manifests, opened

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BANDS = 20
"""How many bands of similarity there are from 0 to 1, each 0.05 wide; what is 1 stands apart."""

AT_ONCE = 100_000
"""Copies among which pairs are drawn at once: some 20 MB."""

TOGETHER = 4
"""Pairs whose texts are held together: 8 documents of at most 16 MiB."""

UNKNOWN = -1
"""In the place of a band, where no similarity is known."""


@dataclass(frozen=True)
class Wanted:
    """Which pairs: copies in a language, of a source, found by a method; around a similarity, else of all bands alike;
    how many at most; the seed by which they are drawn."""

    lang: str | None = None
    source: str | None = None
    method: str | None = None
    around: float | None = None
    number: int = 10
    seed: int = 0


@dataclass(frozen=True)
class Document:
    """One of a pair, and what is shown of its stored text; `lang` is None where it is not known."""

    id: str
    source: str
    lang: str | None
    side: Side


@dataclass(frozen=True)
class Pair:
    """A copy, the document that was kept in its place, and how alike they are, in [0, 1]; None where it is not known.

    `copies` is the number of documents of the cluster that passed the filters, the kept one included.
    """

    method: str | None
    similarity: float | None
    copies: int | None
    copy: Document
    kept: Document


@dataclass(frozen=True)
class Found:
    """The pairs, the least similar first; how many copies there are in each band of similarity; how many documents;
    by what the one that is kept was chosen, None where the folder does not say."""

    pairs: Sequence[Pair]
    bands: Mapping[int, int] = field(default_factory=dict)
    documents: int = 0
    keep: Sequence[str] | None = None

    @property
    def copies(self) -> int:
        """How many copies there are of what was asked for."""
        return sum(self.bands.values())


@dataclass(frozen=True)
class Place:
    """Where a document is: its shard, and its row in it."""

    shard: int
    row: int


@dataclass(frozen=True)
class Kept:
    """Where a kept document is, the number of copies of it, itself included, and its language."""

    place: Place
    copies: int | None
    lang: str | None


@dataclass(frozen=True)
class Judged:
    """A shard and the path of its ledger."""

    shard: Shard
    ledger: str


_DRAWN = pa.schema(
    [
        ("rank", pa.float64()),
        ("past", pa.bool_()),
        ("id", pa.string()),
        ("duplicate_of", pa.string()),
        ("method", pa.string()),
        ("similarity", pa.float64()),
        ("lang", pa.string()),
        ("shard", pa.int64()),
        ("row", pa.int64()),
    ]
)
"""Copies that may be shown. `rank` is the band, or the distance from the similarity that is asked for; `past` is
whether the id stands before the point that the seed gives, and so comes after the others."""


def pairs(work: str, wanted: Wanted) -> Found:
    """Draw pairs from a work folder. Raises FolderError where no copies were looked for."""
    judged, said = _judged(work)
    if wanted.source is not None and wanted.source not in {each.shard.source for each in judged}:
        there = ", ".join(dict.fromkeys(each.shard.source for each in judged))
        raise FolderError(f"{work}: no source {wanted.source!r}; there are: {there}")
    drawn, bands = [_DRAWN.empty_table()], Counter[int]()
    for number, each in enumerate(judged):
        if wanted.source in (None, each.shard.source):
            for some in _copies(work, number, each, wanted):
                bands.update(_bands(some.column("similarity")).tolist())
                drawn.append(some)
                if sum(map(len, drawn)) >= AT_ONCE:
                    drawn = [_first(pa.concat_tables(drawn), wanted)]
    chosen = _spread(_first(pa.concat_tables(drawn), wanted), wanted).to_pylist()
    documents = sum(each.shard.rows for each in judged)
    return Found(_read(work, judged, chosen), dict(sorted(bands.items())), documents, said)


@contextmanager
def readable(work: str) -> Iterator[None]:
    """While tables of a work folder are read: RunError where one of them is damaged."""
    try:
        yield
    except pa.ArrowInvalid as error:
        why = str(error).splitlines()[0]
        raise RunError(f"{work}: a table is damaged ({why}); `roots verify {work}` names it") from None


def dedup_command(work: str) -> str:
    """The command that looks for copies, for a message."""
    return f"`roots dedup RECIPE.toml --work {work}` looks for them"


def shards(work: str) -> list[Shard]:
    """The curated shards of a work folder."""
    opened(work)
    return shards_of([found for source in storage.names(work) for found in manifests(work, source, "documents")])


def clusters(work: str) -> tuple[str, Mapping[str, Any]]:
    """The path of a folder's table of clusters, and what its manifest says. Raises FolderError where there is none."""
    opened(work)
    folder = storage.join(work, "dedup", "clusters")
    for name in storage.names(folder):
        manifest = storage.read_json(storage.join(folder, name)) if name.endswith(".json") else None
        if manifest is not None:
            return storage.join(folder, manifest["files"][0]["file"]), manifest
    raise FolderError(f"{work}: no copies were looked for in this folder; {dedup_command(work)}")


def _judged(work: str) -> tuple[list[Judged], Sequence[str] | None]:
    """The shards with their ledgers, and by what of a cluster one is kept."""
    clusters(work)
    curated = {(shard.source, shard.stem): shard for shard in shards(work)}
    found, keep = [], None
    for source in sorted({source for source, _ in curated}):
        for manifest in manifests(work, source, "ledger"):
            name = manifest["files"][0]["file"]
            shard = curated.get((source, name.removesuffix(".parquet").rpartition(".")[0]))
            if shard is not None:
                found.append(Judged(shard, storage.join(work, source, "ledger", name)))
                keep = manifest.get("keep", keep)
    if not found:
        raise FolderError(f"{work}: nothing is judged in this folder; {dedup_command(work)}")
    return sorted(found, key=lambda each: each.shard.first), keep


def _copies(work: str, number: int, judged: Judged, wanted: Wanted) -> Iterator[pa.Table]:
    """The copies of one shard that are asked for, as _DRAWN, some at a time."""
    first = 0
    # The seed as a point among ids.
    start = blake2b(str(wanted.seed).encode(), digest_size=16).hexdigest()
    columns = ["id", "duplicate_of", "method", "similarity"]
    measures = judged.shard.path(work, "measures")
    for ledger, measured in tables.together((judged.ledger, columns), (measures, ["lang"])):
        rows = pa.table({name: ledger.column(name) for name in columns} | {"lang": measured.column("lang")})
        rows = rows.append_column("row", pa.array(np.arange(first, first + rows.num_rows)))
        first += rows.num_rows
        rows = rows.filter(pc.is_valid(rows.column("duplicate_of")))
        for name, value in (("method", wanted.method), ("lang", wanted.lang)):
            rows = rows if value is None else rows.filter(pc.equal(rows.column(name), value))
        if rows.num_rows:
            rows = rows.append_column("rank", pa.array(_ranks(rows.column("similarity"), wanted.around)))
            rows = rows.append_column("past", pc.less(rows.column("id"), start))
            rows = rows.append_column("shard", pa.array(np.full(rows.num_rows, number)))
            yield rows.select(_DRAWN.names)


def _bands(similarity: pa.ChunkedArray) -> Ints:
    """The band of each similarity: 0 from 0 on, 19 from 0.95 on, 20 for 1; UNKNOWN for null."""
    values = _values(similarity)
    # A similarity such as 0.15 is a little less than three twentieths as it is held.
    bands: Ints = np.floor(np.nan_to_num(values) * BANDS + 1e-9).astype(np.int64)
    bands[np.isnan(values)] = UNKNOWN
    return bands


def _ranks(similarity: pa.ChunkedArray, around: float | None) -> Floats:
    """By what pairs are ordered before their ids: the band, or how far the similarity is from the one asked for."""
    if around is None:
        return _bands(similarity).astype(np.float64)
    return np.nan_to_num(np.abs(_values(similarity) - around), nan=np.inf)


def _values(similarity: pa.ChunkedArray) -> Floats:
    values: Floats = similarity.fill_null(np.nan).to_numpy()
    return values


def _first(drawn: pa.Table, wanted: Wanted) -> pa.Table:
    """The first pairs of each band, or of all where a similarity is asked for: one of each cluster, as many as are
    wanted."""
    keys = [(name, "ascending") for name in ("rank", "past", "id")]
    ordered = drawn.sort_by(keys)
    banded = wanted.around is None
    by = pa.table(
        {
            "band": ordered.column("rank") if banded else pa.nulls(len(ordered), pa.float64()),
            "cluster": ordered.column("duplicate_of"),
            "place": pa.array(np.arange(len(ordered))),
        }
    )
    once = by.group_by(["band", "cluster"]).aggregate([("place", "min")]).sort_by("place_min")
    bands = once.column("band").fill_null(0.0).to_numpy()
    starts = np.searchsorted(bands, bands, side="left")
    few = once.column("place_min").to_numpy()[np.arange(len(bands)) - starts < wanted.number]
    return ordered.take(pa.array(few))


def _spread(drawn: pa.Table, wanted: Wanted) -> pa.Table:
    """As many pairs as are wanted, the least similar first: one of each band in turn from the lowest up, or the
    nearest."""
    chosen = np.arange(min(wanted.number, len(drawn)))
    if wanted.around is None:
        bands = drawn.column("rank").to_numpy()
        turn = np.arange(len(bands)) - np.searchsorted(bands, bands, side="left")
        chosen = np.lexsort((bands, turn))[: wanted.number]
    keys = [(name, "ascending") for name in ("similarity", "past", "id")]
    return drawn.take(pa.array(chosen)).sort_by(keys)


def _read(work: str, judged: Sequence[Judged], chosen: Sequence[Mapping[str, Any]]) -> list[Pair]:
    """The pairs with what is shown of their texts."""
    kept = _places(work, judged, {row["duplicate_of"] for row in chosen})
    if missing := sorted({row["duplicate_of"] for row in chosen}.difference(kept)):
        raise FolderError(f"{work}: a ledger names {missing[0]}, which is not there; {dedup_command(work)} anew")
    found = []
    for first in range(0, len(chosen), TOGETHER):
        rows = chosen[first : first + TOGETHER]
        copies = [Place(row["shard"], row["row"]) for row in rows]
        texts = _texts(work, judged, {*copies, *(kept[row["duplicate_of"]].place for row in rows)})
        for row, place in zip(rows, copies, strict=True):
            other = kept[row["duplicate_of"]]
            sides = side_by_side(texts[place], texts[other.place])
            one = Document(row["id"], judged[place.shard].shard.source, row["lang"], sides[0])
            two = Document(row["duplicate_of"], judged[other.place.shard].shard.source, other.lang, sides[1])
            found.append(Pair(row["method"], row["similarity"], other.copies, one, two))
    return found


def _places(work: str, judged: Sequence[Judged], ids: set[str]) -> dict[str, Kept]:
    """Kept documents by id; of texts nothing is read."""
    found: dict[str, Kept] = {}
    wanted = pa.array(sorted(ids), pa.string())
    for number, each in enumerate(judged):
        first = 0
        measures = each.shard.path(work, "measures")
        for ledger, measured in tables.together((each.ledger, ["id", "copies"]), (measures, ["lang"])):
            for row in np.flatnonzero(pc.is_in(ledger.column("id"), value_set=wanted).to_numpy(zero_copy_only=False)):
                id, copies = (ledger.column(name)[row].as_py() for name in ("id", "copies"))
                found[id] = Kept(Place(number, first + int(row)), copies, measured.column("lang")[row].as_py())
            first += ledger.num_rows
            if len(found) == len(ids):
                return found
    return found


def _texts(work: str, judged: Sequence[Judged], places: set[Place]) -> dict[Place, str]:
    """The stored texts of some documents."""
    found: dict[Place, str] = {}
    for number in sorted({place.shard for place in places}):
        rows = np.array(sorted(place.row for place in places if place.shard == number), dtype=np.int64)
        for some, texts in stored(work, judged[number].shard, rows):
            for row, text in zip(some.tolist(), texts.to_pylist(), strict=True):
                found[Place(number, row)] = text
    return found
