from roots.page import near
from roots.page.served import Served
from tests.paged import ARABIC, question, said


def test_filters_that_are_applied_are_offered_and_the_one_chosen_stays(served: Served) -> None:
    options, first, _ = near.offered(served.corpus.params("yo"), None)
    assert "flagged_words" not in [option["value"] for option in options]
    assert first == "stopwords"
    assert near.offered(served.corpus.params("yo"), "number_words")[1] == "number_words"
    assert near.offered(served.corpus.params("yo"), "flagged_words")[1] == "stopwords"


def test_both_sides_of_a_line_the_nearest_first(served: Served) -> None:
    limits = {"stopwords": {"min": 0.08}}
    dropped, kept = near.columns(served, question(lang="ar", limits=limits), "stopwords", 3)
    assert said(dropped).startswith("Dropped by this filter")
    assert said(kept).startswith("Kept by this filter")
    assert ARABIC in said(kept)
    found = served.corpus.examples("stopwords", "ar", n=3, trial=limits)
    for column, side in ((dropped, False), (kept, True)):
        ids = found[found["kept"] == side]["id"]
        words = said(column)
        places = [words.index(id[:12]) for id in ids]
        assert len(places) == 3
        assert places == sorted(places)


def test_without_a_limit_there_are_no_sides(served: Served) -> None:
    [told] = near.columns(served, question(limits={"stopwords": {"min": None}}), "stopwords", 3)
    assert "Without a limit" in said(told)
