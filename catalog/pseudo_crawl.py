"""The connector for web archives: the pages of WARC files as documents."""

import posixpath
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Any, BinaryIO

from catalog import page as pages
from catalog import signals
from catalog.body import content
from catalog.crawl import robots
from catalog.entry import Entry, EntryError
from catalog.extraction import Extracted, extracted
from catalog.extraction_child import Page
from catalog.record import Record, bad_record, checked, meta_json
from catalog.streams import Damage, Part, address, open_file
from catalog.warc import Capture, captures, headers_of, split_header

SUFFIXES = (".warc", ".warc.gz")
"""What the connector reads."""

RULES = "robots.json"
"""The file beside archives with the robots.txt of their hosts, as `roots pseudo-crawl` writes it: {host: text}."""

AHEAD = 64
AHEAD_BYTES = 2**20
"""Rows, and bytes of pages, that are gathered before the pages among them are sent to be extracted."""

NOT_HTML = "the response is not HTML"

MAX_TITLE = 1000
"""Characters of a title that are kept."""


def records(
    entry: Entry, handle: BinaryIO, name: str, part: Part | None = None, passed: Counter[str] | None = None
) -> Iterator[Record]:
    """One row for each page and for each response that is none, in the archive's order.

    A response of another status than 200, of another type than HTML, or without text is lost to `clean:http_status`,
    `clean:not_html`, `clean:no_text`: a rule, not a fault. Faults are `error:read`. A page saved without HTTP (type
    resource) is a page too. Requests, metadata, revisits and the like are no rows: their types are counted in `passed`.
    The text is taken by the extractor that the entry names. A `part` is one of catalog/slices.py.
    """
    passed = Counter() if passed is None else passed
    reader = _Reader(name, entry.language, entry.data.extractor, _rules(entry))
    waiting: list[_Found] = []
    held = 0
    for capture in captures(handle, part):
        if capture.fault is not None:
            waiting.append(_Found(bad_record(capture.offset, f"at byte {capture.place}: {capture.fault}")))
        elif capture.type in ("response", "resource"):
            waiting.append(reader.found(capture))
        else:
            passed[capture.type] += 1
            continue
        held += len(waiting[-1].page.data) if waiting[-1].page else 0
        if len(waiting) == AHEAD or held >= AHEAD_BYTES:
            yield from _told(waiting, entry.data.extractor)
            waiting, held = [], 0
    yield from _told(waiting, entry.data.extractor)


@dataclass(frozen=True, slots=True)
class _Found:
    """A row as far as the archive alone tells it, and the page whose text is still to be taken."""

    row: Record
    page: Page | None = None
    meta: dict[str, Any] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    values: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Makes rows of one archive's captures."""

    name: str
    lang: str | None
    extractor: str
    rules: Sequence[robots.Rules]

    def found(self, capture: Capture) -> _Found:
        """The row of a response or resource, with its page if it is one."""
        warc, head, body = capture.headers, b"", capture.block
        if body.startswith(b"HTTP/"):
            start, end = split_header(body) or (len(body), len(body))
            head, body = body[:start], body[end:]
        elif capture.type == "response" and _url(warc).startswith("http"):
            return _Found(bad_record(capture.offset, f"at byte {capture.place}: the response has no HTTP header"))
        http = headers_of(head) if head else {}
        told = http or warc
        status = re.match(r"[0-9]{3}(?![0-9])", http.get("", ""))
        types = _mime(warc.get("warc-identified-payload-type", "")), _mime(told.get("content-type", ""))
        meta = {
            "warc": self.name,
            "offset": capture.place,
            "status": int(status.group()) if status else None,
            "mime": types[0] or types[1],
            "date": warc.get("warc-date", ""),
        }
        if "warc-truncated" in warc:
            meta["truncated"] = warc["warc-truncated"]
        row = Record(capture.offset, "", warc.get("warc-record-id"), _url(warc) or None, meta_json(meta), self.lang)
        if http and meta["status"] != 200:
            return _Found(replace(row, lost="clean:http_status", reason=f"HTTP status {meta['status'] or 'missing'}"))
        if not self._may_be_page(*types):
            return _Found(replace(row, lost="clean:not_html", reason=NOT_HTML))
        if head and head == capture.block:
            return _Found(replace(row, lost="error:read", reason="the response's HTTP header does not end"))
        found = self._page(replace(capture, block=body, size=capture.size - len(capture.block) + len(body)), http, told)
        if isinstance(found, Record):
            return _Found(replace(row, lost=found.lost, reason=found.reason))
        words, values = signals.of_headers(_lines(head))
        words += self._forbidden(found.url)
        return _Found(row, found, meta, tuple(words), values)

    def _may_be_page(self, identified: str, sent: str) -> bool:
        """Whether the types allow that this is a page; else its content is not looked at."""
        if self.extractor == "roots-2022-03":
            return (identified or sent) == "text/html"
        return (identified or sent) in pages.MIMES or (not identified and pages.is_generic(sent))

    def _page(self, capture: Capture, http: dict[str, str], told: dict[str, str]) -> Page | Record:
        """The page that a body is, or what it is lost to."""
        warc, sent = capture.headers, told.get("content-type", "")
        try:
            data = content(capture.block, http)
        except Damage as damage:
            return Record(capture.offset, lost="error:read", reason=str(damage))
        identified = _mime(warc.get("warc-identified-payload-type", ""))
        if self.extractor != "roots-2022-03" and not pages.is_page(data, identified or _mime(sent)):
            return Record(capture.offset, lost="clean:not_html", reason=NOT_HTML)
        if capture.size > len(capture.block) or len(data) > pages.MAX_PAGE:
            reason = f"the page is over the limit of {pages.MAX_PAGE} bytes"
            return Record(capture.offset, lost="error:read", reason=reason)
        return Page(data, sent, warc.get("warc-identified-content-charset", ""), _url(warc))

    def _forbidden(self, url: str) -> list[str]:
        """What the host's robots.txt says, if its rules lie beside the archive."""
        return [robots.SIGNAL] if any(rules.forbid(url) for rules in self.rules) else []


