"""What cards are made from: sums that the cards and the map share."""

from roots import funnel
from roots.cards.personal import Personal
from tests.roots.carded import ENTRY, NEWS, corpus


def test_documents_and_bytes_by_language_and_by_source() -> None:
    made = corpus()
    assert made.by_language() == {"fon": (10, 900), "yo": (50, 5000), "zhs": (5, 600)}
    assert made.of_source("udhr") == (45, 4400)
    assert made.of_source("none") == (0, 0)


def test_languages_of_which_nothing_is_in_are_left_out() -> None:
    assert "en" not in corpus(mixed={("udhr", "en"): (0, 0), ("udhr", "yo"): (1, 9)}).by_language()


def test_a_source_speaks_what_its_entry_names_and_what_was_kept_of_it() -> None:
    made = corpus()
    assert [params.code for params in made.spoken_in(made.sources[0])] == ["fon", "yo"]
    assert [params.code for params in made.spoken_in(made.sources[1])] == ["en", "yo", "zhs", "zht"]


def test_names_of_languages_those_that_are_none_of_the_corpus_too() -> None:
    names = corpus().names()
    assert names["yo"] == "Yoruba"
    assert names["de"] == "German"


def test_the_whole_funnel_is_the_sum_of_the_sources() -> None:
    made = corpus()
    assert funnel.total(made.whole).documents == 144
    assert {ENTRY.uid, NEWS.uid} == set(made.whole.column("source").to_pylist())


def test_what_was_found_of_personal_data_stands_with_the_source() -> None:
    assert corpus().sources[0].personal[0] == Personal("yo", "EMAIL", 3, 5, 1, 2)
