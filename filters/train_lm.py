"""Trains the language model of a language: SentencePiece pieces, and KenLM n-grams over them, as ROOTS did.

Text goes in as documents and is written to disk as normalised lines: digits 0, punctuation ASCII, case kept. From
there both models are trained, in bounded memory and the same bytes every time. ROOTS trained on up to a million
openings of Wikipedia articles, 40,000 pieces, order 5; source: section "perplexity" of its training scripts
(edugp/kenlm), which follow CCNet.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from filters import lmplz
from filters.model_files import ModelError
from filters.train_words import COVERAGE, train_normalised
from filters.words import normalise

PIECES = 40_000
"""Pieces of ROOTS's models."""

ORDER = 5
"""Order of ROOTS's models. `lmplz` of `make lmplz` knows 2 to 6."""

EACH = 100
"""Characters of text there have to be for each piece, where the number of pieces is chosen here: a piece is some four
characters long, so that it stands in the text 25 times on average, often enough to be estimated."""

SAMPLE = 50_000_000
"""Characters that pieces are trained on at most, evenly spread lines of the text: SentencePiece holds them in memory.
N-grams are counted over all of the text."""

Tell = Callable[[str], object]
"""Takes a line that says how far a long training is."""

META = 3
"""Pieces that are no text: <unk>, <s>, </s>."""

_MOST, _LEAST = re.compile(r"value <= (\d+)"), re.compile(r"required_chars\. \d+ vs (\d+)")
BATCH = 10_000
"""Lines that are cut into pieces at a time."""


@dataclass(frozen=True)
class Lines:
    """A file of normalised lines, and what is in it; `alphabet` counts the characters that pieces must cover."""

    file: Path
    documents: int
    lines: int
    characters: int
    alphabet: int


@dataclass(frozen=True)
class Pair:
    """The two files of a language model, and with which settings they were made."""

    pieces: Path
    model: Path
    settings: dict[str, int | float | str]


def write_lines(texts: Iterable[str], file: Path) -> Lines:
    """Write the lines of texts normalised, one a line; those without a letter or digit are left out.

    A line of the text, not the whole of it, is what the models see between their marks of beginning and end, as
    ROOTS's saw openings of articles. Memory: one text.
    """
    characters: Counter[str] = Counter()
    documents = lines = 0
    with file.open("w", encoding="utf-8", errors="replace", newline="\n") as out:
        for text in texts:
            documents += 1
            for line in text.split("\n"):
                clean = normalise(line, lower=False)
                if any(map(str.isalnum, clean)):
                    out.write(f"{clean}\n")
                    characters.update(clean)
                    lines += 1
    return Lines(file, documents, lines, characters.total(), _alphabet(characters))


def choose_pieces(lines: Lines) -> int:
    """The number of pieces for an amount of text: one for each 100 characters, 40,000 at most, each character one.

    >>> choose_pieces(Lines(Path("a"), 1, 9, 3_000_000, 60)), choose_pieces(Lines(Path("a"), 1, 9, 9_000, 60))
    (30000, 126)
    """
    return min(PIECES, max(lines.characters // EACH, 2 * (lines.alphabet + META)))


def train_pair(
    lines: Lines, tools: lmplz.Tools, *, pieces: int | None = None, order: int = ORDER, tell: Tell = print
) -> Pair:
    """Train both models beside the file of lines; returns where they are.

    `pieces` None chooses their number by the amount of text, and takes the nearest possible one where SentencePiece
    finds it impossible. `tell` is given a line now and then on how far it is. Raises ModelError when there is too
    little text, or not for so many pieces.
    """
    from sentencepiece import SentencePieceProcessor

    folder = lines.file.parent
    tell(f"training pieces on {min(lines.characters, SAMPLE):,} characters")
    data = _train_pieces(lines, pieces)
    pieces_file = folder / "model.sp"
    pieces_file.write_bytes(data)
    processor = SentencePieceProcessor(model_proto=data)
    tell(f"{processor.get_piece_size():,} pieces; counting n-grams of up to {order}")
    model = lmplz.estimate(tools, _cut(lines, processor, tell), order=order, folder=folder)
    return Pair(pieces_file, model, {"pieces": processor.get_piece_size(), "order": order, "coverage": COVERAGE})


def read_lines(lines: Lines, *, most: int | None = None) -> Iterator[str]:
    """The lines of a file; where they have more characters than `most`, every second, third ... line."""
    step = 1 if most is None else -(-lines.characters // most)
    with lines.file.open(encoding="utf-8", newline="\n") as file:
        for number, line in enumerate(file):
            if number % step == 0:
                yield line.rstrip("\n")


def _train_pieces(lines: Lines, asked: int | None) -> bytes:
    if not lines.lines:
        raise ModelError("the text holds no line with a letter or digit; nothing can be trained on it")
    number = asked or choose_pieces(lines)
    for _ in range(3):
        try:
            return train_normalised(read_lines(lines, most=SAMPLE), vocabulary=number)
        except ValueError as error:
            bound = _MOST.search(str(error)) or _LEAST.search(str(error))
            if bound is None:
                raise ModelError(f"{error}; give more text") from error
            if asked is not None:
                at = "most" if _MOST.search(str(error)) else "least"
                raise ModelError(
                    f"--pieces {asked}: for this text at {at} {bound[1]} pieces are possible; give that number, or "
                    "leave --pieces out"
                ) from error
            number = int(bound[1])
    raise ModelError("no number of pieces fits this text; give more text")


def _alphabet(characters: Counter[str]) -> int:
    """The number of characters, from the most frequent on, that make up COVERAGE of a text."""
    wanted, covered = COVERAGE * (characters.total() - characters[" "]), 0
    common = [count for character, count in characters.most_common() if character != " "]
    for place, count in enumerate(common):
        if covered >= wanted:
            return place
        covered += count
    return len(common)


def _cut(lines: Lines, processor: Any, tell: Tell) -> Iterator[str]:
    """The lines cut into pieces, joined by spaces."""
    rest, count = read_lines(lines), 0
    while batch := list(islice(rest, BATCH)):
        yield from map(" ".join, processor.encode(batch, out_type=str, num_threads=1))
        count += len(batch)
        if count % (100 * BATCH) == 0:
            tell(f"{count:,} of {lines.lines:,} lines cut into pieces")
    tell("estimating the model")
