"""Measures the stages of curation on carried text, on one core, beside named peers: `make bench`.

Every figure is a median of rounds, in each of which everything runs once. Time is CPU time of this process, MB are
10^6 bytes of UTF-8. Only figures of one run compare.
"""

import contextlib
import io
import json
import os
import platform
import random
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import NamedTuple

from lang_params.params import LangParams, default, load_all

DEMO = Path(__file__).parents[1] / "catalog" / "demo"
MEGABYTES = 2.5
PACKAGES = ("numpy", "pyarrow", "apache-beam", "fasttext", "pycld2", "datasketch", "google-re2")
RATIOS = (
    ("fastText, as asked here", "fastText, its own predict"),
    ("signatures", "datasketch MinHash, 112"),
)
"""Ours and its peer: the same texts, the same model, as many permutations."""


class Sample(NamedTuple):
    """A text, its language, and the units its signature is made of."""

    text: str
    params: LangParams
    units: Sequence[str]


def samples(megabytes: float) -> list[Sample]:
    """Texts of the demo's catalogue sources, drawn from all of them, in their languages."""
    from catalog.entry import load_folder
    from catalog.sources import inputs, read
    from filters import minhash
    from filters.text import Text

    languages = load_all()
    files = [(entry, file) for entry in load_folder(DEMO) if entry.kind == "catalogue" for file in inputs(entry)]
    rows = [row for entry, file in files for batch in read(entry, file) for row in batch.to_pylist()]
    random.Random(0).shuffle(rows)
    found, size = list[Sample](), 0
    for row in rows:
        text, params = row["text"], languages[row["lang"]]
        spaced = params.words == "whitespace"
        found.append(Sample(text, params, Text(text, params).words if spaced else minhash.characters(text)))
        size += len(text.encode())
        if size >= megabytes * 1e6:
            break
    return found


def stages(data: Sequence[Sample], folder: Path) -> dict[str, Callable[[], object]]:
    """What is measured, by name."""
    import fasttext
    from datasketch import MinHash

    from filters import models, pii
    from filters.changes import change
    from filters.identify import ask_fasttext, identify
    from filters.measures import measure_text
    from filters.minhash import SHINGLE_UNITS, sign
    from filters.text import Text

    languages = load_all()
    model = fasttext.load_model(str(models.path("lid.176")))
    lines = [text.lower().replace("\n", " ") for text, _, _ in data]
    blank = MinHash(num_perm=112)

    def sketch(units: Sequence[str]) -> object:
        runs = (units[i : i + SHINGLE_UNITS] for i in range(len(units) - SHINGLE_UNITS + 1))
        signature = blank.copy()
        signature.update_batch(["\n".join(run).encode() for run in runs])
        return signature

    return {
        "change, six measures": lambda: [measure_text(Text(change(t, p), p), p) for t, p, _ in data],
        "language identification": lambda: [identify(text, params, languages) for text, params, _ in data],
        "PII": lambda: [pii.redact(text) for text, _, _ in data],
        "signatures": lambda: sign([units for _, _, units in data]),
        "curate, jsonl to Parquet": curation(data, folder),
        "fastText, as asked here": lambda: [ask_fasttext(text) for text, _, _ in data],
        "fastText, its own predict": lambda: [model.predict([line]) for line in lines],
        "datasketch MinHash, 112": lambda: [sketch(units) for _, _, units in data],
    }


def curation(data: Sequence[Sample], folder: Path) -> Callable[[], object]:
    """The whole of curation on a jsonl file of the texts, each time in a new folder; what it prints is left out."""
    from catalog.entry import Data
    from catalog.sources import entry_for_files
    from pipelines.config import Config
    from pipelines.curate import curate
    from pipelines.run import Runtime

    file = folder / "texts.jsonl"
    records = (json.dumps({"text": text, "lang": params.code}, ensure_ascii=False) for text, params, _ in data)
    file.write_text("".join(f"{record}\n" for record in records), encoding="utf-8")
    entry = entry_for_files([file], None, fields=Data(files=(), lang="lang"))
    config = Config("fixed", load_all(), default())

    def whole() -> object:
        with contextlib.redirect_stderr(io.StringIO()):
            return curate(tempfile.mkdtemp(dir=folder), [entry], config, Runtime())

    return whole


def seconds(work: Callable[[], object]) -> float:
    """CPU seconds that a piece of work takes in this process."""
    start = time.process_time()
    work()
    return time.process_time() - start


def report(data: Sequence[Sample], rounds: int = 5) -> str:
    """Measure everything and say it in a table; a first round, which loads the models, does not count."""
    with tempfile.TemporaryDirectory() as folder:
        work = stages(data, Path(folder))
        times = [{name: seconds(stage) for name, stage in work.items()} for _ in range(rounds + 1)][1:]
    cost = {name: median(round[name] for round in times) for name in work}
    size, languages = sum(len(text.encode()) for text, _, _ in data) / 1e6, len({p.code for _, p, _ in data})
    info = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    names = [line.split(":", 1)[1].strip() for line in info if line.startswith("model name")]
    return "\n".join(
        [
            f"{names[0] if names else platform.machine()}, one core; Python {platform.python_version()}",
            ", ".join(f"{package} {version(package)}" for package in PACKAGES),
            f"{len(data):,} documents of catalog/demo, {size:.2f} MB, {languages} languages; median of {rounds}",
            f"{'':28}{'MB/s':>8}{'documents/s':>14}{'CPU s':>9}",
            *(f"{name:28}{size / s:8.2f}{len(data) / s:14,.0f}{s:9.2f}" for name, s in cost.items()),
            *(f"{ours}: {cost[peer] / cost[ours]:.2f} times the speed of {peer}" for ours, peer in RATIOS),
        ]
    )


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    print(report(samples(MEGABYTES)))
