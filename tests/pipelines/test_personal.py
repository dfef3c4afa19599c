"""What becomes of personal data is said by language and by source; a changed action makes anew only what it changes."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.entry import Entry, load
from filters import pii_names
from filters.model_files import ModelError
from lang_params.params import LangParams, default, load_all
from pipelines import personal, storage, tables
from pipelines.config import Config
from pipelines.curate import Wanted, curate
from pipelines.run import Runtime

Source = Callable[..., Path]

WANTED = Wanted(stages=("declare", "redact"))
NUMBER = "Gbogbo ènìyàn: pe 0803 123 4567 tàbí kọ sí ade@example.org lónìí."


@pytest.fixture(scope="module")
def config() -> Config:
    return Config("fixed", load_all(), default())


def acting(config: Config, code: str, **actions: str) -> Config:
    """The configuration with other actions in one language."""
    params = config.languages[code]
    chosen = replace(params.personal, actions={**params.personal.actions, **actions})
    languages: dict[str, LangParams] = {**config.languages, code: replace(params, personal=chosen)}
    return replace(config, languages=languages)


def made(work: str, entry: Entry, config: Config) -> list[dict[str, Any]]:
    """Text, cause of loss and tags of each document."""
    [manifest] = curate(work, [entry], config, Runtime(), WANTED)
    documents, measures = (
        tables.read(storage.join(work, entry.uid, table, manifest["tables"][table]["file"])).to_pylist()
        for table in ("documents", "measures")
    )
    return [
        {"text": one["text"], "lost": two["lost"], "tags": [span["tag"] for span in two["pii"]]}
        for one, two in zip(documents, measures, strict=True)
    ]


def test_a_source_says_what_becomes_of_a_kind(source: Source, config: Config, memory: str) -> None:
    entry = load(source("one", [{"text": NUMBER}]))
    text = "Gbogbo ènìyàn: pe {} tàbí kọ sí PI:EMAIL lónìí."
    expected = {
        "redact": (text.format("PI:PHONE"), None, ["PHONE", "EMAIL"]),
        "drop": (text.format("PI:PHONE"), "pii:PHONE", ["PHONE", "EMAIL"]),
        "mark": (text.format("0803 123 4567"), None, ["PHONE", "EMAIL"]),
    }
    for action, (said, lost, tags) in expected.items():
        [row] = made(memory, replace(entry, redaction=(("KEY", "off"), ("PHONE", action))), config)
        assert (row["text"], row["lost"], row["tags"]) == (said, lost, tags), action
    [row] = made(memory, replace(entry, redaction=(("KEY", "off"), ("PHONE", "off"))), config)
    assert (row["text"], row["tags"]) == (text.format("0803 123 4567"), ["EMAIL"])


def test_redact_false_goes_before_all(source: Source, config: Config, memory: str) -> None:
    entry = replace(load(source("one", [{"text": NUMBER}])), redact=False, redaction=(("PHONE", "drop"),))
    [manifest] = curate(memory, [entry], config, Runtime(), WANTED)
    document = tables.read(storage.join(memory, "one", "documents", manifest["tables"]["documents"]["file"]))
    assert document.column("text").to_pylist() == [NUMBER]
    assert personal.redacting(config, entry, WANTED.stages) == {}
    assert personal.shown_by(config, entry) is None


def test_in_the_profile_of_2022_nothing_but_the_four_rules_counts(source: Source, config: Config, memory: str) -> None:
    entry = replace(load(source("one", [{"text": NUMBER}])), redaction=(("PHONE", "drop"), ("EMAIL", "off")))
    [row] = made(memory, entry, replace(config, profile="roots-2022-03"))
    assert (row["lost"], row["tags"]) == (None, ["KEY", "EMAIL"])


def test_a_changed_action_makes_anew_only_documents_in_that_language(source: Source, config: Config) -> None:
    yoruba = load(source("one", [{"text": NUMBER}]))
    swahili = replace(yoruba, languages=("sw",))
    other = acting(config, "yo", PHONE="mark")
    for entry, same in ((yoruba, False), (swahili, True), (replace(yoruba, languages=("yo", "sw")), False)):
        before, after = (personal.redacting(each, entry, WANTED.stages) for each in (config, other))
        assert (before == after) is same, entry.languages
    assert personal.redacting(other, yoruba, ("declare", "measure")) == {}
    assert other.measuring(()) == config.measuring(()), "measures are those of the text before"


def test_countries_decide_nothing_where_nothing_is_looked_for_by_country(config: Config) -> None:
    off = acting(config, "yo", PHONE="off")
    params = off.languages["yo"]
    moved = replace(params, personal=replace(params.personal, countries=("IN",)))
    other = replace(off, languages={**off.languages, "yo": moved})
    assert off.redacting(("yo",), {}) == other.redacting(("yo",), {})
    assert config.redacting(("yo",), {}) != replace(config, languages=other.languages).redacting(("yo",), {})


def test_the_records_of_oscar_decide_which_parameters_are_in_the_key(source: Source) -> None:
    entry = load(source("one", [{"text": "x"}]))
    assert personal.declared(entry) == ("yo",)
    assert personal.declared(replace(entry, kind="oscar")) == ()
    assert personal.declared(replace(entry, data=replace(entry.data, lang="lang"))) == ()


def test_samples_are_redacted_by_all_that_the_languages_look_for(source: Source, config: Config) -> None:
    entry = load(source("one", [{"text": "x"}]))
    choice = personal.shown_by(acting(config, "yo", PHONE="mark"), entry)
    assert choice is not None
    assert choice.having("mark") == ()
    assert (choice.countries, "PHONE" in choice.having("redact")) == (("BJ", "NG"), True)


def test_a_model_of_names_that_is_not_there_is_an_error_before_anything_runs(
    source: Source, config: Config, memory: str
) -> None:
    entry = load(source("one", [{"text": NUMBER}]))
    params = config.languages["yo"]
    chosen = replace(params.personal, names="yo_no_such_model", actions={**params.personal.actions, "PERSON": "redact"})
    named = replace(config, languages={**config.languages, "yo": replace(params, personal=chosen)})
    with pytest.raises(ModelError, match="python -m spacy download yo_no_such_model"):
        curate(memory, [entry], named, Runtime(), WANTED)
    with pytest.raises(ModelError, match=r"the language names no model: write names = "):
        curate(memory, [replace(entry, redaction=(("PERSON", "redact"),))], config, Runtime(), WANTED)
    personal.check_names(named, [replace(entry, redact=False)])
    pii_names.load.cache_clear()
