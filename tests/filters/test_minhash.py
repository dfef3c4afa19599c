"""The readable definition of signatures: its values, what they do not depend on, and how well they estimate."""

import random
import sys
from itertools import pairwise
from unicodedata import normalize

import numpy as np
import pytest
from datasketch import MinHash as Datasketch
from hypothesis import given
from hypothesis import strategies as st

from filters import minhash
from filters.minhash import EMPTY, bands, jaccard, minima, mixed, shingles, similarity, sketch, spelled
from filters.signing import MinHash

TEXT = "Ẹ kú iṣẹ́ o! Ẹ kú àárọ̀ o."
PINNED = {
    "shingles": ["0x88db814ee7f66726", "0x9bf8c8c1c0ffd819", "0xf124a5a4149de73b", "0xfcf4eb08838e038a"],
    "rows": ["0xe6b29ebf00bf20bc", "0x305f2a0a02526e17", "0xb5aafb3505df205a"],
    "bands": ["0x603e34fe80343dac", "0xeaa6049db3b19313", "0x793dc3507f6d9a95"],
    "sketch": "bc175a46f970513f",
}

UNITS = st.lists(st.sampled_from(["ẹ", "我", "قال", "o", "नमस्ते", "é", "e\u0301", "한국"]), min_size=2, max_size=12)


COMPOSED = [
    f"{TEXT} Ọ̀ṣun ń lọ",
    "Tiếng Việt là một ngôn ngữ",
    "क़लम और ज़मीन की कहानी है",
    "나는 한국 사람 입니다 정말로",
    "آب و هوا أين إلى",
]
"""Of letters that have a composed and a decomposed form."""


def rows(text: str, how: MinHash) -> list[int]:
    found = shingles(text, how)
    assert found is not None
    return minima(found.tolist(), how)


def test_values_are_pinned() -> None:
    found = shingles(TEXT, MinHash())
    assert found is not None
    assert found.dtype == np.uint64
    assert list(map(hex, found)) == PINNED["shingles"]
    signature = minima(found.tolist(), MinHash())
    assert len(signature) == 112
    assert list(map(hex, signature[:3])) == PINNED["rows"]
    assert list(map(hex, bands(signature, MinHash())[:3])) == PINNED["bands"]
    assert sketch(signature)[:8].hex() == PINNED["sketch"]


def test_mixing_gives_the_published_numbers_of_splitmix64() -> None:
    """First numbers for seed 1234567, as Rosetta Code lists them for the generator."""
    numbers = [mixed(1234567 + place * minhash.BASE) for place in (1, 2, 3)]
    assert numbers == [6457827717110365317, 3203168211198807973, 9817491932198370423]


