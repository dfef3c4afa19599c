"""Lists of checksums: their forms and names, and what they are compared with."""

import dataclasses
import hashlib
from pathlib import Path

import pytest

from catalog import checksums
from catalog.entry import Data, Entry, EntryError
from catalog.sources import entry_for_files, inputs
from tests.range_server import serving

SUM = "0" * 64


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("fr_sha256.txt", True),
        ("fr_sha384.txt", True),
        ("checksum.sha256", True),
        ("part_1.jsonl.gz.sha256", True),
        ("SHA256SUMS", True),
        ("sha512sums.txt", True),
        ("checksums.txt", True),
        ("a/b/fr_sha256.txt", True),
        ("fr.txt", False),
        ("fr_part_1.txt.gz", False),
        ("fr_meta.jsonl.gz", False),
        ("sha256", True),
        ("mysha256.jsonl", False),
    ],
)
def test_lists_are_known_by_their_names(name: str, *, known: bool) -> None:
    assert checksums.is_list(name) is known


@pytest.mark.parametrize(
    "line",
    [
        f"{SUM}  x.txt.gz",
        f"{SUM} *x.txt.gz",
        f"{SUM} x.txt.gz",
        f"{SUM}\t./x.txt.gz",
        f"x.txt.gz\t{SUM}",
        f"SHA256 (x.txt.gz) = {SUM}",
        f"{SUM.replace('0', 'A')}  /build/host/x.txt.gz\r",
        f"# made by hand\n\n{SUM}  x.txt.gz",
    ],
)
def test_every_form_of_a_line(line: str) -> None:
    ((name, value),) = checksums.parse("fr_sha256.txt", line).items()
    assert name == "x.txt.gz"
    assert value in (SUM, SUM.replace("0", "a"))


def test_a_hash_alone_is_of_the_file_that_the_list_is_named_for() -> None:
    assert checksums.parse("a/x.jsonl.gz.sha256", f"{SUM}\n") == {"x.jsonl.gz": SUM}


@pytest.mark.parametrize("line", ["no sum at all", f"{SUM[:-1]}  x", f"{SUM[:-1]}g  x", f"{SUM}  {'x' * 5000}"])
def test_a_line_that_is_none_is_named(line: str) -> None:
    with pytest.raises(EntryError, match=r"fr_sha256.txt: line 2 is no checksum: sha256sum FILES > fr_sha256.txt"):
        checksums.parse("fr_sha256.txt", f"{SUM}  y\n{line}\n")


def _entry(folder: Path, *files: str, kind: str = "oscar") -> Entry:
    own = entry_for_files([], "yo", uid="yo_oscar")
    return dataclasses.replace(own, folder=str(folder), kind=kind, data=Data(files=files))


def _folder(folder: Path, *names: str) -> dict[str, str]:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_text(f'{{"text": "{name}"}}\n')
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}


def _list(path: Path, sums: dict[str, str]) -> None:
    path.write_text("".join(f"{value}  {name}\n" for name, value in sums.items()))


def test_each_file_has_the_checksum_of_the_list_beside_it(tmp_path: Path) -> None:
    sums = _folder(tmp_path / "yo", "yo_meta_part_1.jsonl", "yo_meta_part_2.jsonl")
    _list(tmp_path / "yo/checksum.sha256", sums)
    _folder(tmp_path / "fr", "fr_meta.jsonl")
    found = inputs(_entry(tmp_path, "*/*"))
    assert [file.name for file in found] == ["fr/fr_meta.jsonl", "yo/yo_meta_part_1.jsonl", "yo/yo_meta_part_2.jsonl"]
    assert [file.checksum and file.checksum.hex for file in found] == [None, *sums.values()]
    assert found[1].checksum == checksums.Checksum(sums["yo_meta_part_1.jsonl"], str(tmp_path / "yo/checksum.sha256"))
    assert all(file.checksum is None for file in inputs(_entry(tmp_path, "*/*.jsonl", kind="catalogue")))


