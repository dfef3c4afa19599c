"""What a page says of its own use: robots directives and reservations of text and data mining, as words.

A signal is `origin:word`, as a policy names it: `x-robots-tag:noai`, `x-robots-tag:ccbot:noindex`,
`meta-robots:noarchive`, `tdm-reservation:1`. A robot's name stands before what is said to that robot alone. Here
signals are read and written down; whether a document is left out for one is decided by a recipe's policy.

Not read: the page's words (terms of use), ai.txt, TDM files of a host (/.well-known/tdmrep.json).
"""

import html
import re
from collections.abc import Iterable, Iterator
from typing import Any

_DIRECTIVES = """
noai noimageai noml noindex nofollow none noarchive nocache nosnippet noimageindex notranslate unavailable_after"""
DIRECTIVES = frozenset(_DIRECTIVES.split())
"""Directives that keep something back. Google's list (noindex to unavailable_after), Bing's nocache, DeviantArt's
noai and noimageai, Mojeek's noml. What only allows or sizes (all, max-snippet) is no signal."""

MOST = 32
"""Signals of a document at most, and characters of one at most: what the column holds."""

LONGEST = 60

MAX_VALUE = 200
"""Characters kept of a value as it was sent, and values kept of an origin at most (MAX_VALUES)."""

MAX_VALUES = 8

OTHER = "other"
"""Stands for what is no robot's name (RFC 9309, 2.2.1: letters, - and _): a policy's reasons go into cards, and a host
can send anything, such as an address."""

HEAD = 64 * 1024
"""Characters of a page in which its meta elements are looked for; as many as for its title."""

_ROBOT = re.compile(r"robots|[a-z0-9_.-]{0,30}(?:bot|spider|crawler|slurp|extended)[a-z0-9_.-]{0,20}|anthropic-ai")
_TOKEN = re.compile(r"[a-z_-]{1,40}")
_SAYS = re.compile(r"noai|noimage|noml|noindex|nofollow|none|noarchive|nocache|nosnippet|notranslate|unavail|tdm-")
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1|\Z)", re.DOTALL)
_OPENING = re.compile("<[Mm][Ee][Tt][Aa]")
_META = re.compile(r"<meta\b([^<>]{0,2000})>")
_ATTRIBUTE = re.compile(r"([a-z][a-z0-9_:-]{0,40})\s{0,9}=\s{0,9}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
_NOT_WORD = re.compile(r"[^a-z0-9_.:-]+")

Found = tuple[list[str], dict[str, list[str]]]
"""Signals in the order they were found, and by origin the values as they were sent."""


def of_headers(headers: Iterable[tuple[str, str]]) -> Found:
    """What the HTTP headers of a response say: X-Robots-Tag, tdm-reservation, tdm-policy.

    >>> of_headers([("X-Robots-Tag", "noai"), ("x-robots-tag", "CCBot: noindex, nofollow"), ("Server", "x")])[0]
    ['x-robots-tag:noai', 'x-robots-tag:ccbot:noindex', 'x-robots-tag:ccbot:nofollow']
    """
    words: list[str] = []
    values: dict[str, list[str]] = {}
    for name, value in headers:
        key = name.lower()
        if key == "x-robots-tag":
            words += [f"{key}:{word}" for word in _directives(value)]
        elif key == "tdm-reservation":
            words += _reservation(value)
        elif key != "tdm-policy":
            continue
        _keep(values, key, value)
    return words, values


def of_page(page: str) -> Found:
    """What the meta elements in the first 64 kB of a page say, those in comments and scripts left out.

    >>> of_page('<meta name="robots" content="index, noarchive"><meta name=GPTBot content=noindex>')[0]
    ['meta-robots:noarchive', 'meta-robots:gptbot:noindex']
    >>> of_page('<meta content="1" name="tdm-reservation"><!-- <meta name="robots" content="noai"> -->')[0]
    ['tdm-reservation:1']
    """
    words: list[str] = []
    values: dict[str, list[str]] = {}
    if not _may_say(page):
        return words, values
    for name, content in _metas(_HIDDEN.sub(" ", page[: _end_of_head(page)].lower())):
        if name == "tdm-reservation":
            words += _reservation(content)
        elif _ROBOT.fullmatch(name):
            words += [f"meta-robots:{'' if name == 'robots' else name + ':'}{word}" for word in _directives(content)]
        elif name != "tdm-policy":
            continue
        _keep(values, name if name.startswith("tdm-") else f"meta-{name}", content)
    return words, values


def column(words: Iterable[str]) -> tuple[str, ...]:
    """Signals as a document's column holds them: plain, sorted, each once, at most 32, those said to all first of all.

    >>> column(["meta-robots:noai", "x-robots-tag:Ünïx bot:noindex", "meta-robots:noai"])
    ('meta-robots:noai', 'x-robots-tag:n-x-bot:noindex')
    """
    plain = {_NOT_WORD.sub("-", word.lower())[:LONGEST].replace(":-", ":") for word in words}
    return tuple(sorted(sorted(plain, key=lambda word: (word.count(":"), word))[:MOST]))


def raw(*found: dict[str, list[str]]) -> dict[str, Any]:
    """The values as they were sent, for a document's `meta`; empty when there are none."""
    together: dict[str, list[str]] = {}
    for values in found:
        for origin, texts in values.items():
            together.setdefault(origin, []).extend(texts)
    return {"signals": {origin: texts[:MAX_VALUES] for origin, texts in together.items()}} if together else {}


def _directives(value: str) -> Iterator[str]:
    """The directives of one value that keep something back, a robot's name before those said to it alone."""
    robot = ""
    for part in value.lower()[: 10 * MAX_VALUE].split(","):
        word = part.strip()
        name, colon, rest = word.partition(":")
        if colon and name.strip() not in ("unavailable_after", "max-snippet", "max-image-preview", "max-video-preview"):
            robot, word = f"{name.strip() if _TOKEN.fullmatch(name.strip()) else OTHER}:", rest.strip()
        word = word.split(":")[0].strip()
        for single in word.split() if " " in word else [word]:
            if single in DIRECTIVES:
                yield robot + single


def _reservation(value: str) -> list[str]:
    word = value.strip()
    return [f"tdm-reservation:{word}"] if word in ("0", "1") else []


def _may_say(page: str) -> bool:
    """Whether a meta element of a page holds a word that counts: to look for elements costs a hundredth of reading
    them, and most pages have none."""
    for match in _OPENING.finditer(page, 0, _end_of_head(page)):
        place = match.start()
        end = page.find(">", place, place + 2000)
        said = page[place : end if end >= 0 else place + 2000].lower()
        if ("no" in said or "tdm-" in said or "unavail" in said) and _SAYS.search(said):
            return True
    return False


def _end_of_head(page: str) -> int:
    """Where meta elements end: at the body, if its start stands behind the end of the head and so in no script."""
    body = page.find("<body", 0, HEAD)
    return body if body >= 0 and page.find("</head", 0, body) >= 0 else HEAD


def _metas(head: str) -> Iterator[tuple[str, str]]:
    for match in _META.finditer(head):
        given = {name: first or second or third for name, first, second, third in _ATTRIBUTE.findall(match.group(1))}
        if "name" in given:
            yield html.unescape(given["name"]).strip(), html.unescape(given.get("content", ""))


def _keep(values: dict[str, list[str]], origin: str, value: str) -> None:
    kept = values.setdefault(origin, [])
    if len(kept) < MAX_VALUES:
        kept.append(value.strip()[:MAX_VALUE])
