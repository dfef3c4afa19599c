"""The facts of a map: sums are those of the funnel, names are shown and do nothing, very many leaves become few."""

import json

import pytest

from lang_params.params import load
from pipelines.bins import Scale
from pipelines.census import Census
from roots import funnel
from roots.map import facts as map_facts
from roots.map.facts import BINS, REST, facts
from tests.roots.mapped import ARABIC, HOSTILE, census, corpus, languages, made


def total(found: dict[str, object], scope: str) -> list[int]:
    return [sum(part[scope][place] for part in found["parts"]) for place in (0, 1)]  # type: ignore[attr-defined, index]


def test_sums_are_those_of_funnel_and_mix() -> None:
    whole = funnel.total(corpus().whole)
    assert total(made(), "in") == [whole.documents, whole.bytes]
    assert total(made(), "kept") == [whole.kept, whole.kept_bytes]
    assert total(made(), "corpus") == [sum(value[place] for value in corpus().mixed.values()) for place in (0, 1)]
    for part in made()["parts"]:
        assert part["in"][0] == part["kept"][0] + sum(row[1] for row in part["dropped"])


def test_every_language_of_the_corpus_is_there_and_others_are_one() -> None:
    codes = [each["code"] for each in made()["languages"]]
    assert codes == [*languages(), ""]
    [other] = [part for part in made()["parts"] if part["language"] == codes.index("") and part["source"] == 0]
    assert other["in"] == [7, 400]
    assert [made()["causes"][row[0]]["name"] for row in other["dropped"]] == ["error", "language_id"]


def test_causes_stand_in_the_order_in_which_documents_meet_them_and_are_explained() -> None:
    assert [cause["name"] for cause in made()["causes"]] == ["error", "clean:filter_small", "stopwords", "language_id"]
    assert all(cause["what"] for cause in made()["causes"])


def test_names_are_shown_as_they_are_but_nothing_in_them_turns_the_page() -> None:
    names = [source["name"] for source in made()["sources"]]
    assert ARABIC in names
    assert HOSTILE in names
    assert "Library \\u202egnihton\\u202c of \\u2066x" in names


def test_histograms_have_fifty_bars_and_the_cut_off_of_the_language() -> None:
    number = list(languages()).index("yo")
    found = {each["filter"]: each for each in made()["histograms"] if each["language"] == number}
    assert set(found) == {"stopwords", "special_characters"}
    each = found["stopwords"]
    assert each["min"] == load("yo").filters["stopwords"].min
    assert each["low"] < each["min"] < each["high"]
    assert (each["measured"], each["drops"], each["notApplied"]) == (5, 1, "")
    kept, dropped = each["kinds"]["oscar"]
    assert (len(kept), sum(kept), sum(dropped)) == (BINS, 2, 1)
    assert list(each["kinds"]) == ["catalogue", "oscar"]


def test_a_filter_that_is_not_applied_says_why() -> None:
    number = list(languages()).index("fon")
    notes = {each["filter"]: each["notApplied"] for each in made()["histograms"] if each["language"] == number}
    assert notes["stopwords"] == load("fon").not_applied().get("stopwords", "")


def test_boxes_are_of_what_came_in_and_of_what_was_kept() -> None:
    number = list(languages()).index("yo")
    boxes = made()["sizes"][number]
    assert len(boxes["in"]) == len(boxes["kept"]) == 5
    assert boxes["in"][0] < boxes["kept"][0]
    assert 950 < boxes["kept"][2] < 1050


def test_of_very_many_leaves_the_smaller_ones_of_a_language_are_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(map_facts, "LEAVES", 10)
    few = facts(corpus(), census())
    assert total(few, "in") == total(made(), "in")
    assert total(few, "corpus") == total(made(), "corpus")
    assert len([part for part in few["parts"] if part["source"] != REST]) == 10
    assert sum(part["sources"] for part in few["parts"]) == len(made()["parts"])
    assert few["sizes"] == made()["sizes"]
    assert len(few["parts"]) <= 10 + len(few["languages"])
    assert sum(row[2] for row in few["files"]) == 32


def test_splits_of_a_language_are_its_own() -> None:
    changed = {(uid, f"{lang}/validation"): counts for (uid, lang), counts in corpus().mixed.items()}
    found = facts(corpus(mixed={**corpus().mixed, **changed}, tokens={"yo": 5, "yo/validation": 2}), census())
    assert total(found, "corpus") == [2 * value for value in total(made(), "corpus")]
    assert [each["tokens"] for each in found["languages"] if each["code"] == "yo"] == [7]


def test_a_corpus_of_nothing_has_facts_too() -> None:
    found = facts(corpus(sources=[], mixed={}, tokens={}), Census())
    assert (found["parts"], found["languages"], found["histograms"]) == ([], [], [])
    assert len(found["extensions"]) == 25


def test_a_map_of_all_languages_is_small() -> None:
    assert len(json.dumps(made(), ensure_ascii=False).encode()) < 400_000
    assert isinstance(map_facts.SCALES["bytes"], Scale)
