"""Records of archives: all of them, and after damage the next one."""

import gzip
import io
import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.statusandheaders import StatusAndHeadersParser

from catalog import warc
from catalog.record import MAX_BYTES
from catalog.streams import GZIP_FEED
from catalog.warc import Capture, captures, headers_of

Make = Callable[..., bytes]
INFO = b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 4\r\n\r\na: b\r\n\r\n"


class Unseekable(io.BytesIO):
    """A stream that can only be read on."""

    def seekable(self) -> bool:
        return False


def _all(data: bytes) -> list[Capture]:
    found = list(captures(io.BytesIO(data)))
    assert len({capture.offset for capture in found}) == len(found)
    return found


def _bodies(found: list[Capture]) -> list[bytes | None]:
    """The last bytes of each block, None for a fault."""
    return [None if capture.fault else capture.block[-3:] for capture in found]


def test_plain_records_and_their_offsets(response: Make) -> None:
    first, second = response(b"one"), response(b"two")
    found = _all(INFO + first + second)
    assert _bodies(found) == [b": b", b"one", b"two"]
    assert [capture.offset for capture in found] == [0, len(INFO), len(INFO + first)]
    assert found[1].headers["warc-type"] == "response"
    assert found[1].headers[""] == ""
    assert found[1].size == len(found[1].block)


def test_gzipped_records_have_the_offsets_of_their_members(response: Make) -> None:
    parts = [gzip.compress(part) for part in (INFO, response(b"one"), response(b"two"))]
    found = _all(b"".join(parts))
    assert _bodies(found) == [b": b", b"one", b"two"]
    assert [capture.offset for capture in found] == [0, len(parts[0]), len(parts[0] + parts[1])]
    assert [capture.place for capture in found] == [capture.offset for capture in found]


def test_many_records_in_one_gzip_member(response: Make) -> None:
    head = gzip.compress(INFO)
    found = _all(head + gzip.compress(response(b"one") + response(b"two")))
    assert _bodies(found) == [b": b", b"one", b"two"]
    assert [capture.place for capture in found] == [0, len(head), len(head)]
    assert found[2].offset == -((len(head) << 44) + len(response(b"one")))


@pytest.mark.parametrize("name", ["udhr", "whirlwind", "lohelp", "debguide_neardup"])
def test_real_archives_as_warcio_reads_them(shared: Path, name: str) -> None:
    from warcio.archiveiterator import ArchiveIterator

    path = shared / "data" / f"{name}.warc.gz"
    with path.open("rb") as ours, path.open("rb") as theirs:
        iterator = ArchiveIterator(theirs, no_record_parse=True)
        for capture in captures(ours):
            record = next(iterator)
            assert capture.fault is None
            assert capture.block == record.content_stream().read()
            assert capture.offset == iterator.get_record_offset()
        assert next(iterator, None) is None


@pytest.mark.parametrize("between", [b"", b"\r\n", b"\n\n", b"\r\n" * 500])
def test_any_number_of_line_ends_between_records(response: Make, between: bytes) -> None:
    record = response(b"one")[:-4]
    assert _bodies(_all(record + between + record)) == [b"one", b"one"]


def test_line_feeds_alone(response: Make) -> None:
    header = b"WARC/1.1\nWARC-Type: response\nContent-Length: 3\n\n"
    assert _bodies(_all((header + b"one\n\n") * 2)) == [b"one", b"one"]


@pytest.mark.parametrize("length", [0, 20, 99_999, 10**7, 10**17])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_length_that_does_not_fit_costs_one_record(response: Make, length: int, pack: Make) -> None:
    records = [response(b"one"), response(b"bad", length=length), response(b"two")]
    found = _all(b"".join(pack(record) for record in records))
    assert _bodies(found) == [b"one", None, b"two"]
    assert f"the record's Content-Length ({length}) does not fit" in str(found[1].fault)


@pytest.mark.parametrize("length", ["", "-1", "12x", "١٢", "1_0", "9" * 5000])
def test_a_length_that_is_no_number_costs_one_record(response: Make, length: str) -> None:
    bad = response(b"bad").replace(b"Content-Length: ", f"Content-Length: {length}\r\nOld-Length: ".encode())
    found = _all(response(b"one") + bad + response(b"two"))
    assert _bodies(found) == [b"one", None, b"two"]
    assert "no Content-Length that is a number" in str(found[1].fault)


