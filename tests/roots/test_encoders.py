"""Tokenizers in use: both kinds, their end tokens, and texts that spell them."""

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentencepiece import SentencePieceTrainer
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers

from roots import encoders, tokenizer
from roots.encoders import BATCH_BYTES, Encoder, EncoderError, load, loaded

TEXTS = ["Ẹ káàárọ̀ o. ", "人人生而自由", "", "वह </s> गया\n\n", "a</s></s>b <unk>", "x" * 50]


@pytest.fixture(scope="module")
def json_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("encoders") / "tokenizer.json"
    tokenizer.save(tokenizer.train(TEXTS * 3, 300), str(path))
    return path


@pytest.fixture(scope="module")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    prefix = tmp_path_factory.mktemp("encoders") / "small"
    SentencePieceTrainer.train(
        sentence_iterator=iter(f"ọ̀rọ̀ {number} ilé oko" for number in range(200)),
        model_prefix=str(prefix),
        vocab_size=60,
        byte_fallback=False,
        hard_vocab_limit=False,
        num_threads=1,
        minloglevel=2,
    )
    return prefix.with_suffix(".model")


@pytest.fixture(scope="module")
def encoder(json_file: Path) -> Encoder:
    return load(str(json_file))


def of_words(path: Path, words: dict[str, int], added: tuple[AddedToken, ...] = (), **settings: Any) -> str:
    """A tokenizer.json that knows whole words only."""
    made = Tokenizer(models.WordLevel(words, unk_token="?"))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    made.add_tokens(list(added))
    says = {**json.loads(made.to_str()), **settings}
    path.write_text(json.dumps(says), encoding="utf-8")
    return str(path)


def test_texts_come_back_and_no_token_is_the_end(encoder: Encoder) -> None:
    found = encoder.encode(TEXTS)
    assert [encoder.decode(tokens) for tokens in found] == TEXTS
    assert {tokens.dtype for tokens in found} == {np.dtype(np.int32)}
    assert encoder.end == tokenizer.END
    assert not any((tokens < len(tokenizer.SPECIAL_TOKENS)).any() for tokens in found)
    assert encoder.count(TEXTS).tolist() == [len(tokens) for tokens in found]
    assert encoder.encode([]) == []
    assert (encoder.count([]).tolist(), encoder.tokens([])[0].tolist()) == ([], [])


def test_it_says_what_it_is(encoder: Encoder, model_file: Path) -> None:
    assert (encoder.kind, encoder.vocabulary, encoder.padded) == ("tokenizers", 300, tokenizer.padded(300))
    assert encoder.library.startswith("tokenizers 0.")
    other = load(str(model_file))
    assert (other.kind, other.end, other.candidates) == ("sentencepiece", 2, ("<s>", "</s>"))
    assert other.padded == tokenizer.padded(other.vocabulary)


def test_it_agrees_with_the_tokenizer_of_a_build(encoder: Encoder, json_file: Path) -> None:
    expected = tokenizer.encode(tokenizer.load(str(json_file)), TEXTS)
    assert [tokens.tolist() for tokens in encoder.encode(TEXTS)] == [tokens.tolist() for tokens in expected]


@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=6))
def test_any_text_gives_the_same_tokens_alone_and_among_others(encoder: Encoder, texts: list[str]) -> None:
    together = encoder.encode(texts)
    assert [encoder.decode(tokens) for tokens in together] == texts
    assert [tokens.tolist() for tokens in together] == [encoder.encode([text])[0].tolist() for text in texts]


