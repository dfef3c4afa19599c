"""The verdict: a pure function of measures, the parameters of each language, duplicates and removals.

A document is dropped by the first of these that applies: what was lost while it was read or cleaned, a language
that the corpus does not have, the filters in ROOTS's order, a removal, an earlier copy of it.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from filters.table import FILTERS
from lang_params.params import LangParams

ORDER = tuple(filter_.name for filter_ in FILTERS if filter_.kind == "measures")
"""The filters in the order in which the original applied them; the first that fails is named."""

Names = np.ndarray[Any, np.dtype[np.object_]]


def filtered(measures: pa.Table, languages: Mapping[str, LangParams]) -> Names:
    """What the filters say of each document: the name of what drops it, or None, [rows] object.

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
    gone = np.array([value is not None for value in lost], dtype=bool)
    verdict[gone] = lost[gone]
    return verdict


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
