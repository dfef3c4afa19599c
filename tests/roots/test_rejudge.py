"""Judging again: the bytes of a fresh run, what changed, and no reading."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lang_params.params import ParamsError
from pipelines import storage, tables
from pipelines.run import Runtime
from roots import rejudge as rejudging
from roots import verdict_changes
from roots.build import build
from roots.recipe import load
from roots.rejudge import Rejudged, rejudge
from roots.reread import RejudgeError
from roots.verdict_changes import Change
from tests.corpora import ENGLISH, YORUBA, YORUBA_TOO, contents, different, make_source
from tests.roots.made import Ended

Roots = Callable[..., Ended]

WITH_COPIES = '[dedup]\nkeep = ["longest"]\nverify = 0.5\n'
POLICY = "[policy]\nrelease = 'gated'\nsmallest_source = 150\nharmful_perplexity = 3.0\n"
CAUSES = {"number_words": "number_words = { min = 40 }"}


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with recipes of the same two sources, and beside each a work folder in which they were judged."""
    folder = tmp_path_factory.mktemp("rejudge")
    yoruba = [{"id": name, "text": YORUBA + more} for name, more in (("a", ""), ("b", " Ó."), ("c", f" {YORUBA_TOO}"))]
    make_source(folder, "one", [*yoruba, {"id": "short", "text": "ẹ káàbọ̀"}, "{"])
    others = [{"id": "d", "lang": "yo", "text": YORUBA}, {"id": "e", "lang": "en", "text": ENGLISH}]
    make_source(folder, "two", [*others, {"id": "f", "lang": "en", "text": "All are free."}], languages=("yo", "en"))
    for name, more in (("copies", WITH_COPIES), ("policy", POLICY + '[dedup]\nscope = "none"\n')):
        recipe = folder / f"{name}.toml"
        recipe.write_text(
            f"name = 'x'\nsources = ['one.toml', 'two.toml']\nlanguages = ['yo', 'en']\n{more}"
            "[tokenizer]\nvocabulary = 300\n",
            encoding="utf-8",
        )
        build(load(recipe), str(folder / name), Runtime(), until="judge")
    return folder


@pytest.fixture
def again(base: Path, tmp_path: Path) -> Callable[..., Rejudged]:
    """Judges a copy of one of these work folders again: again("copies", params, "yo")."""

    def run(name: str, params: Path | None = None, *langs: str, work: Path | None = None) -> Rejudged:
        where = tmp_path / name if work is None else work
        if not where.exists():
            shutil.copytree(base / name, where)
        return rejudge(load(base / f"{name}.toml", params), str(where), Runtime(), langs, said.append)

    said: list[Rejudged] = []
    return run


def params(folder: Path, **limits: str) -> Path:
    """A folder of parameters with other lines under [filters]: of "yo" and of "en"."""
    folder.mkdir()
    for code, line in limits.items():
        text = (Path("lang_params") / f"{code}.toml").read_text(encoding="utf-8")
        name = line.split(" ")[0]
        kept = "".join(each for each in text.splitlines(keepends=True) if not each.startswith(f"{name} "))
        (folder / f"{code}.toml").write_text(kept.replace("[filters]\n", f"[filters]\n{line}\n"), encoding="utf-8")
    return folder


def ledgers(work: Path) -> dict[str, str]:
    """The ledgers of a folder and their manifests, by name, with the hash of their bytes."""
    return {path: digest for path, digest in contents(work).items() if "/ledger/" in path}


def verdicts(work: Path) -> Mapping[str, Any]:
    found = {}
    for path in sorted(work.glob("*/ledger/*.parquet")):
        documents = next(work.glob(f"{path.parts[-3]}/documents/*.parquet"))
        ids = tables.read(str(documents), ["source_id"]).column(0).to_pylist()
        found |= dict(zip(ids, tables.read(str(path)).column("dropped_by").to_pylist(), strict=True))
    return found


pytestmark = pytest.mark.usefixtures("plainly")


