"""LibreOffice 7.4 help, from the Debian packages libreoffice-help-*: the same 120 pages in twelve locales."""

from collections.abc import Mapping
from pathlib import Path

from catalog.demo import formats

FOLDER = "usr/share/libreoffice/help/"


def pages() -> list[str]:
    """The paths of the carried pages below a locale's folder; one list for all locales, a random draw in its order."""
    return (Path(__file__).parent / "libreoffice_pages.txt").read_text(encoding="utf-8").split()


def crawl(locale: str, files: Mapping[str, bytes]) -> bytes:
    """The pages of a locale as one WARC file; `files` is the package's files by path below FOLDER.

    A package may hold a second locale (ca holds ca-valencia): the folder is the one of the package's own name.
    """
    own = next(path.partition("/")[0] for path in files if path.partition("/")[0].lower() == locale)
    site = f"https://help.libreoffice.example/7.4/{locale}"
    return b"".join(formats.page(f"{site}/{path}", files[f"{own}/{path}"]) for path in pages())
