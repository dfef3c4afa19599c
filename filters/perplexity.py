"""The filter perplexity: how far a text is from what a language model of good text expects.

The model is a pair: SentencePiece pieces and a KenLM n-gram model over them, of one language. ROOTS used order 5,
trained on the openings of Wikipedia articles. Which pair belongs to a language is not decided here: paths come in.
"""

from functools import cache
from pathlib import Path
from typing import Any

from filters.words import encoder, normalise


def perplexity(text: str, *, pieces: Path, model: Path) -> float:
    """Perplexity of a text for each piece, rounded to one decimal, from 1 (expected to the letter) upwards.

    The text is normalised onto one line with its case kept, cut into the pieces of the SentencePiece model at
    `pieces`, and scored with its beginning and end by the KenLM model (binary or ARPA) at `model`. The end counts as
    one piece, so an empty text has a perplexity too. The rounding is part of the measure: the original compares the
    rounded value. Source: ROOTS, `Filtering.compute_perplexity_score` of filtering.py.

    Both models are loaded once in a process, at the first text, and stay in memory. A file that is missing or is no
    model raises the error of its library, which names the file: RuntimeError from SentencePiece, OSError from KenLM.
    """
    line = " ".join(encoder(pieces)(normalise(text, lower=False)))
    score: float = _model(model).score(line, bos=True, eos=True)
    pieces_and_end = len(line.split()) + 1
    return round(float(10.0 ** (-score / pieces_and_end)), 1)


@cache
def _model(path: Path) -> Any:
    """The KenLM model of a file."""
    import kenlm

    quiet = kenlm.Config()
    quiet.show_progress = False
    return kenlm.Model(str(path), quiet)