@pytest.mark.parametrize("name", ["copies", "policy"])
def test_ledgers_have_the_bytes_of_a_fresh_run(
    base: Path, again: Callable[..., Rejudged], tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = params(tmp_path / "p", yo="number_words = { min = 40 }", en="stopwords = { min = 0.9 }")
    recipe = load(base / f"{name}.toml", other)
    build(recipe, str(tmp_path / "fresh"), Runtime(), until="judge")
    reader = tables.read

    def reads(path: str, *given: Any, **named: Any) -> Any:
        assert "/documents/" not in path
        return reader(path, *given, **named)

    with monkeypatch.context() as patch:
        patch.setattr(tables, "read", reads)
        again(name, other)
    assert contents(tmp_path / name) == contents(tmp_path / "fresh")
    assert ledgers(tmp_path / name) != ledgers(base / name)


def test_what_changed_is_said_document_by_document(base: Path, again: Callable[..., Rejudged], tmp_path: Path) -> None:
    before = verdicts(base / "copies")
    kept = [name for name in "abd" if before[name] is None]
    assert kept == ["b"]  # the longest of the three copies
    assert (before["c"], before["short"], before["e"]) == (None, "number_words", None)
    done = again("copies", params(tmp_path / "p", yo="number_words = { min = 40 }"))
    assert verdicts(tmp_path / "copies") == {**before, **dict.fromkeys("abd", "number_words")}
    size = len(YORUBA.encode())
    assert list(done.changes) == [
        Change("yo", None, "number_words", 1, size + len(" Ó.".encode())),
        Change("yo", "duplicate", "number_words", 2, 2 * size),
    ]
    [(code, name, was, now)] = done.limits()
    assert (code, name, was["min"], now["min"]) == ("yo", "number_words", 10, 40)
    assert (done.unknown, list(done.held)) == (0, [])


def test_copies_take_the_place_of_one_that_falls_out_and_give_it_back(
    base: Path, again: Callable[..., Rejudged], tmp_path: Path
) -> None:
    words = tables.read(str(next((base / "copies" / "one" / "measures").glob("*.parquet"))), ["number_words"])
    most = words.column(0).to_pylist()[0]  # of "a" and "d"; "b" has one more
    strict = params(tmp_path / "p", yo=f"number_words = {{ max = {most} }}")
    done = again("copies", strict)
    changed = {(change.before, change.after): change.documents for change in done.changes}
    assert changed == {(None, "number_words"): 2, ("duplicate", None): 1}
    back = again("copies")
    assert {(change.before, change.after): change.documents for change in back.changes} == {
        ("number_words", None): 2,
        (None, "duplicate"): 1,
    }
    assert contents(tmp_path / "copies") == contents(base / "copies")


def test_limits_of_other_languages_stay_in_force(base: Path, again: Callable[..., Rejudged], tmp_path: Path) -> None:
    both = params(tmp_path / "both", yo="number_words = { min = 40 }", en="stopwords = { enabled = false, min = 0.9 }")
    alone = params(tmp_path / "alone", yo="number_words = { min = 40 }")
    build(load(base / "copies.toml", alone), str(tmp_path / "fresh"), Runtime(), until="judge")
    done = again("copies", both, "yor_Latn")
    assert list(done.held) == ["en"]
    assert contents(tmp_path / "copies") == contents(tmp_path / "fresh")
    then = again("copies", both, "en")
    assert [code for code, *_ in then.limits()] == ["en"]
    build(load(base / "copies.toml", both), str(tmp_path / "fresh"), Runtime(), until="judge")
    assert contents(tmp_path / "copies") == contents(tmp_path / "fresh")
    back = again("copies", alone, "yo")
    assert (back.anything, list(back.held)) == (False, ["en"])


def test_nothing_changed_touches_nothing(base: Path, again: Callable[..., Rejudged], tmp_path: Path) -> None:
    done = again("copies")
    assert (done.anything, list(done.changes), list(done.limits())) == (False, [], [])
    assert contents(tmp_path / "copies") == contents(base / "copies")


def test_a_build_afterwards_judges_nothing_and_is_that_of_a_fresh_one(base: Path, tmp_path: Path, roots: Roots) -> None:
    shutil.copytree(base / "copies", tmp_path / "work")
    recipe, other = base / "copies.toml", params(tmp_path / "p", yo="stopwords = { min = 0.3 }")
    first = roots("build", recipe, "--work", tmp_path / "work")
    assert first.code == 0, first.err
    ended = roots("judge", recipe, "--work", tmp_path / "work", "--lang-params", other)
    assert ended.code == 0, ended.err
    assert f"parameters: {other} over the packaged ones, in place of what the recipe names" in ended.err
    said = f"roots build {recipe} --work {tmp_path / 'work'} --lang-params {other} brings them up to date"
    assert f"corpus/, cards/ and tokens/ are those of before: {said}" in ended.out
    before = ledgers(tmp_path / "work")
    then = roots("build", recipe, "--work", tmp_path / "work", "--lang-params", other)
    assert "judge: nothing to do, all 2 shards were finished before" in then.err
    assert ledgers(tmp_path / "work") == before
    roots("build", recipe, "--work", tmp_path / "fresh", "--lang-params", other)
    assert different(contents(tmp_path / "work"), contents(tmp_path / "fresh")) == []


@pytest.mark.parametrize("where", ["judge_shard", "compare", "sweep"])
def test_after_a_kill_the_same_command_goes_on_and_says_the_same(
    base: Path, again: Callable[..., Rejudged], tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = params(tmp_path / "p", yo="number_words = { min = 40 }")
    whole = again("copies", other, work=tmp_path / "whole")
    place = {
        "judge_shard": "pipelines.judge.judge_shard",
        "compare": "roots.verdict_changes.compare",
        "sweep": "pipelines.judge.sweep",
    }[where]
    module, _, name = place.rpartition(".")
    real = getattr(__import__(module, fromlist=[name]), name)
    calls: list[Any] = []

    def dies(*given: Any) -> Any:
        calls.append(given)
        if where == "sweep":  # half of it done
            shutil.rmtree(tmp_path / "copies" / "one" / "ledger")
            shutil.copytree(tmp_path / "whole" / "one" / "ledger", tmp_path / "copies" / "one" / "ledger")
        if where == "sweep" or len(calls) > 1:
            raise KeyboardInterrupt
        return real(*given)

    with monkeypatch.context() as patch:
        patch.setattr(place, dies)
        with pytest.raises(KeyboardInterrupt):
            again("copies", other)
    assert ".run" in storage.names(str(tmp_path / "copies"))
    assert replace(again("copies", other), command=whole.command) == whole
    assert contents(tmp_path / "copies") == contents(tmp_path / "whole")


def test_what_cannot_be_compared_any_more_is_counted(
    base: Path, again: Callable[..., Rejudged], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = params(tmp_path / "p", yo="number_words = { min = 40 }")
    with monkeypatch.context() as patch:
        patch.setattr("pipelines.judge.sweep", lambda *_: pytest.exit("killed"))
        with pytest.raises(pytest.exit.Exception):
            again("copies", other)
    shutil.rmtree(tmp_path / "copies" / ".run" / verdict_changes.FOLDER)
    old = [path for path in ledgers(base / "copies") if path.startswith("one/")]
    for path in old:
        (tmp_path / "copies" / path).unlink()
    done = again("copies", other)
    assert done.unknown == 1
    assert sum(documents for *_, documents, _ in done.before.counts) == 8
    assert [(change.before, change.after) for change in done.changes] == [("duplicate", "number_words")]


def test_a_killed_run_with_other_limits_is_none_that_was_in_force(
    base: Path, again: Callable[..., Rejudged], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("roots.verdict_changes.compare", lambda *_: pytest.exit("killed"))
        with pytest.raises(pytest.exit.Exception):
            again("copies", params(tmp_path / "p", yo="number_words = { min = 40 }"))
    done = again("copies", params(tmp_path / "q", yo="number_words = { min = 39 }"))
    [(_, _, was, now)] = done.limits()
    assert (was["min"], now["min"]) == (10, 39)
    back = again("copies")
    assert back.anything
    assert contents(tmp_path / "copies") == contents(base / "copies")


def test_a_run_that_was_killed_before_stays_unfinished(
    base: Path, again: Callable[..., Rejudged], tmp_path: Path
) -> None:
    shutil.copytree(base / "copies", tmp_path / "copies")
    (tmp_path / "copies" / ".run").mkdir()
    (tmp_path / "copies" / ".run" / "left").write_bytes(b"")
    again("copies", params(tmp_path / "p", yo="number_words = { min = 40 }"))
    names = storage.names(str(tmp_path / "copies" / ".run"))
    assert "left" in names
    assert rejudging.MARK not in names


def test_languages_that_are_none_of_the_recipe_are_refused(again: Callable[..., Rejudged]) -> None:
    with pytest.raises(RejudgeError, match=r"--lang sw: is none of the languages of .*copies.toml, which are en, yo"):
        again("copies", None, "sw")
    with pytest.raises(ParamsError, match="'qq' is not a language"):
        again("copies", None, "qq")


def test_a_folder_that_must_be_read_ends_the_command_with_one_line(base: Path, tmp_path: Path, roots: Roots) -> None:
    ended = roots("judge", base / "copies.toml", "--work", tmp_path / "nowhere")
    assert ended.code == 2
    assert ended.err.splitlines()[-1].startswith(
        f"error: {tmp_path / 'nowhere'}: cannot be judged from stored measures"
    )
    assert not (tmp_path / "nowhere").exists()
