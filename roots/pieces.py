"""The tokens of texts, piece by piece, for tokenizers that cut as BLOOM's does: the same tokens, faster.

BLOOM's pre-tokenizer cuts a text into pieces before anything else, and byte-level BPE looks at every piece by itself.
So the tokens of a text are those of its pieces, one behind the other, and most pieces of a text are words that were
seen before. Here texts are cut by a pattern of Python's `re` that says the same, the library is asked for each new
piece once, and what it said is remembered. Any other tokenizer is asked for whole texts (`roots.encoders`).
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from roots.tokenizer import PATTERN

BLOOM = r" ?[^(\s|[.,!?…。，、।۔،])]+"
"""The pattern as it stands in the tokenizer.json of BLOOM: a class inside a class, which means the same."""

WHITE = "\t-\r\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""White space but the space, as Oniguruma has it: without U+001C to U+001F, which Python counts too."""

MARKS = "(|)!.,?…。，、।۔،"
"""The punctuation of the pattern."""

CUT = re.compile(f" ?[^ {WHITE}{MARKS}]+|(?:[{WHITE}{MARKS}]| (?![^ {WHITE}{MARKS}]))+")
"""A piece: what the pattern matches, or all that stands between two matches."""

MOST_PIECES = 500_000
"""Pieces that are remembered; when there are more it begins anew. Memory: about 200 bytes each, so 100 MB."""

LONGEST = 100
"""Characters of a piece that is remembered."""

WORDS = 300
"""New words that are given to the library in one text."""

_WORD = re.compile(f" ?[^ {WHITE}{MARKS}]+")

Integers = npt.NDArray[np.int32]


def cuts_like_bloom(says: Mapping[str, Any]) -> bool:
    """Whether a tokenizer.json is byte-level BPE that looks at the pieces of `CUT` one by one.

    It has no normaliser, BLOOM's pre-tokenizer, and no plain tokens that are looked for in texts before.
    """
    pre, model = says.get("pre_tokenizer"), says.get("model")
    if says.get("normalizer") is not None or not isinstance(pre, dict) or not isinstance(model, dict):
        return False
    steps: list[Mapping[str, Any]] = pre.get("pretokenizers") or []
    if pre.get("type") != "Sequence" or [step.get("type") for step in steps] != ["Split", "ByteLevel"]:
        return False
    split, level = steps
    return (
        split.get("pattern") in ({"Regex": PATTERN}, {"Regex": BLOOM})
        and (split.get("behavior"), split.get("invert")) == ("Isolated", False)
        and (level.get("add_prefix_space"), level.get("use_regex")) == (False, False)
        and model.get("type") == "BPE"
        and all(token.get("special") for token in says.get("added_tokens") or ())
    )


class Pieces:
    """Asks a tokenizer that cuts like BLOOM's for every piece once.

    `encode` gives the tokens of texts one behind the other, and how many each has.
    """

    def __init__(self, encode: Callable[[list[str]], tuple[Integers, npt.NDArray[np.int64]]]) -> None:
        self._encode = encode
        self._known: dict[str, bytes] = {}  # int32 tokens of a piece

    def ids(self, texts: Sequence[str]) -> list[Integers]:
        """The tokens of each text."""
        cut = [CUT.findall(text) for text in texts]
        new = set(chain.from_iterable(cut)).difference(self._known)
        if new:
            self._known.update(self._ask(sorted(new)))
        found = [np.frombuffer(b"".join(map(self._known.__getitem__, pieces)), np.int32) for pieces in cut]
        if len(self._known) > MOST_PIECES:
            self._known.clear()
        for piece in new:
            if len(piece) > LONGEST:
                self._known.pop(piece, None)
        return found

    def _ask(self, pieces: Sequence[str]) -> Iterator[tuple[str, bytes]]:
        """The tokens of pieces from the library.

        Words are asked for in lines, which is faster than one by one: a line end is a piece of its own between them,
        and its byte stands in no word. Pieces of white space and marks would run together with it.
        """
        words = [piece for piece in pieces if _WORD.match(piece)]
        others = [piece for piece in pieces if not _WORD.match(piece)]
        lines = ["\n".join([*words[start : start + WORDS], ""]) for start in range(0, len(words), WORDS)]
        tokens, lengths = self._encode(["\n", *lines, *others])
        total, first = int(lengths[: len(lines) + 1].sum()), int(lengths[0])
        ends = np.flatnonzero(tokens[first:total] == tokens[0]) + first  # [words]
        if first == 1 and len(ends) == len(words):
            yield from zip(words, _bytes(tokens, np.append(first, ends[:-1] + 1), ends), strict=True)
        elif words:  # a vocabulary in which a byte is no token
            whole, sizes = self._encode(words)
            yield from zip(words, _bytes(whole, np.cumsum(sizes) - sizes, np.cumsum(sizes)), strict=True)
        stops = total + np.cumsum(lengths[len(lines) + 1 :])
        yield from zip(others, _bytes(tokens, np.append(total, stops[:-1]), stops), strict=True)


def _bytes(tokens: Integers, starts: npt.NDArray[np.int64], stops: npt.NDArray[np.int64]) -> Iterator[bytes]:
    """The tokens from each start up to its stop, as bytes."""
    data, size = tokens.tobytes(), tokens.itemsize
    for start, stop in zip((starts * size).tolist()[: len(stops)], (stops * size).tolist(), strict=True):
        yield data[start:stop]
