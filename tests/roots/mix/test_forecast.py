"""`roots mix --plan`: from manifests alone, near to what the mix then makes, and nothing is written."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from pipelines.run import Runtime
from roots.build import build
from roots.mix.forecast import shares
from roots.mix.settings import MixSettings, SourceRule
from roots.recipe import load
from tests.roots.made import Ended

pytestmark = pytest.mark.usefixtures("plainly")

Roots = Callable[..., Ended]


@pytest.fixture
def recipe(source: Callable[..., Path], tmp_path: Path, yoruba: str, yoruba_too: str) -> Path:
    source("one", [{"text": yoruba}, {"text": yoruba_too}])
    return written(tmp_path)


def written(folder: Path, more: str = "") -> Path:
    path = folder / "recipe.toml"
    path.write_text(f'name = "small"\nsources = ["sources/*.toml"]\n{more}\n', encoding="utf-8")
    return path


def test_the_table_is_printed_and_nothing_is_written(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    build(load(recipe), str(work), Runtime(), until="judge")
    before = sorted(work.rglob("*"))
    written(tmp_path, "[mix]\nbudget = 500\nsources.one.ratio = 0.5")
    ended = roots("mix", recipe, "--work", work, "--plan")
    assert ended.code == 0
    assert "Yoruba (yo)" in ended.out
    assert "Sources of which a part may enter" in ended.out
    assert "nothing was written" in ended.out
    assert sorted(work.rglob("*")) == before


def test_what_cannot_be_planned_is_refused_with_the_next_step(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / ".lock").touch()
    ended = roots("mix", recipe, "--work", work, "--plan")
    assert (ended.code, f"nothing is judged there; first: roots dedup {recipe}" in ended.err) == (2, True)
    written(tmp_path, "mix = { budget_tokens = 5 }")
    ended = roots("mix", recipe, "--work", work, "--plan")
    assert (ended.code, "mix.budget_tokens: what a budget in tokens makes is known when" in ended.err) == (2, True)


def test_rules_repeats_and_validation_are_told_by_shares() -> None:
    settings = MixSettings(
        sources=(SourceRule("a", Fraction(1, 2)), SourceRule("b", most=30)),
        validation=0.1,
        upsampling=3,
        budget=1000,
    )
    [en, yo] = shares(settings, {("en", "a"): 800, ("yo", "b"): 50})
    assert (en.available, en.gets, en.repeats > 2) == (800, 930, True)
    assert (yo.available, yo.gets, yo.once, yo.validation) == (50, 70, 30, 3)
    assert [source.once for source in (*en.sources, *yo.sources)] == [400, 30]
