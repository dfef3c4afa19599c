"""The Debian Administrator's Handbook, from the Debian package debian-handbook: one record a page.

Taken under CC-BY-SA-3.0. Its translations are of very different completeness, and what is not translated is English.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.demo import blocks

FOLDER = "usr/share/doc/debian-handbook/html/"

LANGUAGES = {
    "ar": "ar-MA",
    "ca": "ca-ES",
    "en": "en-US",
    "es": "es-ES",
    "fr": "fr-FR",
    "id": "id-ID",
    "pt": "pt-BR",
    "vi": "vi-VN",
    "zhs": "zh-CN",
    "zht": "zh-TW",
}
"""The corpus languages that the book has, and its folder for each."""

CHAPTERS = (
    "preface",
    "foreword",
    "the-debian-project",
    "case-study",
    "existing-setup",
    "installation",
    "packaging-system",
    "apt",
    "solving-problems",
    "short-remedial-course",
)
"""The chapters carried as catalogue sources: the best translated ones, and of the weaker two."""


ARCHIVE = re.compile(rb"\b(?:archive|deb|ftp|security|snapshot)(?:\.\w+)?\.debian\.org\b")
"""Addresses of package archives. The pages that print them, six of a language, are not carried."""


def chapter(page: bytes, name: str) -> str:
    """The chapter that a page belongs to; a page that stands directly under the book is its own chapter."""
    up: str = blocks.parse(page).xpath("string(//link[@rel='up']/@href)")
    return name if up in ("", "index.html") else up.removesuffix(".html")


def _pages(files: Mapping[str, bytes], folder: str, chapters: tuple[str, ...]) -> Iterator[tuple[str, str, bytes]]:
    """Name, chapter and HTML of the pages of some chapters, in the order of their names."""
    for path, html in files.items():
        language, _, file = path.partition("/")
        if language != folder or file == "index.html" or "/" in file:
            continue
        name = file.removesuffix(".html")
        own = chapter(html, name)
        if own in chapters and not ARCHIVE.search(html):
            yield name, own, html


def records(files: Mapping[str, bytes], lang: str) -> Iterator[dict[str, Any]]:
    """The chapters in one language as catalogue records, without navigation; `files` is HTML by path below FOLDER."""
    folder = LANGUAGES[lang]
    for name, own, html in _pages(files, folder, CHAPTERS):
        tree = blocks.parse(html)
        for noise in tree.xpath("//div[@id='banner'] | //p[@id='title'] | //ul[contains(@class, 'docnav')]"):
            noise.drop_tree()
        yield {
            "id": f"{folder}/{name}",
            "url": tree.xpath("string(//link[@rel='canonical']/@href)"),
            "title": tree.xpath("string(//title)"),
            "chapter": own,
            "text": blocks.text(tree.body),
        }


def whole_pages(files: Mapping[str, bytes], folder: str, chapters: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Address and text of the pages of some chapters, with banner and navigation, as a crawl sees them."""
    for _, _, html in _pages(files, folder, chapters):
        tree = blocks.parse(html)
        yield tree.xpath("string(//link[@rel='canonical']/@href)"), blocks.text(tree.body)
