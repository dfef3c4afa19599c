"""Components in a file against the definition, in little room and in much."""

import errno
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.joining import labels
from pipelines import components as module
from pipelines.components import components, width
from pipelines.search import DedupError

EDGES = st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=30)


def found(edges: list[tuple[int, int]], count: int, room: int) -> tuple[list[int], tuple[int, int]]:
    with components(count, None, room) as joined:
        for row, other in edges:
            joined.join(np.array([row]), np.array([other]))
        sizes = joined.settle()
        return joined.of(0, count).tolist(), tuple(sizes)


@pytest.mark.parametrize("room", [0, 10**9])
@given(edges=EDGES)
def test_labels_are_the_lowest_row_of_each_component_and_none_for_a_row_alone(
    room: int, edges: list[tuple[int, int]]
) -> None:
    edges = [edge for edge in edges if edge[0] != edge[1]]
    named = {row for edge in edges for row in edge}
    expected = [label if row in named else -1 for row, label in enumerate(labels(edges, 15))]
    members = len(named)
    clusters = len({label for label in expected if label >= 0})
    assert found(edges, 15, room) == (expected, (clusters, members))


@pytest.mark.parametrize("room", [0, 10**9])
def test_labels_that_were_saved_stay_when_more_edges_come(room: int, tmp_path: Path) -> None:
    rows = np.arange(0, 1_000_000, 2)
    with components(1_000_001, str(tmp_path), room) as joined:
        joined.join(rows[:10], rows[:10] + 1)
        joined.settle()
        before = joined.saved()
        joined.join(rows[:-1], rows[1:])
        assert joined.settle() == (1, 500_010)
        assert before.of(0, 22).tolist() == [row - row % 2 for row in range(20)] + [-1, -1]
        assert set(before.of(999_000, 1_000_001).tolist()) == {-1}
        assert joined.of(0, 22).tolist() == [0] * 21 + [-1]
        assert joined.of(999_998, 1_000_001).tolist() == [0, -1, -1]
        assert list(tmp_path.iterdir()) == [], "its files have no names"


def test_no_rows_have_no_labels() -> None:
    assert found([], 0, 0) == ([], (0, 0))


def test_a_row_takes_four_bytes_as_long_as_distances_and_a_mark_fit() -> None:
    assert (width(10), width(2**32 - 2), width(2**32 - 1)) == (4, 4, 8)


def test_rows_of_eight_bytes_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    edges = [(3, 9), (9, 12), (1, 2)]
    narrow = found(edges, 14, 0)
    monkeypatch.setattr(module, "width", lambda count: 8)
    assert found(edges, 14, 0) == narrow


def test_a_full_disk_is_said_before_anything_is_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*given: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(DedupError, match=rf"{tmp_path}: no room for a file of 4,000 bytes, 4 a document \(No space"):
        components(1000, str(tmp_path), 0).__enter__()
