"""Notebooks run on a small corpus without an error, and are kept without their outputs."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests import corpora
from tests.corpora import Corpus

FOLDER = corpora.ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

EVERY_MEASURE = """
for lang in ("ar", "en", "xh", "yo", "zhs"):
    for name in MEASURES:
        show(lang, name)
english = LANGUAGES["en"]
display(examples(*measured(english, "stopwords"), limits(english, "stopwords"), english, 1000))
"""

ALONE = "sum(int(measured(LANGUAGES[lang], 'number_words')[1].sum()) for lang in present.values())"
LEDGER = """
ledgers = f"{WORK}/*/ledger/*.parquet"
duckdb.execute("SELECT count(*) FROM read_parquet(?) WHERE dropped_by = 'number_words'", [ledgers]).fetchall()[0][0]
"""


@pytest.fixture
def kernel(corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environment of a kernel: this folder's code, the small corpus, no settings of whoever runs the tests."""
    monkeypatch.setenv("PYTHONPATH", str(corpora.ROOT))
    monkeypatch.setenv("ROOTS_WORK", str(corpus.work))
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return tmp_path


def execute(path: Path, folder: Path, *more: str) -> list[nbformat.NotebookNode]:
    """Run a notebook and more cells after it, in a folder; the outputs of the last cell."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells += [nbformat.v4.new_code_cell(cell) for cell in more]
    NotebookClient(notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(folder)}}).execute()
    outputs: list[nbformat.NotebookNode] = notebook.cells[-1].outputs
    said = [output for cell in notebook.cells for output in cell.get("outputs", []) if output.output_type == "stream"]
    assert not said, "a notebook shows what it has to show, and prints no warnings"
    return outputs


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell for cell in cells if cell.outputs or cell.execution_count is not None] == []
    assert "widgets" not in notebook.metadata


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_a_notebook_opens_with_its_purpose_and_time(path: Path) -> None:
    first = nbformat.read(path, as_version=4).cells[0]
    assert first.cell_type == "markdown"
    assert "**Time:**" in first.source


def test_thresholds_shows_every_measure(kernel: Path) -> None:
    outputs = execute(FOLDER / "thresholds.ipynb", kernel, EVERY_MEASURE)
    pictures = [output.data["image/svg+xml"] for output in outputs if "image/svg+xml" in output.data]
    pages = [output.data["text/html"] for output in outputs if "text/html" in output.data]
    assert len(pictures) > 25
    assert all("#d62728" in picture for picture in pictures), "the limit in force is the red line"
    assert any('<p dir="auto" lang="ar"' in page for page in pages)
    assert set(re.findall(r"<(\w+)", "".join(pages))) <= {"b", "br", "div", "h4", "p"}, "texts are escaped"
    assert any(mark in pages[-1] for mark in ("&lt;", "&quot;", "&#x27;"))
    assert any("Not applied: there is no list of flagged words for Xhosa." in page for page in pages)


def test_thresholds_counts_what_the_ledger_counts(kernel: Path) -> None:
    # The first filter in the order of judging names all that it drops, so the ledger counts what it does alone.
    [said] = execute(FOLDER / "thresholds.ipynb", kernel, f"{LEDGER.rstrip()}, {ALONE}")
    judged, alone = map(int, re.findall(r"\d+", said.data["text/plain"]))
    assert judged == alone > 0


def test_thresholds_tries_another_limit(kernel: Path) -> None:
    cell = "show('yo', 'stopwords', '0.99')\nshow('yo', 'stopwords', 'much')"
    outputs = execute(FOLDER / "thresholds.ipynb", kernel, cell)
    pages = [output.data["text/html"] for output in outputs if "text/html" in output.data]
    assert "(100.0%)" in pages[0]
    assert pages[-1] == "much is no number: write it like 0.15"


def test_thresholds_says_what_to_do_without_a_corpus(kernel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOTS_WORK", str(kernel))
    with pytest.raises(Exception, match="run make demo, or set ROOTS_WORK"):
        execute(FOLDER / "thresholds.ipynb", kernel)
