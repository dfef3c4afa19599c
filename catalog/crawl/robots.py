"""What sites ask of crawlers in their robots.txt, and which pages that forbids: the signal `robots-txt:disallow`.

`roots pseudo-crawl` puts the rules of the hosts of a seed beside its web archives, as they were when the archives last
had them; catalog/pseudo_crawl.py gives the signal. A host without rules there forbids nothing.
"""

import json
from collections.abc import Mapping
from typing import Any, BinaryIO
from urllib.parse import urlsplit

FILE = "robots.json"
"""The name of the file of rules beside web archives: a JSON object of robots.txt by host."""

LONGEST = 500 * 1024
"""Bytes of a robots.txt that count. RFC 9309, 2.5, asks for at least 500 KiB."""

LONGEST_FILE = 200 * LONGEST
"""Bytes of a file of rules at most."""

AGENT = "CCBot"
"""Common Crawl's crawler: whose name the rules of a site speak to."""

SIGNAL = "robots-txt:disallow"
"""What a page's signals hold when the rules forbid its address."""


def text(data: bytes) -> str:
    """A robots.txt as text, without what is no UTF-8 (RFC 9309, 2.2); "" for a page that says that there is none.

    >>> text(b"User-agent: *\\nDisallow: /private")
    'User-agent: *\\nDisallow: /private'
    """
    found = data[:LONGEST].decode("utf-8-sig", "replace").replace("\0", "")
    return "" if found.lstrip()[:1] == "<" else found


def load(handle: BinaryIO) -> "Rules":
    """The rules in an open file. Raises ValueError, saying what is wrong with it."""
    data = handle.read(LONGEST_FILE + 1)
    try:
        found = json.loads(data) if len(data) <= LONGEST_FILE else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(rules, str) for rules in found.values()):
        raise ValueError("is no JSON object of robots.txt by host")
    return Rules(found)


class Rules:
    """The rules of several hosts, parsed when they are first asked for."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = texts
        self._parsed: dict[str, Any] = {}

    def forbid(self, url: str) -> bool:
        """Whether the rules of an address's host forbid it to Common Crawl's crawler, by its name or as to all.

        >>> rules = Rules({"yo.example": "User-agent: CCBot\\nDisallow: /private/"})
        >>> rules.forbid("https://yo.example/private/a"), rules.forbid("https://yo.example/"), rules.forbid("x")
        (True, False, False)
        """
        try:
            host = (urlsplit(url).hostname or "").rstrip(".")
        except ValueError:
            return False
        if not self._texts.get(host):
            return False
        if host not in self._parsed:
            from protego import Protego

            self._parsed[host] = Protego.parse(self._texts[host][:LONGEST])
        return not self._parsed[host].can_fetch(url, AGENT)
