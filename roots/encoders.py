"""Tokenizers in use: any `tokenizer.json` (Hugging Face tokenizers) or SentencePiece `.model`, one way to ask.

    encoder = load("tokenizer.json")
    encoder.encode(["Ẹ káàárọ̀"])       # one array of numbers for each text, nothing added
    encoder.end                         # the number of the token that closes every document

Text that spells the end token never becomes it. In a tokenizer.json special tokens are not looked for in text;
SentencePiece does not read control symbols from text. Where a tokenizer finds the piece all the same, because it stands
in its vocabulary like any other, the document is encoded again in pieces that cut the spelling.

Texts go to the library in batches of about `BATCH_BYTES`, in one thread: workers are processes. Memory: about 150 bytes
a token of a batch; a document that is larger than a batch is one by itself.
"""

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from importlib.metadata import version
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pipelines import storage
from roots import sentencepiece_tokenizer
from roots.pieces import Pieces, cuts_like_bloom
from roots.tokenizer import padded as padded_size

if TYPE_CHECKING:
    from tokenizers import Tokenizer

ENDS = ("</s>", "<|endoftext|>", "<eos>")
"""What the token that ends a document is called: BLOOM and LLaMA, GPT-2 and NeoX, Gemma."""

BATCH_BYTES = 1_000_000
"""Text that is given to a library in one call."""

MOST_NAMED = 20
"""Candidates for an end token that an error lists."""

_PARALLEL = "TOKENIZERS_PARALLELISM"

Integers = npt.NDArray[np.int32]


class EncoderError(ValueError):
    """A file that is no tokenizer, an end token that it does not have, or a text that it cannot encode."""


@dataclass(frozen=True, eq=False)
class Encoder:
    """A tokenizer, ready to encode.

    `vocabulary` is one more than its highest number, `padded` that number as a trainer pads it, `library` what runs it.
    """

    name: str
    kind: str
    sha256: str
    library: str
    vocabulary: int
    padded: int
    ends: tuple[int, ...]
    candidates: tuple[str, ...]
    ids: Callable[[list[str]], list[Integers]]
    spelled: Callable[[int], str]
    text: Callable[[list[int]], str]

    @property
    def end(self) -> int:
        """Number of the token that ends every document; EncoderError when the file does not say which it is."""
        if len(self.ends) != 1:
            found = "several tokens that could end a document" if self.ends else "no token known to end a document"
            raise EncoderError(f"{self.name}: {found}; name it with --end or [tokens] end{_among(self.candidates)}")
        return self.ends[0]

    def tokens(self, texts: Sequence[str]) -> tuple[Integers, npt.NDArray[np.int64]]:
        """The tokens of all texts, one behind the other, [tokens]; and how many each has, [texts].

        Nothing is added. A text that gives no tokens has 0.
        """
        flat: list[Integers] = []
        lengths: list[int] = []
        for batch in _batches(texts):
            with _one_thread():
                found = self.ids(batch)
            for ids in self._without_ends(batch, found):
                flat.append(ids)
                lengths.append(len(ids))
        return np.concatenate(flat) if flat else np.zeros(0, np.int32), np.array(lengths, np.int64)

    def encode(self, texts: Sequence[str]) -> list[Integers]:
        """The tokens of each text, without the end-of-document token."""
        flat, lengths = self.tokens(texts)
        return _split(flat, lengths)

    def count(self, texts: Sequence[str]) -> npt.NDArray[np.int64]:
        """How many tokens each text has, [texts], the end-of-document token not among them."""
        return self.tokens(texts)[1]

    def decode(self, tokens: Sequence[int] | npt.NDArray[np.integer[Any]]) -> str:
        """The text of some tokens; special tokens show as they are spelled, where the library shows them."""
        return self.text([int(token) for token in tokens])

    def _without_ends(self, texts: list[str], found: list[Integers]) -> list[Integers]:
        """The tokens of texts, those encoded again in which the end token came up."""
        if len(self.ends) != 1 or not found or not (np.concatenate(found) == self.ends[0]).any():
            return found
        return [self._cut(text) if (ids == self.ends[0]).any() else ids for text, ids in zip(texts, found, strict=True)]

    def _cut(self, text: str) -> Integers:
        """The tokens of a text that is cut behind the first character of every spelling of the end token."""
        spelled = self.spelled(self.ends[0])
        parts = re.split(f"(?<={re.escape(spelled[:1])})(?={re.escape(spelled[1:])})", text) if spelled[1:] else [text]
        with _one_thread():
            tokens = np.concatenate(self.ids(parts))
        if (tokens == self.ends[0]).any():
            raise EncoderError(
                f"{self.name}: text gives the token {spelled!r}, which is to end documents; name another one with --end"
            )
        return tokens


