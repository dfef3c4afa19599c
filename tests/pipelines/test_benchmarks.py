"""Items of benchmark files of every kind; what cannot be read is an error that says where."""

import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from pipelines import benchmarks
from pipelines.benchmarks import ContaminationError, items, names

RECORDS = [
    {"id": 7, "question": "Ta ni?", "choices": ["èmi", {"text": "ìwọ"}], "answer": None},
    {"id": 8, "question": "我们去哪里？", "choices": [], "answer": "山"},
]
TEXTS = [["Ta ni?", "èmi", "ìwọ"], ["我们去哪里？", "山"]]
LINES = "".join(json.dumps(record) + "\n\n" for record in RECORDS).encode()


def write(path: Path, data: bytes) -> str:
    packing: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".zst": zstandard.ZstdCompressor().compress}
    path.write_bytes(packing.get(path.suffix, bytes)(data))
    return str(path)


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz", "X.JSONL.zst"])
def test_all_texts_of_json_objects(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    assert list(items(write(path, LINES))) == TEXTS
    assert list(items(str(path), ["question"])) == [["Ta ni?"], ["我们去哪里？"]]
    assert list(items(str(path), ["answer", "choices"])) == [["èmi", "ìwọ"], ["山"]]


def test_half_a_surrogate_pair_is_no_character(tmp_path: Path) -> None:
    assert list(items(write(tmp_path / "x.jsonl", b'{"a": "b\\ud800c"}'))) == [["b?c"]]


def test_rows_of_a_parquet_file(tmp_path: Path) -> None:
    rows = [{"question": "Ta ni?", "choices": {"text": ["èmi", "ìwọ"]}, "n": 1}, {"question": None, "choices": None}]
    path = str(tmp_path / "x.parquet")
    pq.write_table(pa.Table.from_pylist(rows * 100), path, row_group_size=30)
    assert list(items(path)) == [["Ta ni?", "èmi", "ìwọ"], []] * 100
    assert list(items(path, ["choices"])) == [["èmi", "ìwọ"], []] * 100


@pytest.mark.parametrize("name", ["x.txt", "x.txt.gz", "x.txt.zst"])
def test_lines_of_text(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / name, "\ufeffTa ni?\r\n\n  \nìwọ".encode())
    assert list(items(path)) == list(items(path, ["question"])) == [["Ta ni?"], ["ìwọ"]]


def test_rows_of_csv(tmp_path: Path) -> None:
    path = write(tmp_path / "x.csv.gz", 'question,answer\n"Ta, ""ni""?\ntàbí",èmi\nkí ni?\n'.encode())
    assert list(items(path)) == [["question", "answer"], ['Ta, "ni"?\ntàbí', "èmi"], ["kí ni?"]]
    assert list(items(path, ["question"])) == [['Ta, "ni"?\ntàbí'], ["kí ni?"]]


@pytest.mark.parametrize("name", ["x.jsonl", "x.txt", "x.csv", "x.jsonl.gz"])
def test_a_file_of_nothing_has_no_items(tmp_path: Path, name: str) -> None:
    assert list(items(write(tmp_path / name, b"\n \n"))) == []


def test_items_are_given_some_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "x.txt", b"some text\n" * 25)
    monkeypatch.setattr(benchmarks, "TOGETHER", 1000)
    assert [len(some) for some in benchmarks.batches(path)] == [10, 10, 5]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("x.jsonl", LINES + b'{"a": ', r"x.jsonl: line 3, blank ones not counted: not valid JSON: character 7"),
        (
            "x.jsonl",
            b'["a"]',
            r"line 1, .*: the line is a JSON list, not an object; an item is a JSON object",
        ),
        ("x.jsonl", b'{"a": "\xff"}', r"line 1, .*: not valid UTF-8: byte 8 of the line"),
        ("x.txt", b"a\n\xff", r"x.txt: line 2, blank ones not counted: not valid UTF-8: byte 1 of the line"),
        ("x.csv", b'a,b\n"a"b,c\n', r"x.csv: line 2, blank ones not counted: not valid CSV: "),
        ("x.csv", b'"' + b"a" * 200_000, r"x.csv: line 1, .*: not valid CSV: field larger than field limit"),
        ("x.parquet", b"PAR1", r"x.parquet: the Parquet file is broken after item 0; fetch it again"),
        ("x.json", b"[]", r"x.json: benchmarks of this kind are not read; known: .jsonl, .jsonl.gz, .* .parquet"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    with pytest.raises(ContaminationError, match=message):
        list(items(write(tmp_path / name, data)))


def test_a_packed_file_that_is_cut_off(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(gzip.compress(LINES * 100)[:-12])
    with pytest.raises(ContaminationError, match=r"x\.jsonl\.gz: line \d+, .*: the file ends inside"):
        list(items(str(path)))


def test_a_file_that_is_not_there_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ContaminationError, match=r"x\.txt: there is no such file; give the file of a benchmark"):
        list(items(str(tmp_path / "x.txt")))
    (tmp_path / "y.txt").mkdir()
    with pytest.raises(ContaminationError, match=r"y\.txt: cannot be opened: .*; give the file of a benchmark"):
        list(items(str(tmp_path / "y.txt")))


def test_an_item_without_the_named_fields(tmp_path: Path) -> None:
    message = r"x\.jsonl: item 1: has none of the fields query, target; its fields are: id, question, choices, answer"
    with pytest.raises(ContaminationError, match=message):
        list(items(write(tmp_path / "x.jsonl", LINES), ["query", "target"]))


def test_files_of_one_name_are_told_apart() -> None:
    assert names(["a/test.txt", "/b/a/test.txt", "/b/c/test.txt"]) == ["a/test.txt", "b/a/test.txt", "c/test.txt"]
    assert names(["/a/test.txt", "/a/test.txt"]) == ["test.txt", "test.txt"]
