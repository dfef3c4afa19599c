"""The search for repeated passages: its rate beside that of the suffix array alone, and the memory it takes."""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import numpy as np

from filters.substrings import Joined, find, join, repeats, warm
from tests.bench.texts import Sample

ROOT = Path(__file__).parents[2]

LEAST = 50
"""Bytes of a passage, as in ROOTS."""

CHANGED = 12
"""One word in so many is another in each copy of a text."""

DEFINED = 300_000
"""Bytes of text for the definition, which holds every window."""

COMMAND = """
import json, sys
import numpy as np
from filters.substrings import Joined, find, warm
warm()
joined = Joined(np.load(sys.argv[1]), np.load(sys.argv[2]))
def peak(): return next(int(line.split()[1]) * 1024 for line in open("/proc/self/status") if "VmHWM" in line)
before = peak()
spans = sum(len(found.spans) for found in find(joined, int(sys.argv[3])))
print(json.dumps({"bytes": len(joined.data), "more": peak() - before, "spans": spans}))
"""


def varied(data: Sequence[Sample], megabytes: float) -> list[str]:
    """So many MB of texts, drawn again and again, each time with other words changed into numbers."""
    draw = random.Random(0)
    found, size = [], 0.0
    while size < megabytes * 1e6:
        words = draw.choice(data).text.split(" ")
        for _ in range(len(words) // CHANGED):
            words[draw.randrange(len(words))] = str(draw.randrange(10**6))
        found.append(" ".join(words))
        size += len(found[-1].encode())
    return found


def work(joined: Joined) -> dict[str, Callable[[], object]]:
    """The suffix array alone, ours, and the package's own way to what neighbours in the array share."""
    from pydivsufsort import divsufsort, kasai

    return {
        "suffix array alone, pydivsufsort": lambda: divsufsort(joined.data),
        "suffix array and kasai, pydivsufsort": lambda: kasai(joined.data, divsufsort(joined.data)),
        "spans": lambda: [*find(joined, LEAST)],
    }


def seconds(piece: Callable[[], object], rounds: int) -> float:
    """CPU seconds of a piece of work, the median of some rounds."""
    found = []
    for _ in range(rounds):
        start = time.process_time()
        piece()
        found.append(time.process_time() - start)
    return max(median(found), 1e-9)


def memory(joined: Joined) -> dict[str, int]:
    """Bytes that the search of a buffer takes beside it, in a process of its own, and the spans that it finds."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [str(Path(folder) / name) for name in ("data.npy", "starts.npy")]
        for path, array in zip(paths, joined, strict=True):
            np.save(path, array)
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-c", COMMAND, *paths, str(LEAST)]
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(f"the search failed: {done.stderr[-2000:]}")
    found: dict[str, int] = json.loads(done.stdout)
    return found


def main(data: Sequence[Sample], *, quick: bool) -> None:
    """Print the table."""
    texts = varied(data, 0.5 if quick else 60)
    joined = join(text.encode() for text in texts)
    size = len(joined.data) / 1e6
    print(
        f"\nrepeated passages of {LEAST} bytes and more: {len(texts):,} texts, {size:.1f} MB, the carried ones varied"
    )
    warm()
    taken = {name: seconds(piece, 1 if quick else 3) for name, piece in work(joined).items()}
    for name, each in taken.items():
        print(f"  {name:46}{size / each:9.2f} MB/s{each:9.2f} CPU s", flush=True)
    few = varied(data, DEFINED / 1e6)
    defined = seconds(lambda: repeats(few, LEAST), 1)
    share = sum(len(text.encode()) for text in few) / 1e6
    print(f"  {'the definition, of ' + format(share, '.1f') + ' MB':46}{share / defined:9.2f} MB/s{defined:9.2f} CPU s")
    alone, both = taken["suffix array alone, pydivsufsort"], taken["spans"]
    print(f"  {'spans / suffix array alone, CPU':60}{both / alone:8.2f} x", flush=True)
    found = memory(joined)
    print(
        f"  memory beside the text: {found['more'] / found['bytes']:.2f} bytes a byte; {found['spans']:,} spans",
        flush=True,
    )
