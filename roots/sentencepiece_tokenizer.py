"""SentencePiece vocabularies, as the other kind of tokenizer: unigram or BPE over characters, bytes where a character
is too rare to be a piece.

Nothing is normalised and no space is added, so a text comes back as it was. One character is the exception: U+2581,
by which SentencePiece writes a space. `encode` writes it as three byte pieces, so it comes back from what is encoded
here; another program that encodes with the model gives a space for it.

Special and reserved tokens are control symbols, which no text can become. Lines and tabs are cut before training, so
that they are byte pieces, one each.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from roots.tokenizer import SPECIAL_TOKENS, TokenizerError, check_sizes, reserved_tokens, without_literals

if TYPE_CHECKING:
    from sentencepiece import SentencePieceProcessor

KINDS = {"unigram": "unigram", "sentencepiece-bpe": "bpe"}
"""Kinds of tokenizer made here, and SentencePiece's name of each."""

SPACE = "\u2581"
"""How SentencePiece writes a space."""

COVERAGE = 0.9995
"""Share of the sample's characters that are pieces; others are written in bytes. Source: SentencePiece's default."""

LONGEST = 4000
"""Characters of a line that is trained on; longer ones are cut. SentencePiece would leave a line of more bytes than
`max_sentence_length` out altogether."""

THREADS = 4
"""Of training, on any machine: sums of floating-point numbers depend on how many there are."""

_BYTES = re.compile("<0x[0-9A-F]{2}>|[\n\t\u2585]")
"""Spelled-out byte pieces, of which none may be learned; ends of lines; a mark that the trainer keeps for itself."""

_LEAST = re.compile(r"required_chars\. \d+ vs (\d+)")


def train(texts: Iterable[str], vocabulary: int, *, kind: str = "unigram", reserved: int = 0) -> bytes:
    """The model file of `vocabulary` pieces at most, all included; the same bytes for the same texts.

    Memory: SentencePiece holds all texts, and for "unigram" some 20 times their size while it looks for candidates.
    Raises TokenizerError where so few pieces, or such texts, make no model.
    """
    import sentencepiece

    check_sizes(vocabulary, reserved)
    model = BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=_lines(texts),
            model_writer=model,
            model_type=KINDS[kind],
            vocab_size=vocabulary,
            hard_vocab_limit=False,
            character_coverage=COVERAGE,
            required_chars=SPACE,  # in byte pieces a space would come back as its mark
            byte_fallback=True,
            normalization_rule_name="identity",
            add_dummy_prefix=False,
            remove_extra_whitespaces=False,
            allow_whitespace_only_pieces=True,
            control_symbols=list(reserved_tokens(reserved)),
            pad_id=SPECIAL_TOKENS.index("<pad>"),  # the others are where SentencePiece puts them
            max_sentence_length=4 * LONGEST,
            num_threads=THREADS,
            minloglevel=2,
        )
    except RuntimeError as error:
        raise TokenizerError(_why(str(error), vocabulary)) from None
    return model.getvalue()


def _why(message: str, vocabulary: int) -> str:
    """What SentencePiece's message means."""
    least = _LEAST.search(message)
    if least:
        return f"a vocabulary of {vocabulary} pieces; the characters of this sample need at least {least[1]}"
    if "sentences_.empty()" in message:
        return "the sample for the tokenizer holds no text; take more of it (sample_bytes)"
    return f"SentencePiece can train nothing on this sample: {message}"


def _lines(texts: Iterable[str]) -> Iterator[str]:
    for text in without_literals(texts):
        for line in _BYTES.split(text):
            for start in range(0, len(line), LONGEST):
                yield line[start : start + LONGEST]


def from_bytes(data: bytes, name: str = "tokenizer.model") -> "SentencePieceProcessor":
    """The processor of a model file; `name` is what errors call it."""
    from sentencepiece import SentencePieceProcessor

    try:
        return SentencePieceProcessor(model_proto=data)
    except RuntimeError as error:
        raise TokenizerError(f"{name} is not a SentencePiece model ({error})") from None


def encode(processor: "SentencePieceProcessor", texts: Sequence[str]) -> list[npt.NDArray[np.int32]]:
    """The tokens of each text, without an end-of-document token; U+2581 as three byte pieces where there are any."""
    plain: list[npt.NDArray[np.int32]] = processor.encode(
        [text for text in texts if SPACE not in text], out_type="numpy", num_threads=1
    )
    rest = iter(plain)  # [tokens] int32 each
    mark = _mark(processor)
    return [next(rest) if SPACE not in text else _around(processor, text, mark) for text in texts]


def decode(processor: "SentencePieceProcessor", tokens: Iterable[int] | npt.NDArray[np.integer]) -> str:
    """The text of some tokens; special tokens have none."""
    found: str = processor.decode([int(token) for token in tokens])
    return found


def _mark(processor: "SentencePieceProcessor") -> list[int]:
    """The byte pieces of U+2581, or none if the model has no byte pieces."""
    numbers = [processor.piece_to_id(f"<0x{byte:02X}>") for byte in SPACE.encode()]
    return numbers if all(map(processor.is_byte, numbers)) else []


def _around(processor: Any, text: str, mark: Sequence[int]) -> npt.NDArray[np.int32]:
    """The tokens of a text with U+2581."""
    first, *others = processor.encode(text.split(SPACE) if mark else [text])
    return np.array([*first, *(token for part in others for token in (*mark, *part))], dtype=np.int32)
