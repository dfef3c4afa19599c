"""What is done with personal data is what languages and sources ask for."""

from dataclasses import replace

from lang_params.personal import KINDS
from roots.cards.actions import of_corpus, of_language, of_source
from tests.roots.carded import ENTRY, NEWS, corpus


def test_a_source_that_is_not_redacted_has_no_actions() -> None:
    made = corpus()
    assert of_source(made.sources[1], made) == {}
    assert of_source(made.sources[0], made)["EMAIL"] == ["redact"]
    assert tuple(of_source(made.sources[0], made)) == KINDS


def test_the_rules_of_roots_alone_in_its_profile() -> None:
    made = corpus(profile="roots-2022-03")
    found = of_corpus(made)
    assert [kind for kind in found if found[kind] != ["off"]] == ["EMAIL", "IP_ADDRESS", "KEY", "USER"]


def test_languages_that_differ_are_joined() -> None:
    made = corpus()
    languages = dict(made.languages)
    changed = replace(languages["fon"].personal, actions={**languages["fon"].personal.actions, "EMAIL": "drop"})
    made = replace(made, languages={**languages, "fon": replace(languages["fon"], personal=changed)})
    assert of_source(made.sources[0], made)["EMAIL"] == ["drop", "redact"]
    assert of_language(made.languages["yo"], made)["EMAIL"] == ["redact"]
    assert of_language(made.languages["fon"], made)["EMAIL"] == ["drop"]


def test_a_source_may_ask_for_something_else() -> None:
    made = corpus(replace(ENTRY, redaction=(("PHONE", "off"), ("USER", "mark"))), NEWS)
    assert of_source(made.sources[0], made)["PHONE"] == ["off"]
    assert of_source(made.sources[0], made)["USER"] == ["mark"]


def test_nothing_is_said_of_a_corpus_without_redacted_sources() -> None:
    assert of_corpus(corpus(replace(ENTRY, redact=False), NEWS)) == {}
