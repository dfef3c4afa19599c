"""A histogram counts every document that the filters judge, and shows where the limits are."""

import math

import numpy as np
import pytest

from pipelines import tables
from pipelines.verdict import ORDER
from roots import histogram as histograms
from roots.histogram import BINS, FURTHEST
from roots.inspect import Corpus
from roots.trial import LimitError
from roots.what_if import Asked
from tests.measured import LOST, Measured

pytestmark = pytest.mark.usefixtures("shared_cache")


@pytest.fixture
def corpus(looked_at: Measured) -> Corpus:
    return Corpus(looked_at.work)


def values(looked_at: Measured, measure: str, lang: str) -> list[float]:
    """The measure of each document of a language that the filters judge, from the tables."""
    found = []
    for judged in looked_at.judged:
        measures = tables.read(judged.shard.path(looked_at.work, "measures")).to_pylist()
        causes = tables.read(judged.ledger, ["dropped_by"]).column(0).to_pylist()
        for row, cause in zip(measures, causes, strict=True):
            early = cause is not None and (cause in LOST or cause.startswith("policy:"))
            if row["lang"] == lang and not early and row[measure] is not None:
                found.append(row[measure])
    return found


@pytest.mark.parametrize("measure", [name for name in ORDER if name not in ("flagged_words", "perplexity")])
def test_every_document_is_in_a_bin_or_outside(corpus: Corpus, looked_at: Measured, measure: str) -> None:
    found = corpus.histogram(measure, "yo")
    given = values(looked_at, measure, "yo")
    assert found.measured == len(given) == found.documents
    assert found.kept.sum() + found.dropped.sum() + found.below + found.above == found.measured
    assert (found.least, found.most) == (min(given), max(given))
    counted, _ = np.histogram(given, found.edges)
    assert (found.kept + found.dropped).tolist() == counted.tolist()
    assert found.below == sum(value < found.edges[0] for value in given)
    alone = corpus.what_if("yo").filters.set_index("filter").loc[measure, "alone"]
    assert found.alone == alone
    assert found.dropped.sum() <= alone
    assert len(found.edges) == len(found.kept) + 1 == len(found.dropped) + 1 <= BINS + 1
    assert found.unit == corpus.what_if("yo").filters.set_index("filter").loc[measure, "unit"]


def test_what_is_dropped_is_by_this_filter_alone_and_moves_with_the_limit(corpus: Corpus) -> None:
    before, after = corpus.histogram("stopwords", "yo"), corpus.histogram("stopwords", "yo", {"stopwords": 0.3})
    assert before.edges.tolist() == after.edges.tolist()
    assert after.dropped.sum() > before.dropped.sum()
    assert (after.min, after.max, before.min) == (0.3, None, 0.16)
    below = after.edges[1:] < 0.3
    assert after.kept[below].sum() == 0
    assert after.dropped[after.edges[:-1] > 0.3].sum() == 0
    other = corpus.histogram("stopwords", "yo", {"number_words": {"min": 500}})
    assert other.dropped.tolist() == before.dropped.tolist()


def test_another_language_than_its_own_is_dropped_whatever_the_score(corpus: Corpus) -> None:
    found = corpus.histogram("language_id", "yo", {"language_id": 0.0})
    assert found.alone > 0
    assert found.kept.sum() > found.dropped.sum()


def test_values_far_from_the_middle_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    given = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 3.0 + FURTHEST, 3.0 + FURTHEST + 0.5])
    edges = histograms._edges(given, 4, log=False)
    # The median is 4, of which the median absolute deviation is 2: all within 18.
    assert edges.tolist() == np.linspace(1.0, 12.5, 5).tolist()
    far = np.array([*([1.0] * 2), *([2.0] * 3), *([3.0] * 2), 11.0, 12.0])
    assert histograms._edges(far, 2, log=False).tolist() == [1.0, 6.0, 11.0]
    assert histograms._edges(np.array([0.0, 0.0, 0.0, 99.0]), 2, log=False).tolist() == [0.0, 49.5, 99.0]
    assert histograms._edges(np.array([0.5, 0.5]), 2, log=False).tolist() == [0.5, 1.0, 1.5]
    assert histograms._edges(np.empty(0), 2, log=False).tolist() == [0.0, 0.5, 1.0]


