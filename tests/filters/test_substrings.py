"""Repeats by the suffix array are those of the definition; what is cut are whole clusters that stand before."""

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from filters import substrings
from filters.substrings import Joined, Repeats, Span, find, join, parted, repeats, within_clusters, without

CLUSTERS = [
    "a", "b", " ", "\r\n", "\r", "\n", "\0", "ẹ", "ẹ\u0300", "o\u0323\u0301", "\u0301", "\ufe0f", "\u0600", "س",
    "\u200d", "क", "क्", "क्ष", "न्दी", "ि", "口", "岸", "\uac01", "\u1100", "\u1161", "\u11a8", "🇧🇯", "🇳",
    "👩", "👍🏽", "👩\u200d👩\u200d👧",
]  # fmt: skip
"""Letters that are parts of clusters with what stands beside them, and some that never are."""

UNICODE = st.lists(st.sampled_from(CLUSTERS) | st.text(max_size=2), max_size=40).map("".join)
SMALL = st.text("ab", max_size=60)


def fast(texts: Sequence[str], least: int) -> list[list[Span]]:
    found: list[list[Span]] = [[] for _ in texts]
    for text, spans, sources in find(join(text.encode() for text in texts), least):
        found[text] = spans
        assert len(sources) == len(spans)
        assert all(source <= text for source in sources)
    return found


@given(st.lists(SMALL, max_size=5), st.integers(1, 12))
def test_a_suffix_array_finds_what_the_definition_says_of_two_letters(texts: list[str], least: int) -> None:
    assert fast(texts, least) == repeats(texts, least)


@given(st.lists(UNICODE, max_size=5), st.integers(1, 14))
def test_a_suffix_array_finds_what_the_definition_says_of_all_of_unicode(texts: list[str], least: int) -> None:
    assert fast(texts, least) == repeats(texts, least)


@given(UNICODE, UNICODE, UNICODE, st.integers(2, 40))
def test_passages_that_two_texts_share_are_found(one: str, shared: str, other: str, least: int) -> None:
    texts = [one + shared, shared + other, other + shared + one]
    assert fast(texts, least) == repeats(texts, least)


@given(st.lists(UNICODE, max_size=4), st.integers(1, 14))
def test_no_cluster_is_cut_in_two_and_spans_ascend(texts: list[str], least: int) -> None:
    for text, spans in zip(texts, repeats(texts, least), strict=True):
        borders = {0, *accumulate(map(len, regex.findall(r"\X", text)))}
        places = [place for span in spans for place in span]
        assert borders.issuperset(places)
        assert places == sorted(set(places))


@given(UNICODE, st.data())
def test_a_border_inside_a_cluster_moves_inwards_as_little_as_may_be(text: str, data: st.DataObject) -> None:
    borders = sorted({0, *accumulate(map(len, regex.findall(r"\X", text)))})
    places = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=8)))
    runs = list(zip(places[::2], places[1::2], strict=False))
    for (start, end), (left, right) in zip(runs, within_clusters(text, runs), strict=True):
        inside = [border for border in borders if start <= border <= end]
        if len(inside) > 1:
            assert (left, right) == (inside[0], inside[-1])
        else:
            assert left >= right


@given(st.text(max_size=1), st.text(max_size=1), st.lists(st.sampled_from(CLUSTERS)).map("".join))
def test_where_two_letters_part_they_do_after_any_text(one: str, other: str, before: str) -> None:
    if one and other and parted(one, other):
        ends = set(accumulate(map(len, regex.findall(r"\X", before + one + other))))
        assert len(before + one) in ends


@pytest.mark.parametrize("letters", ["🇫", "\u0301", "क्", "👩\u200d", "ᄀ"])
def test_a_text_that_is_one_row_of_such_letters_takes_no_longer(letters: str) -> None:
    text = "x" + letters * 5000
    runs = [(place, place + 3) for place in range(0, len(text) - 3, 7)]
    assert len(within_clusters(text, runs)) == len(runs)


