"""A build may be killed at any moment: what has a manifest is whole, and the next run ends with the same bytes.

A build is halted from inside, just before a chosen file gets its name or goes, and then killed from outside. So the
moment is the same every time, however fast the machine is.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from pipelines import tables
from pipelines.run import RunError, Runtime
from pipelines.storage import TEMPORARY
from roots.build import build
from roots.recipe import load
from tests import corpora
from tests.corpora import Corpus

HALT = """
import fnmatch, json, os, sys, threading

wanted = json.loads(os.environ["HALT"])


def halt(event, arguments):
    if event != wanted["event"] or os.path.exists(wanted["mark"]):
        return
    if fnmatch.fnmatch(os.fspath(arguments[wanted["place"]]), wanted["path"]):
        wanted["times"] -= 1
        if wanted["times"] == 0:
            with open(wanted["mark"], "w"):
                pass
            threading.Event().wait()


sys.addaudithook(halt)
"""
"""Python imports this in every process of a build; it halts at the nth event of a kind on a path."""

NAMED = {"event": "os.rename", "place": 1}
REMOVED = {"event": "os.remove", "place": 0}

Moment = tuple[dict[str, object], str, int]
"""What happens, to which path below the work folder, and for which time."""


@contextlib.contextmanager
def halted(
    recipe: Path, work: Path, moment: Moment, tmp_path: Path, *, workers: int = 1
) -> Iterator[subprocess.Popen[bytes]]:
    """A build that has come to a moment and stands still; at the end of the block nothing of it runs any more."""
    event, path, times = moment
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook" / "sitecustomize.py").write_text(HALT, encoding="utf-8")
    mark = tmp_path / "mark"
    wanted = {**event, "path": f"{work}/{path}", "times": times, "mark": str(mark)}
    environment = corpora.environment(HALT=json.dumps(wanted))
    environment["PYTHONPATH"] = os.pathsep.join([str(tmp_path / "hook"), environment["PYTHONPATH"]])
    command = [sys.executable, "-m", "roots", "build", recipe, "--work", work, "--workers", str(workers)]
    log = tmp_path / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        while not mark.exists():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.02)
                pytest.fail(f"the build ended before that moment: {log.read_text()[-2000:]}")
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def living(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Those of the processes that still run after some seconds at most; one that nobody buried does not run."""
    _, left = psutil.wait_procs(processes, timeout=seconds)
    return [process for process in left if process.is_running() and process.status() != psutil.STATUS_ZOMBIE]


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a build and all its workers at once; none may be left."""
    workers = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert living(workers, 10) == []


def run_again(recipe: Path, work: Path) -> dict[str, str]:
    """Run a build to its end, in this process; what is in its folder then."""
    build(load(recipe), str(work), Runtime())
    return corpora.contents(work)


@pytest.mark.parametrize(
    ("moment", "workers"),
    [
        pytest.param((NAMED, "*/measures/*.parquet", 3), 1, id="between the tables of a shard"),
        pytest.param((NAMED, "*/documents/*.json", 1), 2, id="before a manifest, on Dask"),
        pytest.param((NAMED, "articles/cleaned/*/*.arrow", 8), 1, id="what a shard leaves for a step on its source"),
        pytest.param((NAMED, "articles/cleaned/*.verdict2/*.json", 1), 2, id="a step on a source, on Dask"),
        pytest.param((NAMED, "dedup/edges/*.parquet", 1), 1, id="edges"),
        pytest.param((NAMED, "dedup/verified/part-*.parquet", 1), 1, id="pairs that were compared"),
        pytest.param((NAMED, "dedup/clusters/*.parquet", 1), 1, id="clusters"),
        pytest.param((NAMED, "dedup/duplicates/*.arrow", 1), 1, id="the choice of what stays"),
        pytest.param((NAMED, "*/ledger/*.parquet", 4), 1, id="ledgers"),
        pytest.param((NAMED, "corpus/*/*.arrow", 5), 1, id="mix"),
        pytest.param((NAMED, "tokenizer/manifest.json", 1), 1, id="tokenizer"),
        pytest.param((NAMED, "tokens/*.idx", 3), 1, id="tokens"),
        pytest.param((NAMED, "cards/*", 2), 1, id="cards"),
    ],
)
def test_after_a_kill_the_next_run_ends_with_the_same_bytes(
    small_corpus: Corpus, tmp_path: Path, moment: Moment, workers: int
) -> None:
    whole = corpora.contents(small_corpus.work)
    work = tmp_path / "work"
    with halted(small_corpus.recipe, work, moment, tmp_path, workers=workers) as process:
        kill(process)
    left = corpora.contents(work)
    assert any(TEMPORARY in path for path in left)
    assert not whole.items() <= left.items()
    assert corpora.broken_manifests(work) == []
    assert corpora.different(run_again(small_corpus.recipe, work), whole) == []


def test_workers_end_when_the_process_that_started_them_is_killed(small_corpus: Corpus, tmp_path: Path) -> None:
    work = tmp_path / "work"
    moment = (NAMED, "*/ledger/*.parquet", 1)
    with halted(small_corpus.recipe, work, moment, tmp_path, workers=2) as process:
        workers = psutil.Process(process.pid).children(recursive=True)
        assert len(workers) >= 2
        with pytest.raises(RunError, match="another run is working in this folder"):
            build(load(small_corpus.recipe), str(work), Runtime())
        process.kill()
        process.wait()
        assert living(workers, 20) == []
    assert corpora.different(run_again(small_corpus.recipe, work), corpora.contents(small_corpus.work)) == []


def test_a_worker_that_is_killed_is_replaced_and_the_run_goes_on(small_corpus: Corpus, tmp_path: Path) -> None:
    work = tmp_path / "work"
    with halted(small_corpus.recipe, work, (NAMED, "*/measures/*.parquet", 2), tmp_path, workers=2) as process:
        started = psutil.Process(process.pid).children(recursive=True)
        workers = [child for child in started if any("spawn_main" in word for word in child.cmdline())]
        assert len(workers) == 2
        for worker in workers:
            worker.kill()
        assert process.wait(50) == 0
    assert corpora.different(corpora.contents(work), corpora.contents(small_corpus.work)) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_ends_a_run_and_its_workers_in_one_line(small_corpus: Corpus, tmp_path: Path, workers: int) -> None:
    work = tmp_path / "work"
    moment = (NAMED, "*/documents/*.json", 2)
    with halted(small_corpus.recipe, work, moment, tmp_path, workers=workers) as process:
        started = psutil.Process(process.pid).children(recursive=True)
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 130
        assert living(started, 10) == []
    log = (tmp_path / "log").read_text()
    assert "Traceback" not in log
    assert log.splitlines()[-1] == "stopped; the same command goes on from here"
    assert corpora.different(run_again(small_corpus.recipe, work), corpora.contents(small_corpus.work)) == []


@pytest.fixture(scope="module")
def other_recipe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small corpus's recipe changed in every room: inputs, cleaning, a threshold, shares, files, vocabulary."""
    folder = tmp_path_factory.mktemp("other")
    recipe = corpora.make_small_recipe(folder)
    (folder / "articles-hi.jsonl").unlink()
    entry = folder / "articles.toml"
    entry.write_text(entry.read_text().replace("cleaning = []", 'cleaning = ["replace_newline_with_space"]'))
    (folder / "params").mkdir()
    yoruba = (corpora.ROOT / "lang_params" / "yo.toml").read_text(encoding="utf-8")
    stricter = yoruba.replace("\n[filters]", "\n[filters]\nnumber_words = { min = 100 }")
    (folder / "params" / "yo.toml").write_text(stricter, encoding="utf-8")
    changed = recipe.read_text().replace("shard_bytes = 12000", "shard_bytes = 9000\nbudget = 45000")
    recipe.write_text("lang_params = 'params'\n" + changed.replace("vocabulary = 500", "vocabulary = 400"))
    return recipe


