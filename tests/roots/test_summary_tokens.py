"""What the commands on token shards say at their end, and what they refuse."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from roots.reshard import Dropped, Made
from roots.summary_tokens import of_dropped, of_files, of_shards
from tests.roots.made import Ended
from tests.roots.token_made import YORUBA, tokenizer_file

Roots = Callable[..., Ended]

SAYS = {
    "tokens": 1234567,
    "documents": 1000,
    "dtype": "uint16",
    "vocabulary": 32000,
    "padded": 32000,
    "end_token": "</s>",
    "end": 2,
    "blank": 0,
}


@pytest.fixture
def tokens(roots: Roots, tmp_path: Path) -> Path:
    """A shard of one's own file."""
    file = tmp_path / "a.jsonl"
    file.write_text("".join(json.dumps({"text": text}) + "\n" for text in [*YORUBA, ""]), encoding="utf-8")
    ended = roots("tokenize", file, "--tokenizer", tokenizer_file(str(tmp_path)), "--output", tmp_path / "out")
    assert ended.code == 0, ended.err
    assert "tokens of 30 documents, uint16, vocabulary of 280 (padded 384), documents end with </s> (2)" in ended.out
    assert "1 document gave no token: skipped" in ended.out
    assert ended.out.splitlines()[-1] == f"token shard: {tmp_path}/out/files_text_document"
    return tmp_path / "out" / "files_text_document"


def test_what_is_missing_is_said_only_where_it_is() -> None:
    assert of_files(SAYS, "out") == [
        "1,234,567 tokens of 1,000 documents, uint16, vocabulary of 32,000 (padded 32,000), "
        "documents end with </s> (2)",
        "token shard: out/files_text_document",
    ]
    assert of_files({**SAYS, "lost": {"error:read": 3}}, "out")[1] == "3 records gave no document: error:read"


def test_what_was_written_and_dropped() -> None:
    assert of_shards([Made("a", 2, 3000)]) == ["a: 2 documents, 3,000 tokens"]
    assert of_dropped([Dropped("a", 1, 5), Dropped("b", 0, 5), Dropped("c", 2, 2)]) == [
        "a: 1 of 5 documents dropped",
        "c: 2 of 2 documents dropped, nothing is left: removed",
        "3 documents dropped, 1 of 3 shards not touched",
    ]


def test_shards_are_split_joined_verified_and_documents_dropped(roots: Roots, tokens: Path, tmp_path: Path) -> None:
    ended = roots("shards", "split", tokens, "--tokens", "200")
    assert ended.code == 0, ended.err
    names = [line.split(":")[0] for line in ended.out.splitlines()]
    assert names[0].endswith(f"files-00000-of-{len(names):05d}_text_document")
    ended = roots("shards", "merge", *names, "--output", tmp_path / "all")
    assert (ended.code, ended.out.splitlines()[0].split(", ")[0]) == (0, f"{tmp_path}/all: 30 documents")
    assert (tmp_path / "all.bin").read_bytes() == Path(f"{tokens}.bin").read_bytes()
    ended = roots("verify", tmp_path / "out")
    assert (ended.code, ended.out.splitlines()[-1]) == (0, "faults: 0")
    ended = roots("verify", tokens)
    assert (ended.code, ended.out.splitlines()) == (0, [ended.out.splitlines()[0], "faults: 0"])
    (tmp_path / "ids.txt").write_text("none\n", encoding="utf-8")
    ended = roots("shards", "drop", f"{tokens}.bin", "--ids", tmp_path / "ids.txt")
    assert (ended.code, ended.out) == (0, "0 documents dropped, 1 of 1 shard not touched\n")
    Path(f"{tokens}.idx").write_bytes(b"x")
    ended = roots("verify", tokens)
    assert (ended.code, ended.out.splitlines()[-1]) == (1, "faults: 1")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("tokenize", "a.jsonl", "--output", "x"), "give RECIPE.toml and --work DIR, or FILES, --tokenizer FILE"),
        (("tokenize", "a.toml"), "a recipe needs --work DIR"),
        (("tokenize", "a.toml", "--work", "x", "--end", "y"), "--end is for files; of a recipe its tables"),
        (("tokenize", "a.toml", "--work", "x", "--layout", "numpy"), "--layout is for files; of a recipe its tables"),
        (("shards", "split", "a"), "give --tokens N or --size SIZE"),
        (("shards", "split", "a", "--size", "3x"), "'3x' is not a size: give one such as 500kB, 64MB or 1GB"),
        (("shards", "split", "a", "--tokens", "3"), "a.idx: not there"),
        (("shards", "merge", "a", "--output", "b"), "a.idx: not there"),
        (("shards", "drop", "a", "--ids", "none"), "none: is no text file"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(roots: Roots, arguments: tuple[str, ...], message: str) -> None:
    ended = roots(*arguments)
    assert ended.code == 2
    assert message in ended.err
    assert "Traceback" not in ended.err


def test_removals_are_for_work_folders(roots: Roots, tokens: Path, tmp_path: Path) -> None:
    ended = roots("verify", tokens, "--removed", "--recipe", tmp_path / "none.toml")
    assert (ended.code, "holds token shards alone; --removed reads a work folder" in ended.err) == (2, True)
