"""Ledgers: whole files named by what decides them; the copy that is kept passed its filters."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from catalog.entry import load
from lang_params.params import default, load_all
from pipelines import curate as curating
from pipelines import storage, tables
from pipelines.config import Config
from pipelines.curate import STAGES, Wanted, curate
from pipelines.dedup import dedup
from pipelines.judge import Inputs, Judged, judge
from pipelines.run import Runtime
from pipelines.shards import Shard, shards_of
from pipelines.verdict import NOTHING_REFUSED, Refusals

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
    work: str, shards: Sequence[Shard], config: Config, refusals: Refusals = NOTHING_REFUSED, *, scope: str = "all"
) -> tuple[list[Judged], dict[str | None, dict[str, Any]]]:
    clusters = "" if scope == "none" else dedup(work, shards, scope, Runtime())
    judged = judge(work, shards, config, Runtime(), inputs=Inputs(clusters, refusals))
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


def test_a_removed_document_is_not_the_copy_that_is_kept_and_deletes_none(
    source: Source, config: Config, memory: str, yoruba: str
) -> None:
    records = [{"id": name, "text": yoruba + more} for name, more in (("a", ""), ("b", " Ó."), ("c", " Ẹ."))]
    entry = load(source("one", records))
    _, before = run(memory, shards_of(curate(memory, [entry], config, Runtime())), config)
    lowest = min((before[name]["id"], name) for name in "abc")[1]
    wanted = Wanted(STAGES, {"id": [before[lowest]["id"]]})
    _, after = run(memory, shards_of(curate(memory, [entry], config, Runtime(), wanted)), config)
    removed = after.pop(None)  # its own id went with it
    assert (removed["id"], removed["dropped_by"]) == (before[lowest]["id"], "removed")
    second = min(row["id"] for row in after.values())
    assert [row["dropped_by"] for row in after.values() if row["id"] == second] == [None]
    assert {row["duplicate_of"] for row in after.values() if row["id"] != second} == {second}


def test_a_refused_document_is_not_the_copy_that_is_kept(
    source: Source, config: Config, memory: str, yoruba: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: dict[str, list[str]] = {}
    original = curating.with_sizes

    def with_signals(batch: pa.RecordBatch) -> pa.RecordBatch:
        signals = pa.array(
            [said.get(name, []) for name in batch.column("source_id").to_pylist()], pa.list_(pa.string())
        )
        return original(batch).set_column(batch.schema.names.index("signals"), "signals", signals)

    monkeypatch.setattr(curating, "with_sizes", with_signals)
    records = [{"id": name, "text": yoruba} for name in "ab"]
    entry = load(source("one", records))
    _, before = run(memory, shards_of(curate(memory, [entry], config, Runtime())), config)
    kept = min((before[name]["id"], name) for name in "ab")[1]
    said[kept] = ["tdm-reservation:1", "x-robots-tag:noai"]
    storage.remove(storage.join(memory, "one"))
    shards = shards_of(curate(memory, [entry], config, Runtime()))
    _, accepted = run(memory, shards, config)
    assert accepted[kept]["dropped_by"] is None
    _, after = run(memory, shards, config, Refusals(("x-robots-tag:*",)))
    assert after[kept]["dropped_by"] == "policy:x-robots-tag:noai"
    assert [row["dropped_by"] for name, row in after.items() if name != kept] == [None]


@pytest.mark.parametrize("scope", ["all", "none"])
def test_a_source_of_which_too_little_passes_is_refused_before_copies_are_chosen(
    shards: list[Shard], config: Config, memory: str, scope: str
) -> None:
    passed = {"one": ["a"], "two": ["b", "c", "d"]}
    judged, rows = run(memory, shards, config, Refusals(smallest_source=400), scope=scope)
    assert [rows[name]["dropped_by"] for name in passed["one"]] == ["policy:smallest_source"]
    assert rows["short"]["dropped_by"] == "number_words"
    assert rows["d"]["dropped_by"] is None
    copies = [rows[name]["duplicate_of"] for name in passed["two"]]
    assert rows["a"]["id"] not in copies
    again, _ = run(memory, shards, config, Refusals(smallest_source=400), scope=scope)
    assert [shard.manifest for shard in again] == [shard.manifest for shard in judged]
    assert "sizes" not in storage.names(storage.join(memory, ".run"))


def test_a_policy_makes_new_ledgers_and_curates_nothing(
    shards: list[Shard], config: Config, memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, _ = run(memory, shards, config)
    monkeypatch.setattr("pipelines.curate.curate_shard", lambda _: pytest.fail("curated again"))
    after, _ = run(memory, shards, config, Refusals(harmful_perplexity=3.0))
    assert {shard.ledger for shard in before}.isdisjoint(shard.ledger for shard in after)


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
