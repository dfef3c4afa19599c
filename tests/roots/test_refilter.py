"""Filtering a work folder again gives the verdicts of filtering the files anew, and measures nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines import storage, tables
from tests.roots.made import Ended, params_folder

pytestmark = pytest.mark.usefixtures("plainly")

Roots = Callable[..., Ended]
Kept = Callable[[Path | str], list[dict[str, Any]]]


@pytest.fixture
def mine(lines: Callable[..., Path], yoruba: str, yoruba_too: str, english: str) -> Path:
    """A file of texts of different lengths, one in another language, one that is none."""
    texts = [yoruba[:110], yoruba, "kukuru", english * 2, yoruba_too]
    return lines("my.jsonl", *({"id": f"{place}", "text": text} for place, text in enumerate(texts)), "{")


def verdicts(output: Path) -> list[str | None]:
    folder = output / "files" / "ledger"
    [path] = folder.glob("*.parquet")
    found: list[str | None] = tables.read(str(path), ["dropped_by"]).column(0).to_pylist()
    return found


def test_verdicts_are_those_of_a_fresh_run_and_no_text_is_measured(
    roots: Roots, mine: Path, tmp_path: Path, stricter: Path, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    work, fresh, again = (tmp_path / name for name in ("work", "fresh", "again"))
    assert roots("filter", "--lang", "yo", mine, "--output", work).code == 0
    assert roots("filter", "--lang", "yo", mine, "--output", fresh, "--lang-params", stricter).code == 0
    monkeypatch.setattr("pipelines.curate.curate_shard", lambda job: pytest.fail("measured again"))
    ended = roots("filter", "--lang", "yo", "--work", work, "--output", again, "--lang-params", stricter)
    assert ended.code == 0
    assert verdicts(again) == [cause for cause in verdicts(fresh) if cause != "error:read"]
    assert verdicts(again) != [cause for cause in verdicts(work) if cause != "error:read"]
    assert [row["id"] for row in kept(again)] == [row["id"] for row in kept(fresh)] == ["1", "4"]
    assert f"2 of 5 documents: {again}/kept" in ended.out


def test_a_second_time_nothing_is_done(roots: Roots, mine: Path, tmp_path: Path) -> None:
    roots("filter", "--lang", "yo", mine, "--output", tmp_path / "work")
    command = ["filter", "--lang", "yo", "--work", tmp_path / "work", "--output", tmp_path / "again"]
    roots(*command)
    said = roots(*command).err.splitlines()
    assert [line for line in said if "nothing to do" not in line] == []
    assert len(said) == 3


def test_a_filtered_folder_can_be_filtered_again(
    roots: Roots, mine: Path, tmp_path: Path, stricter: Path, kept: Kept
) -> None:
    roots("filter", "--lang", "yo", mine, "--output", tmp_path / "work")
    roots("filter", "--lang", "yo", "--work", tmp_path / "work", "--output", tmp_path / "one")
    command = ["filter", "--lang", "yo", "--work", tmp_path / "one", "--output", tmp_path / "two"]
    assert roots(*command, "--lang-params", stricter).code == 0
    assert len(kept(tmp_path / "two")) == 2


def test_the_documents_of_one_language_are_taken_from_all_sources_of_a_build(
    roots: Roots, source: Callable[..., Path], tmp_path: Path, yoruba: str, yoruba_too: str, english: str, kept: Kept
) -> None:
    mixed = [{"id": "en", "text": english, "lang": "en"}, {"id": "yo", "text": yoruba, "lang": "yor", "title": "t"}]
    source("one", mixed, languages=["en", "yo"])
    source("two", [{"id": "too", "text": yoruba_too}])
    recipe = tmp_path / "sources" / "recipe.toml"
    recipe.write_text('name = "x"\nsources = ["one.toml", "two.toml"]')
    work, out = tmp_path / "work", tmp_path / "out"
    assert roots("dedup", recipe, "--work", work).code == 0
    assert roots("filter", "--lang", "yo", "--work", work, "--output", out).code == 0
    assert storage.names(str(out)) == [".lock", "kept", "one", "two"]
    assert storage.names(str(out / "kept")) == ["one.one.jsonl.zst", "two.two.jsonl.zst"]
    assert kept(out) == [
        {"id": "yo", "text": yoruba, "lang": "yor", "title": "t"},
        {"id": "too", "text": yoruba_too, "lang": "yo"},
    ]
    assert roots("filter", "--lang", "en", "--work", work, "--output", out).code == 0
    assert storage.names(str(out)) == [".lock", "kept", "one"]
    assert [row["id"] for row in kept(out)] == ["en"]


def test_measures_that_do_not_answer_the_question_are_refused(roots: Roots, mine: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    roots("filter", "--lang", "yo", mine, "--output", work)
    again = ["filter", "--lang", "yo", "--work", work, "--output", tmp_path / "again"]
    ended = roots(*again, "--profile", "roots-2022-03")
    assert ended.code == 2
    assert f"--profile roots-2022-03: {work} was measured with fixed; give that, or FILES" in ended.err
    lists = params_folder(tmp_path / "lists", "number_words = { min = 30 }")
    (lists / "stopwords").mkdir()
    (lists / "stopwords" / "yo.txt").write_text("ni\nàti\n", encoding="utf-8")
    lengths = params_folder(tmp_path / "lengths", "character_repetition = { n = 9 }")
    for folder in (lists, lengths):
        ended = roots(*again, "--lang-params", folder)
        assert ended.code == 2
        assert "--lang-params: the word lists, lengths or models of yo are not those that" in ended.err
        assert "give the FILES themselves" in ended.err


def test_a_language_or_a_folder_without_documents_is_refused(roots: Roots, mine: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    roots("filter", "--lang", "yo", mine, "--output", work)
    ended = roots("filter", "--lang", "zu", "--work", work, "--output", tmp_path / "zu")
    assert (ended.code, ended.err) == (2, f"error: --work {work}: holds no document in Zulu (zu)\n")
    ended = roots("filter", "--lang", "yo", "--work", tmp_path / "nowhere", "--output", tmp_path / "yo")
    assert (ended.code, "holds no document in Yoruba (yo)" in ended.err) == (2, True)


def test_a_folder_is_not_filtered_into_itself_nor_while_its_run_goes_on(
    roots: Roots, mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = tmp_path / "work"
    roots("filter", "--lang", "yo", mine, "--output", work)
    before = sorted(path.relative_to(work) for path in work.rglob("*"))
    monkeypatch.chdir(tmp_path)
    ended = roots("filter", "--lang", "yo", "--work", work, "--output", "./work/")
    assert (ended.code, ended.err) == (2, "error: --output ./work/: is the work folder itself; choose another folder\n")
    assert sorted(path.relative_to(work) for path in work.rglob("*")) == before
    (work / ".run").mkdir()
    ended = roots("filter", "--lang", "yo", "--work", work, "--output", tmp_path / "out")
    assert ended.code == 2
    assert "its last run has not ended; let it end, or give its command again" in ended.err


def test_a_manifest_of_what_was_taken_says_what_was_asked(roots: Roots, mine: Path, tmp_path: Path) -> None:
    roots("filter", "--lang", "yo", mine, "--output", tmp_path / "work")
    roots("filter", "--lang", "yo", "--work", tmp_path / "work", "--output", tmp_path / "again")
    [path] = (tmp_path / "again" / "files" / "documents").glob("*.json")
    manifest = json.loads(path.read_text())
    assert (manifest["documents"], manifest["profile"], list(manifest["languages"])) == (5, "fixed", ["yo"])
    assert manifest["bytes"] == sum(
        row["bytes"]
        for table in (tmp_path / "again" / "files" / "measures").glob("*.parquet")
        for row in tables.read(str(table)).to_pylist()
    )
