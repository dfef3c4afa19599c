"""What is withheld is gone from every table; other shards keep their bytes; the way there leaves no trace."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import fsspec
import pytest

from catalog.entry import Entry, load
from lang_params.params import default, load_all
from pipelines import curate as curating
from pipelines import storage, tables, withhold
from pipelines.config import Config
from pipelines.curate import STAGES, Wanted, curate
from pipelines.run import Runtime
from pipelines.task import Task, Work, complete

Removals = Mapping[str, Sequence[str]]


@pytest.fixture(scope="module")
def config() -> Config:
    return Config("fixed", load_all(), default())


@pytest.fixture(autouse=True)
def plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tasks one after the other, without Beam."""

    def execute(tasks: Sequence[Task], work: Work, how: Runtime) -> None:
        for task in tasks:
            complete(task, work)

    monkeypatch.setattr("pipelines.run._execute", execute)


@pytest.fixture
def entries(source: Callable[..., Path], yoruba: str, yoruba_too: str) -> list[Entry]:
    """Two sources with addresses; `one` has a letter with an e-mail address, a copy in `two`, and a broken record."""
    letter = f"{yoruba_too}\nẸ kọ̀wé sí ayoola@kofoworola.example."
    address = "https://example.org/"
    one = source(
        "one",
        [
            {"id": "a", "text": yoruba, "url": f"{address}a", "by": "Ayọ̀ọlá"},
            {"id": "b", "text": letter, "url": f"{address}b", "by": "Kòfó"},
            {"id": "c", "text": yoruba + " Ó.", "url": f"{address}c"},
            "{",
        ],
        cleaning=["replace_newline_with_space"],
    )
    two = source("two", [{"id": "d", "text": letter, "url": f"{address}d"}, {"id": "e", "text": yoruba + " Ẹ."}])
    for path in (one, two):
        path.write_text(path.read_text(encoding="utf-8").replace("[data]\n", '[data]\nurl = "url"\n'), encoding="utf-8")
    return [load(one), load(two)]


def run(work: str, entries: Sequence[Entry], config: Config, removals: Removals | None = None) -> list[dict[str, Any]]:
    return curate(work, entries, config, Runtime(), Wanted(STAGES, removals or {}))


def rows(work: str, manifests: Sequence[Mapping[str, Any]], table: str) -> list[dict[str, Any]]:
    return [
        row
        for manifest in manifests
        for row in tables.read(
            storage.join(work, manifest["source"], table, manifest["tables"][table]["file"])
        ).to_pylist()
    ]


def named(work: str, manifests: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["source_id"]: row for row in rows(work, manifests, "documents") if row["source_id"]}


def told(work: str) -> str:
    """Everything that stands in the files of a work folder."""
    found = []
    for path, data in contents(work).items():
        parquet = path.endswith(".parquet")
        found.append(str(tables.read(f"{work}{path}").to_pylist()) if parquet else data.decode())
    return "\n".join(found)


def contents(work: str) -> dict[str, bytes]:
    """Every file but those of the run, which are gone when a build ends."""
    filesystem = fsspec.filesystem("memory")
    inner = work.removeprefix("memory:/")
    return {
        path.removeprefix(inner): filesystem.cat_file(path) for path in filesystem.find(inner) if "/.run/" not in path
    }


def test_a_withheld_document_keeps_its_row_and_nothing_of_itself(
    entries: list[Entry], config: Config, memory: str
) -> None:
    first = run(memory, entries, config)
    before = {table: rows(memory, first, table) for table in tables.TABLES}
    gone = named(memory, first)["b"]
    after = run(memory, entries, config, {"id": [gone["id"]]})
    documents, measures, signatures = (rows(memory, after, table) for table in tables.TABLES)
    [place] = [place for place, row in enumerate(documents) if row["id"] == gone["id"]]
    assert documents[place] == {
        "id": gone["id"],
        "source": "one",
        "content_hash": gone["content_hash"],
        "text": "",
        "meta": "{}",
        "url": None,
        "source_id": None,
    }
    empty = dict.fromkeys(tables.MEASURES.names) | {"id": gone["id"], "lang": "yo", "bytes": 0, "lost": "removed"}
    assert measures[place] == empty
    assert signatures[place] == dict.fromkeys(tables.SIGNATURES.names) | {"id": gone["id"]}
    for table, mine in (("documents", documents), ("measures", measures), ("signatures", signatures)):
        others = [row for row in before[table] if row["id"] != gone["id"]]
        assert [row for row in mine if row["id"] != gone["id"]] == others
    assert [manifest["bytes"] for manifest in after] == [
        sum(row["bytes"] for row in rows(memory, [manifest], "measures")) for manifest in after
    ]


def test_nothing_of_it_is_in_any_file_and_shards_without_it_keep_their_bytes(
    entries: list[Entry], config: Config, memory: str
) -> None:
    run(memory, entries, config)
    before = contents(memory)
    words = ("example.org/b", "Kòfó", "sinmi\\n", "sinmi ")
    assert all(word in told(storage.join(memory, "one")) for word in words[:2])
    run(memory, entries, config, {"url": ["https://example.org/b"]})
    after = contents(memory)
    assert not any(word in told(storage.join(memory, "one")) for word in words)
    assert {path: data for path, data in before.items() if path.startswith("/two/")}.items() <= after.items()
    assert not {path for path in before if path.startswith("/one/")} & set(after)
    [path] = [path for path in after if path.startswith("/one/documents/") and path.endswith(".json")]
    manifest = json.loads(after[path])
    assert [row[2] for row in manifest["withheld"]["rows"]] == [withhold.digest("https://example.org/b")]


