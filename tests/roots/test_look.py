"""The commands that only look: they show what there is, and check finds every fault without running anything."""

from collections.abc import Callable
from pathlib import Path

import pytest

from lang_params.languages import codes
from roots.look import is_recipe
from tests.roots.made import Ended, params_folder
from tests.roots.test_reference import HAUSA

Roots = Callable[..., Ended]
Source = Callable[..., Path]
ROOT = Path(__file__).parents[2]


def first_cells(text: str) -> list[str]:
    """The first column of a table, lines that go on from the one above left out."""
    rows = [line.split("│")[1].strip() for line in text.splitlines() if line.startswith("│")]
    return [row for row in rows if row]


def test_languages_are_46_rows(roots: Roots) -> None:
    ended = roots("languages")
    assert ended.code == 0
    assert first_cells(ended.out) == codes()
    [yoruba] = [line for line in ended.out.splitlines() if line.startswith("│ yo ")]
    assert [cell.strip() for cell in yoruba.split("│")[2:5]] == ["Yoruba", "yo", "roots"]


def test_languages_shows_the_parameters_of_a_folder(roots: Roots, tmp_path: Path) -> None:
    folder = params_folder(tmp_path / "mine", "stopwords = { enabled = false }")
    ended = roots("languages", "--lang-params", folder)
    assert ended.code == 0
    assert ended.out != roots("languages").out


def test_a_folder_of_parameters_with_a_fault_is_refused_with_file_and_key(
    roots: Roots, lines: Callable[..., Path], tmp_path: Path
) -> None:
    folder = params_folder(tmp_path / "mine", "stopword_ration = { min = 0.1 }")
    file = lines("my.jsonl", {"text": "x"})
    for command in (["languages"], ["filter", "--lang", "yo", file, "--output", tmp_path / "out"]):
        ended = roots(*command, "--lang-params", folder)
        assert ended.code == 2
        assert "yo.toml: filters: unknown filter 'stopword_ration'; did you mean 'stopwords'?" in ended.err
    assert roots("languages", "--lang-params", tmp_path / "nowhere").code == 2


def test_sources_are_the_entries_of_a_folder_and_recipes_beside_them_are_not(
    roots: Roots, source: Source, yoruba: str
) -> None:
    folder = source("two", [{"text": yoruba}], languages=["yo", "zu"]).parent
    source("one", [{"text": yoruba}])
    (folder / "recipe.toml").write_text('name = "x"\nsources = ["*.toml"]')
    ended = roots("sources", folder)
    assert ended.code == 0
    assert first_cells(ended.out) == ["one", "two"]
    assert "CC0-1.0" in ended.out
    assert "yo, zu" in ended.out


