"""The verdict: a pure function of measures, parameters of each language, a policy's refusals, contamination and copies.

A document is dropped by the first of these that applies: what was removed, or lost while it was read, cleaned or
redacted, what the policy refuses, a language that the corpus does not have, the filters in ROOTS's order, a benchmark
that it holds, the size of its source, another copy of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from filters.table import FILTERS
from lang_params.params import LangParams

ORDER = tuple(filter_.name for filter_ in FILTERS if filter_.kind == "measures")
"""The filters in the order in which the original applied them; the first that fails is named."""

POLICY = "policy:"
"""What the cause of a refused document begins with; then comes the signal, or the key of the policy."""

CONTAMINATED = "contaminated"
"""What drops a document that holds an item of a benchmark."""

DUPLICATE = "duplicate"
"""What drops a document that repeats another."""

Names = np.ndarray[Any, np.dtype[np.object_]]


@dataclass(frozen=True)
class Refusals:
    """What a policy refuses of documents: signals (exact, or patterns with `*`, `?` and `[...]`), an OSCAR harmful
    perplexity below a bound, and the documents of a source of which fewer bytes than a bound pass all this and the
    filters."""

    signals: tuple[str, ...] = ()
    harmful_perplexity: float | None = None
    smallest_source: int | None = None

    def columns(self) -> tuple[str, ...]:
        """The columns of the measures that are read for it beside those of the filters."""
        signals = ("signals",) if self.signals else ()
        return signals if self.harmful_perplexity is None else (*signals, "harmful_perplexity")


NOTHING_REFUSED = Refusals()


@dataclass(frozen=True, eq=False)
class Limits:
    """The limits of all languages beside each other; `codes` are the languages, sorted.

    `least` and `most` hold the bounds of each filter by language, [languages + 1] float64: infinite where there is no
    bound or the filter is not applied, and at the end, for any other language. So is `checked`, [languages + 1] bool:
    whether language_id is applied. Counts of words are exact in float64 up to 2^53.
    """

    codes: tuple[str, ...]
    least: Mapping[str, NDArray[np.float64]]
    most: Mapping[str, NDArray[np.float64]]
    checked: NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Causes:
    """What drops each of some documents: `places`, [rows] int32, of the causes in `names`; the first of these is None:
    nothing does."""

    places: NDArray[np.int32]
    names: tuple[str | None, ...] = (None,)

    @property
    def passed(self) -> NDArray[np.bool_]:
        """Which documents nothing drops, [rows] bool."""
        found: NDArray[np.bool_] = self.places == 0
        return found

    def over(self, others: "Causes") -> "Causes":
        """The same; a document that none of these drops has the cause that others name."""
        known = {name: place for place, name in enumerate(self.names)}
        moved = [known.setdefault(name, len(known)) for name in others.names]
        there = np.array(moved, np.int32)[others.places]
        return Causes(np.where(self.passed, there, self.places), tuple(known))

    def column(self) -> pa.Array:
        """The causes as a column of strings, null where nothing drops a document."""
        return pa.array(self.names, pa.string()).take(pa.array(self.places))


def dropping(cause: str, rows: NDArray[np.bool_]) -> Causes:
    """One cause that drops some documents, [rows] bool."""
    return Causes(rows.astype(np.int32), (None, cause))


def limits_of(languages: Mapping[str, LangParams]) -> Limits:
    """The limits of these languages, as `decided` takes them."""
    codes = tuple(sorted(languages))
    said = [languages[code].judging() for code in codes]
    bounds: dict[str, dict[str, NDArray[np.float64]]] = {}
    for key, free in (("min", -np.inf), ("max", np.inf)):
        bounds[key] = {name: np.array([*(_bound(each[name], key, free) for each in said), free]) for name in ORDER}
    checked = [*(each["language_id"]["applied"] for each in said), False]
    return Limits(codes, bounds["min"], bounds["max"], np.array(checked, bool))


def _bound(said: Mapping[str, Any], key: str, free: float) -> float:
    return free if not said["applied"] or said[key] is None else float(said[key])


def filtered(measures: pa.Table, languages: Mapping[str, LangParams], refusals: Refusals = NOTHING_REFUSED) -> Names:
    """What policy and filters say of each document: the name of what drops it, or None, [rows] object."""
    return _names(decided(measures, limits_of(languages), refusals))


def decided(measures: pa.Table, limits: Limits, refusals: Refusals = NOTHING_REFUSED) -> Causes:
    """What policy and filters say of each document.

    A measure that was not taken, or a filter that is not applied in a language, drops nothing. A document in a
    language that the corpus does not have, or identified as another than its own, is dropped by language_id.
    """
    lost = _named(measures.column("lost").combine_chunks())
    return lost.over(_refused(measures, refusals)).over(_filtered(measures, limits))


def _filtered(measures: pa.Table, limits: Limits) -> Causes:
    """What the filters say. They are gone through from the last to the first, so that the first that fails stays."""
    lang = _places(measures.column("lang"), limits.codes)
    places = np.zeros(len(lang), np.int32)
    for place, name in reversed(list(enumerate(ORDER, start=1))):
        column = measures.column(name)
        if column.null_count < len(column):
            values = column.to_numpy(zero_copy_only=False)  # a null is NaN, which no bound excludes
            places[outside(values, limits.least[name][lang], limits.most[name][lang])] = place
        if name == "language_id":
            identified = _places(measures.column("lang_identified"), limits.codes)
            places[limits.checked[lang] & (identified != lang)] = place
    places[lang == len(limits.codes)] = 1 + ORDER.index("language_id")
    return Causes(places, (None, *ORDER))


def outside(
    values: NDArray[np.float64], least: float | NDArray[np.float64], most: float | NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Which values a filter drops, [rows] bool: those below the least or above the most that it keeps, each one number
    or [rows] float64, infinite where there is no bound. NaN, a measure that was not taken, is never dropped."""
    found: NDArray[np.bool_] = (values < least) | (values > most)
    return found


