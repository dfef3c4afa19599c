"""A list of words, changed in a notebook: what is struck out goes, what is new comes, the head stays."""

from pathlib import Path

import pytest

from lang_params.files import read_words
from roots.panels.words import WordList


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    path = tmp_path / "stopwords" / "yo.txt"
    path.parent.mkdir()
    path.write_text("# Stop words of Yoruba\n# Licence: CC0-1.0\nni\nàti\nGNOME\n", encoding="utf-8")
    return path


def test_words_are_struck_out_and_added(listed: Path) -> None:
    panel = WordList(listed)
    assert [word for _, word in panel.out.options] == ["ni", "àti", "GNOME"]
    panel.out.value = ["GNOME"]
    panel.new.value = " láti \n\nni\n"
    panel.write.click()
    text = listed.read_text(encoding="utf-8")
    assert text == "# Stop words of Yoruba\n# Licence: CC0-1.0\nni\nàti\nláti\n"
    assert "3 words" in panel.written.value
    assert panel.new.value == ""
    assert panel.out.value == ()
    assert read_words("stopwords", "yo", listed.parents[1]) == {"ni", "àti", "láti"}


def test_a_list_without_a_word_is_not_written(listed: Path) -> None:
    before = listed.read_bytes()
    panel = WordList(listed)
    panel.out.value = panel.words
    panel.write.click()
    assert "the list holds no word" in panel.written.value
    assert listed.read_bytes() == before
