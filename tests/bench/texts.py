"""What is measured: the texts of the demo's catalogue sources, and a file of them that is large enough."""

import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from lang_params.params import LangParams, load_all

DEMO = Path(__file__).parents[2] / "catalog" / "demo"

FILE_LANGUAGE = "es"
FILE_LANGUAGES = ("ca", "en", "es", "fr", "id", "pt")
"""The files for `roots filter`, which takes one language, hold texts of all six, declared to be in the first."""


class Sample(NamedTuple):
    """A text and its language."""

    text: str
    params: LangParams

    @property
    def size(self) -> int:
        """Bytes of UTF-8."""
        return len(self.text.encode())


def samples(megabytes: float) -> list[Sample]:
    """Texts of the demo's catalogue sources, drawn from all of them, in their languages; all there are, at most."""
    from catalog.entry import load
    from catalog.sources import inputs, read

    languages = load_all()
    entries = [load(path) for path in sorted(DEMO.glob("*.toml"))]
    files = [(entry, file) for entry in entries if entry.kind == "catalogue" for file in inputs(entry)]
    rows = [row for entry, file in files for batch in read(entry, file) for row in batch.to_pylist()]
    random.Random(0).shuffle(rows)
    return list(up_to(megabytes, (Sample(row["text"], languages[row["lang"]]) for row in rows)))


def up_to(megabytes: float, texts: Iterator[Sample]) -> Iterator[Sample]:
    """The first texts, until there are so many MB of them."""
    size = 0
    for sample in texts:
        if size >= megabytes * 1e6:
            break
        size += sample.size
        yield sample


def megabytes(data: Sequence[Sample]) -> float:
    """Size of texts in 10^6 bytes of UTF-8."""
    return sum(sample.size for sample in data) / 1e6


def write_files(data: Sequence[Sample], size: float, folder: Path) -> tuple[dict[str, Path], int, float]:
    """A Parquet and a jsonl.zst file of so many MB: texts again and again, in another order each time, each with an id.

    Returns the files, and how many documents and MB each holds.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq
    import zstandard

    chosen = [sample for sample in data if sample.params.code in FILE_LANGUAGES] or list(data)
    rounds = max(round(size / megabytes(chosen)), 1)
    order = random.Random(1)
    texts = [sample.text for _ in range(rounds) for sample in order.sample(chosen, len(chosen))]
    files = {"Parquet": folder / "texts.parquet", "jsonl.zst": folder / "texts.jsonl.zst"}
    ids = [f"text-{number}" for number in range(len(texts))]
    pq.write_table(pa.table({"id": ids, "text": texts}), files["Parquet"], compression="zstd", row_group_size=1000)
    with zstandard.open(files["jsonl.zst"], "wt", encoding="utf-8") as out:
        for identifier, text in zip(ids, texts, strict=True):
            out.write(json.dumps({"id": identifier, "text": text}, ensure_ascii=False) + "\n")
    return files, len(texts), rounds * megabytes(chosen)
