"""roots cleaning shows what the steps did, points at those that did nothing or took nearly all, and shows samples."""

import io
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from pipelines import step_report
from roots.clean_report import doubts, side_by_side, steps
from tests.corpora import YORUBA, make_source
from tests.roots.made import Ended

Roots = Callable[..., Ended]

CHAIN = ["remove_lines_with_code", "dedup_document", "filter_remove_empty_docs", "filter_small_docs_bytes_300"]


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A curated source of four documents, written once."""
    from catalog.entry import load
    from lang_params.params import default, load_all
    from pipelines.config import Config
    from pipelines.curate import curate
    from pipelines.run import Runtime
    from pipelines.task import complete

    folder = tmp_path_factory.mktemp("cleaning")
    texts = [YORUBA * 3, f"ana@example.org\n.menu {{}}\n{YORUBA}", f"{YORUBA * 3} 7", "\x1b[2J"]
    entry = load(make_source(folder / "sources", "one", [{"text": text} for text in texts], cleaning=CHAIN))
    other = load(make_source(folder / "sources", "two", [{"text": YORUBA}]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipelines.run._execute", lambda tasks, work, how: [complete(task, work) for task in tasks])
        curate(str(folder / "work"), [entry, other], Config("fixed", load_all(), default()), Runtime())
    shutil.rmtree(folder / "work" / ".run")
    return folder / "work"


def test_each_step_is_a_row_with_documents_and_bytes_before_and_after(roots: Roots, work: Path) -> None:
    ended = roots("cleaning", work)
    assert ended.code == 0
    rows = [line for line in ended.out.splitlines() if line.startswith("│")]
    cells = [[cell.strip() for cell in row.split("│")[1:-1]] for row in rows]
    assert [row[:6] for row in cells] == [
        ["1", "remove_lines_with_code", "4", "4", "0.00%", "1"],
        ["2", "dedup_document", "4", "3", "25.00%", "0"],
        ["3", "filter_remove_empty_docs", "3", "3", "0.00%", "0"],
        ["4", "filter_small_docs_bytes_300", "3", "1", "66.67%", "0"],
    ]
    assert ended.err == "look at this: one: nothing was done by filter_remove_empty_docs\n"


def test_where_the_common_lines_of_a_seed_are_is_said(roots: Roots, work: Path) -> None:
    (work / "one" / "skipped").mkdir()
    (work / "one" / "skipped" / "lines.0.parquet").write_bytes(b"")
    assert f"common lines that were taken out: {work}/one/skipped/lines.0.parquet" in roots("cleaning", work).out
    shutil.rmtree(work / "one" / "skipped")


def test_samples_are_shown_when_they_are_asked_for(roots: Roots, work: Path) -> None:
    ended = roots("cleaning", work, "--source", "one", "--step", "remove_lines_with_code", "--show", "5")
    assert "- .menu {}" in ended.out
    assert "PI:EMAIL" in ended.out
    assert "ana@example" not in ended.out
    assert "dedup_document" not in ended.out
    small = roots("cleaning", work, "--step", "filter_small_docs_bytes_300", "--show", "5").out
    assert "removed" in small
    assert "\x1b[2J" not in small
    assert "\\x1b[2J" in small
    one = roots("cleaning", work, "--step", "filter_small_docs_bytes_300", "--show", "1").out
    assert (one.count("┃ old"), small.count("┃ old")) == (1, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--source", "three"], "no cleaned source 'three'; there are: one"),
        (["--source", "two"], "no cleaned source 'two'; there are: one"),
        (["--step", "dedup"], "no step 'dedup'; there are: dedup_document, filter_remove_empty_docs"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(
    roots: Roots, work: Path, arguments: list[str], message: str
) -> None:
    ended = roots("cleaning", work, *arguments)
    assert ended.code == 2
    assert message in ended.err


def test_a_folder_without_cleaning_is_refused(roots: Roots, tmp_path: Path) -> None:
    ended = roots("cleaning", tmp_path)
    assert ended.code == 2
    assert "no source of this folder has cleaning steps; roots build writes what they did" in ended.err


def test_a_run_that_has_not_ended_is_said(roots: Roots, work: Path) -> None:
    (work / ".run").mkdir()
    assert "has not ended" in roots("cleaning", work).err
    (work / ".run").rmdir()


def counts(step: str, before: int, after: int, changed: int = 0) -> dict[str, Any]:
    sizes = {"bytes": before * 10, "bytes_after": after * 10}
    return {"step": step, "documents": before, "documents_after": after, "changed": changed, **sizes}


def test_steps_that_did_nothing_or_took_nearly_all_are_pointed_at() -> None:
    found = doubts([counts("a", 100, 100), counts("b", 100, 10), counts("c", 100, 9), counts("d", 0, 0)])
    assert found == ["c leaves 9 of 100 documents, 90 of 1,000 bytes", "nothing was done by a"]
    lines = {**counts("e", 100, 100, 100), "bytes_after": 5}
    assert doubts([lines]) == ["e leaves 100 of 100 documents, 5 of 1,000 bytes"]


def test_counts_are_summed_over_shards() -> None:
    shard = {"cleaning": [counts("a", 4, 3), counts("a", 3, 3)]}
    assert [(each["step"], each["documents"], each["bytes"]) for each in steps([shard, shard])] == [
        ("a", 8, 80), ("a", 6, 60)
    ]  # fmt: skip
    assert steps([{}]) == []


def printed(sample: dict[str, Any]) -> str:
    console = Console(width=100, record=True, file=io.StringIO())
    console.print(side_by_side(sample))
    return console.export_text()


def test_old_and_new_stand_side_by_side_and_differences_are_marked() -> None:
    old, new = "الصفحة الأولى\nقال المؤلف\nẹ̀kọ́ a", "قال المؤلف\nẹ̀kọ́ b"
    start, before, after = step_report.shown(old, new)
    text = printed({"id": "7", "step": 0, "name": "x", "start": start, "old": before, "new": after, "reason": None})
    lines = [line for line in text.splitlines() if line.startswith("│")]
    assert [[cell.strip() for cell in line.split("│")[1:3]] for line in lines] == [
        ["- الصفحة الأولى", ""],
        ["قال المؤلف", "قال المؤلف"],
        ["- ẹ̀kọ́ a", "+ ẹ̀kọ́ b"],
    ]


def test_a_long_text_says_from_where_it_is_shown() -> None:
    start, before, after = step_report.shown("क" * 9000, "क" * 8000)
    text = printed({"id": "7", "step": 0, "name": "x", "start": start, "old": before, "new": after, "reason": None})
    assert "from character 7,800" in text
