"""A child that does what a page says, in the place of an extractor: `python -m tests.catalog.hostile_child ...`."""

import os
import signal
import sys
import time

from catalog import extract_resiliparse, extraction_child
from catalog.page import Text


def text(page: str, url: str = "") -> Text:
    """Spin, sleep, crash, print, or take memory; else the page as it is."""
    if "SPIN" in page:
        sum(range(10**12))  # one call of C code, which no exception of a signal handler could end
    if "SLEEP" in page:
        time.sleep(1000)
    if "MEMORY" in page:
        held = bytearray(400 * 2**20)
        held[:] = b"x" * len(held)
        if "SWALLOWED" in page:
            return Text("taken with too much memory")
        time.sleep(100)
    if "REFUSED" in page:
        bytearray(2**40)
    if "CRASH" in page:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "ABORT" in page:
        os.abort()
    if "EXIT" in page:
        os._exit(0)
    if "RAISE" in page:
        raise RecursionError("what the page says")
    if "PRINT" in page:
        print("noise" * 10_000, flush=True)
        print("noise" * 10_000, file=sys.stderr, flush=True)
        os.write(1, b"noise")
    if "SURROGATE" in page:
        return Text("half \ud800 of a pair")
    return Text(page)


def load() -> None:
    """Nothing to make ready, unless it shall fail."""
    if os.environ.get("HOSTILE_LOAD"):
        raise ImportError("no module named so")


if __name__ == "__main__":
    extract_resiliparse.text, extract_resiliparse.load = text, load
    extraction_child.main(sys.argv[1:])
