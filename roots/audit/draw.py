"""Draws the documents of an audit: at random within strata, so that what a filter drops rarely is looked at too.

Strata are the documents that are kept, and those that each filter dropped. What was lost while it was read, cleaned or
refused is no matter of a filter, and a copy of a kept document none of quality: they are left out, copies and
contaminated ones unless they are asked for. So are documents without text.

Which documents are drawn follows from the seed and their ids, and from nothing else: neither shards nor workers change
it. Ids are hashes, and an odd number from the seed times an id modulo 2^64 puts them into another order; the first of
each stratum are taken. Memory is that of a row group and of the documents drawn, their texts cut.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lang_params.params import LangParams
from pipelines import tables
from pipelines.verdict import CONTAMINATED, DUPLICATE, ORDER
from roots import inspect_shown, named
from roots.audit.record import KEPT, AuditError, Draw, Limits, Stratum
from roots.folders import opened
from roots.pairs import readable
from roots.why.find import Shelf, rows_of, shelves

ALSO = (DUPLICATE, CONTAMINATED)
"""What else drops documents, and may be asked for."""

FEW = 5
"""Documents of a stratum that are drawn at least, where it has them: fewer say nothing."""

LENGTH = 2_000
"""Characters of a text that a sheet shows at most: some 300 words, enough to judge what a text is."""


@dataclass(frozen=True)
class Wanted:
    """What is to be drawn: of a language, how many documents, by which seed; strata beside those of the filters;
    whether sources are drawn from whose texts may not be shown to everybody."""

    lang: str
    number: int = 200
    seed: int = 0
    also: tuple[str, ...] = ()
    hidden: bool = False


@dataclass(frozen=True)
class Place:
    """Where a document is: its shard and its row there."""

    shelf: Shelf
    row: int


@dataclass(frozen=True)
class Drawn:
    """A draw, where its documents are by id, and why the texts of some sources were left out, by uid."""

    draw: Draw
    places: Mapping[str, Place]
    reasons: Mapping[str, str]

    def order(self) -> list[str]:
        """The ids as a sheet has them: in an order that shows nothing of strata."""
        return sorted(self.draw.ids, key=lambda id: blake2b(f"{self.draw.seed} {id}".encode(), digest_size=16).digest())


@dataclass
class Standing:
    """How the documents of a language stand now: how many in each stratum, and the strata of those asked for."""

    documents: Counter[str] = field(default_factory=Counter)
    strata: dict[str, str] = field(default_factory=dict)


def draw(work: str, wanted: Wanted) -> Drawn:
    """Draw from a work folder. Raises AuditError where there is nothing to draw from, FolderError, RunError."""
    here, limits = judged(work, wanted.lang)
    reasons = {} if wanted.hidden else inspect_shown.hidden(work, sorted({shelf.shard.source for shelf in here}))
    sizes, found = Counter[str](), dict[str, list[tuple[int, str, Place]]]()
    for shelf in here:
        if shelf.shard.source in reasons:
            continue
        for name, ids, rows in _rows(work, shelf, wanted.lang, wanted.also):
            sizes[name] += len(rows)
            ranks = ranked(ids, wanted.seed)
            first = np.argsort(ranks, kind="stable")[: wanted.number]
            held = found.setdefault(name, [])
            held += [(int(ranks[at]), ids[int(at)].as_py(), Place(shelf, int(rows[at]))) for at in first]
            if len(held) > 8 * wanted.number:
                found[name] = sorted(held, key=_rank)[: wanted.number]
    if not sizes:
        raise AuditError(_nothing(work, wanted.lang, reasons))
    shares = allocate(sizes, wanted.number)
    chosen = {name: sorted(found[name], key=_rank)[: shares[name]] for name in _named(sizes)}
    strata = {name: Stratum(sizes[name], tuple(id for _, id, _ in each)) for name, each in chosen.items()}
    places = {id: place for each in chosen.values() for _, id, place in each}
    return Drawn(Draw(wanted.seed, limits, strata, tuple(sorted(reasons))), places, reasons)


def standing(work: str, lang: str, asked: frozenset[str], hidden: Sequence[str]) -> tuple[Standing, Limits]:
    """How a language's documents stand now, but for those of hidden sources; and the limits in force."""
    here, limits = judged(work, lang)
    found, wanted = Standing(), pa.array(sorted(asked), pa.string())
    for shelf in here:
        if shelf.shard.source in hidden:
            continue
        for name, ids, _ in _rows(work, shelf, lang, ALSO):
            found.documents[name] += len(ids)
            met = ids.filter(pc.is_in(ids, value_set=wanted))
            found.strata.update(dict.fromkeys(met.to_pylist(), name))
    return found, limits


def judged(work: str, lang: str) -> tuple[list[Shelf], Limits]:
    """The judged shards of a work folder that hold a language, and the limits that are in force for it there."""
    opened(work)
    everything_ = [shelf for shelf in shelves(work) if shelf.judged is not None]
    if not everything_:
        raise AuditError(f"{work}: nothing is judged there; roots build, dedup and filter write verdicts")
    here = [shelf for shelf in everything_ if any(row[0] == lang for row in _says(shelf)["counts"])]
    if not here:
        there = sorted({row[0] for shelf in everything_ for row in _says(shelf)["counts"] if row[0]})
        raise AuditError(f"{work}: holds no document in {_both(lang)}; there are: {', '.join(there)}")
    if not all(lang in _says(shelf).get("limits", {}) for shelf in here):
        raise AuditError(
            f"{work}: its ledgers do not say which limits were in force for {_both(lang)}; give the command that wrote "
            f"them again (roots build RECIPE.toml --work {work}), which judges anew"
        )
    return here, _says(here[0])["limits"][lang]


