"""Audits on cards: what was drawn, who labelled it, what came of it, and whether limits have changed since."""

from dataclasses import replace
from typing import Any

from lang_params.params import load
from roots.audit.record import Draw
from roots.audit.results import results
from roots.cards.audit import NOBODY, of_corpus, of_language
from roots.cards.corpus import card as corpus_card
from roots.cards.language import card
from tests.roots.audit.test_results import labels, sizes, still, strata
from tests.roots.carded import NASTY, corpus, rows, section

LIMITS = load("yo").judging()


def read(by: str = "Adé", **more: Any) -> dict[str, Draw]:
    """The audit of Yoruba, read."""
    given = strata(kept=(1000, 30), stopwords=(100, 30))
    found = results(given, labels(kept="bb" + 28 * "g", stopwords=20 * "b" + 10 * "g"), still(given), sizes(given))
    told = {**found.facts(), "by": by, "labels": {}, "limits": LIMITS, "unsure": 0, "unlabelled": 0, **more}
    return {"yo": Draw(0, LIMITS, given, ("closed_one",), told)}


def test_the_card_of_a_language_has_precision_and_recall_of_each_filter() -> None:
    made = section(card(corpus().languages["yo"], corpus(audits=read())), "Audit by a speaker")
    found = rows(made, "dropped by")
    assert found["`stopwords`"][:3] == ["100", "30", "20"]
    assert found["`stopwords`"][3].startswith("66.7% (")
    assert found["all filters"][4].startswith("50.0% (")
    assert "Labels by Adé: 38 good, 22 bad" in made
    assert "30 of 1,000 kept, 30 of 100 stopwords" in made
    assert "The limits are those that were in force then." in made
    assert "No document was drawn of closed\\_one" in made


def test_it_says_when_limits_have_changed_since() -> None:
    made = of_language(load("yo"), read(limits={**LIMITS, "stopwords": {**LIMITS["stopwords"], "min": 0.3}}))
    assert "Limits have changed since: stopwords: ≥ 0.3 then, ≥ " in made
    assert "| yes |" in of_corpus(read(limits={}), {"yo": load("yo")})


def test_a_name_that_would_act_does_not() -> None:
    made = of_language(load("yo"), read(by=NASTY))
    assert "<script>" not in made.replace("\\<script", "")
    assert "\n# " not in made


def test_a_language_that_nobody_has_looked_at() -> None:
    assert NOBODY in section(card(corpus().languages["fon"], corpus(audits=read())), "Audit by a speaker")
    assert of_language(load("yo"), {"yo": replace(read()["yo"], results=None)}) == NOBODY


def test_the_card_of_the_corpus_has_a_line_of_each_language() -> None:
    made = section(corpus_card(corpus(audits=read())), "Audits by speakers")
    line = rows(made, "language")["[Yoruba (yo)](cards/by-language/yo/README.md)"]
    assert line[0] == "60"
    assert [cell.split(" ")[0] for cell in line[1:]] == ["66.7%", "50.0%", "6.7%", "no"]
    assert "No speaker has labelled a sample of any language yet" in corpus_card(corpus())


def test_where_nothing_is_dropped() -> None:
    given = strata(kept=(9, 9))
    found = results(given, labels(kept=9 * "g"), still(given), sizes(given)).facts()
    told = {**found, "by": "", "limits": LIMITS, "unsure": 0, "unlabelled": 0}
    made = of_corpus({"yo": Draw(0, LIMITS, given, (), told)}, {"yo": load("yo")})
    assert "| 9 | nothing is dropped | nothing is dropped | 0.0% (all known) | no |" in made