@given(UNITS, st.sampled_from([32, 64]), st.integers(0, 2**64 - 1))
def test_the_definition_written_out(units: list[str], bits: int, seed: int) -> None:
    """Once more, from the words of the module's docstring: with matrices, and all rounds of all shingles."""
    how = MinHash(n=2, bands=3, rows=2, bits=bits, seed=seed)
    plain = []
    for unit in units:
        value = 0
        for character in normalize("NFD", unit):
            is_mark = character in "\u0323\u0301\u094d\u0947\u1161\u11ab\u116e\u11a8"
            value = value + mixed(ord(character)) if is_mark else value * minhash.BASE + ord(character)
        plain.append(mixed(value))
    hashes = {mixed(one * minhash.STEP + other) for one, other in pairwise(plain)}
    found = shingles(" ".join(units), how)
    assert found is not None
    assert found.tolist() == sorted(hashes)

    filled: dict[int, int] = {}
    for number in range(12):
        values = [mixed(x + mixed(seed) + (number + 1) * minhash.BASE) for x in hashes]
        places = [(v & 0xFFFFFFFF) * 6 // 2**32 if number < 6 else number - 6 for v in values]
        new: dict[int, int] = {}
        for place, value in sorted(zip(places, values, strict=True), reverse=True):
            new[place] = value
        filled = {**new, **filled}
    expected = [filled[row] >> (64 - bits) for row in range(6)]
    assert minima(hashes, how) == expected
    whole = [one * minhash.BASE + other for one, other in zip(expected[::2], expected[1::2], strict=True)]
    assert bands(expected, how) == [mixed(band * minhash.BASE**2 + joined) for band, joined in enumerate(whole)]


@pytest.mark.parametrize("text", ["", "!?", "ẹ kú iṣẹ́ o", "我的小山。", "ที่ก", "नमस्ते — दुनिया", "x" * 1000])
def test_a_text_shorter_than_a_shingle_has_none(text: str) -> None:
    assert shingles(text, MinHash()) is None


def test_case_punctuation_and_lines_do_not_count_but_words_and_their_order_do() -> None:
    one = shingles("Sane, at the MARKET! Ooh: many fruits.", MinHash())
    assert one is not None
    for same in ("sane at the market\nooh many fruits", "«SANE» at-the market…ooh *many* fruits"):
        other = shingles(same, MinHash())
        assert other is not None
        assert one.tolist() == other.tolist()
    changed = shingles("sane at the market many ooh fruits", MinHash())
    assert changed is not None
    assert jaccard(one, changed) == 0


def test_repetition_of_shingles_does_not_count() -> None:
    once, twice = (shingles(" ".join(["ẹ", "kú", "o"] * times), MinHash()) for times in (3, 90))
    assert once is not None
    assert twice is not None
    assert once.tolist() == twice.tolist()
    assert minima(once.tolist() * 3, MinHash()) == minima(twice.tolist()[::-1], MinHash())


def test_a_letter_has_one_hash_however_it_is_spelled() -> None:
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        apart = character if 0xD800 <= code < 0xE000 else normalize("NFD", character)
        if apart != character:
            assert spelled(character) == spelled(apart)
    assert spelled("e\u0301\u0323") == spelled("e\u0323\u0301") == spelled("ẹ́") == spelled("é\u0323")
    assert len({spelled(unit) for unit in ("ẹ́", "ẹ", "é", "e", "e\u0300é", "éé", "ée\u0323", "eé")}) == 8


def test_composed_and_decomposed_texts_have_the_same_shingles() -> None:
    for text in COMPOSED:
        composed, apart = (shingles(normalize(form, text), MinHash(n=3)) for form in ("NFC", "NFD"))
        assert composed is not None
        assert apart is not None
        assert composed.tolist() == apart.tolist()


def test_where_a_character_is_a_unit_its_marks_are_units_too() -> None:
    how = MinHash("characters", n=2)
    composed, apart = (shingles(normalize(form, "ẹ́ wá"), how) for form in ("NFC", "NFD"))
    assert composed is not None
    assert apart is not None
    assert (len(composed), len(apart)) == (3, 5)


def test_each_row_holds_the_hash_of_a_shingle_and_all_agree_for_one_shingle() -> None:
    how = MinHash(bands=4, rows=4)
    signature = minima([7], how)
    assert len(signature) == 16
    assert EMPTY not in signature
    possible = {mixed(7 + mixed(how.seed) + number * minhash.BASE) for number in range(1, 33)}
    assert set(signature) <= possible


def test_a_narrow_signature_is_the_upper_half_of_a_wide_one() -> None:
    wide, narrow = rows(TEXT, MinHash()), rows(TEXT, MinHash(bits=32))
    assert narrow == [value >> 32 for value in wide]
    assert bands(wide, MinHash()) != bands(narrow, MinHash(bits=32))


def test_seed_and_number_of_rows_change_every_row() -> None:
    assert not set(rows(TEXT, MinHash())) & set(rows(TEXT, MinHash(seed=2023)))
    assert rows(TEXT, MinHash())[:8] != rows(TEXT, MinHash(bands=13))[:8]


def test_equal_rows_in_two_bands_are_two_hashes() -> None:
    assert len(set(bands([5] * 112, MinHash()))) == 14


@pytest.mark.parametrize(("size", "shared"), [(3, 1), (40, 30), (300, 200)])
def test_the_estimate_errs_no_more_than_theory_says_and_than_datasketch(size: int, shared: int) -> None:
    """The squared error from k independent functions is s(1 - s)/k on average; ours is half of it for short texts."""
    chance = random.Random(size)
    how, exact = MinHash(bands=8, rows=8), shared / size
    ours, theirs = [], []
    for _ in range(60):
        numbers = [chance.getrandbits(64) for _ in range(size)]
        half = shared + (size - shared) // 2
        one, other = numbers[:half], numbers[:shared] + numbers[half:]
        first, second = (minima(some, how) for some in (one, other))
        equal = sum(a == b for a, b in zip(first, second, strict=True)) / how.functions
        ours.append(equal - exact)
        theirs.append(datasketch(one).jaccard(datasketch(other)) - exact)
    expected = exact * (1 - exact) / how.functions
    assert abs(np.mean(ours)) < 3 * np.sqrt(expected / 60)
    assert np.mean(np.square(ours)) < 1.3 * expected
    assert 0.5 * expected < np.mean(np.square(theirs)) < 1.6 * expected


def datasketch(hashes: list[int]) -> Datasketch:
    reference = Datasketch(num_perm=64, seed=7, hashfunc=lambda data: int.from_bytes(data[:4], "little"))
    reference.update_batch([value.to_bytes(8, "little") for value in hashes])
    return reference


def test_similarity_takes_off_what_is_equal_by_chance() -> None:
    chance = random.Random(1)
    one, other = chance.randbytes(9000), chance.randbytes(9000)
    assert similarity(one, one) == 1.0
    assert similarity(one, other) < 0.003
    assert similarity(one[:4500] + other[4500:], other) == pytest.approx(0.5, abs=0.003)


def test_jaccard_is_what_both_have_of_what_either_has() -> None:
    one, other = np.array([1, 5, 9], np.uint64), np.array([5, 7, 9, 11], np.uint64)
    assert jaccard(one, other) == 2 / 5
    assert jaccard(one, one) == 1.0
    assert jaccard(one, other[1:2]) == 0.0
