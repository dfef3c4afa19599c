"""The card of the corpus answers what is in it, from whom, under which licence, what was dropped, and whom to ask."""

from dataclasses import replace

from catalog.entry import Permission
from lang_params.params import load
from pipelines.verdict import Refusals
from roots import funnel
from roots.cards.corpus import card
from roots.cards.facts import Source, Tokenizer
from roots.policy import LeftOut, Policy
from tests.roots.carded import ENTRY, NEWS, corpus, front, rows, section

TALKATIVE = {"description": "For tests.", "contact": "x@y.org"}


def test_its_head_answers_what_everybody_asks() -> None:
    head = rows(card(corpus(**TALKATIVE)), "question")
    assert head["What is in it?"][0] == "65 documents, 6,500 bytes of text in UTF-8, in 3 languages"
    assert head["From whom?"][0] == "2 sources of 1 custodian: United Nations"
    assert head["Under which licence?"][0] == (
        "each document under that of its source: CC-BY-SA-4.0 (1 source), LicenseRef-UN (1 source)"
    )
    assert head["What was dropped, and why?"][0].startswith("144 documents came in and 115 are kept.")
    assert head["What of personal data?"][0].startswith("rules found 6 places")
    assert head["What of personal data?"][0].endswith("nothing was replaced in 1 source")
    assert head["Whom to ask for removal?"][0] == "x@y.org"
    assert "For tests." in card(corpus(**TALKATIVE))


def test_one_of_a_thing_is_not_called_many() -> None:
    made = corpus(mixed={("udhr", "yo"): (1, 1)})
    assert rows(card(made), "question")["What is in it?"][0] == "1 document, 1 byte of text in UTF-8, in 1 language"


def test_where_nothing_is_in_nothing_is_loaded_and_nothing_was_found() -> None:
    made = corpus(mixed={}, shares=[])
    made = replace(made, sources=[replace(source, personal=()) for source in made.sources])
    assert "load_dataset" in card(corpus())
    assert "load_dataset" not in card(made)
    said = rows(card(made), "question")["What of personal data?"][0]
    assert said == "rules found no place with any; nothing was replaced in 1 source"


def test_code_is_told_apart_from_languages() -> None:
    made = corpus(mixed={("udhr", "yo"): (2, 20), ("udhr", "code"): (1, 9)}, languages={"code": load("code")})
    assert "in 1 language and in code" in rows(card(made), "question")["What is in it?"][0]


def test_languages_by_their_names_also_in_themselves_with_documents_bytes_and_tokens() -> None:
    made = card(corpus(tokens={"yo": 1234, "fon": 5}, vocabulary=8000, tokenizer=Tokenizer("bpe", 8000, "ab" * 32)))
    languages = rows(section(made, "Languages"), "language")
    yoruba = languages["[Yoruba](cards/by-language/yo/README.md)"]
    assert yoruba == ["Èdè Yorùbá", "`yo`", load("yo").language.bcp47, "Latn", "50", "5,000", "1,234"]
    assert "the byte-level BPE tokenizer of 8,000 pieces that was trained on a sample of this corpus" in made
    assert "ab" * 32 in made


def test_how_it_is_used_is_shown() -> None:
    used = section(card(corpus()), "Use")
    assert 'load_dataset("path/of/this/folder", "fon")' in used
    assert "all languages together" in used
    assert 'load_from_disk("corpus/fon")' in used
    assert "all languages together" not in section(card(corpus(configs=corpus().configs[:1])), "Use")


def test_what_is_set_apart_for_validation_is_said() -> None:
    assert "Nothing is set apart for validation." in card(corpus())
    made = card(corpus(validation={"yo": (2, 200), "fon": (1, 90)}))
    assert "3 documents of these, 290 bytes, are set apart for validation" in made


def test_sources_with_their_terms_and_counts() -> None:
    sources = rows(section(card(corpus()), "Sources"), "source")
    assert sources["[News pages](cards/news_pages/README.md)"] == [
        "pseudo\\_crawl", "United Nations", "CC-BY-SA-4.0", "not asked", "44", "35", "20", "2,100",
    ]  # fmt: skip
    assert "- News pages: The editors. CC-BY-SA-4.0\n" in section(card(corpus()), "Licences and attribution")


