"""The tables of fertility: in a terminal and as CSV files that a manifest names."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from pipelines import storage
from roots import fertility_tables
from roots.fertility import Component, Fertility
from roots.fertility_tables import write
from roots.folders import LOCK
from roots.verify import verify
from tests.roots.made import Ended

NAMES = {"yo": "Yoruba", "zhs": "Simplified Chinese"}
ROWS = [
    Fertility("yo", 3, 1000, 5000, 1500, 300, 1450, held_out=True),
    Fertility("zhs", 4, 2000, 6000, 1900, 400, 1400, held_out=True),
]
SOURCES = [
    Component("yo", "one", 9, 5000, 1500, ratio=0.9),
    Component("yo", "[odd]", 6, 1000, 900, ratio=2.6, far=True),
]


def shown(table: Any) -> str:
    console = Console(file=io.StringIO(), width=200)
    console.print(table)
    return str(console.file.getvalue())  # type: ignore[attr-defined]


def test_the_files_hold_all_figures_and_a_manifest_names_them(memory: str) -> None:
    storage.write_bytes(storage.join(memory, LOCK), b"")
    paths = write(memory, ROWS, SOURCES)
    first, second = (list(csv.DictReader(io.StringIO(storage.read_bytes(path).decode()))) for path in paths)
    assert [row["language"] for row in first] == ["yo", "zhs"]
    assert first[1] == {
        "language": "zhs",
        "documents": "4",
        "words": "2000",
        "bytes": "6000",
        "tokens": "1900",
        "fertility": "0.9500",
        "monolingual_vocabulary": "400",
        "monolingual_tokens": "1400",
        "monolingual_fertility": "0.7000",
        "points_worse": "25.00",
        "goal": "missed",
        "held_out": "yes",
    }
    assert (first[0]["goal"], first[0]["points_worse"]) == ("met", "5.00")
    assert [row["source"] for row in second] == ["one", "[odd]"]
    assert second[1]["tokens_per_byte"] == "0.90000"
    assert [row["far_out"] for row in second] == ["no", "yes"]
    scanned, _ = verify(memory)
    assert scanned.faults == []


def test_the_worst_language_stands_first_and_the_goal_is_marked() -> None:
    said = shown(fertility_tables.languages(ROWS, NAMES))
    lines = [line for line in said.splitlines() if "Yoruba" in line or "Chinese" in line]
    assert "Simplified Chinese (zhs)" in lines[0]
    assert "+25.0 missed" in lines[0]
    assert "missed" not in lines[1]
    assert "at most 10 percentage points worse" in " ".join(said.split())
    assert "1 of 2 languages meet it, measured on documents that are held out" in " ".join(said.split())


@pytest.mark.parametrize(
    ("held", "says"),
    [
        ((False, False), "measured on text that the tokenizers were trained on"),
        ((True, False), "measured on text that the tokenizers were trained on in 1 of 2 languages"),
    ],
)
def test_what_was_measured_is_said(held: tuple[bool, bool], says: str) -> None:
    rows = [Fertility("yo", 1, 10, 50, 15, 300, 14, held_out=each) for each in held]
    said = " ".join(shown(fertility_tables.languages(rows, NAMES)).split())
    assert said.endswith(says)


def test_sources_far_out_stand_first() -> None:
    said = shown(fertility_tables.sources(SOURCES, NAMES))
    lines = [line for line in said.splitlines() if "Yoruba" in line]
    assert "[odd]" in lines[0]
    assert "far out" in lines[0]
    assert "far out" not in lines[1]


@pytest.fixture
def recipe(source: Callable[..., Path], tmp_path: Path, yoruba: str, yoruba_too: str, english: str) -> Path:
    """A source in two languages."""
    texts = [("yo", yoruba), ("yo", yoruba_too), ("en", english), ("en", f"{english} {english.upper()}")]
    source("one", [{"text": text, "lang": lang} for lang, text in texts], languages=["en", "yo"])
    path = tmp_path / "recipe.toml"
    path.write_text('name = "x"\nsources = ["sources/*.toml"]\n[tokenizer]\nvocabulary = 1000\n', encoding="utf-8")
    return path


@pytest.mark.usefixtures("plainly")
def test_the_commands_train_measure_and_leave_what_verify_knows(
    roots: Callable[..., Ended], recipe: Path, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    ended = roots("train-tokenizer", recipe, "--work", work)
    assert ended.code == 0, ended.err
    said = ended.out.splitlines()
    assert re.fullmatch(
        r"bpe tokenizer of \d+ pieces, 0 reserved; 1,000 were asked for, but the sample makes no more", said[0]
    )
    assert re.fullmatch(r"--pad-vocab-size-to, by tensor-parallel devices: \d+ on 1, 512 on 4", said[1])
    assert said[2].startswith(f"tokenizer: {work}/tokenizer/tokenizer.json, sha256 ")
    ended = roots("fertility", recipe, "--work", work)
    assert ended.code == 0, ended.err
    assert "Yoruba (yo)" in ended.out
    assert ended.out.splitlines()[-2:] == [f"{work}/tokenizer/fertility.csv", f"{work}/tokenizer/tokens_per_byte.csv"]
    before = {path: path.read_bytes() for path in (work / "tokenizer").rglob("*") if path.is_file()}
    assert roots("fertility", recipe, "--work", work).code == 0
    assert {path: path.read_bytes() for path in (work / "tokenizer").rglob("*") if path.is_file()} == before
    ended = roots("verify", work)
    assert ended.out.splitlines()[-1] == "faults: 0"
    recipe.write_text(recipe.read_text().replace("vocabulary = 1000", f'file = "{work}/tokenizer/tokenizer.json"'))
    ended = roots("fertility", recipe, "--work", tmp_path / "other")
    assert ended.code == 2
    assert ended.err.splitlines()[-1].endswith("a tokenizer that is given has none; leave tokenizer.file out")
    ended = roots("train-tokenizer", recipe, "--work", tmp_path / "other")
    assert ended.out.startswith("given tokenizer of ")
    assert "asked for" not in ended.out


@pytest.mark.usefixtures("plainly")
def test_where_nothing_was_kept_there_is_nothing_to_train_or_measure(
    roots: Callable[..., Ended], source: Callable[..., Path], recipe: Path, tmp_path: Path
) -> None:
    source("one", [{"text": "ọ̀kan", "lang": "yo"}])
    ended = roots("train-tokenizer", recipe, "--work", tmp_path / "work")
    assert ended.out == "nothing was kept, so there is nothing to train a tokenizer on\n"
    ended = roots("fertility", recipe, "--work", tmp_path / "work")
    assert ended.code == 2
    assert "error: nothing was kept, so there is no tokenizer to measure; roots stats says" in ended.err