def test_batches_are_bounded_and_change_nothing(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = TEXTS * 4
    whole = [tokens.tolist() for tokens in encoder.encode(texts)]
    monkeypatch.setattr(encoders, "BATCH_BYTES", 60)
    sizes = [[len(text.encode()) for text in batch] for batch in encoders._batches(texts)]
    assert sum(len(batch) for batch in sizes) == len(texts)
    assert len(sizes) > 8
    assert all(sum(batch) <= 60 for batch in sizes)
    assert [tokens.tolist() for tokens in encoder.encode(texts)] == whole
    assert [len(batch) for batch in encoders._batches(["x" * (BATCH_BYTES + 1), "y"])] == [1, 1]


def test_sentencepiece_reads_no_control_symbol_from_text(model_file: Path) -> None:
    encoder = load(str(model_file))
    found = encoder.encode(["ilé </s> oko", "", " ", "ilé\x00oko"])
    assert not (found[0] == encoder.end).any()
    assert [len(tokens) for tokens in found][1:3] == [0, 0]
    assert encoder.decode(encoder.encode(["ilé oko"])[0]) == "ilé oko"
    assert len(found[3]) > len(encoder.encode(["ilé"])[0])


def test_the_environment_is_left_as_it_was(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOKENIZERS_PARALLELISM", raising=False)
    encoder.encode(TEXTS)
    assert "TOKENIZERS_PARALLELISM" not in os.environ
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "true")
    encoder.encode(TEXTS)
    assert os.environ["TOKENIZERS_PARALLELISM"] == "true"


@pytest.mark.parametrize("name", ["</s>", "<|endoftext|>", "<eos>"])
def test_the_usual_end_tokens_are_known(name: str, tmp_path: Path) -> None:
    path = of_words(tmp_path / "a.json", {"?": 0, "ilé": 1}, (AddedToken(name, special=True),))
    assert load(path).end == 2


def test_an_end_token_that_nobody_knows_must_be_named(tmp_path: Path) -> None:
    words = {"?": 0, "ilé": 1, "[SEP]": 2}
    path = of_words(tmp_path / "a.json", words, (AddedToken("[END]", special=True),))
    encoder = load(path)
    assert encoder.count(["ilé ilé"]).tolist() == [2]
    message = r"a\.json: no token known to end a document; name it with --end or \[tokens\] end; its special tokens: "
    with pytest.raises(EncoderError, match=message + r"\[END\]"):
        _ = encoder.end
    assert load(path, end="[SEP]").end == 2
    assert load(path, end="[END]").end == 3
    with pytest.raises(EncoderError, match=r"a\.json: end token 'END': it has no such token; its special tokens: \["):
        load(path, end="END")
    with pytest.raises(EncoderError, match="it has no special tokens"):
        _ = load(of_words(tmp_path / "b.json", {"?": 0})).end
    many = tuple(AddedToken(f"[{number}]", special=True) for number in range(25))
    with pytest.raises(EncoderError, match=r"\[19\] and 5 more"):
        _ = load(of_words(tmp_path / "c.json", {"?": 0}, many)).end


def test_several_known_end_tokens_are_a_question(tmp_path: Path) -> None:
    both = tuple(AddedToken(name, special=True) for name in ("</s>", "<eos>"))
    with pytest.raises(EncoderError, match=r"several tokens that could end a document; name it .*: </s>, <eos>"):
        _ = load(of_words(tmp_path / "a.json", {"?": 0}, both)).end
    assert load(of_words(tmp_path / "c.json", {"?": 0, "<eos>": 1, "</s>": 2})).end == 2
    # A tag of HTML among the plain tokens is no candidate beside a special one.
    tags = (AddedToken("</s>", special=False), AddedToken("<eos>", special=True))
    assert load(of_words(tmp_path / "b.json", {"?": 0}, tags)).end == 2


def test_a_word_that_is_the_end_token_is_cut(tmp_path: Path) -> None:
    words = {"?": 0, "ilé": 1, "</s>": 2, "<": 3, "/s>": 4}
    encoder = load(of_words(tmp_path / "a.json", words))
    assert encoder.end == 2
    assert [tokens.tolist() for tokens in encoder.encode(["ilé </s> ilé", "ilé"])] == [[1, 3, 4, 1], [1]]
    assert encoder.count(["</s>"]).tolist() == [2]


def test_a_token_that_is_added_as_a_plain_one_ends_documents_too(tmp_path: Path) -> None:
    path = of_words(tmp_path / "a.json", {"?": 0, "ilé": 1}, (AddedToken("[END]", special=False),))
    encoder = load(path, end="[END]")
    assert encoder.end == 2
    assert encoder.encode(["ilé [END]"])[0].tolist() == [1, 0]


def test_a_token_of_one_character_cannot_end_documents_that_hold_it(tmp_path: Path) -> None:
    encoder = load(of_words(tmp_path / "a.json", {"?": 0, "x": 1, "y": 2}), end="x")
    assert encoder.encode(["y"])[0].tolist() == [2]
    with pytest.raises(EncoderError, match="text gives the token 'x', which is to end documents; name another"):
        encoder.encode(["y x"])


def test_cutting_short_filling_up_and_chance_are_switched_off(tmp_path: Path) -> None:
    cut = {"max_length": 2, "strategy": "LongestFirst", "stride": 0, "direction": "Right"}
    fill = {"strategy": {"Fixed": 9}, "direction": "Right", "pad_to_multiple_of": None} | {
        "pad_id": 0,
        "pad_type_id": 0,
        "pad_token": "?",
    }
    path = of_words(tmp_path / "a.json", {"?": 0, "x": 1}, truncation=cut, padding=fill)
    assert load(path).encode(["x x x x", "x"])[0].tolist() == [1, 1, 1, 1]
    merges = Tokenizer(models.BPE({"a": 0, "b": 1, "ab": 2}, [("a", "b")], dropout=0.9))
    (tmp_path / "b.json").write_text(merges.to_str(), encoding="utf-8")
    assert load(str(tmp_path / "b.json")).encode(["ab"] * 50)[7].tolist() == [2]


def test_numbers_with_gaps_count_up_to_the_highest(tmp_path: Path) -> None:
    assert load(of_words(tmp_path / "a.json", {"?": 0, "x": 700})).vocabulary == 701


def test_a_padded_vocabulary_may_be_given(json_file: Path) -> None:
    assert load(str(json_file), padded=250_880).padded == 250_880
    with pytest.raises(EncoderError, match=r"padded to 299 tokens, but its vocabulary has 300; give so many or more"):
        load(str(json_file), padded=299)


def test_what_is_no_tokenizer_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"none: there is no such file; give a tokenizer\.json or a SentencePiece"):
        load(str(tmp_path / "none"))
    for name, data, message in (
        ("a.json", b'{"a": 1}', "is no tokenizer.json that tokenizers reads"),
        ("b.model", b"\x00nonsense", "is neither a tokenizer.json nor a SentencePiece .model"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(EncoderError, match=message):
            load(str(tmp_path / name))


def test_a_tokenizer_is_read_once_and_only_as_it_was(json_file: Path, encoder: Encoder) -> None:
    assert loaded(str(json_file), encoder.sha256) is loaded(str(json_file), encoder.sha256)
    with pytest.raises(EncoderError, match="was changed while it was in use; start again"):
        loaded(str(json_file), "0" * 64)
