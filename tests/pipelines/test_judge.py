"""Ledgers: whole files named by what decides them; the copy that is kept passed its filters."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.entry import load
from lang_params.params import default, load_all
from pipelines import storage, tables
from pipelines.config import Config
from pipelines.curate import curate
from pipelines.dedup import Shard, dedup, shards_of
from pipelines.judge import Inputs, Judged, Removals, judge
from pipelines.run import Runtime

Source = Callable[..., Path]


@pytest.fixture(scope="module")
def config() -> Config:
    return Config("fixed", load_all(), default())


@pytest.fixture
def shards(source: Source, config: Config, memory: str, yoruba: str, yoruba_too: str) -> list[Shard]:
    text = yoruba
    one = source("one", [{"id": "a", "text": text}, {"id": "short", "text": "ẹ káàbọ̀"}, "{"])
    two = source("two", [{"id": "b", "text": text}, {"id": "c", "text": text + " Ó."}, {"id": "d", "text": yoruba_too}])
    return shards_of(curate(memory, [load(one), load(two)], config, Runtime()))


def run(
    work: str, shards: Sequence[Shard], config: Config, removals: Removals | None = None
) -> tuple[list[Judged], dict[str | None, dict[str, Any]]]:
    clusters = dedup(work, shards, "all", Runtime())
    judged = judge(work, shards, config, Runtime(), inputs=Inputs(clusters, removals or {}))
    rows: dict[str | None, dict[str, Any]] = {}
    for shard in judged:
        documents = tables.read(shard.shard.path(work, "documents"), ["source_id", "id"]).to_pylist()
        for document, verdict in zip(documents, tables.read(shard.ledger).to_pylist(), strict=True):
            assert document["id"] == verdict["id"]
            rows[document["source_id"]] = verdict
    return judged, rows


def test_one_copy_stays_and_the_others_name_it(shards: list[Shard], config: Config, memory: str) -> None:
    _, rows = run(memory, shards, config)
    copies = {name: rows[name] for name in "abc"}
    lowest = min(row["id"] for row in copies.values())
    assert [row["dropped_by"] for row in copies.values() if row["id"] == lowest] == [None]
    assert {row["duplicate_of"] for row in copies.values() if row["id"] != lowest} == {lowest}
    assert rows["short"]["dropped_by"] == "number_words"
    assert rows[None]["dropped_by"] == "error:read"
    assert rows["d"]["dropped_by"] is None


def test_the_kept_copy_is_chosen_among_those_that_passed(shards: list[Shard], config: Config, memory: str) -> None:
    _, before = run(memory, shards, config)
    lowest = min((before[name]["id"], name) for name in "abc")[1]
    removed = {"id": [before[lowest]["id"]]}
    _, after = run(memory, shards, config, removed)
    assert after[lowest]["dropped_by"] == "removed"
    others = {name: after[name] for name in "abc" if name != lowest}
    second = min(row["id"] for row in others.values())
    assert [row["dropped_by"] for row in others.values() if row["id"] == second] == [None]
    assert {row["duplicate_of"] for row in others.values() if row["id"] != second} == {second}


def test_removal_by_content_takes_every_copy(shards: list[Shard], config: Config, memory: str) -> None:
    path = shards[0].path(memory, "documents")
    [content] = {row["content_hash"] for row in tables.read(path).to_pylist() if row["source_id"] == "a"}
    _, rows = run(memory, shards, config, {"content_hash": [content]})
    assert [rows[name]["dropped_by"] for name in "ab"] == ["removed", "removed"]
    assert rows["c"]["dropped_by"] is None


def test_a_threshold_makes_new_ledgers_reads_no_text_and_the_old_ones_go(
    shards: list[Shard], config: Config, memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, _ = run(memory, shards, config)
    read = tables.read

    def no_text(reader: Any) -> Any:
        def reads(path: str, columns: Any = None, **given: Any) -> Any:
            assert "/documents/" not in path
            return reader(path, columns, **given)

        return reads

    params = config.languages["yo"]
    filters = dict(params.filters) | {"number_words": replace(params.filters["number_words"], min=10_000)}
    stricter = replace(config, languages=dict(config.languages) | {"yo": replace(params, filters=filters)})
    clusters = dedup(memory, shards, "all", Runtime())
    monkeypatch.setattr(tables, "read", no_text(tables.read))
    monkeypatch.setattr(tables, "batches", no_text(tables.batches))
    after = judge(memory, shards, stricter, Runtime(), inputs=Inputs(clusters))
    assert {shard.ledger for shard in before}.isdisjoint(shard.ledger for shard in after)
    for shard in after:
        there = storage.names(storage.join(memory, shard.shard.source, "ledger"))
        assert [name for name in there if name.endswith(".parquet")] == [shard.ledger.rsplit("/", 1)[-1]]
        kept = [row for row in read(shard.ledger).to_pylist() if row["dropped_by"] is None]
        assert kept == []


def test_counts_of_the_manifests_are_those_of_the_ledgers(shards: list[Shard], config: Config, memory: str) -> None:
    judged, rows = run(memory, shards, config)
    counted = [row for shard in judged for row in shard.manifest["counts"]]
    assert sum(documents for _, _, documents, _ in counted) == len(rows) == 6
    assert sum(n for _, cause, n, _ in counted if cause is None) == sum(r["dropped_by"] is None for r in rows.values())


def test_without_deduplication_copies_stay(shards: list[Shard], config: Config, memory: str) -> None:
    judged = judge(memory, shards, config, Runtime(), inputs=Inputs())
    kept = [row for shard in judged for row in shard.manifest["counts"] if row[1] is None]
    assert sum(documents for _, _, documents, _ in kept) == 4


def test_a_manifest_says_which_filters_are_not_applied_and_why(
    shards: list[Shard], config: Config, memory: str
) -> None:
    for shard in judge(memory, shards, config, Runtime(), inputs=Inputs()):
        langs = {lang for lang, *_ in shard.manifest["counts"] if lang in config.languages}
        assert shard.manifest["not_applied"] == {lang: config.of(lang).not_applied() for lang in langs}
        assert all("language model" in reasons["perplexity"] for reasons in shard.manifest["not_applied"].values())
