"""OSCAR 21.09 as first published: texts in one file, what names their lines in another."""

import dataclasses
import gzip
import io
import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import oscar_parts
from catalog.demo.make import DATA
from catalog.entry import Data, Entry, EntryError
from catalog.record import MAX_BYTES, Record, batches
from catalog.sources import entry_for_files, inputs, read

ENTRY = dataclasses.replace(entry_for_files([], "yo"), kind="oscar")
HEADERS = {"warc-record-id": "<urn:uuid:1>", "warc-target-uri": "https://yo.example/1"}
TEXTS = ["Ẹ káàbọ̀\nó dára", "kan", "méjì\nmẹ́ta\nmẹ́rin"]


def _meta(*ranges: tuple[Any, Any]) -> bytes:
    records = ({"headers": HEADERS, "offset": offset, "nb_sentences": count} for offset, count in ranges)
    return "".join(json.dumps(record) + "\n" for record in records).encode()


def _joined(meta: bytes, text: bytes, names: tuple[str, str] = ("m.jsonl", "t.txt")) -> list[Record]:
    return list(oscar_parts.records(ENTRY, (io.BytesIO(meta), io.BytesIO(text)), names))


def _seen(meta: bytes, text: bytes) -> list[str]:
    return [record.text or str(record.reason) for record in _joined(meta, text)]


TEXT = "\n\n".join(TEXTS).encode() + b"\n\n"
WHOLE = ((0, 2), (3, 1), (5, 3))


def test_each_record_has_its_lines_and_an_id_of_its_own() -> None:
    found = _joined(_meta(*WHOLE), TEXT)
    assert [record.text for record in found] == TEXTS
    assert len({record.offset for record in found}) == 3
    assert [record.lang for record in found] == ["yo"] * 3
    assert (found[0].url, found[0].source_id) == ("https://yo.example/1", "<urn:uuid:1>")
    assert json.loads(found[1].meta) == {"meta": {"headers": HEADERS, "offset": 3, "nb_sentences": 1}}


def test_compressed_and_without_a_last_line_end_it_is_the_same() -> None:
    plain = _joined(_meta(*WHOLE), TEXT)
    for text in (TEXT.rstrip(b"\n"), b"\xef\xbb\xbf" + TEXT):
        assert _joined(_meta(*WHOLE), text) == plain
    packed = gzip.compress(_meta(*WHOLE)), gzip.compress(TEXT)
    assert _joined(*packed, names=("m.jsonl.gz", "t.txt.gz")) == plain


def test_only_lf_ends_a_line() -> None:
    odd = "a\rb\u2028c\x0bd\x85e"
    assert _seen(_meta((0, 1), (2, 1)), f"{odd}\n\nz\n".encode()) == [odd, "z"]


@pytest.mark.parametrize(
    ("ranges", "expected"),
    [
        # counted from 1: the first line is nobody's, and each document would end in the blank line behind it
        (
            [(1, 2), (4, 1), (6, 3)],
            [
                "1 lines of the text file, from line 0 on, are in no metadata",
                "1 of the 2 lines from line 1 on are blank, so they are no one document's",
                "1 lines of the text file, from line 3 on, are in no metadata",
                "1 of the 1 lines from line 4 on are blank, so they are no one document's",
                "1 lines of the text file, from line 5 on, are in no metadata",
                "1 of the 3 lines from line 6 on are blank, so they are no one document's",
            ],
        ),
        ([(0, 2), (3, 1)], [*TEXTS[:2], "3 lines of the text file, from line 5 on, are in no metadata"]),
        ([(0, 2), (5, 3)], [TEXTS[0], "1 lines of the text file, from line 3 on, are in no metadata", TEXTS[2]]),
        (
            [*WHOLE, (9, 1)],
            [*TEXTS, "the text file ends before line 10, at line 9"],
        ),
        ([(0, 2), (1, 1)], [TEXTS[0], "line 1 of the text file is behind line 2, up to which it was read already"]),
        ([(0, 10**18)], ["the text file ends before line 1000000000000000000, at line 9"]),
        ([(10**18, 1)], ["6 lines of the text file, from line 0 on, are in no metadata", "the text file ends before"]),
    ],
)
def test_ranges_that_do_not_fit_are_bad_records(ranges: list[tuple[int, int]], expected: list[str]) -> None:
    found = _seen(_meta(*ranges), TEXT)
    for line, said in zip(expected, found, strict=False):
        assert said.startswith(line)
    assert len({record.offset for record in _joined(_meta(*ranges), TEXT)}) == len(found)


@pytest.mark.parametrize("bad", [(None, 1), ("0", 1), (-1, 1), (0, 0), (0, -2), (True, 1), (0, 1.5), (0, True)])
def test_metadata_that_names_no_lines(bad: tuple[Any, Any]) -> None:
    first, *rest = _seen(_meta(bad, *WHOLE), TEXT)
    assert first == "the metadata has no offset and nb_sentences that name lines of a text file"
    assert rest == TEXTS


def test_a_broken_line_of_metadata_costs_its_own_text_alone() -> None:
    first, second, third = _meta(*WHOLE).splitlines(keepends=True)
    assert _seen(first + second[:20] + b"\n" + third, TEXT) == [
        TEXTS[0],
        "not valid JSON: character 14 of the line",
        "1 lines of the text file, from line 3 on, are in no metadata",
        TEXTS[2],
    ]


