"""The RE2 patterns against a second statement of the same rules, for a backtracking engine with look-around."""

import pytest
import re2
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from filters import pii
from filters.pii_rules import ENCLOSED, SPACE, WORD, Tag, rules
from tests.bench.pii import plain_find

PIECES = """
    a b1 1 123 4567 AB 12AB é 汉 谢谢 ا ٣٤٥ क Ⓐ . .. : :: , ; ! ? @ @@ ( ) < > ' " - -- – _ / = + % #
    ffff :ffff: 2001: fe80: fe80::1%e 10.0.0.1 12.11.20.22 .org .co x@y.org @abc 1999-2000 2020.01.
"""
UNSEEN = [" ", "\n", "\t", "\x08", "\x1c", "\x85", "\u200c", "\u3000"]
texts = st.lists(st.sampled_from(PIECES.split() + UNSEEN), max_size=20).map("".join)
letters = st.text(alphabet="aA1-:._/@ <>'\"汉٣\n", max_size=60)


@given(texts | letters)
@settings(deadline=None, max_examples=2000)
def test_same_matches_as_a_backtracking_engine(text: str) -> None:
    assert pii.find(text) == plain_find(text, "fixed")
    assert pii.find(text, "roots-2022-03") == plain_find(text, "roots-2022-03")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (SPACE, r"\s"),
        (WORD, r"\w"),
        (r"\p{L}", r"\p{L}"),
        (r"\p{Nd}", r"\p{Nd}"),
        (r"\p{Pd}", r"\p{Pd}"),
        (r"\p{Han}",) * 2,
    ],
)
def test_classes_hold_what_the_original_held(written: str, meant: str) -> None:
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x20000)]))
    known = members(r"\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}\p{C}", every)  # assigned in the Unicode version of RE2
    assert len(known) > 80_000
    assert members(written, every) == known & set(regex.findall(meant, every))


def members(characters: str, text: str) -> set[str]:
    return {char for run in re2.compile(f"[{characters}]+").findall(text) for char in run}


def test_letters_in_circles_are_word_characters() -> None:
    assert all(regex.match(r"\w", char) for char in "Ⓐⓩ🄰🅉🅐🅩🅰🆉")
    assert ENCLOSED in WORD


@pytest.mark.parametrize(
    ("tag", "text", "found"),
    [
        ("EMAIL", "Andikia juma@mfano.co.tz.", ["juma@mfano.co.tz"]),
        ("EMAIL", "世界@foo 和 me@x.y 和 q@r.1ab", []),
        ("EMAIL", "<a@b.org> 'c@d.org' \"e@f.org\"", ["a@b.org", "c@d.org", "e@f.org"]),
        ("EMAIL", "http://user@host.com/path foo@bar.baz/qux", []),
        ("IP_ADDRESS", "na 192.168.0.1, 8.8.8.8. 127.0.0.1:80", ["192.168.0.1", "8.8.8.8", "127.0.0.1"]),
        ("IP_ADDRESS", "地址8.8.8.8在", ["8.8.8.8"]),
        ("IP_ADDRESS", "(8.8.8.8) 10.0.0.256 1.2.3 ۸.۸.۸.۸", []),
        ("IP_ADDRESS", "::1; fe80::1%eth0; 1:2:3:4:5:6:7:8", ["::1", "fe80::1%eth0", "1:2:3:4:5:6:7:8"]),
        ("IP_ADDRESS", ":: alone, abc:: too, a time 12:30:45", []),
        ("IP_ADDRESS", "12.11.20.22 39.39.99.1", []),
        ("IP_ADDRESS", "42.11.20.22, 12.40.20.22, 12.11.2.22", ["42.11.20.22", "12.40.20.22", "12.11.2.22"]),
        ("KEY", "नंबर 0712-345-678 है", ["0712-345-678"]),
        ("KEY", "دو ۱۲۳۴۵۶۷۸۹۰ عدد", ["۱۲۳۴۵۶۷۸۹۰"]),
        ("KEY", "A1B2C3D4E5, abc_1def_2ghi_3jkl_4m", ["A1B2C3D4E5", "abc_1def_2ghi_3jkl_4m"]),
        ("KEY", "AB 123 CD 12,345,678 +33 1 23 45 1_a2_b3_c4_d AKIAIOSFODNN7EXAMPLE", []),
        ("KEY", "0712-345-678,0713-345-678", ["0712-345-678"]),  # keys do not share the character between them
        ("USER", "@ade_ola àti (@bola) 联系@user_name", ["@ade_ola", "@bola", "@user_name"]),
        ("USER", "@ab a.@abc x@abc", []),
    ],
)
def test_what_each_rule_takes_and_leaves(tag: Tag, text: str, found: list[str]) -> None:
    assert [text[span.start : span.end] for span in pii.find(text) if span.tag == tag] == found


def test_tags_stand_in_the_order_of_preference() -> None:
    assert list(rules("fixed")) == list(rules("roots-2022-03")) == ["EMAIL", "IP_ADDRESS", "KEY", "USER"]
