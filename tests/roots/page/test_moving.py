from unittest import mock

from roots.page import moving
from roots.page.served import Served
from tests.paged import question, said


def test_another_language_begins_anew_and_another_source_keeps_what_was_moved(served: Served) -> None:
    limits = {"stopwords": {"min": 0.3}}
    for lang, kept in (("yo", 0.3), ("ar", 0.07)):
        cards = moving.chosen(served, question(lang=lang, source="books"), question(limits=limits))[0]
        stores = [each for card in cards for each in card.children if type(each).__name__ == "Store"]
        [store] = [store for store in stores if store.data["filter"] == "stopwords"]
        assert store.data["now"] == {"min": kept}


def test_a_source_that_a_language_does_not_have_is_let_go(served: Served) -> None:
    _, scope, sources, source, *_ = moving.chosen(served, question(source="nowhere"), None)
    assert (scope["source"], source) == ("", "")
    assert [option["value"] for option in sources] == ["", *served.corpus.sources("yo")]


def test_signals_are_offered_where_records_have_them(served: Served) -> None:
    *_, signals, _, hidden = moving.chosen(served, question(), None)
    assert [option["value"] for option in signals] == ["", *served.corpus.signals("yo")]
    assert hidden is (len(signals) == 1)


def test_before_a_language_is_chosen_there_is_nothing(served: Served) -> None:
    assert moving.chosen(served, None, None)[:2] == ([], None)


def test_totals_and_counts_are_those_of_the_api(served: Served) -> None:
    limits = {"stopwords": {"min": 0.3}, "word_repetition": {"max": 0.1}}
    asked = question(limits=limits, source="crawl")
    total, counts = moving.counted(served, asked, ["stopwords", "word_repetition"])
    found = served.corpus.what_if("yo", limits, source="crawl")
    [row] = found.total.to_dict("records")
    words = said(total)
    assert f"{row['documents']:,} documents" in words
    assert f"kept now: {row['kept_now']:,} " in words
    assert f"with your limits: {row['kept']:,} " in words
    assert f"{row['in_']:,} come in" in words
    alone = found.filters.set_index("filter").loc["word_repetition", "alone"]
    assert f"By this filter alone {alone:,}" in said(counts[1])


def test_with_no_limit_moved_nothing_is_to_be_saved(served: Served) -> None:
    assert "no limit moved yet" in said(moving.counted(served, question(), [])[0])


def test_a_folder_that_was_judged_meanwhile_is_said(served: Served) -> None:
    assert moving.stale(served) == ""
    with mock.patch.object(type(served.corpus), "changed", return_value=True):
        assert "judged anew" in moving.stale(served)
