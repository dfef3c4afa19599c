"""MinHash signatures: ours and its peers, on the same texts and with the same parameters; and how well they estimate.

Every peer is given what its interface takes. Ours takes texts; the others are given shingles, which are cut as their
own documentation does: words by a regular expression, five of them joined by a space. That is counted, for ours counts
it too; what they take without it is shown beside.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from filters.signing import MinHash
from tests.bench.stages import Work
from tests.bench.texts import Sample

BATCH = 1000
"""Texts of a batch, as curation has them."""

WORD = re.compile(r"\w+")

SIMILARITIES = (0.5, 0.7, 0.8, 0.9)

Flags = NDArray[np.bool_]


def work(data: Sequence[Sample]) -> dict[str, Work]:
    """Signatures of 112 rows of word 5-grams, each as a piece of work to be timed."""
    from datasketch import MinHash as Datasketch
    from rensa import RMinHash

    from filters.minhash_batch import shingle_texts, sign_texts

    how = MinHash()
    plain = [text for text, _ in data]
    batches = [pa.array(plain[start : start + BATCH]) for start in range(0, len(plain), BATCH)]
    cut = [shingles(text, how.n) for text in plain]
    encoded = [[shingle.encode() for shingle in of_one] for of_one in cut]
    blank = Datasketch(num_perm=how.functions)

    def datasketch(of_one: Sequence[bytes]) -> Any:
        signature = blank.copy()
        signature.update_batch(of_one)
        return signature

    return {
        "signatures": lambda: [sign_texts(batch, how) for batch in batches],
        "shingles, sorted": lambda: [shingle_texts(batch, how) for batch in batches],
        "rensa": lambda: RMinHash.digest_matrix_from_token_sets(
            [shingles(text, how.n) for text in plain], how.functions, 42
        ),
        "rensa, shingles made before": lambda: RMinHash.digest_matrix_from_token_sets(cut, how.functions, 42),
        "rensa, its Rho sketch": lambda: RMinHash.digest_matrix_from_token_sets_rho(
            [shingles(text, how.n) for text in plain], how.functions, 42
        ),
        "datasketch": lambda: [datasketch([s.encode() for s in shingles(text, how.n)]) for text in plain],
        "datasketch, shingles made before": lambda: [datasketch(of_one) for of_one in encoded],
    }


def shingles(text: str, n: int) -> list[str]:
    """Runs of n words, as a peer is given them."""
    words = WORD.findall(text.lower())
    return [" ".join(words[start : start + n]) for start in range(len(words) - n + 1)]


def datatrove(data: Sequence[Sample], python: Path, rounds: int) -> tuple[list[Sample], float, dict[str, str]]:
    """datatrove's MinhashDedupSignature: the texts it could take, its CPU seconds, and what it left out and why."""
    from tests.bench import runs

    taken, said = runs.datatrove(data, python, rounds, script="datatrove_signatures.py")
    return taken, median(said["seconds"]), said["left_out"]


class Quality(NamedTuple):
    """Of pairs of one similarity: the root of the mean squared error of its estimate, and the share of pairs that have
    an equal band; and what theory says of both, for independent hash functions."""

    similarity: float
    error: float
    error_in_theory: float
    paired: float
    paired_in_theory: float


def quality(how: MinHash, shingles: int, pairs: int) -> list[Quality]:
    """How estimates err, for pairs of texts of so many different shingles together, by similarity."""
    from filters.minhash_batch import estimate, sign_texts

    how = replace(how, unit="words", n=1)
    found = []
    for similarity in SIMILARITIES:
        one, other, exact = _pairs(shingles, similarity, pairs)
        first, second = (sign_texts(pa.array(texts), how) for texts in (one, other))
        errors = estimate(_sketches(first), _sketches(second)) - exact
        equal: Flags = (_bands(first, how) == _bands(second, how)).any(axis=1)
        in_theory = float(np.sqrt(exact * (1 - exact) / how.functions)), 1 - (1 - exact**how.rows) ** how.bands
        found.append(
            Quality(exact, float(np.sqrt(np.mean(errors**2))), in_theory[0], float(equal.mean()), in_theory[1])
        )
    return found


def _pairs(shingles: int, similarity: float, pairs: int) -> tuple[list[str], list[str], float]:
    """Pairs of texts of words that no other text has, of which a share is in both."""
    shared = round(shingles * similarity)
    middle = shared + (shingles - shared) // 2
    one, other = [], []
    for pair in range(pairs):
        words = [f"w{pair * shingles + number}" for number in range(shingles)]
        one.append(" ".join(words[:middle]))
        other.append(" ".join([*words[:shared], *words[middle:]]))
    return one, other, shared / shingles


def _sketches(signed: dict[str, pa.Array]) -> NDArray[np.uint8]:
    return np.array([np.frombuffer(sketch, np.uint8) for sketch in signed["sketch"].to_pylist()])


def _bands(signed: dict[str, pa.Array], how: MinHash) -> NDArray[np.uint64]:
    found: NDArray[np.uint64] = signed["bands"].flatten().to_numpy().reshape(-1, how.bands)
    return found


def spaced(data: Sequence[Sample]) -> list[Sample]:
    """The texts in languages that separate words: only of those are the peers' shingles like ours."""
    return [sample for sample in data if sample.params.words == "whitespace"]
