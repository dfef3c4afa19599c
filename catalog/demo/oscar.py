"""A small file in the schema of OSCAR 21.09, of handbook pages that no other demo source holds.

OSCAR 21.09 gives each document as `id`, `text` and `meta`: the headers of the Common Crawl record it was cut from, the
first line of the document in its language's file, and the number of its lines (schema 1.1, as loaded by the data set
oscar-corpus/OSCAR-2109). Here the headers are made up, but for the language, which is that of the translation the page
belongs to. As in a crawl, the text has the page's navigation, some pages are English in spite of it, and some are in
languages that the corpus does not have. Unlike in OSCAR, lines under 100 characters stay and languages share a file.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.demo import formats, handbook

FOLDERS = {
    "ar-MA": "ara",
    "ca-ES": "cat",
    "de-DE": "deu",
    "en-US": "eng",
    "es-ES": "spa",
    "fr-FR": "fra",
    "id-ID": "ind",
    "it-IT": "ita",
    "ja-JP": "jpn",
    "pt-BR": "por",
    "ru-RU": "rus",
    "vi-VN": "vie",
    "zh-CN": "zho",
}
"""The book's folders and the language in the form of `warc-identified-content-language` (ISO 639-3)."""

CHAPTERS = ("basic-configuration", "conclusion", "derivative-distributions")
"""Chapters that `handbook.CHAPTERS` leaves out: one partly translated, two hardly."""


def _headers(url: str, text: str, language: str) -> dict[str, str | int]:
    return {
        "warc-record-id": formats.record_id(f"{url}#conversion"),
        "warc-date": formats.WARC_DATE,
        "content-type": "text/plain",
        "content-length": len(text.encode()),
        "warc-type": "conversion",
        "warc-identified-content-language": language,
        "warc-refers-to": formats.record_id(url),
        "warc-target-uri": url,
        "warc-block-digest": formats.digest(text.encode()),
    }


def records(files: Mapping[str, bytes]) -> Iterator[dict[str, Any]]:
    """The pages as OSCAR records; `files` is HTML by path below `handbook.FOLDER`."""
    number = offset = 0
    for folder, language in FOLDERS.items():
        for url, text in handbook.whole_pages(files, folder, CHAPTERS):
            lines = text.count("\n") + 1
            meta = {"headers": _headers(url, text, language), "offset": offset, "nb_sentences": lines}
            yield {"id": number, "text": text, "meta": meta}
            number, offset = number + 1, offset + lines
