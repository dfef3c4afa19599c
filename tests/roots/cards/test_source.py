"""The card of a source answers who holds the text, on what terms, what was dropped and why, and whom to ask."""

from dataclasses import replace

import pytest

from catalog.entry import Permission
from lang_params.params import load
from pipelines.verdict import ORDER
from roots import funnel
from roots.cards.facts import Source
from roots.cards.source import card
from tests.roots.carded import ENTRY, corpus, front, rows, section, tables


def of(place: int = 0, **changes: object) -> str:
    made = corpus(**changes)
    return card(made.sources[place], made)


def test_its_head_answers_what_everybody_asks() -> None:
    head = rows(of(contact="write to the library"), "question")
    assert head["What is in the corpus of it?"][0] == "45 documents, 4,400 bytes of text in UTF-8"
    assert head["From whom?"][0] == "United Nations, Switzerland"
    assert head["Under which licence?"][0] == "LicenseRef-UN"
    assert head["Were they asked?"][0] == "yes, and they granted it"
    assert head["What was dropped, and why?"][0].startswith("100 documents came in and 80 are kept.")
    assert "could not be read or treated (6)" in head["What was dropped, and why?"][0]
    assert head["Whom to ask for removal?"][0] == "write to the library"


@pytest.mark.parametrize(("outcome", "said"), [("open licence", "nobody had to be"), ("not asked", "no")])
def test_whether_the_custodian_was_asked_is_said_in_words(outcome: str, said: str) -> None:
    made = corpus(replace(ENTRY, permission=Permission(outcome)), ENTRY)
    assert rows(card(made.sources[0], made), "question")["Were they asked?"][0].startswith(said)


def test_without_a_contact_of_the_corpus_the_custodian_is_asked() -> None:
    assert rows(of(), "question")["Whom to ask for removal?"][0] == "info@example.org"
    made = corpus(replace(ENTRY, custodian=replace(ENTRY.custodian, contact="")), ENTRY)
    assert "name no contact" in rows(card(made.sources[0], made), "question")["Whom to ask for removal?"][0]


def test_it_says_who_holds_the_text_and_on_what_terms() -> None:
    facts = rows(of(), "what")
    assert facts["identifier"] == ["`udhr`"]
    assert facts["custodian"] == ["United Nations (government organisation)"]
    assert facts["location of the custodian"] == ["Switzerland"]
    assert facts["licence"] == ["LicenseRef-UN <https://example.org/terms>"]
    assert facts["properties of the licence"] == ["public domain"]
    assert facts["attribution"] == ["United Nations, 1948"]
    assert facts["permission"] == ["granted; asked on 2026-11-20"]
    assert facts["note on the permission"] == ["by letter"]
    assert facts["personal information"] == ["No; general knowledge"]
    assert facts["original size"] == ["2 files, 12,345 bytes as they came"]
    assert facts["files"] == ["`data/udhr.jsonl.gz`, `x.jsonl`"]
    assert "Split by article." in section(of(), "Notes")


def test_it_follows_documents_from_step_to_step() -> None:
    assert rows(of(), "step") == {
        "step": ["documents before", "removed", "documents after"],
        "read": ["100", "6", "94"],
        "`remove_html_spans`": ["94", "0", "94"],
        "`filter_remove_empty_docs`": ["94", "3", "91"],
        "`filter_small_docs_bytes_300`": ["91", "4", "87"],
    }
    said = section(of(), "Cleaning")
    assert "- `filter_remove_empty_docs`: Keep a document that has more than white space.\n" in said
    assert "`" not in section(of(1), "Cleaning")
    assert rows(of(), "dropped by")["kept"] == ["", "80", "80.0%", "7,900", "80", "7,900"]
    by_language = rows(section(of(), "Documents dropped"), "language")
    assert by_language["not known"][0] == "6"
    assert by_language["total"][-2:] == ["8,440", "7,900"]


def test_thresholds_and_filters_not_applied_are_told_for_each_language() -> None:
    thresholds = rows(section(of(), "Thresholds in force"), "language")
    header = thresholds["language"]
    assert header == [*(name.replace("_", "\\_") for name in ORDER), "whose"]
    fon = dict(zip(header, thresholds["Fon (fon)"], strict=True))
    assert fon["flagged\\_words"] == fon["perplexity"] == "not applied"
    assert fon["number\\_words"] == "10 to 100,000"
    assert fon["character\\_repetition"] == f"n = 10: ≤ {load('fon').filters['character_repetition'].max:g}"
    reasons = {row[0]: row[1:] for row in tables(section(of(), "Filters not applied"))[0]}
    assert reasons["`flagged_words`"] == [
        "there is no list of flagged words for the language",
        "Fon (fon), Yoruba (yo)",
    ]
    assert "tuned by hand for ROOTS" in of(1)


def test_it_says_its_weight_and_what_is_in_the_corpus() -> None:
    mixed = rows(section(of(), "In the corpus"), "language")
    share = {row.language: row.sampling for row in corpus().shares}
    assert mixed["Yoruba (yo)"] == ["70", "7,000", "70.00%", f"{share['yo']:.2%}", "35", "3,500"]
    assert mixed["Fon (fon)"] == ["10", "900", "100.00%", f"{share['fon']:.2%}", "10", "900"]


def test_personal_data_what_was_looked_for_and_what_was_found() -> None:
    found = section(of(), "Personal data")
    assert rows(found, "kind")["e-mail addresses"] == ["`PI:EMAIL`", "replaced by a placeholder"]
    assert rows(section(found, "What was found"), "kind")["e-mail addresses"] == ["3", "5", "1", "2"]
    assert "Personal data was not looked for." in section(of(1), "Personal data")


def test_examples_stand_there_or_why_there_are_none() -> None:
    assert "kukuru PI:EMAIL</blockquote>" in section(of(), "Examples")
    assert "No text of this source is shown here: personal data is not replaced in it." in section(of(1), "Examples")


def test_known_limits_follow_from_the_entry() -> None:
    first, second = (section(of(place), "Known limits") for place in (0, 1))
    assert "replaced only where a rule finds it" in first
    assert "collected from the web" not in first
    for words in ("not asked", "collected from the web", "Nothing was redacted", "is not clear"):
        assert words in second


def test_how_a_text_is_removed_and_whom_to_ask() -> None:
    removal = section(of(contact="write to us"), "To have a text removed")
    assert "About the corpus: write to us" in removal
    assert "About the source, its custodian: info@example.org" in removal
    assert "roots remove" in removal
    assert "names no contact" in section(of(), "To have a text removed")


def test_a_source_of_which_nothing_was_kept_still_has_a_card() -> None:
    counts = funnel.of_counts([(None, "error:read", 3, 0)], "udhr")
    empty = corpus(sources=[Source(ENTRY, counts, 1, 0)], mixed={}, shares=[], languages={}, configs=(), examples={})
    one = card(empty.sources[0], empty)
    assert "language" not in front(one)
    assert "No document of this source is in the corpus." in one
    assert "No filter dropped a document of this source." in one
    assert "3 documents came in and 0 are kept." in one