def _says(shelf: Shelf) -> Mapping[str, Any]:
    return shelf.judged or {}


def _both(lang: str) -> str:
    return named.both(lang, named.languages())


def _nothing(work: str, lang: str, reasons: Mapping[str, str]) -> str:
    said = f"{work}: no document in {_both(lang)} is kept or dropped by a filter"
    if not reasons:
        return said
    why = "; ".join(f"{uid}: {reason}" for uid, reason in sorted(reasons.items()))
    return f"{said} but in sources whose texts are not shown ({why}); for a speaker who may see them give --hidden"


def _rows(work: str, shelf: Shelf, lang: str, also: Sequence[str]) -> Iterator[tuple[str, pa.Array, NDArray[np.int64]]]:
    """Documents of a language in one shard by stratum: its name, their ids, their rows; some at a time."""
    names, first = pa.array([*ORDER, *also], pa.string()), 0
    columns = (shelf.path("measures"), ["id", "lang", "bytes"]), (str(shelf.ledger), ["dropped_by"])
    with readable(work):
        for measures, ledger in tables.together(*columns):
            here = pc.and_(pc.equal(measures.column("lang"), lang), pc.greater(measures.column("bytes"), 0))
            mine = np.flatnonzero(pc.fill_null(here, fill_value=False).to_numpy(zero_copy_only=False))
            ids = measures.column("id").take(pa.array(mine))
            causes = ledger.column("dropped_by").take(pa.array(mine))
            places = pc.index_in(causes, value_set=names).fill_null(-1).to_numpy(zero_copy_only=False)
            places = np.where(causes.is_null().to_numpy(zero_copy_only=False), len(names), places)
            for place in np.unique(places[places >= 0]).tolist():
                at = np.flatnonzero(places == place)
                yield (KEPT if place == len(names) else names[place].as_py()), ids.take(pa.array(at)), first + mine[at]
            first += len(measures)


def ranked(ids: pa.Array, seed: int) -> NDArray[np.uint64]:
    """The rank of each id under a seed, [ids] uint64: the first eight of its bytes times an odd number.

    >>> ranked(pa.array(["0" * 15 + "2" + "f" * 16, "0" * 32]), 7).tolist()
    [14888952687716540166, 0]
    """
    odd = int.from_bytes(blake2b(str(seed).encode(), digest_size=8).digest()) | 1
    numbers = np.frombuffer(bytes.fromhex("".join(ids.to_pylist())), ">u8").reshape(-1, 2)[:, 0]
    return numbers.astype(np.uint64) * np.uint64(odd)


def _rank(held: tuple[int, str, Place]) -> tuple[int, str]:
    return held[:2]


def _named(sizes: Mapping[str, int]) -> list[str]:
    """The strata that there are, in one order."""
    return [name for name in (KEPT, *ORDER, *ALSO) if sizes.get(name)]


def allocate(sizes: Mapping[str, int], number: int) -> dict[str, int]:
    """How many documents of each stratum are drawn: all where there are not more than asked for, else half of the kept.

    Bad documents among the kept are rare and each stands for many, so that recall is known no better than they are. The
    other half is shared among what filters dropped by the square root of their sizes (Bankier 1988, Power allocations,
    The American Statistician 42), between as many of each, which suits the single filter, and as many as there are,
    which suits them all together; at least FEW of each.

    >>> allocate({"kept": 9000, "stopwords": 400, "language_id": 100, "number_words": 3}, 60)
    {'kept': 30, 'stopwords': 18, 'language_id': 9, 'number_words': 3}
    """
    if sum(sizes.values()) <= number:
        return dict(sizes)
    others = {name: size for name, size in sizes.items() if name != KEPT}
    kept = min(sizes.get(KEPT, 0), max(number - number // 2, number - sum(others.values())))
    return {KEPT: kept, **_shared(others, number - kept)} if KEPT in sizes else _shared(others, number)


def _shared(sizes: Mapping[str, int], number: int) -> dict[str, int]:
    """So many documents shared among strata by the square roots of their sizes, none given more than it has."""
    given = {name: min(size, FEW, number // len(sizes)) for name, size in sizes.items()}
    left = min(number, sum(sizes.values())) - sum(given.values())
    for _ in range(left):
        # The next goes to whom the most is owed, as with seats by highest quotients.
        owed = [name for name, size in sizes.items() if given[name] < size]
        given[max(owed, key=lambda name: (math.sqrt(sizes[name]) / (given[name] + 0.5), name))] += 1
    return given


def texts(drawn: Drawn, params: LangParams) -> dict[str, str]:
    """The beginnings of the stored texts, by id, as a speaker may see them (`roots.inspect_shown`), with line ends."""
    found: dict[str, str] = {}
    shelves_: dict[str, list[tuple[str, Place]]] = {}
    for id, place in sorted(drawn.places.items(), key=lambda each: each[1].row):
        shelves_.setdefault(place.shelf.path("documents"), []).append((id, place))
    for documents, mine in sorted(shelves_.items()):
        shelf, rows = mine[0][1].shelf, [place.row for _, place in mine]
        with readable(shelf.work):
            stored = [row["text"] for row in rows_of(documents, rows, ["text"])]
            spans = [row["pii"] or () for row in rows_of(shelf.path("measures"), rows, ["pii"])]
        shown = inspect_shown.texts(stored, spans, params, LENGTH)
        # A carriage return stands there as a code by now; in a sheet it is the end of a line.
        ends = (text.replace("\\x0d\n", "\n").replace("\\x0d", "\n") for text in shown)
        found.update(zip((id for id, _ in mine), ends, strict=True))
    return found
