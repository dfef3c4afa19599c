"""What is said before a search for copies runs: from manifests alone, and nothing where a source is not curated."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines import storage
from pipelines.plan import Phase
from pipelines.run import Runtime
from pipelines.shards import Shard
from roots.forecast import Forecast, PlanError, forecast, totals
from roots.recipe import load
from tests.roots.made import Ended, params_folder

pytestmark = pytest.mark.usefixtures("plainly")

Roots = Callable[..., Ended]


@pytest.fixture
def recipe(source: Callable[..., Path], tmp_path: Path, yoruba: str, yoruba_too: str) -> Path:
    """Two sources, the second with two files."""
    source("one", [{"text": yoruba}, {"text": yoruba_too}])
    source("two", [{"text": yoruba}])
    path = tmp_path / "recipe.toml"
    path.write_text('name = "small"\nsources = ["sources/*.toml"]\nlanguages = ["yo"]\n')
    return path


@pytest.fixture
def work(roots: Roots, recipe: Path, tmp_path: Path) -> Path:
    """A work folder in which the sources are curated."""
    ended = roots("curate", recipe, "--work", tmp_path / "work")
    assert ended.code == 0, ended.err
    assert "3 documents, " in ended.out
    return tmp_path / "work"


def test_curating_goes_so_far_and_no_further(work: Path) -> None:
    assert storage.names(str(work)) == [".lock", "one", "two"]
    assert storage.names(str(work / "one")) == ["documents", "measures", "signatures"]


def test_a_plan_says_documents_bytes_and_every_phase_and_changes_nothing(
    roots: Roots, recipe: Path, work: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for path in work.rglob("*")}
    ended = roots("dedup", recipe, "--work", work, "--plan")
    assert ended.code == 0, ended.err
    assert "3 documents, " in ended.out
    assert "in 2 shards" in ended.out
    for phase in forecast(load(recipe), str(work), Runtime()).phases:
        assert phase.name in ended.out
    assert "memory: " in ended.out
    assert "are free" in ended.out
    assert {path: path.stat().st_mtime_ns for path in work.rglob("*")} == before


def test_without_curated_sources_there_is_no_plan(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    ended = roots("dedup", recipe, "--work", tmp_path / "work", "--plan")
    assert (ended.code, ended.out) == (2, "")
    assert "not curated as this recipe asks: one, two; without that nobody knows" in ended.err
    assert f"first: roots curate {recipe} --work {tmp_path / 'work'}" in ended.err
    assert not (tmp_path / "work").exists()


@pytest.mark.parametrize("change", ["a source more", "a longer file", "a profile", "a method", "a word list"])
def test_what_was_curated_otherwise_is_not_taken_for_it(
    recipe: Path, work: Path, source: Callable[..., Path], tmp_path: Path, yoruba: str, change: str
) -> None:
    text = recipe.read_text()
    if change == "a source more":
        source("three", [{"text": yoruba}])
    elif change == "a longer file":
        source("two", [{"text": yoruba}, {"text": yoruba}])
    elif change == "a profile":
        recipe.write_text(text + 'profile = "roots-2022-03"\n')
    elif change == "a method":
        recipe.write_text(text + '[dedup]\nmethods = ["exact", "minhash"]\n')
    else:
        params_folder(tmp_path / "mine", "word_repetition = { n = 7 }")
        recipe.write_text(text + 'lang_params = "mine"\n')
    with pytest.raises(PlanError, match="not curated as this recipe asks"):
        forecast(load(recipe), str(work), Runtime())


def test_a_part_of_a_source_is_not_the_source(roots: Roots, recipe: Path, work: Path) -> None:
    [manifest] = (work / "two" / "documents").glob("*.json")
    manifest.unlink()
    with pytest.raises(PlanError, match="asks: two;"):
        forecast(load(recipe), str(work), Runtime())


def test_passages_that_are_cut_are_planned_too(recipe: Path, work: Path) -> None:
    recipe.write_text(recipe.read_text() + "[substrings]\n")
    assert "substrings" in [phase.name for phase in forecast(load(recipe), str(work), Runtime()).phases]


def test_where_copies_are_not_looked_for_there_are_no_phases(recipe: Path, work: Path) -> None:
    recipe.write_text(recipe.read_text() + '[dedup]\nscope = "none"\n')
    assert forecast(load(recipe), str(work), Runtime()).phases == []


PLAN = Forecast(
    shards=[Shard("one", "x", 5, 1000, 0)],
    phases=[Phase("bands", 40, 600_000_000, 7_000_000), Phase("clusters", 1, 900_000_000, 50_000_000)],
    how=Runtime("dask", 4, memory=2_000_000_000),
    free=80_000_000,
)


def test_the_largest_phase_on_as_many_workers_as_have_a_task_is_the_peak() -> None:
    assert (PLAN.memory, PLAN.disk) == (4 * 600_000_000, 50_000_000)
    assert totals(PLAN) == [
        "memory: 900.0 MB a worker at most (--memory 2,000.0 MB), 2,400.0 MB in all on 4 workers",
        "disk: 50.0 MB beside the curated sources at most, 80.0 MB are free",
    ]


def test_what_is_more_than_there_is_is_pointed_out() -> None:
    tight = replace(PLAN, how=replace(PLAN.how, workers=1, memory=800_000_000), free=40_000_000)
    assert totals(tight)[2:] == [
        "look at this: a worker needs more than --memory 800.0 MB",
        "look at this: that is more than is free on this disk",
    ]
    assert totals(replace(PLAN, free=None))[1] == "disk: 50.0 MB beside the curated sources at most"


def test_so_many_documents_that_joining_waits_for_the_disk_are_pointed_out() -> None:
    many = replace(PLAN, shards=[Shard("one", "x", 10**9, 1000, 0)])
    said = "look at this: clusters are joined many times faster from --memory 8,380.0 MB on"
    assert said in totals(many)
    assert said not in totals(replace(many, how=replace(PLAN.how, memory=8_380_000_000)))
    assert said not in totals(replace(many, phases=PLAN.phases[:1]))
