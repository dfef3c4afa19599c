"""Copies among signatures that no text was read for: CPU seconds and the most memory held, beside datasketch's index
and beside the same functions without a runner.

Everything runs in a process of its own, `python -m tests.bench.dedup PIECE FOLDER ROWS`, which prints what it used as
JSON; what it takes to import and to compile does not count as seconds, and does as memory.
"""

import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from filters.signing import MinHash
from tests import signed

ROOT = Path(__file__).parents[2]

HOW = MinHash()
PER_SHARD = 50_000
AT_ONCE = 1_000_000
MEMORY = 600_000_000
"""The --memory of the runs of which only memory is asked."""


class Used(NamedTuple):
    """CPU seconds of a process and its children, the most memory that it held in MB, what it found."""

    seconds: float
    memory: float
    found: int


@contextmanager
def timed(total: list[float]) -> Iterator[None]:
    """Add the CPU seconds of a block to a total: those of this process, and of children that ended."""
    start = _cpu()
    yield
    total[0] += _cpu() - start


def _cpu() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in both)


def made(folder: str, rows: int) -> list[Any]:
    """Signature tables of so many documents, a fifth of them near copies; those that are there are not made again."""
    from pipelines import storage
    from pipelines.shards import Shard

    kept = Path(folder, "shards.json")
    if not kept.exists():
        shards = signed.shards_of(folder, signed.planted(rows, HOW.bands), PER_SHARD)
        described = [[each.source, each.stem, each.rows, each.bytes, each.first, dict(each.sizes)] for each in shards]
        storage.write_json(str(kept), described)
    return [Shard(*each) for each in json.loads(kept.read_text(encoding="utf-8"))]


def ours(folder: str, rows: int, *, processes: int = 0) -> tuple[float, int]:
    """Bands to clusters by the functions of the pipeline, without a runner: in this process, or in a pool."""
    from filters.kernels import buckets, union
    from pipelines import bands, clusters, exchange
    from pipelines.run import Runtime

    shards, settings = made(folder, rows), signed.settings(minhash=HOW)
    cut = bands.Cut.of("minhash", shards, settings, Runtime())
    buckets.warm()
    union.warm()
    total = [0.0]
    out = f"{folder}/functions"
    with timed(total):
        maps = [
            bands.MapJob(folder, shard, "minhash", settings, cut.partitions, cut.group, f"{out}/{shard.stem}.arrow")
            for shard in shards
        ]
        listing = exchange.listing(f"{out}/listing.json", _each(bands.spread, maps, processes))
        reduces = [
            bands.ReduceJob(listing, part, "minhash", 0, cut.entries, f"{out}/{part}.parquet")
            for part in range(cut.partitions)
        ]
        _each(bands.gather, reduces, processes)
        paths = tuple(job.target for job in reduces)
        found = clusters.join(clusters.JoinJob(rows, ("minhash",), (paths,), f"{out}/clusters.parquet", 10**9))
    return total[0], found["clusters"]


def _each(function: Callable[[Any], Any], jobs: list[Any], processes: int) -> list[Any]:
    if not processes:
        return [function(job) for job in jobs]
    with multiprocessing.get_context("spawn").Pool(processes) as pool:
        done = pool.map(function, jobs, chunksize=1)
        pool.close()
        pool.join()
    return done


def run(folder: str, rows: int, *, runner: str = "fnapi", workers: int = 1, memory: int = 0) -> tuple[float, int]:
    """The same as a command does it: all tasks on a runner, with manifests."""
    from pipelines import clusters, storage
    from pipelines.dedup import dedup
    from pipelines.run import MEMORY as DEFAULT
    from pipelines.run import Runtime

    shards = made(folder, rows)
    how = Runtime(runner, workers, memory=memory or DEFAULT)
    storage.remove(f"{folder}/dedup")
    total = [0.0]
    with timed(total):
        path = dedup(folder, shards, signed.settings(minhash=HOW), how)
    return total[0], clusters.found(path)["clusters"]


def datasketch(folder: str, rows: int) -> tuple[float, int]:
    """datasketch's index of the same bands: each document is asked for and put in, and joined with what was found."""
    from datasketch import LeanMinHash, MinHashLSH

    bands = signed.planted(rows, HOW.bands)
    index = MinHashLSH(num_perm=HOW.bands * HOW.rows, params=(HOW.bands, HOW.rows))
    parent = list(range(rows))

    def root(row: int) -> int:
        while parent[row] != row:
            parent[row] = row = parent[parent[row]]
        return row

    total, clusters = [0.0], set()
    for start in range(0, rows, 10_000):
        some = np.repeat(bands[start : start + 10_000], HOW.rows, axis=1)  # a band is equal if its rows are
        sketches = [LeanMinHash(seed=1, hashvalues=values, scheme="legacy") for values in some]
        with timed(total):
            for row, sketch in enumerate(sketches, start):
                for other in index.query(sketch):
                    low, high = sorted((root(row), root(other)))
                    parent[high] = low
                index.insert(row, sketch, check_duplication=False)
    with timed(total):
        clusters = {root(row) for row in range(rows) if root(row) != row}
    return total[0], len(clusters)


