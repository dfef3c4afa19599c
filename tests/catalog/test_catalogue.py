"""JSON lines and text files: every fault is a row with its reason, and the rest is read."""

import gzip
import json
import tracemalloc
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from catalog.catalogue import json_records, parse, record_of
from catalog.document import content_hash
from catalog.entry import Data
from catalog.record import MAX_BYTES, batches
from catalog.sources import entry_for_files, inputs, read
from tests.catalog.conftest import Rows

DOCUMENTS = [
    {"id": "a", "text": "Ẹ káàbọ̀", "lang": "yo", "url": "https://yo.example/a", "tags": ["x", {"y": None}], "n": 1.5},
    {"text": "", "id": 7},
    {"id": None, "text": "nul \0 and tab\t", "z": False},
]


def _write(path: Path, lines: list[str | bytes]) -> Path:
    data = b"\n".join(line.encode("utf-8", "surrogatepass") if isinstance(line, str) else line for line in lines)
    if path.name.endswith(".gz"):
        data = gzip.compress(data)
    if path.name.endswith(".zst"):
        data = zstandard.compress(data)
    path.write_bytes(data)
    return path


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz", "x.jsonl.zst", "X.JSONL.GZ"])
def test_documents_keep_text_id_and_all_other_fields(tmp_path: Path, rows: Rows, name: str) -> None:
    found = rows(_write(tmp_path / name.lower(), [_json(value) for value in DOCUMENTS]), lang="zu")
    assert [row["text"] for row in found] == [value["text"] for value in DOCUMENTS]
    assert [row["source_id"] for row in found] == ["a", "7", None]
    assert [row["lang"] for row in found] == ["zu", "zu", "zu"]
    assert [row["lost"] for row in found] == [None, None, None]
    assert [row["content_hash"] for row in found] == [content_hash(str(value["text"]).encode()) for value in DOCUMENTS]
    back = [{**json.loads(row["meta"]), "text": row["text"]} for row in found]
    kept = [{key: value for key, value in doc.items() if key != "id" or value != "a"} for doc in DOCUMENTS]
    assert back == kept
    assert list(json.loads(found[0]["meta"])) == ["lang", "url", "tags", "n"]


def test_fields_go_by_the_names_the_entry_gives(tmp_path: Path, rows: Rows) -> None:
    line = _json({"body": "text", "key": 1.5, "language": "yor", "link": "u", "text": 3})
    fields = Data(files=(), text="body", id="key", lang="language", url="link")
    (row,) = rows(_write(tmp_path / "x.jsonl", [line]), lang="zu", fields=fields)
    assert (row["text"], row["source_id"], row["lang"], row["url"]) == ("text", "1.5", "yor", "u")
    assert json.loads(row["meta"]) == {"key": 1.5, "language": "yor", "link": "u", "text": 3}


def test_a_record_without_its_own_language_is_in_the_entrys(tmp_path: Path, rows: Rows) -> None:
    lines = [_json({"text": "t", **more}) for more in ({"l": "yo"}, {"l": ""}, {"l": 3}, {})]
    path = _write(tmp_path / "x.jsonl", list(lines))
    assert [row["lang"] for row in rows(path, "zu", Data(files=(), lang="l"))] == ["yo", "zu", "zu", "zu"]
    assert [row["lang"] for row in rows(path, None, Data(files=(), lang="l"))] == ["yo", None, None, None]


def test_the_id_of_a_record_is_the_same_plain_and_compressed(tmp_path: Path, rows: Rows) -> None:
    lines: list[str | bytes] = ["\ufeff" + _json(DOCUMENTS[0]), "", _json(DOCUMENTS[1])]
    offsets = []
    for name in ("x.jsonl", "x.jsonl.gz", "x.jsonl.zst"):
        path = _write(tmp_path / name, lines)
        (file,) = inputs(entry_for_files([path], "yo"))
        with fsspec.open(file.path, "rb") as handle:
            found = json_records(entry_for_files([path], "yo"), handle, file.name, record_of)
            offsets.append([record.offset for record in found])
    assert offsets[0] == [0, len((str(lines[0]) + "\n\n").encode())]
    assert offsets[0] == offsets[1] == offsets[2]


