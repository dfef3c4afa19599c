"""Text of a page as ROOTS took it in March 2022, with its HTML metadata (section 4.5 of the specification).

Meant for comparison with ROOTS and for rebuilding it, not for new corpora: menus longer than 64 characters stay, and
whatever stands in a header or form is lost. `pre` holds for all text below it, and a chain of `div` is folded whole.
"""

import re
from typing import Any
from urllib.parse import urlsplit

from catalog import page as pages
from catalog.page import Text

ALWAYS = frozenset(["script", "style", "header", "iframe", "footer", "form"])
"""Elements that are deleted with their content."""

WHEN_SHORT = frozenset(["body", "div", "p", "section", "table", "ul", "ol", "dl"])
"""Elements that are deleted with their content when its text has at most SHORT characters."""

SHORT = 64
"""The code deletes 64 characters; the paper says "less than 64"."""

_BLOCK = """
address article aside blockquote body button canvas caption col colgroup dd div dl dt embed fieldset figcaption figure
footer form h1 h2 h3 h4 h5 h6 header hgroup hr li map noscript object ol output p pre progress section table tbody
textarea tfoot th thead tr ul video"""
BLOCK = frozenset(_BLOCK.split())
"""Elements before which a line ends, and after which one does."""

_SPACED = "cite details datalist iframe img input label legend optgroup q select summary td time"
SPACED = frozenset(_SPACED.split())
"""Inline elements that have a space before and after them; address and tbody are blocks first."""

FOLDED = "folded_block"
"""The name of a `div` that is folded into the one around it: a block like that, and no element any more."""

MAX_RECORDS = 20_000
"""Metadata records of a page that are kept. A page of 4 MiB can have a million elements, 200 bytes each."""

MAX_PARTS = 4
MAX_PART = 16_384
"""Serialised heads, footers and titles that are kept of a page, of each kind, and characters of each."""

MAX_LINKS = 1_000
"""Addresses on other hosts that are kept of a page."""

_SPACES = re.compile(r"(\s)\s+")


def load() -> None:
    """Import what takes a page apart."""
    text("<html><body><p>warm</p></body></html>")


def decode(data: bytes, identified: str) -> tuple[str, str]:
    """The page as text by section 4.4, and the character set it was read in.

    What the crawler identified (WARC-Identified-Content-Charset), else the first guess: the byte order mark, what the
    page says, what is found. Broken bytes become U+FFFD.
    """
    name = pages.known(identified)
    if name is None and not any(data.startswith(mark) for mark, _ in pages.BOMS):
        name = pages.known(pages.own_label(data))
    if name is None:
        return pages.decode(data)
    return data.decode(name, "replace").removeprefix("\ufeff"), name


def text(page: str, url: str = "") -> Text:
    """The text of a page and, in `meta`, `html_metadata`, `html_head`, `html_footer`, `html_title`, `external_urls`.

    A page without body, or one that cannot be parsed (a declaration of XML, nothing at all), has no text.
    """
    from lxml import etree, html

    try:
        root = html.fromstring(page)
    except (ValueError, etree.ParserError):
        return Text("")
    meta: dict[str, Any] = {f"html_{name}": _parts(root, name) for name in ("head", "footer", "title")}
    meta["external_urls"] = external_urls(root, url)
    body = root.xpath("//body")
    if not body:
        return Text("", meta)
    tree = _reduced(body[0])
    walk = _Walk()
    if tree is not None:
        walk.element(tree)
    meta["html_metadata"] = _numbered(walk.records)[:MAX_RECORDS]
    return Text(walk.text(), meta)


def _parts(root: Any, name: str) -> list[str]:
    found = root.xpath(f"//{name}")[:MAX_PARTS]
    return [_serialised(element)[:MAX_PART] for element in found]


def _serialised(element: Any) -> str:
    from lxml import etree

    return str(etree.tostring(element, method="html", encoding="unicode", with_tail=False))


def _reduced(body: Any) -> Any:
    """The body again, without comments, superfluous white space and what is deleted; None when all is deleted."""
    from lxml import html

    root = html.fromstring(f"<html>{_minified(_serialised(body))}</html>")
    bodies = root.xpath("//body")
    if not bodies:
        return None
    _without_comments(bodies[0])
    if not _delete(bodies[0]):
        return None
    root = html.fromstring(f"<html>{_minified(_serialised(bodies[0]))}</html>")
    return next(iter(root.xpath("//body")), None)


def _minified(source: str) -> str:
    import htmlmin

    return str(htmlmin.minify(source, remove_comments=True, keep_pre=True))


def _without_comments(root: Any) -> None:
    """Delete comments and processing instructions. htmlmin leaves some of them: `<!--[if` and `<!--!`."""
    from lxml import etree

    for node in list(root.iter(etree.Comment, etree.ProcessingInstruction)):
        if node.getparent() is not None:
            _remove(node, joint="")


def _delete(top: Any) -> bool:
    """Delete from the top what is always deleted and what is short; fold. False when the top itself goes.

    Whether an element goes is decided before its children are looked at, so a list of short items stays. No recursion:
    pages nest deeper than Python's stack.
    """
    if _goes(top):
        return False
    left = [top]
    while left:
        element = left.pop()
        _fold(element)
        for child in list(element):
            if _goes(child):
                _remove(child)
            else:
                left.append(child)
    return True


