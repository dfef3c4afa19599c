"""train-lm: from a person's text to a model that a filter uses, and what stands in its record."""

import hashlib
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from filters import registry
from filters.lmplz import Tools
from tests.corpora import DEMO, articles
from tests.filters.test_train_lm import WRITTEN
from tests.roots.made import Ended
from tests.roots.test_reference import HAUSA

Roots = Callable[..., Ended]
Lines = Callable[..., Path]
ARTICLES = DEMO / "data" / "udhr_articles.jsonl.gz"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The models folder, not there yet."""
    monkeypatch.setenv(registry.FOLDER, str(tmp_path / "models"))
    return tmp_path / "models"


def params(folder: Path, code: str, model: str) -> Path:
    """A folder of parameters in which a language names a language model."""
    packaged = (Path(__file__).parents[2] / "lang_params" / f"{code}.toml").read_text(encoding="utf-8")
    folder.mkdir()
    changed = packaged.replace("[language]\n", f'language_model = "{model}"\n\n[language]\n', 1)
    (folder / f"{code}.toml").write_text(changed, encoding="utf-8")
    return folder


def test_a_model_is_trained_and_registered(roots: Roots, place: Path, lmplz: Tools) -> None:
    ended = roots("train-lm", "--lang", "yor", "--text", ARTICLES)
    assert ended.code == 0, ended.err
    record = json.loads((place / "yo.json").read_text(encoding="utf-8"))
    assert record["languages"] == ["yo"]
    assert record["trained_on"]["documents"] == len(articles()["yo"])
    [trained_on] = record["trained_on"]["files"]
    data = ARTICLES.read_bytes()
    assert trained_on == {
        "name": ARTICLES.name,
        "bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    assert record["trained_on"]["left_out"] == {"in other languages": sum(map(len, articles().values())) - 16}
    assert record["settings"]["order"] == 5
    assert record["versions"]["sentencepiece"]
    for file in record["files"]:
        assert hashlib.sha256((place / file["file"]).read_bytes()).hexdigest() == file["sha256"]
    assert {path.name for path in place.iterdir() if path.name[0] != "."} == {"yo.json", "yo.sp", "yo.kenlm"}
    assert not (place / ".training-yo").exists()
    assert 'language_model = "yo"' in ended.out
    assert "roots derive-thresholds --lang yo --reference FILES" in ended.out
    assert "pieces, as many as this text is enough for; ROOTS had 40,000" in ended.out


@pytest.mark.parametrize("name", WRITTEN)
def test_a_trained_model_is_used_by_filter(
    name: str, roots: Roots, lines: Lines, place: Path, tmp_path: Path, lmplz: Tools, kept: Any
) -> None:
    code = {"Hindi": "hi", "Chinese": "zhs"}.get(name, "yo")
    texts = WRITTEN[name]()
    reference = lines("reference.jsonl", *({"text": text} for text in texts[:-4]))
    assert roots("train-lm", "--lang", code, "--text", reference).code == 0
    folder = params(tmp_path / "mine", code, code)
    file = lines("new.jsonl", *({"id": str(number), "text": text} for number, text in enumerate(texts[-4:])))
    ended = roots("filter", "--lang", code, file, "--output", tmp_path / "out", "--lang-params", folder)
    assert ended.code == 0, ended.err
    assert "perplexity" not in ended.out.partition("not applied")[2]
    assert len(kept(tmp_path / "out")) > 0


def test_the_same_text_gives_the_same_folder(roots: Roots, tmp_path: Path, lmplz: Tools) -> None:
    for name in ("one", "two"):
        assert roots("train-lm", "--lang", "hi", "--text", ARTICLES, "--models", tmp_path / name).code == 0
    one, two = (
        {path.name: path.read_bytes() for path in (tmp_path / name).iterdir() if path.name[0] != "."}
        for name in ("one", "two")
    )
    assert one == two
    assert all(str(tmp_path).encode() not in data for data in one.values())


def test_a_folder_given_is_named_with_how_to_use_it(roots: Roots, tmp_path: Path, lmplz: Tools) -> None:
    ended = roots("train-lm", "--lang", "yo", "--text", ARTICLES, "--models", tmp_path / "there", "--name", "yo-2")
    assert f"export ROOTS_MODELS={tmp_path}/there" in ended.out
    assert 'language_model = "yo-2"' in ended.out
    assert (tmp_path / "there" / "yo-2.kenlm").is_file()


def test_a_model_of_an_added_language_is_trained(roots: Roots, lines: Lines, place: Path, lmplz: Tools) -> None:
    texts = [record["text"] for record in articles()["yo"]]
    file = lines("texts.jsonl", *({"text": text, "lang": ("hau", "yo")[n % 2]} for n, text in enumerate(texts)))
    (file.parent / "ha.toml").write_text(HAUSA, encoding="utf-8")
    ended = roots("train-lm", "--lang", "hau", "--text", file, "--lang-params", file.parent)
    assert ended.code == 0, ended.err
    record = json.loads((place / "ha.json").read_text(encoding="utf-8"))
    assert (record["languages"], record["trained_on"]["documents"]) == (["ha"], len(texts[::2]))


def test_a_models_folder_that_cannot_be_is_named(roots: Roots, tmp_path: Path, lmplz: Tools) -> None:
    (tmp_path / "file").write_bytes(b"")
    ended = roots("train-lm", "--lang", "yo", "--text", ARTICLES, "--models", tmp_path / "file")
    message = "cannot be a models folder (File exists); name another with --models or ROOTS_MODELS"
    assert (ended.code, ended.err) == (1, f"error: {tmp_path}/file: {message}\n")


def test_folders_and_several_files_are_read_and_what_is_no_text_is_counted(
    roots: Roots, lines: Lines, tmp_path: Path, place: Path, lmplz: Tools
) -> None:
    texts = [record["text"] for record in articles()["yo"]]
    lines("texts/a.jsonl", *({"text": text} for text in texts[:8]), '{"broken', {"text": "x", "lang": "fr"})
    (tmp_path / "b.txt").write_text(texts[9], encoding="utf-8")
    ended = roots("train-lm", "--lang", "yo", "--text", tmp_path / "texts", "--text", tmp_path / "b.txt")
    assert ended.code == 0, ended.err
    assert "; left out: 1 in other languages, 1 that cannot be read\n" in ended.out
    record = json.loads((place / "yo.json").read_text(encoding="utf-8"))
    assert [file["name"] for file in record["trained_on"]["files"]] == ["a.jsonl", "b.txt"]


def test_a_model_that_is_there_is_made_anew_with_force_alone(roots: Roots, place: Path, lmplz: Tools) -> None:
    command = ("train-lm", "--lang", "yo", "--text", ARTICLES, "--order", "2")
    assert roots(*command).code == 0
    before = (place / "yo.json").read_bytes()
    ended = roots(*command, "--pieces", "99")
    assert (ended.code, (place / "yo.json").read_bytes()) == (2, before)
    assert "yo.json: a model of this name is there; --force makes it anew, --name gives another name" in ended.err
    assert roots(*command, "--pieces", "99", "--force").code == 0
    assert json.loads((place / "yo.json").read_text(encoding="utf-8"))["settings"]["pieces"] == 99


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("zh_words", "is the name of a model that is not yours; choose another"),
        ("wikipedia-yo", "is the name of a model that is not yours; choose another"),
        ("../yo", "is no name for a model; use letters, digits"),
        ("yo.sp", "ends as the files of models do; choose another"),
    ],
)
def test_a_name_of_another_model_is_refused(roots: Roots, place: Path, name: str, message: str) -> None:
    ended = roots("train-lm", "--lang", "yo", "--text", ARTICLES, "--name", name)
    assert (ended.code, len(ended.err.splitlines())) == (2, 1)
    assert message in ended.err
    assert not place.exists()


def test_without_lmplz_nothing_is_read(roots: Roots, place: Path, tmp_path: Path) -> None:
    ended = roots("train-lm", "--lang", "yo", "--text", ARTICLES, "--lmplz", tmp_path / "none")
    assert (ended.code, "none: is no program; build it" in ended.err, "make lmplz" in ended.err) == (1, True, True)
    assert not place.exists()


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("none.jsonl", 2, "none.jsonl: there is no such file"),
        ("empty", 2, "empty: no file in this folder can be read"),
        ("table.csv", 2, "table.csv: files of this kind are not read"),
        ("swahili.jsonl", 1, "the text holds no line with a letter or digit"),
    ],
)
def test_text_that_cannot_be_trained_on_is_refused_in_one_line(
    roots: Roots, lines: Lines, place: Path, tmp_path: Path, lmplz: Tools, text: str, code: int, message: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "table.csv").write_bytes(b"a,b")
    lines("swahili.jsonl", {"text": "habari ya asubuhi", "lang": "sw"})
    ended = roots("train-lm", "--lang", "yo", "--text", tmp_path / text)
    assert ended.code == code
    assert message in ended.err
    assert len([line for line in ended.err.splitlines() if line.startswith("error:")]) == 1
    assert not place.exists() or not [path for path in place.iterdir() if path.name[0] != "."]


def test_two_at_a_time_do_not_mix(roots: Roots, place: Path, lmplz: Tools) -> None:
    place.mkdir()
    with FileLock(place / ".yo.lock"):
        ended = roots("train-lm", "--lang", "yo", "--text", ARTICLES)
    assert (ended.code, "another run is making 'yo'; wait for it" in ended.err) == (1, True)


def test_what_a_killed_run_left_is_swept_away(roots: Roots, place: Path, lmplz: Tools) -> None:
    (place / ".training-yo").mkdir(parents=True)
    (place / ".training-yo" / "text.txt").write_bytes(b"half")
    (place / "yo.sp").write_bytes(b"half")
    assert roots("train-lm", "--lang", "yo", "--text", ARTICLES).code == 0
    assert not (place / ".training-yo").exists()


def test_long_reading_says_how_far_it_is(
    roots: Roots, place: Path, lmplz: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("roots.train_lm.TOLD", 1000)
    ended = roots("train-lm", "--lang", "yo", "--text", ARTICLES)
    assert "million characters read, now in udhr_articles.jsonl.gz" in ended.err


def test_one_model_serves_both_forms_of_tone_marks(roots: Roots, lines: Lines, place: Path, lmplz: Tools) -> None:
    """SentencePiece normalises (NFKC), so that one model serves text in NFC and in NFD alike."""
    from filters.models import language_model
    from filters.perplexity import perplexity

    assert roots("train-lm", "--lang", "yo", "--text", ARTICLES).code == 0
    text = articles()["yo"][-1]["text"]
    values = {perplexity(unicodedata.normalize(form, text), **language_model("yo")) for form in ("NFC", "NFD")}
    assert len(values) == 1
