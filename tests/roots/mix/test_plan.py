"""A plan is written down and read again as it was; what was known is not decided anew."""

import pytest

from pipelines import storage
from pipelines.run import Runtime
from roots.mix.mixing import mix
from roots.mix.plan import planned, read, shares_of, written
from roots.mix.settings import MixSettings, SourceRule
from tests.roots.made import shelve
from tests.roots.mix.test_spread import documents

pytestmark = pytest.mark.usefixtures("plainly")

ASKED = MixSettings(
    alpha=0.3, budget=900, validation=0.2, upsampling=2, sources=(SourceRule("a", most=400),), shard_bytes=200
)


def test_a_plan_comes_back_from_json_as_it_was(memory: str) -> None:
    judged = shelve(memory, {"a": documents("a", 40), "b": documents("b", 9)})
    plan = planned(memory, judged, ASKED, Runtime())
    storage.write_json(storage.join(memory, "mix.json"), written(plan))
    says = storage.read_json(storage.join(memory, "mix.json"))
    assert read(plan.home, plan.settings, says) == plan
    assert shares_of(says) == plan.shares


def test_what_is_known_is_not_decided_again(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    judged = shelve(memory, {"a": documents("a", 40)})
    mixed = mix(memory, judged, ASKED, Runtime())
    monkeypatch.setattr("roots.mix.plan.decide", lambda *_: pytest.fail("decided again"))
    assert planned(memory, judged, ASKED, Runtime()).shares == mixed.shares


def test_planning_writes_no_dataset(memory: str) -> None:
    judged = shelve(memory, {"a": documents("a", 40)})
    planned(memory, judged, ASKED, Runtime())
    assert storage.names(storage.join(memory, "corpus")) == [".exchange"]


def test_a_document_elsewhere_leaves_files_of_other_languages_as_they_are(memory: str) -> None:
    rows = documents("a", 40)
    of = {lang: [row for row in rows if row["lang"] == lang] for lang in ("yo", "zu")}
    first = mix(memory, shelve(memory, {"y": of["yo"], "z": of["zu"]}), MixSettings(), Runtime())
    of["zu"][0]["dropped_by"] = "removed"
    second = mix(memory, shelve(memory, {"y": of["yo"], "z": of["zu"]}), MixSettings(), Runtime())
    assert first.manifests["yo"] == second.manifests["yo"]
    assert first.manifests["zu"][0]["key"] != second.manifests["zu"][0]["key"]


def test_datasets_are_named_by_language_and_split(memory: str) -> None:
    judged = shelve(memory, {"a": documents("a", 40)})
    plan = planned(memory, judged, MixSettings(validation=0.2), Runtime())
    assert plan.datasets["yo"] == ("yo/train", 1)
    assert plan.datasets["yo/validation"] == ("yo/validation", 1)
    assert planned(memory, judged, MixSettings(), Runtime()).datasets["yo"] == ("yo", 1)