def _goes(element: Any) -> bool:
    if element.tag in ALWAYS:
        return True
    return element.tag in WHEN_SHORT and _at_most(element, SHORT)


def _at_most(element: Any, limit: int) -> bool:
    """Whether all text below an element has at most so many characters; no further than that is counted."""
    count = 0
    for piece in element.itertext():
        count += len(piece)
        if count > limit:
            return False
    return True


def _fold(element: Any) -> None:
    """Fold a `div` whose one child is a `div`, and so on down: the outermost takes the attributes of all."""
    if element.tag != "div":
        return
    inner = element
    while len(inner) == 1 and inner[0].tag == "div":
        inner = inner[0]
        for name, value in inner.attrib.items():
            element.set(name, f"{element.get(name)} {value}" if name in element.attrib else value)
        inner.attrib.clear()
        inner.tag = FOLDED


def _remove(element: Any, joint: str = " ") -> None:
    """Delete an element and keep its tail, joined with one space where neither side has one."""
    tail, previous, parent = element.tail, element.getprevious(), element.getparent()
    if tail and previous is not None:
        previous.tail = _joined(previous.tail or "", tail, joint)
    elif tail:
        parent.text = _joined(parent.text or "", tail, joint)
    element.tail = None
    parent.remove(element)


def _joined(before: str, after: str, joint: str) -> str:
    if before.endswith(" ") and after.startswith(" "):
        return before + after[1:]
    apart = not before or before.endswith(" ") or after.startswith(" ")
    return before + after if apart else before + joint + after


class _Walk:
    """The text of a tree, depth first, and a record for each element in it."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.length = 0
        self.last = ""
        self.records: list[dict[str, Any]] = []
        self.marks = 0

    def text(self) -> str:
        return "".join(self.pieces)

    def element(self, top: Any) -> None:
        """Add an element: its start, text, children and end; then its tail."""
        todo: list[tuple[Any, bool, dict[str, Any] | None]] = [(top, False, None)]
        pre = 0
        while todo:
            element, ended, record = todo.pop()
            verbatim = element.tag == "pre"
            if not ended:
                record = self._start(element)
                pre += verbatim
                self._add(element.tag, element.text, verbatim=pre > 0)
                todo.append((element, True, record))
                todo.extend((child, False, None) for child in reversed(element))
                continue
            pre -= verbatim
            self._end(record)
            self._add(element.tag, element.tail, verbatim=pre > 0)

    def _start(self, element: Any) -> dict[str, Any] | None:
        if element.tag == "br":
            self._append("\n")
        if element.tag in ("br", FOLDED):
            return None
        return {
            "key": "html",
            "type": "local",
            "value": element.tag,
            "html_attrs": {"attrs": list(element.attrib.keys()), "values": list(element.attrib.values())},
            "char_start_idx": self.length,
            "relative_start_pos": self._mark(),
        }

    def _end(self, record: dict[str, Any] | None) -> None:
        if record is not None:
            record |= {"char_end_idx": self.length, "relative_end_pos": self._mark()}
            self.records.append(record)

    def _mark(self) -> int:
        self.marks += 1
        return self.marks

    def _add(self, tag: str, text: str | None, *, verbatim: bool) -> None:
        """The rule for an element's text and for its tail: what the element stands apart by, then the text."""
        if self.length and (tag in BLOCK or tag == FOLDED):
            if self.last == " ":
                self.pieces[-1] = self.pieces[-1][:-1]
                self.length -= 1
                self._append("\n")
            elif self.last != "\n":
                self._append("\n")
        elif self.length and tag in SPACED and self.last not in " \n":
            self._append(" ")
        if text:
            self._append(text if verbatim else self._collapsed(text))

    def _append(self, text: str) -> None:
        if text:
            self.pieces.append(text)
            self.length += len(text)
            self.last = text[-1]

    def _collapsed(self, text: str) -> str:
        """Text with no-break spaces and line ends as spaces, white space after white space dropped."""
        plain = text.replace("\u00a0", " ").replace("\r", " ").replace("\n", " ")
        if not self.last or self.last.isspace():
            plain = plain.lstrip()
        return _SPACES.sub(r"\1", plain)


def _numbered(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records with starts and ends that share a character numbered from 0, in the order they came."""
    places: dict[int, list[tuple[int, str, dict[str, Any]]]] = {}
    for record in records:
        for which in ("start", "end"):
            mark = record[f"relative_{which}_pos"]
            places.setdefault(record[f"char_{which}_idx"], []).append((mark, which, record))
    for marks in places.values():
        for number, (_, which, record) in enumerate(sorted(marks, key=lambda mark: mark[0])):
            record[f"relative_{which}_pos"] = number
    return records


def external_urls(root: Any, url: str) -> list[str]:
    """Links elsewhere, each once: they begin with http://, https:// or www and do not hold the page's own domain."""
    from catalog.crawl.addresses import domain

    try:
        own = domain(urlsplit(url).hostname or "")[1]
    except ValueError:
        own = ""
    found: dict[str, None] = {}
    for link in root.iter("a"):
        address = link.get("href") or ""
        if address.startswith(("http://", "https://", "www")) and not (own and own in address):
            found.setdefault(address)
        if len(found) == MAX_LINKS:
            break
    return list(found)