@pytest.mark.parametrize("column", withhold.COLUMNS)
def test_a_document_can_be_named_by_id_address_and_content(
    entries: list[Entry], config: Config, memory: str, column: str
) -> None:
    letter = named(memory, run(memory, entries, config))["b"]
    left = named(memory, run(memory, entries, config, {column: [letter[column], "nothing"]}))
    assert set(left) == ({"a", "c", "e"} if column == "content_hash" else {"a", "c", "d", "e"})


def test_the_way_to_the_same_removals_leaves_no_trace(
    entries: list[Entry], config: Config, memory: str, yoruba: str
) -> None:
    found = named(memory, run(memory, entries, config))
    both = {"id": [found["a"]["id"]], "url": ["https://example.org/b", "https://example.org/a"]}
    run(memory, entries, config, {"id": [found["a"]["id"]]})
    run(memory, entries, config, both)
    stepwise = contents(memory)
    storage.remove(memory)
    run(memory, entries, config, both)
    assert contents(memory) == stepwise


def test_what_was_withheld_is_not_curated_again_and_not_looked_at_again(
    entries: list[Entry], config: Config, memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = named(memory, run(memory, entries, config))
    removals = {"id": [found["a"]["id"]]}
    first = run(memory, entries, config, removals)
    before = contents(memory)
    monkeypatch.setattr(curating, "curate_shard", lambda _: pytest.fail("curated again"))
    monkeypatch.setattr(withhold, "look", lambda _: pytest.fail("looked at again"))
    assert run(memory, entries, config, removals) == first
    monkeypatch.undo()
    monkeypatch.setattr(curating, "curate_shard", lambda _: pytest.fail("curated again"))
    more = {"id": [found["a"]["id"], found["b"]["id"]]}
    assert set(named(memory, run(memory, entries, config, more))) == {"c", "d", "e"}
    assert not set(contents(memory)) >= set(before)


def test_a_withdrawn_removal_brings_the_document_back_from_its_source(
    entries: list[Entry], config: Config, memory: str
) -> None:
    run(memory, entries, config)
    before = contents(memory)
    found = named(memory, run(memory, entries, config))
    run(memory, entries, config, {"id": [found["a"]["id"], found["b"]["id"]]})
    run(memory, entries, config, {"id": [found["b"]["id"]]})
    one = contents(memory)
    storage.remove(memory)
    run(memory, entries, config, {"id": [found["b"]["id"]]})
    assert contents(memory) == one
    run(memory, entries, config)
    assert contents(memory) == before


def test_removals_that_no_document_answers_to_are_known_by_their_values(
    entries: list[Entry], config: Config, memory: str
) -> None:
    found = named(memory, run(memory, entries, config))
    removals = {"id": [found["a"]["id"], "0" * 32], "url": ["https://example.org/b", "https://example.org/x"]}
    after = run(memory, entries, config, removals)
    assert withhold.unmet(after, removals) == [("id", "0" * 32), ("url", "https://example.org/x")]
    assert withhold.unmet([], {"content_hash": ["h"]}) == [("content_hash", "h")]


def test_a_withheld_shard_that_lacks_a_file_does_not_stand(entries: list[Entry], config: Config, memory: str) -> None:
    found = named(memory, run(memory, entries, config))
    removals = {"id": [found["a"]["id"]]}
    manifest = run(memory, entries, config, removals)[0]
    before = contents(memory)
    storage.remove(storage.join(memory, "one", "measures", manifest["tables"]["measures"]["file"]))
    run(memory, entries, config, removals)
    assert contents(memory) == before


def test_a_withheld_document_leaves_the_samples_of_what_cleaning_did(
    memory: str, entries: Sequence[Entry], config: Config
) -> None:
    whole = run(memory, entries, config)
    [letter] = [row for row in rows(memory, whole, "documents") if row["source_id"] == "b"]
    assert letter["id"] in {row["id"] for row in _samples(memory, whole)}
    left = run(memory, entries, config, {"id": [letter["id"]]})
    assert letter["id"] not in {row["id"] for row in _samples(memory, left)}
    for name in storage.names(storage.join(memory, "one", "cleaning")):
        assert letter["id"] not in json.dumps(tables.read(storage.join(memory, "one", "cleaning", name)).to_pylist())


def _samples(work: str, manifests: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        row
        for manifest in manifests
        for folder, output in manifest.get("samples", {}).items()
        for row in tables.read(storage.join(work, manifest["source"], folder, output["file"])).to_pylist()
    ]


def test_shards_that_were_not_compared_with_removals_are_named(
    entries: list[Entry], config: Config, memory: str
) -> None:
    manifests = run(memory, entries, config)
    asked = {"id": [named(memory, manifests)["a"]["id"]]}
    assert withhold.uncompared(memory, manifests, {}) == []
    assert withhold.uncompared(memory, manifests, asked) == [manifest["input"] for manifest in manifests]
    after = run(memory, entries, config, asked)
    assert withhold.uncompared(memory, after, asked) == []
    assert withhold.uncompared(memory, after, {"id": [*asked["id"], "another"]}) == [
        manifest["input"] for manifest in after
    ]
