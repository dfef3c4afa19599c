"""Signatures: the definition, the Jaccard estimate, near-duplicates found and unrelated texts left apart."""

import gzip
import itertools
import json
import random
import tracemalloc
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
import xxhash
from datasketch import MinHash
from hypothesis import given
from hypothesis import strategies as st

from filters import minhash

PINNED_SHINGLES = ["0x7e9dca9ef016cb08", "0xab3089102b05dcc3", "0xb1b2eebc33cb1007", "0xf791ad90d75be760"]
PINNED_ROWS = ["0x1a092d740f75d6cc", "0x766adf0d4d78f47b", "0x59d3f16b3902737"]
PINNED_BANDS = ["0x938897392b0e9ef7", "0x5954229ddd4cddf3", "0x8451e310525f89b"]
WORDS = ["ẹ", "kú", "iṣẹ́", "o", "ẹ", "kú", "àárọ̀", "o"]


@pytest.fixture(scope="module")
def stories(shared: Path) -> dict[str, list[str]]:
    """Texts of the stories by language."""
    texts = defaultdict(list)
    with gzip.open(shared / "data" / "stories.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            texts[record["lang"]].append(record["text"])
    return dict(texts)


def units(text: str, lang: str) -> list[str]:
    return list(minhash.characters(text)) if lang == "zh" else text.lower().split()


def jaccard(one: minhash.Numbers, other: minhash.Numbers) -> float:
    return len(np.intersect1d(one, other)) / len(np.union1d(one, other))


def edited(text: list[str], share: float, seed: int) -> list[str]:
    """The text with that share of its units replaced by ones that no text holds."""
    chance = random.Random(seed)
    return [f"={place}=" if chance.random() < share else unit for place, unit in enumerate(text)]


def test_values_are_pinned() -> None:
    shingles = minhash.shingles(WORDS)
    assert shingles is not None
    assert list(map(hex, shingles)) == PINNED_SHINGLES
    signature = minhash.signature(shingles)
    assert signature.shape == (112,)
    assert signature.dtype == np.uint64
    assert list(map(hex, signature[:3])) == PINNED_ROWS
    assert list(map(hex, minhash.bands(signature)[:3])) == PINNED_BANDS


@given(st.lists(st.sampled_from(["ẹ", "我", "قال", "o", "", "नमस्ते"]), min_size=5, max_size=40))
def test_the_definition_written_out(text: list[str]) -> None:
    runs = ["\n".join(text[start : start + 5]) for start in range(len(text) - 4)]
    hashes = {xxhash.xxh64_intdigest(run.encode()) for run in runs}
    numbers = minhash._splitmix64(minhash.SEED, 224)
    rows = [min(((numbers[2 * i] | 1) * x + numbers[2 * i + 1]) % 2**64 for x in hashes) for i in range(112)]
    joined = [b"".join(row.to_bytes(8, "little") for row in rows[8 * j : 8 * j + 8]) for j in range(14)]

    shingles = minhash.shingles(text)
    assert shingles is not None
    assert shingles.tolist() == sorted(hashes)
    signature = minhash.signature(shingles)
    assert signature.tolist() == rows
    assert minhash.bands(signature).tolist() == [xxhash.xxh64_intdigest(b, seed=j) for j, b in enumerate(joined)]


def test_splitmix64_gives_the_published_numbers() -> None:
    """First numbers for seed 1234567, as Rosetta Code lists them for the generator."""
    assert minhash._splitmix64(1234567, 3) == [6457827717110365317, 3203168211198807973, 9817491932198370423]


@pytest.mark.parametrize("text", [[], ["ẹ"], WORDS[:4], list("我的小山")])
def test_a_text_shorter_than_a_shingle_has_no_signature(text: list[str]) -> None:
    assert minhash.shingles(text) is None
    assert minhash.sign([text]) == [None]


def test_signing_a_batch_is_signing_each() -> None:
    texts = [WORDS, WORDS[:3], list("我的小山羊，你去哪里呢"), WORDS[::-1]]
    together = minhash.sign(texts)
    assert together[1] is None
    for text, signed in zip(texts, together, strict=True):
        (alone,) = minhash.sign([text])
        assert (None if signed is None else signed.tolist()) == (None if alone is None else alone.tolist())


@pytest.mark.parametrize("chunk", [1, 3, 1000])
def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    shingles = np.arange(1, 2000, dtype=np.uint64) ** np.uint64(5)
    expected = minhash.signature(shingles)
    monkeypatch.setattr(minhash, "CHUNK", chunk)
    assert np.array_equal(minhash.signature(shingles), expected)


def test_memory_does_not_grow_with_the_number_of_hash_functions() -> None:
    shingles = np.arange(500_000, dtype=np.uint64)
    tracemalloc.start()
    minhash.signature(shingles)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5e6, "448 MB would be all products at once"


def test_order_and_repetition_of_shingles_do_not_count() -> None:
    once, twice = minhash.shingles(WORDS * 2), minhash.shingles(WORDS * 3)
    assert once is not None
    assert twice is not None
    assert np.array_equal(once, twice)
    assert minhash.similarity(minhash.signature(once), minhash.signature(twice)) == 1.0


def test_the_estimate_errs_as_theory_says_and_as_datasketch_does(stories: dict[str, list[str]]) -> None:
    """The squared error of an estimate from 112 rows is s(1 - s)/112 on average."""
    ours, theirs = [], []
    texts = [text for lang in ("en", "sw", "te", "hi") for text in stories[lang] if len(text.split()) >= 150][:150]
    for number, text in enumerate(texts):
        words = units(text, "")
        one, other = minhash.shingles(words), minhash.shingles(edited(words, 0.002 + 0.0004 * number, number))
        assert one is not None
        assert other is not None
        similar = jaccard(one, other)
        expected = similar * (1 - similar) / 112
        if expected:
            estimate = minhash.similarity(minhash.signature(one), minhash.signature(other))
            reference = datasketch(one).jaccard(datasketch(other))
            ours.append((estimate - similar) ** 2 / expected)
            theirs.append((reference - similar) ** 2 / expected)
    assert len(ours) > 100
    assert 0.7 < np.mean(ours) < 1.4
    assert 0.7 < np.mean(theirs) < 1.4


def datasketch(shingles: minhash.Numbers) -> MinHash:
    reference = MinHash(num_perm=112, seed=7, hashfunc=lambda data: int.from_bytes(data[:4], "little"))
    reference.update_batch([int(value).to_bytes(8, "little") for value in shingles])
    return reference


@pytest.mark.parametrize("lang", ["ar", "zh", "hi", "yo", "en", "zu"])
def test_planted_near_duplicates_are_found(stories: dict[str, list[str]], lang: str) -> None:
    texts = [units(text, lang) for text in stories[lang]]
    texts = [text for text in texts if len(text) >= 60]
    found = total = 0
    for number, text in enumerate(texts):
        copy = edited(text, 0.01, number)
        one, other = minhash.shingles(text), minhash.shingles(copy)
        assert one is not None
        assert other is not None
        if jaccard(one, other) >= 0.85:
            total += 1
            found += candidates(minhash.sign([text, copy])) == {(0, 1)}
    assert total >= 5
    assert found >= 0.95 * total  # 98.8 % or more of each are expected


@pytest.mark.parametrize("lang", ["ar", "zh", "hi", "yo"])
def test_unrelated_stories_are_left_apart(stories: dict[str, list[str]], lang: str) -> None:
    texts = [units(text, lang) for text in stories[lang]]
    assert candidates(minhash.sign(texts)) == set()
    assert candidates(minhash.sign([*texts, texts[0]])) == {(0, len(texts))}


def test_pairs_among_english_stories_are_real(stories: dict[str, list[str]]) -> None:
    texts = [units(text, "en") for text in stories["en"]]
    shingles = [minhash.shingles(text) for text in texts]
    pairs = candidates(minhash.sign(texts))
    assert len(pairs) >= 9
    for one, other in pairs:
        first, second = shingles[one], shingles[other]
        assert first is not None
        assert second is not None
        assert jaccard(first, second) > 0.5


def candidates(signed: list[minhash.Numbers | None]) -> set[tuple[int, int]]:
    """Pairs of texts that have an equal band."""
    held = defaultdict(list)
    for text, numbers in enumerate(signed):
        for band, value in enumerate([] if numbers is None else numbers.tolist()):
            held[band, value].append(text)
    return {pair for texts in held.values() for pair in itertools.combinations(texts, 2)}
