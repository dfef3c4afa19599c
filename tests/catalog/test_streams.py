"""Decompressed pieces of files, whole and broken."""

import gzip
import io
import random
import re
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import zstandard

from catalog.streams import PIECE, Damage, Part, listed, open_file, pieces, stretch

TEXT = "".join(f"Ẹ káàbọ̀ {number}\n" for number in range(20_000)).encode()


def _zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor(write_checksum=True).compress(data)


def _read(data: bytes, name: str) -> tuple[bytes, str | None]:
    """What could be read, and the damage."""
    parts = []
    try:
        for piece in pieces(io.BytesIO(data), name):
            assert 0 < len(piece) <= 16 * 2**20
            parts.append(piece)
    except Damage as damage:
        return b"".join(parts), str(damage)
    return b"".join(parts), None


PACKED = [(gzip.compress, "x.gz"), (_zstd, "x.zst"), (bytes, "x")]


@pytest.mark.parametrize(("pack", "name"), PACKED)
def test_whole_files(pack: Callable[[bytes], bytes], name: str) -> None:
    assert _read(pack(TEXT), name) == (TEXT, None)
    assert _read(pack(b""), name) == (b"", None)
    assert _read(b"", name) == (b"", None)
    assert _read(pack(TEXT), name.upper()) == (TEXT, None)


@pytest.mark.parametrize(("pack", "name"), PACKED[:2])
def test_many_members_are_one_stream(pack: Callable[[bytes], bytes], name: str) -> None:
    assert _read(b"".join(pack(part) for part in (b"", TEXT, b"", b"end")), name) == (TEXT + b"end", None)


@pytest.mark.parametrize(("pack", "name"), PACKED[:2])
@pytest.mark.parametrize("cut", [1, 3, 9, 100, -1])
def test_a_file_cut_short_gives_what_there_was(pack: Callable[[bytes], bytes], name: str, cut: int) -> None:
    data, damage = _read(pack(b"first\n") + pack(TEXT)[:cut], name)
    assert data.startswith(b"first\n")
    assert (b"first\n" + TEXT).startswith(data)
    assert damage is not None
    assert "the file ends inside a compressed block" in damage


@pytest.mark.parametrize(("pack", "name"), PACKED[:2])
def test_reading_begins_at_any_member_and_is_damaged_at_the_same_byte(
    pack: Callable[[bytes], bytes], name: str
) -> None:
    noise = random.Random(0).randbytes(90_000)
    data = b"".join(pack(noise[start : start + 9000]) for start in range(0, 90_000, 9000)) + pack(noise)[:-20_000]
    places: list[int] = []
    with pytest.raises(Damage):
        list(pieces(io.BytesIO(data), name, note=places.append))
    assert len(places) == 11
    whole, damage = _read(data, name)
    for member, place in enumerate(places):
        with pytest.raises(Damage, match=re.escape(damage or "")):
            list(pieces(io.BytesIO(data), name, place))
        rest = b"".join(_until_damage(pieces(io.BytesIO(data), name, place)))
        assert rest == whole[9000 * member :]


def _until_damage(stream: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from stream
    except Damage:
        return


def test_a_part_passes_over_what_is_before_its_first_line() -> None:
    data = gzip.compress(b"one\ntw") + gzip.compress(b"o\nthree\n")
    part = Part(start=len(gzip.compress(b"one\ntw")), skip=2, first=8)
    assert b"".join(stretch(io.BytesIO(data), "x.gz", part)) == b"three\n"
    packed = replace(Part(packed=True, fault="it broke off"), skip=4)
    with pytest.raises(Damage, match="it broke off"):
        list(stretch(io.BytesIO(_zstd(b"one\ntwo\n")), "x.gz", packed))
    assert b"".join(_until_damage(stretch(io.BytesIO(_zstd(b"one\ntwo\n")), "x.gz", packed))) == b"two\n"


def test_nothing_is_lost_before_the_cut() -> None:
    packed = gzip.compress(TEXT)
    assert len(_read(packed[:-9], "x.gz")[0]) > len(TEXT) - 1000


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"plain text", "x.gz", "not gzip, though the name ends in .gz"),
        (b"plain text", "x.zst", "not zstd, though the name ends in .zst"),
        (gzip.compress(TEXT)[:-5] + b"\0\0\0\0\0", "x.gz", "checksum"),
        (_zstd(TEXT)[:-2] + b"\0\0", "x.zst", "checksum"),
        (gzip.compress(TEXT) + b"garbage", "x.gz", "bytes that are not gzip follow"),
        (gzip.compress(TEXT)[:10] + b"\xff" * 500, "x.gz", "is broken"),
        (_zstd(TEXT)[:13] + b"\xff" * 200_000, "x.zst", "is broken"),
        (_zstd(TEXT) + b"garbage", "x.zst", "not zstd"),
    ],
)
def test_damage_is_named(data: bytes, name: str, words: str) -> None:
    read, damage = _read(data, name)
    assert TEXT.startswith(read)
    assert damage is not None
    assert words in damage


def test_nul_bytes_between_and_behind_gzip_members_are_passed_over() -> None:
    assert _read(gzip.compress(b"a") + b"\0" * PIECE + gzip.compress(b"b") + b"\0" * 7, "x.gz") == (b"ab", None)


def test_a_skippable_zstd_frame_is_passed_over() -> None:
    assert _read(b"\x50\x2a\x4d\x18\x03\0\0\0abc" + _zstd(b"text"), "x.zst") == (b"text", None)


def test_a_zstd_window_over_the_limit_names_the_remedy() -> None:
    parameters = zstandard.ZstdCompressionParameters(window_log=28)
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    assert "--long=31" in str(_read(packer.compress(b"text") + packer.flush(), "x.zst")[1])


@pytest.mark.parametrize(("pack", "name"), PACKED[:2])
def test_a_bomb_is_given_in_bounded_pieces(pack: Callable[[bytes], bytes], name: str) -> None:
    data = pack(bytes(200 * 2**20))
    tracemalloc.start()
    total = sum(len(piece) for piece in pieces(io.BytesIO(data), name))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == 200 * 2**20
    assert peak < 40 * 2**20


def test_memory_is_a_storage_like_any_other() -> None:
    import fsspec

    with fsspec.open("memory://streams/file.txt", "wb") as file:
        file.write(b"text")
    with open_file("memory://streams/file.txt") as handle:
        assert handle.read() == b"text"


def test_a_fault_of_the_storage_passes_through() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise ConnectionResetError

    for name in ("x", "x.gz", "x.zst"):
        with pytest.raises(ConnectionResetError):
            list(pieces(Broken(), name))


class _Unlisted:
    """A storage that cannot tell what lies in a folder; some say so as clients of HTTP do."""

    def __init__(self, error: Exception, status: int) -> None:
        error.status = status  # type: ignore[attr-defined]
        self.error = error

    def ls(self, folder: str, detail: bool) -> list[str]:  # noqa: FBT001, as of fsspec
        raise self.error


def test_a_folder_that_cannot_be_listed_is_empty_and_a_fault_is_one() -> None:
    unlisted = [(FileNotFoundError(), 0), (NotImplementedError(), 0), (RuntimeError(), 403), (RuntimeError(), 501)]
    assert [listed(_Unlisted(*given), "x") for given in unlisted] == [[]] * 4
    with pytest.raises(RuntimeError):
        listed(_Unlisted(RuntimeError(), 500), "x")
