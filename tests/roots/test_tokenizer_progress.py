"""What training tells: on a terminal how far it is, elsewhere one line at its end."""

import io

import pytest
from rich.console import Console

from roots import tokenizer_progress
from roots.tokenizer_progress import telling


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """A terminal in place of the standard error."""
    shown = io.StringIO()
    console = Console(file=shown, force_terminal=True, width=100)
    monkeypatch.setattr(tokenizer_progress, "console", console)
    return shown


def test_a_terminal_shows_reading_then_learning(terminal: io.StringIO) -> None:
    with telling(2_000_000, done=False) as told:
        texts = told.reading([["a" * 400_000, "ọ" * 100_000], [], ["b" * 500_000]])
        assert next(texts)[:1] == "a"
        assert "reading the sample" in told._bar.tasks[0].description
        assert sum(map(len, texts)) == 600_000
        assert told._bar.tasks[0].description == "tokenizer: learning from 1.2 MB"
        assert told._bar.tasks[0].total is None
    assert "tokenizer: reading the sample" in terminal.getvalue()
    assert "tokenizer: learnt from 1.2 MB of text in " in terminal.getvalue()


def test_elsewhere_there_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with telling(10, done=False) as told:
        assert list(told.reading([["ab"]])) == ["ab"]
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("tokenizer: learnt from 0.0 kB of text in ")


def test_nothing_to_do_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with telling(10, done=True):
        pass
    assert capsys.readouterr().err == "tokenizer: nothing to do, all 1 shards were finished before\n"


def test_nothing_is_said_of_a_training_that_failed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="too small"), telling(10, done=False):
        raise ValueError("too small")
    assert capsys.readouterr().err == ""
