from dataclasses import replace
from pathlib import Path

import pytest

from lang_params.params import load
from roots.inspect import InspectError
from roots.page import save
from roots.page.app import made
from roots.page.served import QUESTION, Served
from roots.trial import Limit, LimitError
from tests.paged import question, said

MOVED = {"stopwords": {"min": 0.21}}
SIGNED = ("Adé", "read 40 texts")


def test_without_a_moved_limit_there_is_nothing_to_save(served: Served) -> None:
    told, ready = save.difference(served, question(), *SIGNED)
    assert "nothing to save" in said(told)
    assert not ready
    assert save.difference(served, None, *SIGNED)[1] is False


def test_the_difference_is_shown_and_waits_for_who_and_why(served: Served) -> None:
    told, ready = save.difference(served, question(limits=MOVED), "", "")
    assert "at least 0.16 becomes at least 0.21" in said(told)
    assert "Say who you are and why" in said(told)
    assert "+stopwords = { min = 0.21 }" in said(told)
    assert not ready
    told, ready = save.difference(served, question(limits=MOVED), *SIGNED)
    assert '+source = "Adé: read 40 texts"' in said(told)
    assert ready


def test_the_file_is_written_once_and_replaced_only_when_asked(served: Served) -> None:
    found = save.written(served, question(limits=MOVED), SIGNED, replace=False)
    assert found.done
    assert f"roots judge RECIPE.toml --work {served.corpus.work} --lang-params {served.output} --lang yo" in found.said
    assert load("yo", served.output).filters["stopwords"].min == 0.21
    other = question(limits={"stopwords": {"min": 0.3}})
    asked = save.written(served, other, SIGNED, replace=False)
    assert not asked.done
    assert "is there already, and differs" in asked.said
    assert "-stopwords = { min = 0.21 }" in asked.diff
    assert "+stopwords = { min = 0.3 }" in asked.diff
    assert load("yo", served.output).filters["stopwords"].min == 0.21
    assert save.written(served, other, SIGNED, replace=True).done
    assert load("yo", served.output).filters["stopwords"].min == 0.3
    assert save.written(served, other, SIGNED, replace=False).done


def test_the_file_is_given_to_the_browser_as_it_would_be_written(served: Served, tmp_path: Path) -> None:
    who, why = SIGNED
    state = {QUESTION: ("data", question(limits=MOVED)), "save-who": ("value", who), "save-why": ("value", why)}
    told = {
        "output": "save-file.data",
        "outputs": {"id": "save-file", "property": "data"},
        "inputs": [{"id": "save-download", "property": "n_clicks", "value": 1}],
        "changedPropIds": ["save-download.n_clicks"],
        "state": [{"id": id, "property": name, "value": value} for id, (name, value) in state.items()],
    }
    answer = made(served).server.test_client().post("/_dash-update-component", json=told)
    file = answer.get_json()["response"]["save-file"]["data"]
    assert file["filename"] == "yo.toml"
    (tmp_path / file["filename"]).write_text(file["content"], encoding="utf-8")
    assert load("yo", tmp_path).filters["stopwords"].min == 0.21
    assert 'source = "Adé: read 40 texts"' in file["content"]


def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(served: Served, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "taken" / "yo.toml").mkdir(parents=True)
    for name, why in (("file", "File exists"), ("taken", "Is a directory")):
        into = replace(served, output=tmp_path / name)
        found = save.written(into, question(limits=MOVED), SIGNED, replace=False)
        assert not found.done
        path = tmp_path / name / "yo.toml"
        assert found.said.startswith(f"{path} cannot be written ({why}): download the file instead")
        assert "--output" in found.said


def test_a_file_that_is_no_text_is_replaced_only_when_asked(served: Served, tmp_path: Path) -> None:
    path = tmp_path / "mine" / "yo.toml"
    path.parent.mkdir()
    path.write_bytes(b"\xff\xfe\x00")
    assert "is there already, and differs" in save.written(served, question(limits=MOVED), SIGNED, replace=False).said
    assert path.read_bytes() == b"\xff\xfe\x00"
    assert save.written(served, question(limits=MOVED), SIGNED, replace=True).done
    assert load("yo", path.parent).filters["stopwords"].min == 0.21


def test_without_an_output_folder_nothing_is_written(served: Served) -> None:
    found = save.written(replace(served, output=None), question(limits=MOVED), SIGNED, replace=False)
    assert not found.done
    assert "--output" in found.said


def test_only_a_language_of_the_corpus_names_a_file(served: Served, tmp_path: Path) -> None:
    (tmp_path / "outside.toml").write_text("[filters]\n", encoding="utf-8")
    (tmp_path / "own").mkdir()
    own = replace(served, lang_params=tmp_path / "own")
    for lang in ("../outside", str(tmp_path / "outside")):
        asked = question(lang=lang, limits=MOVED)
        with pytest.raises(InspectError, match="no document in"):
            save.proposal(own, asked, *SIGNED)
        with pytest.raises(InspectError, match="no document in"):
            save.written(own, asked, SIGNED, replace=True)
    assert (tmp_path / "outside.toml").read_text(encoding="utf-8") == "[filters]\n"


def test_who_and_why_are_needed(served: Served) -> None:
    with pytest.raises(LimitError, match="who"):
        save.proposal(served, question(limits=MOVED), "", "read")


def test_a_file_with_other_limits_than_those_in_force_is_doubted(served: Served, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "yo.toml").write_text(
        save.proposal(served, question(limits={"word_repetition": {"max": 0.9}}), *SIGNED).text, encoding="utf-8"
    )
    told, ready = save.difference(replace(served, lang_params=folder), question(limits=MOVED), *SIGNED)
    assert "judged with other limits than this file holds, for: Repeated words" in said(told)
    assert ready


def test_what_is_saved_holds_the_limits_in_force(
    served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_force = {**served.corpus.limits("yo"), "word_repetition": Limit(True, max=0.9)}
    monkeypatch.setattr(served.corpus, "limits", lambda lang: in_force)
    (tmp_path / "yo.toml").write_text(save.proposal(served, question(limits=MOVED), *SIGNED).text, encoding="utf-8")
    filters = load("yo", tmp_path).filters
    assert (filters["stopwords"].min, filters["word_repetition"].max) == (0.21, 0.9)


def test_a_limit_that_cannot_be_is_said_and_not_saved(served: Served) -> None:
    told, ready = save.difference(served, question(limits={"stopwords": {"min": 7}}), *SIGNED)
    assert "stopwords" in said(told)
    assert not ready
