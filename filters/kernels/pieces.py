"""Words of a script without spaces: texts normalised by a kernel, cut by SentencePiece in one call, kept as numbers.

`filters.words.pieces` says what the words are. A piece is one word or none, whatever stands around it, so each piece
of a model is lower-cased and stripped once. What the model does not know has one number for all: a text that holds
such characters is cut a second time, into strings.
"""

from collections.abc import Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from filters.kernels.compiled import Array, constant
from filters.kernels.lists import code_points
from filters.kernels.measures import Pieces
from filters.kernels.normalising import GROWTH, forms, normalise_all
from filters.kernels.tables import code_points as characters
from filters.kernels.tables import starts
from filters.model_files import ModelError
from filters.words import processor, stripped


class Vocabulary(NamedTuple):
    """A model, and its pieces as words."""

    processor: Any
    numbers: Mapping[str, int]  # of the pieces
    codes: Array  # [code points] uint32, the pieces as words; nothing where a piece is no word
    starts: Array  # [pieces + 1] int32


class _Numbers(dict[str, int]):
    """Numbers of pieces, as they are asked for; one that the vocabulary does not have is given the next."""

    def __init__(self, known: Mapping[str, int]) -> None:
        super().__init__()
        self.known = known
        self.new: list[str] = []

    def __missing__(self, piece: str) -> int:
        number = self.known.get(piece)
        if number is None:
            number = len(self.known) + len(self.new)
            self.new.append(piece)
        self[piece] = number
        return number


@cache
def vocabulary(model: Path) -> Vocabulary:
    """The words that a model knows; made once in a process. Raises ModelError.

    A piece with a plain space in it is refused: a run of words would not tell where its words end.
    """
    loaded = processor(model)
    numbers = {loaded.id_to_piece(number): number for number in range(loaded.get_piece_size())}
    words = [_word(piece) for piece in numbers]
    if any(" " in word for word in words):
        raise ModelError(
            f"{model}: has pieces with plain spaces, such as {next(word for word in words if ' ' in word)!r}; "
            "train it with escape_whitespaces, which is SentencePiece's default"
        )
    return Vocabulary(loaded, numbers, code_points("".join(words)), starts(words))


def cut(data: Array, offsets: Array, known: Vocabulary) -> Pieces:
    """The words of texts, by number; numbers beyond the vocabulary's are those of unknown words.

    data: [bytes] uint8; offsets: [texts + 1] int32.
    """
    texts = _normalised(data, offsets)
    found: list[Array] = known.processor.encode(texts, return_type="numpy", num_threads=1)
    unknown, numbers = known.processor.unk_id(), _Numbers(known.numbers)
    for text, ids in enumerate(found):
        if (ids == unknown).any():
            again = known.processor.encode(texts[text], return_type=str)
            found[text] = np.array([numbers[piece] for piece in again], np.int32)
    ends = np.zeros(len(found) + 1, np.int64)
    np.cumsum([len(ids) for ids in found], out=ends[1:])
    every = np.concatenate([np.zeros(0, np.int32), *found])
    if not numbers.new:
        return Pieces(every, ends, known.codes, known.starts)
    words = [_word(piece) for piece in numbers.new]
    codes = np.concatenate([known.codes, code_points("".join(words))])
    begins = np.concatenate([known.starts[:-1], known.starts[-1] + starts(words)])
    return Pieces(every, ends, constant(codes), constant(begins))


def _normalised(data: Array, offsets: Array) -> list[bytes]:
    """Texts as the model reads them, in UTF-8."""
    size = int(offsets[-1] - offsets[0])
    codes, out = np.empty(int(np.diff(offsets).max(initial=0)), np.uint32), np.empty(GROWTH * size, np.uint8)
    ends = np.empty(len(offsets), np.int64)
    normalise_all(data, offsets, characters(), forms(), codes, out, ends)
    whole, places = out[: ends[-1]].tobytes(), ends.tolist()
    return [whole[start:end] for start, end in pairwise(places)]


def _word(piece: str) -> str:
    """A piece as a word; "" where nothing is left of it."""
    return "".join(stripped([piece.lower()]))
