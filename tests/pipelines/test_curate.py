"""Curation writes tables row for row, leaves out nothing, and is not done twice."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import fsspec
import pytest

from catalog.entry import load
from catalog.sources import Slice, inputs
from filters import models
from filters.signing import Signing
from lang_params.params import default, load_all
from pipelines import storage, tables
from pipelines.config import Config
from pipelines.curate import Curation, Wanted, curate, curate_shard, shard_name, task_of
from pipelines.run import Runtime

Source = Callable[..., Path]


@pytest.fixture(scope="module")
def config() -> Config:
    return Config("fixed", load_all(), default())


def read(work: str, manifest: dict[str, Any], table: str) -> list[dict[str, Any]]:
    return tables.read(storage.join(work, manifest["source"], table, manifest["tables"][table]["file"])).to_pylist()


def test_tables_stand_row_for_row_and_bad_records_are_rows(
    source: Source, config: Config, memory: str, yoruba: str
) -> None:
    path = source("one", [{"id": "a", "text": yoruba, "title": "Ìkéde"}, '{"broken', {"id": 7, "text": "kukuru"}])
    [manifest] = curate(memory, [load(path)], config, Runtime())
    rows = {table: read(memory, manifest, table) for table in tables.TABLES}
    ids = [row["id"] for row in rows["documents"]]
    assert len(set(ids)) == 3
    assert ids == [row["id"] for row in rows["measures"]] == [row["id"] for row in rows["signatures"]]
    assert [row["source_id"] for row in rows["documents"]] == ["a", None, "7"]
    assert json.loads(rows["documents"][0]["meta"]) == {"title": "Ìkéde"}
    assert [row["lost"] for row in rows["measures"]] == [None, "error:read", None]
    assert [row["bytes"] for row in rows["measures"]] == [len(row["text"].encode()) for row in rows["documents"]]
    assert manifest["documents"] == 3
    assert sum(manifest["lost"].values()) == 1


def test_texts_too_short_for_a_signature_are_counted_and_bad_records_are_none_of_them(
    source: Source, config: Config, memory: str, yoruba: str
) -> None:
    path = source("one", [{"text": yoruba}, {"text": "kukuru"}, {"text": "kukuru ni"}, '{"broken', {"text": yoruba}])
    both = replace(config, signing=Signing(("exact", "url", "simhash", "minhash")))
    [manifest] = curate(memory, [load(path)], both, Runtime())
    rows = read(memory, manifest, "signatures")
    assert [row["bands"] is None for row in rows] == [False, True, True, True, False]
    assert ["yo", "minhash", 2] in manifest["short"]
    assert {method for _, method, _ in manifest["short"]} <= {"simhash", "minhash"}
    assert manifest["signing"] == both.signed()
    [again] = curate(memory, [load(path)], config, Runtime(), Wanted(("declare", "measure")))
    assert (again["short"], again["signing"]) == ([], {})


def test_an_address_stays_when_it_is_hashed(source: Source, config: Config, memory: str, yoruba: str) -> None:
    path = source("one", [{"text": yoruba, "url": "https://example.org/b"}])
    entry = load(path)
    entry = replace(entry, data=replace(entry.data, url="url"))
    [manifest] = curate(memory, [entry], replace(config, signing=Signing(("url", "minhash"))), Runtime())
    [document], [signature] = (read(memory, manifest, table) for table in ("documents", "signatures"))
    assert document["url"] == "https://example.org/b"
    assert len(signature["url_hash"]) == 16


def test_personal_data_is_in_no_table_and_in_no_manifest(source: Source, config: Config, memory: str) -> None:
    path = source("one", [{"id": "a", "text": "Write to ana.perez@example.org today, or to @ana_perez please."}])
    curate(memory, [load(path)], config, Runtime())
    filesystem = fsspec.filesystem("memory")
    for file in filesystem.find(memory.removeprefix("memory:/")):
        if file.endswith(".parquet"):
            assert "ana" not in str(tables.read(f"memory:/{file}").to_pylist())
        else:
            assert b"perez" not in filesystem.cat_file(file)


def test_what_is_finished_is_not_done_again_and_a_threshold_changes_no_measure(
    source: Source, config: Config, memory: str, yoruba: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = load(source("one", [{"text": yoruba}]))
    first = curate(memory, [entry], config, Runtime())
    monkeypatch.setattr("pipelines.curate.read", lambda *_: pytest.fail("read again"))
    params = config.languages["yo"]
    filters = dict(params.filters) | {"number_words": replace(params.filters["number_words"], min=50)}
    other = replace(config, languages=dict(config.languages) | {"yo": replace(params, filters=filters)})
    assert curate(memory, [entry], other, Runtime()) == first


def test_another_configuration_makes_new_tables_and_the_old_ones_go(
    source: Source, config: Config, memory: str, yoruba: str
) -> None:
    entry = load(source("one", [{"text": yoruba}]))
    [first] = curate(memory, [entry], config, Runtime())
    [second] = curate(memory, [entry], replace(config, profile="roots-2022-03"), Runtime())
    assert first["tables"]["measures"]["file"] != second["tables"]["measures"]["file"]
    for table in tables.TABLES:
        there = [name for name in storage.names(storage.join(memory, "one", table)) if name.endswith(".parquet")]
        assert there == [second["tables"][table]["file"]]


def test_where_a_file_lies_and_what_a_note_says_decide_nothing(source: Source, config: Config) -> None:
    entry = load(source("one", [{"text": "x"}]))
    [slice] = map(Slice, inputs(entry))
    other = replace(entry, data=replace(entry.data, note="new", files=("*.jsonl", *entry.data.files)))
    keys = {task_of(Curation("w", config, "path", ()), each, slice, "content").key for each in (entry, other)}
    assert len(keys) == 1


def test_another_model_makes_other_tables(source: Source, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    entry = load(source("one", [{"text": "x"}]))
    [slice] = map(Slice, inputs(entry))
    before = task_of(Curation("w", config, "path", ()), entry, slice, "content").key
    model = models.MODELS["lid.176"]
    monkeypatch.setitem(models.MODELS, "lid.176", replace(model, sha256="0" * 64))
    assert task_of(Curation("w", config, "path", ()), entry, slice, "content").key != before


def test_a_model_that_is_not_there_ends_the_run_before_it_begins(source: Source, config: Config, memory: str) -> None:
    params = replace(config.languages["yo"], language_model="yoruba")
    other = replace(config, languages=dict(config.languages) | {"yo": params})
    with pytest.raises(models.ModelError, match=r"no model is named 'yoruba'"):
        curate(memory, [load(source("one", [{"text": "x"}]))], other, Runtime())


def test_reasons_are_counted_without_their_numbers(source: Source, config: Config, memory: str) -> None:
    broken = [f'{{"n": {n}, "broken' + "x" * n for n in range(30)]
    [manifest] = curate(memory, [load(source("one", broken))], config, Runtime())
    assert len(manifest["lost"]) < 4


def test_what_a_source_cleaned_as_a_whole_lost_is_a_row_with_its_reason(
    source: Source, config: Config, memory: str, yoruba: str
) -> None:
    chain = ["dedup_document", "dedup_template_soft", "filter_remove_empty_docs"]
    texts = [yoruba, f"{yoruba} 1", "   ", '{"broken']
    path = source("one", [{"text": text} if text[0] != "{" else text for text in texts], cleaning=chain)
    [manifest] = curate(memory, [load(path)], config, Runtime())
    rows = read(memory, manifest, "measures")
    first = rows[0]["id"]
    assert [(row["lost"], row["reason"]) for row in rows[:3]] == [
        (None, None),
        ("clean:dedup_document", f"the same as {first}"),
        ("clean:filter_remove_empty_docs", None),
    ]
    assert rows[3]["lost"] == "error:read"
    assert set(manifest["lost"]) == {
        "clean:dedup_document", "clean:filter_remove_empty_docs", "error:read: not valid JSON: character N of the line"
    }  # fmt: skip
    assert [(each["step"], each["documents"], each["documents_after"]) for each in manifest["cleaning"]] == [
        ("dedup_document", 3, 2), ("dedup_template_soft", 2, 2), ("filter_remove_empty_docs", 2, 1)
    ]  # fmt: skip
    assert not {"cleaned", "skipped"} & set(storage.names(storage.join(memory, "one")))
    samples = tables.read(storage.join(memory, "one", "cleaning", manifest["samples"]["cleaning"]["file"])).to_pylist()
    assert [(row["name"], row["new"]) for row in samples] == [(chain[0], None), (chain[1], ""), (chain[2], None)]


def test_every_shard_of_a_source_cleaned_as_a_whole_hangs_on_all_its_files(
    source: Source, config: Config, memory: str, yoruba: str, tmp_path: Path
) -> None:
    path = source("one", [{"text": yoruba}], cleaning=["dedup_document"])
    (path.parent / "one-b.jsonl").write_text('{"text": "x"}\n', encoding="utf-8")
    entry = load(path)
    entry = replace(entry, data=replace(entry.data, files=("one*.jsonl",)))
    before = curate(memory, [entry], config, Runtime())
    (path.parent / "one-b.jsonl").write_text(f'{{"text": "{yoruba}"}}\n', encoding="utf-8")
    after = curate(memory, [entry], config, Runtime())
    assert {one["tables"]["documents"]["file"] for one in before}.isdisjoint(
        one["tables"]["documents"]["file"] for one in after
    )
    assert [sum(one["lost"].values()) for one in after] == [0, 1]


def test_names_of_shards_are_file_names() -> None:
    assert shard_name("a b/ọ.jsonl") == "a-b-ọ.jsonl"
    assert shard_name("///") == "input"
    assert len(shard_name("ọ" * 300).encode()) <= 120


def test_memory_does_not_grow_with_the_file(source: Source, config: Config, memory: str, yoruba: str) -> None:
    """Twice the documents may not hold twice the batches: every batch is gone before the next but one is read."""
    import gc
    import weakref

    from pipelines import curate as module

    alive: list[Any] = []
    held: list[int] = []
    original = module.with_sizes

    def watched(batch: Any) -> Any:
        out = original(batch)
        alive.append(weakref.ref(out))
        gc.collect()
        held.append(sum(ref() is not None for ref in alive))
        return out

    path = source("one", [{"text": "ẹ káàbọ̀"} for _ in range(6500)])
    patch = pytest.MonkeyPatch()
    patch.setattr(module, "with_sizes", watched)
    curate(memory, [load(path)], config, Runtime())
    patch.undo()
    assert len(held) == 7
    assert max(held) <= 2
    assert curate_shard is module.curate_shard
