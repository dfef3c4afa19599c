"""Fetching published models by name: over the network, or from a folder where somebody put their files.

A file comes under a temporary name, in pieces, never larger than the model may be. A connection that breaks is taken
up where it broke, as long as the host says that the file is still the same one. A hash that is known must fit; one that
is not known is written into the record at the first fetch, and later fetches must fit that.
"""

import re
import time
from collections.abc import Iterable, Sequence
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import click
import fsspec
import requests

from filters.model_files import ModelError, ModelNameError
from filters.published import PUBLISHED, Source
from filters.registry import File, Registered, find, folder, held, register, verified
from lang_params.languages import find as find_language

ATTEMPTS = 6
"""Connections that are tried for one file, each after twice the pause of the one before."""

PAUSE = 1.0
"""Seconds before the second connection."""

TIMEOUT = (10, 60)
"""Seconds to wait for a connection, and for the next bytes on it."""

PIECE = 1 << 20

TOLD = 100_000_000
"""Bytes after which fetching says how far it is."""

AWAY = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
"""What may be better a moment later."""


def fetch(name: str, place: Path | None = None, *, base: str | None = None, force: bool = False) -> Registered:
    """Bring a published model into the models folder `place` and register it; what is there and whole is not fetched.

    `base` is the address or folder that holds its files, instead of where they were published. `force` fetches files
    that are there again, and forgets the hash of the first fetch. Raises ModelError.
    """
    if name not in PUBLISHED:
        raise ModelNameError(f"no published model is named {name!r}; known: {', '.join(PUBLISHED)}")
    model, place = PUBLISHED[name], (place or folder()).absolute()
    known = None if force else find(name, place)
    if known is not None and _whole(known, place):
        click.echo(f"{name}: is there, and whole", err=True)
        return known
    base = base or model.base
    with held(name, place):
        hashes = {file.file: file.sha256 for file in known.files} if known else {}
        files = tuple(_fetch(source, base, place, hashes.get(source.file)) for source in model.sources)
        for source in model.sources:
            (place / f"{source.file}.part").replace(place / source.file)
        about = {"origin": model.origin, "fetched_from": _told(base)}
        registered = Registered(name, model.languages, model.licence, files, about)
        register(registered, place)
    return registered


def fetch_all(
    names: Sequence[str], langs: Sequence[str], place: Path | None, *, base: str | None, force: bool
) -> list[str]:
    """Fetch models by name and by language; returns what is told of each. Raises ModelError or ParamsError."""
    wanted = dict.fromkeys(names)
    for lang in langs:
        code = find_language(lang)
        wanted |= dict.fromkeys(_of_language(code))
    said = []
    for name in wanted:
        model = fetch(name, place, base=base, force=force)
        use = "".join(f'; in {code}.toml: language_model = "{name}"' for code in model.languages)
        said.append(f"{name}: {sum(file.bytes for file in model.files):,} bytes, {model.licence}{use}")
    return said


def _of_language(code: str) -> list[str]:
    found = [name for name, model in PUBLISHED.items() if code in model.languages]
    if not found:
        raise ModelNameError(
            f"no language model for {code!r} is published that is known here; make one: roots train-lm --lang {code}"
        )
    return found


def _whole(model: Registered, place: Path) -> bool:
    try:
        return all(verified(file, place, "") for file in model.files)
    except ModelError:
        return False


def _fetch(source: Source, base: str, place: Path, known: str | None) -> File:
    """Bring one file under its temporary name, checked: size, kind, and hash where one is known."""
    part, address = place / f"{source.file}.part", f"{base.rstrip('/')}/{source.address}"
    if base.startswith(("http://", "https://")):
        _download(address, part, source.most)
    else:
        _copy(address, part, source.most)
    with part.open("rb") as opened:
        found = File(source.file, part.stat().st_size, file_digest(opened, "sha256").hexdigest())
    wanted = source.sha256 or known
    try:
        source.check(part)
        if source.bytes not in (None, found.bytes):
            raise ModelError(f"{address}: has {found.bytes:,} bytes, not {source.bytes:,}")
        if wanted not in (None, found.sha256):
            raise ModelError(
                f"{address}: has sha256 {found.sha256}, not {wanted}"
                + ("" if source.sha256 else ", as it had at the first fetch; --force takes what is there now")
            )
    except ModelError as error:
        part.unlink()
        raise ModelError(str(error).replace(str(part), address)) from None
    said = "as known" if wanted else "not known before: it is recorded, and later fetches must give the same"
    click.echo(f"{source.file}: {found.bytes:,} bytes, sha256 {found.sha256} ({said})", err=True)
    return found


