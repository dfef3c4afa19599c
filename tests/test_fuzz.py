"""The fuzzer finds what it should, and in a short run nothing in the readers."""

import argparse
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.record import Record, bad_record
from tests.corpora import ROOT, environment
from tests.fuzz import __main__ as fuzzing
from tests.fuzz import files, readers
from tests.fuzz.changes import CHANGES, changed
from tests.fuzz.readers import READERS, Broken, Reader, check

EXAMPLES = st.just(("x.warc", (b"example",)))


def test_a_short_run_over_the_three_readers_finds_nothing(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.fuzz", "--seconds", "6", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    *counts, said = done.stdout.splitlines()
    assert [line.partition(":")[0] for line in counts] == ["lines", "archives", "tables"]
    assert all(int(line.split()[1]) > 0 for line in counts)
    assert said == "nothing was found"
    assert list(tmp_path.iterdir()) == []


def test_unchanged_every_file_is_read_and_says_something() -> None:
    for name, pairs in (("lines", files.lines()), ("archives", files.archives()), ("tables", files.tables())):
        for number, parts in enumerate(pairs):
            suffix = {"lines": "jsonl", "archives": "warc", "tables": "parquet"}[name]
            if name == "archives" and b"conversion" in files.archives()[number][0]:
                suffix = "warc.wet"
            if name == "tables" and not parts[0].startswith(b"PAR1"):
                suffix = "arrow"
            documents, lost = check(READERS[name], f"{'trafilatura' if suffix == 'warc' else 'oscar'}.{suffix}", parts)
            assert documents + lost > 0 or name == "archives", (name, number)


@given(st.binary(max_size=50), CHANGES)
def test_any_change_of_any_bytes_can_be_made(data: bytes, changes: list[Any]) -> None:
    assert isinstance(changed(data, changes), bytes)


def _how(folder: Path) -> argparse.Namespace:
    return argparse.Namespace(seconds=0.5, seed=1, out=folder)


def _raising(name: str, parts: tuple[bytes, ...]) -> Iterator[Record]:
    raise RuntimeError("planted")


def _endless(name: str, parts: tuple[bytes, ...]) -> Iterator[Record]:
    while True:
        try:
            time.sleep(1)
        except Exception:
            yield bad_record(0, "a reader that takes everything for a fault of the content")


@pytest.mark.parametrize(
    ("read", "kept"), [(_raising, "archives-RuntimeError-check-7"), (_endless, "archives-Slow-check-7")]
)
def test_a_fault_is_kept_as_files_named_by_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Any, kept: str
) -> None:
    monkeypatch.setattr(fuzzing, "LIMIT", 0.05)
    before = signal.getsignal(signal.SIGALRM)
    counts = fuzzing.fuzz("archives", Reader(EXAMPLES, read), _how(tmp_path))
    signal.signal(signal.SIGALRM, before)
    assert counts["faults"] == counts["examples"] > 0
    assert {path.name for path in tmp_path.iterdir() if not path.name.startswith("current")} == {
        f"{kept}.0.x.warc",
        f"{kept}.txt",
    }
    assert (tmp_path / f"{kept}.0.x.warc").read_bytes() == b"example"


def test_much_memory_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = iter([0, 0, 2 * fuzzing.GROWTH])
    monkeypatch.setattr(fuzzing, "_most", lambda: next(held, 2 * fuzzing.GROWTH))
    before = signal.getsignal(signal.SIGALRM)
    counts = fuzzing.fuzz("lines", Reader(EXAMPLES, lambda *_: iter(())), _how(tmp_path))
    signal.signal(signal.SIGALRM, before)
    assert counts["faults"] <= 1
    assert any("MemoryError" in path.name for path in tmp_path.iterdir()) == (counts["faults"] == 1)


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([Record(0), Record(0)], "two records of one offset"),
        ([Record(0, lost="error:read")], "a lost record without a reason"),
        ([Record(0, signals=("x" * 61,))], "signals over their limits"),
    ],
)
def test_records_that_no_reader_may_give(records: list[Record], message: str) -> None:
    with pytest.raises(Broken, match=message):
        check(Reader(EXAMPLES, lambda *_: iter(records)), "x.jsonl", (b"",))


def test_a_process_that_dies_is_found_with_its_example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = (
        "import os, pathlib, sys; folder = pathlib.Path(sys.argv[-1]); (folder / 'current-lines').write_bytes(b'x'); "
    )
    child += "(folder / 'current-lines.name').write_text('oscar.jsonl'); os.abort()"
    run = subprocess.Popen

    def dying(command: list[str], **given: Any) -> Any:
        return run([sys.executable, "-c", child, str(tmp_path)], stderr=subprocess.DEVNULL, **given)

    monkeypatch.setattr(fuzzing.subprocess, "Popen", dying)
    assert fuzzing.main(["--seconds", "0.3", "--out", str(tmp_path), "--readers", "lines"]) == 1
    assert {path.name for path in tmp_path.iterdir()} == {
        "lines-OSError-check-1.0.oscar.jsonl",
        "lines-OSError-check-1.txt",
    }


def test_the_readers_are_the_three() -> None:
    assert list(readers.READERS) == ["lines", "archives", "tables"]
