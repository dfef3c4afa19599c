"""roots overlap says what sources and languages have in common, and what was not compared."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines import storage
from roots.overlap import LARGEST
from tests.roots.deduplicated import deduplicated
from tests.roots.made import Ended

Roots = Callable[..., Ended]

SOURCES: dict[str, list[dict[str, Any]]] = {
    "alpha": [
        {"text": "كتاب", "lang": "ar", "cluster": 1},
        {"text": "كتاب", "lang": "ar", "cluster": 1, "similarity": 1.0},
        {"text": "ẹ̀kọ́", "lang": "yo", "cluster": 2},
        {"text": "alone", "lang": "en"},
    ],
    "beta": [
        {"text": "كتاب.", "lang": "ar", "cluster": 1, "similarity": 0.9},
        {"text": "ẹ̀kọ́!", "lang": None, "cluster": 2, "similarity": 0.8},
    ],
    "gamma": [{"text": "nothing", "lang": "en"}],
}
"""Bytes of the texts: alpha 8, 8, 11, 5; beta 9, 12; gamma 7."""


def cells(text: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("│")[1:-1]] for line in text.splitlines() if line.startswith("│")]


def test_a_few_sources_are_a_matrix(roots: Roots, memory: str) -> None:
    deduplicated(memory, SOURCES, names={"alpha": "مكتبة قطر", "beta": "[bold]B[/bold] \\u202e"})
    ended = roots("overlap", memory)
    assert (ended.code, ended.err) == (0, "")
    assert cells(ended.out) == [
        ["\u2068مكتبة قطر\u2069 (alpha)", "2 (50.0%)", "3 (75.0%)"],
        ["4 documents, 0.0000 MB", "0.0000 MB (50.0%)", "0.0000 MB (84.4%)"],
        ["[bold]B[/bold] \\u202e (beta)", "2 (100.0%)", "·"],
        ["2 documents, 0.0000 MB", "0.0000 MB (100.0%)", ""],
    ]


def test_languages_have_names(roots: Roots, memory: str) -> None:
    deduplicated(memory, SOURCES)
    shown = cells(roots("overlap", memory, "--by", "language").out)
    assert [row[0] for row in shown[::2]] == ["not known", "Arabic (ar)", "Yoruba (yo)"]
    assert [row[1:] for row in shown[::2]] == [
        ["·", "·", "1 (100.0%)"],
        ["·", "3 (100.0%)", "·"],
        ["1 (100.0%)", "·", "·"],
    ]


def test_the_csv_file_has_every_pair_in_numbers(roots: Roots, memory: str, tmp_path: Path) -> None:
    deduplicated(memory, SOURCES)
    assert roots("overlap", memory, "--csv", tmp_path / "o.csv").code == 0
    with (tmp_path / "o.csv").open(newline="", encoding="utf-8") as file:
        assert list(csv.reader(file)) == [
            ["source", "other", "documents", "bytes", "all_documents", "all_bytes"],
            ["alpha", "alpha", "2", "16", "4", "32"],
            ["alpha", "beta", "3", "27", "4", "32"],
            ["beta", "alpha", "2", "21", "2", "21"],
        ]


def test_the_picture_is_svg_or_png(roots: Roots, memory: str, tmp_path: Path) -> None:
    deduplicated(memory, SOURCES, names={"alpha": "مكتبة قطر"})
    assert roots("overlap", memory, "--picture", tmp_path / "o.svg").code == 0
    assert "\u2068مكتبة قطر\u2069 (alpha)" in (tmp_path / "o.svg").read_text("utf-8")
    pytest.importorskip("vl_convert")
    assert roots("overlap", memory, "--picture", f"{memory}/o.png").code == 0
    assert storage.read_bytes(f"{memory}/o.png").startswith(b"\x89PNG")
    ended = roots("overlap", memory, "--picture", "o.gif")
    assert (ended.code, ended.err) == (2, "error: o.gif: a picture is .svg or .png; choose one of these names\n")


@pytest.mark.parametrize(
    ("scope", "by", "said"),
    [
        ("source", "source", "copies were looked for within each source only: what sources share is not known"),
        ("language", "language", "copies were looked for within each language only: what languages share is not known"),
        ("language", "source", "copies were looked for within each language only: those in two were not compared"),
        (
            "source",
            "language",
            "copies were looked for within each source only: those of two sources were not compared",
        ),
    ],
)
def test_what_was_not_compared_is_said(
    roots: Roots, memory: str, tmp_path: Path, scope: str, by: str, said: str
) -> None:
    within = {"alpha": SOURCES["alpha"][:2], "gamma": SOURCES["gamma"]}
    deduplicated(memory, within, scope=scope)
    ended = roots("overlap", memory, "--by", by, "--picture", tmp_path / "o.svg")
    assert f'{said}; with scope = "all" in the recipe\'s [dedup] they are looked for everywhere' in ended.out
    assert said in (tmp_path / "o.svg").read_text("utf-8")
    assert "0 (0.0%)" not in ended.out
    deduplicated(memory, within)
    assert "looked for" not in roots("overlap", memory, "--by", by).out


def test_many_sources_are_a_list_of_the_largest_and_a_count_of_the_rest(
    roots: Roots, memory: str, tmp_path: Path
) -> None:
    many = {
        f"s{n:03d}": [
            {"text": "x" * (n + 1) * 1000, "lang": "en", "cluster": n // 2} | ({"similarity": 0.9} if n % 2 else {})
        ]
        for n in range(80)
    }
    deduplicated(memory, many)
    ended = roots("overlap", memory, "--csv", tmp_path / "o.csv")
    shown = cells(ended.out)
    assert len(shown) == LARGEST
    assert shown[0] == ["s079", "s078", "1", "100.0%", "0.0800", "100.0%"]
    assert "50 smaller overlaps are left out; --csv FILE has all" in ended.out
    assert len((tmp_path / "o.csv").read_text("utf-8").splitlines()) == 81


def test_a_folder_without_copies_says_so(roots: Roots, memory: str, tmp_path: Path) -> None:
    deduplicated(memory, {"gamma": SOURCES["gamma"]})
    ended = roots("overlap", memory, "--picture", tmp_path / "o.svg", "--csv", tmp_path / "o.csv")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("no document has a copy\n")
    assert "no document has a copy" in (tmp_path / "o.svg").read_text("utf-8")


@pytest.mark.parametrize("command", ["overlap", "duplicates"])
def test_a_folder_in_which_copies_were_not_looked_for_is_refused_with_the_command(
    roots: Roots, memory: str, command: str
) -> None:
    for folder in (memory, f"{memory}/nowhere"):
        ended = roots(command, folder)
        assert ended.code == 2
        assert ended.err == (
            f"error: {folder}: no copies were looked for in this folder; "
            f"`roots dedup RECIPE.toml --work {folder}` looks for them\n"
        )
    assert roots(command, "foo://x").err == "error: foo://x: Protocol not known: foo\n"


@pytest.mark.parametrize(("command", "folder"), [("overlap", "dedup/clusters"), ("duplicates", "one/ledger")])
def test_a_damaged_table_is_a_failure_and_no_traceback(roots: Roots, tmp_path: Path, command: str, folder: str) -> None:
    work = str(tmp_path / "work")
    deduplicated(work, {"one": SOURCES["alpha"]})
    (table,) = (tmp_path / "work" / folder).glob("*.parquet")
    table.write_bytes(table.read_bytes()[:50])
    ended = roots(command, work)
    assert ended.code == 1
    assert ended.err.startswith(f"error: {work}: a table is damaged (")
    assert ended.err.endswith(f"); `roots verify {work}` names it\n")


def test_clusters_of_other_shards_are_refused(roots: Roots, memory: str) -> None:
    deduplicated(memory, SOURCES)
    path = f"{memory}/dedup/clusters/clusters.key.json"
    storage.write_json(path, {**storage.read_json(path), "rows": 6})
    ended = roots("overlap", memory)
    assert ended.code == 2
    assert "was read anew since copies were looked for in it; `roots dedup RECIPE.toml" in ended.err


def test_a_run_that_has_not_ended_is_said(roots: Roots, memory: str) -> None:
    deduplicated(memory, SOURCES)
    storage.write_json(f"{memory}/.run/x.json", {})
    assert "has not ended" in roots("overlap", memory).err
    assert "has not ended" in roots("duplicates", memory).err
