"""The container image: what it is made from is there, and its Beam is the one that launches."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
COPIED = [
    name for names in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE) for name in names.split()
]


def pinned(package: str) -> str:
    """The version of a package in requirements.txt."""
    [version] = re.findall(rf"^{package}==(.+)$", (ROOT / "requirements.txt").read_text(encoding="utf-8"), re.MULTILINE)
    return str(version)


def test_what_is_copied_is_there_and_not_ignored() -> None:
    ignored, *exceptions, last = [
        line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    assert (ignored, last) == ("*", "**/__pycache__")
    assert sorted(f"!{name}" for name in COPIED) == sorted(exceptions)
    assert [name for name in COPIED if not (ROOT / name).exists()] == []


def test_every_package_of_the_project_is_in_the_image() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    rooms = {package.split(".")[0] for package in project["tool"]["setuptools"]["packages"]}
    assert rooms <= set(COPIED)


def test_boot_is_of_the_beam_that_is_installed() -> None:
    [(python, beam)] = re.findall(r"apache/beam_python([\d.]+)_sdk:([\d.]+)", DOCKERFILE)
    assert beam == pinned("apache-beam")
    assert set(re.findall(r"^FROM python:([\d.]+)-", DOCKERFILE, re.MULTILINE)) == {python}


def test_a_compiler_is_in_no_stage_but_the_first() -> None:
    first, *others = DOCKERFILE.split("\nFROM ")[1:]
    assert "build-essential" in first
    assert not any("apt-get" in stage for stage in others)


def test_requirements_are_pinned_and_name_no_registry() -> None:
    seen: dict[str, str] = {}
    for name in ("requirements.txt", "requirements-gcp.txt", "requirements-dev.txt"):
        for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
            if line.startswith(("#", "-r requirements")):
                continue
            assert re.fullmatch(r"[a-z0-9-]+==[\w.]+", line), f"{name}: {line}"
            package, version = line.split("==")
            assert package not in seen, f"{name}: {package} stands in two files"
            seen[package] = version
