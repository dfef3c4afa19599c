"""What is kept comes out as it went in: its own id, its other fields, in three formats with the same bytes always."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from catalog.entry import load
from pipelines import storage
from pipelines.run import Runtime
from roots.export import Fields, export
from tests.roots.made import Ended, shelve

pytestmark = pytest.mark.usefixtures("plainly")

Roots = Callable[..., Ended]
Kept = Callable[[Path | str], list[dict[str, Any]]]

ODD = {
    "id": "ọ-1",
    "lang": "of mine",
    "dropped_by": "nobody",
    "measures": [1, {"a": None}],
    "source": {},
    "kept": True,
    "number": 2**70,
    "half": "\ud83d",
}
"""Fields named like ours, and values that are hard to write."""


@pytest.mark.parametrize("form", ["jsonl.zst", "jsonl.gz"])
def test_the_input_comes_out_with_its_own_id_and_untouched_fields(
    roots: Roots, lines: Callable[..., Path], tmp_path: Path, yoruba: str, kept: Kept, form: str
) -> None:
    odd = json.dumps({"text": yoruba} | ODD)
    file = lines("mine.jsonl", {"text": yoruba, "url": "https://example.org"}, odd, {"text": "kukuru"})
    ended = roots("filter", "--lang", "yo", file, "--output", tmp_path / "out", "--format", form)
    assert ended.code == 0
    assert kept(tmp_path / "out") == [{"text": yoruba, "url": "https://example.org"}, {"text": yoruba} | ODD]
    assert storage.names(str(tmp_path / "out" / "kept")) == [f"mine.{form}"]


def test_slices_of_a_file_come_out_as_a_file_each_with_the_same_documents(
    roots: Roots, lines: Callable[..., Path], tmp_path: Path, yoruba: str, kept: Kept
) -> None:
    file = lines("mine.jsonl", *({"id": number, "text": f"{yoruba} {number}"} for number in range(12)))
    for size in ("64MB", "2kB"):
        assert roots("filter", "--lang", "yo", file, "--output", tmp_path / size, "--slice-size", size).code == 0
    names = storage.names(str(tmp_path / "2kB" / "kept"))
    assert names == [f"mine.s{number:05d}.jsonl.zst" for number in range(len(names))]
    assert len(names) > 1
    assert kept(tmp_path / "2kB") == kept(tmp_path / "64MB")


def test_parquet_has_a_column_a_field_and_json_where_no_type_holds_the_values(
    roots: Roots, lines: Callable[..., Path], tmp_path: Path, yoruba: str
) -> None:
    one = {"text": yoruba, "score": 1, "tags": ["a"], "mixed": 1, "wide": 2**60 + 1, "empty": {}}
    two = {"text": yoruba, "score": 0.5, "tags": [], "mixed": "x", "wide": 0.5, "empty": {}, "late": {"a": 1}}
    file = lines("mine.jsonl", one, json.dumps(two | ODD))
    roots("filter", "--lang", "yo", file, "--output", tmp_path / "out", "--format", "parquet")
    rows = pq.read_table(tmp_path / "out" / "kept" / "mine.parquet").to_pylist()
    assert [row["score"] for row in rows] == [1.0, 0.5]
    assert [row["tags"] for row in rows] == [["a"], []]
    assert [row["late"] for row in rows] == [None, {"a": 1}]
    assert [row["id"] for row in rows] == [None, "ọ-1"]
    as_json = {"mixed": [1, "x"], "wide": [2**60 + 1, 0.5], "empty": [{}, {}]}
    assert {name: [json.loads(row[name]) for row in rows] for name in as_json} == as_json
    assert json.loads(rows[1]["half"]) == ODD["half"]
    assert json.loads(rows[1]["number"]) == ODD["number"]
    assert rows[1]["kept"] is True


def test_a_column_keeps_its_type_over_batches(tmp_path: Path) -> None:
    """Rows of one batch are all whole numbers, those of the next are not: no column depends on where batches end."""
    metas = [{"score": 1, "name": None, "odd": 1}] * 1000 + [{"score": 0.5, "name": "x", "odd": "one"}]
    rows = [{"text": "ẹ", "lang": "yo", "meta": json.dumps(meta)} for meta in metas]
    judged = shelve(str(tmp_path), {"files": rows})
    export(str(tmp_path), None, ([shard.shard for shard in judged], judged), form="parquet", how=Runtime())
    table = pq.read_table(tmp_path / "kept" / "files.x.parquet")
    assert {name: str(table.schema.field(name).type) for name in ("score", "name", "odd")} == {
        "score": "double",
        "name": "string",
        "odd": "string",
    }
    assert table.column("odd").to_pylist()[998:] == ["1", "1", '"one"']


def test_where_nothing_is_kept_every_format_can_be_read(
    roots: Roots, lines: Callable[..., Path], tmp_path: Path, kept: Kept
) -> None:
    file = lines("mine.jsonl", {"text": "kukuru"})
    for form in ("jsonl.zst", "jsonl.gz", "parquet"):
        assert roots("filter", "--lang", "yo", file, "--output", tmp_path / "out", "--format", form).code == 0
        assert kept(tmp_path / "out") == []
        assert storage.names(str(tmp_path / "out" / "kept")) == [f"mine.{form}"]
    query = f"SELECT count(*) FROM '{tmp_path}/out/kept/mine.parquet'"
    with duckdb.connect() as connection:
        assert connection.execute(query).fetchall() == [(0,)]


def test_a_rerun_does_nothing_and_a_lost_file_comes_back_with_the_same_bytes(
    roots: Roots, lines: Callable[..., Path], tmp_path: Path, yoruba: str
) -> None:
    command = ["filter", "--lang", "yo", lines("mine.jsonl", {"text": yoruba}), "--output", tmp_path / "out"]
    roots(*command)
    path = tmp_path / "out" / "kept" / "mine.jsonl.zst"
    before = path.read_bytes()
    said = roots(*command).err.splitlines()
    assert len(said) == 3
    assert all("nothing to do, all 1 shards were finished before" in line for line in said)
    path.unlink()
    assert "write kept documents: 1 of 1 shards" in roots(*command).err
    assert path.read_bytes() == before


def test_files_whose_names_would_be_the_same_stay_apart(
    roots: Roots, lines: Callable[..., Path], tmp_path: Path, yoruba: str, kept: Kept
) -> None:
    names = ["mine.jsonl", "a/x.jsonl", "b/x.jsonl", "mine.txt", "y z.jsonl", "y-z.jsonl"]
    files = [lines(name, yoruba if name.endswith("txt") else {"id": name, "text": yoruba}) for name in names]
    roots("redact", *files, "--output", tmp_path / "out")
    found = storage.names(str(tmp_path / "out" / "kept"))
    assert found[:4] == ["a-x.jsonl.zst", "b-x.jsonl.zst", "mine.jsonl.jsonl.zst", "mine.txt.jsonl.zst"]
    assert {row["id"] for row in kept(tmp_path / "out")} == set(names)
    roots("redact", files[0], "--output", tmp_path / "out")
    assert storage.names(str(tmp_path / "out" / "kept")) == ["mine.jsonl.zst"]


def test_names_of_fields_are_those_of_the_source(source: Callable[..., Path], yoruba: str) -> None:
    entry = load(source("one", [{"text": yoruba}]))
    named = replace(entry, data=replace(entry.data, id="nr", text="body", url="link", lang="language"))
    assert Fields.of(named) == Fields("nr", "body", "link", "")
    assert Fields.of(replace(entry, kind="pseudo_crawl")) == Fields.of(None) == Fields("id", "text", "url", "lang")


def test_memory_serves_as_well_as_a_disk(memory: str, kept: Kept) -> None:
    judged = shelve(
        memory, {"one": [{"text": "ẹ", "lang": "yo"}, {"text": "x", "lang": "yo", "dropped_by": "removed"}]}
    )
    export(memory, None, ([shard.shard for shard in judged], judged), form="jsonl.gz", how=Runtime())
    assert kept(memory) == [{"text": "ẹ", "lang": "yo"}]
    assert storage.names(memory) == ["kept", "one"]
