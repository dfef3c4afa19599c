"""Bodies of responses: chunks joined, compression undone."""

import gzip
import zlib

import brotli
import pytest
import zstandard

from catalog.body import FEED, content
from catalog.page import MAX_PAGE
from catalog.streams import Damage

PAGE = "<html><p>Ẹ káàbọ̀</p></html>".encode() * 50


def chunked(body: bytes, size: int = 100) -> bytes:
    parts = [body[place : place + size] for place in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def bare(body: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(body) + packer.flush()


@pytest.mark.parametrize(
    ("body", "encoding", "transfer"),
    [
        (PAGE, "", ""),
        (PAGE, "gzip", ""),
        (PAGE, "br", "chunked"),
        (PAGE, "identity", ""),
        (gzip.compress(PAGE), "gzip", ""),
        (gzip.compress(PAGE), "X-GZIP", ""),
        (gzip.compress(PAGE[:70]) + gzip.compress(PAGE[70:]), "gzip", ""),
        (zlib.compress(PAGE), "deflate", ""),
        (bare(PAGE), "deflate", ""),
        (brotli.compress(PAGE), "br", ""),
        (zstandard.compress(PAGE), "zstd", ""),
        (gzip.compress(brotli.compress(PAGE)), "br, gzip", ""),
        (chunked(PAGE), "", "chunked"),
        (chunked(gzip.compress(PAGE)), "gzip", "Chunked"),
        (chunked(PAGE).replace(b"64\r\n", b"64;name=value\r\n"), "", "chunked"),
        (chunked(PAGE) + b"Expires: never\r\n\r\n", "", "chunked"),
    ],
)
def test_what_the_server_meant(body: bytes, encoding: str, transfer: str) -> None:
    assert content(body, {"content-encoding": encoding, "transfer-encoding": transfer}) == PAGE


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(PAGE), "gzip"),
        (zlib.compress(PAGE), "deflate"),
        (brotli.compress(PAGE), "br"),
        (zstandard.compress(PAGE * 2), "zstd"),
    ],
)
def test_a_body_cut_short_gives_what_there_is(body: bytes, encoding: str) -> None:
    assert PAGE.startswith(content(body[:-4], {"content-encoding": encoding})[: len(PAGE)])


def test_a_broken_chunk_ends_the_body() -> None:
    body = chunked(PAGE, 500)
    assert content(body.replace(b"\r\n1f4\r\n", b"\r\nzzz\r\n", 1), {"transfer-encoding": "chunked"}) == PAGE[:500]
    assert content(b"ffffffff\r\nabc", {"transfer-encoding": "chunked"}) == b"abc"
    assert content(b"0\r\n\r\n", {"transfer-encoding": "chunked"}) == b""


@pytest.mark.parametrize(
    ("body", "encoding", "fault"),
    [
        (b"\x1f\x8b\x08garbage", "gzip", "the page's compression is broken"),
        (b"\x78garbage", "deflate", "the page's compression is broken"),
        (b"\xff\xff\xffgarbage", "br", "the page's compression is broken"),
        (b"garbage", "zstd", "the page's compression is broken"),
        (b"garbage", "compress", "a page compressed otherwise than by gzip, x-gzip, deflate, br, zstd is not read"),
    ],
)
def test_broken_compression_is_damage(body: bytes, encoding: str, fault: str) -> None:
    with pytest.raises(Damage, match=f"^{fault}$"):
        content(body, {"content-encoding": encoding})


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (gzip.compress(bytes(10**8)), "gzip"),
        (b"".join(gzip.compress(bytes(10**6)) for _ in range(50)), "gzip"),
        (zlib.compress(bytes(10**8)), "deflate"),
        (brotli.compress(bytes(10**8), quality=1), "br"),
        (zstandard.compress(bytes(10**8)), "zstd"),
        (bytes(10**7), ""),
    ],
)
def test_a_bomb_gives_a_byte_too_many_and_no_more(body: bytes, encoding: str) -> None:
    assert len(content(body, {"content-encoding": encoding})) == MAX_PAGE + 1


def test_very_many_members_are_not_copied_again_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    real = zlib.decompressobj

    class Watched:
        def __init__(self, wbits: int) -> None:
            self.member = real(wbits=wbits)

        def decompress(self, data: bytes, most: int) -> bytes:
            given.append(len(data))
            return self.member.decompress(data, most)

        def __getattr__(self, name: str) -> object:
            return getattr(self.member, name)

    monkeypatch.setattr(zlib, "decompressobj", Watched)
    assert content(gzip.compress(b"a", mtime=0) * 1000, {"content-encoding": "gzip"}) == b"a" * 1000
    assert max(given) <= FEED
