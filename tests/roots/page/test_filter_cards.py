import pytest

from pipelines.verdict import ORDER
from roots.page import filter_cards
from roots.page.served import Served
from tests.paged import question, said


def test_every_filter_that_measures_has_a_title_in_the_order_of_the_build() -> None:
    assert tuple(filter_cards.MEASURING) == ORDER
    assert set(filter_cards.TITLES) == set(ORDER)


def test_a_card_stands_for_each_filter_and_says_why_one_does_nothing(served: Served) -> None:
    cards = filter_cards.cards(served, question())
    assert [card.id for card in cards] == [f"filter-{name}" for name in ORDER]
    words = {card.id: said(card) for card in cards}
    assert "Not applied in Yoruba:  there is no list of flagged words for Yoruba." in words["filter-flagged_words"]
    assert "In force: at least 0.16" in words["filter-stopwords"]
    assert "share of the words, 0 to 1" in words["filter-stopwords"]
    assert "Derived from clean text in the language: roots derive-thresholds" in words["filter-stopwords"]
    assert "In force: from 10 to 100,000" in words["filter-number_words"]
    assert "Default of ROOTS, not set for the language" in words["filter-number_words"]
    assert "runs of 10 characters" in words["filter-character_repetition"]


def _held(served: Served, **changes: object) -> dict[str, object]:
    card = filter_cards.card(served, question(**changes), served.corpus.params("yo"), "stopwords")
    [store] = [each for each in card.children if type(each).__name__ == "Store"]
    return dict(store.data)


def test_a_limit_that_was_moved_stays_moved_and_the_one_in_force_is_known(served: Served) -> None:
    held = _held(served, limits={"stopwords": {"min": 0.3}})
    assert (held["now"], held["force"]) == ({"min": 0.3}, {"min": 0.16})
    assert _held(served)["now"] == {"min": 0.16}


def test_what_is_not_in_the_picture_is_counted(served: Served) -> None:
    found = filter_cards.histogram(served, question(), "character_repetition")
    card = filter_cards.card(served, question(), served.corpus.params("yo"), "character_repetition")
    hidden = found.below + found.above
    assert (f"{hidden:,} document" in said(card)) == (hidden > 0)
    assert found.kept.sum() + found.dropped.sum() + hidden == found.measured


def test_what_no_limit_keeps_is_explained(served: Served) -> None:
    cards = {card.id: said(card) for card in filter_cards.cards(served, question())}
    assert "texts found to be in another language. No limit keeps them." in cards["filter-language_id"]
    assert "No limit keeps them." not in cards["filter-stopwords"]


def test_a_histogram_is_of_the_source_asked_about(served: Served) -> None:
    whole = filter_cards.histogram(served, question(), "stopwords")
    one = filter_cards.histogram(served, question(source="books"), "stopwords")
    assert 0 < one.measured < whole.measured


def test_counts_are_those_of_the_api(served: Served) -> None:
    row = served.corpus.what_if("yo", {"stopwords": 0.3}).filters.set_index("filter").loc["stopwords"]
    words = said(filter_cards.counts(row, 1_000))
    assert f"By this filter alone {row['alone']:,}" in words
    assert f"In the chain {row['chain']:,}" in words
    assert f"Only by this one {row['only']:,}" in words
    assert f"{row['change']:+,} in the chain".replace("-", "−") in words


@pytest.mark.parametrize(
    ("limits", "words"),
    [({"max": 0.3}, "at most 0.3"), ({"min": None, "max": 5}, "at most 5"), ({"min": 5, "max": None}, "at least 5")],
)
def test_an_interval_in_words(limits: dict[str, float | None], words: str) -> None:
    assert filter_cards.interval(limits) == words
