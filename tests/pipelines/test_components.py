"""Components against an independent implementation."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.components import components


def by_walking(edges: list[tuple[int, int]], count: int) -> list[int]:
    label = list(range(count))
    for _ in range(count):
        for a, b in edges:
            label[a] = label[b] = min(label[a], label[b])
    return label


@given(st.lists(st.tuples(st.integers(0, 14), st.integers(0, 14)), max_size=30))
def test_labels_are_the_lowest_row_of_each_component(edges: list[tuple[int, int]]) -> None:
    first = np.array([a for a, _ in edges], dtype=np.int64)
    second = np.array([b for _, b in edges], dtype=np.int64)
    assert components(first, second, 15).tolist() == by_walking(edges, 15)
    assert components(second[::-1], first[::-1], 15).tolist() == by_walking(edges, 15)


def test_a_long_chain_is_one_component() -> None:
    rows = np.arange(9_999)
    assert set(components(rows, rows + 1, 10_000).tolist()) == {0}