def load(path: str, end: str | None = None, padded: int | None = None) -> Encoder:
    """Read a tokenizer from a path or URL.

    `end` names the token that ends a document. Without it: the only special token among `ENDS`; where none of them is
    special, the first that stands in the vocabulary; of a .model the end-of-sentence symbol. When there is none, or
    more than one, asking for `.end` is an EncoderError. `padded` is the size of the embedding matrix; without it that
    of `roots.tokenizer.padded`.
    """
    data = _read(path)
    encoder = _of_json(path, data, end) if _is_json(data) else _of_sentencepiece(path, data, end)
    padded = padded_size(encoder.vocabulary) if padded is None else padded
    if padded < encoder.vocabulary:
        raise EncoderError(
            f"{path}: padded to {padded:,} tokens, but its vocabulary has {encoder.vocabulary:,}; give so many or more"
        )
    return replace(encoder, padded=padded)


def identity(path: str) -> tuple[str, str]:
    """The SHA-256 of a tokenizer file and the library, with its version, that runs it: what its tokens depend on."""
    data = _read(path)
    return hashlib.sha256(data).hexdigest(), _library("tokenizers" if _is_json(data) else "sentencepiece")


@lru_cache(maxsize=2)
def loaded(path: str, sha256: str, end: str | None = None, padded: int | None = None) -> Encoder:
    """`load`, once per process and version of the file; EncoderError when it is not the file of this hash."""
    encoder = load(path, end, padded)
    if encoder.sha256 != sha256:
        raise EncoderError(f"{path}: was changed while it was in use; start again")
    return encoder


def _read(path: str) -> bytes:
    try:
        return storage.read_bytes(path)
    except (FileNotFoundError, IsADirectoryError, ValueError, ImportError) as error:
        raise EncoderError(f"{path}: there is no such file; give a tokenizer.json or a SentencePiece .model") from error


def _is_json(data: bytes) -> bool:
    return data.lstrip()[:1] == b"{"


def _library(name: str) -> str:
    return f"{name} {version(name)}"


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """The texts, in lists of about `BATCH_BYTES`."""
    batch: list[str] = []
    size = 0
    for text in texts:
        length = len(text.encode())
        if batch and size + length > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += length
    if batch:
        yield batch


@contextmanager
def _one_thread() -> Iterator[None]:
    """Have tokenizers work in this thread alone; it asks the environment in every call."""
    before = os.environ.get(_PARALLEL)
    os.environ[_PARALLEL] = "false"
    try:
        yield
    finally:
        if before is None:
            del os.environ[_PARALLEL]
        else:
            os.environ[_PARALLEL] = before


