"""Keyed BLAKE2b of a column is that of hashlib, of any length and with any key, purpose and tail."""

import hashlib

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from filters.kernels.blake2b import BLOCK, keyed


def expected(messages: list[str], key: bytes, person: bytes = b"", tail: bytes = b"") -> list[int]:
    digests = [
        hashlib.blake2b(message.encode() + tail, digest_size=8, key=key, person=person).digest() for message in messages
    ]
    return [int.from_bytes(digest, "little") for digest in digests]


@given(
    st.lists(st.text(max_size=300)),
    st.binary(min_size=1, max_size=64),
    st.binary(max_size=16),
    st.binary(max_size=6),
)
@example([""], b"k", b"", b"")
@example(["", "ọ", ""], b"k" * 64, b"p" * 16, b"\0\xff")
def test_equal_to_hashlib(messages: list[str], key: bytes, person: bytes, tail: bytes) -> None:
    assert keyed(pa.array(messages, pa.string()), key, person=person, tail=tail).tolist() == expected(
        messages, key, person, tail
    )


@pytest.mark.parametrize("tail", [b"", b"\0\1\0\0\0"])
def test_every_length_around_the_ends_of_blocks(tail: bytes) -> None:
    messages = ["".join(chr(32 + value % 95) for value in range(length)) for length in [*range(3 * BLOCK + 17), 9_000]]
    messages += ["Ẹ káàbọ̀ " * count for count in range(20)]
    assert keyed(pa.array(messages), b"seed", tail=tail).tolist() == expected(messages, b"seed", tail=tail)


def test_a_part_of_a_column_and_one_without_rows() -> None:
    column = pa.array(["a", "b", "", "d"])
    assert keyed(column.slice(1, 2), b"k").tolist() == expected(["b", ""], b"k")
    assert keyed(column.slice(1, 0), b"k").dtype == np.uint64


def test_only_strings_have_hashes() -> None:
    with pytest.raises(TypeError, match="with 1 nulls; give strings"):
        keyed(pa.array(["a", None]), b"k")
