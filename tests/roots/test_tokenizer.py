"""The tokenizer: lossless on any text, no special token out of a text, the same file always."""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roots import tokenizer as module
from roots.tokenizer import (
    END,
    PATTERN,
    SMALLEST,
    SPECIAL_TOKENS,
    TokenizerError,
    decode,
    encode,
    from_bytes,
    load,
    save,
    to_bytes,
    train,
)

SAMPLE = [
    "Gbogbo ènìyàn ni a bí ní òmìnira; iyì àti ẹ̀tọ́ kọ̀ọ̀kan sì dọ́gba. Wọ́n ní ẹ̀bùn làákàyè.",
    "Bonke abantu bazalwa bekhululekile belingana ngesithunzi nangamalungelo.",
    "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।",
    "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。",
    "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق، وقد وهبوا عقلا وضميرا.",
    "All human beings are born free (and equal) | in dignity... and rights!  1948\n\n\tThe end?",
    "<p>struck <s>out</s> text</p> <unk> a</s> b</s>\n</s></s> c<pad>d<pad>",
] * 20


@cache
def trained(vocabulary: int = 600) -> Any:
    return train(iter(SAMPLE), vocabulary)


def round_trip(text: str) -> str:
    [tokens] = encode(trained(), [text])
    return decode(trained(), tokens)


@pytest.mark.parametrize(
    "text", [*SAMPLE[:7], "", " ", "\n", "\x00\x1f", "🏳️‍🌈 e\u0301 é ﬁ ½ ²²", "\ufeff\u200b\u2028", "  a  "]
)
def test_a_text_comes_back_as_it_was(text: str) -> None:
    assert round_trip(text) == text


@settings(deadline=None)
@given(st.text())
def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert round_trip(text) == text


@settings(deadline=None)
@given(st.lists(st.sampled_from([*SPECIAL_TOKENS, "</", "s>", "<", "/s>", " ", "a", "\n", ".", "ọ"])).map("".join))
def test_a_spelled_out_special_token_stays_text(text: str) -> None:
    [tokens] = encode(trained(), [text])
    assert decode(trained(), tokens) == text
    assert not np.isin(tokens, range(len(SPECIAL_TOKENS))).any()


def test_a_special_token_spelled_out_in_the_sample_does_not_become_a_piece() -> None:
    heavy = train(["</s></s> x</s>y<pad></s>\n</s>"] * 500, 400)
    merges = [tuple(pair) for pair in json.loads(to_bytes(heavy))["model"]["merges"]]
    assert not {left + right for left, right in merges} & set(SPECIAL_TOKENS)
    [tokens] = encode(heavy, ["</s>"])
    assert END not in tokens
    assert decode(heavy, tokens) == "</s>"


def test_special_tokens_have_the_numbers_of_bloom_and_all_bytes_are_pieces() -> None:
    assert [trained().token_to_id(token) for token in SPECIAL_TOKENS] == [0, 1, 2, 3]
    assert SPECIAL_TOKENS[END] == "</s>"
    smallest = train(["abc"], SMALLEST)
    assert smallest.get_vocab_size() == SMALLEST == 260
    assert len(encode(smallest, ["你"])[0]) == 3
    assert decode(trained(), [END]) == "</s>"


def test_a_sample_fills_the_vocabulary_it_can() -> None:
    assert trained(600).get_vocab_size() == 600
    assert len(encode(trained(600), SAMPLE[:1])[0]) < len(encode(train(["x"], SMALLEST), SAMPLE[:1])[0]) / 2
    assert train(["ab"], 5000).get_vocab_size() == SMALLEST


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Hello (world)|a, b.c! d", ["Hello", " (", "world", ")|", "a", ",", " b", ".", "c", "!", " d"]),
        ("d…  e\n\nf", ["d", "… ", " e", "\n\n", "f"]),
        ("मेरा नाम। 你好，世界。", ["मेरा", " नाम", "।", " 你好", "，", "世界", "。"]),
        ("1948's a[b]c\\d", ["1948's", " a[b]c\\d"]),
        ("لا؟ ب، ج۔", ["لا؟", " ب", "،", " ج", "۔"]),
    ],
)
def test_text_is_cut_at_the_characters_of_the_class_and_nowhere_else(text: str, pieces: list[str]) -> None:
    from tokenizers import Regex, pre_tokenizers

    nested = PATTERN.replace("|.,!?…。，、।۔،)]", "|[.,!?…。，、।۔،])]")
    assert nested != PATTERN
    for pattern in (PATTERN, nested):
        split = pre_tokenizers.Split(Regex(pattern), behavior="isolated", invert=False)
        assert [piece for piece, _ in split.pre_tokenize_str(text)] == pieces


def test_the_file_says_how_text_is_cut() -> None:
    described = json.loads(to_bytes(trained()))
    split, bytes_ = described["pre_tokenizer"]["pretokenizers"]
    assert split == {"type": "Split", "pattern": {"Regex": PATTERN}, "behavior": "Isolated", "invert": False}
    assert (bytes_["type"], bytes_["add_prefix_space"], bytes_["use_regex"]) == ("ByteLevel", False, False)
    assert described["normalizer"] is None
    assert described["decoder"]["type"] == described["post_processor"]["type"] == "ByteLevel"


def test_encode_gives_one_array_a_text_and_adds_no_token() -> None:
    found = encode(trained(), ["ab", "", "ab ab"])
    assert [array.dtype for array in found] == [np.int32] * 3
    assert found[1].shape == (0,)
    assert found[0].tolist() + encode(trained(), [" ab"])[0].tolist() == found[2].tolist()
    assert encode(trained(), []) == []


def test_training_twice_gives_the_same_file() -> None:
    again = train(SAMPLE, 600)
    assert to_bytes(again) == to_bytes(trained())
    assert to_bytes(again) == to_bytes(trained())
    assert to_bytes(train(SAMPLE[:5], 600)) != to_bytes(again)


@pytest.mark.parametrize("where", ["file", "memory"])
def test_a_saved_tokenizer_does_the_same(where: str, tmp_path: Path) -> None:
    path = "memory://test_tokenizer/tokenizer.json" if where == "memory" else str(tmp_path / "tokens/tokenizer.json")
    written = save(trained(), path)
    loaded = load(path)
    assert written.sha256 == sha256(to_bytes(trained())).hexdigest()
    assert to_bytes(loaded) == to_bytes(trained())
    for text in (*SAMPLE[:7], "a</s>b"):
        assert encode(loaded, [text])[0].tolist() == encode(trained(), [text])[0].tolist()
    assert END not in encode(loaded, ["a</s>b"])[0]


def test_a_vocabulary_smaller_than_the_bytes_is_refused() -> None:
    with pytest.raises(TokenizerError, match="a vocabulary of 259 pieces; at least 260"):
        train(["abc"], 259)


def test_a_file_that_is_no_tokenizer_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    path.write_text('{"version": "1.0"')
    with pytest.raises(TokenizerError, match=r"tokenizer.json is not a tokenizer.json .*train the tokenizer again"):
        load(str(path))


def test_a_tokenizer_with_other_special_tokens_is_refused() -> None:
    from tokenizers import Tokenizer, models

    other = Tokenizer(models.BPE())
    with pytest.raises(TokenizerError, match=r"other.json: <unk> is None, 0 expected; use a tokenizer made by"):
        from_bytes(other.to_str().encode(), "other.json")


def test_texts_are_cut_where_a_special_token_is_spelled_out() -> None:
    assert list(module._without_literals(["a</s>b", "<s>", "</</s>s>"])) == ["a", "b", "</", "s>"]