def test_the_limit_in_force_is_shown_however_far_the_values_are_from_it() -> None:
    # Scores of a sure identification: further than 9 deviations lie values that the limit drops.
    sure = np.array([0.5, 0.95, *([1.0 - 1e-7] * 4), *([1.0] * 5)])
    assert histograms._edges(sure, 5, log=False)[0] > 0.99
    edges = histograms._edges(sure, 5, log=False, held=[0.9])
    assert edges.tolist() == np.linspace(0.9, 1.0, 6).tolist()
    words = histograms._edges(np.array([90.0, 100.0, 110.0]), 50, log=True, held=[10, 100_000])
    assert (words[0], words[-1]) == (10, 100_000)
    assert histograms._edges(np.empty(0), 2, log=False, held=[2_000.0]).tolist() == [0.0, 1_000.0, 2_000.0]


@pytest.mark.parametrize("measure", ORDER)
def test_every_limit_in_force_lies_within_what_is_shown(corpus: Corpus, measure: str) -> None:
    for lang in corpus.languages:
        found, limit = corpus.histogram(measure, lang), corpus.limits(lang)[measure]
        for end in limit.ends:
            assert math.isinf(end) or found.edges[0] <= end <= found.edges[-1]


def test_numbers_of_words_are_shown_on_a_logarithmic_scale(corpus: Corpus) -> None:
    edges = histograms._edges(np.array([0.0, 3.0, 10.0, 40.0, 200.0]), 10, log=True)
    assert edges.tolist() == sorted({round(math.expm1(math.log1p(200) * step / 10)) for step in range(11)})
    assert histograms._edges(np.array([7.0, 7.0]), 10, log=True).tolist() == [7.0, 8.0]
    found = corpus.histogram("number_words", "yo")
    assert found.log
    assert all(edge.is_integer() for edge in found.edges.tolist())
    assert not corpus.histogram("stopwords", "yo").log


def test_of_very_many_documents_a_part_says_what_is_shown(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = corpus.histogram("stopwords", "yo")
    monkeypatch.setattr(histograms, "SAMPLED", 100)
    part = corpus.histogram("stopwords", "yo")
    assert part.measured == whole.measured == part.kept.sum() + part.dropped.sum() + part.below + part.above
    assert part.alone == whole.alone


def test_a_source_and_a_signal_are_parts(corpus: Corpus) -> None:
    whole = corpus.histogram("stopwords", "yo")
    assert sum(corpus.histogram("stopwords", "yo", source=uid).measured for uid in corpus.sources()) == whole.measured
    marked = corpus.histogram("stopwords", "yo", source=Asked(signal="meta-robots:noindex"), bins=7)
    assert 0 < marked.documents < whole.documents
    assert len(marked.kept) == 7


def test_it_says_what_it_shows(corpus: Corpus) -> None:
    said = str(corpus.histogram("stopwords", "yo"))
    assert said.startswith("stopwords, Yoruba (yo), share of the words, 0 to 1: ")
    assert "this filter alone drops" in said
    assert "; keeps 10 to 100,000; " in str(corpus.histogram("number_words", "yo"))
    none = corpus.histogram("perplexity", "yo")
    assert (none.measured, none.least, str(none)[-27:]) == (
        0,
        None,
        f"0 of {none.documents:,} documents measured"[-27:],
    )
    with pytest.raises(LimitError, match="stopword: is no filter that measures; did you mean 'stopwords'"):
        corpus.histogram("stopword", "yo")
    with pytest.raises(LimitError, match="bins = 0: allowed is 1 or more"):
        corpus.histogram("stopwords", "yo", bins=0)


def test_a_notebook_shows_a_picture_that_needs_no_network(corpus: Corpus) -> None:
    pytest.importorskip("vl_convert")
    found = corpus.histogram("number_words", "yo", {"number_words": {"min": 30, "max": 5000}})
    drawn = found._repr_html_()
    assert "<svg" in drawn
    assert "min 30" in drawn
    assert "max 5,000" in drawn
    assert "<script" not in drawn
    assert "<svg" not in corpus.histogram("perplexity", "yo")._repr_html_()
