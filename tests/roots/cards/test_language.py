"""The card of a language: its sources, limits, funnel, personal data and examples."""

from dataclasses import replace

from lang_params.params import load
from roots.cards.copies import Found
from roots.cards.language import card
from roots.copies import Line
from roots.recipe_dedup import Dedup
from tests.roots.carded import ENTRY, NEWS, corpus, rows, section


def of(code: str, **changes: object) -> str:
    made = corpus(**changes)
    return card(made.languages[code], made)


def test_its_head_answers_what_everybody_asks() -> None:
    head = rows(of("yo", contact="write to us"), "question")
    assert head["What is in the corpus?"][0] == "50 documents, 5,000 bytes of text in UTF-8"
    assert head["From whom?"][0] == "United Nations"
    assert head["Under which licence?"][0] == "CC-BY-SA-4.0, LicenseRef-UN"
    assert head["What was dropped, and why?"][0].startswith("107 documents came in and 100 are kept.")
    assert head["Whom to ask for removal?"][0] == "write to us"


def test_it_says_how_the_language_is_called_and_written_and_what_is_known_of_it() -> None:
    facts = rows(of("yo", tokens={"yo": 77}, vocabulary=9, validation={"yo": (2, 20)}), "what")
    assert facts["name in the language itself"] == ["Èdè Yorùbá"]
    assert facts["script"] == ["Latn"]
    assert facts["family and genus"] == ["Niger-Congo, Defoid"]
    assert facts["tokens in the corpus"] == ["77"]
    assert facts["flagged words"] == ["no list"]
    assert facts["stop words"][0].startswith("a list of ")
    assert facts["validation"][0].startswith("2 documents of these, 20 bytes")
    assert rows(of("zhs"), "what")["words"] == [f"pieces of the model {load('zhs').word_model}".replace("_", "\\_")]


def test_the_sources_of_its_documents_with_their_weight() -> None:
    sources = rows(section(of("yo"), "Sources"), "source")
    assert sources["[Universal Declaration](../../udhr/README.md)"][2:] == ["77", "70", "70.00%", "35", "3,500"]
    assert sources["[News pages](../../news_pages/README.md)"][2:] == ["30", "30", "30.00%", "15", "1,500"]
    assert "news_pages" not in section(of("fon"), "Sources")


def test_what_was_dropped_and_why_is_that_of_the_language() -> None:
    made = section(of("fon"), "Documents dropped")
    assert rows(made, "dropped by")["in"][1] == "17"
    assert rows(made, "source")["udhr"][0] == "17"
    assert "stopwords" not in made


def test_the_limits_of_its_filters_with_units_and_whose_they_are() -> None:
    made = section(of("yo"), "Thresholds in force")
    assert rows(made, "filter")["`flagged_words`"][-1] == "not applied"
    low = load("yo").filters["stopwords"].min
    assert rows(made, "filter")["`stopwords`"][1:] == ["share of the words, 0 to 1", f"≥ {low}"]
    assert "Whose these numbers are: derived from clean text in the language." in made


def test_personal_data_is_that_of_the_language() -> None:
    made = section(of("fon"), "Personal data")
    assert rows(section(made, "What was found"), "kind").keys() == {"kind", "user names that begin with @"}


def test_examples_of_all_its_sources_with_those_that_give_none() -> None:
    made = section(of("yo"), "Examples")
    assert "of `udhr`" in made
    assert "No text is shown of `news_pages`: the card of the source says why." in made
    assert "No filter dropped a document that may be shown." in section(of("fon"), "Examples")


def test_copies_of_the_language() -> None:
    assert "Copies were not looked for." in section(of("yo"), "Copies")
    found = Found(Dedup(), lines=[Line("yo", 107, 101, {}, 1, {"minhash": 1}, 12)])
    made = section(of("yo", found=found), "Copies")
    assert (
        "Of 101 documents that passed everything else, 1 was dropped as a copy of another that is kept (1 by minhash)"
        in made
    )
    assert "12 bytes of repeated passages" in made


def test_its_known_limits_or_those_of_the_corpus() -> None:
    assert "derived from clean text" in section(of("yo"), "Known limits")
    everything = replace(load("zhs"), language_model="m")
    made = corpus(ENTRY, NEWS, languages={"zhs": everything})
    assert "Those of the corpus, which its card names." in section(card(everything, made), "Known limits")


def test_how_a_text_is_removed_stands_there_too() -> None:
    assert "roots remove" in section(of("yo"), "To have a text removed")
