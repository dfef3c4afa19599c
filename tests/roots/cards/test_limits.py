"""What a card warns of follows from the entry and the parameters."""

from dataclasses import replace

import pytest

from catalog.entry import Custodian, Data, Entry, Licence, Permission, Pii
from lang_params.params import load
from roots.cards.limits import CRAWLED, DIGITISED, LICENSED, NOT_REDACTED, REDACTED, corpus_limits, source_limits

ENTRY = Entry(
    uid="udhr",
    name="",
    description="",
    kind="catalogue",
    languages=("zhs",),
    cleaning=(),
    redact=True,
    custodian=Custodian("", "other", ""),
    licence=Licence("MIT", (), ""),
    permission=Permission("granted"),
    pii=Pii("No", ""),
    data=Data(files=("x.jsonl",)),
)


def test_a_redacted_source_with_permission_has_only_the_limit_of_the_rules() -> None:
    assert source_limits(ENTRY, []) == [REDACTED]
    assert source_limits(replace(ENTRY, redact=False), []) == [NOT_REDACTED]


@pytest.mark.parametrize("kind", ["pseudo_crawl", "oscar"])
def test_crawled_text_is_said_to_be_crawled(kind: str) -> None:
    assert CRAWLED in source_limits(replace(ENTRY, kind=kind), [])
    assert CRAWLED in corpus_limits([ENTRY, replace(ENTRY, kind=kind)], [])
    assert CRAWLED not in corpus_limits([ENTRY], [])


def test_code_was_not_collected_from_the_web_and_its_licences_are_what_was_found() -> None:
    entry = replace(ENTRY, kind="code", languages=("code",))
    assert LICENSED in source_limits(entry, [])
    assert CRAWLED not in source_limits(entry, [])
    assert LICENSED in corpus_limits([ENTRY, entry], [])
    assert LICENSED not in corpus_limits([ENTRY], [])
    assert not any("Code" in limit for limit in source_limits(entry, [load("code")]))


@pytest.mark.parametrize("outcome", ["refused", "pending", "not asked"])
def test_missing_permission_comes_first(outcome: str) -> None:
    entry = replace(ENTRY, permission=Permission(outcome))
    assert source_limits(entry, [])[0].startswith("The custodian")
    assert corpus_limits([ENTRY, entry], [])[-1] == "No permission, or none yet, for these sources: udhr."


def test_an_unclear_answer_is_a_limit() -> None:
    assert "is not clear" in source_limits(replace(ENTRY, pii=Pii("Unclear", "")), [])[-1]


def test_sources_that_may_not_be_given_to_everyone_are_named() -> None:
    found = corpus_limits(
        [ENTRY, replace(ENTRY, uid="b", release="gated"), replace(ENTRY, uid="a", release="gated")], []
    )
    assert "The text of these sources may be given only to those who accept terms: a, b." in found
    assert not any("to nobody" in limit for limit in found)
    closed = corpus_limits([replace(ENTRY, release="closed")], [])
    assert "The text of these sources may be given to nobody: udhr." in closed


def test_languages_without_thresholds_identifier_or_model_are_named() -> None:
    limits = corpus_limits([ENTRY], [load("zhs"), replace(load("fon"), identifier="none")])
    assert limits[0] == DIGITISED
    assert any(limit.startswith("The thresholds of these") and limit.endswith(": Fon.") for limit in limits)
    assert not any(limit.startswith("Nobody has set") for limit in limits)
    untouched = corpus_limits([ENTRY], [replace(load("fon"), thresholds="default")])
    assert any(limit.startswith("Nobody has set") and limit.endswith(": Fon.") for limit in untouched)
    assert any(limit.startswith("No identifier") and limit.endswith(": Fon.") for limit in limits)
    assert any(limit.startswith("Without a language model") and "Fon" in limit for limit in limits)


def test_sources_without_redaction_are_named() -> None:
    assert "Nothing was redacted in these sources: a." in corpus_limits(
        [ENTRY, replace(ENTRY, uid="a", redact=False)], []
    )