def test_the_carried_sources_are_shown_by_default(
    roots: Roots, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(ROOT)
    assert "udhr_articles" in first_cells(roots("sources").out)
    monkeypatch.chdir(tmp_path)
    ended = roots("sources")
    assert (ended.code, ended.err) == (
        2,
        "error: catalog/demo: no TOML file is there; give a catalogue folder, an entry or a recipe\n",
    )


def test_sources_of_a_folder_without_entries_is_an_error(roots: Roots, tmp_path: Path) -> None:
    (tmp_path / "recipe.toml").write_text('name = "x"\nsources = ["*.toml"]')
    ended = roots("sources", tmp_path)
    assert ended.code == 2
    assert "holds no entry; give a catalogue folder" in ended.err


def test_what_is_in_order_is_counted(roots: Roots, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    entries = len(list(Path("catalog/demo").glob("*.toml")))
    ended = roots("check")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{entries} entries, 1 recipes, 46 languages in order; faults: 0, warnings: 0, ")


def test_every_fault_is_shown_once_and_the_exit_code_is_2(roots: Roots, source: Source, tmp_path: Path) -> None:
    folder = source("good", [{"text": "x"}]).parent
    source("language", [{"text": "x"}], languages=["xx"])
    source("step", [{"text": "x"}], cleaning=["filter_smal_docs"])
    source("lost", [{"text": "x"}])
    (folder / "lost.jsonl").unlink()
    (folder / "broken.toml").write_text("uid = ")
    (folder / "recipe.toml").write_text('name = "x"\nsources = ["good.toml"]\nalpha = 1')
    params = params_folder(tmp_path / "mine", "stopwords = { min = 2 }")
    ended = roots("check", folder, folder, "--lang-params", params)
    assert ended.code == 2
    found = ended.err.splitlines()
    assert len(found) == len(set(found)) == 6
    for text in (
        "'xx'",
        "filter_small_docs",
        "lost.jsonl",
        "broken.toml",
        "alpha: unknown key",
        "filters.stopwords.min",
    ):
        assert any(text in line for line in found), text
    assert ended.out == "2 entries, 0 recipes, 45 languages in order; faults: 6, warnings: 0, accepted: 0\n"


def test_an_added_language_with_the_code_of_another_is_a_fault(
    roots: Roots, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "ha.toml").write_text(HAUSA.replace("hau", "yor"), "utf-8")
    monkeypatch.chdir(tmp_path)
    ended = roots("check", "--lang-params", "mine")
    assert ended.code == 2
    assert "error: mine/ha.toml: 'yor' is the language 'yo'" in ended.err
    assert "46 languages in order; faults: 1, " in ended.out


def test_a_recipe_is_checked_with_its_sources_and_parameters(roots: Roots, source: Source, tmp_path: Path) -> None:
    source("step", [{"text": "x"}], cleaning=["filter_smal_docs"])
    params_folder(tmp_path / "mine", "stopwords = { min = 2 }")
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('name = "x"\nsources = ["sources/step.toml"]')
    assert "filter_smal_docs" in roots("check", recipe).err
    recipe.write_text('name = "x"\nsources = ["sources/step.toml"]\nlang_params = "mine"')
    assert "filters.stopwords.min" in roots("check", recipe).err


def test_a_fault_in_the_default_parameters_is_one_fault(roots: Roots, source: Source, tmp_path: Path) -> None:
    path = source("good", [{"text": "x"}])
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "default.toml").write_text("x = 1")
    ended = roots("check", path, "--lang-params", tmp_path / "mine")
    assert ended.code == 2
    assert ended.out == "1 entries, 0 recipes, 0 languages in order; faults: 1, warnings: 0, accepted: 0\n"


def test_a_folder_that_is_not_there_is_an_error(roots: Roots, tmp_path: Path) -> None:
    ended = roots("check", tmp_path / "nowhere")
    assert ended.code == 2
    assert "nowhere: no TOML file is there; give a catalogue folder, an entry or a recipe" in ended.err


def test_a_file_that_is_no_toml_is_no_recipe(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff")
    (tmp_path / "digits.toml").write_text("x = " + "1" * 5000)
    (tmp_path / "nest.toml").write_text("x = " + "[" * 100_000)
    assert not is_recipe(tmp_path / "x.toml")
    assert not is_recipe(tmp_path / "digits.toml")
    assert not is_recipe(tmp_path / "nest.toml")
    assert not is_recipe(tmp_path)


def test_stats_shows_the_funnel_by_language_and_by_source(
    roots: Roots, lines: Callable[..., Path], tmp_path: Path, yoruba: str
) -> None:
    file = lines("my.jsonl", {"text": yoruba}, {"text": "kukuru"}, "{")
    out = tmp_path / "out"
    assert roots("filter", "--lang", "yo", file, "--output", out).code == 0
    ended = roots("stats", out)
    assert (ended.code, ended.err) == (0, "")
    assert first_cells(ended.out) == ["Yoruba (yo)", "not known", "total"]
    assert first_cells(roots("stats", out, "--by", "source").out) == ["files", "total"]
    (out / ".run").mkdir()
    assert "warning: the last run in this folder has not ended" in roots("stats", out).err


@pytest.mark.parametrize("name", ["nowhere", "empty", "file", "others"])
def test_stats_of_a_folder_without_ledgers_is_an_error_in_one_line(roots: Roots, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "others" / "mine" / "ledger").mkdir(parents=True)
    (tmp_path / "others" / "mine" / "ledger" / "2022.json").write_text("[]")
    ended = roots("stats", tmp_path / name)
    assert ended.code == 2
    assert ended.err == f"error: {tmp_path / name}: no ledger is there; roots build or roots filter writes them\n"
    assert roots("stats", "foo://x").err == "error: foo://x: Protocol not known: foo\n"
