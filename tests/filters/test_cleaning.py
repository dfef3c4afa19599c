"""Each cleaning step: texts it changes or drops, and texts that look alike and stay."""

from typing import Any

import pytest

from filters import cleaning

CLEANED = [
    ("replace_newline_with_space", "Ẹ kú àárọ̀\nẸ kú alẹ́", "Ẹ kú àárọ̀ Ẹ kú alẹ́"),
    ("replace_newline_with_space", "甲\n\n乙\n", "甲  乙 "),
    ("replace_newline_with_space", "ab\r\ncd", "ab\r cd"),
    ("replace_newline_with_space", "خط\u2028خط\tخط", "خط\u2028خط\tخط"),
    ("remove_lines_with_code", "Umhlaba\n.a { b: c }\nIzulu", "Umhlaba\nIzulu"),
    ("remove_lines_with_code", "पहला\nfunction () {\n  x\n}\nदूसरा", "पहला\n  x\nदूसरा"),
    ("remove_lines_with_code", "نص\n<!--[if IE]>\n<script>\nنص", "نص\nنص"),
    ("remove_lines_with_code", "only { code }", ""),
    ("remove_lines_with_code", "\n\nempty lines stay\n", "\n\nempty lines stay\n"),
    (
        "remove_lines_with_code",
        "If [unless] (so) <SCRIPT> \uff5bfull width\uff5d",
        "If [unless] (so) <SCRIPT> \uff5bfull width\uff5d",
    ),
    ("remove_html_spans", "قال\n<span>١</span>\nثم", "قال\nثم"),
    ("remove_html_spans", "a\n<div>\nb</div>\nc<br>\n<a href='x'>\n</a>d\ne", "a\ne"),
    ("remove_html_spans", "x <abbr> y\nz", "z"),
    ("remove_html_spans", "3 < a, <p>, <SPAN>, <br/>, kabr", "3 < a, <p>, <SPAN>, <br/>, kabr"),
    ("remove_html_spans_sanad", "خبر\n<img src=x>\n]]>\n<![CDATA[\n//DW\nvar x\nxtImg\nنهاية", "خبر\nنهاية"),
    ("remove_html_spans_sanad", "To view this video please enable JavaScript, and", ""),
    ("remove_html_spans_sanad", "variable, dw.com, Enable JavaScript", "variable, dw.com, Enable JavaScript"),
    ("remove_wiki_mojibake", "ಕನ್ನಡ\nÀ À\nಪುಟ", "ಕನ್ನಡ\nಪುಟ"),
    ("remove_wiki_mojibake", "ÀÀ\nÀ  À\nÀ\u00a0À\nA\u0300 A\u0300", "ÀÀ\nÀ  À\nÀ\u00a0À\nA\u0300 A\u0300"),
]

KEPT: list[tuple[str, str, dict[str, Any], bool]] = [
    ("filter_remove_empty_docs", "ok", {}, True),
    ("filter_remove_empty_docs", "।", {}, True),
    ("filter_remove_empty_docs", "\u200b", {}, True),
    ("filter_remove_empty_docs", "", {}, False),
    ("filter_remove_empty_docs", " \n\t\u00a0\u3000", {}, False),
    ("filter_wiki_user_titles", "x", {"title": "User Àdùkẹ́"}, False),
    ("filter_wiki_user_titles", "x", {"title": "User:Àdùkẹ́"}, True),
    ("filter_wiki_user_titles", "x", {"title": "user Àdùkẹ́"}, True),
    ("filter_wiki_user_titles", "x", {"title": "用户 甲"}, True),
    ("filter_wiki_user_titles", "User x", {}, True),
    ("filter_wiki_user_titles", "x", {"title": None}, True),
    ("filter_wiki_non_text_type", "x", {"type": "text"}, True),
    ("filter_wiki_non_text_type", "x", {"type": "Text"}, False),
    ("filter_wiki_non_text_type", "x", {"type": "talk"}, False),
    ("filter_wiki_non_text_type", "x", {}, False),
    ("filter_small_docs", " ".join(["neno"] * 15), {}, True),
    ("filter_small_docs", " ".join(["neno"] * 14), {}, False),
    ("filter_small_docs", " " * 14, {}, True),
    ("filter_small_docs", "字" * 5000, {}, False),
    ("filter_small_docs_bytes_300", "a" * 300, {}, True),
    ("filter_small_docs_bytes_300", "a" * 299, {}, False),
    ("filter_small_docs_bytes_300", "ಕ" * 100, {}, True),
    ("filter_small_docs_bytes_300", "ع" * 149, {}, False),
    ("filter_small_docs_bytes_1024", "é" * 512, {}, True),
    ("filter_small_docs_bytes_1024", "é" * 511 + "e", {}, False),
]


@pytest.mark.parametrize(("name", "text", "cleaned"), CLEANED)
def test_cleaners(name: str, text: str, cleaned: str) -> None:
    assert cleaning.CLEANERS[name](text) == cleaned


@pytest.mark.parametrize("case", KEPT)
def test_keepers(case: tuple[str, str, dict[str, Any], bool]) -> None:
    name, text, meta, kept = case
    assert cleaning.KEEPERS[name](text, meta) is kept


def test_every_step_has_a_case_that_changes_and_one_that_does_not() -> None:
    for name in cleaning.CLEANERS:
        assert {text == cleaned for step, text, cleaned in CLEANED if step == name} == {True, False}, name
    for name in cleaning.KEEPERS:
        assert {kept for step, _, _, kept in KEPT if step == name} == {True, False}, name


def test_names_are_those_of_the_functions() -> None:
    for name, step in [*cleaning.CLEANERS.items(), *cleaning.KEEPERS.items()]:
        assert step.__name__ == name
    assert not set(cleaning.CLEANERS) & set(cleaning.KEEPERS)


def test_a_chain_runs_in_its_order() -> None:
    text = "short\n" + "ಕ" * 100 + " { }"
    assert cleaning.clean(text, {}, ["filter_small_docs_bytes_300", "remove_lines_with_code"]) == ("short", None)
    assert cleaning.clean(text, {}, ["remove_lines_with_code", "filter_small_docs_bytes_300"]) == (
        "short",
        "filter_small_docs_bytes_300",
    )


def test_steps_after_the_one_that_drops_do_not_run() -> None:
    chain = ["filter_wiki_user_titles", "replace_newline_with_space", "filter_remove_empty_docs"]
    assert cleaning.clean(" \n ", {"title": "User X"}, chain) == (" \n ", "filter_wiki_user_titles")
    assert cleaning.clean(" \n ", {"title": "X"}, chain) == ("   ", "filter_remove_empty_docs")


def test_an_empty_chain_changes_nothing() -> None:
    assert cleaning.clean("", {}, []) == ("", None)


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (
            "remove_line_with_code",
            "unknown cleaning step 'remove_line_with_code', did you mean 'remove_lines_with_code'?",
        ),
        ("翻译", "unknown cleaning step '翻译'; known: replace_newline_with_space, remove_lines_with_code"),
    ],
)
def test_unknown_step_is_refused_before_anything_runs(step: str, message: str) -> None:
    with pytest.raises(cleaning.CleaningError) as error:
        cleaning.clean("", {}, ["filter_remove_empty_docs", step])
    assert str(error.value).startswith(message)
    assert str(error.value).endswith("filter_small_docs_bytes_1024")
