"""The process that takes text out of pages: `python -m catalog.extraction_child NAME SECONDS MEGABYTES PARENT`.

It reads batches of pages from its standard input and answers them in order on its standard output. Both ends of the
talk are here; numbers are of 32 bits, big endian:

- a batch is a number, so many bytes of MessagePack that tell what is known of each page, and the bytes of all pages;
- answers to some pages are two numbers, so many bytes of MessagePack with the facts of each page and the length of its
  text, and so many bytes that are their texts in UTF-8. First comes one answer that says: ready.

MessagePack, not pickle: parsers in C read hostile bytes here, and the parent shall trust nothing that comes back.
Answers are sent some at a time, because each change of processes costs as much as a tenth of a quick page; but each at
once where the batch says `carefully`, so that the parent knows which page ended this process.

The limits are the kernel's, set by this process for itself: CPU seconds a page, by a limit that is moved up before each
(a page in C code cannot be stopped otherwise, and a signal's exception is swallowed inside parsers); and address space.
The process ends when its input ends, and when its parent does.
"""

import gc
import importlib
import math
import os
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, BinaryIO

import msgpack

from catalog import page as pages
from catalog import signals

MODULES = {
    "trafilatura": "catalog.extract_trafilatura",
    "resiliparse": "catalog.extract_resiliparse",
    "roots-2022-03": "catalog.extract_roots",
}
"""The module of each extractor: `load()` makes it ready, `text(page, url)` gives a page.Text."""

COUNT = struct.Struct(">I")
COUNTS = struct.Struct(">II")

GATHERED = 64 * 1024
"""Bytes of answers that are sent together at most: what a pipe takes at once."""

WAITED = 0.05
"""Seconds of CPU time after which answers are sent however few they are."""

OBJECTS = 20_000
"""New objects between two looks for cycles of garbage; Python's own 700 cost 3 % of the time, for trees without any."""

LOOK = 0.5
"""Seconds between two looks whether the parent is still there, while a page is worked on."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it came out of an archive, and what the archive says of it.

    `charset` is what the crawler identified (WARC-Identified-Content-Charset), "" for nothing.
    """

    data: bytes
    content_type: str = ""
    charset: str = ""
    url: str = ""


def packed(value: list[Any]) -> bytes:
    """A list of lists, dicts, texts and numbers as MessagePack; halves of surrogate pairs are kept."""
    data: bytes = msgpack.packb(value, unicode_errors="surrogatepass")
    return data


def unpacked(data: bytes) -> Any:
    """What was packed. Raises ValueError when it is no MessagePack."""
    return msgpack.unpackb(data, unicode_errors="surrogatepass")


def batch(of: Sequence[Page], *, carefully: bool = False) -> bytes:
    """The bytes that ask for some pages."""
    asked = [[len(page.data), page.content_type, page.charset, page.url] for page in of]
    known = packed([carefully, asked])
    return b"".join((COUNT.pack(len(known)), known, *(page.data for page in of)))


def read_batch(stream: BinaryIO) -> tuple[bool, list[Page]] | None:
    """Whether to be careful, and the pages of the next batch; None at the end."""
    count = stream.read(COUNT.size)
    if len(count) < COUNT.size:
        return None
    carefully, asked = unpacked(stream.read(COUNT.unpack(count)[0]))
    return carefully, [
        Page(stream.read(size), content_type, charset, url) for size, content_type, charset, url in asked
    ]


def answers(of: Sequence[tuple[dict[str, Any], bytes]]) -> bytes:
    """The bytes that answer for some pages: facts and text of each."""
    known = packed([[len(text), facts] for facts, text in of])
    texts = b"".join(text for _, text in of)
    return b"".join((COUNTS.pack(len(known), len(texts)), known, texts))


def read_answers(known: bytes, texts: bytes) -> Iterator[tuple[dict[str, Any], str]]:
    """Facts and text of each page in the two parts of some answers. Raises ValueError when they are none."""
    place = 0
    for size, facts in unpacked(known):
        if not isinstance(facts, dict):
            raise ValueError("facts are no object")
        yield facts, texts[place : place + size].decode()
        place += size


def facts_of(page: Page, name: str, text: Callable[[str, str], pages.Text]) -> tuple[dict[str, Any], str]:
    """What is to be known of a page, and its text: `charset`, `title`, `meta`, and the `signals` of its markup."""
    if name == "roots-2022-03":
        from catalog.extract_roots import decode

        source, charset = decode(page.data, page.charset)
    else:
        source, charset = pages.decode(page.data, page.content_type, page.charset)
    words, values = signals.of_page(source)
    taken = text(source, page.url)
    facts: dict[str, Any] = {"charset": charset, "title": pages.title(source)}
    if words or values:
        facts |= {"signals": words, "values": values}
    if taken.meta:
        facts["meta"] = taken.meta
    return facts, taken.text


