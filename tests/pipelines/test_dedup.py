"""Near duplicates: planted copies are found in their scope, unrelated texts are not, and order does not matter."""

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from catalog.entry import load
from filters.minhash import BANDS
from lang_params.params import default, load_all
from pipelines import storage, tables
from pipelines.config import Config
from pipelines.curate import curate
from pipelines.dedup import dedup
from pipelines.run import Runtime
from pipelines.shards import Shard, shards_of
from pipelines.tables import SIGNATURES

Source = Callable[..., Path]


@pytest.fixture(scope="module")
def config() -> Config:
    return Config("fixed", load_all(), default())


def sign(work: str, shards: dict[str, Sequence[Sequence[int] | None]]) -> list[Shard]:
    """Signature tables with these band hashes, one a source."""
    found, first = [], 0
    for source, rows in sorted(shards.items()):
        table = pa.table(
            {
                "id": [f"{source}-{n}" for n in range(len(rows))],
                "bands": [r and [*r, *_rest(source, n, r)] for n, r in enumerate(rows)],
            },
            schema=SIGNATURES,
        )
        shard = Shard(source, "x", len(rows), 0, first)
        tables.write(shard.path(work, "signatures"), table)
        first += len(rows)
        found.append(shard)
    return found


def _rest(source: str, row: int, given: Sequence[int]) -> list[int]:
    random = np.random.default_rng([*source.encode(), row])
    return [int(value) for value in random.integers(2**32, 2**63, BANDS - len(given))]


def clusters(work: str, shards: Sequence[Shard], scope: str) -> set[frozenset[str]]:
    table = tables.read(dedup(work, shards, scope, Runtime())).to_pylist()
    by_name: dict[str, set[str]] = {}
    for row in table:
        by_name.setdefault(row["cluster"], set()).add(row["id"])
    assert all(name == min(members) for name, members in by_name.items())
    return {frozenset(members) for members in by_name.values()}


def test_documents_that_share_a_band_are_joined_through_others(memory: str) -> None:
    shards = sign(memory, {"a": [[1, 2], [3]], "b": [[2, 7], [7], None, None], "c": [[99]]})
    assert clusters(memory, shards, "all") == {frozenset({"a-0", "b-0", "b-1"})}


def test_texts_without_a_signature_are_nobodys_duplicates(memory: str) -> None:
    assert clusters(memory, sign(memory, {"a": [None, None], "b": [None]}), "all") == set()


def test_within_the_scope_of_a_source_copies_in_another_source_stay(memory: str) -> None:
    shards = sign(memory, {"a": [[1], [1]], "b": [[1]]})
    assert clusters(memory, shards, "source") == {frozenset({"a-0", "a-1"})}


def test_the_same_clusters_come_of_any_number_of_partitions(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shards = sign(memory, {"a": [[n % 5] for n in range(20)], "b": [[n % 7] for n in range(20)]})
    whole = clusters(memory, shards, "all")
    monkeypatch.setattr("pipelines.dedup.ENTRIES_PER_PARTITION", 50)
    assert clusters(memory, shards, "all") == whole
    assert len(storage.names(storage.join(memory, "dedup", "edges"))) > 4


def test_intermediate_files_go_and_a_second_run_does_nothing(memory: str, capsys: pytest.CaptureFixture[str]) -> None:
    shards = sign(memory, {"a": [[1], [1]]})
    first = dedup(memory, shards, "all", Runtime())
    assert storage.names(storage.join(memory, "dedup")) == ["clusters", "edges"]
    capsys.readouterr()
    assert dedup(memory, shards, "all", Runtime()) == first
    assert "nothing to do" in capsys.readouterr().err


def test_copies_with_small_edits_are_found_across_sources_and_other_languages_are_not(
    source: Source, config: Config, memory: str, yoruba: str, english: str
) -> None:
    """Curation and deduplication run whole on a file system without rename."""
    long = " ".join(f"{yoruba} {n}" for n in ("Kìn-ín-ní", "Kejì", "Kẹta", "Kẹrin", "Karùn-ún"))
    one = source("one", [{"id": "y", "text": long}, {"id": "e", "text": english * 3}])
    two = source("two", [{"id": "copy", "text": long + " Ó tán."}, {"id": "short", "text": "ẹ káàbọ̀"}])
    shards = shards_of(curate(memory, [load(one), load(two)], config, Runtime()))
    ids: dict[str, str] = {}
    for shard in shards:
        for row in tables.read(shard.path(memory, "documents"), ["id", "source_id"]).to_pylist():
            ids[row["id"]] = row["source_id"]
    found = {frozenset(ids[name] for name in members) for members in clusters(memory, shards, "all")}
    assert found == {frozenset({"y", "copy"})}
    assert clusters(memory, shards, "source") == set()


def test_the_language_scope_keeps_languages_apart(source: Source, config: Config, memory: str, english: str) -> None:
    records: list[dict[str, Any]] = [{"text": english * 3, "lang": lang} for lang in ("en", "fr")]
    shards = shards_of(curate(memory, [load(source("one", records, languages=["en", "fr"]))], config, Runtime()))
    assert clusters(memory, shards, "language") == set()
    assert len(clusters(memory, shards, "all")) == 1


def test_shards_are_numbered_by_source_input_and_slice_whatever_the_order_of_manifests() -> None:
    manifests = [
        {
            "source": source,
            "input": name,
            "slice": [slice, 100_001],
            "tables": {"documents": {"file": f"{name}.{slice}.parquet", "bytes": 5}},
            "documents": rows,
            "bytes": 1,
        }
        for source, name, slice, rows in (("b", "x", 0, 3), ("a", "y", 0, 2), ("a", "x", 10**5, 4), ("a", "x", 9, 1))
    ]
    for order in itertools.permutations(manifests):
        shards = shards_of(order)
        assert [(shard.source, shard.stem, shard.first) for shard in shards] == [
            ("a", "x.9", 0),
            ("a", "x.100000", 1),
            ("a", "y.0", 5),
            ("b", "x.0", 7),
        ]
