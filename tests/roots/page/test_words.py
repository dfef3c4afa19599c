"""The panel of words shows which words would go and which would stay."""

from pathlib import Path

import pytest
from dash import Dash

from roots.inspect import Corpus
from roots.page.served import Question, Served
from roots.page.words import SHOWN, found, layout, register
from roots.words_seen import Dropping
from tests.corpora import YORUBA
from tests.roots.filtered import filtered

pytestmark = pytest.mark.usefixtures("own_cache")

QUESTION: Question = {"lang": "yo", "source": "", "signal": "", "limits": {}}


@pytest.fixture
def served(tmp_path: Path) -> Served:
    many = " ".join(f"ọ̀rọ̀{number}á" for number in range(SHOWN))
    return Served(Corpus(filtered(tmp_path, "yo", [f"{YORUBA} {'á' * 40} www.ilé.com {many}"])))


def test_words_that_go_and_words_that_stay(served: Served) -> None:
    said = str(found(served, QUESTION, Dropping(30, substrings=True)))
    assert "Words that would go: 2" in said
    assert "too long" in said
    assert "holds one of the pieces" in said
    assert f", of which {SHOWN} stand here" in said
    assert "lang='yo'" in said


def test_where_no_word_would_go_that_is_said(served: Served) -> None:
    assert "No word would go." in str(found(served, QUESTION, Dropping()))


def test_what_cannot_be_shown_is_said(served: Served) -> None:
    assert "longest = 500" in str(found(served, QUESTION, Dropping(500)))
    nowhere: Question = {**QUESTION, "source": "nowhere"}
    assert "holds no document in yo of nowhere" in str(found(served, nowhere, Dropping(30)))


def test_the_panel_has_what_is_written_to_and_registers(served: Served) -> None:
    app = Dash("test", enable_mcp=False)
    register(app, served)
    assert list(app.callback_map) == ["words-longest.value", "words-found.children"]
    assert "words-show" in str(layout())