def joined(folder: str, rows: int) -> tuple[float, int]:
    """As many edges as rows, at random, to clusters."""
    from filters.kernels import union
    from pipelines.components import components

    union.warm()
    random = np.random.default_rng(1)
    total = [0.0]
    with components(rows, folder, 10**9) as held:
        for start in range(0, rows, AT_ONCE):
            first, second = random.integers(0, rows, (2, min(AT_ONCE, rows - start)))
            with timed(total):
                held.join(first, second)
        with timed(total):
            clusters, _ = held.settle()
    return total[0], clusters


def bounded(folder: str, rows: int) -> tuple[float, int]:
    """The whole run in little memory."""
    return run(folder, rows, memory=MEMORY)


def on_dask(folder: str, rows: int) -> tuple[float, int]:
    """The whole run on two workers; their start counts."""
    from pipelines import beam

    total = [0.0]
    with timed(total):
        _, clusters = run(folder, rows, runner="dask", workers=2)
        beam._local_cluster(2).close()
    return total[0], clusters


def pooled(folder: str, rows: int) -> tuple[float, int]:
    """The functions in a bare pool of two processes; their start counts."""
    return ours(folder, rows, processes=2)


PIECES: dict[str, Callable[[str, int], tuple[float, int]]] = {
    "functions": ours,
    "datasketch": datasketch,
    "edges": joined,
    "run": run,
    "dask": on_dask,
    "pool": pooled,
    "bounded": bounded,
}


def used(piece: str, folder: str, rows: int) -> Used:
    """What one piece of work uses, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.dedup", piece, folder, str(rows)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}
    done = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(f"{piece} of {rows} documents failed: {done.stderr[-2000:]}")
    return Used(**json.loads(done.stdout.splitlines()[-1]))


def main(*, quick: bool) -> None:
    """Print all of it."""
    million = 20_000 if quick else 1_000_000
    with tempfile.TemporaryDirectory(prefix="roots-bench-") as folder:
        paths = {rows: f"{folder}/{rows}" for rows in (million, 2 * million, 8 * million)}
        for rows, path in paths.items():
            Path(path).mkdir()
            made(path, rows)
        against_datasketch(paths[million], million)
        of_edges(folder, 50 * million)
        of_runners(paths[2 * million], 2 * million)
        of_memory({rows: paths[rows] for rows in (million, 8 * million)})


def against_datasketch(folder: str, rows: int) -> None:
    """Bands to clusters, ours and datasketch's."""
    _head(f"{rows:,} signatures of {HOW.bands} bands, a fifth of them near copies, to clusters")
    mine = _line("functions, files included", used("functions", folder, rows))
    peer = _line("datasketch: query, insert, union-find", used("datasketch", folder, rows))
    if mine.found != peer.found:
        raise RuntimeError(f"datasketch finds {peer.found} clusters, we find {mine.found}")
    _ratio("datasketch / ours, CPU", peer.seconds / mine.seconds, "15")
    _ratio("datasketch / ours, memory", peer.memory / mine.memory, "6")


def of_edges(folder: str, rows: int) -> None:
    """Edges to clusters."""
    _head(f"{rows:,} edges at random between as many documents, to clusters")
    _line("union-find in a file", used("edges", folder, rows), "   (held to 15 s and 500 MB for 50 million)")


def of_runners(folder: str, rows: int) -> None:
    """The whole run on runners, and what it is without."""
    _head(f"{rows:,} signatures, map run, reduce run, clusters")
    bare = _line("functions in a bare pool of two processes", used("pool", folder, rows))
    for name, piece in (("FnApiRunner", "run"), ("Dask, two workers", "dask")):
        mine = _line(name, used(piece, folder, rows))
        _ratio(f"{name} / bare pool, CPU", mine.seconds / bare.seconds, "at most 3")


def of_memory(folders: dict[int, str]) -> None:
    """The most memory that a worker holds, for few signatures and for many."""
    _head(f"the whole run with --memory={MEMORY // 1_000_000}MB")
    peaks = [_line(f"{rows:,} signatures", used("bounded", path, rows)).memory for rows, path in folders.items()]
    _ratio("memory for eight times as many", peaks[1] / peaks[0], "1")


def _head(title: str) -> None:
    print(f"\n{title}\n  {'':46}{'CPU s':>9}{'MB held':>9}{'clusters':>12}", flush=True)


def _line(name: str, what: Used, more: str = "") -> Used:
    print(f"  {name:46}{what.seconds:9.2f}{what.memory:9,.0f}{what.found:12,}{more}", flush=True)
    return what


def _ratio(name: str, found: float, mark: str) -> None:
    print(f"  {name:46}{found:9.2f} x   (held to {mark})", flush=True)


def _peak() -> float:
    """The most memory that this process held, in MB; a child's `ru_maxrss` begins with its parent's."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024 / 1e6


if __name__ == "__main__":
    seconds, clusters = PIECES[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
    print(json.dumps({"seconds": seconds, "memory": _peak(), "found": clusters}))
