"""The verdict: a pure function of measures, parameters of each language, a policy's refusals, contamination and copies.

A document is dropped by the first of these that applies: what was removed, or lost while it was read, cleaned or
redacted, what the policy refuses, a language that the corpus does not have, the filters in ROOTS's order, a benchmark
that it holds, the size of its source, another copy of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

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


NOTHING_REFUSED = Refusals()


def filtered(measures: pa.Table, languages: Mapping[str, LangParams], refusals: Refusals = NOTHING_REFUSED) -> Names:
    """What policy and filters say of each document: the name of what drops it, or None, [rows] object.

    A measure that was not taken, or a filter that is not applied in a language, drops nothing. A document in a
    language that the corpus does not have, or identified as another than its own, is dropped by language_id.
    """
    verdict = np.full(measures.num_rows, None, dtype=object)
    lang = measures.column("lang").fill_null("")
    lost = measures.column("lost").to_numpy(zero_copy_only=False)
    for code in lang.unique().to_pylist():
        rows = np.flatnonzero(pc.equal(lang, code).to_numpy())
        if code not in languages:
            verdict[rows] = "language_id"
            continue
        part = measures.take(pa.array(rows))
        verdict[rows] = _by_language(part, languages[code])
    for found in (refused(measures, refusals), lost):
        gone = np.array([value is not None for value in found], dtype=bool)
        verdict[gone] = found[gone]
    return verdict


def passed(verdict: Names) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which documents nothing drops, [rows] bool."""
    return np.array([value is None for value in verdict], dtype=bool)


def refused(measures: pa.Table, refusals: Refusals) -> Names:
    """What of a policy refuses each document, as `policy:` and the first of its signals, or None, [rows] object.

    A document that says nothing of itself is not refused.

    >>> said = pa.table({"signals": [["meta-robots:noindex", "tdm-reservation:1"], None, []]})
    >>> refused(said, Refusals(("tdm-reservation:*",))).tolist()
    ['policy:tdm-reservation:1', None, None]
    """
    verdict = np.full(measures.num_rows, None, dtype=object)
    if refusals.harmful_perplexity is not None:
        column = measures.column("harmful_perplexity")
        verdict[_true(pc.less(column, refusals.harmful_perplexity))] = f"{POLICY}harmful_perplexity"
    if refusals.signals:
        signals = measures.column("signals").combine_chunks()
        flat, rows = signals.flatten(), pc.list_parent_indices(signals).to_numpy()
        named = [value for value in flat.unique().to_pylist() if _matches(value, refusals.signals)]
        hits = np.flatnonzero(pc.is_in(flat, value_set=pa.array(named, flat.type)).to_numpy(zero_copy_only=False))
        # Signals are sorted within a document, so the first hit of a row is its first by name.
        for row, place in zip(*np.unique(rows[hits], return_index=True), strict=True):
            verdict[row] = f"{POLICY}{flat[int(hits[place])].as_py()}"
    return verdict


def _matches(signal: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(signal, pattern) for pattern in patterns)


def _by_language(part: pa.Table, params: LangParams) -> Names:
    verdict = np.full(part.num_rows, None, dtype=object)
    not_applied = params.not_applied()
    for name in reversed(ORDER):
        if name not in not_applied:
            verdict[failing(part, name, params)] = name
    return verdict


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
