"""Classifiers of all the kinds that fastText writes, trained on a few made-up words."""

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

KINDS: dict[str, dict[str, Any]] = {
    "hs": {"loss": "hs"},
    "softmax": {"loss": "softmax"},
    "ova": {"loss": "ova", "minn": 1},
    "ns": {"loss": "ns", "dim": 20},
    "words": {"loss": "softmax", "minn": 0, "maxn": 0},
    "quantised": {"loss": "softmax", "quantise": {}},
    "pruned": {"loss": "hs", "quantise": {"cutoff": 300, "qnorm": True}},
    "outputs": {"loss": "softmax", "labels": 300, "quantise": {"qout": True, "dsub": 3}},
}


@cache
def files() -> dict[str, Path]:
    """A model file of each kind, trained once for all tests."""
    folder = Path(tempfile.mkdtemp(prefix="lid-files-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    # With one thread, fastText 0.9.3 sets a tenth of its input matrix and leaves the rest as the memory was: glibc
    # is told to hand out zeros, in a process of its own.
    environment = {**os.environ, "MALLOC_PERTURB_": "255"}
    subprocess.run([sys.executable, __file__, str(folder)], env=environment, check=True)
    return {kind: next(folder.glob(f"{kind}.[bf]*")) for kind in KINDS}


def train(folder: Path, kind: str) -> None:
    """Write a model file of one of the kinds."""
    import fasttext

    options = {"dim": 8, "minn": 2, "maxn": 4, "bucket": 1000, **KINDS[kind]}
    quantise, labels = options.pop("quantise", None), options.pop("labels", 5)
    data = folder / "lines.txt"
    data.write_text("".join(f"__label__{label} {line}\n" for label, line in lines(labels)), encoding="utf-8")
    model = fasttext.train_supervised(str(data), epoch=20, thread=1, verbose=0, seed=1, **options)
    if quantise is not None:
        model.quantize(**quantise)
    model.save_model(str(folder / (f"{kind}.bin" if quantise is None else f"{kind}.ftz")))


def lines(labels: int) -> list[tuple[str, str]]:
    """Lines of words, each label with letters of its own."""
    random = Random(0)
    syllables = ["".join(pair) for pair in product("bdfgklmnprstw", "aeiouéअب漢")]
    found = []
    for label in range(labels):
        own = random.sample(syllables, 12)
        for _ in range(12 if labels < 50 else 2):
            words = ("".join(random.choices(own, k=random.randint(1, 4))) for _ in range(8))
            found.append((f"l{label}", " ".join(words)))
    return found


if __name__ == "__main__":
    for each in KINDS:
        train(Path(sys.argv[1]), each)
