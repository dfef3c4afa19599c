"""Verdicts from measures: inclusive bounds, the order of causes, languages that are not the corpus's."""

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from lang_params.params import LangParams, load_all
from pipelines import verdict
from pipelines.tables import MEASURES
from pipelines.verdict import ORDER, Causes, Refusals, decided, dropping, failing, filtered, limits_of

GOOD = {
    "id": "0",
    "lang": "en",
    "lang_identified": "en",
    "language_id": 0.95,
    "identifier": "fasttext",
    "number_words": 100,
    "character_repetition": 0.05,
    "word_repetition": 0.05,
    "special_characters": 0.2,
    "stopwords": 0.4,
    "flagged_words": 0.0,
    "bytes": 500,
}


@pytest.fixture(scope="module")
def languages() -> dict[str, LangParams]:
    return load_all()


def judged(languages: dict[str, LangParams], **changed: Any) -> str | None:
    table = pa.Table.from_pylist([GOOD | changed], schema=MEASURES)
    [reason] = verdict.filtered(table, languages)
    return reason


def test_a_good_document_is_in(languages: dict[str, LangParams]) -> None:
    assert judged(languages) is None


@pytest.mark.parametrize(
    ("name", "kept", "dropped"),
    [
        ("number_words", 20, 19),
        ("number_words", 100_000, 100_001),
        ("character_repetition", 0.106, 0.10600000000000001),
        ("word_repetition", 0.19, 0.191),
        ("special_characters", 0.4, 0.41),
        ("stopwords", 0.3, 0.29999999999999993),
        ("flagged_words", 0.01, 0.011),
        ("language_id", 0.8, 0.7999),
    ],
)
def test_bounds_of_english_are_inclusive_on_the_side_that_is_kept(
    languages: dict[str, LangParams], name: str, kept: float, dropped: float
) -> None:
    assert judged(languages, **{name: kept}) is None
    assert judged(languages, **{name: dropped}) == name


def test_the_first_filter_in_the_order_of_roots_is_named(languages: dict[str, LangParams]) -> None:
    assert judged(languages, number_words=1, stopwords=0.0, language_id=0.1) == "number_words"
    assert judged(languages, stopwords=0.0, language_id=0.1) == "stopwords"


def test_another_language_than_the_declared_one_is_dropped(languages: dict[str, LangParams]) -> None:
    assert judged(languages, lang_identified="fr") == "language_id"
    assert judged(languages, lang_identified=None, language_id=0.0) == "language_id"


def test_a_language_the_corpus_does_not_have_is_dropped_whatever_it_is_identified_as(
    languages: dict[str, LangParams],
) -> None:
    assert judged(languages, lang="nr", lang_identified="zu", number_words=1) == "language_id"
    assert judged(languages, lang=None) == "language_id"


def test_a_measure_that_was_not_taken_and_a_filter_that_is_not_applied_drop_nothing(
    languages: dict[str, LangParams],
) -> None:
    assert judged(languages, perplexity=None, flagged_words=None) is None
    nobody_asked = {**languages, "fon": replace(languages["fon"], identifier="none")}
    assert judged(nobody_asked, lang="fon", lang_identified=None, language_id=None) is None


def test_what_was_lost_before_judging_keeps_its_cause(languages: dict[str, LangParams]) -> None:
    assert judged(languages, lost="error:read", lang=None) == "error:read"
    assert judged(languages, lost="clean:filter_small_docs", number_words=1) == "clean:filter_small_docs"


def test_a_policy_comes_before_the_filters_and_after_what_was_lost(languages: dict[str, LangParams]) -> None:
    refusals = Refusals(("tdm-reservation:*", "oscar-category:adult"), harmful_perplexity=10.0)
    rows = [
        {"signals": ["meta-robots:noindex"], "harmful_perplexity": 10.0},
        {"signals": ["meta-robots:noindex", "tdm-reservation:1"], "number_words": 1},
        {"signals": ["oscar-category:adult"], "harmful_perplexity": 1.0},
        {"harmful_perplexity": 9.9, "lang": "xx"},
        {"signals": ["tdm-reservation:1"], "lost": "removed"},
        {"signals": [], "number_words": 1},
    ]
    table = pa.Table.from_pylist([GOOD | row for row in rows], schema=MEASURES)
    assert verdict.filtered(table, languages, refusals).tolist() == [
        None,
        "policy:tdm-reservation:1",
        "policy:oscar-category:adult",
        "policy:harmful_perplexity",
        "removed",
        "number_words",
    ]


