"""Ledgers: whole files named by what decides them; the copy that is kept passed its filters."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from catalog.entry import load
from lang_params.params import default, load_all
from pipelines import contamination, storage, tables
from pipelines import curate as curating
from pipelines.config import Config
from pipelines.copies import Keep
from pipelines.curate import STAGES, Wanted, curate
from pipelines.dedup import dedup
from pipelines.judge import Inputs, Judged, judge, planned, sweep, written
from pipelines.run import Runtime
from pipelines.search import Settings
from pipelines.shards import Shard, shards_of
from pipelines.task import pending
from pipelines.verdict import NOTHING_REFUSED, Refusals
from tests.pipelines.members import Row, clustered, shelve

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


def found(work: str, shards: Sequence[Shard], scope: str = "all") -> str:
    """The clusters that MinHash finds."""
    return dedup(work, shards, Settings(scope=scope, verify=0.0), Runtime())


def run(
    work: str, shards: Sequence[Shard], config: Config, refusals: Refusals = NOTHING_REFUSED, *, scope: str = "all"
) -> tuple[list[Judged], dict[str | None, dict[str, Any]]]:
    clusters = "" if scope == "none" else found(work, shards, scope)
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
    clusters = found(memory, shards)
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


@pytest.fixture(scope="module")
def english() -> Config:
    """Of a corpus that has English alone."""
    return Config("fixed", {"en": load_all()["en"]}, default())


def ledgers(judged: Sequence[Judged]) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for shard in judged for row in tables.read(shard.ledger).to_pylist()}


def contaminate(work: str, shard: Shard, rows: Sequence[int], key: str) -> None:
    """Say of some rows of a shard that they hold items of a benchmark."""
    path = storage.join(work, shard.source, contamination.FOLDER, f"{shard.stem}.{key}.parquet")
    columns = {"row": rows, "benchmark": ["b"] * len(rows), "item": [1] * len(rows), "share": [1.0] * len(rows)}
    tables.write(path, pa.table(columns, schema=contamination.HITS))


def test_what_holds_a_benchmark_is_dropped_after_the_filters_and_is_no_copy(memory: str, english: Config) -> None:
    rows: list[Row] = [{"id": "a"}, {"id": "b", "number_words": 1}, {"id": "c"}, {"id": "d"}]
    shards = shelve(memory, {"one": rows, "two": [{"id": "e"}]})
    clusters = clustered(memory, shards, {"minhash": [["a", "c", "d", "e"]]})
    before = judge(memory, shards, english, Runtime(), inputs=Inputs(clusters))
    assert ledgers(before)["a"]["copies"] == 4
    contaminate(memory, shards[0], [0, 1], "k")
    contaminate(memory, shards[1], [], "k")
    after = judge(memory, shards, english, Runtime(), inputs=Inputs(clusters, contamination="k"))
    assert {shard.ledger for shard in before}.isdisjoint(shard.ledger for shard in after)
    found = ledgers(after)
    assert {name: row["dropped_by"] for name, row in found.items()} == {
        "a": "contaminated",
        "b": "number_words",
        "c": None,
        "d": "duplicate",
        "e": "duplicate",
    }
    assert (found["a"]["copies"], found["c"]["copies"], found["e"]["duplicate_of"]) == (None, 3, "c")


def test_what_holds_a_benchmark_does_not_count_for_the_size_of_its_source(memory: str, english: Config) -> None:
    shards = shelve(memory, {"one": [{"id": "a"}, {"id": "b"}]})
    contaminate(memory, shards[0], [1], "k")
    for least, cause in ((500, None), (501, "policy:smallest_source")):
        inputs = Inputs(refusals=Refusals(smallest_source=least), contamination="k")
        found = ledgers(judge(memory, shards, english, Runtime(), inputs=inputs))
        assert [found[name]["dropped_by"] for name in "ab"] == [cause, "contaminated"]


def test_without_a_search_nothing_is_said_of_copies(memory: str, english: Config) -> None:
    shards = shelve(memory, {"one": [{"id": "a"}, {"id": "b", "lost": "removed"}]})
    [judged] = judge(memory, shards, english, Runtime(), inputs=Inputs(keep=Keep(("longest",))))
    nothing = dict.fromkeys(tables.LEDGER.names)
    assert tables.read(judged.ledger).to_pylist() == [
        nothing | {"id": "a"},
        nothing | {"id": "b", "dropped_by": "removed"},
    ]
    assert (judged.manifest["methods"], judged.manifest["clusters"]) == ([], [])
    [again] = judge(memory, shards, english, Runtime(), inputs=Inputs())
    assert again.ledger == judged.ledger


def test_a_manifest_counts_copies_by_method_and_what_is_kept_of_them(memory: str, english: Config) -> None:
    shards = shelve(memory, {"one": [{"id": name, "bytes": 100 * place} for place, name in enumerate("abcdef", 1)]})
    clusters = clustered(memory, shards, {"exact": [["a", "b"], ["d", "f"]], "minhash": [["a", "b", "c"], ["d", "f"]]})
    [judged] = judge(memory, shards, english, Runtime(), inputs=Inputs(clusters))
    assert judged.manifest["methods"] == [["en", "exact", 2, 800], ["en", "minhash", 1, 300]]
    assert judged.manifest["clusters"] == [["en", 2]]
    assert judged.manifest["counts"] == [["en", None, 3, 1000], ["en", "duplicate", 3, 1100]]


def test_ledgers_that_others_are_made_of_stand_apart(memory: str, english: Config) -> None:
    shards = shelve(memory, {"one": [{"id": "a"}]})
    [verdicts] = judge(memory, shards, english, Runtime(), inputs=Inputs(folder="verdicts"))
    assert verdicts.ledger.startswith(f"{memory}/one/verdicts/")
    other = f"{memory}/one/ledger/x.other.parquet"
    tables.write(other, tables.read(verdicts.ledger))
    judge(memory, shards, english, Runtime(), inputs=Inputs(folder="verdicts"))
    assert storage.size(other) is not None
    [ledger] = judge(memory, shards, english, Runtime(), inputs=Inputs())
    assert storage.names(f"{memory}/one") == ["ledger", "measures", "signatures"]
    assert storage.names(f"{memory}/one/ledger") == sorted(
        ledger.ledger.rsplit("/", 1)[-1].replace(".parquet", end) for end in (".json", ".parquet")
    )


def test_another_choice_makes_other_ledgers_and_the_same_one_does_nothing(
    memory: str, english: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    shards = shelve(memory, {"one": [{"id": "a", "characters": 1}, {"id": "b", "characters": 2}]})
    clusters = clustered(memory, shards, {"minhash": [["a", "b"]]})
    first = judge(memory, shards, english, Runtime(), inputs=Inputs(clusters))
    longest = judge(memory, shards, english, Runtime(), inputs=Inputs(clusters, keep=Keep(("longest",))))
    assert first[0].ledger != longest[0].ledger
    assert ledgers(longest)["b"]["copies"] == 2
    capsys.readouterr()
    judge(memory, shards, english, Runtime(), inputs=Inputs(clusters, keep=Keep(("longest",))))
    assert capsys.readouterr().err == "judge: nothing to do, all 1 shards were finished before\n"


def test_a_shard_of_many_blocks_is_judged_as_one_of_one(
    memory: str, english: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows: list[Row] = [{"id": f"{n:04d}", "number_words": 1 if n % 7 == 0 else 100} for n in range(2500)]
    found = []
    for block in (250_000, 300):
        for module in ("judge", "ledger", "copies"):
            monkeypatch.setattr(f"pipelines.{module}.BLOCK", block)
        work = f"{memory}/{block}"
        shards = shelve(work, {"0": [{"id": "x"}], "one": rows})
        groups = [[f"{n:04d}" for n in range(start, 2500, 40)] for start in range(30)]
        clusters = clustered(work, shards, {"minhash": [[*groups[0], "x"], *groups[1:]]})
        found.append(ledgers(judge(work, shards, english, Runtime(), inputs=Inputs(clusters))))
    assert found[0] == found[1]
    assert sum(row["copies"] or 0 for row in found[0].values()) == sum(
        row["dropped_by"] in (None, "duplicate") for row in found[0].values()
    )


def test_where_ledgers_would_be_is_known_before_they_are_written(memory: str, english: Config) -> None:
    shards = shelve(memory, {"one": [{"id": "a"}], "two": [{"id": "b"}]})
    tasks = planned(memory, shards, english, Inputs())
    assert pending(tasks) == tasks
    assert storage.names(memory) == ["one", "two"]
    judged = judge(memory, shards, english, Runtime(), inputs=Inputs())
    assert [task.job for task in tasks] == [each.ledger for each in judged]
    assert pending(tasks) == []


def test_new_ledgers_stand_beside_the_old_ones_until_these_are_swept(memory: str, english: Config) -> None:
    shards = shelve(memory, {"one": [{"id": "a"}, {"id": "b", "number_words": 1}]})
    before = judge(memory, shards, english, Runtime(), inputs=Inputs())
    params = english.languages["en"]
    lower = {**params.filters, "number_words": replace(params.filters["number_words"], min=1)}
    other = replace(english, languages={"en": replace(params, filters=lower)})
    after = written(memory, shards, other, Runtime(), inputs=Inputs())
    assert [ledgers(each)["b"]["dropped_by"] for each in (before, after)] == ["number_words", None]
    sweep(memory, after, "ledger")
    assert storage.size(before[0].ledger) is None
    assert ledgers(after)["b"]["dropped_by"] is None
