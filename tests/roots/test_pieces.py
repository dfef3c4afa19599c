"""Tokens piece by piece are those that the library gives for whole texts."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Regex, Tokenizer, pre_tokenizers

from pipelines import storage
from roots import encoders, pieces, tokenizer
from roots.pieces import BLOOM, CUT, LONGEST, MARKS, Pieces, cuts_like_bloom
from roots.tokenizer import PATTERN

TEXTS = [
    "Ẹ káàárọ̀ o.  Ṣé dáadáa ni? (Bẹ́ẹ̀ ni) | rárá",
    "人人生而自由，在尊严和权利上一律平等。 ",
    "यह   एक वाक्य है।\n\n\tऔर\u3000यह\u00a0भी",
    "x = f(a, b)  # …\r\n",
    "\x1c\x1d\x1e\x1f \x1c a",
]

UNLIKE: dict[str, Callable[[dict[str, Any]], None]] = {
    "a normaliser": lambda says: says.update(normalizer={"type": "NFC"}),
    "no pre-tokenizer": lambda says: says.update(pre_tokenizer=None),
    "another kind of it": lambda says: says["pre_tokenizer"].update(type="Other"),
    "one step": lambda says: says["pre_tokenizer"].update(pretokenizers=says["pre_tokenizer"]["pretokenizers"][:1]),
    "another pattern": lambda says: says["pre_tokenizer"]["pretokenizers"][0].update(pattern={"Regex": "x"}),
    "matches that go": lambda says: says["pre_tokenizer"]["pretokenizers"][0].update(behavior="Removed"),
    "the pattern turned round": lambda says: says["pre_tokenizer"]["pretokenizers"][0].update(invert=True),
    "a space before the text": lambda says: says["pre_tokenizer"]["pretokenizers"][1].update(add_prefix_space=True),
    "another model": lambda says: says["model"].update(type="Unigram"),
    "no model": lambda says: says.update(model=None),
    "a plain token": lambda says: says.update(added_tokens=[{"content": "ab", "special": False}]),
}


def whole(made: Tokenizer, texts: list[str]) -> tuple[Any, Any]:
    """What the library gives."""
    found = [encoding.ids for encoding in made.encode_batch_fast(texts, add_special_tokens=False)]
    flat = [token for tokens in found for token in tokens]
    return np.array(flat, np.int32), np.array([len(tokens) for tokens in found], np.int64)


@pytest.fixture(scope="module")
def made() -> Tokenizer:
    return tokenizer.train(TEXTS * 3, 400)


def lists(flat: Any, lengths: Any) -> list[list[int]]:
    return [tokens.tolist() for tokens in np.split(flat, np.cumsum(lengths)[:-1])]


@pytest.mark.parametrize("pattern", [PATTERN, BLOOM])
def test_every_character_is_cut_as_the_library_cuts_it(pattern: str) -> None:
    split = pre_tokenizers.Split(Regex(pattern), behavior="isolated", invert=False)
    every = [chr(number) for number in range(0x110000) if not 0xD800 <= number < 0xE000]
    apart = {character for character in every if not CUT.fullmatch(f"a{character}b")}
    text = "".join(f"a{character}b " for character in every)
    assert CUT.findall(text) == [piece for piece, _ in split.pre_tokenize_str(text)]
    assert set(MARKS) | set(" \t\n\u3000") <= apart


@settings(max_examples=300)
@given(st.text(st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(" \n.a(。\x1c\u00a0")), max_size=30))
def test_any_text_is_cut_into_the_same_pieces_and_tokens(made: Tokenizer, text: str) -> None:
    split = pre_tokenizers.Split(Regex(PATTERN), behavior="isolated", invert=False)
    assert CUT.findall(text) == [piece for piece, _ in split.pre_tokenize_str(text)]
    (found,) = Pieces(lambda texts: whole(made, texts)).ids([text])
    assert found.tolist() == whole(made, [text])[0].tolist()


def test_tokens_are_the_same_new_or_known(made: Tokenizer) -> None:
    asked: list[str] = []

    def encode(texts: list[str]) -> tuple[Any, Any]:
        asked.extend(texts)
        return whole(made, texts)

    by_piece = Pieces(encode)
    expected = lists(*whole(made, TEXTS))
    assert [tokens.tolist() for tokens in by_piece.ids(TEXTS)] == expected
    words = [word for text in asked for word in (text.split("\n")[:-1] if text.strip() else [text])]
    assert len(words) == len(set(words)) > 20
    before = len(asked)
    assert [tokens.tolist() for tokens in by_piece.ids(TEXTS[::-1])] == expected[::-1]
    assert len(asked) == before
    assert by_piece.ids([]) == []
    assert [tokens.tolist() for tokens in by_piece.ids([""])] == [[]]


@pytest.mark.parametrize("words", [1, 2, 300])
def test_words_in_lines_give_the_same_tokens(made: Tokenizer, words: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "WORDS", words)
    found = Pieces(lambda texts: whole(made, texts)).ids(TEXTS)
    assert [tokens.tolist() for tokens in found] == lists(*whole(made, TEXTS))


def test_a_vocabulary_without_a_line_end_is_asked_word_by_word() -> None:
    says = json.loads(tokenizer.to_bytes(tokenizer.train(TEXTS, 400)))
    says["model"]["vocab"] = {piece: at for piece, at in says["model"]["vocab"].items() if piece != "Ċ"}
    says["model"]["merges"] = [pair for pair in says["model"]["merges"] if "Ċ" not in "".join(pair)]
    says["model"]["vocab"] = {piece: at for piece, at in says["model"]["vocab"].items() if "Ċ" not in piece}
    lacking = Tokenizer.from_str(json.dumps(says))
    texts = ["a b c", "ab\ncd e", "\n"]
    found = Pieces(lambda texts: whole(lacking, texts)).ids(texts)
    assert [tokens.tolist() for tokens in found] == lists(*whole(lacking, texts))


def test_what_is_remembered_has_a_bound(made: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "MOST_PIECES", 20)
    by_piece = Pieces(lambda texts: whole(made, texts))
    long = "a" * (LONGEST + 1)
    for text in [*TEXTS, long, long] * 2:
        assert by_piece.ids([text])[0].tolist() == whole(made, [text])[0].tolist()
        assert len(by_piece._known) <= 20
        assert long not in by_piece._known


def test_a_tokenizer_of_a_build_is_known(made: Tokenizer) -> None:
    says = json.loads(tokenizer.to_bytes(made))
    assert cuts_like_bloom(says)
    says["pre_tokenizer"]["pretokenizers"][0]["pattern"] = {"Regex": BLOOM}
    says["added_tokens"] = [{"content": "</s>", "special": True}]
    assert cuts_like_bloom(says)


@pytest.mark.parametrize("change", UNLIKE)
def test_any_other_is_asked_for_whole_texts(made: Tokenizer, change: str) -> None:
    says = json.loads(tokenizer.to_bytes(made))
    UNLIKE[change](says)
    assert not cuts_like_bloom(says)


def test_both_ways_give_the_same_encoder(made: Tokenizer, memory: str) -> None:
    paths = [f"{memory}/{name}.json" for name in ("plain", "other")]
    tokenizer.save(made, paths[0])
    other = Tokenizer.from_str(made.to_str())
    other.add_tokens(["a token that no text has"])
    storage.write_bytes(paths[1], other.to_str().encode())
    one, two = (encoders.load(path).encode(TEXTS) for path in paths)
    assert [tokens.tolist() for tokens in one] == [tokens.tolist() for tokens in two]