@pytest.fixture(scope="module")
def other(other_recipe: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the other recipe makes in a folder of its own."""
    return run_again(other_recipe, tmp_path_factory.mktemp("other") / "work")


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param((REMOVED, "articles/documents/*", 3), id="while the old tables go"),
        pytest.param((NAMED, "corpus/*/data-*.json", 2), id="between old and new datasets"),
        pytest.param((NAMED, "tokens/*.bin", 2), id="between old and new tokens"),
        pytest.param((NAMED, "tokens/yo_text_document.idx", 1), id="while new tokens take the place of old ones"),
    ],
)
def test_after_a_kill_in_a_changed_build_nothing_of_the_earlier_one_is_left(
    small_corpus: Corpus, other_recipe: Path, other: dict[str, str], tmp_path: Path, moment: Moment
) -> None:
    work = tmp_path / "work"
    shutil.copytree(small_corpus.work, work)
    with halted(other_recipe, work, moment, tmp_path) as process:
        kill(process)
    assert corpora.broken_manifests(work) == []
    assert corpora.different(run_again(other_recipe, work), other) == []


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param((NAMED, "corpus/*/data-*.json", 2), id="between old and new datasets"),
        pytest.param((NAMED, "tokenizer/manifest.json", 1), id="with the new tokenizer"),
    ],
)
def test_after_a_kill_in_a_changed_build_one_can_go_back_to_the_earlier_one(
    small_corpus: Corpus, other_recipe: Path, tmp_path: Path, moment: Moment
) -> None:
    work = tmp_path / "work"
    shutil.copytree(small_corpus.work, work)
    with halted(other_recipe, work, moment, tmp_path) as process:
        kill(process)
    assert corpora.different(run_again(small_corpus.recipe, work), corpora.contents(small_corpus.work)) == []


@pytest.fixture(scope="module")
def with_removals(small_corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small corpus's recipe with a document to take out of each of two files, and a text that is in both."""
    folder = tmp_path_factory.mktemp("removals")
    recipe = corpora.make_small_recipe(folder)
    documents = [
        row
        for path in sorted(small_corpus.work.glob("*/documents/*.parquet"))
        for row in tables.read(str(path)).to_pylist()
    ]
    hashes = [row["content_hash"] for row in documents]
    shared = next(row for row in documents if row["text"] and hashes.count(row["content_hash"]) > 1)
    gone = [{"content_hash": shared["content_hash"]}, {"id": documents[0]["id"]}, {"id": documents[-1]["id"]}]
    lines = (json.dumps(named | {"reason": "asked"}) + "\n" for named in gone)
    (folder / "gone.jsonl").write_text("".join(lines), encoding="utf-8")
    recipe.write_text("removals = 'gone.jsonl'\n" + recipe.read_text(encoding="utf-8"), encoding="utf-8")
    return recipe


@pytest.fixture(scope="module")
def without_them(with_removals: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the recipe with removals makes in a folder of its own."""
    return run_again(with_removals, tmp_path_factory.mktemp("removals") / "work")


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param((NAMED, "*/measures/*-*.parquet", 2), id="between the tables of a withheld shard"),
        pytest.param((NAMED, "*/documents/*-*.parquet", 1), id="between looking and withholding"),
        pytest.param((REMOVED, "*/measures/*.parquet", 1), id="while the shards before them go"),
        pytest.param((NAMED, "dedup/edges/*.parquet", 1), id="between withholding and judging"),
    ],
)
def test_after_a_kill_while_documents_are_withheld_the_next_run_ends_with_the_same_bytes(
    small_corpus: Corpus, with_removals: Path, without_them: dict[str, str], tmp_path: Path, moment: Moment
) -> None:
    work = tmp_path / "work"
    shutil.copytree(small_corpus.work, work)
    with halted(with_removals, work, moment, tmp_path) as process:
        kill(process)
    assert corpora.broken_manifests(work) == []
    assert corpora.different(run_again(with_removals, work), without_them) == []
    assert any("-" in path.rsplit(".", 2)[-2] for path in without_them if "/documents/" in path)


def test_what_was_withheld_comes_back_when_its_removal_is_withdrawn(
    small_corpus: Corpus, with_removals: Path, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    shutil.copytree(small_corpus.work, work)
    with halted(with_removals, work, (NAMED, "dedup/edges/*.parquet", 1), tmp_path) as process:
        kill(process)
    assert corpora.different(run_again(small_corpus.recipe, work), corpora.contents(small_corpus.work)) == []