def test_texts_and_metadata_of_2109_have_each_their_own(tmp_path: Path) -> None:
    sums = _folder(tmp_path, "yo_meta.jsonl", "yo.txt")
    _list(tmp_path / "yo_sha256.txt", sums)
    (file,) = inputs(_entry(tmp_path, "yo*"))
    assert file.beside is not None
    assert (file.checksum and file.checksum.hex) == sums["yo_meta.jsonl"]
    assert (file.beside.checksum and file.beside.checksum.hex) == sums["yo.txt"]


def test_a_part_that_the_list_does_not_name_is_named(tmp_path: Path) -> None:
    sums = _folder(tmp_path, "yo_part_1.jsonl", "yo_part_2.jsonl", "fr_part_1.jsonl")
    _list(tmp_path / "yo_sha256.txt", {"yo_part_1.jsonl": sums["yo_part_1.jsonl"]})
    assert len(inputs(_entry(tmp_path, "yo_part_1.jsonl", "fr*.jsonl"))) == 2
    with pytest.raises(EntryError, match=r"yo_oscar: .*/yo_part_2.jsonl: is not in yo_sha256.txt, the list of"):
        inputs(_entry(tmp_path, "*.jsonl"))


def test_a_part_that_is_in_the_list_alone_is_named(tmp_path: Path) -> None:
    sums = _folder(tmp_path, "yo_part_1.jsonl")
    _list(tmp_path / "yo_sha256.txt", {**sums, "yo_part_2.jsonl": SUM, "yo_part_3.txt.gz": SUM})
    for pattern in ("*.jsonl", f"{tmp_path}/*"):
        with pytest.raises(EntryError, match=r"yo_sha256.txt names yo_part_2.jsonl, which is not there: fetch it"):
            inputs(_entry(tmp_path, pattern))
    assert len(inputs(_entry(tmp_path, "yo_part_1.jsonl"))) == 1


def test_lists_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _folder(tmp_path, "yo.jsonl")
    (tmp_path / "SHA256SUMS").write_bytes(b"\xff")
    with pytest.raises(EntryError, match=r"SHA256SUMS: is no list of checksums: it is not UTF-8"):
        inputs(_entry(tmp_path, "*.jsonl"))
    monkeypatch.setattr("catalog.checksums.MAX_BYTES", 0)
    with pytest.raises(EntryError, match=r"SHA256SUMS: a list of checksums of more than 0 bytes is not read"):
        inputs(_entry(tmp_path, "*.jsonl"))


def test_a_pattern_that_fits_a_list_alone(tmp_path: Path) -> None:
    _folder(tmp_path, "yo_sha256.txt")
    assert inputs(_entry(tmp_path, "yo*")) == []


@pytest.mark.parametrize("algorithm", ["sha256", "sha384", "sha512"])
def test_a_file_is_compared_by_the_hash_its_list_has(tmp_path: Path, algorithm: str) -> None:
    (tmp_path / "x").write_bytes(b"a" * 600_000)
    found = checksums.digest(str(tmp_path / "x"), algorithm)
    assert found == hashlib.new(algorithm, b"a" * 600_000).hexdigest()
    wanted = checksums.Checksum(found, "list")
    assert wanted.algorithm == algorithm
    checksums.check("s", "x", wanted, found)
    with pytest.raises(EntryError, match=rf"s: x: its {algorithm} is 00, but list says {found}: the file is broken"):
        checksums.check("s", "x", wanted, "00")


def test_a_server_that_does_not_list_its_folders_has_no_lists(tmp_path: Path) -> None:
    (tmp_path / "fr_meta_part_1.jsonl").write_text("{}\n")
    with serving(tmp_path) as server:
        entry = dataclasses.replace(_entry(tmp_path), data=Data(files=(f"{server.url}/fr_meta_part_1.jsonl",)))
        assert [file.checksum for file in inputs(entry)] == [None]
