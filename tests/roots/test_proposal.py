"""A change of limits as a difference to review, and the file that it becomes."""

from pathlib import Path

import pytest

from lang_params.check import ParamsError
from lang_params.params import load
from roots.proposal import Begun, in_force_by, proposed
from roots.trial import LimitError, of_params

PACKAGED = Begun(of_params(load("yo")))


def test_a_proposal_begins_with_the_packaged_file(tmp_path: Path) -> None:
    found = proposed("yo", tmp_path / "mine", {"number_words": {"min": 5}}, ("Adé", "proverbs are short"), PACKAGED)
    assert found.diff.startswith("--- yo.toml\n")
    assert "\n+number_words = { min = 5 }" in found.diff
    assert '\n+source = "Adé: proverbs are short"' in found.diff
    assert not (tmp_path / "mine").exists()
    params = found.write()
    assert (params.filters["number_words"].min, params.thresholds) == (5, "tuned")
    assert load("yo", tmp_path / "mine") == params


def test_a_proposal_goes_on_with_a_file_of_ones_own(tmp_path: Path) -> None:
    proposed("yo", tmp_path, {"number_words": {"min": 5}}, ("Adé", "short"), PACKAGED).write()
    again = proposed("yo", tmp_path, {"stopwords": 0.05}, ("Bọ́lá", "lists"), PACKAGED)
    assert again.diff.startswith(f"--- {tmp_path / 'yo.toml'}\n")
    params = again.write()
    assert (params.filters["number_words"].min, params.filters["stopwords"].min) == (5, 0.05)


def test_a_new_file_says_the_limits_in_force_and_ones_own_stays_as_it_is(tmp_path: Path) -> None:
    before = proposed("yo", tmp_path / "judged", {"number_words": {"min": 5}}, ("Adé", "short"), PACKAGED)
    in_force = Begun(of_params(before.write()))
    for begun in (in_force, Begun(in_force.limits, tmp_path / "judged")):
        params = proposed("yo", tmp_path / "mine", {"stopwords": 0.05}, ("Bọ́lá", "lists"), begun)
        assert ("+number_words" in params.diff) == (begun.folder is None)
        written = params.write()
        assert (written.filters["number_words"].min, written.filters["stopwords"].min) == (5, 0.05)
        params.path.unlink()
    own = proposed("yo", tmp_path / "judged", {"number_words": {"min": 7}}, ("Bọ́lá", "read them"), in_force).write()
    assert own.filters["number_words"].min == 7
    with pytest.raises(LimitError, match="nothing to save"):
        proposed("yo", tmp_path / "mine", {}, ("Adé", "lists"), in_force)


def test_what_is_not_said_or_not_tried_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LimitError, match="who set it and why"):
        proposed("yo", tmp_path, {"stopwords": 0.05}, ("", "lists"), PACKAGED)
    with pytest.raises(LimitError, match="nothing to save"):
        proposed("yo", tmp_path, {}, ("Adé", "lists"), PACKAGED)


def test_a_folder_that_cannot_be_read_with_the_file_is_left_as_it_was(tmp_path: Path) -> None:
    found = proposed("yo", tmp_path / "mine", {"stopwords": 0.05}, ("Adé", "lists"), PACKAGED)
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
