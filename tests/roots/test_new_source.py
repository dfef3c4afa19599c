"""A new entry by questions: what people type, and the file that comes of it."""

import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from catalog.entry import EntryError, faults, load
from roots import new_source
from roots.commands import roots as group
from tests.roots.made import Ended

Answer = Callable[..., Result]

HEAD = ["The News: Ìròyìn", "", "News in Yoruba", "", ""]
"""Name, uid, description, homepage, type."""

SOURCE = ["", "yor_Latn; en", "A paper", "2", "nigeria", "", "CC-BY-4.0", "4", "A paper, 2026", ""]
"""Kind, languages; the custodian: name, type, location, contact; the licence: id, properties, attribution, url."""

ENDING = ["open licence", "2", "", "news/*.jsonl.gz", "n"]
"""The answer of the custodian, personal information, release, files; and nothing more."""


@pytest.fixture
def answer(tmp_path: Path) -> Answer:
    """Runs `roots sources new` with lines typed."""

    def run(*lines: str, folder: str = "mine") -> Result:
        command = ["sources", "new", "--catalogue", str(tmp_path / folder)]
        return CliRunner().invoke(group, command, input="".join(f"{line}\n" for line in lines))

    return run


def written(folder: Path) -> dict[str, Any]:
    [path] = folder.glob("*.toml")
    assert faults(path) == []
    return tomllib.loads(path.read_text(encoding="utf-8"))


def test_the_shortest_answers_make_an_entry(answer: Answer, tmp_path: Path) -> None:
    ended = answer(*HEAD, *SOURCE, *ENDING)
    assert ended.exit_code == 0, ended.output
    path = tmp_path / "mine" / "the_news_iroyin.toml"
    assert ended.output.endswith(f"written: {path}\nnow: roots check {tmp_path / 'mine'}\n")
    assert written(tmp_path / "mine") == {
        "uid": "the_news_iroyin",
        "name": "The News: Ìròyìn",
        "description": "News in Yoruba",
        "type": "primary source",
        "kind": "catalogue",
        "languages": ["yo", "en"],
        "release": "public",
        "custodian": {"name": "A paper", "type": "commercial entity", "location": "Nigeria"},
        "licence": {"id": "CC-BY-4.0", "properties": ["open license"], "attribution": "A paper, 2026"},
        "permission": {"outcome": "open licence"},
        "pii": {"has_pii": "Yes - text author name only"},
        "data": {"files": ["news/*.jsonl.gz"]},
    }
    assert load(path).redact


def test_the_values_are_shown_with_numbers(answer: Answer) -> None:
    shown = answer(*HEAD, *SOURCE, *ENDING).output
    assert "  5  nonprofit/NGO\n" in shown
    assert "  or     other: and what it is\n" in shown
    assert "Where anybody may write to them or read about them; printed on cards.\n" in shown
    assert "uid [the_news_iroyin]: " in shown


def test_a_wrong_answer_is_asked_for_again(answer: Answer, tmp_path: Path) -> None:
    wrong = ["", "Yoruba", "xx", "yo", "", "A paper", "firm", "9", "other: a guild", "Nigera", "Nigeria", ""]
    rest = ["CC-BY-4.0", "open licence", "open license; public domain", "A paper", ""]
    ended = answer("", "News", "My News", "../x", "news", "About", "", "book", "", *wrong, *rest, *ENDING)
    assert ended.exit_code == 0, ended.output
    for message in (
        "'My News' is not allowed: Small letters a to z, digits and _",
        "'../x' is not allowed",
        "'book' is not allowed; known: primary source, processed dataset, language organisation",
        "'Yoruba' is the name of a language; its code is 'yo'",
        "'xx' is not a language of the corpus",
        "'firm' is not allowed",
        "'9' is not allowed",
        "did you mean 'Nigeria'?",
        "did you mean 'open license'?",
    ):
        assert message in ended.output, message
    found = written(tmp_path / "mine")
    assert found["custodian"]["type"] == "other: a guild"
    assert found["licence"]["properties"] == ["open license", "public domain"]


def test_an_entry_that_is_there_is_not_written_over(answer: Answer, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "the_news_iroyin.toml").write_text("mine")
    ended = answer(HEAD[0], "", "another", *HEAD[2:], *SOURCE, *ENDING)
    assert "the_news_iroyin.toml is there; choose another uid" in ended.output
    assert (tmp_path / "mine" / "the_news_iroyin.toml").read_text() == "mine"
    assert (tmp_path / "mine" / "another.toml").exists()


