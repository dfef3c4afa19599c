"""MD5 of messages side by side is that of hashlib, of any length and any number of lanes."""

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.kernels.md5 import BLOCK, LANES, WORDS, md5_lanes


def hashed(messages: list[bytes]) -> list[int]:
    data = np.frombuffer(b"".join(messages) + b"\0", np.uint8)
    places = np.cumsum([0, *map(len, messages)])
    starts, ends = np.zeros(LANES, np.int64), np.zeros(LANES, np.int64)
    starts[: len(messages)], ends[: len(messages)] = places[:-1], places[1:]
    block, state = np.full((WORDS, LANES), 7, np.uint32), np.full((4, LANES), 7, np.uint32)
    out = np.zeros(LANES, np.uint64)
    md5_lanes(data, starts, ends, len(messages), block, state, out)
    assert not out[len(messages) :].any()
    return out[: len(messages)].tolist()


def expected(messages: list[bytes]) -> list[int]:
    return [int.from_bytes(hashlib.md5(message).digest()[:8], "big") for message in messages]


@given(st.lists(st.binary(max_size=300) | st.text(max_size=20).map(str.encode), min_size=1, max_size=LANES))
def test_equal_to_hashlib(messages: list[bytes]) -> None:
    assert hashed(messages) == expected(messages)


@pytest.mark.parametrize("lanes", [1, LANES])
def test_every_length_around_the_ends_of_blocks(lanes: int) -> None:
    for length in [*range(3 * BLOCK + 2), 10_000]:
        messages = [bytes([value % 251 for value in range(length + lane)]) for lane in range(lanes)]
        assert hashed(messages) == expected(messages)