def _told(base: str) -> str:
    """Where files came from, as it may stand in a record: without user and password, and no path of this machine.

    >>> _told("https://me:secret@models.example/kenlm"), _told("/home/me/models")
    ('https://models.example/kenlm', 'a local folder')
    """
    parts = urlsplit(base)
    if parts.scheme not in ("http", "https"):
        return "a local folder"
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _download(address: str, part: Path, most: int) -> None:
    """Write what lies at an address to `part`, going on from what is there of the same file."""
    reason = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE * 2 ** (attempt - 1))
        try:
            with requests.get(address, headers=_asked(part), stream=True, timeout=TIMEOUT) as answer:
                if address.startswith("https:") and not answer.url.startswith("https:"):
                    raise ModelError(f"{address}: leads to {urlsplit(answer.url).netloc} without encryption; not taken")
                if answer.status_code < 500 and not _wrong_piece(answer, part):
                    _save(answer, address, part, most)
                    return
                reason = f"the host answers {answer.status_code} {answer.reason}"
                _mark(part).unlink(missing_ok=True)
        except AWAY as error:
            reason = _reason(error)
        except requests.RequestException as error:
            raise ModelError(f"{address}: {_reason(error)}") from None
    raise ModelError(
        f"{address}: cannot be fetched ({reason}); the same command goes on later; or bring the file from elsewhere "
        "into a folder and name that with --from"
    )


def _asked(part: Path) -> dict[str, str]:
    """The headers of a request: for the rest of the file, where its beginning is there and has a mark."""
    whole = {"Accept-Encoding": "identity"}
    if not (_mark(part).is_file() and part.is_file() and part.stat().st_size):
        return whole
    return {**whole, "Range": f"bytes={part.stat().st_size}-", "If-Range": _mark(part).read_text(encoding="latin-1")}


def _wrong_piece(answer: requests.Response, part: Path) -> bool:
    """Whether a host refuses the rest that was asked for, or gives another piece than that, or one of another file."""
    if answer.status_code == requests.codes.requested_range_not_satisfiable:
        return True
    if answer.status_code != requests.codes.partial_content:
        return False
    wanted = _asked(part)
    start = wanted.get("Range", "none").removeprefix("bytes=")
    given = answer.headers.get("Content-Range", "").removeprefix("bytes ")
    return not given.startswith(start) or answer.headers.get("ETag") != wanted["If-Range"]


def _mark(part: Path) -> Path:
    """Where the mark (ETag) that the host gave a file is kept as long as only a part of it is there."""
    return part.with_name(f"{part.name}.etag")


def _save(answer: requests.Response, address: str, part: Path, most: int) -> None:
    """Write the body of an answer to `part`, or after what is there where it is the rest of it."""
    if answer.status_code not in (requests.codes.ok, requests.codes.partial_content):
        raise ModelError(f"{address}: the host answers {answer.status_code} {answer.reason}")
    rest = answer.status_code == requests.codes.partial_content
    there = part.stat().st_size if rest else 0
    length = answer.headers.get("Content-Length", "")
    if there + (int(length) if length.isdecimal() else 0) > most:
        raise ModelError(f"{address}: has more than {most:,} bytes, which is no such model")
    tag = answer.headers.get("ETag", "")
    if tag and not tag.startswith("W/"):
        _mark(part).write_text(tag, encoding="latin-1")
    else:
        _mark(part).unlink(missing_ok=True)
    with part.open("ab" if rest else "wb") as out:
        _pour(answer.iter_content(PIECE), out, address, most - there)
    _mark(part).unlink(missing_ok=True)


def _copy(address: str, part: Path, most: int) -> None:
    """Copy a file of a folder, or of another storage that fsspec knows, to `part`."""
    try:
        with fsspec.open(address, "rb") as opened, part.open("wb") as out:
            _pour(iter(lambda: opened.read(PIECE), b""), out, address, most)
    except (OSError, ValueError, ImportError) as error:
        raise ModelError(f"{address}: {getattr(error, 'strerror', None) or error}") from None


def _pour(pieces: Iterable[bytes], out: BinaryIO, address: str, most: int) -> None:
    """Write pieces; ModelError, and nothing kept, when they are more than `most` bytes together."""
    count = told = 0
    for piece in pieces:
        count += len(piece)
        if count - told >= TOLD:
            told = count
            click.echo(f"fetch: {count / 1e6:,.0f} MB of {address}", err=True)
        if count > most:
            out.truncate(0)
            raise ModelError(f"{address}: has more than {most:,} bytes, which is no such model")
        out.write(piece)


def _reason(error: Exception) -> str:
    """What went wrong with a connection, without the names of the classes around it.

    >>> _reason(requests.ConnectionError("Pool(a): tried (Caused by NewError('Connection(a): no route (at all)'))"))
    'no route (at all)'
    """
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke"
    return re.sub(r"""["']\)*$""", "", str(error).rpartition("): ")[2]) or type(error).__name__
