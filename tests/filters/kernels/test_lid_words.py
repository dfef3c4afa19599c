"""Words are those of fastText, in the lower case of Python."""

import numpy as np

from filters.kernels.lid_words import END, UNIT, case, read_words, room_for_words
from filters.kernels.tables import DOTTED, SIGMA


def words(text: str) -> list[bytes]:
    """What the kernel reads of a text, all at once."""
    data = np.frombuffer(text.encode() or b" ", np.uint8)
    room = room_for_words(1000, 10, len(data))
    at, count = read_words(data, 0, len(data), case(), room, 10_000)
    assert at == len(data) + 1
    return [room.bytes[room.starts[index] : room.starts[index + 1]].tobytes() for index in range(count)]


def test_words_stand_between_brackets_and_the_line_ends() -> None:
    assert words("Le CHAT\n\0dort") == [b"<le>", b"<chat>", b"<dort>", b"<" + END + b">"]
    assert words("") == [b"<</s>>"]


def test_the_end_of_a_line_ends_a_text() -> None:
    assert words("a </S> b") == [b"<a>", b"<</s>>"]


def test_lower_case_of_every_character_is_that_of_python() -> None:
    tables = case()
    for code in range(0x110000):
        if 0xD800 <= code < 0xE000 or code in (SIGMA, DOTTED):
            continue
        assert tables.lower[tables.block[code // UNIT], code % UNIT] == ord(chr(code).lower()) or not (
            tables.block[code // UNIT] or chr(code).lower() != chr(code)
        )
        assert len(chr(code).lower().encode()) <= 1.5 * len(chr(code).encode())


def test_lower_case_in_words() -> None:
    letters = "ÀÉ Ⱥ ẞ Ω K 𐐀 Ꭰ Ა ǅ İI"
    assert words(letters)[:-1] == [f"<{word}>".encode() for word in letters.lower().split(" ")]


def test_a_sigma_is_left_to_python() -> None:
    data = np.frombuffer("ΟΔΟΣ".encode(), np.uint8)
    assert read_words(data, 0, len(data), case(), room_for_words(4, 4, len(data)), 16)[0] == -1
