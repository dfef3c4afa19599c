"""Compiled kernels are kept where the user's caches are, or apart where nothing can be written."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from filters.kernels import cache
from tests.corpora import ROOT, environment

SOURCES = ROOT / "filters" / "kernels"

COMPILE = """
import os, numpy
from filters.kernels.lists import hash_of
assert hash_of(numpy.array([5], numpy.uint32), 0, 1) == 5
print(os.environ["NUMBA_CACHE_DIR"])
print(len([name for _, _, names in os.walk(os.environ["NUMBA_CACHE_DIR"]) for name in names if name.endswith(".nbc")]))
"""


def prepared(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Path:
    for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    cache.prepare()
    return Path(cache.os.environ["NUMBA_CACHE_DIR"])


def test_a_folder_is_marked_once_all_kernels_are_in_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    prepared(monkeypatch, NUMBA_CACHE_DIR=str(tmp_path))
    assert not cache.is_complete()
    cache.complete()
    assert cache.is_complete()


def test_the_folder_carries_the_hash_of_the_kernels(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    version = cache.digest(SOURCES)
    given, xdg, home = tmp_path / "given", tmp_path / "xdg", tmp_path / "home"
    assert prepared(monkeypatch, HOME=str(home)) == home / ".cache" / "roots-builder" / "numba" / version
    assert prepared(monkeypatch, HOME=str(home), XDG_CACHE_HOME=str(xdg)) == xdg / "roots-builder" / "numba" / version
    assert prepared(monkeypatch, HOME=str(home), NUMBA_CACHE_DIR=str(given)) == given / version
    # A child process finds what its parent wrote.
    assert prepared(monkeypatch, NUMBA_CACHE_DIR=str(given / version)) == given / version


def test_another_source_is_another_version(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1")
    before = cache.digest(tmp_path)
    (tmp_path / "a.py").write_text("2")
    assert cache.digest(tmp_path) != before


@pytest.mark.parametrize("home", [None, "file"])
def test_without_a_home_to_write_the_cache_is_private_and_goes(home: str | None, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")  # a folder below a file can be made by nobody, not even root
    variables = environment(TMPDIR=str(tmp_path))
    for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "HOME"):
        variables.pop(name, None)
    if home:
        variables["HOME"] = str(tmp_path / home)
    done = subprocess.run([sys.executable, "-c", COMPILE], env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    folder, written = done.stdout.split()
    assert Path(folder).parent.parent == tmp_path
    assert int(written) > 0
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_an_installed_package_that_cannot_be_written_works(tmp_path: Path) -> None:
    install = tmp_path / "install"
    for room in ("filters", "lang_params"):
        shutil.copytree(ROOT / room, install / room, ignore=shutil.ignore_patterns("__pycache__", "models"))
    everything = sorted(install.rglob("*"))
    for path in (install, *everything):
        path.chmod(0o555 if path.is_dir() else 0o444)
    variables = environment(PYTHONPATH=str(install), HOME=str(tmp_path / "home"), PYTHONDONTWRITEBYTECODE="1")
    for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME"):
        variables.pop(name, None)
    done = subprocess.run([sys.executable, "-c", COMPILE], env=variables, capture_output=True, text=True, check=False)
    for path in (install, *everything):
        path.chmod(0o755)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[1]) > 0
    assert sorted(install.rglob("*")) == everything


def test_importing_the_package_does_not_import_numba() -> None:
    script = "import sys, filters.kernels; sys.exit('numba' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], env=environment(), check=True)
