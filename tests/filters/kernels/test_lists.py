"""Words and joined runs of words are found in the lists that hold them, and only there."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.kernels.lists import code_points, count_listed, hash_of, lists, runs
from filters.text import augmentation
from lang_params.params import Setting, load

WORDS = st.lists(st.sampled_from(["a", "b", "ab", "ba", "c", "中"]), max_size=8)
ENTRIES = st.frozensets(st.text(st.sampled_from("ab中 -c"), max_size=6), max_size=12)


@given(WORDS, ENTRIES, ENTRIES, st.sampled_from([(2,), (2, 3), (4, 2)]), st.sampled_from(["", " ", "-", "a"]))
@pytest.mark.parametrize("hash_bits", [2**64 - 1, 0])
def test_listed_words_are_counted(
    hash_bits: int, words: list[str], stop: frozenset[str], flagged: frozenset[str], sizes: tuple[int, ...], join: str
) -> None:
    params = load("en")
    setting = Setting(sizes=sizes, join=join)
    params = replace(
        params, stopwords=stop, flagged_words=flagged, filters={**params.filters, "words_augmentation": setting}
    )
    codes = np.array(code_points("".join(f"{word} " for word in words)))
    starts = np.zeros(len(words) + 1, np.int32)
    np.cumsum([len(word) + 1 for word in words], out=starts[1:])
    hashes = np.array([hash_of(codes, starts[at], starts[at + 1] - 1) for at in range(len(words))], np.uint64)
    found = count_listed(codes, starts, hashes, len(words), lists(params, hash_bits), runs(params))
    augmented = words + augmentation(words, setting)
    assert found == (sum(word in stop for word in augmented), sum(word in flagged for word in augmented))


def test_a_language_without_lists_has_an_empty_table() -> None:
    params = replace(load("en"), stopwords=None, flagged_words=frozenset())
    found = lists(params, 2**64 - 1)
    assert (len(found.flags), found.longest) == (0, -1)
    assert not found.slots.any()
    assert runs(params).sizes.tolist() == []
