"""Differences are marked word by word, in any script, and in a bounded time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.step_report import SHOWN
from roots.differences import Side, side_by_side, split


def text(side: Side) -> str:
    return "".join(part.text for part in side.parts)


def alone(side: Side) -> list[str]:
    return [part.text for part in side.parts if part.differs]


CASES = {
    "Arabic": ("قال المؤلف في كتابه", "قال الكاتب في كتابه", ["المؤلف"], ["الكاتب"]),
    "Yoruba": ("Ẹ káàbọ̀ sí ilé wa", "Ẹ káàbọ̀ sí ilé", ["wa"], []),
    "Hindi": ("यह किताब अच्छी है।", "यह पुस्तक अच्छी है।", ["किताब"], ["पुस्तक"]),
    "Chinese": ("我们的图书馆很大。", "我们的书店很大。", ["图", "馆"], ["店"]),
    "Thai": ("หนังสือเล่มนี้ดีมาก", "หนังสือเล่มนี้แพงมาก", ["ดี"], ["แพง"]),
    "Persian, with a joiner": ("او می\u200cخواهد برود", "او می\u200cرود برود", ["می\u200cخواهد"], ["می\u200cرود"]),
    "marks": ("ọ̀rọ̀ kan ṣoṣo", "orọ kan ṣoṣo", ["ọ̀rọ̀"], ["orọ"]),
    "punctuation": ("one, two three", "one two three", ["one,"], ["one"]),
    "white space": ("one  two\nthree", "one two three\n", [], []),
    "empty": ("", "one two", [], ["one two"]),
    "chance": ("gone far a home again", "never there a place", ["gone far a home again"], ["never there a place"]),
    "order": ("one two three four", "three four one two", ["one two"], ["one two"]),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_each_has_alone_is_marked(name: str) -> None:
    one, other, left, right = CASES[name]
    first, second = side_by_side(one, other)
    assert (text(first), text(second)) == (one, other)
    assert (alone(first), alone(second)) == (left, right)


@given(st.text(max_size=80), st.text(max_size=80))
def test_the_parts_are_the_texts_and_what_is_not_marked_is_the_same(one: str, other: str) -> None:
    sides = side_by_side(one, other)
    assert [text(side) for side in sides] == [one, other]
    first, second = ("".join("".join(part.text.split()) for part in side.parts if not part.differs) for side in sides)
    assert first == second
    assert ("".join(one.split()) == "".join(other.split())) or any(
        part.differs for side in sides for part in side.parts
    )


@given(st.text())
def test_words_together_are_the_text_and_none_begins_with_a_mark_of_the_one_before(whole: str) -> None:
    assert "".join(split(whole)) == whole
    assert split("e\u0301\u0323 न\u093f กำ่") == ["e\u0301\u0323 ", "न\u093f ", "ก", "ำ\u0e48"]


def test_long_texts_are_shown_from_a_little_before_the_first_difference() -> None:
    one, other = side_by_side("क ख " * 2000 + "ग " + "घ " * 3000, "क ख " * 2000 + "घ " * 3000)
    assert (one.start, other.start) == (7800, 7800)
    assert SHOWN - 8 < len(text(other)) == len(text(one)) - 2 < SHOWN
    assert (alone(one), alone(other)) == (["ग"], [])
    assert (one.characters, one.more) == (14002, 14002 - 7800 - len(text(one)))


def test_texts_that_begin_unlike_are_shown_from_what_both_have() -> None:
    common = "".join(f"sentence {n} of both texts. " for n in range(200))
    head = "".join(f"menu {n}; " for n in range(900))
    for first, second in ((head + common, common), (common, head + common)):
        one, other = side_by_side(first, second)
        assert sum(len(part.text) for part in one.parts if not part.differs) > SHOWN // 2
        assert sum(len(part.text) for part in other.parts if not part.differs) > SHOWN // 2


def test_a_line_of_dots_is_no_place_to_begin() -> None:
    one, other = side_by_side("a" + "." * 9000, "b" + "." * 9000)
    assert (one.start, other.start) == (0, 0)


@pytest.mark.parametrize(
    ("one", "other"),
    [("的" * 3000, "的了" * 1500), ("a " * 2000, "b a " * 1000), ("x" * 5_000_000, "y" * 5_000_000)],
)
def test_what_is_hard_to_compare_is_compared_all_the_same(one: str, other: str) -> None:
    for side in side_by_side(one, other):
        assert SHOWN // 2 < len(text(side)) <= SHOWN
