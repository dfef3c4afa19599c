"""SentencePiece vocabularies: what comes back as it was, no special token out of a text, the same file always."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roots.sentencepiece_tokenizer import KINDS, SPACE, decode, encode, from_bytes, train
from roots.tokenizer import SPECIAL_TOKENS, TokenizerError, reserved_tokens
from tests.roots.test_tokenizer import SAMPLE

RESERVED = reserved_tokens(3)
SPELLED = [*SPECIAL_TOKENS, *RESERVED, "<0x0A>"]
CONTROL = len(SPECIAL_TOKENS) + len(RESERVED)
BYTES = range(CONTROL, CONTROL + 256)
VOCABULARY = 520


@cache
def made(kind: str) -> bytes:
    return train(iter(SAMPLE), VOCABULARY, kind=kind, reserved=len(RESERVED))


@cache
def trained(kind: str) -> Any:
    return from_bytes(made(kind))


def round_trip(kind: str, text: str) -> str:
    [tokens] = encode(trained(kind), [text])
    assert not np.isin(tokens, range(CONTROL)).any()
    return decode(trained(kind), tokens)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "text",
    [*SAMPLE[:8], "", " ", "\n\n\t", "\x00\x1f", "🏳️‍🌈 e\u0301 é ﬁ ½ ²²", "\ufeff\u200b\u2028", "  a  b ", "a▁b ▁▁ c▁"],
)
def test_a_text_comes_back_as_it_was(kind: str, text: str) -> None:
    assert round_trip(kind, text) == text


@settings(deadline=None)
@given(st.text(), st.sampled_from(list(KINDS)))
def test_any_text_comes_back_as_it_was(text: str, kind: str) -> None:
    assert round_trip(kind, text) == text


@settings(deadline=None)
@given(
    st.lists(st.sampled_from([*SPECIAL_TOKENS, *RESERVED, "<0x0A>", "</", "s>", SPACE, " ", "a", "\n", "ọ"])).map(
        "".join
    ),
    st.sampled_from(list(KINDS)),
)
def test_what_is_spelled_out_stays_text(text: str, kind: str) -> None:
    assert round_trip(kind, text) == text


def test_the_mark_of_a_space_is_lost_where_the_model_is_used_without_us() -> None:
    theirs = trained("unigram")
    assert theirs.decode(theirs.encode("a▁b")) == "a b"
    [tokens] = encode(theirs, ["a▁b"])
    assert theirs.decode(tokens.tolist()) == "a▁b"
    assert encode(theirs, ["a b"])[0].tolist() == theirs.encode("a b")


@pytest.mark.parametrize("kind", KINDS)
def test_special_reserved_and_byte_pieces_come_first(kind: str) -> None:
    first = [trained(kind).id_to_piece(number) for number in range(CONTROL + 256)]
    assert first == [*SPECIAL_TOKENS, *RESERVED, *(f"<0x{byte:02X}>" for byte in range(256))]
    assert all(trained(kind).is_control(number) for number in range(1, CONTROL))
    assert all(map(trained(kind).is_byte, BYTES))
    assert trained(kind).get_piece_size() <= VOCABULARY
    assert len(encode(trained(kind), SAMPLE[:1])[0]) < len(SAMPLE[0])


def test_a_byte_without_a_text_shows_as_a_replacement() -> None:
    assert decode(trained("unigram"), [BYTES[0xE2], BYTES[0x41]]) == "\ufffdA"


def test_encode_gives_one_array_a_text() -> None:
    found = encode(trained("unigram"), ["ab", "", "a▁b", "ab ab"])
    assert [array.dtype for array in found] == [np.int32] * 4
    assert len(found[1]) == 0
    assert encode(trained("unigram"), []) == []


@pytest.mark.parametrize("kind", KINDS)
def test_training_twice_gives_the_same_file(kind: str) -> None:
    assert train(SAMPLE, VOCABULARY, kind=kind, reserved=len(RESERVED)) == made(kind)
    assert train(SAMPLE[:6], VOCABULARY, kind=kind, reserved=len(RESERVED)) != made(kind)


@pytest.mark.parametrize("kind", KINDS)
def test_spelled_out_pieces_and_long_lines_can_be_trained_on(kind: str) -> None:
    heavy = ["<0x0A></s><0x0A></s> <s> x<0x0A>y\t<reserved_001>▅\n", "ab" * 9000] * 50
    model = from_bytes(train(heavy, 300, kind=kind, reserved=2))
    for text in heavy[:2]:
        assert decode(model, encode(model, [text])[0]) == text
    assert len(encode(model, heavy[1:2])[0]) < 9000


def test_a_model_without_byte_pieces_is_used_as_it_is(shared: Any) -> None:
    golden = from_bytes((shared / "golden" / "en.sp.model").read_bytes())
    assert encode(golden, ["a▁b c"])[0].tolist() == golden.encode("a▁b c")


@pytest.mark.parametrize(
    ("texts", "vocabulary", "says"),
    [
        (["abc"], 259, "a vocabulary of 259 pieces; at least 260 are needed"),
        (SAMPLE, 262, r"a vocabulary of 262 pieces; the characters of this sample need at least \d+$"),
        ([], 300, "the sample for the tokenizer holds no text; take more of it"),
    ],
)
def test_a_sample_or_a_vocabulary_that_makes_no_model_is_refused(texts: list[str], vocabulary: int, says: str) -> None:
    with pytest.raises(TokenizerError, match=says):
        train(texts, vocabulary)


def test_a_file_that_is_no_model_is_refused_by_name() -> None:
    with pytest.raises(TokenizerError, match=r"my\.model is not a SentencePiece model"):
        from_bytes(b"nothing", "my.model")