class Limits:
    """Limits that this process sets for itself. Where a platform lacks one, nothing is limited."""

    def __init__(self, seconds: int, megabytes: int) -> None:
        self.seconds = seconds
        self.most = megabytes * 2**20
        self.until = 0
        try:
            import resource
        except ImportError:
            return
        self.resource = resource
        self._set(resource.RLIMIT_CORE, 0)
        # Twice what may be held: what is mapped is not all used. What is really held is asked after each page.
        self._set(resource.RLIMIT_AS, _mapped() + 2 * self.most)

    def before_page(self) -> None:
        """Move the end up: the page may use `seconds` of CPU, and up to one more, for the kernel counts whole ones."""
        until = int(time.process_time()) + 1 + self.seconds
        if until != self.until and hasattr(self, "resource"):
            self._set(self.resource.RLIMIT_CPU, until)
            self.until = until

    def too_large(self) -> bool:
        """Whether this process has ever held more than it may.

        On Linux what its parent held when it was started counts in ru_maxrss; only where that is too much, the exact
        figure is asked for, which costs as much as a twentieth of a quick page.
        """
        if not hasattr(self, "resource"):
            return False
        unit = 1 if sys.platform == "darwin" else 1024
        if self.resource.getrusage(self.resource.RUSAGE_SELF).ru_maxrss * unit <= self.most:
            return False
        return _most_held() > self.most

    def _set(self, which: int, value: int) -> None:
        hard = self.resource.getrlimit(which)[1]
        value = value if hard == self.resource.RLIM_INFINITY else min(value, hard)
        with suppress(ValueError, OSError):  # macOS knows RLIMIT_AS and refuses it
            self.resource.setrlimit(which, (value, hard))


def _mapped() -> int:
    """Bytes of address space in use now; 0 where that cannot be seen."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 2**30


def _most_held() -> float:
    """Bytes of memory that this program held at its highest; more than any limit where that cannot be seen."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmHWM:"))
    except (OSError, StopIteration):
        return math.inf


def serve(name: str, limits: Limits, requests: BinaryIO, out: int) -> None:
    """Answer batches until there are no more."""
    text = importlib.import_module(MODULES[name]).text
    while (asked := read_batch(requests)) is not None:
        carefully, wanted = asked
        waiting: list[tuple[dict[str, Any], bytes]] = []
        held, since = 0, time.process_time()
        for page in wanted:
            limits.before_page()
            try:
                facts, found = facts_of(page, name, text)
            except MemoryError:
                facts, found = {"memory": True}, ""
            except Exception as error:  # parsers raise many kinds on hostile pages, RecursionError among them
                facts, found = {"error": type(error).__name__}, ""
            if "memory" in facts or limits.too_large():
                _write(out, answers([*waiting, ({"memory": True}, b"")]))
                return
            # half a surrogate pair, which has no UTF-8 form, becomes a question mark
            waiting.append((facts, found.encode("utf-8", "replace")))
            held += len(waiting[-1][1])
            if carefully or held >= GATHERED or time.process_time() - since > WAITED:
                _write(out, answers(waiting))
                waiting, held, since = [], 0, time.process_time()
        if waiting:
            _write(out, answers(waiting))
        del asked, wanted


def _write(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _end_with(parent: int) -> None:
    """End this process when its parent has ended, in whatever way: then it has another parent."""
    while os.getppid() == parent:
        time.sleep(LOOK)
    os._exit(1)


def main(arguments: Sequence[str]) -> None:
    """Make the extractor ready, say so, and serve. What libraries print goes nowhere."""
    name, seconds, megabytes, parent = arguments[0], int(arguments[1]), int(arguments[2]), int(arguments[3])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C ends
    requests, out = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    importlib.import_module(MODULES[name]).load()
    os.dup2(nowhere, 2)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS, 20, 20)
    limits = Limits(seconds, megabytes)
    try:
        _write(out, answers([({"ready": True}, b"")]))
        with open(requests, "rb", buffering=2**20) as stream:
            serve(name, limits, stream, out)
    except BrokenPipeError:  # the parent has gone
        pass


if __name__ == "__main__":
    main(sys.argv[1:])
