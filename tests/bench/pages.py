"""Text out of web pages: our three extractors beside bare trafilatura and bare resiliparse, in pages a second.

Each piece of work runs in a process of its own, because our extractor changes trafilatura for its whole process. CPU
time, that of the child that takes the text included, its start not; medians of rounds in each of which every piece runs
once. The bare extractors get pages that are decoded already; ours decodes, finds title and signals, and sends the page
to the child and the text back.
"""

import gc
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from statistics import median

from catalog.extraction_child import Page

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data" / "lohelp.warc.gz"
CARRIED = ROOT / "catalog" / "demo" / "data"

EXTRACTORS = ("trafilatura", "resiliparse", "roots-2022-03")
WORK = (
    "bare trafilatura, its defaults",
    "bare trafilatura, our options",
    "bare resiliparse, its defaults",
    "bare resiliparse, our options",
    *(f"{name}, in the same process" for name in EXTRACTORS),
    *EXTRACTORS,
)
"""What is measured."""

RATIOS = (
    ("trafilatura / bare, its defaults", "trafilatura", "bare trafilatura, its defaults", "1.3"),
    ("trafilatura / bare, our options", "trafilatura", "bare trafilatura, our options", "1.3"),
    ("resiliparse / bare, its defaults", "resiliparse", "bare resiliparse, its defaults", ""),
    ("resiliparse / bare, our options", "resiliparse", "bare resiliparse, our options", "0.9"),
    *((f"{name}: with a child / without", name, f"{name}, in the same process", "0.95") for name in EXTRACTORS),
)
"""Title, what, as a multiple of what, the mark it is held to."""


def pages(count: int) -> list[Page]:
    """Pages of LibreOffice's help in twelve languages, the same every time; without ../shared those carried."""
    from catalog.warc import captures, split_header

    files = [SHARED] if SHARED.exists() else sorted(CARRIED.glob("lohelp_*.warc.gz"))
    found = []
    for file in files:
        with file.open("rb") as handle:
            for capture in captures(handle):
                span = split_header(capture.block)
                if capture.type == "response" and span:
                    url = capture.headers["warc-target-uri"]
                    found.append(Page(capture.block[span[1] :], "text/html; charset=utf-8", "", url))
    return random.Random(1).sample(found, min(count, len(found)))


def measured(count: int, rounds: int, wanted: Sequence[str] = WORK) -> dict[str, float]:
    """Pages a second of CPU time, by piece of work, each line printed; two that should be of one text are compared."""
    said: dict[str, list[Mapping[str, float | str]]] = {name: [] for name in wanted}
    for _ in range(rounds):
        for name in wanted:
            command = [sys.executable, "-m", "tests.bench.pages", name, str(count)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env={**os.environ}, check=False)
            if done.returncode:
                raise RuntimeError(f"{name} failed: {done.stderr.strip().splitlines()[-1:]}")
            said[name].append(json.loads(done.stdout))
    rates = {name: count / median(float(each["seconds"]) for each in runs) for name, runs in said.items()}
    print(f"\ntext out of {count:,} pages of LibreOffice's help, medians of {rounds} rounds", flush=True)
    print(f"  {'':46}{'pages/s':>9}{'ms a page':>13}", flush=True)
    for name, rate in rates.items():
        print(f"  {name:46}{rate:9.1f}{1000 / rate:13.3f}", flush=True)
    for name in EXTRACTORS[:2]:
        ours, bare = name, f"bare {name}, our options"
        if ours in said and bare in said and said[ours][0]["digest"] != said[bare][0]["digest"]:
            print(f"  {name}: another text than bare {name} with our options", flush=True)
    return rates


def ratios(count: int, rounds: int) -> list[tuple[str, float, float, str]]:
    """Measure all; what is compared: title, pages a second, as a multiple of these, the mark it is held to."""
    rates = measured(count, rounds)
    return [(title, rates[ours], rates[theirs], mark) for title, ours, theirs, mark in RATIOS]


def work(name: str, asked: Sequence[Page]) -> tuple[Callable[[Sequence[Page]], list[str]], bool]:
    """A piece of work on pages, and whether a child does it."""
    from catalog import extraction, extraction_child

    if name in EXTRACTORS:
        return lambda part: [
            found.text
            for start in range(0, len(part), 64)
            for found in extraction.extracted(part[start : start + 64], name)
        ], True
    if not name.startswith("bare"):
        import importlib

        extractor = name.split(",")[0]
        module = importlib.import_module(extraction_child.MODULES[extractor])
        module.load()
        return lambda part: [extraction_child.facts_of(page, extractor, module.text)[1] for page in part], False
    decoded = {page.url: page.data.decode() for page in asked}
    if "trafilatura" in name:
        from trafilatura import extract

        options = {} if "defaults" in name else {"include_comments": False}
        return lambda part: [extract(decoded[page.url], **options) or "" for page in part], False
    from resiliparse.extract.html2text import extract_plain_text

    chosen = (
        {}
        if "defaults" in name
        else {"main_content": True, "comments": False, "alt_texts": False, "list_bullets": False}
    )
    return lambda part: [extract_plain_text(decoded[page.url], **chosen) for page in part], False


def timed(name: str, asked: Sequence[Page]) -> dict[str, float | str]:
    """CPU seconds of a piece of work after some pages, and a digest of the texts.

    Without a child, garbage is looked for as seldom as the child does.
    """
    from catalog import extraction, extraction_child

    piece, has_child = work(name, asked)
    piece(asked[:64])
    gc.collect()
    gc.freeze()
    gc.set_threshold(extraction_child.OBJECTS, 20, 20)
    child = extraction.idle()[0] if has_child else None
    start = time.process_time() + _used(child)
    texts = piece(asked)
    used = time.process_time() + _used(child) - start
    extraction.close()
    digest = blake2b(json.dumps(texts).encode(), digest_size=8).hexdigest()
    return {"seconds": max(used, 1e-6), "digest": digest}


def _used(child: int | None) -> float:
    """CPU seconds of all threads of a process; RUSAGE_CHILDREN knows those that have ended alone."""
    if child is None:
        return 0.0
    threads = Path(f"/proc/{child}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9


if __name__ == "__main__":
    print(json.dumps(timed(sys.argv[1], pages(int(sys.argv[2])))))
