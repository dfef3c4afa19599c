"""The pseudo-crawl of the demo: carried web archives, served over HTTP on loopback, indexed, searched, fetched, judged.

Run as `python -m tests.pseudo_crawl_demo WORK WORKERS`. The first crawl is killed when a third of its answers have
come; the second goes on, and the server's log shows that it asks for nothing that had come.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from tests.corpora import DEMO, environment
from tests.crawls import kept
from tests.range_server import RangeServer, serving

SMALLEST = 20_000
"""Bytes kept of a site at least: ROOTS's 2 MB is more than a site of the demo has in all."""


def command(server: RangeServer, work: Path, index: Path, workers: str) -> list[str]:
    """The crawl as people type it; the rate is higher than the default, for the host is one's own."""
    seeds = DEMO / "seeds.csv"
    return [
        *(sys.executable, "-m", "roots", "pseudo-crawl", str(seeds), "--index", str(index), "--base", server.url),
        *("--rate", "1000", "--smallest", str(SMALLEST), "--output", str(work / "crawl"), "--workers", workers),
    ]


def killed(arguments: list[str], server: RangeServer, work: Path, answers: int) -> None:
    """Start a crawl, and kill it when so many answers are kept."""
    server.hold(answers)
    process = subprocess.Popen(arguments, env=environment(), start_new_session=True)
    while kept(work / "crawl") < answers and process.poll() is None:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    server.release()


def main(work: Path, workers: str) -> int:
    """Do all of it; 0 when it went as it should."""
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    archives = sorted(str(path) for path in (DEMO / "data").glob("*.warc.gz"))
    index = work / "index.parquet"
    made = [sys.executable, "-m", "roots", "index", *archives, "--output", str(index)]
    if subprocess.run(made, env=environment(), check=False).returncode:
        return 1
    with serving(DEMO / "data") as server:
        arguments = command(server, work, index, workers)
        killed(arguments, server, work, 500)
        print(f"killed after {len(server.log):,} answers; the same command again:", flush=True)
        before = len(server.log)
        done = subprocess.run(arguments, env=environment(), check=False)
        asked = Counter((request.path, request.range) for request in server.log)
    twice = sum(count > 1 for count in asked.values())
    print(f"the server's log: {before:,} answers, then {len(server.log) - before:,}; {twice:,} asked for twice")
    return done.returncode or bool(twice) or not before


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2]))
