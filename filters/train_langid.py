"""Trains the model that tells languages apart: a fastText classifier of character n-grams, quantised.

    roots train-langid --text train.jsonl.gz --text rest.jsonl.gz --output model.ftz

Each language is a label, those that the corpus does not have too. One label for all of these was tried and is worse:
a sum of n-grams cannot be near to a hundred languages at once, and took Asturian for Spanish and Malay for Indonesian.
"""

import ctypes
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from unicodedata import normalize

from filters.langid_text import Labelled, TextError
from lang_params.languages import codes

Loss = Literal["softmax", "hs"]

TONES = str.maketrans("", "", "\u0300\u0301\u0302\u0304\u030c")
"""Takes grave, acute, circumflex, macron and caron off, which write tones in Africa; what changes a letter stays."""

CHINESE = {"zhs": "zh", "zht": "zh", "yue": "zh"}
"""One label of the model: filters/roots_lid.py tells the two scripts apart by characters. What FLORES-200 has as
Cantonese is standard Chinese: none of its sentences has a character of written Cantonese (嘅, 喺, 咗, 冇)."""

PERTURB = -6
"""The option of mallopt(3) that says what new memory is filled with."""


@dataclass(frozen=True)
class Recipe:
    """How a model is trained; the defaults are those of roots-lid, chosen on text that no model was trained on."""

    dimensions: int = 16
    shortest: int = 3
    longest: int = 4
    buckets: int = 300_000
    epochs: int = 8
    learning_rate: float = 0.5
    loss: Loss = "softmax"
    characters: int = 500_000
    other_characters: int = 150_000
    repeats: int = 4
    seed: int = 1


def lines(records: Sequence[Labelled], recipe: Recipe) -> list[str]:
    """The lines that fastText is trained on, shuffled: a label, and text as it is asked about, lower-cased on one line.

    Each language of the corpus gets `characters`, each other one `other_characters`, but no text comes more than
    `repeats` times. Of a text there are whole records, runs of some of its words or characters, and several records in
    a row; some with their marks taken apart (NFD), and some without tone marks, as much text of Yoruba is. Raises
    TextError for a single language.
    """
    by_label: dict[str, list[str]] = defaultdict(list)
    for record in records:
        line = " ".join(record.text.lower().split())
        if line:
            by_label[CHINESE.get(record.label, record.label)].append(line)
    if len(by_label) < 2:
        only = next(iter(by_label), "none")
        raise TextError(f"the text is in one language alone ({only}); a model needs at least two to tell apart")
    ours = {*codes(), "zh"}
    found = []
    for label, texts in sorted(by_label.items()):
        wanted = recipe.characters if label in ours else recipe.other_characters
        limit = min(wanted, recipe.repeats * sum(map(len, texts)))
        found += [f"__label__{label} {line}" for line in _varied(texts, limit, random.Random(f"{recipe.seed} {label}"))]
    random.Random(recipe.seed).shuffle(found)
    return found


def train(records: Sequence[Labelled], recipe: Recipe) -> bytes:
    """The model file, quantised (.ftz): the same bytes for the same records and recipe.

    One thread, since sums of floating-point numbers depend on their order. Words have no rows of their own but for the
    most frequent (fastText needs one at least): n-grams do as well, and the file is smaller. Raises TextError where
    there is too little text, or training comes to no end.
    """
    import fasttext

    if recipe.shortest > recipe.longest:
        raise TextError(f"n-grams of {recipe.shortest} to {recipe.longest} characters: the shortest is longer")
    with tempfile.TemporaryDirectory() as folder, zeroed_memory():
        text, file = Path(folder) / "lines.txt", Path(folder) / "model.ftz"
        written = lines(records, recipe)
        text.write_text("\n".join(written) + "\n", encoding="utf-8")
        try:
            trained = fasttext.train_supervised(
                str(text),
                dim=recipe.dimensions,
                minn=recipe.shortest,
                maxn=recipe.longest,
                bucket=recipe.buckets,
                epoch=recipe.epochs,
                lr=recipe.learning_rate,
                loss=recipe.loss,
                minCount=max(1, len(written) // 400),
                wordNgrams=1,
                thread=1,
                seed=recipe.seed,
                verbose=0,
            )
            trained.quantize(dsub=2, qnorm=True, thread=1, verbose=0)
        except (RuntimeError, ValueError) as error:
            raise TextError(f"fastText cannot train on this text: {error}; {_advice(str(error))}") from None
        trained.save_model(str(file))
        return file.read_bytes()


def _advice(error: str) -> str:
    return "try a lower --learning-rate" if "NaN" in error else "give more text, or more --buckets"


def _varied(texts: Sequence[str], limit: int, chance: random.Random) -> Iterator[str]:
    """Lines made of some texts, until they have so many characters."""
    size = 0
    while True:
        order = list(range(len(texts)))
        chance.shuffle(order)
        for at in order:
            line = _respelled(_cut(texts, at, chance), chance)
            yield line
            size += len(line)
            if size >= limit:
                return


def _cut(texts: Sequence[str], at: int, chance: random.Random) -> str:
    """A text, a run of its words or of its characters where it has few words, or it and up to three that follow."""
    kind = chance.random()
    if kind < 0.45:
        return texts[at]
    if kind < 0.7:
        return " ".join(texts[at : at + chance.randint(2, 4)])
    words = texts[at].split()
    if len(words) > 3:
        size = chance.randint(3, 10)
        start = chance.randrange(max(1, len(words) - size + 1))
        return " ".join(words[start : start + size])
    size = chance.randint(6, 30)
    start = chance.randrange(max(1, len(texts[at]) - size + 1))
    return texts[at][start : start + size]


def _respelled(line: str, chance: random.Random) -> str:
    """A line as it is, with its marks apart, or without tone marks."""
    kind = chance.random()
    if kind < 0.7:
        return normalize("NFC", line)
    if kind < 0.85:
        return normalize("NFD", line)
    return normalize("NFC", normalize("NFD", line).translate(TONES))


@contextmanager
def zeroed_memory() -> Iterator[None]:
    """Within it, memory that is newly taken holds zeros, where the C library is glibc.

    With one thread fastText 0.9.3 sets only a tenth of its matrix before training (DenseMatrix::uniform) and trains
    on with what happens to be in the rest: often NaN, and other bytes at each run.
    """
    mallopt: Any = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is None:
        yield
        return
    mallopt(PERTURB, 255)  # memory is filled with the complement of this byte
    try:
        yield
    finally:
        mallopt(PERTURB, 0)
