"""Units: words of scripts that separate them, characters of those that do not, and nothing else."""

import sys
from unicodedata import category

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.units import ALONE, LONE, SEPARATES, WITHIN, kind, lower, table, units

ALL = [chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Don't stop - me_2 now!", ["don", "t", "stop", "me_2", "now"]),
        ("قالَ: «مرحبًا» ١٢", ["قالَ", "مرحبًا", "١٢"]),
        ("क्या हुआ? हिन्दी।", ["क्या", "हुआ", "हिन्दी"]),
        ("Ẹ kú àárọ̀", ["ẹ", "kú", "àárọ̀"]),
        ("小山羊，你好2次 OK", ["小", "山", "羊", "你", "好", "2", "次", "ok"]),
        ("ガー々ｶﾞ〇ㄅ", ["ガ", "ー", "々", "ｶ", "ﾞ", "〇", "ㄅ"]),
        ("ที่ ๑", ["ท", "ี", "่", "๑"]),
        ("ພາ ខ្មែ မြ བོད།", [*"ພາខ្មែမြབོད"]),
        ("한국어 낱말", ["한국어", "낱말"]),
        ("𠀀𰀀\U0003fffd", ["𠀀", "𰀀", "\U0003fffd"]),
        ("ЇЖАК їжак", ["їжак", "їжак"]),
        ("❤️ 1️⃣ a\ufe0fb", ["1", "\u20e3", "a", "b"]),
        ("co\u00adop می\u200cخواهم", ["co", "op", "می", "خواهم"]),
        ("... —!؟ 。\n\t\u200b", []),
        ("", []),
    ],
)
def test_what_a_unit_is(text: str, expected: list[str]) -> None:
    assert units(text) == expected


def test_characters_as_units_leave_out_what_separates() -> None:
    assert units("Ab, ọ̀ 小!", "characters") == ["a", "b", "ọ", "\u0300", "小"]


def test_capitals_are_lower_cased_one_by_one() -> None:
    assert units("ΟΔΟΣ οδος Οδοσ") == ["οδοσ"] * 3
    assert units("İI ıi") == ["ii", "ıi"]
    assert units("ẞ ß K") == ["ß", "ß", "k"]


def test_lower_case_does_what_the_capital_does_and_has_no_lower_case_of_its_own() -> None:
    for character in ALL:
        form = lower(character)
        assert len(form) == 1
        assert kind(form) == kind(character)
        assert lower(form) == form


def test_letters_marks_and_digits_are_units_and_nothing_else_but_the_underscore() -> None:
    for character in ALL:
        named = category(character)[0] in "LMN" or character == "_"
        if (kind(character) != SEPARATES) != named:
            assert 0xFE00 <= ord(character) < 0xFE10 or 0x20000 <= ord(character) < 0x40000 or ord(character) > 0xE00FF


def test_no_script_that_separates_words_is_cut_into_characters() -> None:
    alone = {character for character in ALL if kind(character) == ALONE}
    assert not alone & set(map(chr, range(0x0E00)))
    assert not alone & set(map(chr, range(0xAC00, 0xD7B0)))
    assert alone >= set("的あアㇰกລខမབꀀ𗀀")


@given(st.text(st.sampled_from("aÉİΣς_1 .\u0301เ小ก\ufe0f") | st.characters(exclude_categories=["Cs"])))
def test_units_are_the_characters_of_the_text_in_their_order(text: str) -> None:
    kept = [lower(character) for character in text if kind(character) != SEPARATES]
    assert "".join(units(text)) == "".join(units(text, "characters")) == "".join(kept)
    assert units(text, "characters") == kept
    assert all(len(unit) == 1 or {kind(each) for each in unit} == {WITHIN} for unit in units(text))


def test_the_table_is_the_definition() -> None:
    words, characters = table("words"), table("characters")
    codes = np.array(list(map(ord, ALL)))
    expected = [ord(lower(each)) | LONE * (kind(each) == ALONE) if kind(each) else 0 for each in ALL]
    assert words[codes].tolist() == expected
    assert characters[codes].tolist() == [form | LONE if form else 0 for form in expected]
    assert not words[0xD800:0xE000].any()
