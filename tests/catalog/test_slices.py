"""However a file is cut, its parts give the rows of the whole, in their order."""

import gzip
import io
import json
import random
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.entry import Entry
from catalog.slices import Index, index
from catalog.sources import Input, Slice, entry_for_files, read
from catalog.streams import GZIP_FEED
from catalog.warc import captures

Rows = list[dict[str, Any]]

LINES = st.lists(
    st.one_of(
        st.integers(0, 400).map(lambda size: json.dumps({"text": f"{size} ẹ káàbọ̀ " + "ọ" * size}).encode()),
        st.sampled_from([b"", b"   ", b'{"broken', b"\xff\xfe", b"[1]", b'{"text": 1}', b'{"text": "\\ud800"}']),
    ),
    max_size=40,
)
ENDS = st.sampled_from([b"\n", b"\r\n", b"\n\n"])
STARTS = st.sampled_from([b"", b"\xef\xbb\xbf", b"\n"])


def cut(folder: Path, name: str, data: bytes, size: int) -> tuple[Rows, Rows, Index]:
    """The rows of a file read whole, those of its parts one after the other, and how it was cut."""
    path = folder / name
    path.write_bytes(data)
    entry, file = entry_for_files([path], "yo"), Input(str(path), name, len(data))
    copy = folder / "packed.zst"
    copy.unlink(missing_ok=True)
    found = indexed(path, name, size, copy)
    packed = str(copy) if found.packed else ""
    parts = [Slice(file, at, len(found.parts), part, packed) for at, part in enumerate(found.parts)]
    return rows(entry, [Slice(file)]), rows(entry, parts or [Slice(file)]), found


def indexed(path: Path, name: str, size: int, copy: Path) -> Index:
    with path.open("rb") as handle, io.BytesIO() as written:
        found = index(handle, name, size, lambda: written)
        if found.packed:
            copy.write_bytes(written.getvalue())
    return found


def rows(entry: Entry, slices: Sequence[Slice]) -> Rows:
    return [row for slice in slices for batch in read(entry, slice) for row in batch.to_pylist()]


def in_members(data: bytes, places: Sequence[int], compress: Callable[[bytes], bytes]) -> bytes:
    """Data as several gzip members or zstd frames, cut at these places."""
    ends = [0, *sorted(place % (len(data) + 1) for place in places), len(data)]
    return b"".join(compress(data[start:end]) for start, end in pairwise(ends))


def squeezed(data: bytes) -> bytes:
    return gzip.compress(data, 1, mtime=0)


def frame(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=1, write_checksum=True).compress(data)


def damaged(data: bytes, how: str, place: int) -> bytes:
    """Data after an accident."""
    place = place % (len(data) + 1)
    if how == "truncated":
        return data[:place]
    if how == "flipped":
        return data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :] if place < len(data) else data
    return data[:place] + b"\0" * 7 + b"\x1f\x8b\x08 garbage" + data[place:] if how == "garbage" else data


ACCIDENTS = st.sampled_from(["none", "none", "truncated", "flipped", "garbage"])


@settings(max_examples=150)
@given(LINES, STARTS, ENDS, st.sampled_from([b"", b"\n"]), st.integers(1, 3000))
def test_lines_at_byte_ranges(
    tmp_path_factory: pytest.TempPathFactory, found: list[bytes], start: bytes, end: bytes, last: bytes, size: int
) -> None:
    data = start + end.join(found) + last
    whole, parts, _ = cut(tmp_path_factory.mktemp("cut"), "x.jsonl", data, size)
    assert parts == whole


@settings(max_examples=250)
@given(
    st.tuples(LINES, STARTS, ENDS),
    st.lists(st.integers(0, 10**6), max_size=12),
    st.sampled_from([("x.jsonl.gz", squeezed), ("x.jsonl.zst", frame)]),
    st.tuples(ACCIDENTS, st.integers(0, 10**6)),
    st.integers(1, 2000),
)
def test_lines_at_members_and_frames(
    tmp_path_factory: pytest.TempPathFactory,
    content: tuple[list[bytes], bytes, bytes],
    places: list[int],
    form: tuple[str, Callable[[bytes], bytes]],
    accident: tuple[str, int],
    size: int,
) -> None:
    found, start, end = content
    name, compress = form
    data = damaged(in_members(start + end.join(found), places, compress), *accident)
    whole, parts, _ = cut(tmp_path_factory.mktemp("cut"), name, data, size)
    assert parts == whole


