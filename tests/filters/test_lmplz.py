"""KenLM's programs: found in the places that are named, and what they say when they fail is passed on."""

import re
import subprocess
from pathlib import Path

import kenlm
import pytest

from filters import lmplz
from filters.lmplz import ModelError, Tools, estimate, find
from tests.corpora import ROOT

LINES = ["▁ à ti ▁ à", "▁ à ni", "▁ ni ▁ à"] * 4


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without lmplz."""
    monkeypatch.setattr(lmplz, "BUILT", tmp_path / ".lmplz")
    monkeypatch.delenv(lmplz.VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    return tmp_path


def program(path: Path, does: str = "exit 0") -> Path:
    """A program that only looks like one of KenLM's."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{does}\n", encoding="ascii")
    path.chmod(0o755)
    return path


def both(folder: Path, does: str = "exit 0", packs: str = "exit 0") -> Path:
    """Both programs in a folder; the path of lmplz."""
    program(folder / "build_binary", packs)
    return program(folder / "lmplz", does)


def test_without_lmplz_the_command_that_builds_it_is_named(nowhere: Path) -> None:
    with pytest.raises(ModelError, match=r"lmplz, .*, is not there; build it in the project's folder with: make lmplz"):
        find()


def test_it_is_looked_for_in_order(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both(nowhere / "path")
    assert find().lmplz == nowhere / "path" / "lmplz"
    both(nowhere / ".lmplz" / "bin")
    (nowhere / ".lmplz" / "version").write_text("kenlm 9\n", encoding="ascii")
    assert find() == Tools(nowhere / ".lmplz/bin/lmplz", nowhere / ".lmplz/bin/build_binary", "kenlm 9")
    both(nowhere / "named")
    monkeypatch.setenv(lmplz.VARIABLE, str(nowhere / "named"))
    assert find().lmplz == nowhere / "named" / "lmplz"
    given = both(nowhere / "given")
    assert find(given) == find(nowhere / "given")
    assert find(given) == Tools(given, nowhere / "given" / "build_binary", "kenlm, version unknown")


def test_a_path_that_is_no_program_is_named(nowhere: Path) -> None:
    program(nowhere / "one" / "lmplz")
    (nowhere / "two").mkdir()
    (nowhere / "two" / "lmplz").write_text("no program", encoding="ascii")
    for folder, which in (("none", "lmplz"), ("one", "build_binary"), ("two", "lmplz")):
        with pytest.raises(ModelError, match=rf"{folder}/{which}: is no program; build it .* make lmplz"):
            find(nowhere / folder / "lmplz")


def test_what_a_program_says_when_it_fails_is_passed_on(nowhere: Path) -> None:
    first = find(both(nowhere / "a", "echo it is too small >&2; exit 3"))
    with pytest.raises(ModelError, match=r"a/lmplz failed: it is too small"):
        estimate(first, LINES * 10_000, order=5, folder=nowhere)
    second = find(
        both(nowhere / "b", f"/bin/cat >/dev/null; : >{nowhere}/model.arpa", "echo the disk is full >&2; exit 1")
    )
    with pytest.raises(ModelError, match=r"b/build_binary failed: the disk is full"):
        estimate(second, LINES, order=5, folder=nowhere)
    silent = find(both(nowhere / "c", "exit 1"))
    with pytest.raises(ModelError, match=r"c/lmplz failed: it said nothing"):
        estimate(silent, LINES, order=5, folder=nowhere)


def test_a_model_is_the_same_bytes_however_much_memory_there_is(
    lmplz: Tools, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    for memory in ("1G", "100M"):
        folder = tmp_path / memory
        folder.mkdir()
        monkeypatch.setattr("filters.lmplz.MEMORY", memory)
        made.append(estimate(lmplz, LINES, order=3, folder=folder))
    assert made[0].read_bytes() == made[1].read_bytes()
    assert sorted(path.name for path in made[0].parent.iterdir()) == ["lmplz.log", "model.kenlm"]
    model = kenlm.Model(str(made[0]))
    assert model.order == 3
    assert model.score("▁ à ni") > model.score("ni à ▁")


def test_a_missing_package_is_named_with_the_line_that_installs_it(nowhere: Path) -> None:
    for name in ("dirname", "mkdir", "mktemp", "rm", "sed"):
        program(nowhere / "path" / name, f'exec /usr/bin/{name} "$@"')
    command = ["/bin/sh", str(ROOT / "filters" / "build_lmplz.sh"), str(nowhere / "out")]
    for there, missing in (([], "A C\\+\\+ compiler"), (["c++"], "cmake"), (["c++", "cmake"], "Boost")):
        for name in there:
            program(nowhere / "path" / name, "exit 1")
        environment = {"PATH": str(nowhere / "path")}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 1
        pattern = rf"{missing}.* is needed to build lmplz \(Debian: apt-get install build-essential cmake libboost-"
        assert re.search(pattern, done.stderr), done.stderr