NESTED = 99
BAD = [
    (b'{"text": "Ek', "not valid JSON: character 10 of the line"),
    ('{"text": "ọ"} x', "not valid JSON: character 15 of the line"),
    (b'{"text": "\xff"}', "not valid UTF-8: byte 11 of the line"),
    (b'{"text": "\xed\xa0\x80"}', "not valid UTF-8: byte 11 of the line"),
    ('["text"]', "the line is a JSON list, not an object"),
    ("null", "the line is a JSON null, not an object"),
    ("true", "the line is a JSON true or false, not an object"),
    ('{"id": 1}', "the record has no field 'text'"),
    ('{"text": null}', "the field 'text' is a JSON null, not a string"),
    ('{"text": 12}', "the field 'text' is a JSON number, not a string"),
    ('{"text": ["a"]}', "the field 'text' is a JSON list, not a string"),
    ('{"text": {"a": "b"}}', "the field 'text' is a JSON object, not a string"),
    ('{"text": "\\ud800"}', "text is not valid Unicode: it holds half of a surrogate pair"),
    ('{"text": "a", "id": "\\udfff"}', "source_id is not valid Unicode: it holds half of a surrogate pair"),
    ('{"text": "a", "n": ' + "9" * 5000 + "}", "a number has more digits than Python reads (4300)"),
    ("[" * 100_000, "lists and objects are nested more than 100 deep"),
    ('{"text": "a", "deep": ' + "[" * 100 + "]" * 100 + "}", "lists and objects are nested more than 100 deep"),
    ('{"text": "' + "a" * MAX_BYTES + '"}', f"a line of {MAX_BYTES + 12} bytes is over the limit of {MAX_BYTES}"),
]


@pytest.mark.parametrize(("line", "reason"), BAD, ids=[reason[:40] for _, reason in BAD])
def test_a_bad_line_is_a_row_with_its_reason_and_the_next_is_read(
    tmp_path: Path, rows: Rows, line: str | bytes, reason: str
) -> None:
    first, bad, last = rows(_write(tmp_path / "x.jsonl", ['{"text": "first"}', line, '{"text": "last"}']))
    assert (first["text"], last["text"], first["lost"], last["lost"]) == ("first", "last", None, None)
    assert (bad["text"], bad["lost"], bad["reason"]) == ("", "error:read", reason)
    assert len({first["id"], bad["id"], last["id"]}) == 3


def test_what_is_unusual_and_good(tmp_path: Path, rows: Rows) -> None:
    lines: list[str | bytes] = [
        '{"text": "\\ud83d\\ude00"}\r',
        b'{"text": "raw \0 and \t"}',
        '{"text": "t", "deep": ' + "[" * 99 + "]" * 99 + "}",
        '{"text": "t", "score": NaN, "far": 1e999}',
        '{"text": "t", "half": "\\ud800", "id": [1]}',
        '{"text": "a", "text": "b"}',
        "   ",
        '{"text": "t", "id": true}',
    ]
    found = rows(_write(tmp_path / "x.jsonl", lines))
    assert [row["lost"] for row in found] == [None] * 7
    assert [row["text"] for row in found] == ["😀", "raw \0 and \t", "t", "t", "t", "b", "t"]
    assert json.loads(found[3]["meta"]) == {"score": None, "far": None}
    assert json.loads(found[4]["meta"]) == {"half": "\ud800", "id": [1]}
    assert (found[4]["source_id"], found[6]["source_id"]) == (None, None)


@pytest.mark.parametrize(
    ("name", "texts", "reasons"),
    [
        ("truncated.jsonl.gz", 2, ["the file ends inside a compressed block (gzip)"]),
        ("truncated.jsonl.zst", 2, ["the file ends inside a compressed block (zstd)"]),
        ("broken_line.jsonl", 2, ["not valid JSON: character 26 of the line"]),
        ("invalid_utf8.jsonl", 2, ["not valid UTF-8: byte 23 of the line"]),
        ("no_text.jsonl", 2, ["the record has no field 'text'"]),
        ("empty.jsonl", 0, []),
        ("empty.jsonl.gz", 0, []),
    ],
)
def test_files_named_by_their_fault(fixtures: Path, rows: Rows, name: str, texts: int, reasons: list[str]) -> None:
    found = rows(fixtures / name)
    assert [row["reason"] for row in found if row["lost"] == "error:read"] == reasons
    assert len([row for row in found if row["text"] and not row["lost"]]) == texts
    assert len(found) == texts + len(reasons)


def test_no_reason_shows_what_the_line_says(tmp_path: Path, rows: Rows) -> None:
    lines: list[str | bytes] = ['{"text": "secret', '{"text": "secret" secret}', '"secret"', '{"text": "secret\\q"}']
    for row in rows(_write(tmp_path / "x.jsonl", lines)):
        assert row["lost"] == "error:read"
        assert "secret" not in str(row)


