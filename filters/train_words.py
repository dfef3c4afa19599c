"""Trains the word model of a language whose script has no spaces: a SentencePiece unigram model, as ROOTS used.

    python -m catalog.demo.chinese zh.txt
    python -m filters.train_words zh.txt filters/models/zh_words.model

makes filters/models/zh_words.model again, byte by byte, in two minutes.
"""

import sys
from collections.abc import Iterable
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from filters.words import normalise

VOCABULARY = 24_000
"""Pieces. ROOTS trained 40,000 on a million Wikipedia articles; here 8,000 hold hardly more than single characters, and
from 24,000 to 32,000 the words of unseen text get only 3 % longer."""

COVERAGE = 0.9995
"""Share of the text's characters that are pieces. Source: the training script of the ROOTS models."""

MAX_LINE_BYTES = 65_536
"""A longer line is left out by SentencePiece; its own default, 4,192, would lose paragraphs."""


def train(lines: Iterable[str], *, vocabulary: int = VOCABULARY) -> bytes:
    """The model file trained on some lines of text, the same bytes for the same lines.

    Lines are normalised as the original's training text: digits become 0, punctuation becomes ASCII, case stays.
    Raises ValueError when there is too little text for so many pieces.
    """
    return train_normalised((normalise(line, lower=False) for line in lines), vocabulary=vocabulary)


def train_normalised(lines: Iterable[str], *, vocabulary: int) -> bytes:
    """The model file trained on some lines that are normalised already, as `train`.

    The model's own normalisation is SentencePiece's default (nmt_nfkc), which the original left as it is. One thread,
    since sums of floating-point numbers depend on their order; no path and no clock get into the file. Raises
    ValueError when there is too little text for so many pieces.
    """
    import sentencepiece

    model = BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines),
            model_writer=model,
            model_type="unigram",
            vocab_size=vocabulary,
            character_coverage=COVERAGE,
            max_sentence_length=MAX_LINE_BYTES,
            num_threads=1,
            minloglevel=1,
        )
    except RuntimeError as error:
        raise ValueError(f"no model of {vocabulary} pieces can be trained on this text: {error}") from None
    return model.getvalue()


def main(arguments: list[str]) -> None:
    """Trains on the lines of a text file, writes the model and prints its size and sha256."""
    if len(arguments) != 2:
        sys.exit(__doc__)
    text, model = map(Path, arguments)
    if not text.is_file():
        sys.exit(f"{text}: there is no such file; make it with: python -m catalog.demo.chinese {text}")
    try:
        model.write_bytes(train(text.read_text(encoding="utf-8").split("\n")))
    except ValueError as error:
        sys.exit(f"{text}: {error}")
    print(f"{model}: {model.stat().st_size} bytes, sha256 {sha256(model.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main(sys.argv[1:])
