"""A change of limits as a difference to review, and the file that it becomes."""

from pathlib import Path

import pytest

from lang_params.check import ParamsError
from lang_params.params import load
from roots.proposal import in_force_by, proposed
from roots.trial import LimitError


def test_a_proposal_begins_with_the_packaged_file(tmp_path: Path) -> None:
    found = proposed("yo", tmp_path / "mine", {"number_words": {"min": 5}}, who="Adé", why="short proverbs are good")
    assert found.diff.startswith("--- yo.toml\n")
    assert "\n+number_words = { min = 5 }" in found.diff
    assert '\n+source = "Adé: short proverbs are good"' in found.diff
    assert not (tmp_path / "mine").exists()
    params = found.write()
    assert (params.filters["number_words"].min, params.thresholds) == (5, "tuned")
    assert load("yo", tmp_path / "mine") == params


def test_a_proposal_goes_on_with_a_file_of_ones_own(tmp_path: Path) -> None:
    proposed("yo", tmp_path, {"number_words": {"min": 5}}, who="Adé", why="short").write()
    again = proposed("yo", tmp_path, {"stopwords": 0.05}, who="Bọ́lá", why="lists")
    assert again.diff.startswith(f"--- {tmp_path / 'yo.toml'}\n")
    params = again.write()
    assert (params.filters["number_words"].min, params.filters["stopwords"].min) == (5, 0.05)


def test_what_is_not_said_or_not_tried_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LimitError, match="who set it and why"):
        proposed("yo", tmp_path, {"stopwords": 0.05}, who="", why="lists")
    with pytest.raises(LimitError, match="nothing to save"):
        proposed("yo", tmp_path, {}, who="Adé", why="lists")


def test_a_folder_that_cannot_be_read_with_the_file_is_left_as_it_was(tmp_path: Path) -> None:
    found = proposed("yo", tmp_path / "mine", {"stopwords": 0.05}, who="Adé", why="lists")
    (tmp_path / "mine" / "stopwords").mkdir(parents=True)
    (tmp_path / "mine" / "stopwords" / "yoruba.txt").write_text("ni\n", encoding="utf-8")
    with pytest.raises(ParamsError, match="'yoruba' is not the code of a language"):
        found.write()
    assert not (tmp_path / "mine" / "yo.toml").exists()
    (tmp_path / "mine" / "yo.toml").write_text("mine\n", encoding="utf-8")
    with pytest.raises(ParamsError):
        found.write()
    assert (tmp_path / "mine" / "yo.toml").read_text(encoding="utf-8") == "mine\n"


def test_the_output_of_filter_is_judged_by_filter_and_a_build_by_its_recipe() -> None:
    assert in_force_by("out", ["files"], "mine", None) == (
        "roots filter --lang LANG FILES --output out --lang-params mine"
    )
    assert in_force_by("work/demo", ["files", "udhr"], "mine", None) == (
        "roots judge RECIPE.toml --work work/demo --lang-params mine"
    )
