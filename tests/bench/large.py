"""What one large file costs: the memory of a worker as files grow, and what a second worker of the same file brings.

The files are WARC files of real pages, the help of LibreOffice in up to twelve locales, made from the Debian packages
and kept in `.bench/`; without a network, of the carried pages, again and again under other addresses.
"""

import json
import os
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import count, zip_longest
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from catalog.demo import formats, packages

ROOT = Path(__file__).parents[2]
CACHE = ROOT / ".bench"

MEMBER = 31
"""The window bits of zlib for a gzip member."""

COMMAND = """
import json, os, pathlib, sys, time
from dataclasses import replace
from catalog.entry import Data
from catalog.sources import entry_for_files
from lang_params.params import default, load_all
from pipelines.config import Config
from pipelines.curate import curate
from pipelines.run import runtime

if hasattr(os, "sched_setaffinity"):  # the rest of the benchmark keeps to one core
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
out, first, file, extractor, workers, size = sys.argv[1:]
config = Config("fixed", load_all(), default())
seconds = []
for number, (path, bytes_) in enumerate(((first, 100_000), (file, int(size)))):
    entry = entry_for_files([path], None, uid="large")
    entry = replace(entry, data=replace(entry.data, extractor=extractor))
    start = time.monotonic()
    manifests = curate(f"{out}/{number}", [entry], config, runtime(None, int(workers), slice_bytes=bytes_))
    seconds.append(time.monotonic() - start)
    documents = sum(manifest["documents"] for manifest in manifests)

def status(path):
    try:
        return dict(line.split(":", 1) for line in path.read_text().splitlines())
    except OSError:  # a process that has ended since
        return {"PPid": "0"}

def peak(said):
    return int(said["VmHWM"].split()[0]) * 1024 / 1e6

others = [status(path) for path in pathlib.Path("/proc").glob("[0-9]*/status")]
mine = [peak(said) for said in others if int(said["PPid"]) == os.getpid() and "VmHWM" in said]
memory = peak(status(pathlib.Path("/proc/self/status")))
said = {"seconds": seconds[1], "start": seconds[0], "documents": documents, "slices": len(manifests)}
print(json.dumps({**said, "memory": memory, "child": max(mine, default=0)}))
"""
"""Curates a small file in many slices, so that every worker loads what it needs, and then the one that counts."""


class Took(NamedTuple):
    """What curation of a file took: seconds by the clock, those of the small file before it, pages, slices, MB held.

    `memory` is that of the process, `child` that of the one beside it that takes the text out of pages.
    """

    seconds: float
    start: float
    documents: int
    slices: int
    memory: float
    child: float


def pages() -> Iterator[tuple[str, bytes]]:
    """Pages with their addresses, of all locales in turn; when there are no more, the carried ones again and again."""
    found = []
    try:
        for locale in packages.HELP_LOCALES:
            archive = packages.fetch(f"libreoffice-help-{locale}", CACHE / "packages")
            found.append(packages.members(archive, "usr/share/libreoffice/help/", ".html").items())
    except packages.PackageError as error:
        print(f"  the carried pages only: {error}")
    for turn in zip_longest(*found):
        yield from ((f"https://help.libreoffice.example/{path}", html) for path, html in filter(None, turn))
    from catalog.warc import captures

    data = [path.read_bytes() for path in sorted((ROOT / "catalog" / "demo" / "data").glob("lohelp_*.warc.gz"))]
    for again in count(1):
        for archive in data:
            for capture in captures(BytesIO(archive)):
                html = capture.block.partition(b"\r\n\r\n")[2]
                yield f"{capture.headers['warc-target-uri']}?again={again}", html


def archive(megabytes: int, ending: str = ".warc") -> Path:
    """A WARC file of so many MB before compression, made once."""
    path = CACHE / "large" / f"help-{megabytes}{ending}"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        size = 0
        with unfinished.open("wb") as file:
            for address, html in pages():
                member = formats.page(address, html)
                record = zlib.decompress(member, MEMBER)
                file.write(member if ending.endswith(".gz") else record)
                size += len(record)
                if size >= megabytes * 1e6:
                    break
        unfinished.rename(path)
    return path


def took(file: Path, extractor: str, *, workers: int = 1, slice_bytes: int = 64_000_000) -> Took:
    """Curate a file, all stages, from a process of its own; with one worker, in it."""
    small = archive(1)
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-c",
            COMMAND,
            folder,
            str(small),
            str(file),
            extractor,
            str(workers),
            str(slice_bytes),
        ]
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
        done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(f"curation of {file.name} failed: {done.stderr[-2000:]}")
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return Took(**said)


def memory(sizes: dict[str, tuple[int, int]]) -> None:
    """The table of memory: by extractor the MB of a small and a large file."""
    print("\nmost memory that a worker and its child held, MB, all stages; WARC files of the help of LibreOffice")
    for extractor, (small, large) in sizes.items():
        for ending in (".warc", ".warc.gz"):
            one, two = (took(archive(size, ending), extractor) for size in (small, large))
            held = [each.memory + each.child for each in (one, two)]
            print(
                f"  {extractor:12} {ending:9} {small:4} MB: {one.memory:4.0f} + {one.child:4.0f}   {large:4} MB: "
                f"{two.memory:4.0f} + {two.child:4.0f}   {held[1] / held[0] - 1:+6.1%}   (held to 10%)   "
                f"{two.documents / two.seconds:,.0f} pages/s",
                flush=True,
            )


def two_workers(megabytes: int, rounds: int, slice_bytes: int) -> float:
    """The table of one and two workers of one file; how many times the rate of one the two reach."""
    print(f"\none WARC file of {megabytes} MB, resiliparse, by one worker and by two, seconds by the clock")
    print(f"  load of this machine before: {os.getloadavg()[0]:.1f} of {os.cpu_count()} cores")
    file = archive(megabytes)
    taken: dict[int, list[Took]] = {1: [], 2: []}
    for _ in range(rounds):
        for workers, found in taken.items():
            found.append(took(file, "resiliparse", workers=workers, slice_bytes=slice_bytes))
    seconds = {workers: median(each.seconds for each in found) for workers, found in taken.items()}
    for workers, found in taken.items():
        start, rate = median(each.start for each in found), found[0].documents / seconds[workers]
        print(
            f"  {workers} worker{'s' * (workers > 1)}: {found[0].slices} slices, {seconds[workers]:6.1f} s, "
            f"{rate:6,.0f} pages/s; before that, start and a small file: {start:.1f} s",
            flush=True,
        )
    print(f"  two workers / one: {seconds[1] / seconds[2]:.2f} x   (held to 1.6)")
    return seconds[1] / seconds[2]


def main(*, quick: bool) -> None:
    """Print both tables."""
    memory({"resiliparse": (1, 2)} if quick else {"resiliparse": (10, 250), "trafilatura": (10, 50)})
    two_workers(2 if quick else 250, rounds=1 if quick else 3, slice_bytes=500_000 if quick else 32_000_000)