def _told(waiting: Sequence[_Found], extractor: str) -> Iterator[Record]:
    """The rows in their order, those of pages with their text or with the reason why they have none."""
    texts = extracted([found.page for found in waiting if found.page is not None], extractor)
    for found in waiting:
        yield checked(found.row if found.page is None else _with_text(found, next(texts)))


def _with_text(found: _Found, taken: Extracted) -> Record:
    facts = taken.facts
    if taken.fault is not None:
        return replace(found.row, lost="error:read", reason=taken.fault, signals=signals.column(found.words))
    meta = {
        **found.meta,
        "charset": facts.get("charset", ""),
        "title": facts.get("title", "")[:MAX_TITLE],
        **facts.get("meta", {}),
        **signals.raw(found.values, facts.get("values", {})),
    }
    words = signals.column([*found.words, *facts.get("signals", ())])
    row = replace(found.row, meta=meta_json(meta), signals=words)
    if not taken.text.strip():
        return replace(row, lost="clean:no_text", reason="the page has no main text")
    return replace(row, text=taken.text)


def _rules(entry: Entry) -> list[robots.Rules]:
    """The robots.txt rules that lie beside an entry's archives. Raises EntryError."""
    found = []
    for path in rules_files(entry):
        with open_file(path) as file:
            try:
                found.append(robots.load(file))
            except ValueError as error:
                raise EntryError(f"{entry.uid}: {path}: {error}; remove it, or have it made again") from None
    return found


def rules_files(entry: Entry) -> list[str]:
    """The files of robots.txt rules beside an entry's archives, sorted: they are part of what decides its documents."""
    import fsspec

    found = set()
    for pattern in entry.data.files:
        folder = posixpath.dirname(re.split(r"[*?\[]", pattern, maxsplit=1)[0])
        below = entry.folder and "://" not in pattern and not posixpath.isabs(pattern)
        storage, path = fsspec.core.url_to_fs(posixpath.join(entry.folder if below else "", folder, RULES))
        if storage.isfile(path):
            found.add(address(storage, posixpath.normpath(path)))
    return sorted(found)


def rules_key(entry: Entry) -> str:
    """Hash of the robots.txt rules beside an entry's archives, "" where there are none: they decide signals."""
    digest = blake2b(digest_size=16)
    paths = rules_files(entry) if entry.kind == "pseudo_crawl" else []
    for path in paths:
        with open_file(path) as file:
            digest.update(file.read(robots.LONGEST_FILE + 1))
    return digest.hexdigest() if paths else ""


def _url(warc: dict[str, str]) -> str:
    # Wget 1.19 writes the angle brackets of the standard's grammar
    return warc.get("warc-target-uri", "").removeprefix("<").removesuffix(">")


def _mime(content_type: str) -> str:
    return content_type.split(";")[0].strip().lower()


def _lines(head: bytes) -> Iterator[tuple[str, str]]:
    """Name and value of all lines of a header, those of one name too."""
    for line in head.decode("iso-8859-1").splitlines()[1:]:
        name, colon, value = line.partition(":")
        if colon:
            yield name.strip(), value.strip()
