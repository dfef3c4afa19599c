"""The tokenizer of BLOOM: byte-level BPE, lossless, without normalisation.

Text is cut in two steps before pieces are learned. First a pattern: one space, if there is one, and the run of
characters after it that are neither white space nor one of `( ) | . , ! ? … 。 ， 、 । ۔ ،`; what stands between
such runs stays as it is. Then every UTF-8 byte becomes one of 256 visible characters. Digits are not split, and
English contractions get no rule of their own. Source: the pre-tokenizer of bigscience/tokenizer, in which the
characters stand in a class inside a class; here they are in one flat class that means the same in every engine.

Documents may contain the *text* `</s>` (it is an HTML tag). Such text never becomes the special token: it is
encoded as ordinary characters, and the trainer never sees it whole, since a piece of that spelling would take the
special token's number. This holds for whoever loads the file: special and reserved tokens stand in its vocabulary,
but not in its list of added tokens, for which the library would look in every text. `tokenizer_config.json` tells
transformers which they are, and that they are not to be looked for either.

Of a vocabulary some tokens can be reserved for later use, such as placeholders of personal data; BLOOM kept 200 of its
250,680. They follow the special tokens, so that their numbers do not depend on how large the vocabulary became.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

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

LARGEST = 250_680
"""Pieces of BLOOM's vocabulary. Source: BLOOM paper, section 3.3."""

PAD_TO = 128
"""Rows of an embedding matrix are a multiple of this on each device that holds a part of it. Source: Megatron's default
of --make-vocab-size-divisible-by."""

NO_LIMIT = 10**30
"""How transformers writes that texts may have any length."""

MOST_RESERVED = 1000
"""Tokens that can be reserved: their names have three digits."""

MINIMUM_FREQUENCY = 2
"""A pair seen once in the sample is no pattern; with a small sample the vocabulary may stay below what was asked."""

_LITERALS = re.compile("|".join([*(re.escape(token) for token in SPECIAL_TOKENS), "<reserved_[0-9]{3}>"]))

_STRAYS = re.compile("([^\ud800-\udfff]*)([\ud800-\udfff]*)")
"""Text, then bytes that are none as Python holds them."""


class TokenizerError(ValueError):
    """A vocabulary that cannot be, or a file that is no tokenizer of ours."""


def reserved_tokens(count: int) -> tuple[str, ...]:
    """The names of `count` reserved tokens; their numbers follow those of the special tokens.

    >>> reserved_tokens(2)
    ('<reserved_000>', '<reserved_001>')
    """
    return tuple(f"<reserved_{number:03}>" for number in range(count))


