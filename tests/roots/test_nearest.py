"""The documents nearest to a limit are those of the measures alone, whatever the slices and the order."""

from dataclasses import replace
from typing import Any

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lang_params.params import Setting, load
from pipelines.tables import LEDGER, MEASURES
from roots.nearest import ELSEWHERE, Candidate, Near, best, limits, nearest, of_languages, of_source

LIMITS = {"yo": {"stopwords": (0.1, None), "number_words": (10, 100), "language_id": (0.5, None)}}


def tables(rows: list[dict[str, Any]]) -> tuple[pa.RecordBatch, pa.RecordBatch]:
    """Measures and ledger of some rows."""
    measures = [
        {"lang": "yo", "lang_identified": "yo", "number_words": 50, "language_id": 0.9, "bytes": 1, **row}
        for row in rows
    ]
    ledger = [{"id": row["id"], "dropped_by": row.get("dropped_by"), "cuts": row.get("cuts")} for row in rows]
    return (
        pa.RecordBatch.from_pylist(measures, schema=pa.schema([MEASURES.field(name) for name in MEASURES.names])),
        pa.RecordBatch.from_pylist(ledger, schema=LEDGER),
    )


def found(rows: list[dict[str, Any]]) -> dict[tuple[str, bool], str]:
    return {(near.filter, near.kept): near.id for near in nearest(*tables(rows), LIMITS, 0)}


def test_the_nearest_on_each_side_then_the_lowest_id() -> None:
    rows = [
        {"id": "c", "stopwords": 0.12},
        {"id": "b", "stopwords": 0.12},
        {"id": "a", "stopwords": 0.4},
        {"id": "e", "stopwords": 0.02, "dropped_by": "stopwords"},
        {"id": "d", "stopwords": 0.09, "dropped_by": "stopwords"},
    ]
    assert found(rows)["stopwords", True] == "b"
    assert found(rows)["stopwords", False] == "d"


def test_an_interval_has_two_ends() -> None:
    rows = [
        {"id": "a", "number_words": 20},
        {"id": "b", "number_words": 98},
        {"id": "c", "number_words": 300, "dropped_by": "number_words"},
    ]
    assert found(rows)["number_words", True] == "b"
    assert found(rows)["number_words", False] == "c"


def test_a_document_in_another_language_is_the_furthest() -> None:
    rows: list[dict[str, Any]] = [
        {"id": "a", "language_id": 0.9, "lang_identified": "ig", "dropped_by": "language_id"},
        {"id": "b", "language_id": 0.1, "dropped_by": "language_id"},
    ]
    assert found(rows)["language_id", False] == "b"
    [near] = [near for near in nearest(*tables(rows[:1]), LIMITS, 0) if near.filter == "language_id"]
    assert (near.distance, near.identified) == (ELSEWHERE, "ig")


def test_documents_without_a_value_of_other_languages_or_with_cuts_are_none() -> None:
    rows: list[dict[str, Any]] = [
        {"id": "a", "stopwords": None},
        {"id": "b", "stopwords": 0.2, "lang": "fr"},
        {"id": "c", "stopwords": 0.2, "lang": None},
        {"id": "d", "stopwords": 0.2, "cuts": [{"start": 0, "end": 1}]},
        {"id": "e", "stopwords": 0.2, "dropped_by": "duplicate"},
    ]
    assert not [key for key in found(rows) if key[0] == "stopwords"]


@given(st.lists(st.tuples(st.sampled_from([0.05, 0.09, 0.11, 0.3]), st.booleans()), max_size=12), st.integers(1, 5))
def test_slices_make_no_difference(values: list[tuple[float, bool]], size: int) -> None:
    rows = [
        {"id": f"{7 * place % 13:02d}", "stopwords": value, "dropped_by": "stopwords" if gone else None}
        for place, (value, gone) in enumerate(values)
    ]
    whole = best(nearest(*tables(rows), LIMITS, 0))
    parts = [
        near
        for first in range(0, len(rows), size)
        for near in nearest(*tables(rows[first : first + size]), LIMITS, first)
    ]
    assert best(reversed(parts)) == best(parts) == whole


def candidate(lang: str, name: str, *, kept: bool, distance: float, id: str = "a") -> Candidate:
    return Candidate(Near(lang, name, kept, distance, id, 0, 0.0, lang), "documents", "measures")


def test_the_card_of_a_source_shows_the_language_of_which_most_was_dropped() -> None:
    given = [
        candidate(lang, "stopwords", kept=kept, distance=0.1) for lang in ("sw", "yo") for kept in (False, True)
    ] + [candidate("yo", "perplexity", kept=True, distance=1)]
    chosen = of_source(given, {("yo", "stopwords"): 3, ("sw", "stopwords"): 2})
    assert [(each.near.lang, each.near.filter, each.near.kept) for each in chosen] == [
        ("yo", "stopwords", False),
        ("yo", "stopwords", True),
    ]
    assert of_source(given, {})[0].near.lang == "sw"


def test_of_a_language_the_nearest_of_all_sources() -> None:
    given = [candidate("yo", "stopwords", kept=False, distance=distance, id=str(distance)) for distance in (3, 1, 2)]
    assert [each.near.id for each in of_languages(given)] == ["1"]
    assert of_languages([candidate("yo", "stopwords", kept=True, distance=1)]) == []


def test_limits_are_those_of_filters_that_are_applied() -> None:
    params = replace(load("fon"), filters={**load("fon").filters, "stopwords": Setting(min=0.25, enabled=True)})
    given = limits({"fon": params})["fon"]
    assert given["stopwords"] == (0.25, None)
    assert "flagged_words" not in given
    assert limits({"code": load("code")}) == {"code": {}}
