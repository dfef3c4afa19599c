"""A headless Chromium, driven over a pipe by the DevTools protocol: no driver, no port, no package.

Everything that a page asks for and everything that it logs is kept, so that a test can say that there was nothing.
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from select import select
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).parents[1]

UNPACKED = ROOT / ".chromium" / "chromium"
"""What tests/unpack_chromium.sh leaves."""

VARIABLE = "ROOTS_TEST_CHROMIUM"
"""The environment variable that names the program; `none`: the machine's own is not to be used."""

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-pipe",
)

PATIENCE = 60
"""Seconds in which the browser has to answer."""

CHILD = "import os,sys; r,w=map(int,sys.argv[1:3]); os.dup2(r,3); os.dup2(w,4); os.execv(sys.argv[3],sys.argv[3:])"
"""Chromium reads from descriptor 3 and writes to 4."""


class BrowserError(RuntimeError):
    """The browser did not do what it was asked."""


def find() -> str:
    """The path of a Chromium: the one named, the one unpacked, the machine's; "" where there is none."""
    named = os.environ.get(VARIABLE, "")
    if named and named != "none":
        return named
    if UNPACKED.is_file():
        return str(UNPACKED)
    return "" if named == "none" else shutil.which("chromium") or shutil.which("chromium-browser") or ""


@dataclass
class Page:
    """A page in a browser: what it asked for (`requests`), what it logged and what it raised (`said`)."""

    browser: "Browser"
    session: str
    requests: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def open(self, url: str) -> None:
        """Go to an address and wait until all of it is there."""
        self.browser.loaded.discard(self.session)
        self.send("Page.navigate", url=url)
        self.browser.until(lambda: self.session in self.browser.loaded, f"{url} to be loaded")
        self.settle()

    def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        found = self.send("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            raise BrowserError(f"{expression}: {found['exceptionDetails']}")
        return found["result"].get("value")

    def settle(self) -> None:
        """Wait until what was asked for has been drawn."""
        self.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))")

    def view(self, width: int, height: int, *, dark: bool = False) -> None:
        """Show the page in a window of another size, as at day or at night."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.send("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        self.settle()

    def press(self, key: str) -> None:
        """Press a key and let it go."""
        code = {"Enter": 13, "Tab": 9, "Escape": 27, "Home": 36, "End": 35, "ArrowLeft": 37, "ArrowUp": 38}
        code |= {"ArrowRight": 39, "ArrowDown": 40, " ": 32}
        given: dict[str, Any] = {"key": key, "code": key, "windowsVirtualKeyCode": code[key]}
        text = {"Enter": "\r", " ": " "}.get(key)
        self.send(
            "Input.dispatchKeyEvent",
            type="keyDown" if text else "rawKeyDown",
            **given,
            **({"text": text} if text else {}),
        )
        self.send("Input.dispatchKeyEvent", type="keyUp", **given)
        self.settle()

    def click(self, selector: str) -> None:
        """Click with the mouse into the middle of the first element that a selector finds."""
        box = self.evaluate(
            f"(() => {{ const it = document.querySelector({json.dumps(selector)});"
            " it.scrollIntoView({block: 'center'});"
            " const box = it.getBoundingClientRect(); return [box.x + box.width / 2, box.y + box.height / 2]; })()"
        )
        where: dict[str, Any] = {"x": box[0], "y": box[1], "button": "left", "clickCount": 1}
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, **where)
        self.settle()

    def picture(self, path: Path, *, whole: bool = False) -> None:
        """A picture of the window, or of the whole page, as PNG."""
        found = self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        path.write_bytes(base64.b64decode(found["data"]))

    def send(self, method: str, **given: Any) -> dict[str, Any]:
        """Give a command of the protocol to the page; its answer."""
        return self.browser.send(method, given, self.session)


class Browser:
    """A running Chromium."""

    def __init__(self, process: subprocess.Popen[bytes], reads: int, writes: int) -> None:
        self.process, self.reads, self.writes = process, reads, writes
        self.loaded: set[str] = set()
        self.pages: dict[str, Page] = {}
        self._answers: dict[int, dict[str, Any]] = {}
        self._number = 0
        self._held = b""

    def page(self) -> Page:
        """A new page, which is listened to from its beginning."""
        target = self.send("Target.createTarget", {"url": "about:blank"})["targetId"]
        session = self.send("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        page = self.pages[session] = Page(self, session)
        for domain in ("Page", "Runtime", "Log", "Network"):
            page.send(f"{domain}.enable")
        return page

    def send(self, method: str, given: dict[str, Any], session: str = "") -> dict[str, Any]:
        """Give a command of the protocol and wait for its answer."""
        self._number += 1
        number = self._number
        message = {"id": number, "method": method, "params": given} | ({"sessionId": session} if session else {})
        os.write(self.writes, json.dumps(message).encode() + b"\0")
        self.until(lambda: number in self._answers, method)
        answer = self._answers.pop(number)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error']}")
        return dict(answer["result"])

    def until(self, done: Any, what: str) -> None:
        """Take what the browser says until something is so."""
        end = time.monotonic() + PATIENCE
        while not done():
            if not select([self.reads], [], [], max(0, end - time.monotonic()))[0]:
                raise BrowserError(f"waited {PATIENCE} s for {what}")
            data = os.read(self.reads, 1 << 20)
            if not data:
                raise BrowserError(f"ended while it was waited for {what}")
            *whole, self._held = (self._held + data).split(b"\0")
            for message in whole:
                self._take(json.loads(message))

    def _take(self, message: dict[str, Any]) -> None:
        if "id" in message:
            self._answers[message["id"]] = message
            return
        page, method, given = self.pages.get(message.get("sessionId", "")), message["method"], message["params"]
        if page is None:
            return
        if method == "Page.loadEventFired":
            self.loaded.add(page.session)
        elif method == "Network.requestWillBeSent":
            page.requests.append(given["request"]["url"])
        elif method == "Runtime.consoleAPICalled":
            page.said.append(f"{given['type']}: {[each.get('value') for each in given['args']]}")
        elif method == "Runtime.exceptionThrown":
            details = given["exceptionDetails"]
            page.said.append(f"{details['text']} {details.get('exception', {}).get('description', '')}")
        elif method == "Log.entryAdded":
            page.said.append(f"{given['entry']['level']}: {given['entry']['text']}")


@contextmanager
def running(program: str) -> Iterator[Browser]:
    """A Chromium of its own, with a profile that goes with it."""
    with TemporaryDirectory(prefix="roots-chromium-", ignore_cleanup_errors=True) as folder:
        theirs, ours = os.pipe()
        reads, writes = os.pipe()
        environment = {**os.environ, "HOME": folder, "XDG_CONFIG_HOME": folder, "XDG_CACHE_HOME": folder}
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                CHILD,
                str(theirs),
                str(writes),
                program,
                *FLAGS,
                f"--user-data-dir={folder}/profile",
            ],
            pass_fds=(theirs, writes),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs)
        os.close(writes)
        browser = Browser(process, reads, ours)
        try:
            yield browser
            browser.send("Browser.close", {})
        finally:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            os.close(reads)
            os.close(ours)
