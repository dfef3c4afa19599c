"""Names of persons are found by the model that is named, wherever in a text; a model that is not there is an error."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from filters import pii_engines, pii_names
from filters.model_files import ModelError
from filters.pii import Span
from filters.pii_kinds import Choice


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A pipeline without weights that knows two names by heart."""
    import spacy

    folder = tmp_path_factory.mktemp("names") / "model"
    pipeline = spacy.blank("xx")
    ruler = pipeline.add_pipe("entity_ruler")
    known = {"Asha Juma": "PER", "Bakari": "PERSON", "Moshi": "GPE"}
    ruler.add_patterns([{"label": label, "pattern": name} for name, label in known.items()])  # type: ignore[attr-defined]
    pipeline.to_disk(folder)
    return str(folder)


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    yield
    pii_names.load.cache_clear()


def choice(model: str, action: str = "redact") -> Choice:
    return Choice((("EMAIL", "redact"), ("PERSON", action)), (), model)


def test_names_are_redacted_beside_what_the_rules_find(model: str) -> None:
    text = "Asha Juma (asha@example.org) na Bakari wa Moshi"
    replaced, spans, dropped = pii_engines.redact(text, choice(model))
    assert replaced == "PI:PERSON (PI:EMAIL) na PI:PERSON wa Moshi"
    assert [span.tag for span in spans] == ["PERSON", "EMAIL", "PERSON"]
    assert dropped is None
    assert pii_engines.redact(text, choice(model, "drop"))[2] == "PERSON"


def test_a_batch_is_as_each_text(model: str) -> None:
    texts = ["Bakari", "hakuna", "na Asha Juma"]
    assert pii_names.find_texts(pa.array(texts), choice(model)) == {
        0: [Span("PERSON", 0, 6)],
        2: [Span("PERSON", 3, 12)],
    }
    found = pii_engines.redact_texts(pa.array(texts), choice(model))
    assert found.texts.to_pylist() == ["PI:PERSON", "hakuna", "na PI:PERSON"]


def test_a_long_text_is_given_in_parts_and_no_name_is_lost(model: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pii_names, "LONGEST", 30)
    text = "Asha Juma alisema. " * 9
    assert pii_names.find(text, choice(model)) == [Span("PERSON", at * 19, at * 19 + 9) for at in range(9)]
    unbroken = "x" * 100
    assert "".join(part for _, part in pii_names._parts(unbroken)) == unbroken


def test_the_version_tells_models_apart(model: str) -> None:
    before = pii_names.version(model)
    (Path(model) / "more.txt").write_text("more", encoding="utf-8")
    assert before.startswith("xx_pipeline 0.0.0 ")
    assert pii_names.version(model) != before


def test_a_model_that_is_not_installed() -> None:
    with pytest.raises(ModelError, match=r"install it with: python -m spacy download sw_core_news_xl, or"):
        pii_names.find("Bakari", choice("sw_core_news_xl"))


def test_no_model_is_named() -> None:
    with pytest.raises(ModelError, match="the language names no model"):
        pii_names.find("Bakari", Choice((("PERSON", "redact"),)))
