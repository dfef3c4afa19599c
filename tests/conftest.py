"""What many tests share: the shared texts, a source to write, and two corpora that are built once."""

import os
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import fsspec
import pytest
from hypothesis import HealthCheck, settings

from filters.lmplz import Tools, find
from filters.model_files import ModelError
from tests import browser, corpora
from tests.corpora import ENGLISH, YORUBA, YORUBA_TOO, Corpus, make_source

os.environ["HF_HUB_OFFLINE"] = "1"

# The same examples every time, and no verdict that depends on how busy the machine is.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder beside the project with golden values and open texts."""
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is not there: golden values and shared texts are not tested")
    return SHARED


@pytest.fixture(scope="module")
def chromium() -> Iterator[browser.Browser]:
    """A browser for all tests of a file."""
    program = browser.find()
    if not program:
        pytest.skip("no Chromium is there, so no page is opened: sh tests/unpack_chromium.sh, or install chromium")
    with browser.running(program) as running:
        yield running


@pytest.fixture(scope="session")
def lmplz() -> Tools:
    """KenLM's programs that make language models."""
    try:
        return find()
    except ModelError as error:
        pytest.skip(f"no language model can be trained: {error}")


@pytest.fixture
def memory() -> Iterator[str]:
    """A folder in memory, empty before and after."""
    folder = f"memory://test-{uuid.uuid4()}"
    yield folder
    filesystem = fsspec.filesystem("memory")
    inner = folder.removeprefix("memory:/")
    if filesystem.exists(inner):
        filesystem.rm(inner, recursive=True)


@pytest.fixture
def source(tmp_path: Path) -> Callable[..., Path]:
    """Writes a source under tmp_path/sources: source(uid, records, languages=..., cleaning=...) -> entry file."""

    def write(uid: str, records: Sequence[Mapping[str, Any]], **given: Any) -> Path:
        return make_source(tmp_path / "sources", uid, records, **given)

    return write


@pytest.fixture
def yoruba() -> str:
    """The first article of the Universal Declaration of Human Rights in Yoruba."""
    return YORUBA


@pytest.fixture
def yoruba_too() -> str:
    """Another text in Yoruba, on the right to rest."""
    return YORUBA_TOO


@pytest.fixture
def english() -> str:
    """The same in English."""
    return ENGLISH


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A corpus of all three kinds of sources, built once with one worker. Tests read it and change nothing."""
    folder = tmp_path_factory.mktemp("corpus")
    recipe = corpora.make_recipe(folder)
    log = corpora.run(["build", recipe, "--work", folder / "work"], folder)
    return Corpus(recipe, folder / "work", log)


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """A corpus of two small sources, built once with one worker and a fixed hash seed. Tests change nothing."""
    folder = tmp_path_factory.mktemp("small")
    recipe = corpora.make_small_recipe(folder)
    log = corpora.run(["build", recipe, "--work", folder / "work"], folder, PYTHONHASHSEED="1")
    return Corpus(recipe, folder / "work", log)