def test_damage_in_either_file_is_told_and_what_came_before_is_kept() -> None:
    noise = "".join(f"{number}: {number * 7919 % 1000003}\n" for number in range(3000))
    text = gzip.compress(TEXT + noise.encode())
    found = _joined(_meta(*WHOLE, (9, 3000)), text[: len(text) // 2], ("m.jsonl", "t.txt.gz"))
    assert [record.text for record in found[:3]] == TEXTS
    fault = "the text file: the file ends inside a compressed block (gzip)"
    assert [record.reason for record in found[3:]] == [fault]
    found = _joined(_meta(*WHOLE), text[: len(text) // 2], ("m.jsonl", "t.txt.gz"))
    assert [record.reason for record in found[4:]] == [fault]
    meta = gzip.compress(_meta(*WHOLE))
    found = _joined(meta[:-4], TEXT, ("m.jsonl.gz", "t.txt"))
    assert [record.text or record.reason for record in found] == [*TEXTS, fault.removeprefix("the text file: ")]


def test_a_text_that_is_no_utf8_and_one_that_is_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _seen(_meta((0, 1), (2, 1)), b"a\xff\n\nb\n") == ["not valid UTF-8: byte 2 of the text", "b"]
    monkeypatch.setattr("catalog.oscar_parts.MAX_BYTES", 10)
    for text in (b"12345678901234567890\n\nb\n", b"1234567\n1234567\n\nb\n"):
        count = text[:-4].count(b"\n") + 1
        assert _seen(_meta((0, count), (count + 1, 1)), text) == ["the text is over the limit of 10 bytes", "b"]


def test_the_carried_sample_is_the_same_in_both_layouts() -> None:
    lines = gzip.decompress((DATA / "oscar_sample.jsonl.gz").read_bytes()).splitlines()[:40]
    texts, meta, line = [], [], 0
    for record in map(json.loads, lines):
        text = "\n".join(part for part in record["text"].split("\n") if part)
        texts.append(text)
        meta.append({"headers": record["meta"]["headers"], "offset": line, "nb_sentences": text.count("\n") + 1})
        line += text.count("\n") + 2
    found = _joined("".join(json.dumps(each) + "\n" for each in meta).encode(), "\n\n".join(texts).encode() + b"\n\n")
    assert [record.text for record in found] == texts
    assert [record.url for record in found] == [each["headers"]["warc-target-uri"] for each in meta]


def test_memory_is_that_of_a_document_not_of_a_file() -> None:
    count = 3000
    text = (b"x" * 10_000 + b"\n\n") * count
    meta = _meta(*((2 * number, 1) for number in range(count)))
    handles = io.BytesIO(meta), io.BytesIO(text)
    tracemalloc.start()
    assert sum(1 for _ in oscar_parts.records(ENTRY, handles, ("m.jsonl", "t.txt"))) == count
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5_000_000 < len(text)


@given(
    st.lists(st.sampled_from([b"", b"a", b"\xc3\xa9", b"\xff", b"\r"]), max_size=12).map(b"\n".join),
    st.lists(st.tuples(st.integers(-1, 12), st.integers(-1, 5)), max_size=6),
)
def test_anything_is_documents_and_bad_records_with_ids_of_their_own(
    text: bytes, ranges: list[tuple[int, int]]
) -> None:
    found = _joined(_meta(*ranges), text)
    assert len({record.offset for record in found}) == len(found) >= len(ranges)
    assert all((record.lost is None) == bool(record.text) for record in found)
    for batch in batches(found, "s", "x"):
        batch.validate(full=True)


def _entry(folder: Path, *files: str) -> Entry:
    return dataclasses.replace(ENTRY, folder=str(folder), data=Data(files=files))


def test_pairs_are_found_by_their_names(tmp_path: Path) -> None:
    for part in ("_part_1", "_part_2", ""):
        (tmp_path / f"yo_meta{part}.jsonl.gz").write_bytes(gzip.compress(_meta(*WHOLE)))
        (tmp_path / f"yo{part}.txt.gz").write_bytes(gzip.compress(TEXT))
    (tmp_path / "fr_meta_part_1.jsonl.gz").write_bytes(gzip.compress(b'{"content": "a later schema"}\n'))
    (tmp_path / "yo_sha256.txt").write_bytes(b"")
    (tmp_path / "yo_sha256.txt").unlink()
    for patterns in (["*"], ["*.jsonl.gz"], ["*.txt.gz", "fr*"]):
        entry = _entry(tmp_path, *patterns)
        files = inputs(entry)
        assert [(file.name, file.beside and file.beside.name) for file in files] == [
            ("fr_meta_part_1.jsonl.gz", None),
            ("yo_meta.jsonl.gz", "yo.txt.gz"),
            ("yo_meta_part_1.jsonl.gz", "yo_part_1.txt.gz"),
            ("yo_meta_part_2.jsonl.gz", "yo_part_2.txt.gz"),
        ]
        rows = [row for file in files for batch in read(entry, file) for row in batch.to_pylist()]
        assert [row["text"] for row in rows] == ["a later schema", *TEXTS * 3]
        assert len({row["id"] for row in rows}) == 10


def test_texts_without_metadata_are_refused(tmp_path: Path) -> None:
    (tmp_path / "yo_part_1.txt.gz").write_bytes(gzip.compress(TEXT))
    with pytest.raises(EntryError, match=r"yo_part_1.txt.gz: there is no yo_meta_part_1.jsonl.gz beside it"):
        inputs(_entry(tmp_path, "*.gz"))


def test_the_limit_of_a_document_is_that_of_any_other() -> None:
    assert oscar_parts.MAX_BYTES == MAX_BYTES
