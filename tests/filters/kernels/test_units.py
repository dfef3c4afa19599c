"""The kernel cuts texts into the units of the definition, and gives each its number."""

from typing import get_args
from unicodedata import normalize

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.kernels.compiled import Array, compiled
from filters.kernels.units import ALONE, LETTER, MARK, SEPARATES, cut, cutting
from filters.minhash import spelled
from filters.signing import Unit
from filters.units import units

LEFT_ALONE = 77
"""What stands in the places that are not to be written."""


@compiled
def one(data: Array, kinds: Array, numbers: Array, hashes: Array) -> int:
    return int(cut(data, 0, len(data), kinds, numbers, hashes, 0))


def found(text: str, unit: Unit = "words") -> list[int]:
    """The numbers that the kernel writes; it may write no further than to the room that it says it needs."""
    prepared, data = cutting(unit), np.frombuffer(text.encode(), np.uint8)
    room = len(data) // prepared.bytes + 1
    hashes = np.full(room + 9, LEFT_ALONE, np.uint64)
    written = one(data, prepared.kinds, prepared.numbers, hashes)
    assert (hashes[room:] == LEFT_ALONE).all()
    return hashes[:written].tolist()


@pytest.mark.parametrize("unit", get_args(Unit))
@given(st.text(st.sampled_from("aÉİΣς_1 .\u0301\u0323เ小ก한ガ\ufe0f😀") | st.characters(exclude_categories=["Cs"])))
def test_equal_to_the_definition(unit: Unit, text: str) -> None:
    assert found(text, unit) == [spelled(each) for each in units(text, unit)]


@pytest.mark.parametrize(
    "text", ["", " ", "a", "a b c", " a", "a ", "a小", "小a小a", "éé é", "ก", "a.", "\u0301", "a_"]
)
def test_the_shortest_texts_need_no_more_room_than_is_said(text: str) -> None:
    for unit in get_args(Unit):
        for times in (1, 2, 7):
            assert found(text * times, unit) == [spelled(each) for each in units(text * times, unit)]


@given(st.text(st.characters(categories=["L", "M", "N"], max_codepoint=0x17FF), min_size=1))
def test_spelling_does_not_count_in_words(text: str) -> None:
    apart = normalize("NFD", text)
    if "İ" not in text and not set(text) & set("ヷヸヹヺ"):
        assert found(text) == found(normalize("NFC", text)) == found(apart)


def test_what_code_points_do() -> None:
    kinds, characters = cutting("words").kinds, cutting("characters").kinds
    assert [kinds[ord(each)] for each in "a_9ि́ᅡ.小ก"] == [LETTER] * 3 + [MARK] * 3 + [SEPARATES] + [ALONE] * 2
    assert set(characters.tolist()) == {SEPARATES, ALONE}
    assert (kinds == SEPARATES).tolist() == (characters == SEPARATES).tolist()
