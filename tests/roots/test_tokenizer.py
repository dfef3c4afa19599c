"""The tokenizer: lossless on any text, no special token out of a text, the same file always."""

import json
import subprocess
import sys
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roots.tokenizer import (
    END,
    PATTERN,
    SMALLEST,
    SPECIAL_TOKENS,
    TokenizerError,
    decode,
    decode_bytes,
    descriptions,
    encode,
    encode_bytes,
    from_bytes,
    load,
    padded,
    reserved_tokens,
    save,
    to_bytes,
    train,
    without_literals,
)
from tests.corpora import environment

SAMPLE = [
    "Gbogbo ènìyàn ni a bí ní òmìnira; iyì àti ẹ̀tọ́ kọ̀ọ̀kan sì dọ́gba. Wọ́n ní ẹ̀bùn làákàyè.",
    "Bonke abantu bazalwa bekhululekile belingana ngesithunzi nangamalungelo.",
    "सभी मनुष्यों को गौरव और अधिकारों के मामले में जन्मजात स्वतन्त्रता और समानता प्राप्त है।",
    "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。",
    "يولد جميع الناس أحرارا متساوين في الكرامة والحقوق، وقد وهبوا عقلا وضميرا.",
    "All human beings are born free (and equal) | in dignity... and rights!  1948\n\n\tThe end?",
    "<p>struck <s>out</s> text</p> <unk> a</s> b</s>\n</s></s> c<pad>d<pad>",
    "<reserved_000> <reserved_001>",
] * 20

RESERVED = 5
SPELLED = [*SPECIAL_TOKENS, *reserved_tokens(RESERVED)]


@cache
def trained(vocabulary: int = 600) -> Any:
    return train(iter(SAMPLE), vocabulary, reserved=RESERVED)


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
@given(st.lists(st.sampled_from([*SPELLED, "</", "s>", "<", "/s>", " ", "a", "\n", ".", "ọ"])).map("".join))
def test_a_spelled_out_special_token_stays_text(text: str) -> None:
    [tokens] = encode(trained(), [text])
    assert decode(trained(), tokens) == text
    assert not np.isin(tokens, range(len(SPELLED))).any()


def test_a_special_token_spelled_out_in_the_sample_does_not_become_a_piece() -> None:
    heavy = train(["</s></s> x</s>y<pad></s>\n</s> <reserved_001>"] * 500, 400, reserved=2)
    merges = [tuple(pair) for pair in json.loads(to_bytes(heavy))["model"]["merges"]]
    assert not {left + right for left, right in merges} & {*SPECIAL_TOKENS, *reserved_tokens(2)}
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


def test_reserved_tokens_follow_the_special_ones_whatever_the_vocabulary() -> None:
    assert [trained().token_to_id(token) for token in reserved_tokens(RESERVED)] == [4, 5, 6, 7, 8]
    assert reserved_tokens(200)[-1] == "<reserved_199>"
    small = train(["ab"], 5000, reserved=200)
    assert small.get_vocab_size() == SMALLEST + 200
    assert small.token_to_id("<reserved_199>") == 203
    pieces = {token for token in trained().get_vocab() if not token.startswith("<")}
    assert pieces >= {token for token in train(SAMPLE, 595).get_vocab() if not token.startswith("<")}


def test_a_vocabulary_is_padded_as_megatron_does() -> None:
    assert padded(250_680, devices=4) == 250_880 == 128 * 1960
    assert padded(250_680) == 250_752
    assert padded(128) == 128


@settings(deadline=None)
@given(st.binary())
def test_any_bytes_come_back_as_they_were(data: bytes) -> None:
    tokens = encode_bytes(trained(), data)
    assert decode_bytes(trained(), tokens) == data
    assert not np.isin(tokens, range(len(SPELLED))).any()


def test_each_of_the_256_bytes_is_a_token() -> None:
    tokens = [encode_bytes(trained(), bytes([byte])) for byte in range(256)]
    assert sorted(token for [token] in tokens) == list(range(len(SPELLED), len(SPELLED) + 256))
    assert [decode_bytes(trained(), one) for one in tokens] == [bytes([byte]) for byte in range(256)]


def test_bytes_that_are_text_are_encoded_like_the_text() -> None:
    for text in SAMPLE[:8]:
        assert encode_bytes(trained(), text.encode()) == encode(trained(), [text])[0].tolist()


@settings(deadline=None)
@given(st.lists(st.integers(0, 599)))
def test_any_tokens_have_bytes_of_which_decode_shows_the_text(tokens: list[int]) -> None:
    data = decode_bytes(trained(), tokens)
    assert data.decode(errors="replace") == decode(trained(), tokens)


def test_a_number_that_no_token_has_is_refused() -> None:
    with pytest.raises(TokenizerError, match="token 600: there are 600, from 0 on"):
        decode_bytes(trained(), [65, 600])


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
    assert described["added_tokens"] == []
    assert described["decoder"]["type"] == described["post_processor"]["type"] == "ByteLevel"


def test_encode_gives_one_array_a_text_and_adds_no_token() -> None:
    found = encode(trained(), ["ab", "", "ab ab"])
    assert [array.dtype for array in found] == [np.int32] * 3
    assert found[1].shape == (0,)
    assert found[0].tolist() + encode(trained(), [" ab"])[0].tolist() == found[2].tolist()
    assert encode(trained(), []) == []


