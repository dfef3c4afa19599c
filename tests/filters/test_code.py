"""The filters of code at every bound, and on real code."""

import inspect
import json

import pytest

from filters import cleaning
from filters.code import (
    filter_code_characters,
    filter_code_licence,
    filter_code_longest_line,
    filter_code_symbols,
    filter_code_token_lengths,
    without_whitespace,
)

TEXT_FILTERS = (
    filter_code_longest_line,
    filter_code_token_lengths,
    filter_code_characters,
    filter_code_symbols,
)


@pytest.mark.parametrize("module", [json.decoder, inspect, cleaning])
def test_real_code_passes(module: object) -> None:
    text = inspect.getsource(module)  # type: ignore[arg-type]
    assert [name.__name__ for name in TEXT_FILTERS if not name(text, {})] == []


@pytest.mark.parametrize(
    ("length", "kept"), [(0, False), (20, False), (21, True), (999, True), (1000, False), (1001, False)]
)
def test_the_longest_line(length: int, *, kept: bool) -> None:
    assert filter_code_longest_line(f"a\n{'x' * length}\nb", {}) == kept


def test_lines_end_at_a_newline_alone() -> None:
    assert not filter_code_longest_line("x" * 600 + "\r" + "x" * 600, {})
    assert not filter_code_longest_line("x" * 999 + "\r\n", {}), "the carriage return counts"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", False),
        (" \t\n", False),
        ("word", False),
        ("a" + " " + "a" * 7, False),  # 1 and 7: mean 4, deviation 3
        ("a" + "\n" + "a" * 8, True),
        ("12345678 " * 50, False),
        ("x = compute_everything_at_once(first, second)", True),
    ],
)
def test_token_lengths(text: str, *, kept: bool) -> None:
    assert filter_code_token_lengths(text, {}) == kept


def test_the_deviation_is_that_of_the_population() -> None:
    assert not filter_code_token_lengths("a aaaaaaa", {}), "of a sample it would be 4.24"


@pytest.mark.parametrize(("length", "kept"), [(0, False), (100, False), (101, True), (199_999, True), (200_000, False)])
def test_characters_not_bytes(length: int, *, kept: bool) -> None:
    assert filter_code_characters("字" * length, {}) == kept


@pytest.mark.parametrize(
    ("letters", "symbols", "kept"),
    [
        (0, 0, False),
        (86, 14, False),
        (17, 3, True),  # 0.15 in figures, 0.15000000000000002 in floating point, as in the original
        (850, 151, True),
        (36, 64, True),
        (35, 65, False),
        (0, 10, False),
        (10, 0, False),
    ],
)
def test_symbols(letters: int, symbols: int, *, kept: bool) -> None:
    assert filter_code_symbols("ж" * letters + " " * symbols, {}) == kept


def test_digits_and_underscores_are_no_symbols() -> None:
    assert not filter_code_symbols("_" * 50 + "7" * 50, {})


@pytest.mark.parametrize(
    ("licence", "fixed", "published"),
    [
        ("mit", True, False),
        ("Apache-2.0", True, False),
        ("mpl-2.0", False, False),
        ("gpl-2.0", False, True),
        ("gpl-3.0", False, True),
        ("lgpl-2.1", False, True),
        ("lgpl-3.0", False, True),
        ("agpl-3.0", False, True),
        ("unknown", False, False),
        (None, False, False),
        (7, False, False),
    ],
)
def test_licence_by_profile(licence: object, *, fixed: bool, published: bool) -> None:
    meta = {} if licence is None else {"licence": licence}
    assert filter_code_licence("", meta) == fixed
    assert filter_code_licence("", meta, "fixed") == fixed
    assert filter_code_licence("", meta, "roots-2022-03") == published


def test_two_files_are_the_same_whatever_their_white_space() -> None:
    assert without_whitespace("if (a)\n{\n\treturn b;\n}\n") == without_whitespace("if (a) {\r\n  return b;\r\n}")
    assert without_whitespace("a b") != without_whitespace("a_b")