def test_a_record_without_length(response: Make) -> None:
    bad = response(b"bad").replace(b"Content-Length", b"Content-Size")
    assert _bodies(_all(response(b"one") + bad + response(b"two"))) == [b"one", None, b"two"]


def test_garbage_between_records_is_counted_and_passed_over(response: Make) -> None:
    first, second = response(b"one"), response(b"two")
    found = _all(first + b"garbage\r\nWARC/1.0 but no record\r\n" + second)
    assert _bodies(found) == [b"one", None, b"two"]
    assert found[1].fault == "33 bytes that belong to no WARC record"
    assert found[1].offset == len(first)


def test_garbage_alone() -> None:
    assert [capture.fault for capture in _all(b"garbage" * 100)] == ["700 bytes that belong to no WARC record"]


def test_nothing() -> None:
    assert _all(b"") == []
    assert _all(b"\r\n\r\n") == []
    assert _all(gzip.compress(b"")) == []
    assert _all(b"\0" * 10) != []


@pytest.mark.parametrize("cut", [1, 4, 5, 30, 100, 300])
def test_a_plain_archive_cut_short(response: Make, cut: int) -> None:
    found = _all(response(b"one") + response(b"x" * 200)[:-cut])
    assert _bodies(found)[0] == b"one"
    assert (found[1].fault is None) == (cut <= 4)


@pytest.mark.parametrize("cut", [1, 8, 9, 100])
def test_a_gzipped_archive_cut_short(response: Make, cut: int) -> None:
    noise = bytes(random.Random(1).randrange(256) for _ in range(500))
    first = gzip.compress(response(b"one"))
    found = _all(first + gzip.compress(response(noise))[:-cut])
    assert _bodies(found) == [b"one", None]
    assert found[1].offset == len(first)
    assert "the file ends inside a compressed block (gzip)" in str(found[1].fault)


@pytest.mark.parametrize("where", [5, 15, 40, -5, -1])
def test_a_broken_gzip_member_costs_one_record(response: Make, where: int) -> None:
    noise = bytes(random.Random(1).randrange(256) for _ in range(500))
    bad = bytearray(gzip.compress(response(noise)))
    bad[where] ^= 0xFF
    records = [gzip.compress(response(b"one")), bytes(bad), gzip.compress(response(b"two"))]
    found = _all(b"".join(records))
    assert _bodies(found)[0] == b"one"
    assert _bodies(found)[-1] == b"two"
    assert sum(capture.fault is not None for capture in found) <= 1
    assert len(found) <= 3


def test_garbage_between_gzip_members(response: Make) -> None:
    member = gzip.compress(response(b"one"))
    found = _all(member + b"garbage" + member + b"\0" * 100 + member + b"\x1f\x8b")
    assert _bodies(found) == [b"one", None, b"one", b"one", None]
    assert found[1].fault == "7 bytes that are not gzip"
    assert found[4].fault == "2 bytes that are not gzip"


def test_a_gzip_member_that_holds_no_record(response: Make) -> None:
    found = _all(gzip.compress(response(b"one")) + gzip.compress(b"text") + gzip.compress(response(b"two")))
    assert _bodies(found) == [b"one", None, b"two"]


def test_what_the_name_says_does_not_matter_the_first_bytes_do(response: Make) -> None:
    assert _bodies(_all(response(b"one"))) == _bodies(_all(gzip.compress(response(b"one"))))


@pytest.mark.parametrize("kind", [io.BytesIO, Unseekable])
def test_a_record_over_the_limit_is_not_held(response: Make, kind: type[io.BytesIO]) -> None:
    large = response(b"x" * (MAX_BYTES + 1))
    data = response(b"one") + large + response(b"two")
    for packed in (data, b"".join(gzip.compress(part) for part in (response(b"one"), large, response(b"two")))):
        handle = kind(packed)
        tracemalloc.start()
        found = list(captures(handle))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert _bodies(found) == [b"one", b"xxx", b"two"]
        assert len(found[1].block) <= warc.MAX_HEADER < MAX_BYTES < found[1].size
        assert peak < 4 * 2**20


