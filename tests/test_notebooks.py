"""Notebooks run on a small corpus without an error, define nothing, and are kept without their outputs."""

import ast
import re
from html import unescape
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from roots.inspect import Corpus as Opened
from roots.panels.overview import overview
from tests import corpora
from tests.corpora import Corpus

FOLDER = corpora.ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
NAMES = [path.name for path in NOTEBOOKS]

SECONDS = 60
"""In which a cell has to run; each notebook says of itself that all of it takes less."""

TRIED = """
panel.attempt("number_words", min=30)
panel.who.value, panel.why.value = "Adé", "short texts are lists"
panel.write.click()
display(str(panel.about.value), str(panel.counts.value), str(panel.written.value))
"""
ARABIC = """
panel.language.value = "ar"
display(panel.texts)
"""

Notebook = nbformat.NotebookNode


@pytest.fixture
def kernel(corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environment of a kernel: this folder's code, the small corpus, no settings of whoever runs the tests."""
    monkeypatch.setenv("PYTHONPATH", str(corpora.ROOT))
    monkeypatch.setenv("ROOTS_WORK", str(corpus.work))
    for name in ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    return tmp_path


def execute(path: Path, folder: Path, *more: str) -> Notebook:
    """Run a notebook and more cells after it, in a folder; with its outputs, and the states of its widgets."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells += [nbformat.v4.new_code_cell(cell) for cell in more]
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=SECONDS, kernel_name="python3", resources=resources).execute()
    said = [output for cell in notebook.cells for output in cell.get("outputs", []) if output.output_type == "stream"]
    assert not said, "a notebook shows what it has to show, and prints no warnings"
    return notebook


def pages(notebook: Notebook) -> str:
    """All HTML that is shown, that of widgets too."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    html = [output.data["text/html"] for output in outputs if "text/html" in output.get("data", {})]
    widgets = notebook.metadata.get("widgets", {}).get("application/vnd.jupyter.widget-state+json", {"state": {}})
    states = widgets["state"].values()
    return "\n".join([*html, *(_value(state["state"]) for state in states if state["model_name"] == "HTMLModel")])


def _value(state: dict[str, Any]) -> str:
    return str(state.get("value", ""))


def words(notebook: Notebook) -> str:
    """What a reader sees of it."""
    return unescape(re.sub(r"<[^>]+>", " ", pages(notebook)))


def plain(notebook: Notebook) -> list[str]:
    """What the last cell displays, without mark-up."""
    shown = [output.data["text/plain"] for output in notebook.cells[-1].outputs]
    return [unescape(re.sub(r"<[^>]+>", " ", ast.literal_eval(each))) for each in shown]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_a_notebook_is_kept_without_outputs(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell for cell in cells if cell.outputs or cell.execution_count is not None] == []
    assert "widgets" not in notebook.metadata


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_a_notebook_opens_with_its_purpose_what_it_needs_and_its_time(path: Path) -> None:
    first = nbformat.read(path, as_version=4).cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    assert [mark for mark in ("**Before:**", "**Time:**", "**Start:**") if mark not in first.source] == []
    assert re.search(r"\*\*Time:\*\* (under a minute|a few seconds)", first.source)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)
def test_a_notebook_defines_nothing(path: Path) -> None:
    defines = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            assert [node for node in ast.walk(ast.parse(cell.source)) if isinstance(node, defines)] == []


def test_every_notebook_stands_in_the_readme() -> None:
    readme = (corpora.ROOT / "README.md").read_text(encoding="utf-8")
    assert NAMES == ["duplicates.ipynb", "funnel.ipynb", "new_language.ipynb", "thresholds.ipynb"]
    assert [name for name in NAMES if f"](notebooks/{name})" not in readme] == []


def test_thresholds_says_what_the_corpus_says(kernel: Path, corpus: Corpus) -> None:
    found = Opened(corpus.work).what_if("yo", {"number_words": {"min": 30}})
    [row] = found.filters[found.filters["filter"] == "number_words"].to_dict("records")
    about, counts, written = plain(execute(FOLDER / "thresholds.ipynb", kernel, TRIED))
    assert f"Alone, this filter drops {row['alone']:,} of {row['measured']:,} documents" in about
    assert "Against what is in force:" in counts
    assert "+number_words = { min = 30 }" in written
    assert "Written: mine/yo.toml" in written
    assert 'source = "Adé: short texts are lists"' in (kernel / "mine" / "yo.toml").read_text(encoding="utf-8")


def test_thresholds_shows_texts_as_they_are_written(kernel: Path) -> None:
    shown = pages(execute(FOLDER / "thresholds.ipynb", kernel, ARABIC))
    assert '<p dir="auto" lang="ar"' in shown
    assert "<svg" in shown
    assert "http" not in re.sub(r'"http://www\.w3\.org/[^"]*"', "", re.sub(r">[^<]*<", "><", shown))
    assert "<script" not in shown


def test_thresholds_says_what_to_do_without_a_corpus(kernel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROOTS_WORK", str(kernel / "nothing"))
    with pytest.raises(Exception, match="there is no such folder; give the work folder of roots build or roots filter"):
        execute(FOLDER / "thresholds.ipynb", kernel)


def test_funnel_shows_every_language_and_what_is_not_there(kernel: Path, corpus: Corpus) -> None:
    shown = words(execute(FOLDER / "funnel.ipynb", kernel))
    found = overview(str(corpus.work))
    assert all(sentence in shown for sentence in [*found.outliers(), *found.not_applied(), found.empty()])
    assert "perplexity is not applied in any language here." in shown
    assert "Yoruba (yo)" in shown
    assert "German (deu)" in shown


def test_duplicates_shows_how_many_how_large_and_pairs(kernel: Path) -> None:
    notebook = execute(FOLDER / "duplicates.ipynb", kernel)
    shown = unescape(pages(notebook))
    assert "<title>Copies side by side</title>" in shown
    assert "<del>" in shown
    assert "minhash" in words(notebook)
    assert 'src="data:image/svg+xml;base64,' in shown
    assert "Copies were looked for among all documents." in shown


def test_new_language_goes_from_texts_to_limits_in_a_folder_of_its_own(kernel: Path) -> None:
    notebook = execute(FOLDER / "new_language.ipynb", kernel, 'display(str(MINE), panel.corpus.languages["ta"])')
    folder, documents = (ast.literal_eval(output.data["text/plain"]) for output in notebook.cells[-1].outputs)
    shown = words(notebook)
    assert "100 words in" in shown
    assert "stopwords.min: " in shown
    assert "+stopwords = { min = " in shown
    assert "No doubts." in shown
    assert "$ roots filter --lang ta " in shown
    assert documents > 0
    assert {path.name for path in Path(folder).iterdir()} == {"reference", "stopwords", "ta.toml"}
    assert sorted(path.name for path in kernel.iterdir() if path.name == "mine") == []