def test_training_twice_gives_the_same_file() -> None:
    again = train(SAMPLE, 600, reserved=RESERVED)
    assert to_bytes(again) == to_bytes(trained())
    assert to_bytes(again) == to_bytes(trained())
    assert to_bytes(train(SAMPLE[:5], 600, reserved=RESERVED)) != to_bytes(again)


@pytest.mark.parametrize("where", ["file", "memory"])
def test_a_saved_tokenizer_does_the_same(where: str, tmp_path: Path) -> None:
    path = "memory://test_tokenizer/tokenizer.json" if where == "memory" else str(tmp_path / "tokens/tokenizer.json")
    written = save(trained(), path)
    loaded = load(path)
    assert written.sha256 == sha256(to_bytes(trained())).hexdigest()
    assert to_bytes(loaded) == to_bytes(trained())
    for text in (*SAMPLE[:8], "a</s>b"):
        assert encode(loaded, [text])[0].tolist() == encode(trained(), [text])[0].tolist()
    assert END not in encode(loaded, ["a</s>b"])[0]


TRAINING = """
import sys
from roots.tokenizer import to_bytes, train
texts = (f"{word} a{number}b{number % 97} {word[::-1]}" for number, word in enumerate(sys.argv[1:] * 900))
sys.stdout.buffer.write(to_bytes(train(texts, 900, reserved=7)))
"""


def test_the_file_is_the_same_with_one_thread_and_with_many() -> None:
    words = [word for text in SAMPLE[:8] for word in text.split()]
    command = [sys.executable, "-c", TRAINING, *words]
    made = [
        subprocess.run(command, env=environment(RAYON_NUM_THREADS=threads), capture_output=True, check=True).stdout
        for threads in ("1", "4")
    ]
    assert made[0] == made[1]
    assert from_bytes(made[0]).get_vocab_size() == 900


def opened(folder: Path, reserved: int = RESERVED) -> Any:
    """The tokenizer as transformers opens its folder."""
    from transformers import AutoTokenizer

    save(trained(), str(folder / "tokenizer.json"))
    for name, data in descriptions(reserved).items():
        (folder / name).write_bytes(data)
    return AutoTokenizer.from_pretrained(folder)


def test_tokenizers_gives_the_same_tokens_from_the_file_alone(tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    save(trained(), str(tmp_path / "tokenizer.json"))
    plain = Tokenizer.from_file(str(tmp_path / "tokenizer.json"))
    assert not plain.encode_special_tokens
    for text in SAMPLE[:8]:
        assert plain.encode(text).ids == encode(trained(), [text])[0].tolist()
    assert [plain.token_to_id(token) for token in SPELLED] == list(range(len(SPELLED)))
    assert plain.decode([END]) == "</s>"


def test_transformers_gives_the_same_tokens_from_the_folder(tmp_path: Path) -> None:
    theirs = opened(tmp_path)
    for text in SAMPLE[:8]:
        tokens = encode(trained(), [text])[0].tolist()
        assert theirs(text)["input_ids"] == theirs.encode(text) == tokens
        assert theirs.decode(tokens, skip_special_tokens=True) == text
    assert theirs(SAMPLE[:8])["input_ids"] == [tokens.tolist() for tokens in encode(trained(), SAMPLE[:8])]
    assert (theirs.unk_token_id, theirs.bos_token_id, theirs.eos_token_id, theirs.pad_token_id) == (0, 1, 2, 3)
    assert len(theirs) == trained().get_vocab_size()
    assert sorted(theirs.all_special_tokens) == sorted(SPELLED)
    assert theirs.decode([1, *tokens, 5, 2], skip_special_tokens=True) == text
    assert theirs("a</s>", split_special_tokens=False)["input_ids"][-1] == END


def test_what_transformers_saves_is_the_same_tokenizer(tmp_path: Path) -> None:
    from transformers import AutoTokenizer

    opened(tmp_path).save_pretrained(tmp_path / "saved")
    again = AutoTokenizer.from_pretrained(tmp_path / "saved")
    for text in SAMPLE[:8]:
        assert again(text)["input_ids"] == encode(trained(), [text])[0].tolist()


def test_transformers_pads_a_batch_with_the_padding_token(tmp_path: Path) -> None:
    found = opened(tmp_path)(["a", SAMPLE[0]], padding=True)
    assert found["input_ids"][0][1:] == [3] * (len(found["input_ids"][1]) - 1)


@pytest.mark.parametrize(
    ("vocabulary", "reserved", "says"),
    [
        (259, 0, r"a vocabulary of 259 pieces; at least 260 are needed \(256 bytes and the special tokens\)"),
        (
            459,
            200,
            "a vocabulary of 459 pieces; at least 460 are needed .256 bytes, the special tokens and 200 reserved ones",
        ),
    ],
)
def test_a_vocabulary_too_small_for_what_it_must_hold_is_refused(vocabulary: int, reserved: int, says: str) -> None:
    with pytest.raises(TokenizerError, match=says):
        train(["abc"], vocabulary, reserved=reserved)


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
    texts = ["a</s>b", "<s>", "</</s>s>", "c<reserved_017>d<reserved_7>"]
    assert list(without_literals(texts)) == ["a", "b", "</", "s>", "c", "d<reserved_7>"]
