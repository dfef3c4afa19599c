"""A corpus beside ROOTS: the table of ROOTS as published, and the comparison."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import storage
from pipelines.run import Runtime
from roots.against import compare, of_roots
from roots.mix.mixing import mix
from roots.mix.settings import MixSettings
from tests.roots.made import Ended, shelve
from tests.roots.mix.test_spread import documents

pytestmark = pytest.mark.usefixtures("plainly")

Roots = Callable[..., Ended]


def test_the_table_of_roots_is_whole() -> None:
    found = of_roots()
    assert len(found) == 47
    assert sum(size for size, _ in found.values()) == 1_614_479_114_961
    assert sum(percent for _, percent in found.values()) == pytest.approx(100, abs=0.0001)


def test_the_table_of_roots_is_that_of_the_specification(shared: Path) -> None:
    with (shared / "spec" / "languages.csv").open(encoding="utf-8") as file:
        rows = {row["dataset_prefix"].split("-")[-1]: row for row in csv.DictReader(file)}
    assert {
        code: (int(row["bytes"]), float(row["sampling_share_pct_v2_per_language"])) for code, row in rows.items()
    } == {code: values for code, values in of_roots().items() if code != "code"}


def test_every_language_of_either_is_in_the_comparison() -> None:
    lines = {line.language: line for line in compare({"yo": 75, "de": 25})}
    assert len(lines) == 48
    assert (lines["de"].ratio, lines["de"].roots_bytes) == (None, 0)
    assert lines["en"].bytes == 0
    assert lines["en"].roots_sampling == pytest.approx(0.303048)
    assert lines["yo"].ratio == pytest.approx(0.75 / (89695835 / 1614479114961))


def test_the_command_shows_the_corpus_or_what_was_kept(roots: Roots, tmp_path: Path) -> None:
    work = str(tmp_path)
    (tmp_path / ".lock").touch()
    judged = shelve(work, {"a": documents("a", 30)})
    for each in judged:
        storage.write_json(each.ledger.replace(".parquet", ".json"), each.manifest)
    ended = roots("stats", work, "--against", "roots")
    assert (ended.code, "Languages kept, beside ROOTS" in ended.out) == (0, True)
    mix(work, judged, MixSettings(budget=200), Runtime())
    ended = roots("stats", work, "--against", "roots")
    assert "Languages in the corpus, beside ROOTS" in ended.out
    assert "Yoruba (yo)" in ended.out
    assert "89,695,835" in ended.out
    assert "in ROOTS and not here: ak, ar" in ended.out


def test_a_folder_without_verdicts_is_refused(roots: Roots, tmp_path: Path) -> None:
    (tmp_path / ".lock").touch()
    ended = roots("stats", tmp_path, "--against", "roots")
    assert (ended.code, "no corpus and no ledger is there" in ended.err) == (2, True)
