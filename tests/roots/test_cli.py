"""The way in and out: exit codes, errors in one line, Beam's options after a bare `--`, no traceback."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from catalog.entry import EntryError
from filters.models import ModelError
from pipelines.run import DryRun, RunError
from roots import cli
from roots.commands import roots as group
from tests.roots.made import Ended

Roots = Callable[..., Ended]
ROOT = Path(__file__).parents[2]


def run(folder: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """The command as a process of its own, in a folder of one's own."""
    command = [sys.executable, "-m", "roots", *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_a_file_is_filtered_from_any_folder(tmp_path: Path, lines: Callable[..., Path], yoruba: str, kept: Any) -> None:
    lines("mine/my.jsonl", {"id": "a", "text": yoruba}, '{"broken')
    done = run(tmp_path / "mine", "filter", "--lang", "yo", "my.jsonl", "--output", "out")
    assert done.returncode == 0, done.stderr
    assert [row["id"] for row in kept(tmp_path / "mine" / "out")] == ["a"]
    assert "Yoruba (yo)" in done.stdout
    assert "my.jsonl: 1 x error:read: not valid JSON: character N of the line" in done.stdout
    assert done.stdout.endswith("1 of 2 documents: out/kept\n")
    assert "Traceback" not in done.stdout + done.stderr


def test_two_workers_keep_the_same_bytes_as_one(tmp_path: Path, lines: Callable[..., Path], yoruba: str) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        lines(name, {"id": name, "text": yoruba}, '{"broken')
    for workers in (1, 2):
        command = ["filter", "--lang", "yo", "a.jsonl", "b.jsonl", "--output", f"out{workers}", "--workers", workers]
        done = run(tmp_path, *command)
        assert done.returncode == 0, done.stderr
    files = [sorted(path for path in (tmp_path / out).rglob("*") if path.is_file()) for out in ("out1", "out2")]
    assert [path.relative_to(tmp_path / "out1") for path in files[0]] == [
        path.relative_to(tmp_path / "out2") for path in files[1]
    ]
    assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]


def test_a_reader_that_stops_early_is_no_error(tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "roots", "stats", "--help"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert done.stderr == b""


@pytest.mark.parametrize("name", ["", "--help", "-h", "--version"])
def test_help_and_version_print_something(roots: Roots, name: str) -> None:
    ended = roots(*filter(None, [name]))
    assert ended.code == (0 if name else 2)
    assert "roots" in ended.out + ended.err


def test_ours_and_beams_options_are_told_apart() -> None:
    assert cli.split(["mix", "r.toml"]) == (["mix", "r.toml"], [])
    assert cli.split(["mix", "--", "--a", "--"]) == (["mix"], ["--a", "--"])


@pytest.mark.parametrize(
    ("error", "code", "shown"),
    [
        (EntryError("x.toml: uid"), 2, "error: x.toml: uid\n"),
        (ModelError("lid.176.ftz is not there"), 1, "error: lid.176.ftz is not there\n"),
        (RunError("the run stopped"), 1, "error: the run stopped\n"),
        (PermissionError(13, "Permission denied"), 1, "error: [Errno 13] Permission denied\n"),
        (click.UsageError("no such thing"), 2, "Error: no such thing\n"),
        (click.exceptions.Exit(7), 7, ""),
    ],
)
def test_a_known_error_is_one_line_and_an_exit_code(
    error: Exception, code: int, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.report(error) == code
    assert capsys.readouterr() == ("", shown)


def test_a_name_in_an_error_does_not_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.report(OSError("a\x1b[2J\u202eb: cannot be read")) == 1
    assert capsys.readouterr().err == "error: a\\x1b[2J\\u202eb: cannot be read\n"


def test_an_error_nobody_foresaw_is_not_hidden() -> None:
    with pytest.raises(ZeroDivisionError):
        cli.report(ZeroDivisionError("a fault of ours"))


def test_a_dry_run_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.report(DryRun("the job graph was built")) == 0
    assert capsys.readouterr().out == "the job graph was built\n"


def test_ctrl_c_is_said_also_where_beam_wrapped_it(
    roots: Roots, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stops(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("roots.look.stats", stops)
    ended = roots("stats", "work")
    assert (ended.code, ended.err.strip()) == (130, "stopped; the same command goes on from here")
    wrapped = RunError("the run stopped: RuntimeError: KeyboardInterrupt [while running 'Finish']")
    wrapped.__cause__ = RuntimeError("KeyboardInterrupt [while running 'Finish']")
    wrapped.__cause__.__cause__ = KeyboardInterrupt()
    assert cli.report(wrapped) == 130


def test_a_worker_that_fails_ends_the_run_in_one_line_without_a_traceback(
    roots: Roots, lines: Callable[..., Path], tmp_path: Path, yoruba: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(job: object) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pipelines.curate.curate_shard", fails)
    ended = roots("filter", "--lang", "yo", lines("a.jsonl", {"text": yoruba}), "--output", tmp_path / "out")
    assert ended.code == 1
    assert "Traceback" not in ended.err
    [line] = [line for line in ended.err.splitlines() if line.startswith("error:")]
    assert "No space left on device" in line


@pytest.mark.parametrize("name", sorted(group.commands))
def test_an_unknown_option_is_a_usage_error(roots: Roots, name: str) -> None:
    ended = roots(name, "--nonsense")
    assert ended.code == 2
    assert "No such option '--nonsense'" in ended.err


def test_an_unknown_command_is_a_usage_error(roots: Roots) -> None:
    ended = roots("filtr")
    assert ended.code == 2
    assert "filtr" in ended.err


@pytest.mark.parametrize("name", ["sources", "languages", "check", "stats"])
def test_options_for_beam_are_refused_where_nothing_runs(roots: Roots, name: str) -> None:
    ended = roots(name, "--", "--num_workers=3")
    assert ended.code == 2
    assert f"roots {name} does not run Beam" in ended.err


def test_an_unknown_option_for_beam_is_refused(roots: Roots, lines: Callable[..., Path], tmp_path: Path) -> None:
    file = lines("a.jsonl", {"text": "x"})
    ended = roots("filter", "--lang", "yo", file, "--output", tmp_path / "out", "--", "--nonsense=1")
    assert (ended.code, "unknown Beam option --nonsense=1" in ended.err) == (2, True)
    assert not (tmp_path / "out").exists()
