"""The filter perplexity: how far a text is from what a language model of good text expects.

The model is a pair: SentencePiece pieces and a KenLM n-gram model over them, of one language. ROOTS used order 5,
trained on the openings of Wikipedia articles. Which pair belongs to a language is not decided here: paths come in.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from filters.model_files import ModelError, check_ngrams
from filters.words import encoder, normalise, processor

BATCH = 1_000_000
"""Characters of text that are cut into pieces at a time; a longer text is a batch of its own."""


def perplexity(text: str, *, pieces: Path, model: Path) -> float:
    """Perplexity of a text for each piece, rounded to one decimal, from 1 (expected to the letter) upwards.

    The text is normalised onto one line with its case kept, cut into the pieces of the SentencePiece model at
    `pieces`, and scored with its beginning and end by the KenLM model (binary or ARPA) at `model`. The end counts as
    one piece, so an empty text has a perplexity too. The rounding is part of the measure: the original compares the
    rounded value. Source: ROOTS, `Filtering.compute_perplexity_score` of filtering.py.

    Both models are loaded once in a process, at the first text, and stay in memory. A file that is missing or is no
    such model raises ModelError.
    """
    return _of_line(" ".join(encoder(pieces)(normalise(text, lower=False))), _model(model))


def perplexities(texts: Sequence[str], *, pieces: Path, model: Path) -> list[float]:
    """The perplexity of each text, as `perplexity` gives it, with the texts cut into pieces a batch at a time.

    Memory beside the models: that of a batch of a million characters, or of the longest text.
    """
    cutter, ngrams = processor(pieces), _model(model)
    found: list[float] = []
    for batch in _batches(texts):
        lines = [normalise(text, lower=False) for text in batch]
        cut = cutter.encode(lines, out_type=str, num_threads=1)
        found += [_of_line(" ".join(line), ngrams) for line in cut]
    return found


def _of_line(line: str, model: Any) -> float:
    """Perplexity of pieces joined by spaces."""
    score: float = model.score(line, bos=True, eos=True)
    pieces_and_end = len(line.split()) + 1
    return round(float(10.0 ** (-score / pieces_and_end)), 1)


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """Neighbouring texts of up to BATCH characters together, each text in one batch."""
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and size + len(text) > BATCH:
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch


@cache
def _model(path: Path) -> Any:
    """The KenLM model of a file."""
    import kenlm

    check_ngrams(path)
    quiet = kenlm.Config()
    quiet.show_progress = False
    try:
        return kenlm.Model(str(path), quiet)
    except (RuntimeError, OSError, UnicodeDecodeError, MemoryError) as error:
        reason = " ".join(str(error).split())[-200:]
        raise ModelError(f"{path}: is an n-gram model that is not whole ({reason})") from error