def _places(column: pa.ChunkedArray, codes: Sequence[str]) -> NDArray[np.intp]:
    """The place of each document's language among these, [rows]; for any other, and for none, the number of these."""
    encoded = column.combine_chunks().dictionary_encode()
    known = {code: place for place, code in enumerate(codes)}
    places = [known.get(code, len(codes)) for code in encoded.dictionary.to_pylist()]
    known_places: NDArray[np.intp] = np.array([*places, len(codes)])[encoded.indices.fill_null(len(places)).to_numpy()]
    return known_places


def _named(column: pa.Array, prefix: str = "") -> Causes:
    """A column of causes; nothing drops a document where it is null."""
    encoded = column.dictionary_encode()
    names = (None, *(f"{prefix}{name}" for name in encoded.dictionary.to_pylist()))
    return Causes(encoded.indices.fill_null(-1).to_numpy() + np.int32(1), names)


def _names(causes: Causes) -> Names:
    return np.array(causes.names, dtype=object)[causes.places]


def refused(measures: pa.Table, refusals: Refusals) -> Names:
    """What of a policy refuses each document, as `policy:` and the first of its signals, or None, [rows] object.

    A document that says nothing of itself is not refused.

    >>> said = pa.table({"signals": [["meta-robots:noindex", "tdm-reservation:1"], None, []]})
    >>> refused(said, Refusals(("tdm-reservation:*",))).tolist()
    ['policy:tdm-reservation:1', None, None]
    """
    return _names(_refused(measures, refusals))


def _refused(measures: pa.Table, refusals: Refusals) -> Causes:
    found = Causes(np.zeros(measures.num_rows, np.int32))
    if refusals.signals:
        signals = measures.column("signals").combine_chunks()
        flat, rows = signals.flatten(), pc.list_parent_indices(signals).to_numpy()
        named = [value for value in flat.unique().to_pylist() if _matches(value, refusals.signals)]
        hits = np.flatnonzero(pc.is_in(flat, value_set=pa.array(named, flat.type)).to_numpy(zero_copy_only=False))
        # Signals are sorted within a document, so the first hit of a row is its first by name.
        hit_rows, first = np.unique(rows[hits], return_index=True)
        at = np.full(measures.num_rows, -1)
        at[hit_rows] = hits[first]
        found = _named(flat.take(pa.array(at, mask=at < 0)), POLICY)
    if refusals.harmful_perplexity is not None:
        low = _true(pc.less(measures.column("harmful_perplexity"), refusals.harmful_perplexity))
        found = found.over(dropping(f"{POLICY}harmful_perplexity", low))
    return found


def _matches(signal: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(signal, pattern) for pattern in patterns)


def failing(part: pa.Table, name: str, params: LangParams) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which documents of one language a filter drops, [rows] bool. Bounds are inclusive on the side that is kept."""
    column = part.column(name)
    setting = params.filters[name]
    fails = np.zeros(part.num_rows, dtype=bool)
    if setting.min is not None:
        fails |= _true(pc.less(column, pa.scalar(setting.min, column.type)))
    if setting.max is not None:
        fails |= _true(pc.greater(column, pa.scalar(setting.max, column.type)))
    if name == "language_id":
        fails |= _true(pc.not_equal(part.column("lang_identified"), params.code))
        fails |= part.column("lang_identified").is_null().to_numpy(zero_copy_only=False)
    return fails


def _true(condition: pa.ChunkedArray) -> np.ndarray[Any, np.dtype[np.bool_]]:
    values: np.ndarray[Any, np.dtype[np.bool_]] = condition.fill_null(False).to_numpy(zero_copy_only=False)
    return values