def test_patterns_match_whole_signals_and_case_matters() -> None:
    said = pa.table({"signals": [["oscar-warning:tiny"]]})
    for pattern, hit in (("oscar-warning", False), ("*tiny", True), ("OSCAR*", False), ("oscar-warning:t?ny", True)):
        assert (verdict.refused(said, Refusals((pattern,)))[0] is not None) == hit


def drawn(languages: dict[str, LangParams], rows: int) -> pa.Table:
    """Measures at random, many of them right on a limit, some not taken, of all languages and of others."""
    random = np.random.default_rng(7)
    codes = np.array([*languages, "de", ""])[random.integers(len(languages) + 2, size=rows)]
    other = random.random(rows) < 0.1
    columns: dict[str, Any] = {
        "id": [str(place) for place in range(rows)],
        "lang": [code or None for code in codes],
        "lang_identified": [
            None if code == "" else "en" if swap else code for code, swap in zip(codes, other, strict=True)
        ],
        "lost": [{3: "error:read", 7: "removed"}.get(draw) for draw in random.integers(60, size=rows)],
        "bytes": [1] * rows,
    }
    for name in ORDER:
        bounds = [
            bound
            for params in languages.values()
            for bound in (params.filters[name].min, params.filters[name].max)
            if bound is not None
        ]
        steps = random.choice(
            [0, 0, 1e-12, -1e-12, 0.01, -0.01] if name != "number_words" else [0, 0, 1, -1], size=rows
        )
        values = random.choice(bounds, size=rows) + steps
        columns[name] = pa.array(values, MEASURES.field(name).type, mask=random.random(rows) < 0.05, safe=False)
    return pa.table({name: pa.array(column, MEASURES.field(name).type) for name, column in columns.items()})


def one_language_at_a_time(measures: pa.Table, languages: dict[str, LangParams]) -> list[str | None]:
    """The same verdicts by `failing`, filter after filter."""
    found: list[str | None] = []
    for row in range(measures.num_rows):
        part = measures.slice(row, 1)
        code, lost = part.column("lang")[0].as_py(), part.column("lost")[0].as_py()
        if lost is not None or code not in languages:
            found.append(lost or "language_id")
            continue
        params = languages[code]
        applied = [name for name in ORDER if name not in params.not_applied()]
        found.append(next((name for name in applied if failing(part, name, params)[0]), None))
    return found


def test_all_languages_at_once_are_judged_as_one_after_the_other(languages: dict[str, LangParams]) -> None:
    some = {**languages, "fon": replace(languages["fon"], identifier="none")}
    switched = {**some["yo"].filters, "stopwords": replace(some["yo"].filters["stopwords"], enabled=False)}
    some["yo"] = replace(some["yo"], filters=switched)
    measures = drawn(some, 1500)
    expected = one_language_at_a_time(measures, some)
    assert filtered(measures, some).tolist() == expected
    assert {None, "removed", *ORDER} - {"perplexity", "flagged_words"} <= set(expected)
    limits = limits_of(some)
    halves = [decided(measures.slice(start, 750), limits).column().to_pylist() for start in (0, 750)]
    assert halves[0] + halves[1] == expected


def test_what_is_said_first_stays() -> None:
    first = dropping("removed", np.array([True, False, False, False]))
    then = first.over(dropping("stopwords", np.array([True, True, False, False])))
    last = then.over(Causes(np.array([1, 1, 2, 0], np.int32), (None, "removed", "late")))
    assert last.column().to_pylist() == ["removed", "stopwords", "late", None]
    assert last.passed.tolist() == [False, False, False, True]
    assert len(set(last.names)) == len(last.names)


def test_signals_of_a_slice_are_those_of_its_rows() -> None:
    said = pa.table({"signals": [["a"], None, ["b", "tdm:1"], [], ["tdm:2"]]})
    for start in range(5):
        found = verdict.refused(said.slice(start), Refusals(("tdm:*",))).tolist()
        assert found == [None, None, "policy:tdm:1", None, "policy:tdm:2"][start:]


def test_only_what_a_policy_asks_for_is_read() -> None:
    assert Refusals().columns() == ()
    assert Refusals(("tdm:*",), harmful_perplexity=3.0).columns() == ("signals", "harmful_perplexity")
    assert Refusals(harmful_perplexity=3.0, smallest_source=1).columns() == ("harmful_perplexity",)