def padded(vocabulary: int, *, devices: int = 1) -> int:
    """Rows of the embedding matrix for a vocabulary, where so many tensor-parallel devices share the matrix.

    BLOOM had four: its 250,880 is what to give Megatron as --pad-vocab-size-to.

    >>> padded(250_680, devices=4), padded(250_680), padded(8_064)
    (250880, 250752, 8064)
    """
    return -(-vocabulary // (PAD_TO * devices)) * PAD_TO * devices


def train(texts: Iterable[str], vocabulary: int, *, reserved: int = 0) -> "Tokenizer":
    """Learn a vocabulary of `vocabulary` pieces, special and reserved tokens and bytes included, from texts.

    The outcome depends on the texts alone, not on threads. Memory: the different words of the texts, not the texts.
    """
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers

    check_sizes(vocabulary, reserved)
    tokenizer = Tokenizer(models.BPE())
    _assemble(tokenizer)
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        min_frequency=MINIMUM_FREQUENCY,
        special_tokens=[*SPECIAL_TOKENS, *reserved_tokens(reserved)],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(without_literals(texts), trainer=trainer)
    return from_bytes(to_bytes(tokenizer))


def check_sizes(vocabulary: int, reserved: int) -> None:
    """Raise TokenizerError when so many reserved tokens, the bytes and the special tokens leave no vocabulary."""
    if vocabulary < SMALLEST + reserved:
        kept = f", the special tokens and {reserved} reserved ones" if reserved else " and the special tokens"
        raise TokenizerError(
            f"a vocabulary of {vocabulary} pieces; at least {SMALLEST + reserved} are needed (256 bytes{kept})"
        )


def encode(tokenizer: "Tokenizer", texts: Sequence[str]) -> list[npt.NDArray[np.int32]]:
    """The tokens of each text, without an end-of-document token; a text without characters gives none.

    `decode` gives the text back exactly. No token of a text is a special one.
    """
    found = tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
    return [np.array(encoding.ids, dtype=np.int32) for encoding in found]  # [tokens] int32 each


def decode(tokenizer: "Tokenizer", tokens: Iterable[int] | npt.NDArray[np.integer]) -> str:
    """The text of some tokens; special tokens show as they are spelled."""
    return tokenizer.decode([int(token) for token in tokens], skip_special_tokens=False)


def encode_bytes(tokenizer: "Tokenizer", data: bytes) -> list[int]:
    """The tokens of any bytes, also of such as are no text: what is UTF-8 as text, every other byte by itself.

    `decode_bytes` gives the bytes back.
    """
    found: list[int] = []
    numbers = tokenizer.get_vocab(with_added_tokens=False)
    for text, strays in _STRAYS.findall(data.decode(errors="surrogateescape")):
        found += encode(tokenizer, [text])[0].tolist()
        found += [numbers[_visible()[byte]] for byte in strays.encode(errors="surrogateescape")]
    return found


def decode_bytes(tokenizer: "Tokenizer", tokens: Iterable[int]) -> bytes:
    """The bytes of any tokens in any order. `decode` shows what of them is no UTF-8 as U+FFFD.

    Raises TokenizerError for a number that no token has.
    """
    back = {character: byte for byte, character in enumerate(_visible())}
    found = bytearray()
    for token in tokens:
        piece = tokenizer.id_to_token(int(token))
        if piece is None:
            raise TokenizerError(f"token {token}: there are {tokenizer.get_vocab_size():,}, from 0 on")
        found.extend(back[character] for character in piece)
    return bytes(found)


def to_bytes(tokenizer: "Tokenizer") -> bytes:
    """The `tokenizer.json` of a tokenizer, which depends on its vocabulary alone. It lists no added tokens."""
    described = json.loads(tokenizer.to_str()) | {"added_tokens": []}
    return (json.dumps(described, indent=2, ensure_ascii=False) + "\n").encode()


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
    # Our own files need none of this; one that lists the tokens would else find the special token in the text "</s>".
    tokenizer.encode_special_tokens = True
    return tokenizer


def save(tokenizer: "Tokenizer", path: str) -> storage.Written:
    """Write `tokenizer.json` at a path or URL."""
    return storage.write_bytes(path, to_bytes(tokenizer))


def load(path: str) -> "Tokenizer":
    """Read a `tokenizer.json` from a path or URL."""
    return from_bytes(storage.read_bytes(path), path)


def descriptions(reserved: int) -> dict[str, bytes]:
    """The files beside `tokenizer.json` with which transformers opens the folder, by name.

    `split_special_tokens` is what keeps it from looking for special tokens in texts; a caller can ask for them again.
    The second file is for versions before 5, which keep the names of special tokens in it.
    """
    unknown, begin, end, pad = SPECIAL_TOKENS
    names: dict[str, Any] = {"bos_token": begin, "eos_token": end, "pad_token": pad, "unk_token": unknown}
    names["additional_special_tokens"] = list(reserved_tokens(reserved))
    config = names | {
        "add_prefix_space": False,
        "clean_up_tokenization_spaces": False,
        "model_max_length": NO_LIMIT,
        "split_special_tokens": True,
        "tokenizer_class": "PreTrainedTokenizerFast",
    }
    files = {"special_tokens_map.json": names, "tokenizer_config.json": config}
    return {file: (json.dumps(value, indent=2, sort_keys=True) + "\n").encode() for file, value in files.items()}


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


def without_literals(texts: Iterable[str]) -> Iterator[str]:
    """The texts, cut where a special or reserved token is spelled out."""
    for text in texts:
        yield from filter(None, _LITERALS.split(text))


@cache
def _visible() -> list[str]:
    """The visible character that stands for each byte, [256]: itself where it is one, else one from U+0100 on.

    Source: `bytes_to_unicode` of GPT-2's encoder.py.
    """
    shown = {*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)}
    others = iter(range(256, 512))
    return [chr(byte if byte in shown else next(others)) for byte in range(256)]
