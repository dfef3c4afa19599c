"""Where numba keeps compiled kernels: a folder of the user, or a private one where that cannot be written.

numba would write beside the sources, which an installed package may not. It also takes a kernel for unchanged when
only a module that it calls has changed, so the folder carries the hash of all kernels' sources.
"""

import atexit
import os
import shutil
import tempfile
from hashlib import blake2b
from pathlib import Path

VARIABLE = "NUMBA_CACHE_DIR"
"""numba's own variable: read when numba is imported, and handed on to child processes."""


COMPLETE = "complete"
"""The file that says that all kernels are in a folder."""


def prepare() -> None:
    """Set NUMBA_CACHE_DIR to the folder of these very kernels, named by the hash of their sources.

    It lies in the folder that NUMBA_CACHE_DIR named before; else in roots-builder/numba of the user's cache folder
    (XDG_CACHE_HOME or ~/.cache); where that cannot be written, in a private temporary folder, which goes when this
    process ends. Child processes use the same.
    """
    version = digest(Path(__file__).parent)
    given = os.environ.get(VARIABLE)
    if given and Path(given).name == version:
        return
    folder = Path(given) if given else _of_the_user()
    if folder is None or not (given or _writable(folder)):
        folder = Path(tempfile.mkdtemp(prefix="roots-numba-"))
        atexit.register(_remove, folder, os.getpid())
    os.environ[VARIABLE] = str(folder / version)


def complete() -> None:
    """Mark the folder that `prepare` named: all kernels are in it."""
    folder = Path(os.environ[VARIABLE])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / COMPLETE).touch()


def is_complete() -> bool:
    """Whether the folder that `prepare` named is so marked."""
    return Path(os.environ[VARIABLE], COMPLETE).exists()


def digest(sources: Path) -> str:
    """Hash of the Python files of a folder, and of where it lies, in hexadecimal: numba keeps kernels by their path."""
    found = blake2b(digest_size=8)
    for path in sorted(sources.glob("*.py")):
        found.update(os.fsencode(path.resolve()) + b"\0" + path.read_bytes() + b"\0")
    return found.hexdigest()


def _of_the_user() -> Path | None:
    """The user's cache folder for kernels, by the XDG rules; None where the user has no home."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    if Path(given).is_absolute():
        return Path(given) / "roots-builder" / "numba"
    home = os.environ.get("HOME", "")
    return Path(home) / ".cache" / "roots-builder" / "numba" if Path(home).is_absolute() else None


def _writable(folder: Path) -> bool:
    """Whether files can be made in a folder, which is made if it is not there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _remove(folder: Path, owner: int) -> None:
    """Remove a private cache when the process that made it ends; a fork of it leaves the folder alone."""
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)
