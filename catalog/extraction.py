"""Extraction: the text of pages, taken out by a process that can be killed, with a limit of time and memory a page.

Parsers meet pages that take minutes or gigabytes, and pages that crash them. So they work in a child (see
catalog/extraction_child.py), one for each process and extractor, kept over files. Pages are sent to it many at once and
answered some at a time, so a round trip costs next to nothing. When one breaks the child, the rest is asked of a new
one that gives each answer at once, so it is known which page it was; that has a fault, and the rest goes on.

Whether a page breaks the child does not depend on the pages before it: one that broke a child which had answered others
is asked again of a new one, and only then is it the page's fault.
"""

import atexit
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from catalog.extraction_child import COUNTS, Page, batch, read_answers

CHILD = "catalog.extraction_child"
"""The module that the child runs."""

MAX_ANSWER = 64 * 2**20
"""Bytes of a part of an answer at most. A page has 4 MiB, and no text is longer than its page but by entities."""

STEP = 0.5
"""Seconds between two looks at a child that is busy: whether it holds too much, or does nothing."""

PIECE = 2**16
"""Bytes read in one step at most; room for a megabyte would be asked of the system, and given back, for each answer."""

PIPE = 2**20
"""Bytes a pipe should hold: Linux gives 64 kB, and each filling of it costs a change of processes."""


KEPT = 32 * 2**20
"""Bytes of freed memory that a child keeps at most, and of a single piece (glibc's most)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a page may use. The slowest page measured took trafilatura 5.7 s and 453 MB (3.7 MB of links).

    `seconds` are of CPU time, three and a half times that. `megabytes` are of memory held, about twice that. `idle` are
    seconds of wall clock without an answer: only a child that sleeps reaches them, unless the machine is overloaded.
    On a platform without limits of resources they are all there is.
    """

    seconds: int = 20
    megabytes: int = 1024
    idle: int = 300


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Extracted:
    """What came of a page: its text and the facts about it, or the fault that it has instead."""

    text: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    fault: str | None = None


class ExtractionError(OSError):
    """The process that takes text out of pages cannot be started; the message says what it said."""


def extracted(pages: Sequence[Page], name: str, limits: Limits = LIMITS) -> Iterator[Extracted]:
    """What comes of each page, in order, by the extractor of that name. Raises ExtractionError."""
    done = 0
    carefully = False
    while done < len(pages):
        child = _Child(name, limits) if carefully else _borrowed(name, limits)
        kept = False
        try:
            child.ask(pages[done:], carefully=carefully)
            while done < len(pages):
                found = child.answer()
                done += 1
                kept = done == len(pages)
                if kept:
                    _idle.append(child)
                yield found
        except _BrokenError as broken:
            if carefully and (broken.certain or not child.answered):
                done += 1
                carefully = False
                yield Extracted(fault=broken.reason)
            else:
                carefully = True
        finally:
            if not kept:
                child.end()


