"""Runs are counted in tables that are small, that are full of earlier texts, and whose places run out."""

from collections import Counter
from itertools import pairwise
from math import isqrt

import numpy as np
import pytest

from filters.kernels import repetition
from filters.kernels.lists import hash_of
from filters.kernels.repetition import FREQUENT, LAST_PLACE, Table, passes_and_slots


def table(most_slots: int = 64, last: int = 0, hash_bits: int = 2**64 - 1) -> Table:
    return Table(
        slots=np.zeros(most_slots, np.uint64),
        most_slots=most_slots,
        hash_bits=np.uint64(hash_bits),
        last=np.array([last], np.int64),
        histogram=np.zeros(FREQUENT, np.int64),
    )


def literal(text: str, n: int) -> float:
    counts = sorted(Counter(text[at : at + n] for at in range(len(text) - n + 1)).values(), reverse=True)
    k = min(isqrt(len(counts)), sum(count > 1 for count in counts))
    return sum(counts[:k]) / sum(counts) if counts else 0.0


MANY = "".join(map(chr, range(300, 700)))
TEXTS = ["abcabcabd" * 9, "xyz" * 60 + "abc", "", "ab", "abcabcabd" * 9 + MANY, "a" * 9000]


@pytest.mark.parametrize("last", [0, LAST_PLACE - 100, LAST_PLACE - 1])
@pytest.mark.parametrize("hash_bits", [2**64 - 1, 1])
def test_texts_one_after_the_other_in_one_table(last: int, hash_bits: int) -> None:
    shared = table(last=last, hash_bits=hash_bits)
    shared.slots[:] = np.uint64(last) << np.uint64(32) | np.uint64(7)  # full of an earlier text
    for text in TEXTS * 2:
        codes = np.array(list(map(ord, text)), np.uint32)
        assert repetition.character_repetition(codes, len(text), 3, True, shared) == literal(text, 3)
        assert not shared.histogram.any()
        assert shared.last[0] <= LAST_PLACE


@pytest.mark.parametrize("last", [0, LAST_PLACE - 20])
@pytest.mark.parametrize("hash_bits", [2**64 - 1, 1, 0])
def test_runs_of_words(last: int, hash_bits: int) -> None:
    shared = table(last=last, hash_bits=hash_bits)
    for words in (["a", "b", "a", "b", "a"], list("abcde" * 70), [str(n % 90) for n in range(300)], []):
        codes = np.array([ord(letter) for word in words for letter in f"{word} "], np.uint32)
        starts = np.concatenate([[0], np.cumsum([len(word) + 1 for word in words])]).astype(np.int32)
        hashes = np.array([hash_of(codes, starts[at], starts[at + 1] - 1) for at in range(len(words))], np.uint64)
        runs = Counter(pairwise(words)).values()
        expected = sum(count for count in runs if count > 1) / max(sum(runs), 1)
        assert repetition.word_repetition(codes, starts, hashes, len(words), 2, shared) == expected


def test_slots_have_a_bound_and_half_of_them_stay_free() -> None:
    assert passes_and_slots(1, 1 << 22) == (1, 64)
    assert passes_and_slots(100, 1 << 22) == (1, 256)
    assert passes_and_slots(50_000_000, 1 << 22) == (32, 1 << 22)
    assert passes_and_slots(50_000_000, 64)[1] == 64
