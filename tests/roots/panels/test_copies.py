"""Pairs of copies in a notebook: chosen, shown side by side, with personal data replaced."""

from html import unescape
from pathlib import Path

import pytest

from roots.folders import FolderError
from roots.inspect import Corpus
from roots.pairs import Wanted
from roots.panels.copies import Copies, drawn
from tests.measured import Wanted as Made
from tests.measured import measured


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    work = tmp_path_factory.mktemp("copies") / "work"
    measured(str(work), Made(600, ("yo", "ar"), copies=0.1, texts=True))
    return Corpus(work)


def test_pairs_are_shown_on_a_page_of_their_own(corpus: Corpus) -> None:
    panel = Copies(corpus)
    assert panel.shown.value.startswith('<iframe sandbox srcdoc="')
    page = unescape(panel.shown.value)
    assert "Each copy stands beside the document that was kept in its place" in page
    assert page.count("<article>") == 5
    panel.number.value = 2
    assert unescape(panel.shown.value).count("<article>") == 2


def test_a_language_a_method_and_a_similarity_can_be_chosen(corpus: Corpus) -> None:
    panel = Copies(corpus)
    assert [value for _, value in panel.method.options] == [None, "exact"]
    panel.language.value = "ar"
    assert "in Arabic (ar)" in panel.shown.value
    panel.method.value, panel.near.value, panel.around.value, panel.seed.value = "exact", True, 0.5, 3
    assert panel.wanted == Wanted("ar", None, "exact", 0.5, 5, 3)
    assert "nearest to 0.5" in panel.shown.value


def test_texts_are_those_that_may_be_shown(corpus: Corpus) -> None:
    found = drawn(corpus.work, Wanted(number=1), lambda id: f"{id[:4]} as it may be shown")
    [pair] = found.pairs
    assert "".join(part.text for part in pair.copy.side.parts) == f"{pair.copy.id[:4]} as it may be shown"
    assert pair.copy.side.parts[0].differs


def test_a_language_without_copies_is_said_in_words(tmp_path: Path) -> None:
    measured(str(tmp_path), Made(300, ("yo",), copies=0.0001, texts=False))
    panel = Copies(Corpus(str(tmp_path)))
    assert "was dropped as a copy" in panel.shown.value


def test_a_folder_in_which_no_copies_were_looked_for_is_refused(tmp_path: Path) -> None:
    measured(str(tmp_path), Made(100, ("yo",), copies=0))
    with pytest.raises(FolderError, match="no copies were looked for"):
        Copies(Corpus(str(tmp_path)))