def test_what_the_policy_accepts_and_what_was_left_out() -> None:
    policy = Policy(
        permission=("granted",), release="public", documents=Refusals(("tdm-reservation:1",), 500, 2_000_000)
    )
    made = section(
        card(corpus(policy=policy, left_out=[LeftOut("b", "Bee", "removed")])), "Left out, and on what ground"
    )
    for said in (
        "custodians that were accepted: granted.",
        "tdm-reservation:1.",
        "below 500",
        "2,000,000 bytes",
        "Bee",
    ):
        assert said in made
    assert "No source that the recipe names was left out." in card(corpus())


def test_the_funnel_has_documents_and_bytes_by_cause_language_and_source() -> None:
    made = section(card(corpus()), "Documents dropped")
    causes = rows(made, "dropped by")
    assert causes["in"][1] == "144"
    assert causes["`stopwords`"] == [
        "too few of the small words that sentences of its language need", "5", "3.5%", "300", "126", "12,600",
    ]  # fmt: skip
    assert causes["kept"][1:] == ["115", "79.9%", "11,500", "115", "11,500"]
    assert rows(made, "language")["language"][:3] == ["in", "error", "clean"]
    assert rows(made, "language")["German (de)"][-2:] == ["900", "0"]
    assert rows(made, "source")["total"][-2:] == ["12,940", "11,500"]


def test_personal_data_by_kind_and_by_language() -> None:
    made = section(card(corpus()), "Personal data")
    assert rows(section(made, "What was found"), "kind")["user names that begin with @"] == ["1", "1", "0", "0"]
    assert rows(made, "language") == {
        "language": ["EMAIL", "USER"], "Fon (fon)": ["0", "1"], "Yoruba (yo)": ["5", "0"]
    }  # fmt: skip
    assert "filters/PII.md" in made


def test_sources_of_which_no_text_is_shown_are_named() -> None:
    assert "- news\\_pages: personal data is not replaced in it.\n" in section(card(corpus()), "Examples")
    assert "no text is shown" not in section(card(corpus(ENTRY, replace(NEWS, redact=True))), "Examples")


def test_the_rule_of_the_mix_is_told() -> None:
    assert "budget: none, all that was kept" in card(corpus(budget=None))
    assert "exactly the sampling shares" in card(corpus(strict=True))
    assert "- what the mix says\n" in card(corpus(mixing=["what the mix says"]))
    assert rows(section(card(corpus()), "Shares of the languages"), "language")["Yoruba (yo)"][-2:] == [
        "5,000",
        "5,000",
    ]


def test_documents_that_stand_there_more_than_once_are_said_to() -> None:
    again = [replace(share, once=share.gets // 2) for share in corpus().shares]
    assert "some stand there more than once" in card(corpus(shares=again))
    assert "more than once" not in card(corpus())


def test_known_limits_name_sources_and_languages() -> None:
    made = section(card(corpus()), "Known limits")
    assert "The thresholds of these languages were derived" in made
    assert "No permission, or none yet, for these sources: news\\_pages." in made


def test_how_a_text_is_removed_stands_under_a_heading() -> None:
    made = section(card(corpus(**TALKATIVE)), "To have a text removed")
    for said in ("About the corpus: x@y.org", "`id`", "`url`", "roots remove RECIPE.toml", "--removed", "not reached"):
        assert said in made


def test_a_corpus_in_which_nothing_was_kept_still_has_a_card() -> None:
    counts = funnel.of_counts([(None, "error:read", 3, 0)], "udhr")
    empty = corpus(sources=[Source(ENTRY, counts, 1, 0)], mixed={}, shares=[], languages={}, configs=(), examples={})
    made = card(empty)
    assert front(made)["license"] == "unknown"
    assert "configs" not in front(made)
    assert "No document was kept in any language." in made
    assert "none: nothing is in it" in made


def test_many_custodians_are_counted_and_the_first_are_named() -> None:
    sources = [
        Source(replace(ENTRY, uid=f"s{number}", custodian=replace(ENTRY.custodian, name=f"Holder {number}")),
               funnel.of_counts([("yo", None, 1, 9)], f"s{number}"), 1, 9)
        for number in range(10)
    ]  # fmt: skip
    made = corpus(sources=sources, mixed={(f"s{number}", "yo"): (1, 9) for number in range(10)})
    held = rows(card(made), "question")["From whom?"][0]
    assert held.startswith("10 sources of 10 custodians: Holder 0; ")
    assert held.endswith("Holder 7; and 2 more")


def test_a_source_without_permission_is_a_limit() -> None:
    made = corpus(ENTRY, replace(NEWS, permission=Permission("pending")))
    assert "for these sources: news\\_pages." in card(made)
