"""The demo sources: what is carried, and that all of it can be read."""

import gzip
import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from catalog.demo import make
from catalog.demo.declaration import TRANSLATIONS
from catalog.demo.packages import HELP_LOCALES
from catalog.entry import Entry, load
from catalog.sources import inputs
from lang_params.languages import codes, find

FOLDER = Path(make.__file__).parent
ENTRIES = [load(path) for path in sorted(FOLDER.glob("*.toml"))]

Rows = Callable[..., list[dict[str, Any]]]


def _sums() -> dict[str, str]:
    lines = (make.DATA / make.SUMS).read_text(encoding="utf-8").splitlines()
    return {path: checksum for checksum, path in (line.split("  ") for line in lines)}


def test_the_files_are_those_that_the_script_wrote() -> None:
    found = {
        path.relative_to(make.DATA).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in make.DATA.rglob("*")
        if path.is_file() and path.name != make.SUMS
    }
    assert found == _sums()


def test_the_files_are_under_twelve_megabytes() -> None:
    assert sum((make.DATA / path).stat().st_size for path in _sums()) < 12e6


def test_every_file_belongs_to_one_entry() -> None:
    named = Counter(file.name for entry in ENTRIES for file in inputs(entry))
    assert named == Counter(f"data/{path}" for path in _sums())


def test_the_four_kinds_and_every_format_are_there() -> None:
    assert {entry.kind for entry in ENTRIES} == {"catalogue", "pseudo_crawl", "oscar", "code"}
    suffixes = {path.partition(".")[2].rpartition("/")[2] for path in _sums()}
    assert {"jsonl.gz", "jsonl.zst", "parquet", "arrow", "warc.gz"} <= suffixes
    assert any(path.endswith(".txt") for path in _sums())


def test_languages_are_those_of_the_corpus() -> None:
    assert {lang for entry in ENTRIES for lang in entry.languages} <= {*codes(), "code"}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.uid)
def test_every_record_is_read_and_in_a_language_of_the_entry(entry: Entry, rows: Rows) -> None:
    found = rows(entry)
    assert found
    if entry.kind == "code":
        found = [row for row in found if row["lost"] != "clean:not_code"]
    assert [row["reason"] for row in found if row["lost"] is not None] == []
    assert all(row["text"].strip() for row in found)
    assert len({row["id"] for row in found}) == len(found)
    if entry.kind != "oscar":
        assert {row["lang"] for row in found} == ({None} if entry.uid == "udhr_pages" else set(entry.languages))


def test_the_oscar_sample_declares_languages_as_a_crawl_does(rows: Rows) -> None:
    entry = next(entry for entry in ENTRIES if entry.kind == "oscar")
    declared = {row["lang"] for row in rows(entry)}
    assert {find(lang) for lang in declared - {"deu", "ita", "jpn", "rus"}} == set(entry.languages)
    record = json.loads(gzip.decompress((make.DATA / "oscar_sample.jsonl.gz").read_bytes()).splitlines()[0])
    assert list(record) == ["id", "text", "meta"]
    assert list(record["meta"]) == ["headers", "offset", "nb_sentences"]


def test_the_declaration_is_parallel_in_42_languages(rows: Rows) -> None:
    entry = next(entry for entry in ENTRIES if entry.uid == "udhr_articles")
    articles: dict[str, list[int]] = {}
    for row in rows(entry):
        articles.setdefault(row["lang"], []).extend(json.loads(row["meta"])["articles"])
    assert set(articles) == set(TRANSLATIONS)
    assert len(articles) == 42
    assert all(numbers == list(range(31)) for numbers in articles.values())


def test_the_code_is_in_four_languages_under_the_licence_of_its_package(rows: Rows) -> None:
    entry = next(entry for entry in ENTRIES if entry.kind == "code")
    metas = [json.loads(row["meta"]) for row in rows(entry) if row["lost"] is None]
    counts = Counter(meta["language"] for meta in metas)
    assert counts == {"TypeScript": 27, "JavaScript": 16, "Java": 13, "C++": 8}
    assert {meta["licence"] for meta in metas} == {entry.licence.id} == {"MIT"}


def test_some_texts_hold_addresses(rows: Rows) -> None:
    entry = next(entry for entry in ENTRIES if entry.uid == "debian_handbook_en")
    assert any("@lists.debian.org" in row["text"] for row in rows(entry))


def test_notes_say_what_is_made_up() -> None:
    for entry in ENTRIES:
        if entry.kind in ("pseudo_crawl", "oscar"):
            assert "made up" in entry.data.note
        assert entry.permission.outcome == "open licence"
        assert entry.licence.attribution


def test_pages_are_byte_for_byte_those_of_the_shared_crawls(shared: Path) -> None:
    parts = [(make.DATA / f"lohelp_{locale.replace('-', '_')}.warc.gz").read_bytes() for locale in HELP_LOCALES]
    assert b"".join(parts) == (shared / "data" / "lohelp.warc.gz").read_bytes()


@pytest.mark.skipif("DEMO_PACKAGES" not in os.environ, reason="set DEMO_PACKAGES to a folder that holds the packages")
def test_the_script_writes_the_same_bytes_again(tmp_path: Path) -> None:
    make.write(Path(os.environ["DEMO_PACKAGES"]), tmp_path)
    assert (tmp_path / make.SUMS).read_text(encoding="utf-8") == (make.DATA / make.SUMS).read_text(encoding="utf-8")
