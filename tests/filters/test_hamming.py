"""Blocks that must agree: every near pair agrees in one choice of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.hamming import masks, near
from filters.signing import SimHash
from filters.simhash import distance

HOWS = [SimHash(), SimHash(distance=7, blocks=8), SimHash(distance=0, blocks=1), SimHash(distance=3, blocks=64 // 8)]


@pytest.mark.parametrize("how", HOWS)
def test_blocks_hold_each_bit_once_and_are_alike_in_size(how: SimHash) -> None:
    [*singles] = masks(SimHash(distance=how.blocks - 1, blocks=how.blocks))
    assert sum(singles) == 2**64 - 1
    sizes = [mask.bit_count() for mask in singles]
    assert sum(sizes) == 64
    assert max(sizes) - min(sizes) <= 1
    for mask in masks(how):
        assert sum(mask & single == single for single in singles) == how.blocks - how.distance


@given(st.integers(0, 2**64 - 1), st.sets(st.integers(0, 63), max_size=8), st.sampled_from(HOWS))
def test_what_differs_in_few_bits_agrees_in_one_choice(value: int, flips: set[int], how: SimHash) -> None:
    other = value ^ sum(1 << bit for bit in flips)
    if len(flips) <= how.distance:
        assert any(value & mask == other & mask for mask in masks(how))


@given(st.sets(st.integers(0, 63), max_size=12), st.integers(0, 3), st.integers(1, 12))
def test_edges_join_what_all_near_pairs_join(values: set[int], bits: int, most: int) -> None:
    hashes = sorted(values)
    edges = near(hashes, bits, most)
    pairs = [
        (one, other)
        for one in range(len(hashes))
        for other in range(one + 1, min(len(hashes), one + 1 + most))
        if distance(hashes[one], hashes[other]) <= bits
    ]
    assert set(edges) <= set(pairs)
    assert clusters(edges) == clusters(pairs)
    assert len(edges) == sum(len(members) - 1 for members in clusters(pairs))


def clusters(pairs: list[tuple[int, int]]) -> set[frozenset[int]]:
    found: dict[int, set[int]] = {}
    for one, other in pairs:
        both = found.get(one, {one}) | found.get(other, {other})
        found.update(dict.fromkeys(both, both))
    return {frozenset(members) for members in found.values()}