@pytest.mark.parametrize(
    ("name", "data", "texts"),
    [
        ("a.txt", "\ufeffẸ káàbọ̀\r\nline\n\n".encode(), ["Ẹ káàbọ̀\nline\n\n"]),
        ("a.txt.gz", gzip.compress(b"text"), ["text"]),
        ("a.txt.zst", zstandard.compress(b"text"), ["text"]),
        ("a.txt", b" ", [" "]),
        ("a.txt", b"", []),
        ("a.txt.gz", gzip.compress(b""), []),
    ],
)
def test_a_text_file_is_one_document(tmp_path: Path, rows: Rows, name: str, data: bytes, texts: list[str]) -> None:
    (tmp_path / name).write_bytes(data)
    found = rows(tmp_path / name)
    assert [(row["text"], row["source_id"], row["lost"]) for row in found] == [(text, name, None) for text in texts]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.txt", b"good \xff bad", "not valid UTF-8: byte 6 of the file"),
        ("a.txt.gz", gzip.compress(b"text" * 99)[:-9], "the file ends inside a compressed block (gzip)"),
        ("a.txt.gz", gzip.compress(bytes(MAX_BYTES + 1)), f"the text is over the limit of {MAX_BYTES} bytes"),
    ],
)
def test_a_bad_text_file_is_one_bad_row(tmp_path: Path, rows: Rows, name: str, data: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(data)
    (row,) = rows(tmp_path / name)
    assert (row["lost"], row["reason"], row["text"]) == ("error:read", reason, "")


def _peak(path: Path, megabytes: int) -> int:
    """Bytes Python and Arrow held at most while a file of so many MB was read."""
    line = _json({"id": "x", "text": "Ẹ káàbọ̀ sí ilé wa. " * 2000}).encode() + b"\n"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(megabytes * 10**6 // len(line)):
            file.write(line)
    entry = entry_for_files([path], "yo")
    tracemalloc.start()
    most = 0
    for batch in read(entry, inputs(entry)[0]):
        most = max(most, pa.total_allocated_bytes())
        assert batch.num_rows
    most += tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    small, large = _peak(tmp_path / "a.jsonl.gz", 20), _peak(tmp_path / "b.jsonl.gz", 60)
    assert large < 1.1 * small
    assert large < 100 * 2**20


def test_a_line_without_end_is_not_held(tmp_path: Path, rows: Rows) -> None:
    with gzip.open(tmp_path / "bomb.jsonl.gz", "wb") as file:
        for _ in range(100):
            file.write(bytes(10**6))
        file.write(b'\n{"text": "after"}')
    tracemalloc.start()
    found = rows(tmp_path / "bomb.jsonl.gz")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [row["lost"] for row in found] == ["error:read", None]
    assert peak < 40 * 2**20


@given(st.binary(max_size=200))
def test_any_bytes_are_a_record_or_a_reason(line: bytes) -> None:
    found = parse(line)
    assert isinstance(found, dict | str)


@given(st.lists(st.binary(max_size=60) | st.sampled_from([b'{"text": "a"}', b'{"text": "\\ud800"}', b"[[[", b"\n"])))
def test_any_file_is_read_to_its_end(parts: list[bytes]) -> None:
    with fsspec.open("memory://fuzz/any.jsonl", "wb") as file:
        file.write(b"\n".join(parts))
    entry = entry_for_files(["memory://fuzz/any.jsonl"], "yo")
    for batch in read(entry, inputs(entry)[0]):
        batch.validate(full=True)


@given(st.dictionaries(st.text(max_size=5), st.text() | st.integers() | st.none(), max_size=4), st.text())
def test_any_record_comes_back_whole(fields: dict[str, Any], text: str) -> None:
    record = {**fields, "text": text, "id": "own"}
    found = parse(_json(record).encode("utf-8", "surrogatepass"))
    assert found == record
    entry = entry_for_files([], "yo")
    with fsspec.open("memory://fuzz/one.jsonl", "wb") as file:
        file.write(_json(record).encode())
    with fsspec.open("memory://fuzz/one.jsonl", "rb") as handle:
        (batch,) = batches(json_records(entry, handle, "one.jsonl", record_of), "s", "one.jsonl")
    row = batch.to_pylist()[0]
    assert {**json.loads(row["meta"]), "text": row["text"], "id": row["source_id"]} == record
