"""The panel of one's own text says what the build would say, under the limits in force and the moved ones."""

from pathlib import Path

import pytest
from dash import Dash

from filters.model_files import ModelError
from roots.inspect import Corpus
from roots.own_text import LONGEST
from roots.page import own_text
from roots.page.own_text import found, languages, layout, register
from roots.page.served import Question, Served
from tests.corpora import ENGLISH, YORUBA
from tests.roots.filtered import filtered

pytestmark = pytest.mark.usefixtures("own_cache")

QUESTION: Question = {"lang": "yo", "source": "", "signal": "", "limits": {}}


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(Corpus(filtered(tmp_path, "yo", [YORUBA])))


def test_a_text_that_passes(served: Served) -> None:
    said = str(found(served, QUESTION, YORUBA))
    assert "With the limits in force the filters keep this text." in said
    assert "0.639" in said
    assert "The changes left the text as it is." in said
    assert "lang='yo'" in said


def test_moved_limits_are_said_first_and_those_in_force_after(served: Served) -> None:
    moved: Question = {**QUESTION, "limits": {"number_words": {"min": 1000}}}
    said = str(found(served, moved, YORUBA))
    first = "With the limits as you have moved them this text is dropped, first by: Number of words."
    assert 0 < said.index(first) < said.index("With the limits in force the filters keep this text.")
    assert "1,000" in said


def test_another_language_is_said(served: Served) -> None:
    assert "identified as English (en)" in str(found(served, QUESTION, ENGLISH))


def test_words_that_went_are_shown(tmp_path: Path) -> None:
    served = Served(Corpus(filtered(tmp_path, "es", ["Todos los seres humanos nacen libres."])))
    said = str(found(served, {**QUESTION, "lang": "es"}, f"Hola {'x' * 30} a\u00a0b <b>www.a.com</b>"))
    assert "1 word went:" in said
    assert f"Bdi(children='{'x' * 30}'" in said
    assert "1 space written plainly" in said


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "There is no text"), (" \n", "There is no text"), ("a" * (LONGEST + 1), "the text has 10,001 characters")],
)
def test_what_cannot_be_measured_is_said(served: Served, text: str, message: str) -> None:
    [shown] = found(served, QUESTION, text)
    assert message in str(shown)
    assert "role='alert'" in str(shown)


def test_a_model_that_is_not_there_is_said(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: object) -> None:
        raise ModelError("yo.arpa: is not there")

    monkeypatch.setattr(own_text, "measured", fail)
    assert "yo.arpa: is not there" in str(found(served, QUESTION, YORUBA))


def test_the_panel_has_what_is_written_to_and_registers(served: Served) -> None:
    app = Dash("test", enable_mcp=False)
    register(app, served)
    assert "own-text-input" in str(layout())
    assert list(app.callback_map) == ["own-text-found.children"]
    assert "code" in languages(None)
