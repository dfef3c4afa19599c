"""The census counts every document once, adds up over shards, and is not taken twice."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from filters.table import FILTERS
from lang_params.params import load
from pipelines import storage
from pipelines.bins import quantiles
from pipelines.census import BYTES, FOLDER, SCALES, VERSION, Alone, Census, Files, take
from pipelines.config import Config
from pipelines.judge import Judged
from pipelines.run import Runtime
from pipelines.task import Task, Work, complete
from tests.roots.made import shelve


@pytest.fixture(autouse=True)
def plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs tasks one after the other without Beam, which takes longer to start than these tasks."""

    def execute(tasks: Sequence[Task], work: Work, how: Runtime) -> None:
        for task in tasks:
            complete(task, work)

    monkeypatch.setattr("pipelines.run._execute", execute)


KINDS = {"books": "catalogue", "pages": "oscar", "repo": "code"}


def row(text: str, lang: str | None = "yo", **more: Any) -> dict[str, Any]:
    return {"text": text, "lang": lang, **more}


SOURCES = {
    "books": [
        row("a" * 100, stopwords=0.3, number_words=20),
        row("b" * 1000, stopwords=0.01, number_words=200, dropped_by="stopwords"),
        row("c" * 50, stopwords=0.5, number_words=2, bytes_left=20),
        row("d" * 70, "en", stopwords=0.4, number_words=30),
        row("", None, dropped_by="removed"),
        row("e" * 10, "xx", dropped_by="language_id", stopwords=0.5),
    ],
    "pages": [row("f" * 400, stopwords=0.02, number_words=50, dropped_by="duplicate")],
    "repo": [
        row("x" * 300, "code", meta=json.dumps({"path": "a/b.py"})),
        row("y" * 200, "code", meta=json.dumps({"path": "c.py"}), dropped_by="duplicate"),
        row("z" * 200, "code", meta=json.dumps({"path": "LICENSE"}), dropped_by="clean:not_code"),
    ],
}


def config() -> Config:
    return Config("fixed", {code: load(code) for code in ("yo", "en", "code")}, load("yo"))


def taken(work: str, judged: list[Judged] | None = None) -> Census:
    return take(work, judged or shelve(work, SOURCES), config(), KINDS, Runtime())


def test_every_document_that_holds_text_has_a_size(memory: str) -> None:
    sizes = taken(memory).sizes
    counts = {key: found.sum(axis=1).tolist() for key, found in sizes.items()}  # [dropped, kept]
    assert counts == {
        ("books", "en"): [0, 1],
        ("books", "xx"): [1, 0],
        ("books", "yo"): [1, 2],
        ("pages", "yo"): [1, 0],
        ("repo", "code"): [2, 1],
    }
    [low, high] = quantiles(sizes["books", "yo"][1], SCALES[BYTES], [0, 1])
    assert 19 < low < 21  # what is left of a text in which passages are cut
    assert 97 < high < 104


def test_measures_are_counted_by_language_filter_and_kind_of_source(memory: str) -> None:
    measured = taken(memory).measured
    assert measured["yo", "stopwords", "catalogue"].sum(axis=1).tolist() == [1, 2]
    assert measured["yo", "stopwords", "oscar"].sum(axis=1).tolist() == [1, 0]
    place = int(SCALES["stopwords"].place(np.array([0.3]))[0])
    assert measured["yo", "stopwords", "catalogue"][1, place] == 1
    assert ("yo", "perplexity", "catalogue") not in measured


def test_a_filter_is_counted_as_if_it_were_alone(memory: str) -> None:
    alone = taken(memory).alone
    limit = load("yo").filters["stopwords"].min
    assert limit is not None
    assert 0.02 < limit < 0.3
    assert alone["yo", "stopwords"] == Alone(4, 2)  # the copy too, which something else dropped
    assert alone["yo", "number_words"] == Alone(4, 1)
    assert ("xx", "stopwords") not in alone


def test_files_of_code_are_counted_by_extension(memory: str) -> None:
    assert taken(memory).files == {("repo", "py"): Files(2, 500, 1, 300)}


def test_counts_do_not_depend_on_how_a_source_was_cut(memory: str) -> None:
    whole = taken(memory)
    parts = {**SOURCES, "books": SOURCES["books"][:2], "books_too": SOURCES["books"][2:]}
    cut = take(
        storage.join(memory, "cut"),
        shelve(storage.join(memory, "cut"), parts),
        config(),
        {**KINDS, "books_too": "catalogue"},
        Runtime(),
    )
    assert cut.measured.keys() == whole.measured.keys()
    assert all((cut.measured[key] == whole.measured[key]).all() for key in whole.measured)
    assert (cut.alone, cut.files) == (whole.alone, whole.files)


def test_a_shard_is_counted_once(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    judged = shelve(memory, SOURCES)
    first = taken(memory, judged)
    monkeypatch.setattr("pipelines.census.tables.together", lambda *parts: pytest.fail("counted again"))
    again = taken(memory, judged)
    assert all((again.sizes[key] == first.sizes[key]).all() for key in first.sizes)


def test_other_verdicts_are_counted_anew_and_the_old_counts_go(memory: str) -> None:
    judged = shelve(memory, SOURCES)
    taken(memory, judged)
    before = storage.names(storage.join(memory, "books", FOLDER))
    judged[0] = replace(judged[0], manifest={**judged[0].manifest, "files": [{"sha256": "another"}]})
    taken(memory, judged)
    after = storage.names(storage.join(memory, "books", FOLDER))
    assert len(after) == len(before) == 2
    assert not set(after) & set(before)


def test_there_is_a_scale_for_every_filter_that_measures() -> None:
    assert set(SCALES) == {BYTES, *(each.name for each in FILTERS if each.kind == "measures")}
    assert VERSION


def test_a_census_holds_no_text(tmp_path: Path) -> None:
    taken(str(tmp_path), shelve(str(tmp_path), {"books": [row("kò sí nínú rẹ̀", stopwords=0.5)]}))
    files = list((tmp_path / "books" / FOLDER).iterdir())
    assert len(files) == 2
    assert all("nínú".encode() not in file.read_bytes() for file in files)
