"""Lines and their offsets."""

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from catalog.lines import lines
from catalog.streams import Damage


def _lines(*pieces: bytes, limit: int = 1000) -> list[tuple[int, bytes, str | None]]:
    return [(line.offset, line.data, line.fault) for line in lines(iter(pieces), limit)]


def test_offsets_are_those_of_the_bytes() -> None:
    assert _lines(b"one\ntwo\n") == [(0, b"one", None), (4, b"two", None)]


def test_a_part_begins_at_a_line_and_ends_before_one() -> None:
    part = lines(iter([b"two\nth", b"ree\nfo", b"ur\n"]), first=4, end=14)
    assert [(line.offset, line.data) for line in part] == [(4, b"two"), (8, b"three")]


def test_what_follows_a_part_is_not_read() -> None:
    def pieces() -> Iterator[bytes]:
        yield b"one\ntwo\n"
        raise Damage("broken")

    assert [line.data for line in lines(pieces(), end=4)] == [b"one"]


def test_the_last_line_needs_no_end() -> None:
    assert _lines(b"one\ntwo") == [(0, b"one", None), (4, b"two", None)]


def test_blank_lines_are_counted_and_not_given() -> None:
    assert _lines(b"\n \r\n\tone\n\n") == [(4, b"\tone", None)]


def test_carriage_returns_before_the_end_are_dropped() -> None:
    assert _lines(b"one\r\ntwo\r\n") == [(0, b"one", None), (5, b"two", None)]


def test_a_byte_order_mark_at_the_start_is_skipped_and_counted() -> None:
    assert _lines(b"\xef\xbb\xbfone\n\xef\xbb\xbftwo") == [(0, b"one", None), (7, b"\xef\xbb\xbftwo", None)]


def test_a_line_over_the_limit_is_a_fault_and_the_next_is_read() -> None:
    fault = "a line of 12 bytes is over the limit of 9"
    assert _lines(b"a\nlong", b"long", b"long\nb\n", limit=9) == [(0, b"a", None), (2, b"", fault), (15, b"b", None)]


def test_damage_is_the_fault_of_the_line_it_cuts() -> None:
    def broken() -> Iterator[bytes]:
        yield b"one\ntw"
        raise Damage("the file ends")

    assert [(line.offset, line.data, line.fault) for line in lines(broken())] == [
        (0, b"one", None),
        (4, b"", "the file ends"),
    ]


@given(st.lists(st.binary(max_size=20)), st.integers(1, 30))
def test_how_the_stream_is_cut_in_pieces_does_not_matter(parts: list[bytes], limit: int) -> None:
    whole = b"".join(parts)
    assert list(lines(parts, limit)) == list(lines([whole], limit))
    for line in lines(parts, limit):
        if line.fault is None and line.offset:
            assert whole[line.offset :].startswith(line.data)
