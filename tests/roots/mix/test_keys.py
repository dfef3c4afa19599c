"""Keys: what they were before, independent by purpose and repeat, and cut into equal parts."""

import hashlib

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from roots.mix.keys import CHOICE, EVERYTHING, HELD_OUT, ORDER, below, bounds, held_out, keys, order_key, part


@given(st.lists(st.text(max_size=9)), st.integers(0, 2**64 - 1))
def test_keys_are_the_keyed_hash_of_each_name(names: list[str], seed: int) -> None:
    names = [name for name in names if name.isprintable()]
    wanted = [
        int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8, key=seed.to_bytes(8, "little")).digest(), "little")
        for name in names
    ]
    assert keys(seed, names).tolist() == wanted == keys(seed, pa.array(names, pa.string())).tolist()


@given(st.lists(st.text("aọ人/ ", max_size=150)), st.integers(0, 300), st.sampled_from([ORDER, CHOICE, HELD_OUT]))
def test_keys_are_those_of_each_name_alone(names: list[str], repeat: int, purpose: bytes) -> None:
    wanted = [order_key(7, name, repeat, purpose=purpose) for name in names]
    assert keys(7, names, repeat=repeat, purpose=purpose).tolist() == wanted


def test_every_purpose_and_every_repeat_has_a_hash_of_its_own() -> None:
    found = {int(keys(1, ["a"], purpose=purpose)[0]) for purpose in (ORDER, CHOICE, HELD_OUT)}
    found |= {order_key(1, "a", repeat) for repeat in range(1, 300)}
    assert len(found) == 302


def test_no_names_have_no_keys() -> None:
    assert keys(1, []).dtype == np.uint64
    assert len(keys(1, [])) == 0


@pytest.mark.parametrize("share", [0.0, 0.05, 0.5])
def test_about_the_share_asked_for_is_held_out(share: float) -> None:
    found = below(keys(3, (str(number) for number in range(20_000)), purpose=HELD_OUT), held_out(share))
    assert abs(found.mean() - share) < 0.01


def test_a_cutoff_may_be_everything() -> None:
    largest = np.array([0, 2**64 - 1], dtype=np.uint64)
    assert below(largest, EVERYTHING).all()
    assert below(largest, 2**64 - 1).tolist() == [True, False]
    assert not below(largest, 0).any()


@given(st.integers(1, 2**64), st.integers(1, 50), st.data())
def test_parts_are_equal_and_in_the_order_of_the_keys(cutoff: int, parts: int, data: st.DataObject) -> None:
    found = sorted(data.draw(st.lists(st.integers(0, cutoff - 1), max_size=9)))
    places = part(np.array(found, dtype=np.uint64), bounds(cutoff, parts)).tolist()
    assert places == [key * parts // cutoff for key in found]
