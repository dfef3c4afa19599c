"""A corpus is the same however its inputs are cut, with one worker and with two."""

import json
from pathlib import Path

import pytest

from pipelines import storage, tables
from tests import corpora
from tests.corpora import Corpus

MADE = ("corpus", "tokens", "tokenizer", "cards", "map.html", "README.md")
"""What comes out of a build."""


def made(work: Path) -> dict[str, str]:
    """The files that come out of a build, without the manifests, whose keys name the shards they were made from."""
    return {
        path: digest
        for path, digest in corpora.contents(work).items()
        if path.split("/")[0] in MADE and not _is_manifest(work / path)
    }


def _is_manifest(path: Path) -> bool:
    return path.suffix == ".json" and "key" in json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(("size", "workers"), [("20kB", 2), ("6kB", 1)])
def test_slices_of_any_size_give_the_same_bytes(corpus: Corpus, tmp_path: Path, size: str, workers: int) -> None:
    log = corpora.run(
        ["build", corpus.recipe, "--work", tmp_path / "work", "--workers", workers, "--slice-size", size], tmp_path
    )
    work = tmp_path / "work"
    assert corpora.different(made(corpus.work), made(work)) == []
    for table in tables.TABLES:
        assert read(work, table) == read(corpus.work, table)
    assert "has no gzip member to cut at: packed anew in the work folder, once" in log
    assert [path.name for path in work.glob("*/slices/*") if path.suffix != ".json"] == []
    shards = [path.name for path in work.glob("lohelp_zh_cn/documents/*.parquet")]
    assert len(shards) > 3


def read(work: Path, table: str) -> dict[str, list[object]]:
    """The rows of all shards of an input, in the order of its slices, by source and input."""
    paths = work.glob("*/documents/*.json")
    manifests = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    found: dict[str, list[object]] = {}
    for manifest in sorted(manifests, key=lambda manifest: manifest["slice"]):
        path = storage.join(str(work), manifest["source"], table, manifest["tables"][table]["file"])
        found.setdefault(f"{manifest['source']}/{manifest['input']}", []).extend(tables.read(path).to_pylist())
    return found
