"""Signatures of a batch equal the readable ones on whatever texts, and find the copies among real ones."""

import gzip
import itertools
import json
import random
from collections import defaultdict
from pathlib import Path
from typing import get_args

import numpy as np
import pyarrow as pa
import pytest
from datasketch import MinHash as Datasketch
from hypothesis import given, settings
from hypothesis import strategies as st

from filters import minhash
from filters.minhash_batch import estimate, shingle_texts, sign_texts
from filters.signing import PRESETS, MinHash, Unit

TEXT = st.text(st.sampled_from("aÉbİΣς_1 .,\u0301\u0323เ小ก\ufe0f한\n") | st.characters(exclude_categories=["Cs"]))
TEXTS = st.lists(TEXT | st.none(), max_size=6)
HOW = st.builds(
    MinHash,
    unit=st.sampled_from(["words", "characters"]),
    n=st.integers(1, 4),
    bands=st.integers(1, 6),
    rows=st.integers(1, 5),
    bits=st.sampled_from([32, 64]),
    seed=st.integers(0, 2**64 - 1),
)

STORY = {
    "ar": "كان يا ما كان في قديم الزمان ولد صغير يحب أن يقرأ الكتب كل ليلة قبل أن ينام.",
    "zhs": "从前有一只小山羊，它住在山下的一个小村子里。",
    "hi": "एक गाँव में एक छोटी लड़की रहती थी, जिसे कहानियाँ सुनना बहुत पसंद था।",
    "yo": "Ní ayé àtijọ́, ọmọdé kan wà tí ó fẹ́ràn láti máa ka ìwé ní gbogbo alẹ́.",
    "th": "กาลครั้งหนึ่งนานมาแล้ว มีเด็กน้อยคนหนึ่งชอบอ่านหนังสือ",
}


def check(texts: list[str | None], how: MinHash) -> None:
    """That the batch gives what the definition gives, as valid columns of the right kind."""
    column = pa.array(texts, pa.string())
    signed, hashed = sign_texts(column, how), shingle_texts(column, how)
    hashes = pa.list_(pa.uint64())
    for found, kind in ((signed["bands"], hashes), (signed["sketch"], pa.binary()), (hashed, hashes)):
        found.validate(full=True)
        assert found.type == kind
    expected = [None if text is None else minhash.shingles(text, how) for text in texts]
    rows = [None if each is None else minhash.minima(each.tolist(), how) for each in expected]
    assert hashed.to_pylist() == [None if each is None else each.tolist() for each in expected]
    assert signed["bands"].to_pylist() == [None if each is None else minhash.bands(each, how) for each in rows]
    assert signed["sketch"].to_pylist() == [None if each is None else minhash.sketch(each) for each in rows]


@settings(max_examples=200)
@given(TEXTS, HOW)
def test_equal_to_the_definition_on_arbitrary_unicode(texts: list[str | None], how: MinHash) -> None:
    check(texts, how)


@pytest.mark.parametrize("name", sorted(PRESETS))
def test_equal_to_the_definition_with_every_preset(name: str) -> None:
    text = "Ẹ káàbọ̀ o: all human beings are born free, and equal in dignity & rights! 人人生而自由 They are endowed. "
    check([text, text[:9], None] if name == "lee-2022" else [text * 3, text[:9], None, STORY["hi"] * 2], PRESETS[name])


@pytest.mark.parametrize("lang", sorted(STORY))
@pytest.mark.parametrize("unit", get_args(Unit))
def test_equal_to_the_definition_in_every_script(lang: str, unit: Unit) -> None:
    check(
        [STORY[lang], STORY[lang].upper(), STORY[lang] * 5], MinHash(unit="words" if unit == "words" else "characters")
    )


def test_no_texts_and_slices() -> None:
    check([], MinHash())
    texts = pa.array(["left out", STORY["yo"], None, "", STORY["zhs"], "left out"])
    for found, whole in zip(
        sign_texts(texts[1:5], MinHash()).values(), sign_texts(texts, MinHash()).values(), strict=True
    ):
        assert found.equals(whole[1:5])
    assert shingle_texts(texts[1:5], MinHash()).equals(shingle_texts(texts, MinHash())[1:5])
    assert shingle_texts(texts[1:5], MinHash()).is_null().to_pylist() == [False, True, True, False]


