"""The judged folder of the page's tests, made once."""

from pathlib import Path

import pytest

from roots.inspect import Corpus
from roots.page.served import Served
from tests import paged


@pytest.fixture(scope="session")
def judged(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The folder. Tests change nothing in it."""
    return paged.folder(tmp_path_factory.mktemp("judged"))


@pytest.fixture
def served(judged: str, shared_cache: Path, tmp_path: Path) -> Served:
    """The folder opened, with a folder into which may be written."""
    assert shared_cache.is_dir()
    return Served(Corpus(judged), None, tmp_path / "mine")