def _of_json(path: str, data: bytes, end: str | None) -> Encoder:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_str(data.decode())
        says = json.loads(data)
        added = [token for token in says.get("added_tokens") or () if isinstance(token, dict)]
    except Exception as error:  # the library raises bare Exception
        raise EncoderError(f"{path}: is no tokenizer.json that tokenizers reads ({error}); train it again") from error
    special = tuple(str(token["content"]) for token in added if token.get("special"))
    plain = [name for name in ENDS if tokenizer.token_to_id(name) is not None][:1]
    known = [name for name in ENDS if name in special] or plain
    numbers = [tokenizer.token_to_id(name) for name in ([end] if end is not None else known)]
    ends = tuple(number for number in numbers if number is not None)
    if len(ends) < len(numbers):
        raise EncoderError(f"{path}: end token {end!r}: it has no such token{_among(special)}")
    if end is not None and any(token["content"] == end and not token.get("special") for token in added):
        says = _with_special(says, end)
        tokenizer = Tokenizer.from_str(json.dumps(says))
    tokenizer.encode_special_tokens = True
    tokenizer.no_truncation()
    tokenizer.no_padding()
    if getattr(tokenizer.model, "dropout", None):
        tokenizer.model.dropout = None
    flat = partial(_flat, tokenizer)
    return Encoder(
        name=path,
        kind="tokenizers",
        sha256=hashlib.sha256(data).hexdigest(),
        library=_library("tokenizers"),
        vocabulary=max(tokenizer.get_vocab(with_added_tokens=True).values(), default=-1) + 1,
        padded=0,
        ends=ends,
        candidates=special,
        ids=Pieces(flat).ids if cuts_like_bloom(says) else lambda texts: _split(*flat(texts)),
        spelled=lambda number: str(tokenizer.id_to_token(number)),
        text=lambda tokens: str(tokenizer.decode(tokens, skip_special_tokens=False)),
    )


def _flat(tokenizer: "Tokenizer", texts: list[str]) -> tuple[Integers, npt.NDArray[np.int64]]:
    """The tokens of a batch one behind the other, and how many each text has."""
    found = tokenizer.encode_batch_fast(texts, add_special_tokens=False)
    lengths = np.array([len(encoding) for encoding in found], np.int64)
    tokens = np.fromiter(chain.from_iterable(encoding.ids for encoding in found), np.int32, int(lengths.sum()))
    return tokens, lengths


def _split(tokens: Integers, lengths: npt.NDArray[np.int64]) -> list[Integers]:
    """The tokens of each text."""
    ends = np.cumsum(lengths).tolist()
    return [tokens[start:stop] for start, stop in pairwise([0, *ends])]


def _with_special(says: dict[str, Any], end: str) -> dict[str, Any]:
    """What a tokenizer.json says, with the end token made special, so that it is not looked for in text."""
    added = [{**token, "special": True} if token["content"] == end else token for token in says["added_tokens"]]
    return {**says, "added_tokens": added}


def _of_sentencepiece(path: str, data: bytes, end: str | None) -> Encoder:
    from sentencepiece import SentencePieceProcessor

    try:
        model = SentencePieceProcessor(model_proto=data)
        size = int(model.get_piece_size())
    except (RuntimeError, TypeError) as error:
        raise EncoderError(f"{path}: is neither a tokenizer.json nor a SentencePiece .model") from error
    control = tuple(model.id_to_piece(number) for number in range(size) if model.is_control(number))
    ends = [model.eos_id() if end is None else model.piece_to_id(end)]
    if end is not None and model.id_to_piece(ends[0]) != end:
        raise EncoderError(f"{path}: end token {end!r}: it has no such token{_among(control)}")
    return Encoder(
        name=path,
        kind="sentencepiece",
        sha256=hashlib.sha256(data).hexdigest(),
        library=_library("sentencepiece"),
        vocabulary=size,
        padded=0,
        ends=tuple(number for number in ends if number >= 0),
        candidates=control,
        ids=lambda texts: sentencepiece_tokenizer.encode(model, texts),
        spelled=lambda number: str(model.id_to_piece(number)),
        text=lambda tokens: str(model.decode(tokens)),
    )


def _among(candidates: Sequence[str]) -> str:
    """The special tokens of a tokenizer, for the end of an error."""
    if not candidates:
        return "; it has no special tokens"
    more = f" and {len(candidates) - MOST_NAMED} more" if len(candidates) > MOST_NAMED else ""
    return f"; its special tokens: {', '.join(candidates[:MOST_NAMED])}{more}"
