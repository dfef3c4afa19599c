"""The tokenizer of BLOOM: byte-level BPE, lossless, without normalisation.

Text is cut in two steps before pieces are learned. First a pattern: one space, if there is one, and the run of
characters after it that are neither white space nor one of `( ) | . , ! ? … 。 ， 、 । ۔ ،`; what stands between
such runs stays as it is. Then every UTF-8 byte becomes one of 256 visible characters. Digits are not split, and
English contractions get no rule of their own. Source: the pre-tokenizer of bigscience/tokenizer, in which the
characters stand in a class inside a class; here they are in one flat class that means the same in every engine.

Documents may contain the *text* `</s>` (it is an HTML tag). Such text never becomes the special token: it is
encoded as ordinary characters, and the trainer never sees it whole, since a piece of that spelling would take the
special token's number.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from pipelines import storage

if TYPE_CHECKING:
    from tokenizers import Tokenizer

PATTERN = r" ?[^(\s|.,!?…。，、।۔،)]+"
"""One optional space and a run of other characters than white space and the punctuation of the class (Oniguruma)."""

SPECIAL_TOKENS = ("<unk>", "<s>", "</s>", "<pad>")
"""Their numbers are their places: 0, 1, 2, 3, as in BLOOM."""

END = SPECIAL_TOKENS.index("</s>")
"""Number of the token that ends every document."""

SMALLEST = 256 + len(SPECIAL_TOKENS)
"""Pieces that every vocabulary holds: all bytes, so that any text can be written, and the special tokens."""

MINIMUM_FREQUENCY = 2
"""A pair seen once in the sample is no pattern; with a small sample the vocabulary may stay below what was asked."""

_LITERALS = re.compile("|".join(re.escape(token) for token in SPECIAL_TOKENS))


class TokenizerError(ValueError):
    """A vocabulary that cannot be, or a file that is no tokenizer of ours."""


def train(texts: Iterable[str], vocabulary: int) -> "Tokenizer":
    """Learn a vocabulary of `vocabulary` pieces, special tokens and bytes included, from a sample of texts.

    The outcome depends on the texts alone, not on threads.
    """
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    if vocabulary < SMALLEST:
        raise TokenizerError(
            f"a vocabulary of {vocabulary} pieces; at least {SMALLEST} are needed (256 bytes and the special tokens)"
        )
    tokenizer = Tokenizer(models.BPE())
    _assemble(tokenizer)
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        min_frequency=MINIMUM_FREQUENCY,
        special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_without_literals(texts), trainer=trainer)
    return tokenizer


def encode(tokenizer: "Tokenizer", texts: Sequence[str]) -> list[npt.NDArray[np.int32]]:
    """The tokens of each text, without an end-of-document token; a text without characters gives none.

    `decode` gives the text back exactly. No token of a text is a special one.
    """
    found = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
    return [np.array(encoding.ids, dtype=np.int32) for encoding in found]  # [tokens] int32 each


def decode(tokenizer: "Tokenizer", tokens: Iterable[int] | npt.NDArray[np.integer]) -> str:
    """The text of some tokens; special tokens show as they are spelled."""
    return tokenizer.decode([int(token) for token in tokens], skip_special_tokens=False)


def to_bytes(tokenizer: "Tokenizer") -> bytes:
    """The `tokenizer.json` of a tokenizer, which depends on its vocabulary alone."""
    return (tokenizer.to_str(pretty=True) + "\n").encode()


def from_bytes(data: bytes, name: str = "tokenizer.json") -> "Tokenizer":
    """The tokenizer of a `tokenizer.json`; `name` is what errors call it."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_str(data.decode())
    except Exception as error:  # the library raises bare Exception
        raise TokenizerError(f"{name} is not a tokenizer.json ({error}); train the tokenizer again") from error
    for number, token in enumerate(SPECIAL_TOKENS):
        if tokenizer.token_to_id(token) != number:
            raise TokenizerError(
                f"{name}: {token} is {tokenizer.token_to_id(token)}, {number} expected; "
                "use a tokenizer made by this project"
            )
    # The file does not say it, and without it the text "</s>" would become the special token.
    tokenizer.encode_special_tokens = True
    return tokenizer


def save(tokenizer: "Tokenizer", path: str) -> storage.Written:
    """Write `tokenizer.json` at a path or URL."""
    return storage.write_bytes(path, to_bytes(tokenizer))


def load(path: str) -> "Tokenizer":
    """Read a `tokenizer.json` from a path or URL."""
    return from_bytes(storage.read_bytes(path), path)


def _assemble(tokenizer: "Tokenizer") -> None:
    """Everything around the vocabulary. There is no normaliser, so nothing is lost."""
    from tokenizers import Regex, decoders, pre_tokenizers, processors

    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(PATTERN), behavior="isolated", invert=False),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.encode_special_tokens = True


def _without_literals(texts: Iterable[str]) -> Iterator[str]:
    """The texts, cut where a special token is spelled out."""
    for text in texts:
        yield from filter(None, _LITERALS.split(text))
