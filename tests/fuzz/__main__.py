"""Fuzzing of the readers: `python -m tests.fuzz [--seconds N] [--seed N] [--out FOLDER] [--readers NAME...]`.

Each reader has its share of the time in a process of its own, with a limit of time and of memory for each example.
Every fault is kept as files named by it; what kills the process, or takes too long in it, is found by the parent.
Exits with 1 when anything was found. A file that was found is kept under tests/catalog/fixtures, with a test.
"""

import argparse
import contextlib
import hashlib
import json
import resource
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.readers import READERS, Reader, check

LIMIT = 30
"""Seconds an example may take: a page may take 20 of CPU time in its own process, which is killed then."""

IDLE = 4 * LIMIT
"""Seconds after which a process that has begun no other example is killed: it does not come back to Python."""

GROWTH = 400_000_000
"""Bytes that one example may add to the most memory the process held. A window of zstd has 128 MiB, an example under
200 kB."""

SPACE = 12 * 2**30
"""Bytes of address space of a process, far more than it holds."""

ROUND = 200
"""Examples after which the clock is looked at and hypothesis begins anew, with the next seed."""


class Slow(BaseException):
    """An example that takes too long. No Exception, which readers catch."""


def _slow(number: int, frame: FrameType | None) -> None:
    raise Slow


def fuzz(name: str, reader: Reader, how: argparse.Namespace) -> Counter[str]:
    """Read examples until the time is up; returns the counts. Each is written down before it is read."""
    counts: Counter[str] = Counter()
    folder = Path(how.out)
    signal.signal(signal.SIGALRM, _slow)
    most = _most()
    until = time.monotonic() + how.seconds

    def one(example: tuple[str, tuple[bytes, ...]]) -> None:
        nonlocal most
        if time.monotonic() > until:
            return
        _write(folder, f"current-{name}", example)
        counts["examples"] += 1
        signal.setitimer(signal.ITIMER_REAL, LIMIT)
        try:
            documents, lost = check(reader, *example)
            counts["documents"] += documents
            counts["lost"] += lost
        except (Exception, Slow) as error:
            counts["faults"] += 1
            _keep(folder, name, example, error)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        grown, most = _most() - most, _most()
        if grown > GROWTH:
            counts["faults"] += 1
            _keep(folder, name, example, MemoryError(f"{grown} bytes more"))

    number = 0
    while time.monotonic() < until:
        number += 1
        # Its own shrinking would read an example again and again: what is found is kept as it is.
        own = settings(
            max_examples=ROUND,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        seed(how.seed * 1_000_003 + number)(own(given(reader.examples)(one)))()
    return counts


def _most() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _write(folder: Path, stem: str, example: tuple[str, tuple[bytes, ...]]) -> list[Path]:
    paths = []
    for number, part in enumerate(example[1]):
        path = folder / f"{stem}{f'.{number}' if number else ''}"
        path.write_bytes(part)
        paths.append(path)
    (folder / f"{stem}.name").write_text(example[0])
    return paths


def _keep(folder: Path, name: str, example: tuple[str, tuple[bytes, ...]], error: BaseException) -> None:
    """Save an example by its fault; of the same fault at the same place the smallest is kept."""
    ours = [frame for frame in traceback.extract_tb(error.__traceback__) if "/catalog/" in frame.filename]
    place = f"{Path(ours[-1].filename).stem}-{ours[-1].lineno}" if ours else "check"
    said = f"-{hashlib.sha256(str(error).encode()).hexdigest()[:4]}" if isinstance(error, AssertionError) else ""
    stem = f"{name}-{type(error).__name__}-{place}{said}-"
    before = sorted(folder.glob(f"{stem}*.txt"))
    size = sum(map(len, example[1]))
    if before and size >= int(before[0].stem.rpartition("-")[2]):
        return
    for path in folder.glob(f"{stem}*"):
        path.unlink()
    stem = f"{stem}{size}"
    for number, part in enumerate(example[1]):
        (folder / f"{stem}.{number}.{example[0]}").write_bytes(part)
    (folder / f"{stem}.txt").write_text("".join(traceback.format_exception(error)))


def _child(name: str, how: argparse.Namespace) -> None:
    """Fuzz one reader in this process, and print the counts."""
    resource.setrlimit(resource.RLIMIT_AS, (SPACE, SPACE))
    warnings.simplefilter("error")
    with contextlib.redirect_stdout(sys.stderr):
        counts = fuzz(name, READERS[name], how)
    print(json.dumps(counts))


def _supervised(name: str, how: argparse.Namespace) -> Counter[str]:
    """Fuzz one reader in processes of its own, the next one after each that an example ended."""
    counts: Counter[str] = Counter()
    until = time.monotonic() + how.seconds
    number = how.seed
    while (left := until - time.monotonic()) > 0:
        own = ["--seconds", str(left), "--seed", str(number), "--out", str(how.out)]
        command = [sys.executable, "-m", "tests.fuzz", "--child", name, *own]
        current = Path(how.out) / f"current-{name}"
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            while process.poll() is None:
                time.sleep(0.2)
                begun = current.stat().st_mtime if current.exists() else time.time()
                if time.time() - begun > IDLE:
                    process.kill()
            said = process.stdout.read() if process.stdout else ""
        if process.returncode == 0:
            return counts + Counter(json.loads(said.splitlines()[-1]))
        counts["faults"] += 1
        counts["deaths"] += 1
        number += 7919
        parts = tuple(
            path.read_bytes() for path in sorted(Path(how.out).glob(f"current-{name}*")) if path.suffix != ".name"
        )
        named = current.with_suffix(".name").read_text()
        _keep(Path(how.out), name, (named, parts), OSError(f"the process ended with {process.returncode}"))
    return counts


def main(arguments: Sequence[str] | None = None) -> int:
    """Fuzz the readers, one after the other; 1 when anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Read files that were changed at random.")
    parser.add_argument("--seconds", type=float, default=60, help="for all readers together")
    parser.add_argument("--seed", type=int, default=1, help="other seeds, other examples")
    parser.add_argument("--out", type=Path, help="where faults are kept; by default a new folder")
    parser.add_argument("--readers", nargs="+", choices=READERS, default=list(READERS))
    parser.add_argument("--child", choices=READERS, help=argparse.SUPPRESS)
    how = parser.parse_args(arguments)
    if how.child:
        _child(how.child, how)
        return 0
    how.out = how.out or Path(tempfile.mkdtemp(prefix="roots-fuzz-"))
    how.out.mkdir(parents=True, exist_ok=True)
    how.seconds /= len(how.readers)
    faults = 0
    for name in how.readers:
        counts = _supervised(name, how)
        faults += counts["faults"]
        shown = ", ".join(f"{counts[each]} {each}" for each in ("examples", "documents", "lost", "deaths", "faults"))
        print(f"{name}: {shown}", flush=True)
    for path in how.out.glob("current-*"):
        path.unlink()
    kept = sorted(path.name for path in how.out.glob("*.txt"))
    print(f"{len(kept)} kept in {how.out}" if kept else "nothing was found")
    print(*kept, sep="\n", end="\n" if kept else "")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