@pytest.mark.parametrize("length", [MAX_BYTES + 1, MAX_BYTES + 10**6])
def test_a_wrong_length_over_the_limit(response: Make, length: int) -> None:
    tail = response(b"x" * (MAX_BYTES // 2)) * 3
    found = _all(response(b"bad", length=length) + response(b"two") + tail)
    assert _bodies(found) == [None, b"two", b"xxx", b"xxx", b"xxx"]


def test_an_archive_inside_a_record_is_not_read(response: Make) -> None:
    inner = response(b"inner") * 3
    assert _bodies(_all(response(inner + b"one") + response(b"two"))) == [b"one", b"two"]


def test_a_header_that_does_not_end_is_not_held(response: Make) -> None:
    found = _all(b"WARC/1.0\r\nWARC-Type: " + b"x" * 10**6 + b"\r\n" + response(b"two"))
    assert _bodies(found) == [None, b"two"]
    assert "the record's header does not end" in str(found[0].fault)


HEADER = st.lists(
    st.sampled_from(
        (
            b"Name",
            b"b:",
            b":",
            b" ",
            b"\t",
            b"\r\n",
            b"\n",
            b"\r",
            b"\xff",
            b"\xc3\xa9",
            b"\x85",
            b"\x0b",
            b"HTTP/1.1 200 OK",
        )
    ),
    max_size=25,
).map(b"".join)


@settings(max_examples=500)
@given(HEADER)
def test_headers_are_read_as_warcio_reads_them(data: bytes) -> None:
    parsed = StatusAndHeadersParser([], verify=False).parse(io.BytesIO(data + b"\r\n\r\n"))
    expected = {"": parsed.statusline}
    for name, value in parsed.headers:
        expected.setdefault(name.lower(), value.strip())
    assert headers_of(data) == expected


@pytest.mark.parametrize("ended", [False, True])
def test_a_record_over_the_limit_that_the_window_holds_already_is_held_to_its_length(
    response: Make, monkeypatch: pytest.MonkeyPatch, *, ended: bool
) -> None:
    """Whether a length is looked at may not depend on what was read before."""
    monkeypatch.setattr("catalog.warc.MAX_BYTES", 1000)
    wrong = response(b"x" * 3000, length=2000)
    data = wrong + response(b"y" * (10 if ended else 10**6))
    found = list(captures(io.BytesIO(data)))
    assert "does not fit" in (found[0].fault or "")
    assert found[1].fault is None


def test_headers_by_name() -> None:
    headers = headers_of("HTTP/1.1 404 Not Found\r\nA: 1\r\na: 2\r\nNone\r\nLong: x\r\n y\r\nÉ: é".encode())
    assert headers == {"": "404 Not Found", "a": "1", "long": "x y", "é": "é"}


def test_a_fault_of_the_storage_passes_through(response: Make) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 100:
                raise ConnectionResetError
            return super().read(min(size or 0, 101))

    for data in (response(b"one"), gzip.compress(response(bytes(range(256))))):
        with pytest.raises(ConnectionResetError):
            list(captures(Broken(data)))


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_bytes_changed_at_random_raise_nothing(response: Make, pack: Make) -> None:
    data = b"".join(pack(response(b"<p>%d</p>" % number)) for number in range(8))
    for seed in range(300):
        chance = random.Random(seed)
        changed = bytearray(data)
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(changed))
            what = chance.random()
            if what < 0.5:
                changed[place] = chance.randrange(256)
            elif what < 0.75:
                del changed[place : place + chance.randint(1, 50)]
            else:
                changed[place:place] = chance.randbytes(chance.randint(1, 50))
        found = _all(bytes(changed))
        assert sum(capture.fault is None for capture in found) <= 8


def test_false_starts_after_damage_do_not_each_read_the_file() -> None:
    class Counted(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1) -> bytes:
            data = super().read(size)
            self.taken += len(data)
            return data

    # The header of each has a name, and no name ends.
    starts = 10_000
    handle = Counted(gzip.compress(INFO) + b"\x1f\x8b\x08" * starts)
    assert _bodies(list(captures(handle))) == [b": b", None]
    assert handle.taken < starts * (warc.PROBE + GZIP_FEED + 100)


@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"])
def test_a_header_ends_at_the_next_start_of_a_record(
    response: Make, monkeypatch: pytest.MonkeyPatch, end: bytes
) -> None:
    parsed: list[int] = []
    monkeypatch.setattr(warc, "headers_of", lambda data: parsed.append(len(data)) or headers_of(data))
    found = _all(b"WARC/1.0\r\nA: b\r\n" * 1000 + end + response(b"one"))
    assert _bodies(found) == [None] * 1000 + [b"one"]
    assert sum(parsed) < 1000
