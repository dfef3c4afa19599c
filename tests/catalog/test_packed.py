"""A packed copy holds what its file holds, and is cut where the file could not be."""

import gzip
import io
import random
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import pyarrow as pa
import zstandard

from catalog.packed import pack_archive, pack_lines, pack_table
from catalog.streams import Part, stretch
from catalog.warc import captures

Make = Callable[..., bytes]


def lines(count: int) -> list[bytes]:
    return [random.Random(number).randbytes(300).hex().encode() + b"\n" for number in range(count)]


def unpacked(data: bytes) -> bytes:
    return zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read()


def test_the_frames_of_a_copy_hold_the_stream_and_begin_with_lines() -> None:
    whole = b"".join(lines(3000))
    out = io.BytesIO()
    starts, fault = pack_lines(io.BytesIO(gzip.compress(whole)), "x.jsonl.gz", 200_000, out)
    assert unpacked(out.getvalue()) == whole
    assert fault == ""
    assert len(starts) == 4
    for start in starts:
        assert whole[start.first - 1 : start.first] == b"\n"
        rest = b"".join(stretch(io.BytesIO(out.getvalue()), "x.jsonl.gz", start))
        assert rest == whole[start.first :]


def test_the_damage_of_a_file_comes_with_its_copy() -> None:
    whole = b"".join(lines(900))
    out = io.BytesIO()
    _, fault = pack_lines(io.BytesIO(gzip.compress(whole)[:-50_000]), "x.jsonl.gz", 100_000, out)
    assert fault == "the file ends inside a compressed block (gzip)"
    assert whole.startswith(unpacked(out.getvalue()))


def test_an_archive_that_is_one_member_is_cut_at_records(response: Make) -> None:
    records = [response(random.Random(number).randbytes(3000).hex().encode()) for number in range(99)]
    data = gzip.compress(b"".join(records))
    out = io.BytesIO()
    starts = pack_archive(io.BytesIO(data), 70_000, out)
    assert len(starts) == 3
    ends = [*(start.first for start in starts), None]
    cut = [replace(part, end=end) for part, end in zip([Part(packed=True), *starts], ends, strict=True)]
    found = [capture for part in cut for capture in captures(io.BytesIO(out.getvalue()), part)]
    assert found == list(captures(io.BytesIO(data)))
    assert len(found) == 99


def test_archives_of_another_kind_and_broken_ones_are_not_packed(response: Make) -> None:
    member = gzip.compress(b"".join(response(random.Random(number).randbytes(3000)) for number in range(50)))
    for data in (member + member, member[:-5000], member + b"garbage" * 9, member + b"\0\0\x1f\x8b\x08broken"):
        assert pack_archive(io.BytesIO(data), 10_000, io.BytesIO()) == []


def test_the_batches_of_a_copy_are_small_and_their_rows_are_counted() -> None:
    table = pa.table({"text": [line.decode() for line in lines(2000)]})
    stream, out = io.BytesIO(), io.BytesIO()
    with pa.ipc.new_stream(stream, table.schema) as writer:
        writer.write_table(table, max_chunksize=700)
    starts = pack_table(stream, "x.arrow", 400_000, out)
    file = pa.ipc.open_file(out)
    sizes = [file.get_batch(number).num_rows for number in range(file.num_record_batches)]
    assert file.read_all() == table
    assert max(sizes) <= 512
    assert [start.first for start in starts] == [sum(sizes[: start.start]) for start in starts]
    assert all(one.first < two.first for one, two in pairwise(starts))
    assert pack_table(io.BytesIO(stream.getvalue()[:-700_000]), "x.arrow", 400_000, io.BytesIO()) == []
    assert pack_table(io.BytesIO(b"nothing of the kind"), "x.arrow", 400_000, io.BytesIO()) == []
