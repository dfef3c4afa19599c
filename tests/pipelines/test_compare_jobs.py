"""The parts of a comparison: pairs by partition, sets by stretches."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import compare_jobs
from pipelines.compare_jobs import SETS, block_of, distinct, part_of, stretches

PAIRS = st.lists(st.tuples(st.integers(0, 2**40), st.integers(0, 2**40)), min_size=1, max_size=50)


@given(PAIRS)
def test_each_pair_once_in_order(pairs: list[tuple[int, int]]) -> None:
    assert list(map(tuple, distinct(np.array(pairs)).tolist())) == sorted(set(pairs))


@given(PAIRS, st.integers(1, 9))
def test_the_partition_depends_on_the_pair_alone(pairs: list[tuple[int, int]], partitions: int) -> None:
    together = part_of(np.array(pairs), partitions)
    assert together.tolist() == [part_of(np.array([pair]), partitions)[0] for pair in pairs]
    assert 0 <= together.min() <= together.max() < partitions


def test_pairs_of_one_first_are_together_unless_there_are_very_many() -> None:
    near = np.array([[5, other] for other in range(6, 1000)])
    assert len(set(part_of(near, 64).tolist())) == 1
    far = np.array([[5, other * compare_jobs.REACH] for other in range(1, 1000)])
    assert len(set(part_of(far, 64).tolist())) == 64


def test_partitions_are_about_equally_large() -> None:
    parts = part_of(np.stack([np.arange(64_000), np.arange(64_000) + 1], axis=1), 64)
    sizes = np.bincount(parts, minlength=64)
    assert 800 < sizes.min() <= sizes.max() < 1200


@given(st.integers(1, 40), st.integers(1, 50))
def test_blocks_follow_each_other(blocks: int, rows: int) -> None:
    found = block_of(np.arange(rows), rows, blocks)
    assert found[0] == 0
    assert set(np.diff(found).tolist()) <= {0, 1}
    assert found[-1] < blocks


@given(st.lists(st.none() | st.sets(st.integers(0, 2**64 - 1), min_size=1, max_size=40), max_size=6), st.integers(1, 9))
def test_stretches_are_the_sets_cut_up(sets: list[set[int] | None], length: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(compare_jobs, "STRETCH", length)
        patch.setattr(compare_jobs, "TOGETHER", 20)
        lists = pa.array([None if each is None else sorted(each) for each in sets], pa.list_(pa.uint64()))
        tables = list(stretches(np.arange(len(sets)) * 10, lists))
    found: dict[int, list[int]] = {}
    for table in tables:
        assert table.schema == SETS
        assert sum(map(len, table.column("hashes").to_pylist())) <= max(20, length)
        for row in table.to_pylist():
            assert 0 < len(row["hashes"]) <= length
            assert row["size"] == len(sets[row["row"] // 10] or ())
            found.setdefault(row["row"], []).extend(row["hashes"])
    assert found == {place * 10: sorted(each) for place, each in enumerate(sets) if each is not None}
