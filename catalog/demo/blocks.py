"""Text of an HTML element: a line for every block, and for every line of a listing."""

from collections.abc import Iterator

import lxml.html

INLINE = frozenset({"a", "abbr", "acronym", "b", "cite", "code", "em", "i", "q", "span", "strong", "sub", "sup", "tt"})
"""Elements that do not begin a line."""

HIDDEN = frozenset({"head", "script", "style"})


def parse(html: bytes) -> lxml.html.HtmlElement:
    """The tree of a page in UTF-8."""
    return lxml.html.document_fromstring(html, parser=lxml.html.HTMLParser(encoding="utf-8"))


def text(element: lxml.html.HtmlElement) -> str:
    r"""The text below an element, blocks apart by a newline, runs of whitespace as one space, no empty lines.

    >>> text(parse(b"<p>A <em>long</em>\n way.</p><ul><li>one<li>two</ul><pre>ls\n  df</pre>"))
    'A long way.\none\ntwo\nls\ndf'
    """
    lines = (" ".join(line.split()) for line in "".join(_pieces(element, listing=False)).split("\n"))
    return "\n".join(line for line in lines if line)


def _pieces(element: lxml.html.HtmlElement, *, listing: bool) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in HIDDEN:
        return
    listing = listing or element.tag == "pre"
    edge = "" if element.tag in INLINE else "\n"
    yield edge
    yield _piece(element.text, listing=listing)
    for child in element:
        yield from _pieces(child, listing=listing)
        yield _piece(child.tail, listing=listing)
    yield edge


def _piece(part: str | None, *, listing: bool) -> str:
    return (part or "") if listing else (part or "").replace("\n", " ")
