"""Words are cut and stripped as ROOTS did it."""

import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters import characters, words

SPECIAL = "".join(sorted(characters.special()))
hostile = st.text(st.sampled_from(" \t\n\u00a0\u2009aZéΣσςİГгØøṣ्ाक中。１२٣(./7😀\u200b\u2581\x84\x00"))

NORMALISED = [*characters.WHITESPACE, *characters.PUNCTUATION, *characters.NON_PRINTING, *" \u2028\u200bΑΣσİ٣४9１²a"]
"""What normalise changes, and what stands near it."""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a b\tc\nd", ["a", "b", "c", "d"]),
        ("a  b", ["a", "", "b"]),
        ("", [""]),
        ("a\r\nb\x0bc\u00a0d\u2028e", ["a\r", "b\x0bc\u00a0d\u2028e"]),
        ("ሰላም\u1361ዓለም", ["ሰላም\u1361ዓለም"]),
    ],
)
def test_only_space_tab_and_newline_separate(text: str, found: list[str]) -> None:
    assert words.split(text) == found


@given(st.text() | hostile)
@settings(deadline=None)
def test_strip_is_that_of_str(text: str) -> None:
    assert words.strip(text) == text.strip(SPECIAL)
    cut = words.split(text)
    assert words.stripped(cut) == [core for word in cut if (core := word.strip(SPECIAL))]


@given(st.text() | hostile)
@settings(deadline=None)
def test_lowering_the_text_is_lowering_each_word(text: str) -> None:
    assert words.split(text.lower()) == [word.lower() for word in words.split(text)]


def test_a_final_sigma_looks_no_further_than_its_word() -> None:
    assert words.split("ΟΔΟΣ Α\nΣ Σ.Α".lower()) == ["οδος", "α", "σ", "σ.α"]


@pytest.mark.parametrize(
    ("text", "lower", "found"),
    [
        ("", True, ""),
        ("\n\t \u3000", True, ""),
        ("A\nB\tC", False, "ABC"),
        ("Año\u00a02024", True, "año 0000"),
        ("٣४９", False, "000"),
        ("a—b．c", False, "a - b. c"),
        ("a\u0084b\ufffcc", False, "ab c"),
        ("１", False, "0"),
        ("\ufffca", False, " a"),
    ],
)
def test_normalise(text: str, *, lower: bool, found: str) -> None:
    assert words.normalise(text, lower=lower) == found


def plain(text: str, *, lower: bool) -> str:
    """normalise as the original writes it, one step after the other."""
    text = re.sub(f"[{re.escape(characters.NON_PRINTING)}]", "", text).strip()
    if lower:
        text = text.lower()
    for space in characters.WHITESPACE:
        text = text.replace(space, " ")
    text = re.sub(r"\d", "0", text)
    return "".join(characters.PUNCTUATION.get(character, character) for character in text)


@given(text=st.text() | hostile | st.text(st.sampled_from(NORMALISED)), lower=st.booleans())
@settings(deadline=None, max_examples=500)
def test_normalise_is_the_originals_steps(text: str, *, lower: bool) -> None:
    assert words.normalise(text, lower=lower) == plain(text, lower=lower)


@pytest.mark.parametrize("lower", [True, False])
def test_normalise_is_the_originals_steps_for_every_character(*, lower: bool) -> None:
    everything = [chr(code) for code in range(sys.maxunicode + 1)]
    text = "a".join(["", *everything, ""])
    assert words.normalise(text, lower=lower) == plain(text, lower=lower)


def test_pieces_are_lowered_and_stripped_and_keep_their_mark() -> None:
    def encode(text: str) -> list[str]:
        assert text == "hello,世界 00"
        return ["▁hel", "lo,", "世", "界", "▁", "00"]

    assert words.pieces("Hello，世界 42\n", encode) == ["▁hel", "lo", "世", "界", "▁"]


def test_an_encoder_is_loaded_once(shared: Path) -> None:
    model = shared / "golden" / "zh.sp.model"
    encode = words.encoder(model)
    assert words.encoder(model) is encode
    assert "".join(encode("你好 世界")).replace("▁", "") == "你好世界"
    assert encode("") == []
