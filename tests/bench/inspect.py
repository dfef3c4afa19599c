"""Looking into a judged corpus: CPU seconds of opening it and of what-if, the size of the index, the most memory held.

Everything runs in a process of its own, `python -m tests.bench.inspect FOLDER CACHE ROUNDS`, which prints what it used
as JSON. Documents are made at random (`tests.measured`), in 46 languages, the largest of which has a fifth of them.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[2]

TRIAL = {"stopwords": 0.25}
MANY = {
    "number_words": {"min": 30},
    "character_repetition": 0.1,
    "word_repetition": 0.1,
    "special_characters": 0.2,
    "stopwords": 0.25,
    "language_id": 0.8,
}
"""Limits of six filters, each another than in most languages."""

ONE, ALL, MEMORY = 0.3, 2.0, 500.0
"""Seconds of CPU for one language and for all, and MB of the whole process, that must not be passed at 5 million."""


def main(*, quick: bool) -> None:
    """Make documents and print the table."""
    from tests.measured import Wanted, measured

    documents = 20_000 if quick else 5_000_000
    with tempfile.TemporaryDirectory() as folder:
        work = f"{folder}/work"
        measured(work, Wanted(documents))
        table(work, f"{folder}/cache", 1 if quick else 5)


def table(work: str, cache: str, rounds: int) -> None:
    """The table of a folder that was made."""
    first, again = used(work, cache, rounds), used(work, cache, rounds)
    print(f"\nlooking: {first['documents']:,} documents, {first['languages']} languages, {first['shards']} shards")
    print(f"  medians of {rounds} rounds, CPU seconds; the largest language has {first['largest']:,} documents")
    said = f"{first['bytes'] / 1e6:,.1f} MB of index, {first['bytes'] / first['documents']:.0f} bytes a document"
    line("opening, the index made", first["opening"], said)
    line("opening again", again["opening"])
    line("what-if, the largest language, one limit", first["one"], f"held to {ONE}")
    line("what-if, the largest language, six limits", first["many"], f"held to {ONE}")
    line("what-if, all languages, one limit", first["all"], f"held to {ALL}")
    line("what-if, all languages, six limits", first["all_many"], f"held to {ALL}")
    line("histogram, the largest language", first["histogram"])
    print(f"  most memory of the process: {first['memory']:,.0f} MB, opening included (held to {MEMORY:,.0f} MB)")


def line(name: str, seconds: float, more: str = "") -> None:
    """One line of the table."""
    print(f"  {name:46}{seconds:9.3f}{more and f'   ({more})'}", flush=True)


def used(work: str, cache: str, rounds: int) -> dict[str, Any]:
    """What a process of its own used to open a folder and to ask."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.inspect", work, cache, str(rounds)],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"looking into {work} failed: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(work: str, cache: str, rounds: int) -> dict[str, Any]:
    """Open a folder and ask, in this process."""
    os.environ["XDG_CACHE_HOME"] = cache
    import pandas as pd
    import pyarrow as pa

    from roots.inspect import Corpus

    del pd, pa  # loaded before the clock runs
    start = time.process_time()
    corpus = Corpus(work)
    opening = time.process_time() - start
    largest = max(corpus.languages, key=lambda lang: corpus.languages[lang])
    asked: dict[str, Callable[[], object]] = {
        "one": lambda: corpus.what_if(largest, TRIAL),
        "many": lambda: corpus.what_if(largest, MANY),
        "all": lambda: corpus.what_if(None, TRIAL),
        "all_many": lambda: corpus.what_if(None, MANY),
        "histogram": lambda: corpus.histogram("stopwords", largest, TRIAL),
    }
    found = {name: median(_seconds(ask) for _ in range(rounds)) for name, ask in asked.items()}
    status = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    peak = next(line for line in status if line.startswith("VmHWM"))
    counts = {"documents": sum(corpus.languages.values()), "languages": len(corpus.languages)}
    counts |= {"shards": len(corpus.index.held), "largest": corpus.languages[largest], "bytes": corpus.index.bytes}
    return {"opening": opening, **found, **counts, "memory": int(peak.split()[1]) * 1024 / 1e6}


def _seconds(ask: Callable[[], object]) -> float:
    start = time.process_time()
    ask()
    return time.process_time() - start


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
