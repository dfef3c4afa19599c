"""SHA256SUMS: what is published and nothing else, as sha256sum checks it; what is wrong with it is named."""

import subprocess
from pathlib import Path

import pytest

from pipelines import storage
from pipelines.run import Runtime
from roots import sums
from roots.mix.mixing import mix
from roots.mix.settings import MixSettings
from tests.roots.made import shelve
from tests.roots.mix.test_spread import documents

pytestmark = pytest.mark.usefixtures("plainly")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    mix(str(tmp_path), shelve(str(tmp_path), {"a": documents("a", 9)}), MixSettings(), Runtime())
    storage.write_bytes(str(tmp_path / "README.md"), b"# Corpus\n")
    storage.write_bytes(str(tmp_path / "tokenizer" / "sample" / "x.arrow"), b"x")
    storage.write_bytes(str(tmp_path / "tokenizer" / "tokenizer.json"), b"{}")
    sums.write(str(tmp_path))
    return tmp_path


def test_sha256sum_agrees(work: Path) -> None:
    done = subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=work, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout.splitlines()) == len(sums.sums(str(work)))


def test_only_what_is_published_is_named(work: Path) -> None:
    named = sums.read((work / sums.FILE).read_bytes())
    assert {path.split("/")[0] for path in named} == {"README.md", "corpus", "parquet", "tokenizer"}
    assert not [path for path in named if "sample" in path]
    assert "corpus/yo/state.json" in named


def test_the_same_corpus_has_the_same_sums_on_any_storage(work: Path, memory: str) -> None:
    mix(memory, shelve(memory, {"a": documents("a", 9)}), MixSettings(), Runtime())
    found = {path: digest for path, digest in sums.sums(memory).items() if path.startswith(("corpus", "parquet"))}
    named = sums.read((work / sums.FILE).read_bytes())
    assert found == {path: digest for path, digest in named.items() if path.startswith(("corpus", "parquet"))}


def test_what_is_wrong_is_named(work: Path) -> None:
    there = set(sums.sums(str(work)))
    assert sums.faults(str(work), there, {}) == []
    (work / "README.md").write_text("# Another\n")
    (work / "corpus" / "yo" / "state.json").unlink()
    found = sums.faults(str(work), there - {"corpus/yo/state.json"}, {})
    assert found == [
        "SHA256SUMS: corpus/yo/state.json: is not there",
        "SHA256SUMS: README.md: has another SHA-256; roots build writes the file anew",
    ]
    (work / sums.FILE).write_text("nothing\n")
    [fault] = sums.faults(str(work), there, {})
    assert fault.startswith("SHA256SUMS: 'nothing': a line of SHA256SUMS is a SHA-256, two spaces and a path")
    sums.discard(str(work))
    assert not (work / sums.FILE).exists()
