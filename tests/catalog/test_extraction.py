"""The child that takes text out of pages: its limits, what a page that breaks it costs, and that none stays."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog import extraction
from catalog.extraction import ExtractionError, Limits, extracted
from catalog.extraction_child import Page
from tests.corpora import ROOT, environment

SMALL = Limits(seconds=1, megabytes=250, idle=60)
IMPATIENT = Limits(seconds=20, megabytes=250, idle=1)


@pytest.fixture(autouse=True)
def _no_child_stays() -> Iterator[None]:
    extraction.close()
    yield
    extraction.close()


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch) -> None:
    """Children that do what pages say."""
    monkeypatch.setattr(extraction, "CHILD", "tests.catalog.hostile_child")


def outcomes(*pages: str, limits: Limits = SMALL) -> list[str | None]:
    """For each page its text, or its fault."""
    asked = [Page(page.encode()) for page in pages]
    return [found.fault or found.text for found in extracted(asked, "resiliparse", limits)]


FAULTS = [
    ("SPIN", "the page took longer than 1 s"),
    ("SLEEP", "the parser did not answer for 1 s"),
    ("MEMORY", "the page needed more than 250 MB"),
    ("MEMORY SWALLOWED", "the page needed more than 250 MB"),
    ("REFUSED", "the page needed more than 250 MB"),
    ("CRASH", "the page broke the parser"),
    ("ABORT", "the page broke the parser"),
    ("EXIT", "the page broke the parser"),
    ("RAISE", "no text could be taken from the page: RecursionError"),
]


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize(("page", "fault"), FAULTS)
def test_a_page_that_breaks_the_child_has_a_fault_and_the_rest_goes_on(page: str, fault: str) -> None:
    limits = IMPATIENT if page == "SLEEP" else SMALL
    assert outcomes("a", "b", page, "c", "d", limits=limits) == ["a", "b", fault, "c", "d"]


@pytest.mark.usefixtures("hostile")
def test_pages_that_break_it_one_after_the_other_first_and_last() -> None:
    broken = "the page broke the parser"
    assert outcomes("CRASH", "CRASH", "a", "ABORT") == [broken, broken, "a", broken]


@pytest.mark.usefixtures("hostile")
def test_a_child_that_breaks_by_what_came_before_costs_no_page(monkeypatch: pytest.MonkeyPatch) -> None:
    assert outcomes("a") == ["a"]
    (child,) = extraction._idle
    os.kill(child.process.pid, signal.SIGKILL)
    child.process.wait()
    assert outcomes("b", "c") == ["b", "c"]


@pytest.mark.usefixtures("hostile")
def test_what_the_parent_holds_is_not_the_pages() -> None:
    held = b"x" * (300 * 2**20)
    assert outcomes("a", "b") == ["a", "b"]
    assert held


@pytest.mark.usefixtures("hostile")
def test_what_libraries_print_goes_nowhere(capfd: pytest.CaptureFixture[str]) -> None:
    assert outcomes("PRINT", "a") == ["PRINT", "a"]
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("hostile")
def test_half_a_surrogate_pair_in_a_text() -> None:
    assert outcomes("SURROGATE") == ["half ? of a pair"]


@pytest.mark.usefixtures("hostile")
def test_many_pages_and_large_ones_block_no_pipe() -> None:
    pages = [str(number) * 3000 for number in range(500)] + ["x" * 4_000_000] * 3
    assert outcomes(*pages, limits=Limits()) == pages
    assert outcomes() == []


@pytest.mark.usefixtures("hostile")
def test_one_child_is_kept_over_calls_and_two_readers_have_one_each() -> None:
    outcomes("a")
    (child,) = extraction._idle
    outcomes("b")
    assert extraction._idle == [child]
    first = extracted([Page(b"c"), Page(b"d")], "resiliparse", SMALL)
    second = extracted([Page(b"e"), Page(b"f")], "resiliparse", SMALL)
    assert [found.text for pair in zip(first, second, strict=True) for found in pair] == ["c", "e", "d", "f"]
    assert len(extraction._idle) == 2


@pytest.mark.usefixtures("hostile")
def test_a_reader_that_stops_early_leaves_no_answers_behind() -> None:
    reader = extracted([Page(b"a"), Page(b"b"), Page(b"c")], "resiliparse", SMALL)
    assert next(reader).text == "a"
    reader.close()  # type: ignore[attr-defined]
    assert extraction._idle == []
    assert outcomes("d") == ["d"]


@pytest.mark.usefixtures("hostile")
def test_closing_ends_the_process() -> None:
    outcomes("a")
    pid = extraction._idle[0].process.pid
    extraction.close()
    assert extraction._idle == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.mark.usefixtures("hostile")
def test_a_fork_does_not_use_its_parents_child() -> None:
    outcomes("a")
    (child,) = extraction._idle
    forked = os.fork()
    if not forked:
        mine = extraction._borrowed("resiliparse", SMALL)
        good = mine.process.pid != child.process.pid
        mine.end()
        os._exit(0 if good else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]) == 0
    assert outcomes("b") == ["b"]
    assert extraction._idle == [child]


@pytest.mark.usefixtures("hostile")
def test_a_child_that_cannot_start_is_an_error_with_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTILE_LOAD", "1")
    with pytest.raises(ExtractionError, match=r"^the process .* did not start: ImportError: no module named so$"):
        outcomes("a")


def test_a_child_that_is_no_module_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "CHILD", "catalog.no_such_module")
    with pytest.raises(ExtractionError, match=r"did not start: .*No module named catalog\.no_such_module"):
        outcomes("a")


@pytest.mark.usefixtures("hostile")
def test_an_answer_that_is_no_answer_is_the_pages_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extraction, "MAX_ANSWER", 100)
    assert outcomes("a" * 1000, "b") == ["the page broke the parser: its text is too long", "b"]


WORKER = """
import sys
from catalog import extraction
from catalog.extraction_child import Page
extraction.CHILD = "tests.catalog.hostile_child"
print(extraction._borrowed("resiliparse", extraction.LIMITS).process.pid if "idle" in sys.argv else "", flush=True)
if "idle" not in sys.argv:
    child = extraction._borrowed("resiliparse", extraction.LIMITS)
    print(child.process.pid, flush=True)
    child.ask([Page(sys.argv[1].encode())], carefully=True)
    child.answer()
