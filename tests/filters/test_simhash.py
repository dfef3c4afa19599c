"""SimHash is what section 6.1 of the specification says, read anew here; and its mended form."""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from filters.signing import SimHash
from filters.simhash import distance, simhash, summed, tokens
from filters.simhash_batch import simhash_texts

ROOTS = "roots-2022-03"


@cache
def golden(shared: Path) -> list[dict[str, Any]]:
    """All golden texts."""
    with (shared / "golden" / "filters.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def section_6_1(text: str, lang: str) -> int:
    """Written from the specification alone."""
    text = regex.sub(r"\p{P}", "", text.lower())
    windows = []
    if lang == "en":
        pieces = text.split(" ")
        for start in range(len(pieces) - 6):
            windows.append(" ".join(pieces[start : start + 6]))
    else:
        for start in range(len(text) - 6):
            windows.append(text[start : start + 6])
    digests = b"".join(hashlib.md5(window.encode("utf-8")).digest()[:8] for window in windows)
    bits = np.unpackbits(np.frombuffer(digests, np.uint8).reshape(-1, 8), axis=1)  # [windows, 64], the highest first
    votes = 2 * bits.sum(axis=0, dtype=np.int64) - len(windows)
    return int("".join("1" if vote > 0 else "0" for vote in votes), 2)


def test_roots_on_all_golden_texts(shared: Path) -> None:
    documents = golden(shared)
    expected = [section_6_1(document["text"], document["lang"]) for document in documents]
    texts, langs = (pa.array([document[name] for document in documents]) for name in ("text", "lang"))
    assert simhash_texts(texts, langs, SimHash(), ROOTS).to_pylist() == expected
    assert len(set(expected)) > 600
    assert expected.count(0) >= 100  # those of six units and fewer


def test_the_definition_on_golden_texts(shared: Path) -> None:
    for document in golden(shared)[::7]:
        text, lang = document["text"], document["lang"]
        assert simhash(text, lang, SimHash(), ROOTS) == section_6_1(text, lang), document["id"]


@given(st.text(st.sampled_from("abÉİΣ .,।「。!$+ \n\u2019中"), max_size=40), st.sampled_from(["en", "yo", "zhs"]))
def test_roots_on_other_texts(text: str, lang: str) -> None:
    assert simhash(text, lang, SimHash(), ROOTS) == section_6_1(text, lang)


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("a b c d e f", "en", []),
        ("a b c d e f g", "en", ["a b c d e f"]),
        ("a  b c d e\tf g", "en", ["a  b c d e\tf"]),
        ("А, б; в г. Д е\nж з", "en", ["а б в г д е\nж"]),
        ("ẹ kú o", "yo", []),
        ("ẹ kú o!?", "yo", []),
        ("ẹ kú o a", "yo", ["ẹ kú o", " kú o "]),
        ("李白，你在哪里呢？", "zhs", ["李白你在哪里"]),
    ],
)
def test_tokens_of_roots(text: str, lang: str, expected: list[str]) -> None:
    assert tokens(text, lang, SimHash(), ROOTS) == expected


@pytest.mark.parametrize("lang", ["en", "zhs", None])
def test_mended_tokens_do_not_depend_on_the_declared_language(lang: str | None) -> None:
    assert tokens("One, two\nthree: four — five; SIX", lang, SimHash()) == ["one two three four five six"]
    assert tokens("李白，你在哪里 ok", lang, SimHash()) == ["李 白 你 在 哪 里", "白 你 在 哪 里 ok"]
    assert tokens("", lang, SimHash(n=1)) == tokens("… !", lang, SimHash(n=1)) == []


def test_a_text_without_a_token_is_nobodys_duplicate_and_in_roots_it_is_that_of_all_others() -> None:
    short = ["", "a", "one two three four five", "李白你在哪", "。。。。。。。。。"]
    assert [simhash(text, "en", SimHash()) for text in short] == [None] * 5
    assert [simhash(text, "zhs", SimHash(), ROOTS) for text in short if len(text) <= 6] == [0, 0, 0]
    assert simhash("one two three four five six", "en", SimHash()) is not None


def test_the_last_token_counts() -> None:
    one, other = "a b c d e f g", "a b c d e f h"
    assert simhash(one, "en", SimHash(), ROOTS) == simhash(other, "en", SimHash(), ROOTS)
    assert simhash(one, "en", SimHash()) != simhash(other, "en", SimHash())


def test_tokens_count_as_often_as_they_stand() -> None:
    assert summed([0b01, 0b01, 0b10]) == 0b01
    assert summed([0b01, 0b10]) == 0, "a tie sets no bit"
    assert summed([]) == 0


def test_a_small_change_of_a_long_text_changes_few_bits(shared: Path) -> None:
    texts = [document["text"] for document in golden(shared) if len(document["text"].split()) > 400][:100]
    langs = pa.nulls(len(texts), pa.string())
    hashes = simhash_texts(pa.array(texts), langs, SimHash()).to_pylist()
    changed = simhash_texts(pa.array([f"{text} final" for text in texts]), langs, SimHash()).to_pylist()
    far = [distance(one, other) for one, other in zip(hashes, changed, strict=True)]
    assert sorted(far)[94] <= 4
    assert sum(far) / len(far) < 2
