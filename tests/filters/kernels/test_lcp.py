"""Places that repeat earlier ones, by the suffix array and by looking at every window."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pydivsufsort import divsufsort

from filters.kernels import lcp
from filters.kernels.compiled import constant
from filters.substrings import join

TEXTS = st.lists(st.text("ab", max_size=30).map(str.encode), max_size=6)


def origins(texts: Sequence[bytes], least: int) -> list[int]:
    data = join(texts).data
    return lcp.origins(constant(data), constant(divsufsort(data)), least).tolist()  # type: ignore[no-any-return]


def by_windows(texts: Sequence[bytes], least: int) -> list[int]:
    first: dict[bytes, int] = {}
    found, begin = [], 0
    for text in texts:
        for at in range(len(text) + 1):
            window = text[at : at + least]
            known = first.setdefault(window, begin + at) if len(window) == least else begin + at
            found.append(-1 if known == begin + at else known)
        begin += len(text) + 1
    return found


def covered(texts: Sequence[bytes], origin: Sequence[int], least: int, room: int = 99) -> tuple[int, list[list[int]]]:
    joined = join(texts)
    out = np.full((room, 4), -9, np.int32)
    places = constant(np.array(origin, np.int32))
    found = lcp.covered(constant(joined.data), constant(joined.starts), places, least, out)
    return found, out[:found].tolist()


@given(TEXTS, st.integers(1, 9))
def test_a_place_knows_the_first_one_with_the_same_bytes(texts: list[bytes], least: int) -> None:
    if texts:
        assert origins(texts, least) == by_windows(texts, least)


def test_bytes_that_run_over_the_end_of_a_text_are_never_the_same() -> None:
    assert origins([b"ab", b"cab", b"c"], 3) == [-1] * 9
    assert origins([b"ab", b"cab", b"c"], 2) == [-1, -1, -1, -1, 0, -1, -1, -1, -1]


def test_a_letter_that_stands_many_times_goes_back_to_the_first() -> None:
    assert origins([b"a" * 9], 4) == [-1, 0, 0, 0, 0, 0, -1, -1, -1, -1]


def test_a_run_is_made_of_code_points_all_of_whose_bytes_are_covered() -> None:
    texts = ["ẹyẹ".encode()]  # three bytes, one, three
    assert covered(texts, [-1, 20, -1, -1, -1, -1, -1, -1], 5) == (1, [[0, 1, 2, 22]])
    assert covered(texts, [-1, 20, -1, -1, -1, -1, -1, -1], 6) == (1, [[0, 1, 3, 22]])
    assert covered(texts, [-1, 20, -1, -1, -1, -1, -1, -1], 2) == (0, [])


def test_runs_that_touch_are_one_and_its_source_is_that_of_its_first_byte() -> None:
    assert covered([b"abcdef"], [7, -1, 9, -1, -1, -1, -1], 2) == (1, [[0, 0, 4, 7]])
    assert covered([b"abcdef"], [7, -1, -1, 9, -1, -1, -1], 2) == (2, [[0, 0, 2, 7], [0, 3, 5, 9]])


def test_runs_end_with_their_text_and_empty_texts_have_none() -> None:
    assert covered([b"", b"ab", b"", b"cd"], [-1, 5, -1, -1, -1, 1, -1, -1], 2) == (2, [[1, 0, 2, 5], [3, 0, 2, 1]])


def test_runs_for_which_there_is_no_room_are_counted() -> None:
    assert covered([b"abcdef"], [7, -1, -1, 9, -1, -1, -1], 2, room=1)[0] == 2
    assert covered([b"abcdef"], [7, -1, -1, 9, -1, -1, -1], 2, room=0)[0] == 2
