"""A file that is written anew is whole, or as it was."""

from pathlib import Path

import pytest

from catalog.crawl.files import replacing


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.csv"
    with replacing(path) as temporary:
        temporary.write_text("ẹ")
        assert not path.exists()
    assert path.read_text() == "ẹ"
    assert [each.name for each in path.parent.iterdir()] == ["a.csv"]


def test_after_an_error_the_file_is_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("before")
    with pytest.raises(FileNotFoundError), replacing(path) as temporary:
        temporary.with_name("no").joinpath("where").write_text("lost")
    assert path.read_text() == "before"
