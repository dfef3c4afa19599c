"""The panel of one's own list reads files, measures a sample, warns, and gives the list as a file."""

import base64
from pathlib import Path

import pytest
from dash import Dash, no_update

from roots.inspect import Corpus
from roots.own_list import listed
from roots.page.own_list import SHOWN, drawn, found, layout, register, taken, uploaded
from roots.page.served import Question, Served
from roots.sampled import Draw
from tests.corpora import YORUBA, YORUBA_TOO
from tests.roots.filtered import filtered

pytestmark = pytest.mark.usefixtures("own_cache")

QUESTION: Question = {"lang": "yo", "source": "", "signal": "", "limits": {}}


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(Corpus(filtered(tmp_path, "yo", [YORUBA, YORUBA_TOO])))


def sent(data: bytes) -> str:
    return "data:text/plain;base64," + base64.b64encode(data).decode()


def test_a_file_is_read_into_the_box() -> None:
    text, said = uploaded(sent("\ufeffní\r\nti\r\n".encode()), "mine.txt")
    assert text == "ní\r\nti\r\n"
    assert "2 words read." in str(said)


@pytest.mark.parametrize(
    ("contents", "message"),
    [
        (sent(b"\xff"), "mine.txt: byte 0 is not UTF-8"),
        (sent(b""), "mine.txt: the list holds no word"),
        (sent(b"x" * 1_000_001), "mine.txt: has 1,000,001 bytes; lists of at most 1,000,000 bytes are read"),
        ("data:text/plain;base64,%%%", "mine.txt: was not sent whole; choose it again"),
    ],
)
def test_a_file_that_is_no_list_is_refused(contents: str, message: str) -> None:
    text, said = uploaded(contents, "mine.txt")
    assert text is no_update
    assert message in str(said)


def test_old_and_new_stand_beside_each_other_with_hits_and_warnings(served: Served) -> None:
    said = str(found(served, QUESTION, "stopwords", "ní\nZz\nжук\n", Draw()))
    assert "3 words, measured in all 2 documents in Yoruba (yo) that limits decide about." in said
    assert "With min = 0.16 the list in force drops 0 documents (0.0 %), yours 2 documents (100.0 %)." in said
    assert "Bdi(children='ní'" in said
    assert "Words that never occur" in said
    assert "2 warnings about the list" in said
    assert "line 2: 'Zz' never matches: words are lower-cased, as 'zz'" in said


def test_a_moved_limit_is_the_one_that_counts(served: Served) -> None:
    moved: Question = {**QUESTION, "limits": {"stopwords": {"min": 0.01}}}
    assert "With min = 0.01 the list in force drops 0" in str(found(served, moved, "stopwords", "ní", Draw()))


def test_a_list_without_faults_has_no_warnings_and_a_long_one_few(served: Served) -> None:
    assert "warning" not in str(found(served, QUESTION, "stopwords", "ní\nti", Draw()))
    many = str(found(served, QUESTION, "stopwords", "\n".join(f"A{number}b" for number in range(400)), Draw()))
    assert "400 warnings about the list" in many
    assert f"And {400 - SHOWN} warnings more." in many
    assert "400 words, of which the first 300 stand here:" in many


def test_what_is_wrong_is_said(served: Served) -> None:
    assert "your list: the list holds no word" in str(found(served, QUESTION, "stopwords", "", Draw()))
    nowhere = str(found(served, QUESTION, "stopwords", "ní", Draw(source="nowhere")))
    assert "holds no document in yo of nowhere" in nowhere


def test_what_is_left_empty_is_as_at_first() -> None:
    assert drawn(QUESTION, None, None) == Draw()
    assert drawn({**QUESTION, "source": "a", "signal": "b"}, 5, 0) == Draw(5, 0, "a", "b")


def test_the_list_is_taken_home_with_who_and_why(served: Served) -> None:
    file, told = taken(served, QUESTION, "stopwords", "ní\nti", ("Adé", "read in texts"))
    assert file["filename"] == "yo.txt"
    assert listed(file["content"]) == ["ní", "ti"]
    assert "lang_params/stopwords/yo.txt" in str(told)
    file, told = taken(served, QUESTION, "stopwords", "ní", ("", ""))
    assert file is no_update
    assert "give both" in str(told)
    assert "the list holds no word" in str(taken(served, QUESTION, "stopwords", "", ("a", "b"))[1])


def test_the_panel_has_what_is_written_to_and_registers(served: Served) -> None:
    app = Dash("test", enable_mcp=False)
    register(app, served)
    assert len(app.callback_map) == 3
    assert "own-list-upload" in str(layout())
