"""Edges between documents with equal hashes: against the definition, in any number of partitions, in stated memory."""

import re
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.joining import left_out, pairs, star
from filters.kernels import buckets
from pipelines import bands, exchange, storage, tables
from pipelines.bands import Cut
from pipelines.plan import BASE
from pipelines.run import RunError, Runtime
from pipelines.search import Search, Settings
from pipelines.shards import Shard
from pipelines.task import manifest_of
from tests import signed

BANDS = st.lists(st.one_of(st.none(), st.lists(st.integers(1, 4), min_size=3, max_size=3)), min_size=1, max_size=30)

UNPACKED = Runtime()


def search(work: str, shards: Sequence[Shard], asked: Settings) -> Search:
    return Search(work, tuple(shards), asked, storage.fingerprint([str(asked), len(shards)]))


def edges(paths: Sequence[str]) -> list[tuple[int, int]]:
    rows = [row for path in paths for row in tables.read(path).to_pylist()]
    return [(row["row"], row["other"]) for row in rows]


def counted(paths: Sequence[str]) -> dict[str, int]:
    manifests = [storage.read_json(manifest_of(path)) for path in paths]
    return {name: sum(each[name] for each in manifests) for name in ("unsigned", "large_buckets", "pairs_left_out")}


def buckets_of(documents: Sequence[list[int] | None]) -> list[list[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for row, values in enumerate(documents):
        for value in values or []:
            found[value].add(row)
    return [sorted(rows) for rows in found.values()]


@given(BANDS, st.integers(2, 6), st.integers(1, 40))
def test_all_pairs_and_what_is_left_out_are_those_of_the_definition(
    documents: list[list[int] | None], largest: int, group: int
) -> None:
    half = len(documents) // 2
    columns = [values and {"bands": values} for values in documents]
    work = f"memory://bands-{uuid.uuid4()}"
    shards = signed.write(work, {"a": columns[:half], "b": columns[half:]})
    found, said = by_hand(work, shards, signed.settings(verify=0.75, largest_bucket=largest), group)
    storage.remove(work)
    members = buckets_of(documents)
    assert sorted(found) == sorted(edge for bucket in members for edge in pairs(bucket, largest))
    lost = [left_out(len(bucket), largest) for bucket in members]
    assert said == {"large_buckets": sum(1 for each in lost if each), "pairs_left_out": sum(lost)}


def by_hand(
    work: str, shards: Sequence[Shard], asked: Settings, group: int
) -> tuple[list[tuple[int, int]], dict[str, int]]:
    """The edges from the tasks themselves, with so few entries at a time, in three partitions; what they count."""
    written = []
    for shard in shards:
        job = bands.MapJob(work, shard, "minhash", asked, 3, group, f"{work}/hand/{shard.source}.arrow")
        written.append(bands.spread(job))
    listing = exchange.listing(f"{work}/hand/listing.json", written)
    paths = [f"{work}/hand/{part}.parquet" for part in range(3)]
    said = [
        bands.gather(bands.ReduceJob(listing, part, "minhash", asked.largest_bucket, 1, path))
        for part, path in enumerate(paths)
    ]
    return edges(paths), {name: sum(each[name] for each in said) for name in ("large_buckets", "pairs_left_out")}


def test_a_large_bucket_is_compared_in_part_and_that_is_counted(memory: str) -> None:
    documents: list[dict[str, Any] | None] = [{"bands": [5, 6]}] * 9
    shards = signed.write(memory, {"a": [*documents, None], "b": documents})
    asked = signed.settings(verify=0.75, largest_bucket=4)
    found = bands.edges(search(memory, shards, asked), "minhash", UNPACKED)
    assert set(edges(found)) == set(pairs([*range(9), *range(10, 19)], 4))
    assert counted(found) == {"unsigned": 1, "large_buckets": 2, "pairs_left_out": 2 * left_out(18, 4)}


def test_where_nothing_is_verified_one_edge_to_each_row_is_enough(memory: str) -> None:
    shards = signed.write(memory, {"a": [{"bands": [1]}] * 5})
    assert sorted(edges(bands.edges(search(memory, shards, signed.settings()), "minhash", UNPACKED))) == star(range(5))


@pytest.mark.parametrize(("method", "column"), [("exact", "exact"), ("url", "url_hash")])
def test_hashes_of_128_bits_meet_only_when_all_of_their_bits_are_equal(memory: str, method: str, column: str) -> None:
    high, low = b"\1" * 8, b"\2" * 8
    given = [high + low, low + high, high + b"\3" * 8, b"\3" * 8 + low, high + low, None]
    shards = signed.write(memory, {"a": [{column: value} for value in given]})
    found = bands.edges(search(memory, shards, signed.settings(method)), method, UNPACKED)
    assert edges(found) == [(0, 4)]
    assert counted(found)["unsigned"] == 1


def test_equal_simhashes_meet_too(memory: str) -> None:
    shards = signed.write(memory, {"a": [{"simhash": value} for value in (0, 5, 2**64 - 1, 5, 0)]})
    found = bands.edges(search(memory, shards, signed.settings("simhash")), "simhash", UNPACKED)
    assert sorted(edges(found)) == [(0, 4), (1, 3)]


@pytest.mark.parametrize(
    ("scope", "expected"),
    [("all", [(0, 1), (0, 2), (0, 3), (0, 4)]), ("source", [(0, 1), (0, 2), (3, 4)]), ("language", [(0, 1), (0, 3)])],
)
@pytest.mark.parametrize("method", ["minhash", "exact"])
def test_scopes_are_kept_apart(memory: str, scope: str, method: str, expected: list[tuple[int, int]]) -> None:
    langs = {"a": ["yo", "yo", "ar"], "b": ["yo", None]}
    shards = signed.write(
        memory,
        {source: [{"bands": [1], "exact": b"e" * 16, "lang": lang} for lang in of] for source, of in langs.items()},
    )
    found = bands.edges(search(memory, shards, signed.settings(method, scope=scope)), method, UNPACKED)
    assert sorted(edges(found)) == expected


def test_a_page_that_stands_very_often_costs_neither_memory_nor_quadratic_time(memory: str) -> None:
    hashes = np.full((60_000, 3), 9, np.uint64)
    hashes[:, 1:] = np.arange(120_000).reshape(-1, 2) + 100
    shards = signed.shards_of(memory, hashes, 20_000)
    found = bands.edges(search(memory, shards, signed.settings(verify=0.5)), "minhash", UNPACKED)
    assert len(edges(found)) == 100 * 99 // 2 + 2 * (60_000 - 100)
    assert counted(found)["pairs_left_out"] == left_out(60_000, 100)


def test_a_partition_that_has_its_share_and_a_page_that_stands_often_needs_no_larger_table(
    memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of all partitions have more than the mean: to make their tables larger would take more than is stated."""

    grown, asked_for = buckets.grown, list[int]()

    def noted(old: buckets.Table, counts: Any, more: int) -> buckets.Table:
        asked_for.append(more)
        return grown(old, counts, more)

    monkeypatch.setattr(buckets, "grown", noted)
    monkeypatch.setattr(bands, "PARTITION_BYTES", 400_000)
    hashes = np.random.default_rng(1).integers(0, 2**64, (20_000, 3), np.uint64)
    hashes[::20, 0] = 9
    asked = signed.settings(verify=0.5)
    shards = signed.shards_of(memory, hashes, 4_000)
    assert Cut.of("minhash", shards, asked, Runtime()).partitions > 4
    found = bands.edges(search(memory, shards, asked), "minhash", UNPACKED)
    assert len(edges(found)) == 100 * 99 // 2 + 2 * (1_000 - 100)
    assert bands.LITTLE not in asked_for, "only compiling asks for a larger one"


def test_a_file_that_was_lost_is_made_again_and_what_is_finished_is_not(
    memory: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shards = signed.write(memory, {"a": [{"bands": [1]}] * 3, "b": [{"bands": [1]}]})
    asked = search(memory, shards, signed.settings())
    first = bands.edges(asked, "minhash", UNPACKED)
    before = storage.read_bytes(first[0])
    storage.remove(first[0])

    def fails(job: Any) -> dict[str, Any]:
        raise ValueError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(bands, "gather", fails)
        with pytest.raises(RunError, match="killed"):
            bands.edges(asked, "minhash", UNPACKED)
    folder = asked.path("exchange", "minhash")
    [lost, *_] = [name for name in storage.names(folder) if name.endswith(".arrow")]
    storage.write_bytes(storage.join(folder, lost), b"cut")
    capsys.readouterr()
    assert bands.edges(asked, "minhash", UNPACKED) == first
    said = capsys.readouterr().err
    assert re.search("dedup: minhash hashes: 1 of 1 shards in .*, 1 were finished before", said)
    assert storage.read_bytes(first[0]) == before
    assert storage.names(folder) == []


def shards(rows: int, count: int = 4) -> list[Shard]:
    return [Shard("a", str(number), rows // count, 0, number * rows // count) for number in range(count)]


def test_small_memory_makes_more_partitions_and_smaller_groups() -> None:
    asked = signed.settings(minhash=replace(signed.MINHASH, bands=14))
    few, many = (
        Cut.of("minhash", shards(20_000_000), asked, Runtime(memory=BASE + room))
        for room in (1_600_000_000, 100_000_000)
    )
    assert few.partitions == bands.FEW
    assert few.group == bands.GROUP
    assert many.partitions > 100
    assert many.partitions * many.entries >= 20_000_000 * 14
    assert many.group * bands.HELD <= 100_000_000


def test_a_corpus_of_any_size_takes_the_same_memory() -> None:
    asked = signed.settings(minhash=replace(signed.MINHASH, bands=14))
    of = {rows: bands.needs("minhash", shards(rows, rows // 50_000), asked, Runtime()) for rows in (10**6, 8 * 10**6)}
    of[10**10] = bands.needs("minhash", shards(10**10, 100_000), asked, Runtime())
    assert [phase.name for phase in of[10**6]] == ["minhash hashes", "minhash edges"]
    for phases in of.values():
        assert all(phase.memory <= Runtime().memory for phase in phases)
    assert of[8 * 10**6][0].memory == of[10**6][0].memory
    assert of[8 * 10**6][1].memory == pytest.approx(of[10**6][1].memory, rel=0.05)


def test_more_documents_than_partitions_can_share_are_refused_with_the_memory_that_would_do() -> None:
    asked = signed.settings(minhash=replace(signed.MINHASH, bands=14))
    with pytest.raises(
        RunError, match=r"--memory=500MB: 1,000,000,000,000 documents; at least --memory=\d+MB is needed"
    ):
        Cut.of("minhash", shards(10**12), asked, Runtime(memory=500_000_000))


def test_half_hashes_of_a_slice_are_those_of_its_rows() -> None:
    values = pa.array([bytes([n]) * 16 for n in range(4)], pa.binary(16))
    assert bands.halves(values.slice(2)).tolist() == bands.halves(values).tolist()[2:]
    assert bands.halves(values.slice(4)).shape == (0, 2)


def test_signatures_are_read_from_a_local_folder_too(tmp_path: Path) -> None:
    shards = signed.write(str(tmp_path), {"a": [{"bands": [1]}] * 2})
    assert edges(bands.edges(search(str(tmp_path), shards, signed.settings()), "minhash", UNPACKED)) == [(0, 1)]


def test_a_largest_bucket_of_millions_is_in_the_plan() -> None:
    usual, huge = (
        bands.needs("minhash", shards(10**6), signed.settings(verify=0.5, largest_bucket=largest), Runtime())[1].memory
        for largest in (100, 10**7)
    )
    assert huge - usual > 10**8
