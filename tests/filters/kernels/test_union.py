"""The union-find of arrays against that of the definition, for both widths of a row."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from filters.joining import labels
from filters.kernels import union

ROWS = 25
EDGES = st.lists(st.tuples(st.integers(0, ROWS - 1), st.integers(0, ROWS - 1)), max_size=60)


def joined(edges: list[tuple[int, int]], kind: Any, *, settled_between: bool = False) -> NDArray[Any]:
    down = np.zeros(ROWS, kind)
    for part in (edges[: len(edges) // 2], edges[len(edges) // 2 :]):
        both = np.array(part, np.int64).reshape(-1, 2)
        union.union(down, both[:, 0].copy(), both[:, 1].copy(), union.top(down))
        if settled_between:
            union.settle(down, 0, ROWS, union.top(down))
    return down


def labels_of(down: NDArray[Any]) -> list[int]:
    mark = union.top(down)
    return [row - (0 if step == mark else step) for row, step in enumerate(down.tolist())]


@pytest.mark.parametrize("kind", [np.uint32, np.int64])
@given(edges=EDGES)
def test_labels_are_those_of_the_definition_whatever_the_order(kind: Any, edges: list[tuple[int, int]]) -> None:
    edges = [edge for edge in edges if edge[0] != edge[1]]
    for some in (edges, edges[::-1], [(other, row) for row, other in edges]):
        down = joined(some, kind)
        clusters, others = union.settle(down, 0, ROWS, union.top(down))
        found = labels_of(down)
        assert found == labels(edges, ROWS)
        named = {row for edge in edges for row in edge}
        assert {row for row in range(ROWS) if down[row]} == named
        assert clusters + others == len(named)
        assert clusters == len({found[row] for row in named})
    assert labels_of(joined(edges, kind, settled_between=True)) == labels(edges, ROWS)


@given(edges=EDGES, cut=st.integers(0, ROWS))
def test_rows_are_settled_some_at_a_time(edges: list[tuple[int, int]], cut: int) -> None:
    edges = [edge for edge in edges if edge[0] != edge[1]]
    down = joined(edges, np.uint32, settled_between=True)
    union.settle(down, 0, cut, union.top(down))
    union.settle(down, cut, ROWS, union.top(down))
    assert labels_of(down) == labels(edges, ROWS)


def test_a_long_chain_joined_from_its_far_end_is_one_cluster() -> None:
    count = 100_000
    down = np.zeros(count, np.uint32)
    rows = np.arange(count - 1, 0, -1)
    union.union(down, rows - 1, rows, union.top(down))
    assert union.settle(down, 0, count, union.top(down)) == (1, count - 1)
    assert np.array_equal(down[1:], np.arange(1, count))


def test_kernels_are_compiled_ahead() -> None:
    union.warm()
