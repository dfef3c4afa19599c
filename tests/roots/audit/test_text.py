"""Results of an audit in words: who, how many, what is bad among the kept, what is lost, what cannot be said."""

from dataclasses import asdict
from typing import Any

from roots.audit.results import Row, results
from roots.audit.text import changed, rows, sentences
from tests.roots.audit.test_results import labels, sizes, still, strata


def made(**more: Any) -> dict[str, Any]:
    given = strata(kept=(1000, 30), stopwords=(100, 30), language_id=(9, 9), duplicate=(40, 10))
    said = labels(kept="bb" + 27 * "g" + "u", stopwords=20 * "b" + 9 * "g" + "-", language_id="bbb", duplicate=10 * "g")
    found = results(given, said, still(given), sizes(given)).facts()
    return {**found, "by": "Adé", "unsure": 1, "unlabelled": 7, **more}


def test_rows_have_numbers_or_say_that_there_are_none() -> None:
    found = {row[0]: row[1:] for row in rows(made())}
    assert found["stopwords"][:4] == [100, 29, 20, "69.0% (53.0 to 82.0)"]
    assert found["language_id"] == [9, 3, 3, "too few labels", "too few labels"]
    assert found["all filters"][3:] == ["too few labels", "too few labels"]
    nothing = {**made(), "rows": [], "chain": asdict(Row("chain", 0, 0, 0))}
    assert rows(nothing) == [["all filters", 0, 0, 0, "nothing is dropped", ""]]


def test_where_bad_documents_are_too_few_it_says_so() -> None:
    given = strata(kept=(1000, 30), stopwords=(100, 30))
    found = results(given, labels(kept=30 * "g", stopwords=4 * "b" + 26 * "g"), still(given), sizes(given)).facts()
    assert [row[5] for row in rows(found)] == ["too few bad ones", "too few bad ones"]


def test_sentences() -> None:
    said = sentences(made())
    left_out = "1 unsure and 7 without a label are left out, as if they were like the labelled."
    assert said[0] == f"Labels by Adé: 36 good, 25 bad; {left_out}"
    assert said[1].startswith("Bad among the kept: 6.9% (")
    assert said[1].endswith("(1,000 documents, 29 labels).")
    assert said[2] == "Bad among those dropped as duplicate: 0.0% (0.0 to 25.0)."
    assert "language_id: not enough labels: 3 of 5." in said
    assert "stopwords, all filters: not enough labels: language_id has 3, and 5 are needed." in said
    assert sentences(made(by=""))[0].startswith("Labels by a speaker who is not named: ")
    left = "Labels left out, whose documents are neither kept nor dropped by a filter now: 2."
    assert left in sentences(made(left=2))


def test_what_is_lost() -> None:
    given = strata(kept=(20, 20), stopwords=(10, 10))
    found = results(given, labels(kept=20 * "g", stopwords=5 * "b" + 5 * "g"), still(given), sizes(given)).facts()
    said = sentences({**found, "by": "", "unsure": 0, "unlabelled": 0})
    assert "Good and dropped: 5 documents, 20.0% (all known) of the good ones." in said


def test_limits_that_are_others_now() -> None:
    off = {"applied": False, "min": None, "max": 9}
    then = {"stopwords": {"applied": True, "min": 0.1, "max": None}, "perplexity": off}
    now = {**then, "perplexity": {**off, "applied": True}}
    assert changed(then, now) == ["perplexity: not applied then, ≤ 9 now"]
