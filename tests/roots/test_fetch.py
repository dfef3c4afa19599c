"""Fetching: from a host that breaks off, lies, or is not there, and from a folder; nothing wrong is registered."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from filters import registry
from filters.models import ModelError, language_model
from roots import fetch
from roots.fetch import fetch_all
from tests import language_models
from tests.roots.made import Ended

Roots = Callable[..., Ended]


@dataclass
class Host:
    """A host on this machine: files by path, and how it misbehaves. `asked` are the headers Range that it was sent.

    `piece` is what it says that it gives (Content-Range), whatever it was asked for.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    address: str = ""
    breaks_after: list[int] = field(default_factory=list)
    status: int = 200
    etag: str | None = '"one"'
    length: int | str | None = None
    piece: str | None = None
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        asked = handler.headers["Range"] if handler.headers["If-Range"] == self.etag else None
        self.asked.append((handler.path.rpartition("/")[2], handler.headers["Range"]))
        data = self.files.get(handler.path)
        if data is None or self.status != 200:
            handler.send_error(404 if data is None else self.status)
            return
        start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
        handler.send_response(206 if asked or self.piece else 200)
        if asked or self.piece:
            handler.send_header("Content-Range", self.piece or f"bytes {start}-{len(data) - 1}/{len(data)}")
        if self.etag:
            handler.send_header("ETag", self.etag)
        handler.send_header("Content-Length", str(len(data) - start if self.length is None else self.length))
        handler.end_headers()
        rest = data[start:]
        handler.wfile.write(rest[: self.breaks_after.pop(0)] if self.breaks_after else rest)


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Iterator[Host]:
    monkeypatch.setattr(fetch, "PAUSE", 0)
    found = Host(
        {"/w/yo.sp.model": language_models.pieces(), "/w/yo.arpa.bin": language_models.ARPA.encode()},
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.answer(self)

        def log_message(self, format: str, *given: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.address = f"http://127.0.0.1:{server.server_port}/w/"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(registry.FOLDER, str(tmp_path / "models"))
    return tmp_path / "models"


def files(place: Path) -> set[str]:
    """Names of the files in the models folder that are not hidden."""
    return {path.name for path in place.iterdir() if path.name[0] != "."} if place.exists() else set()


WHOLE = {"wikipedia-yo.json", "wikipedia-yo.sp", "wikipedia-yo.kenlm"}


def test_a_model_is_fetched_by_name_and_used_by_name(roots: Roots, host: Host, place: Path) -> None:
    ended = roots("models", "fetch", "wikipedia-yo", "--from", host.address)
    assert ended.code == 0, ended.err
    assert files(place) == WHOLE
    assert language_model("wikipedia-yo")["pieces"] == place / "wikipedia-yo.sp"
    assert 'in yo.toml: language_model = "wikipedia-yo"' in ended.out
    assert "(not known before: it is recorded, and later fetches must give the same)" in ended.err
    record = json.loads((place / "wikipedia-yo.json").read_text(encoding="utf-8"))
    assert record["licence"] == "MIT"
    assert record["fetched_from"] == host.address
    again = roots("models", "fetch", "--lang", "yo", "--from", host.address)
    assert (again.code, again.err) == (0, "wikipedia-yo: is there, and whole\n")
    assert len(host.asked) == 2


def test_a_connection_that_breaks_is_taken_up_where_it_broke(
    host: Host, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetch, "PIECE", 100)
    host.breaks_after = [100, 200]
    fetch.fetch("wikipedia-yo", base=host.address)
    assert (place / "wikipedia-yo.sp").read_bytes() == language_models.pieces()
    assert host.asked[:3] == [("yo.sp.model", None), ("yo.sp.model", "bytes=100-"), ("yo.sp.model", "bytes=300-")]
    assert files(place) == WHOLE


def test_a_file_that_is_another_by_then_is_fetched_from_its_beginning(host: Host, place: Path) -> None:
    place.mkdir()
    (place / "wikipedia-yo.sp.part").write_bytes(b"of an older file")
    (place / "wikipedia-yo.sp.part.etag").write_text('"older"', encoding="latin-1")
    fetch.fetch("wikipedia-yo", base=host.address)
    assert (place / "wikipedia-yo.sp").read_bytes() == language_models.pieces()


@pytest.mark.parametrize(("part", "mark"), [(b"", ""), (b"half", '"one"'), (b"half", '"older"')])
@pytest.mark.parametrize("piece", ["bytes 0-9/10", "bytes 40-9/10", "nonsense"])
def test_another_piece_than_was_asked_for_is_not_taken(
    roots: Roots, host: Host, place: Path, part: bytes, mark: str, piece: str
) -> None:
    place.mkdir()
    if part:
        (place / "wikipedia-yo.sp.part").write_bytes(part)
        (place / "wikipedia-yo.sp.part.etag").write_text(mark, encoding="latin-1")
    host.piece = piece
    ended = roots("models", "fetch", "wikipedia-yo", "--from", host.address)
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert "yo.sp.model: cannot be fetched (the host answers 206 Partial Content)" in ended.err
    assert not files(place) & WHOLE


def test_a_length_that_is_no_number_is_none(host: Host, place: Path) -> None:
    host.length = "many"
    fetch.fetch("wikipedia-yo", base=host.address)
    assert (place / "wikipedia-yo.sp").read_bytes() == language_models.pieces()


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_without_a_mark_of_the_file_it_begins_again(host: Host, place: Path, etag: str | None) -> None:
    host.etag = etag
    host.breaks_after = [100]
    fetch.fetch("wikipedia-yo", base=host.address)
    assert host.asked[:2] == [("yo.sp.model", None), ("yo.sp.model", None)]
    assert (place / "wikipedia-yo.sp").read_bytes() == language_models.pieces()


def test_a_run_that_was_killed_goes_on(host: Host, place: Path) -> None:
    place.mkdir()
    (place / "wikipedia-yo.sp.part").write_bytes(language_models.pieces()[:500])
    (place / "wikipedia-yo.sp.part.etag").write_text('"one"', encoding="latin-1")
    fetch.fetch("wikipedia-yo", base=host.address)
    assert host.asked[0] == ("yo.sp.model", "bytes=500-")
    assert (place / "wikipedia-yo.sp").read_bytes() == language_models.pieces()


def test_a_host_that_always_breaks_off_is_given_up(roots: Roots, host: Host, place: Path) -> None:
    host.breaks_after = [1] * 99
    ended = roots("models", "fetch", "wikipedia-yo", "--from", host.address)
    assert ended.code == 1
    assert "yo.sp.model: cannot be fetched (the connection broke); the same command goes on later" in ended.err
    assert len(host.asked) == fetch.ATTEMPTS
    assert not (place / "wikipedia-yo.json").exists()


def test_a_host_that_is_not_there_is_named(roots: Roots, host: Host, place: Path) -> None:
    for address, reason in (("http://127.0.0.1:9/w", "Connection refused"), ("http://no.invalid", "no.invalid")):
        ended = roots("models", "fetch", "wikipedia-yo", "--from", address)
        assert ended.code == 1
        assert len(ended.err.splitlines()) == 1
        assert f"error: {address}/yo.sp.model: cannot be fetched (" in ended.err
        assert reason in ended.err
        assert "Error(" not in ended.err
        assert "name that with --from" in ended.err


@pytest.mark.parametrize(
    ("misbehave", "message"),
    [
        ({"status": 403}, "the host answers 403 Forbidden"),
        ({"status": 503}, "cannot be fetched (the host answers 503 Service Unavailable)"),
        ({"files": {}}, "the host answers 404 Not Found"),
        ({"length": 10**12}, "has more than 64,000,000 bytes, which is no such model"),
        (
            {"files": {"/w/yo.sp.model": b"<html>sign in</html>"}},
            "yo.sp.model: is a web page, not a SentencePiece model",
        ),
        ({"files": {"/w/yo.sp.model": b""}}, "yo.sp.model: is an empty file, not a SentencePiece model"),
    ],
)
def test_what_is_no_such_model_is_refused_in_one_line(
    roots: Roots, host: Host, place: Path, misbehave: dict[str, Any], message: str
) -> None:
    for name, value in misbehave.items():
        setattr(host, name, value)
    ended = roots("models", "fetch", "wikipedia-yo", "--from", host.address)
    assert (ended.code, len(ended.err.splitlines())) == (1, 1)
    assert message in ended.err
    assert not files(place) & WHOLE


def test_a_file_without_a_stated_length_cannot_fill_the_disk(
    tmp_path: Path,
) -> None:
    with pytest.raises(ModelError, match="has more than 250 bytes"), (tmp_path / "out").open("wb") as out:
        fetch._pour(iter([bytes(100)] * 9), out, "http://a", 250)
    assert (tmp_path / "out").stat().st_size == 0


def test_a_long_fetch_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fetch, "TOLD", 2_000_000)
    with (tmp_path / "out").open("wb") as out:
        fetch._pour(iter([bytes(1_000_000)] * 5), out, "http://a", 9_000_000)
    assert capsys.readouterr().err == "fetch: 2 MB of http://a\nfetch: 4 MB of http://a\n"


def test_the_hash_of_the_first_fetch_must_come_again(roots: Roots, host: Host, place: Path) -> None:
    command = ("models", "fetch", "wikipedia-yo", "--from", host.address)
    assert roots(*command).code == 0
    (place / "wikipedia-yo.kenlm").unlink()
    host.files["/w/yo.arpa.bin"] += b"\n"
    ended = roots(*command)
    assert ended.code == 1
    assert "as it had at the first fetch; --force takes what is there now" in ended.err
    assert roots(*command, "--force").code == 0
    assert (place / "wikipedia-yo.kenlm").read_bytes() == host.files["/w/yo.arpa.bin"]
    (place / "wikipedia-yo.sp").write_bytes(b"damaged")
    ended = roots(*command)
    assert (ended.code, "(as known)" in ended.err) == (0, True)


def test_a_known_hash_must_fit(roots: Roots, host: Host, place: Path) -> None:
    fasttext = (793_712_314).to_bytes(4, "little")
    host.files = {"/w/lid.176.bin": fasttext + bytes(99)}
    ended = roots("models", "fetch", "lid.176.bin", "--from", host.address)
    assert (ended.code, "lid.176.bin: has 103 bytes, not 131,266,198" in ended.err) == (1, True)
    assert files(place) == set()


def test_a_folder_serves_as_well(roots: Roots, place: Path, tmp_path: Path) -> None:
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "yo.sp.model").write_bytes(language_models.pieces())
    ended = roots("models", "fetch", "wikipedia-yo", "--from", tmp_path / "stick")
    assert (ended.code, "yo.arpa.bin: No such file or directory" in ended.err) == (1, True)
    (tmp_path / "stick" / "yo.arpa.bin").write_text(language_models.ARPA, encoding="utf-8")
    assert roots("models", "fetch", "wikipedia-yo", "--from", tmp_path / "stick").code == 0
    assert files(place) == WHOLE


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["wikipedia-de"], 2, "no published model is named 'wikipedia-de'; known: wikipedia-ar, "),
        (["--lang", "ig"], 2, "no language model for 'ig' is published that is known here; make one: roots train-lm"),
        (["--lang", "de"], 2, "'de' is not a language of the corpus"),
        ([], 2, "give NAMES, as `roots models` lists them, or --lang"),
    ],
)
def test_a_name_that_is_not_known_is_refused(
    roots: Roots, place: Path, arguments: list[str], code: int, message: str
) -> None:
    ended = roots("models", "fetch", *arguments)
    assert ended.code == code
    assert message in ended.err


def test_a_language_in_two_scripts_has_one_model(host: Host, place: Path) -> None:
    host.files = {path.replace("yo", "zh"): data for path, data in host.files.items()}
    [said] = fetch_all(["wikipedia-zh"], ["zhs", "zht"], None, base=host.address, force=False)
    assert 'in zhs.toml: language_model = "wikipedia-zh"; in zht.toml: language_model = "wikipedia-zh"' in said
