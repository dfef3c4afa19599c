"""An HTTP server on loopback that serves ranges of real files, logs each request, and can be told to fail."""

import fnmatch
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote


@dataclass
class Rule:
    """How requests are answered whose path fits a pattern, for so many times each range (None: always)."""

    pattern: str
    how: str
    times: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    done: dict[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """One request: the path, the range asked for, and the status of the answer."""

    path: str
    range: str
    status: int


class RangeServer:
    """The server of a folder: its address, what it was asked, and what it was told."""

    def __init__(self, folder: Path, *, delay: float = 0.0) -> None:
        self.folder = folder
        self.delay = delay
        self.log: list[Request] = []
        self.times: list[float] = []
        self.agents: set[str] = set()
        self.most_at_once = 0
        self._rules: list[Rule] = []
        self._admitted = 0
        self._most: int | None = None
        self._gate = threading.Event()
        self._lock = threading.Lock()
        self._now = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """The address of the folder."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def fail(self, pattern: str, how: str, times: int | None = None, **headers: str) -> None:
        """Answer paths that fit a pattern in another way: a status, or one of the names in `answer`."""
        self._rules.append(Rule(pattern, how, times, {name.replace("_", "-"): text for name, text in headers.items()}))

    def heal(self) -> None:
        """Answer all as it should be again."""
        self._rules.clear()

    def hold(self, after: int) -> None:
        """Answer so many requests in all, and keep the others waiting until `release`: those are never answered."""
        self._gate.clear()
        self._most = after

    def release(self) -> None:
        """Answer all again that come from now on."""
        self._most = None
        self._gate.set()

    def admitted(self) -> bool:
        """Whether a request is to be answered; one that is not waits here."""
        with self._lock:
            if self._most is None or self._admitted < self._most:
                self._admitted += 1
                return True
        self._gate.wait()
        return False

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for the end."""
        self.release()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def rule(self, path: str, asked: str) -> Rule | None:
        """The rule that holds for a request, counted as used."""
        with self._lock:
            for rule in self._rules:
                used = rule.done.get((path, asked), 0)
                if fnmatch.fnmatch(path, rule.pattern) and (rule.times is None or used < rule.times):
                    rule.done[(path, asked)] = used + 1
                    return rule
        return None

    @contextmanager
    def counted(self) -> Iterator[None]:
        """Counts how many requests are answered at once."""
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            yield
        finally:
            with self._lock:
                self._now -= 1


def answer(handler: BaseHTTPRequestHandler, rule: Rule | None, data: bytes, span: tuple[int, int] | None) -> int:
    """Answer a request for a span of a file (None: the whole file), as the rule says; returns the status."""
    how = rule.how if rule else ""
    start, end = span or (0, len(data) - 1)
    body = data[start : end + 1]
    headers = {"Content-Range": f"bytes {start}-{end}/{len(data)}"} if span else {}
    if how.isdecimal():
        return _send(handler, int(how), rule.headers if rule else {}, b"no")
    if how == "loop":
        return _send(handler, 302, {"Location": handler.path}, b"")
    if how.startswith("to:"):
        return _send(handler, 302, {"Location": how.removeprefix("to:")}, b"")
    if how == "whole":
        return _send(handler, 200, {}, data)
    if how == "wrong-length":
        body = body[: len(body) // 2]
        headers["Content-Range"] = f"bytes {start}-{start + len(body) - 1}/{len(data)}"
    if how == "too-long":
        body = data[start : end + 1] + b"x" * 100_000
    if how == "other-range":
        headers["Content-Range"] = f"bytes {start + 1}-{end + 1}/{len(data)}"
    if how == "garbage":
        body = b"\0" * len(body)
    if how == "truncated":
        return _send(handler, 206, headers, body, sent=len(body) // 2)
    if how == "drip":
        return _send(handler, 206, headers, body, drip=0.05)
    return _send(handler, 206 if span else 200, headers, body)


def _send(
    handler: BaseHTTPRequestHandler,
    status: int,
    headers: dict[str, str],
    body: bytes,
    sent: int | None = None,
    drip: float = 0.0,
) -> int:
    handler.send_response(status)
    for name, value in {**headers, "Content-Length": str(len(body))}.items():
        handler.send_header(name, value)
    handler.end_headers()
    if handler.command == "HEAD":
        return status
    if drip:
        for place in range(len(body)):
            handler.wfile.write(body[place : place + 1])
            handler.wfile.flush()
            time.sleep(drip)
        return status
    handler.wfile.write(body if sent is None else body[:sent])
    if sent is not None:
        handler.close_connection = True
    return status


def _handler(server: RangeServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            path = unquote(self.path.partition("?")[0]).lstrip("/")
            asked = self.headers.get("Range", "")
            server.agents.add(self.headers.get("User-Agent", ""))
            if not server.admitted():
                self.close_connection = True
                return
            with server.counted():
                time.sleep(server.delay)
                file = server.folder / path
                if ".." in path.split("/") or not file.is_file():
                    status = _send(self, 404, {}, b"no")
                    server.log.append(Request(path, asked, status))
                    return
                found = re.fullmatch(r"bytes=(\d+)-(\d*)", asked)
                data = file.read_bytes()
                span = (int(found[1]), min(int(found[2] or len(data)), len(data) - 1)) if found else None
                rule = server.rule(path, asked)
                entry = len(server.log)
                server.log.append(Request(path, asked, 0))
                server.times.append(time.monotonic())
                try:
                    status = 416 if span and span[0] >= len(data) else answer(self, rule, data, span)
                    if status == 416:
                        _send(self, 416, {}, b"")
                except ConnectionError:
                    status = 0
                server.log[entry] = Request(path, asked, status)

        def log_message(self, *message: Any) -> None:
            pass

    return Handler


@contextmanager
def serving(folder: Path, *, delay: float = 0.0) -> Iterator[RangeServer]:
    """A server of a folder for as long as the block runs; each answer comes after so many seconds."""
    server = RangeServer(folder, delay=delay)
    server.start()
    try:
        yield server
    finally:
        server.stop()