def test_a_batch_is_its_texts_one_by_one() -> None:
    texts = pa.array([*STORY.values(), None, "a b", "x " * 3000])
    together = sign_texts(texts, MinHash())
    for name, column in together.items():
        assert column.equals(
            pa.concat_arrays([sign_texts(texts[at : at + 1], MinHash())[name] for at in range(len(texts))])
        )


@pytest.mark.parametrize(
    "text",
    ["?!… — «» 。" * 300, "x" * 1_000_000, "\u0301" * 1_000_000, "❤️" * 300, "a b c d", "\n" * 9],
    ids=["punctuation", "one word", "marks", "emoji", "four words", "lines"],
)
def test_what_has_fewer_units_than_a_shingle_has_no_signature(text: str) -> None:
    signed = sign_texts(pa.array([text]), MinHash())
    assert [signed["bands"][0].as_py(), signed["sketch"][0].as_py()] == [None, None]
    assert shingle_texts(pa.array([text]), MinHash()).to_pylist() == [None]


@pytest.mark.parametrize("unit", ["小", "한 ", "a ", "ab", "e\u0301"])
def test_a_million_characters_that_repeat_themselves(unit: str) -> None:
    """One or two shingles, which many rounds have to share: the text is sorted once, and not read in every round."""
    how = MinHash("characters", bands=450, rows=20)
    long, short = pa.array([unit * (1_000_000 // len(unit))]), pa.array([unit * 12])
    assert sign_texts(long, how)["bands"].equals(sign_texts(short, how)["bands"])
    assert shingle_texts(long, how).equals(shingle_texts(short, how))


def test_another_type_of_strings_is_refused() -> None:
    with pytest.raises(TypeError, match="texts are large_string"):
        sign_texts(pa.array(["a"], pa.large_string()), MinHash())


@given(st.lists(st.binary(min_size=24, max_size=24), min_size=2, max_size=8))
def test_estimates_of_pairs_are_those_of_each(sketches: list[bytes]) -> None:
    one = np.array([list(sketch) for sketch in sketches], np.uint8)
    other = one[::-1].copy()
    other[:, :12] = one[:, :12]
    expected = [minhash.similarity(a.tobytes(), b.tobytes()) for a, b in zip(one, other, strict=True)]
    found = estimate(one, other)
    assert found.dtype == np.float64
    assert found.tolist() == expected


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize(("size", "pairs"), [(20, 1500), (150, 1500), (1500, 400)])
@pytest.mark.parametrize("similarity", [0.5, 0.7, 0.8, 0.9])
def test_estimates_and_pairs_are_as_theory_says(bits: int, size: int, pairs: int, similarity: float) -> None:
    """On random sets of known similarity s: the error of the estimate, and how many pairs share a band.

    Theory is that of independent hash functions: sqrt(s(1 - s)/k), a little more for the bytes that are equal by
    chance; and 1 - (1 - s^8)^14. Bounds are four standard errors; estimates of small sets are better than in theory.
    """
    how = MinHash(n=1, bits=bits, seed=size)
    shared = round(size * similarity)
    middle, exact = shared + (size - shared) // 2, shared / size
    words = np.array([f"w{number}" for number in range(pairs * size)]).reshape(pairs, size)
    one = sign_texts(pa.array([" ".join(row[:middle]) for row in words]), how)
    other = sign_texts(pa.array([" ".join([*row[:shared], *row[middle:]]) for row in words]), how)

    errors = estimate(sketches(one), sketches(other)) - exact
    variance = (exact + (1 - exact) / 256) * (1 - exact) * (255 / 256) / how.functions / (255 / 256) ** 2
    assert abs(errors.mean()) < 4 * np.sqrt(variance / pairs)
    assert np.mean(errors**2) < variance * (1 + 4 * np.sqrt(2 / pairs))
    if size > 10 * how.functions:
        assert np.mean(errors**2) > 0.85 * variance * (1 - 4 * np.sqrt(2 / pairs))

    found = (bands(one, how) == bands(other, how)).any(axis=1).mean()
    expected = 1 - (1 - exact**how.rows) ** how.bands
    assert found == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / pairs) + 0.03)


def sketches(signed: dict[str, pa.Array]) -> np.ndarray:
    return np.array([list(sketch) for sketch in signed["sketch"].to_pylist()], np.uint8)


def bands(signed: dict[str, pa.Array], how: MinHash) -> np.ndarray:
    found: np.ndarray = signed["bands"].flatten().to_numpy().reshape(-1, how.bands)
    return found


@pytest.fixture(scope="module")
def stories(shared: Path) -> dict[str, list[str]]:
    """Texts of the stories by language."""
    texts = defaultdict(list)
    with gzip.open(shared / "data" / "stories.jsonl.gz", "rt", encoding="utf-8") as file:
        for line in file:
            record = json.loads(line)
            texts[record["lang"]].append(record["text"])
    return dict(texts)


def edited(text: str, share: float, seed: int, lang: str) -> str:
    """The text with that share of its words, or characters of Chinese, replaced by ones that no text holds."""
    chance = random.Random(seed)
    between = "" if lang == "zh" else " "
    units = list(text) if lang == "zh" else text.split()
    return between.join(f" x{place} " if chance.random() < share else unit for place, unit in enumerate(units))


def numbers(hashes: pa.Scalar) -> minhash.Numbers:
    found: minhash.Numbers = hashes.values.to_numpy()
    return found


def jaccards(one: list[str], other: list[str]) -> list[float]:
    """Exact similarities of pairs, 0 where one has no shingle."""
    pairs = zip(*(shingle_texts(pa.array(texts), MinHash()) for texts in (one, other)), strict=True)
    return [
        minhash.jaccard(a.values.to_numpy(), b.values.to_numpy()) if a.is_valid and b.is_valid else 0.0
        for a, b in pairs
    ]


def test_estimates_of_real_texts_err_no_more_than_datasketchs(stories: dict[str, list[str]]) -> None:
    chosen = [(lang, text) for lang in ("ar", "zh", "hi", "yo", "en", "zu") for text in stories[lang][:60]]
    texts = [text for _, text in chosen]
    copies = [edited(text, 0.0005 * (number % 60 + 1), number, lang) for number, (lang, text) in enumerate(chosen)]
    exact = np.array(jaccards(texts, copies))
    between = np.flatnonzero((exact > 0.1) & (exact < 1))
    assert len(between) > 150
    taken = [pa.array(some).take(pa.array(between)) for some in (texts, copies)]
    exact = exact[between]
    expected = exact * (1 - exact) / 112
    errors = estimate(*(sketches(sign_texts(some, MinHash())) for some in taken)) - exact
    hashes = [shingle_texts(some, MinHash()).to_pylist() for some in taken]
    theirs = [datasketch(a).jaccard(datasketch(b)) for a, b in zip(*hashes, strict=True)] - exact
    assert 0.7 < np.mean(theirs**2 / expected) < 1.4
    assert np.mean(errors**2 / expected) < np.mean(theirs**2 / expected)


def datasketch(hashes: list[int]) -> Datasketch:
    reference = Datasketch(num_perm=112, seed=7, hashfunc=lambda data: int.from_bytes(data[:4], "little"))
    reference.update_batch([value.to_bytes(8, "little") for value in hashes])
    return reference


@pytest.mark.parametrize("lang", ["ar", "zh", "hi", "yo", "en", "zu"])
def test_planted_near_duplicates_are_found(stories: dict[str, list[str]], lang: str) -> None:
    texts = stories[lang]
    copies = [edited(text, 0.01, number, lang) for number, text in enumerate(texts)]
    close = [at for at, exact in enumerate(jaccards(texts, copies)) if exact >= 0.85]
    found = pairs([*texts, *copies])
    assert len(close) >= 5
    assert sum((at, at + len(texts)) in found for at in close) >= 0.95 * len(
        close
    )  # 98.8 % or more of each are expected


@pytest.mark.parametrize("lang", ["ar", "zh", "hi", "yo"])
def test_unrelated_stories_are_left_apart(stories: dict[str, list[str]], lang: str) -> None:
    texts = stories[lang]
    assert pairs(texts) == set()
    assert pairs([*texts, texts[0]]) == {(0, len(texts))}


def test_pairs_among_english_stories_are_real(stories: dict[str, list[str]]) -> None:
    found = sorted(pairs(stories["en"]))
    assert len(found) >= 9
    one, other = ([stories["en"][pair[side]] for pair in found] for side in (0, 1))
    assert min(jaccards(one, other)) > 0.5


def pairs(texts: list[str]) -> set[tuple[int, int]]:
    """Pairs of texts that have an equal band."""
    held = defaultdict(list)
    for text, signed in enumerate(sign_texts(pa.array(texts), MinHash())["bands"].to_pylist()):
        for value in signed or []:
            held[value].append(text)
    return {pair for some in held.values() for pair in itertools.combinations(some, 2)}
