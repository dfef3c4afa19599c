"""The page's server: this machine alone, its own name, its own page as the only caller, and nothing from outside."""

import logging
import socket
from threading import Lock
from typing import Any

import click
from dash import Dash
from flask import Flask, Response, abort, request
from werkzeug.serving import BaseWSGIServer, make_server

ADDRESS = "127.0.0.1"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

LARGEST = 8_000_000
"""Bytes that the page may send at once: a list of words that was uploaded, and 10,000 characters of text."""


CALLBACK = "/_dash-update-component"
"""Where the page sends its questions."""

SLOW = ("own-text-found", "own-list-found", "words-found", "documents-file")
"""Parts of the page whose answers may take minutes: they measure texts, or write a file of all documents."""

READING = ("near-texts", "documents-table", "documents-text")
"""Parts whose answers take about a second: texts are read, and personal data is looked for in them."""


class PageError(ValueError):
    """The page cannot be served as asked."""


def guarded(app: Dash, port: int) -> Dash:
    """An app that answers to its own name and its own page alone, so that no other page in the browser reads texts.

    A page elsewhere could reach 127.0.0.1 by a name that it has pointed there (DNS rebinding), or send forms to it.
    """
    server: Flask = app.server
    server.config["MAX_CONTENT_LENGTH"] = LARGEST
    names = [f"{ADDRESS}:{port}", f"localhost:{port}"]
    policy = content_policy(app)

    @server.before_request
    def _own() -> None:
        # What the browser sent: without it, request.host would be the server's own name.
        if request.environ.get("HTTP_HOST") not in names:
            abort(403, f"this page answers to {' and '.join(names)} alone")
        if request.method not in ("GET", "HEAD") and request.headers.get("Origin") != f"http://{request.host}":
            abort(403, "only the page itself may ask")

    @server.after_request
    def _headed(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy
        if request.path.startswith("/_dash-update") or request.path == "/":
            response.headers["Cache-Control"] = "no-store"
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    return app


def content_policy(app: Dash) -> str:
    """Nothing but from here: of inline scripts the one line with which Dash starts; styles its components set."""
    scripts = " ".join(["'self'", *app.csp_hashes()])
    rules = {
        "default-src": "'none'",
        "script-src": scripts,
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def serve(app: Dash, listening: socket.socket) -> None:
    """Serve on a socket until Ctrl-C."""
    server = server_of(app, listening)
    try:
        click.echo(f"The page is at http://{ADDRESS}:{server.port}/ on this machine alone. Ctrl-C ends it.")
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        server.server_close()
    click.echo("ended")


def server_of(app: Dash, listening: socket.socket) -> BaseWSGIServer:
    """A server of an app, guarded, on a socket of this machine."""
    port = listening.getsockname()[1]
    # It would name every request on the terminal.
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    one_at_a_time(guarded(app, port))
    return make_server(ADDRESS, port, app.server.wsgi_app, threaded=True, fd=listening.fileno())


def bound(port: int) -> socket.socket:
    """A socket on a port of this machine alone; 0 is any that is free."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((ADDRESS, port))
        listening.listen()
    except OSError as error:
        listening.close()
        raise PageError(
            f"port {port} of this machine cannot be used ({error.strerror}): another page may be open on it; "
            f"choose one with --port {port + 1 if port < 65535 else 8050}"
        ) from None
    return listening


def one_at_a_time(app: Dash) -> None:
    """Let an app compute one answer of a kind at a time, for answers take memory. `SLOW` ones, and those for `READING`,
    hold up their own kind alone, so that limits can be moved meanwhile and counts follow at once. A corpus that is open
    is only read, by any number at once."""
    views = app.server.view_functions
    answer = views[CALLBACK]
    kinds = {(): Lock(), SLOW: Lock(), READING: Lock()}

    def _answer() -> Any:
        # Whoever sends a question slowly holds up nobody.
        asked = request.get_json(silent=True)
        output = str(asked.get("output")) if isinstance(asked, dict) else ""
        kind = next((parts for parts in (SLOW, READING) if any(part in output for part in parts)), ())
        with kinds[kind]:
            return answer()

    views[CALLBACK] = _answer