sys.stdin.read()
"""


@pytest.mark.parametrize("doing", ["idle", "SLEEP"])
def test_the_child_ends_when_its_parent_is_killed(doing: str) -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER, doing],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=environment(),
    )
    assert worker.stdout is not None
    pid = next(int(line) for line in worker.stdout if line.strip())
    os.kill(pid, 0)
    worker.kill()
    worker.communicate()
    for _ in range(200):
        if not _runs(pid):
            break
        time.sleep(0.05)
    assert not _runs(pid)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_any_folder_will_do_and_files_in_it_are_not_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('a file of the current folder was run')")
    monkeypatch.chdir(tmp_path)
    (found,) = extracted([Page(b"<html><body><p>a</p></body></html>")], "resiliparse")
    assert found.fault is None


@pytest.mark.parametrize("name", ["trafilatura", "resiliparse", "roots-2022-03"])
def test_all_extractors_give_text_title_and_character_set(name: str, page: object) -> None:
    assert callable(page)
    source = page(charset="cp1256").replace(b"<head>", b"<head><meta name=robots content=noai>")
    (found,) = extracted([Page(source, "text/html; charset=windows-1256", "windows-1256")], name)
    assert found.fault is None
    assert found.text.startswith("Gbogbo ènìyàn ni a bí ní òmìnira, 0.")
    assert found.facts["title"] == "Ìkéde"
    assert found.facts["charset"] == "cp1256"
    assert found.facts["signals"] == ["meta-robots:noai"]
    assert ("html_metadata" in found.facts.get("meta", {})) == (name == "roots-2022-03")