def test_what_does_not_fit_together_is_asked_for_again(answer: Answer, tmp_path: Path) -> None:
    source = [*SOURCE[:-3], "1; 7", *SOURCE[-2:]]
    ended = answer(*HEAD, *source, *ENDING, "4")
    assert ended.exit_code == 0, ended.output
    assert "licence.properties: a licence with the property 'do not distribute' cannot be released" in ended.output
    assert written(tmp_path / "mine")["licence"]["properties"] == ["open license"]


def test_an_answer_of_the_custodian_is_asked_for_in_full(answer: Answer, tmp_path: Path) -> None:
    asked = ["granted", "yesterday", "2026-11-20", "The editor", "letters/1.pdf"]
    pii = ["Yes", "very likely", "1; 3", "unlikely", "none"]
    ended = answer(*HEAD, *SOURCE, *asked, *pii, "gated", "x.jsonl", "n")
    assert ended.exit_code == 0, ended.output
    assert "must be a date such as 2026-11-20" in ended.output
    found = written(tmp_path / "mine")
    assert load(tmp_path / "mine" / "the_news_iroyin.toml").permission.asked == "2026-11-20"
    assert found["permission"]["document"] == "letters/1.pdf"
    assert found["pii"]["generic_kinds"] == ["names", "email addresses"]
    assert "numeric_kinds" not in found["pii"]


def test_no_personal_data_needs_a_reason(answer: Answer, tmp_path: Path) -> None:
    ended = answer(*HEAD, *SOURCE, "", "No", "2", "", "", "x.jsonl", "n")
    assert ended.exit_code == 0, ended.output
    assert written(tmp_path / "mine")["pii"] == {"has_pii": "No", "justification_class": "fictional text"}
    assert written(tmp_path / "mine")["permission"] == {"outcome": "not asked"}


def test_a_source_may_be_described_without_files(answer: Answer, tmp_path: Path) -> None:
    ended = answer(*HEAD, *SOURCE, *ENDING[:-2], "", "n")
    assert "it cannot be in a build until [data] names some" in ended.output
    assert "data" not in written(tmp_path / "mine")


def test_an_organisation_is_asked_for_less(answer: Answer, tmp_path: Path) -> None:
    ended = answer("A House", "", "Keeps books", "", "3", "A House", "library/museum/archive", "Kenya", "", "n")
    assert ended.exit_code == 0, ended.output
    assert set(written(tmp_path / "mine")) == {"uid", "name", "description", "type", "custodian"}


@pytest.mark.parametrize("kind", ["", "2", "3"])
def test_the_rest_of_the_form_can_be_left_open(answer: Answer, tmp_path: Path, kind: str) -> None:
    held = ["A House", "7", "Kenya", ""] if kind == "3" else [*SOURCE, *ENDING[:-1]]
    ended = answer(*HEAD[:-1], kind, *held, "y", *[""] * 60)
    assert ended.exit_code == 0, ended.output
    for section, absent in (("processed_from_primary", "2"), ("source_category", "")):
        assert (f"{section}." in ended.output) == (kind == absent)
    assert "language.scripts" in ended.output
    assert ("media.category" in ended.output) == (kind != "3")
    assert not {"media", "language", "procurement"} & written(tmp_path / "mine").keys()


def test_the_rest_of_the_form_can_be_answered(answer: Answer, tmp_path: Path) -> None:
    given = ["Yoruba", "Latn", "Nigeria; other: London", "", "", "Ada", "ada@paper.example", "yes", "", "1"]
    ended = answer(*HEAD, *SOURCE, *ENDING[:-1], "y", *given, *[""] * 60)
    assert ended.exit_code == 0, ended.output
    found = written(tmp_path / "mine")
    assert found["language"] == {"names": ["Yoruba"], "scripts": ["Latn"], "locations": ["Nigeria", "other: London"]}
    assert found["custodian"]["contact_submitter"] is True
    assert found["procurement"] == {"for_download": "yes, direct link"}


@pytest.mark.parametrize("lines", [HEAD, [*HEAD, *SOURCE], []])
def test_nothing_is_written_when_the_answers_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lines: Sequence[str]
) -> None:
    left = list(lines)

    def typed(*_: Any, **__: Any) -> str:
        if not left:
            raise click.Abort
        return left.pop(0)

    monkeypatch.setattr("click.termui.visible_prompt_func", typed)
    with pytest.raises(EntryError, match="stopped before the last question: nothing was written"):
        new_source.ask(tmp_path / "mine")
    assert not (tmp_path / "mine").exists()


def test_answers_that_end_are_said_to_leave_nothing_behind(
    roots: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def ended(*_: Any, **__: Any) -> str:
        raise EOFError

    monkeypatch.setattr("click.termui.visible_prompt_func", ended)
    done = roots("sources", "new", "--catalogue", tmp_path)
    assert (done.code, done.err.splitlines()[-1]) == (
        2,
        "error: stopped before the last question: nothing was written",
    )
