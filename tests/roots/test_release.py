"""The cards of a build say what the rooms counted, and those of sources that went go too."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines import storage
from pipelines.run import Runtime
from roots import funnel
from roots.audit import record as audit_record
from roots.build import Built, build
from roots.folders import discard_sources
from roots.recipe import load
from roots.release import MANIFEST, corpus, gather, write_cards
from tests.roots.cards.test_audit import read

pytestmark = pytest.mark.usefixtures("plainly")


@pytest.fixture
def built(source: Callable[..., Path], tmp_path: Path, memory: str, yoruba: str, yoruba_too: str) -> Built:
    """A small corpus of two sources, in memory, tokens and all."""
    source("one", [{"text": yoruba}, {"text": "kukuru"}])
    source("two", [{"text": yoruba_too}])
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(
        'name = "small"\ndescription = "d"\ncontact = "c"\nsources = ["sources/*.toml"]\n'
        "mix = { alpha = 0.5 }\ntokenizer = { vocabulary = 270 }"
    )
    return build(load(recipe), memory, Runtime())


def test_what_the_cards_are_made_from_is_what_was_counted(built: Built) -> None:
    assert built.mixed is not None
    assert built.tokens is not None
    found = corpus(built, built.mixed)
    assert (found.name, found.description, found.contact, found.profile) == ("small", "d", "c", "fixed")
    assert [source.entry.uid for source in found.sources] == ["one", "two"]
    assert [funnel.total(source.funnel).documents for source in found.sources] == [2, 1]
    assert [(source.files, source.bytes > 0) for source in found.sources] == [(1, True), (1, True)]
    assert [share.gets for share in found.shares] == [built.mixed.gets["yo"]]
    assert {key: documents for key, (documents, _) in found.mixed.items()} == {("one", "yo"): 1, ("two", "yo"): 1}
    assert sum(size for _, size in found.mixed.values()) == built.mixed.gets["yo"]
    assert found.tokens == {"yo": built.tokens["yo"]["tokens"]}
    assert (found.vocabulary, found.alpha, found.budget, found.strict) == (270, 0.5, None, False)
    assert (found.tokenizer.kind, found.tokenizer.vocabulary, len(found.tokenizer.sha256)) == ("bpe", 270, 64)
    assert [config["config_name"] for config in found.configs] == ["yo"]


def test_a_file_counts_once_however_many_slices_it_was_read_in(built: Built) -> None:
    assert built.mixed is not None
    [one, *others] = built.curated
    slices = [{**one, "slice": [number, 3]} for number in range(3)]
    before, after = (corpus(each, built.mixed) for each in (built, replace(built, curated=[*slices, *others])))
    assert [(source.files, source.bytes) for source in after.sources] == [
        (source.files, source.bytes) for source in before.sources
    ]


def test_cards_are_written_and_those_of_sources_that_went_go(built: Built, memory: str) -> None:
    assert storage.names(storage.join(memory, "cards")) == ["by-language", MANIFEST, "map.json", "one", "two"]
    before = storage.read_bytes(storage.join(memory, "README.md"))
    mine = [each for each in built.judged if each.shard.source == "one"]
    one = replace(built, entries=built.entries[:1], judged=mine)
    written = ["README.md", "cards/one/README.md", "cards/by-language/yo/README.md"]
    assert write_cards(one, memory)[:3] == written
    assert storage.names(storage.join(memory, "cards")) == ["by-language", MANIFEST, "map.json", "one"]
    named = [each["file"] for each in storage.read_json(storage.join(memory, "cards", MANIFEST))["files"]]
    assert named[:3] == [f"../{path}" for path in written]
    assert storage.read_bytes(storage.join(memory, "README.md")) != before
    write_cards(built, memory)
    assert storage.read_bytes(storage.join(memory, "README.md")) == before


def test_the_cards_of_languages_that_went_go_too(built: Built, memory: str) -> None:
    assert storage.names(storage.join(memory, "cards", "by-language")) == ["yo"]
    assert built.mixed is not None
    write_cards(replace(built, mixed=replace(built.mixed, shares=[])), memory)
    assert storage.names(storage.join(memory, "cards", "by-language")) == []


def test_examples_and_personal_data_are_what_measures_and_ledgers_say(built: Built, memory: str) -> None:
    facts = gather(built, memory, Runtime())
    [dropped] = [each for each in facts.of_sources["one"] if not each.kept]
    assert (dropped.filter, dropped.text, dropped.source) == ("number_words", "kukuru", "one")
    assert [each.kept for each in facts.of_languages["yo"]] == [False, True]
    assert facts.personal == {"one": [], "two": []}
    card = storage.read_bytes(storage.join(memory, "cards", "by-language", "yo", "README.md")).decode()
    assert ">kukuru</blockquote>" in card


def test_what_speakers_said_stands_on_the_card_of_their_language_and_is_kept(built: Built, memory: str) -> None:
    audit_record.save(memory, "yo", read()["yo"])
    before = storage.read_bytes(audit_record.path(memory, "yo"))
    write_cards(built, memory)
    for card in ("README.md", "cards/by-language/yo/README.md"):
        assert "66.7% (" in storage.read_bytes(storage.join(memory, card)).decode()
    discard_sources(memory, [])
    assert storage.read_bytes(audit_record.path(memory, "yo")) == before


def test_validation_and_tokens_are_counted_by_language() -> None:
    from roots import release

    files = [{"sources": [["one", 2, 20], ["two", 1, 5]]}]
    manifests = {"yo": files, "yo/validation": [{"sources": [["one", 1, 7]]}]}
    assert release._mixed(manifests) == {("one", "yo"): (3, 27), ("two", "yo"): (1, 5)}
    assert release._validation(manifests) == {"yo": (1, 7)}
    assert release._tokens({"yo": {"tokens": 5}, "yo/validation": {"tokens": 2}}) == {"yo": 7}


def test_without_a_mix_there_are_no_cards(built: Built, memory: str) -> None:
    assert write_cards(replace(built, mixed=None), memory) == []
