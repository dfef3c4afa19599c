import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Thread

import pytest
from dash import Dash, html
from flask.testing import FlaskClient

from roots.page.serving import PageError, bound, content_policy, guarded, one_at_a_time
from tests.corpora import ROOT, environment

HERE = "127.0.0.1:8123"


@pytest.fixture
def client() -> FlaskClient:
    """A small page on a port that is not opened."""
    app = Dash("roots")
    app.layout = html.Div("Hello")
    return guarded(app, 8123).server.test_client()


def test_the_page_answers_to_its_own_names_alone(client: FlaskClient) -> None:
    for host in (HERE, "localhost:8123"):
        assert client.get("/", headers={"Host": host}).status_code == 200
    for host in ("evil.example:8123", "127.0.0.1:9999", "127.0.0.1", "localhost.evil.example:8123"):
        found = client.get("/", headers={"Host": host})
        assert found.status_code == 403
        assert HERE in found.text


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null", f"https://{HERE}", "http://localhost:8123"])
def test_only_the_page_itself_may_ask(client: FlaskClient, origin: str | None) -> None:
    headers = {"Host": HERE} | ({"Origin": origin} if origin else {})
    assert client.post("/_dash-update-component", headers=headers, json={}).status_code == 403


def test_the_page_itself_is_heard(client: FlaskClient) -> None:
    headers = {"Host": HERE, "Origin": f"http://{HERE}"}
    # An empty question is none, but it comes as far as Dash.
    assert client.post("/nothing", headers=headers, json={}).status_code == 405


def test_nothing_from_outside_may_be_used(client: FlaskClient) -> None:
    found = client.get("/", headers={"Host": HERE}).headers
    policy = found["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self' 'sha256-" in policy
    assert "connect-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert found["X-Content-Type-Options"] == "nosniff"
    assert found["Referrer-Policy"] == "no-referrer"
    assert found["Cache-Control"] == "no-store"
    assert content_policy.__doc__


def test_a_port_in_use_is_named_with_what_to_do() -> None:
    with closing(bound(0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PageError, match=rf"port {port} .* choose one with --port"):
            bound(port)


def test_the_socket_is_of_this_machine_alone() -> None:
    with closing(bound(0)) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"
        assert listening.family == socket.AF_INET


def test_answers_are_computed_one_at_a_time() -> None:
    at_once, most = 0, 0

    def _answer(environment: dict[str, str], start: object) -> list[bytes]:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        for _ in range(20_000):
            pass
        at_once -= 1
        return []

    wrapped = one_at_a_time(_answer)
    threads = [Thread(target=wrapped, args=({"PATH_INFO": "/_dash-update-component"}, None)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_an_interrupt_ends_the_page_without_a_traceback(judged: str, shared_cache: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "roots", "inspect", judged, "--port", "0"],
        cwd=ROOT,
        env={**environment(), "XDG_CACHE_HOME": str(shared_cache), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline().startswith("The page is at http://127.0.0.1:")
    process.send_signal(signal.SIGINT)
    out, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert out == "ended\n"
    assert "Traceback" not in errors