def test_the_first_occurrence_stays_in_the_order_of_texts_and_places() -> None:
    passage = "Gbogbo ènìyàn ni a bí ní òmìnira"
    texts = [f"1 {passage} 2", f"3 {passage} 4 {passage} 5"]
    [one, other] = fast(texts, 30)
    assert one == []
    assert without(texts[1], other) == "345"


def test_of_two_texts_that_are_the_same_the_second_goes_whole() -> None:
    text = "iyì àti ẹ̀tọ́ kọ̀ọ̀kan sì dọ́gba " * 3
    assert fast([text, text], 50) == [repeats([text], 50)[0], [(0, len(text))]]


@pytest.mark.parametrize("letter", ["a", "ọ", "口", "👍🏽", "न्दी"])
def test_of_one_letter_that_stands_many_times_one_is_left(letter: str) -> None:
    [spans] = fast([letter * 100], 50)
    assert without(letter * 100, spans) == letter


def test_of_a_passage_that_is_repeated_at_once_one_is_left() -> None:
    text = "ilé wa ni, " * 50
    assert without(text, fast([text], 50)[0]) == "ilé wa ni, "


def test_a_piece_that_is_too_short_inside_its_text_is_left_alone() -> None:
    assert fast(["abcdefgh", "xxabcd", "efghxx"], 5) == [[], [], []]
    assert fast(["abcdefgh", "xxabcde", "efghxx"], 5) == [[], [(2, 7)], []]


@pytest.mark.parametrize(
    ("first", "second", "left"),
    [
        ("कमल ह", "कमल हिन", "हिन"),
        ("्षमा करें", "क्षमा करें", "क्ष"),
        ("ilẹ wo", "ilẹ wo\u0323\u0300", "o\u0323\u0300"),
        ("\u0300 ilé wa", "ẹ\u0300 ilé wa", "ẹ\u0300"),
        ("ilé 👩", "ilé 👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧"),
        ("👩\u200d👧 ilé", "👨\u200d👩\u200d👧 ilé", "👨\u200d👩\u200d👧"),
        ("ilé 👍", "ilé 👍🏽", "👍🏽"),
        ("🇳🇬 ilé wa", "🇧🇯🇳🇬 ilé wa", "🇧🇯"),
        ("🇯🇳 ilé wa", "🇧🇯🇳🇬 ilé wa", "🇧🇯🇳🇬"),
        ("한글 ᄀ", "한글 \u1100\u1161\u11a8", "\u1100\u1161\u11a8"),
        ("\u1161\u11a8 한글", "\u1100\u1161\u11a8 한글", "\u1100\u1161\u11a8"),
        ("abcd\r", "abcd\r\n", "\r\n"),
        ("口岸山", "口岸崖", "崖"),
    ],
)
def test_borders_stand_between_clusters(first: str, second: str, left: str) -> None:
    [none, spans] = fast([first, second], 5)
    assert none == []
    assert without(second, spans) == left
    assert spans == repeats([first, second], 5)[1]


def test_the_text_that_a_span_goes_back_to_is_named() -> None:
    texts = [b"one first thing", b"a second thing", b"second, first"]
    third = list(find(join(texts), 5))[-1]
    assert third == Repeats(2, [(0, 6), (7, 13)], [1, 0])


def test_nothing_and_texts_without_letters_have_no_repeats() -> None:
    assert fast([], 5) == []
    assert fast(["", "", "a"], 1) == [[], [], []]


def test_a_buffer_that_int32_cannot_count_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(substrings, "LARGEST", 3)
    with pytest.raises(ValueError, match="a buffer of 4 bytes; give at most 3"):
        next(find(join([b"abc"]), 2))


def test_the_buffer_is_not_changed() -> None:
    joined = join([b"abcabcabc", b"abcabc"])
    before = joined.data.copy()
    assert list(find(Joined(joined.data, joined.starts), 3))
    assert np.array_equal(joined.data, before)


@given(UNICODE, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=6))
def test_what_is_left_are_the_letters_in_no_span(text: str, given: list[tuple[int, int]]) -> None:
    spans = [(start, start + length) for start, length in given]
    kept = [letter for place, letter in enumerate(text) if not any(start <= place < end for start, end in spans)]
    assert without(text, spans) == "".join(kept)
