"""Small language models for tests: pieces trained on a sentence or two, n-grams written by hand."""

from functools import cache
from pathlib import Path

from filters import registry
from filters.train_words import train
from tests.corpora import YORUBA, YORUBA_TOO

ARPA = """\\data\\
ngram 1=5
ngram 2=1

\\1-grams:
-2\t<unk>\t0
0\t<s>\t-0.3
-1\t</s>\t0
-0.5\t▁\t-0.2
-0.7\tà\t-0.2

\\2-grams:
-0.3\t▁ à

\\end\\
"""


@cache
def pieces() -> bytes:
    """A SentencePiece model of Yoruba, 60 pieces."""
    return train([YORUBA, YORUBA_TOO] * 5, vocabulary=60)


def put(place: Path, name: str = "tiny", *, sp: bytes | None = None, kenlm: bytes | None = None) -> registry.Registered:
    """Put a language model into a models folder and register it as it is, right or wrong."""
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{name}.sp").write_bytes(pieces() if sp is None else sp)
    (place / f"{name}.kenlm").write_bytes(ARPA.encode() if kenlm is None else kenlm)
    files = tuple(registry.describe(place / f"{name}.{end}") for end in ("sp", "kenlm"))
    model = registry.Registered(name, ("yo",), "CC0-1.0", files, {"origin": "a test"})
    registry.register(model, place)
    return model
