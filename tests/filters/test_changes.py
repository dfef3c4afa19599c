"""The changes are those of ROOTS, compared with a second, literal reading of its rules."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters import changes, characters
from lang_params.params import LangParams, Setting, load

SPECIAL = "".join(sorted(characters.special()))
WEB = Setting(substrings=("http", "www", ".com", "href", "//"))
LANGUAGES = [load(code) for code in ("en", "hi", "zhs", "yo")]
hostile = st.lists(
    st.sampled_from([" ", "\t", "\n", "http", "(www)", "//", "/", ".com", "a", "é" * 7, "(((((", "😀", "\u3000", "中"])
).map("".join)


def taken_apart(text: str, keep: Callable[[str], bool]) -> str:
    """Lines, then tabbed fields, then words; what `keep` refuses and what is empty is left out of the joining."""
    lines = []
    for line in text.split("\n"):
        fields = [" ".join(word for word in field.split(" ") if word and keep(word)) for field in line.split("\t")]
        lines.append("\t".join(field for field in fields if field))
    return "\n".join(line for line in lines if line)


@given(st.text() | hostile)
@settings(deadline=None)
def test_incorrect_substrings_is_the_literal_rule(text: str) -> None:
    found = changes.incorrect_substrings(text, WEB)
    assert found == taken_apart(text, lambda word: not any(part in word.strip(SPECIAL) for part in WEB.substrings))


@given(st.text() | hostile, st.integers(0, 12))
@settings(deadline=None)
def test_long_words_is_the_literal_rule(text: str, limit: int) -> None:
    found = changes.long_words(text, Setting(max=limit))
    assert found == taken_apart(text, lambda word: len(word) <= limit or 0 < len(word.strip(SPECIAL)) <= limit)


@given(st.text() | hostile)
@settings(deadline=None)
def test_any_text_is_changed_without_an_error(text: str) -> None:
    for params in LANGUAGES:
        assert len(changes.change(text, params)) <= len(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("//foo//", "//foo//"),
        ("(www.a.b)", ""),
        ("HTTP Www", "HTTP Www"),
        ("ở www.báo.vn có", "ở có"),
        ("एक\nhttps://क.भारत\nदो", "एक\nदो"),
        ("a\t\nhttp\t\n\tb", "a\nb"),
        ("", ""),
    ],
)
def test_incorrect_substrings(text: str, found: str) -> None:
    assert changes.incorrect_substrings(text, WEB) == found


@pytest.mark.parametrize(
    ("text", "limit", "found"),
    [
        ("«привет»", 6, "«привет»"),
        ("«приветы»", 6, ""),
        ("------", 5, ""),
        ("-----", 5, "-----"),
        ("a  b", 5, "a b"),
        ("నమస్కారం", None, "నమస్కారం"),
    ],
)
def test_long_words(text: str, limit: int | None, found: str) -> None:
    assert changes.long_words(text, Setting(max=limit)) == found


def test_uniform_whitespace_leaves_zero_width_and_newlines() -> None:
    assert changes.uniform_whitespace("a\u2009b\ufffcc\u0084d\u200be\ufefff\ng\th\u2028i") == (
        "a b c d\u200be\ufefff\ng\th\u2028i"
    )


def test_unicode_punctuation() -> None:
    assert changes.unicode_punctuation("«¿Qué?» — 「好」…") == '"¿Qué?"  -  "好"...'


def only(params: LangParams, *names: str) -> LangParams:
    """The parameters with just these filters switched on."""
    filters = {name: replace(setting, enabled=name in names) for name, setting in params.filters.items()}
    return replace(params, filters=filters)


def test_change_follows_the_switches() -> None:
    text = " “a”\u3000www.x.y  " + "क" * 30 + " "
    en = load("en")
    assert changes.change(text, only(en)) == text.strip()
    assert changes.change(text, only(en, "uniform_whitespace")) == text.strip().replace("\u3000", " ")
    assert changes.change(text, only(en, "unicode_punctuation")) == text.strip().replace("“", '"').replace("”", '"')
    assert changes.change(text, only(en, "incorrect_substrings")) == "क" * 30
    assert changes.change(text, only(en, "uniform_whitespace", "incorrect_substrings")) == "“a” " + "क" * 30
    assert changes.change(text, en) == "“a”"


def test_a_space_that_whitespace_makes_at_an_end_stays_where_words_are_not_taken_apart() -> None:
    assert changes.change("中文\ufffc", load("zhs")) == "中文 "
    assert changes.change("text\ufffc", load("en")) == "text"


@pytest.mark.timeout(20)
@pytest.mark.parametrize("part", ["(", "a", "http", " ", "\n\t ", "//a", "中"])
def test_time_is_linear_in_a_hostile_text(part: str) -> None:
    changes.change("x " + part * (1_000_000 // len(part)), load("en"))
