"""What is shown of texts: nothing in it steers, and what scripts need stays."""

import pytest

from roots.visible import line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;title\x07", "\\x1b]0;title\\x07"),
        ("a\x00b\x7f\x9b", "a\\x00b\\x7f\\x9b"),
        ("\u202etxt.exe\u202c \u2066a\u2069", "\\u202etxt.exe\\u202c \\u2066a\\u2069"),
        ("a\rb\u2028c", "a\\x0db\\u2028c"),
    ],
)
def test_what_steers_a_terminal_or_turns_the_direction_is_a_code(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    "text", ["ẹ̀kọ́\n\tb", "क्\u200dष", "می\u200cخواهم", "\u200fمكتبة\u200e", "图书馆", "\U0001f469\u200d\U0001f4bb"]
)
def test_letters_marks_joiners_and_line_ends_stay(text: str) -> None:
    assert visible(text) == text


def test_a_name_is_on_one_line() -> None:
    assert line("a\nb\t\x1b c") == "a b \\x1b c"
