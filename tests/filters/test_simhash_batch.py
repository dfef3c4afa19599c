"""The batch form equals the readable definition on whatever texts, in both profiles."""

from typing import get_args

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.kernels.simhash import simhash_all
from filters.signing import SimHash
from filters.simhash import simhash
from filters.simhash_batch import simhash_texts
from filters.table import Profile

PROFILES: tuple[Profile, ...] = get_args(Profile)
LANGS = ["en", "yo", "zhs", None]

FRAGMENTS = [
    "the ",
    "a b ",
    " ",
    "  ",
    "\n",
    "ΑΣ",
    "Σ",
    "İ",
    "Ⱥ",
    "’",
    "。",
    "中文",
    "ภาษา",
    "កម្ពុជា",
    "e\u0301",
    "😀",
    "x" * 70,
    "क्षि ",
    "٣",
]
texts = (
    st.text()
    | st.text(st.sampled_from("ab .,Σİ中。\n"))
    | st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join)
)


def check(documents: list[tuple[str, str | None]], how: SimHash, profile: Profile) -> None:
    found = simhash_texts(
        pa.array([text for text, _ in documents], pa.string()),
        pa.array([lang for _, lang in documents], pa.string()),
        how,
        profile,
    )
    found.validate(full=True)
    assert found.type == pa.uint64()
    assert found.to_pylist() == [simhash(text, lang, how, profile) for text, lang in documents]


@settings(max_examples=300)
@given(
    st.lists(st.tuples(texts, st.sampled_from(LANGS)), max_size=10),
    st.sampled_from([1, 2, 3, 6, 20]),
    st.sampled_from(PROFILES),
)
def test_equal_to_the_definition(documents: list[tuple[str, str | None]], n: int, profile: Profile) -> None:
    check(documents, SimHash(n=n), profile)


HARD = {
    "nothing": "",
    "NUL": "\0 a\0b \0\0 c\0",
    "dotted I and final sigma": "İstanbul ΑΣ İΣ ΣİΣ Σ. Α.Σ Α.Σ.Α ΑΣ\u0301 Σ\u0301Α ΟΔΟΣ-ΟΔΟΣ",
    "many dotted I": "İ" * 2_000,
    "letters that grow": "Ⱥ Ⱦ" * 300,
    "characters of their own beside words": "aก" * 700 + "ก",
    "a long word": "ab " * 10 + "x" * 50_000 + " a b c d e f",
    "one character": "é" * 3_000,
    "every letter and mark": " ".join(chr(c) for c in range(0x3000) if chr(c).isalnum()),
}


@pytest.mark.parametrize("name", HARD)
def test_hard_texts(name: str) -> None:
    for profile in PROFILES:
        check([(HARD[name], lang) for lang in LANGS], SimHash(), profile)


def test_every_code_point() -> None:
    every = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]
    for profile in PROFILES:
        many = [("x".join(every[start : start + 2_000]), "yo") for start in range(0, 0x20000, 2_000)]
        check(many, SimHash(n=2), profile)


def test_slices_and_empty_arrays() -> None:
    some = pa.array(["skip", "ẹ kú àárọ̀ o, ẹ kú alẹ́", "", "skip"])
    langs = pa.array(["yo"] * 4)
    for profile in PROFILES:
        for part in (slice(1, 3), slice(2, 2), slice(4, 4)):
            found = simhash_texts(some[part], langs[part], SimHash(n=2), profile).to_pylist()
            assert found == [simhash(text, "yo", SimHash(n=2), profile) for text in some[part].to_pylist()]
    assert simhash_texts(pa.array([], pa.string()), pa.array([], pa.string()), SimHash()).to_pylist() == []


def test_texts_of_another_type_are_refused() -> None:
    with pytest.raises(TypeError, match="texts are large_string with 0 nulls; give strings"):
        simhash_texts(pa.array(["a"], pa.large_string()), pa.array(["en"]), SimHash())


def test_one_compilation_serves_every_input() -> None:
    for profile in PROFILES:
        for part in (["a b"], [], ["你𓀀", ""]):
            check([(text, "en") for text in part], SimHash(), profile)
    assert len(simhash_all.signatures) == 1  # type: ignore[attr-defined]