class _BrokenError(Exception):
    """The child has ended, or was ended. `certain`: no other child would have done better."""

    def __init__(self, reason: str, *, certain: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.certain = certain


class _Child:
    """A running child, and the pipes to it."""

    def __init__(self, name: str, limits: Limits) -> None:
        self.name = name
        self.limits = limits
        self.owner = os.getpid()
        self.answered = 0
        self.buffer = bytearray()
        self.waiting: deque[tuple[dict[str, Any], str]] = deque()
        command = [sys.executable, "-P", "-m", CHILD, name, str(limits.seconds), str(limits.megabytes), str(self.owner)]
        with tempfile.TemporaryFile() as said:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, bufsize=0, env=_environment()
            )
            assert self.process.stdin is not None
            assert self.process.stdout is not None
            self.requests, self.answers = self.process.stdin.fileno(), self.process.stdout.fileno()
            os.set_blocking(self.requests, False)
            _widen(self.requests, self.answers)
            try:
                ready = "ready" in next(read_answers(*self._parts()))[0]
            except (_BrokenError, ValueError, StopIteration):
                ready = False
            if not ready:
                self.end()
                said.seek(0)
                raise ExtractionError(_not_started(said.read(2**16)))

    def ask(self, pages: Sequence[Page], *, carefully: bool) -> None:
        """Send pages. The child reads them all before it answers the first, so neither waits for the other."""
        view = memoryview(batch(pages, carefully=carefully))
        while view:
            self._wait(self.requests, select.POLLOUT)
            try:
                view = view[os.write(self.requests, view) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise self._ended() from None

    def answer(self) -> Extracted:
        """The next answer. Raises _BrokenError when there is none."""
        if not self.waiting:
            try:
                self.waiting.extend(read_answers(*self._parts()))
            except (ValueError, TypeError):
                raise _BrokenError("the page broke the parser") from None
        facts, text = self.waiting.popleft()
        if "memory" in facts:
            raise self._too_large()
        self.answered += 1
        if "error" in facts:
            return Extracted(fault=f"no text could be taken from the page: {facts['error']}")
        return Extracted(text, facts)

    def end(self) -> None:
        """End the process, whatever it does, and leave nothing of it."""
        if self.owner != os.getpid():  # a fork of its owner
            return
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()

    def _parts(self) -> tuple[bytes, bytes]:
        """The two parts of the next answer."""
        self._fill(COUNTS.size)
        known, text = COUNTS.unpack_from(self.buffer)
        if known > MAX_ANSWER or text > MAX_ANSWER:
            raise _BrokenError("the page broke the parser: its text is too long")
        start, end = COUNTS.size + known, COUNTS.size + known + text
        self._fill(end)
        with memoryview(self.buffer) as held:
            parts = bytes(held[COUNTS.size : start]), bytes(held[start:end])
        del self.buffer[:end]
        return parts

    def _fill(self, size: int) -> None:
        """Read on until there are so many bytes."""
        while len(self.buffer) < size:
            self._wait(self.answers, select.POLLIN)
            piece = os.read(self.answers, PIECE)
            if not piece:
                raise self._ended()
            self.buffer += piece

    def _wait(self, handle: int, event: int) -> None:
        """Wait for the child. One that holds too much, or has done nothing for too long, is ended."""
        poll = select.poll()
        poll.register(handle, event)
        since = time.monotonic()
        while not poll.poll(STEP * 1000):
            if _held(self.process.pid) > self.limits.megabytes * 2**20:
                raise self._too_large()
            if time.monotonic() - since > self.limits.idle:
                raise _BrokenError(f"the parser did not answer for {self.limits.idle} s")

    def _too_large(self) -> _BrokenError:
        return _BrokenError(f"the page needed more than {self.limits.megabytes} MB")

    def _ended(self) -> _BrokenError:
        """Why the child has ended."""
        code = self.process.wait()
        if code == -signal.SIGXCPU:
            return _BrokenError(f"the page took longer than {self.limits.seconds} s", certain=True)
        return _BrokenError("the page broke the parser")


_idle: list[_Child] = []


def _borrowed(name: str, limits: Limits) -> _Child:
    """A child that is idle, or a new one. Two readers that take turns in a process have one each."""
    for child in list(_idle):
        if child.owner != os.getpid():
            _idle.remove(child)
            child.process.returncode = 0  # it is another process's to wait for
        elif (child.name, child.limits) == (name, limits):
            _idle.remove(child)
            return child
    return _Child(name, limits)


def close() -> None:
    """End all idle children."""
    while _idle:
        _idle.pop().end()


atexit.register(close)


def idle() -> list[int]:
    """The process ids of the children that wait for pages."""
    return [child.process.pid for child in _idle]


def _environment() -> dict[str, str]:
    """The environment, with this package findable from any folder, and the same order of sets in every child.

    The C library keeps memory that a page gave back for the next one, up to KEPT; it would ask the system for it anew.
    """
    above = str(Path(__file__).parents[1])
    path = os.pathsep.join([above, *filter(None, [os.environ.get("PYTHONPATH")])])
    kept = {"MALLOC_TRIM_THRESHOLD_": str(KEPT), "MALLOC_MMAP_THRESHOLD_": str(KEPT)}
    return {**os.environ, **kept, "PYTHONPATH": path, "PYTHONHASHSEED": "0"}


def _widen(*pipes: int) -> None:
    """Ask for larger pipes; where there are none, or no more of them, the usual ones serve."""
    try:
        import fcntl

        for pipe in pipes:
            fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE)
    except (ImportError, AttributeError, OSError):
        pass


def _held(pid: int) -> int:
    """Bytes that a process holds in memory; 0 where that cannot be seen."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0


def _not_started(said: bytes) -> str:
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    return f"the process that takes text out of pages did not start: {lines[-1] if lines else 'it said nothing'}"
