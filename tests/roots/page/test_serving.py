import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from threading import Event, Thread

import pytest
from dash import Dash, html
from flask import request
from flask.testing import FlaskClient
from werkzeug.test import EnvironBuilder, run_wsgi_app

from roots.page.serving import (
    CALLBACK,
    LARGEST,
    READING,
    SLOW,
    PageError,
    bound,
    content_policy,
    guarded,
    one_at_a_time,
)
from tests.corpora import ROOT, environment

HERE = "127.0.0.1:8123"


ITSELF = {"Host": HERE, "Origin": f"http://{HERE}"}


@pytest.fixture
def small() -> Dash:
    """A small page on a port that is not opened."""
    app = Dash("roots")
    app.layout = html.Div("Hello")
    return guarded(app, 8123)


@pytest.fixture
def client(small: Dash) -> FlaskClient:
    return small.server.test_client()


def test_the_page_answers_to_its_own_names_alone(client: FlaskClient) -> None:
    for host in (HERE, "localhost:8123"):
        assert client.get("/", headers={"Host": host}).status_code == 200
    for host in ("evil.example:8123", "127.0.0.1:9999", "127.0.0.1", "localhost.evil.example:8123"):
        found = client.get("/", headers={"Host": host})
        assert found.status_code == 403
        assert HERE in found.text


def test_a_request_that_does_not_say_whom_it_asks_is_refused(small: Dash) -> None:
    given = EnvironBuilder("/", base_url=f"http://{HERE}/").get_environ()
    assert run_wsgi_app(small.server.wsgi_app, dict(given))[1].startswith("200")
    del given["HTTP_HOST"]
    given |= {"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8123"}
    assert run_wsgi_app(small.server.wsgi_app, given)[1].startswith("403")


@pytest.mark.parametrize("origin", [None, "http://evil.example", "null", f"https://{HERE}", "http://localhost:8123"])
def test_only_the_page_itself_may_ask(client: FlaskClient, origin: str | None) -> None:
    headers = {"Host": HERE} | ({"Origin": origin} if origin else {})
    assert client.post("/_dash-update-component", headers=headers, json={}).status_code == 403


def test_the_page_itself_is_heard(client: FlaskClient) -> None:
    # An empty question is none, but it comes as far as Dash.
    assert client.post("/nothing", headers=ITSELF, json={}).status_code == 405


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


def _asked(app: Dash, output: str) -> int:
    """The status of an answer to a question about a part of the page."""
    told = {"output": output, "outputs": {}, "inputs": [], "changedPropIds": []}
    return app.server.test_client().post(CALLBACK, headers=ITSELF, json=told).status_code


def test_answers_are_computed_one_at_a_time(small: Dash) -> None:
    at_once, most = 0, 0

    def _answer() -> str:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        for _ in range(20_000):
            pass
        at_once -= 1
        return ""

    small.server.view_functions[CALLBACK] = _answer
    one_at_a_time(small)
    threads = [Thread(target=_asked, args=(small, "total.children")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


@pytest.mark.parametrize("part", [*SLOW, *READING])
def test_a_slow_answer_holds_up_no_count(small: Dash, part: str) -> None:
    begun, end = Event(), Event()

    def _answer() -> str:
        if part in request.get_data(as_text=True):
            begun.set()
            assert end.wait(60)
        return ""

    small.server.view_functions[CALLBACK] = _answer
    one_at_a_time(small)
    slow = Thread(target=_asked, args=(small, f"{part}.children"))
    slow.start()
    assert begun.wait(60)
    try:
        assert _asked(small, "total.children") == 200
        assert slow.is_alive()
    finally:
        end.set()
        slow.join()


def test_a_question_that_is_none_is_refused(small: Dash) -> None:
    one_at_a_time(small)
    client = small.server.test_client()
    assert client.post(CALLBACK, headers=ITSELF, data=b"{not", content_type="application/json").status_code == 400
    large = b"x" * (LARGEST + 1)
    assert client.post(CALLBACK, headers=ITSELF, data=large, content_type="application/json").status_code == 413


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