def large(count: int = 3000, seed: int = 0) -> bytes:
    """Lines that compress badly, longer than one step of decompression."""
    draw = random.Random(seed)
    return b"".join(
        json.dumps({"text": draw.randbytes(draw.randint(1, 400)).hex()}).encode() + b"\n" for _ in range(count)
    )


@pytest.mark.parametrize("accident", ["none", "truncated", "flipped", "garbage"])
@pytest.mark.parametrize(("name", "compress"), [("x.jsonl.gz", squeezed), ("x.jsonl.zst", frame)])
@pytest.mark.parametrize("members", [1, 40])
def test_long_files_that_end_in_a_damage(
    tmp_path: Path, accident: str, name: str, compress: Callable[[bytes], bytes], members: int
) -> None:
    data = large()
    draw = random.Random(members)
    packed = in_members(data, [draw.randrange(len(data)) for _ in range(members - 1)], compress)
    assert len(packed) > 10 * GZIP_FEED
    for place in (0.3, 0.501, 0.97):
        broken = damaged(packed, accident, int(len(packed) * place))
        whole, parts, found = cut(tmp_path, name, broken, 100_000)
        assert parts == whole
        assert len(found.parts) > 1 or place == 0.3
        assert bool(found.packed) == (members == 1) or place == 0.3


RECORDS = st.lists(
    st.tuples(
        st.sampled_from(["response", "response", "request", "inner", "stored"]),
        st.integers(0, 2500),
        st.sampled_from([0, 0, 0, 0, 7, -7]),
    ),
    max_size=14,
)


MANY = "x.warc.gz of many records a member"


def archive(response: Callable[..., bytes], found: list[tuple[str, int, int]]) -> list[bytes]:
    """WARC records, some with a Content-Length that does not fit, some that hold an archive as it is."""
    made = []
    for number, (kind, size, wrong) in enumerate(found):
        body = random.Random(size).randbytes(size)
        if kind == "inner":
            body += gzip.compress(response(b"<p>inner</p>"), mtime=0) * 3
        elif kind == "stored":
            body += response(b"<p>stored</p>") * 3
        length = None if not wrong else max(0, len(body) + wrong)
        record = response(body, mime="text/plain", length=length, url=f"https://yo.example/{number}")
        made.append(record.replace(b"Type: response", b"Type: request", 1) if kind == "request" else record)
    return made


@settings(max_examples=200)
@given(
    RECORDS,
    st.sampled_from(
        [
            "x.warc",
            "x.warc.gz",
            "x.warc.gz of stored blocks",
            "x.warc.gz of many records a member",
            "x.warc.gz of one member",
        ]
    ),
    st.tuples(ACCIDENTS, st.integers(0, 10**6)),
    st.integers(1, 4000),
)
def test_archives_at_records_and_members(
    tmp_path_factory: pytest.TempPathFactory,
    response: Callable[..., bytes],
    found: list[tuple[str, int, int]],
    form: str,
    accident: tuple[str, int],
    size: int,
) -> None:
    records = archive(response, found)
    if form == MANY:
        records = [b"".join(records[at : at + 3]) for at in range(0, len(records), 3)]
    if form.endswith("one member"):
        records = [b"".join(records)]
    level = 0 if "stored" in form else 6
    name = form.split(" ")[0]
    stored = [gzip.compress(each, level, mtime=0) if name.endswith(".gz") else each for each in records]
    whole, parts, _ = cut(tmp_path_factory.mktemp("cut"), name, damaged(b"".join(stored), *accident), size)
    assert parts == whole


def taken(data: bytes, found: Index) -> list[Any]:
    """The captures of all parts of an archive."""
    return [each for part in found.parts for each in captures(io.BytesIO(data), part)]


@pytest.mark.parametrize("accident", ["none", "truncated", "flipped", "garbage"])
def test_a_real_archive(accident: str) -> None:
    whole = Path("catalog/demo/data/lohelp_eu.warc.gz").read_bytes()
    for number, place in enumerate((0.21, 0.5003, 0.98)):
        data = damaged(whole, accident, int(len(whole) * place) + number)
        found = index(io.BytesIO(data), "x.warc.gz", 30_000, io.BytesIO)
        assert len(found.parts) >= 4 or place < 0.5
        assert taken(data, found) == list(captures(io.BytesIO(data)))


