"""The documents that a filter kept or dropped by the least: found in measures and ledgers, without reading a text.

They show where the line of a filter runs better than others do, and which ones they are follows from the measures
alone: the value nearest to the limit, then the lowest id.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lang_params.params import LangParams
from pipelines.verdict import ORDER

MEASURES = ("id", "lang", "lang_identified", *ORDER)
"""What is read of the measures."""

LEDGER = ("dropped_by", "cuts")
"""What is read of the ledger."""

ELSEWHERE = 2.0
"""The distance of a document that was found to be in another language: further than any score of an identifier, which
are in [0, 1], is from a limit."""

Limits = Mapping[str, Mapping[str, tuple[float | None, float | None]]]
"""The ends of the interval of each filter that is applied, by language and filter."""


class Near(NamedTuple):
    """A document near a limit: the language, the filter, whether it was kept, how far from the limit, its id, its row
    in the shard, the value, and the language that it was identified as."""

    lang: str
    filter: str
    kept: bool
    distance: float
    id: str
    row: int
    value: float
    identified: str | None


@dataclass(frozen=True)
class Candidate:
    """A document near a limit, and the path of the documents of its shard."""

    near: Near
    documents: str
    measures: str


def limits(languages: Mapping[str, LangParams]) -> dict[str, dict[str, tuple[float | None, float | None]]]:
    """The intervals of the filters that are applied, by language, for a task.

    >>> from lang_params.params import load
    >>> limits({"yo": load("yo")})["yo"]["number_words"]
    (10, 100000)
    """
    return {
        code: {
            name: (params.filters[name].min, params.filters[name].max)
            for name in ORDER
            if name not in params.not_applied()
        }
        for code, params in languages.items()
    }


def nearest(measures: pa.RecordBatch, ledger: pa.RecordBatch, limits: Limits, first: int) -> Iterator[Near]:
    """Of some rows, the nearest document to each limit on each side, by language; `first` is the place of the first.

    Kept documents of which passages were cut are left out, for their stored text is not the one in the corpus.
    """
    dropped = ledger.column("dropped_by")
    whole = pc.and_(pc.is_null(dropped), pc.is_null(ledger.column("cuts")))
    langs = measures.column("lang")
    for lang in langs.unique().to_pylist():
        here = pc.fill_null(pc.equal(langs, lang), False) if lang in limits else None
        for name, ends in limits[lang].items() if here is not None else ():
            values = measures.column(name).cast(pa.float64())
            distances = _distances(values, ends)
            if name == "language_id":
                other = pc.fill_null(pc.not_equal(measures.column("lang_identified"), lang), True)
                distances = np.where(_flags(other), ELSEWHERE, distances)
            for kept, chosen in ((True, whole), (False, pc.fill_null(pc.equal(dropped, name), False))):
                rows = np.flatnonzero(_flags(pc.and_(here, chosen)) & ~np.isnan(distances))
                if len(rows):
                    row = _first(rows, distances, measures.column("id"))
                    found = (float(distances[row]), measures.column("id")[row].as_py(), first + row)
                    identified = measures.column("lang_identified")[row].as_py()
                    yield Near(lang, name, kept, *found, values[row].as_py(), identified)


def best(found: Iterable[Near]) -> list[Near]:
    """The nearest of each language, filter and side, in their order."""
    chosen: dict[tuple[str, str, bool], Near] = {}
    for near in found:
        before = chosen.get(near[:3])
        if before is None or near < before:
            chosen[near[:3]] = near
    return [chosen[key] for key in sorted(chosen)]


def of_source(candidates: Iterable[Candidate], dropped: Mapping[tuple[str, str], int]) -> list[Candidate]:
    """Of the candidates of a source those that its card shows: by filter, of the language in which it dropped most.

    `dropped` counts documents by language and filter; of equals the first language by code is taken.
    """
    found = list(candidates)
    wanted: dict[str, str] = {}
    for each in sorted(found, key=lambda each: (-dropped.get(each.near[:2], 0), each.near.lang)):
        if not each.near.kept:
            wanted.setdefault(each.near.filter, each.near.lang)
    return of_languages(each for each in found if wanted.get(each.near.filter) == each.near.lang)


def of_languages(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The nearest of each language, filter and side, of filters that dropped something there."""
    chosen: dict[tuple[str, str, bool], Candidate] = {}
    for each in candidates:
        key = each.near[:3]
        if key not in chosen or each.near < chosen[key].near:
            chosen[key] = each
    return [chosen[key] for key in sorted(chosen) if (*key[:2], False) in chosen]


def _distances(values: pa.Array, ends: tuple[float | None, float | None]) -> NDArray[np.float64]:
    """How far each value is from the nearer end, [rows] float64; NaN where there is no value or no end."""
    plain: NDArray[np.float64] = values.to_numpy(zero_copy_only=False)
    gaps = [np.abs(plain - end) for end in ends if end is not None]
    return np.minimum.reduce(gaps) if gaps else np.full(len(plain), np.nan)


def _first(rows: NDArray[np.int64], distances: NDArray[np.float64], ids: pa.Array) -> int:
    """The row that is nearest; among equals the one with the lowest id."""
    near = rows[distances[rows] == distances[rows].min()]
    return int(min(near, key=lambda row: ids[int(row)].as_py()))


def _flags(values: Any) -> NDArray[np.bool_]:
    flags: NDArray[np.bool_] = values.to_numpy(zero_copy_only=False)
    return flags
