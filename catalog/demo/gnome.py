"""GNOME 43 help in Indian languages, from the Debian package gnome-user-docs: the pages that are mostly translated."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree

FOLDER = "usr/share/help/"

LANGUAGES = ("as", "gu", "mr", "ta", "te")
"""The corpus languages with 39 mostly translated pages or more; hi, kn and pa have one to four."""

MINIMUM_TRANSLATED = 0.5
"""Share of a page's characters in lines that differ from the English page's."""

MALLARD = "{http://projectmallard.org/1.0/}"

JOINED = {"guiseq": " ▸ ", "keyseq": "+"}
"""What the help viewer shows between the parts of a menu path and of a key combination."""


def _line(element: Any) -> str:
    """The text of a title or paragraph."""
    for name, mark in JOINED.items():
        for sequence in element.iter(MALLARD + name):
            for part in sequence[:-1]:
                part.tail = mark
    return " ".join("".join(element.itertext()).split())


def lines(page: Any) -> list[str]:
    """Titles and paragraphs of a page; what its head says of itself (revisions, credits, links) is not text."""
    found = (
        _line(element)
        for element in page.iter(MALLARD + "title", MALLARD + "p")
        if next(element.iterancestors(MALLARD + "info"), None) is None
    )
    return [line for line in found if line]


def _credits(page: Any) -> list[str]:
    """Names of authors, editors and translators as the page gives them, without their addresses."""
    names = (name.text or "" for name in page.iterfind(f".//{MALLARD}credit/{MALLARD}name"))
    return [re.sub(r"\s*<[^>]*>", "", name).strip(" ,") for name in names]


def translated(own: list[str], english: list[str]) -> float:
    """Share of a page's characters in lines that the English page does not have, in [0, 1]; 0 without lines.

    >>> translated(["ఫైళ్ళు", "Files"], ["Folders", "Files"])
    0.5454545454545454
    """
    total = sum(map(len, own))
    return sum(len(line) for line in own if line not in english) / total if total else 0.0


def records(files: Mapping[str, bytes]) -> Iterator[dict[str, Any]]:
    """The mostly translated pages as catalogue records; `files` is Mallard XML by path below FOLDER."""
    for lang in LANGUAGES:
        for path, xml in files.items():
            folder, _, name = path.partition("/")
            if folder != lang:
                continue
            page = etree.fromstring(xml)
            own = lines(page)
            if translated(own, lines(etree.fromstring(files[f"C/{name}"]))) < MINIMUM_TRANSLATED:
                continue
            yield {
                "id": path.removesuffix(".page"),
                "lang": lang,
                "title": own[0],
                "credits": _credits(page),
                "text": "\n".join(own),
            }