def test_a_false_start_of_a_member_in_the_data_is_no_place_to_cut(response: Callable[..., bytes]) -> None:
    inner = b"".join(gzip.compress(response(b"<p>%d</p>" % at), mtime=0) for at in range(40))
    outer = gzip.compress(response(inner, mime="application/gzip"), 0, mtime=0)
    data = outer + gzip.compress(response(b"<p>last</p>"), mtime=0)
    found = index(io.BytesIO(data), "x.warc.gz", 1000, io.BytesIO)
    assert [part.start for part in found.parts] == [0, len(outer)]
    assert len(taken(data, found)) == 2


def test_one_long_line_is_one_part_and_is_looked_through_once() -> None:
    class Counting(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1) -> bytes:
            data = super().read(size)
            Counting.taken += len(data)
            return data

    line = b'{"text": "' + b"x" * 900_000
    assert index(Counting(line), "x.jsonl", 1000, io.BytesIO) == Index(whole="has no line to cut at")
    assert Counting.taken <= len(line)
    found = index(io.BytesIO(gzip.compress(line)), "x.jsonl.gz", 100, io.BytesIO)
    assert found == Index(whole="has no gzip member to cut at")


def groups(folder: Path, sizes: Sequence[int]) -> bytes:
    """A Parquet file of row groups of these sizes."""
    path = folder / "made.parquet"
    schema = pa.schema([("id", pa.int64()), ("text", pa.string())])
    with pq.ParquetWriter(path, schema) as writer:
        for number, size in enumerate(sizes):
            texts = [random.Random(number * 1000 + row).randbytes(40).hex() for row in range(size)]
            writer.write_table(pa.table({"id": list(range(size)), "text": texts}, schema=schema))
    return path.read_bytes()


@pytest.mark.parametrize("size", [1, 3000, 9000, 20_000])
@pytest.mark.parametrize("sizes", [[50, 0, 70, 1, 300, 0], [80] * 9, [700]])
def test_tables_at_row_groups(tmp_path: Path, sizes: list[int], size: int) -> None:
    data = groups(tmp_path, sizes)
    whole, parts, _ = cut(tmp_path, "x.parquet", data, size)
    assert parts == whole
    assert len(whole) == sum(sizes)
    broken = data[:4] + bytes(byte ^ 0x55 for byte in data[4:4000]) + data[4000:]
    whole, parts, _ = cut(tmp_path, "x.parquet", broken, size)
    assert parts == whole


@pytest.mark.parametrize("form", [pa.ipc.new_file, pa.ipc.new_stream])
@pytest.mark.parametrize("size", [1, 3000, 20_000])
def test_tables_at_record_batches(tmp_path: Path, form: Callable[..., Any], size: int) -> None:
    out = io.BytesIO()
    table = pa.table({"text": [random.Random(row).randbytes(40).hex() for row in range(500)]})
    with form(out, table.schema) as writer:
        for batch in table.to_batches(max_chunksize=70):
            writer.write_batch(batch)
    whole_file = out.getvalue()
    for data in (whole_file, whole_file[:30_000], damaged(whole_file, "flipped", 25_000)):
        whole, parts, found = cut(tmp_path, "x.arrow", data, size)
        assert parts == whole
        assert bool(found.packed) == (form is pa.ipc.new_stream) or data is not whole_file


def test_a_stream_and_one_large_row_group_are_packed_as_an_arrow_file(tmp_path: Path) -> None:
    texts = [random.Random(row).randbytes(40).hex() for row in range(3000)]
    table = pa.table(
        {"id": range(3000), "text": texts, "lang": pa.array(["yo", "ig", "ha"] * 1000).dictionary_encode()}
    )
    out = io.BytesIO()
    with pa.ipc.new_stream(out, table.schema) as writer:
        for batch in table.to_batches(max_chunksize=300):
            writer.write_batch(batch)
    pq.write_table(table, tmp_path / "one.parquet")
    for name, data in (("x.arrow", out.getvalue()), ("x.parquet", (tmp_path / "one.parquet").read_bytes())):
        whole, parts, found = cut(tmp_path, name, data, 60_000)
        assert parts == whole
        assert len(whole) == 3000
        assert len(found.parts) > 2
        assert found.packed.endswith("to cut at")
        broken = data[:50_000] + bytes(byte ^ 0x55 for byte in data[50_000:60_000]) + data[60_000:]
        whole, parts, found = cut(tmp_path, name, broken, 60_000)
        assert parts == whole
        assert found.parts == ()
        assert found.whole
