"""The second engine finds in any text what its recognizers find in a line, in bounded time, and batch equals text."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters import phones, pii_screens, presidio
from filters.folding import folded
from filters.pii import PiiTimeout, Span
from filters.pii_kinds import KINDS, Choice, chosen
from filters.presidio import MARGIN, PIECE, Reach, find, find_texts, in_fields, pieces, wanted
from lang_params.params import load

EVERY = {kind: "redact" for kind in KINDS if kind != "PERSON"}
SWAHILI = chosen(load("sw"), "fixed", EVERY)

FOUND = [
    ("sw", "PHONE", "Piga 0712 345 678 leo", "0712 345 678"),
    ("ar", "PHONE", "الهاتف ٠٥٠ ١٢٣ ٤٥٦٧", "٠٥٠ ١٢٣ ٤٥٦٧"),
    ("hi", "PHONE", "फ़ोन: ०९८७६५ ४३२१०", "०९८७६५ ४३२१०"),
    ("bn", "PHONE", "ফোন ০১৭১২-৩৪৫৬৭৮", "০১৭১২-৩৪৫৬৭৮"),
    ("zhs", "PHONE", "手机１３８００１３８０００", "１３８００１３８０００"),
    ("fr", "CREDIT_CARD", "carte 4111 1111 1111 1111", "4111 1111 1111 1111"),
    ("zhs", "CREDIT_CARD", "卡号6011-1111-1111-1117，", "6011-1111-1111-1117"),
    ("fr", "IBAN", "IBAN FR14 2004 1010 0505 0001 3M02 606.", "FR14 2004 1010 0505 0001 3M02 606"),
    ("zht", "IBAN", "帳號GB82WEST12345698765432。", "GB82WEST12345698765432"),
    ("en", "CRYPTO", "to 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2, thanks", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
    ("en", "NATIONAL_ID", "Aadhaar 2345 6789 0124", "2345 6789 0124"),
    ("xh", "NATIONAL_ID", "8001015009087", "8001015009087"),
    ("yo", "IP_ADDRESS", "http://203.0.113.7/index", "203.0.113.7"),
    ("yo", "IP_ADDRESS", "[2001:db8::1ff]", "2001:db8::1ff"),
    ("ne", "EMAIL", "इमेल ravi@example.np।", "ravi@example.np"),
    ("zhs", "USER", "关注：@mei_lin，", "@mei_lin"),
    ("zhs", "USER", "关注：＠mei_lin，", "＠mei_lin"),
    ("zhs", "EMAIL", "邮箱：mei＠example．cn。", "mei＠example．cn"),
    ("en", "EMAIL", "https://a.example/?m=ade%40example.org&x=1", "ade%40example.org"),
    ("en", "EMAIL", "zoe\u0301@exa\u0301mple.org", "zoe\u0301@exa\u0301mple.org"),
    ("ar", "IP_ADDRESS", "العنوان ٢٠٣.٠.١١٣.٧", "٢٠٣.٠.١١٣.٧"),
    ("ar", "PHONE", "\u200e+966\u200e50\u200e123\u200e4567\u200e", "+966\u200e50\u200e123\u200e4567"),
    ("sw", "CREDIT_CARD", "4111\u200b1111\u200b1111\u200b1111", "4111\u200b1111\u200b1111\u200b1111"),
    ("sw", "IBAN", "GB82\u200bWEST12345698765432", "GB82\u200bWEST12345698765432"),
]


@pytest.mark.parametrize(("code", "kind", "text", "value"), FOUND)
def test_found(code: str, kind: str, text: str, value: str) -> None:
    choice = chosen(load(code), "fixed", EVERY)
    start = text.index(value)
    assert Span(kind, start, start + len(value)) in find(text, choice)
    shifted = f"x\n{text}\ny"
    assert Span(kind, start + 2, start + 2 + len(value)) in find(shifted, choice), "places are those of the text"


def test_what_is_off_is_not_looked_for_and_2022_has_no_second_engine() -> None:
    text = "Piga 0712 345 678 au 4111 1111 1111 1111"
    off = chosen(load("sw"), "fixed", {"PHONE": "off"})
    assert {span.tag for span in find(text, off)} == {"CREDIT_CARD"}
    old = chosen(load("sw"), "roots-2022-03", EVERY)
    assert (wanted(old), find(text, old), find_texts(pa.array([text]), old)) == ((), [], {})


def test_a_telephone_number_is_none_in_what_a_check_digit_proves() -> None:
    text = "GB82 WEST 1234 5698 7654 32 / 4111 1111 1111 1111"
    assert {span.tag for span in find(text, chosen(load("en"), "fixed"))} == {"IBAN", "CREDIT_CARD"}


strings = st.lists(
    st.sampled_from(
        [
            *("0712 345 678", "+254 733 123456", "٠٧١٢٣٤٥٦٧٨", "4111 1111 1111 1111", "GB82WEST12345698765432"),
            *("@juma_k", "8.8.8.8", "2001:db8::1", "a@b.example", "simu "),
            *(" ", "\n", "\r", ",", "1", "00", "-", "汉", "ẹ̀", "०", "\u2028"),
        ]
    ),
    max_size=8,
).map("".join)


@given(strings | st.text(max_size=60))
@settings(deadline=None, max_examples=200)
def test_a_short_text_has_the_matches_of_its_lines(text: str) -> None:
    """The slow twin: every recognizer reads every line whole, whatever `HOLDS` says of it."""

    def of_line(line: str) -> set[Span]:
        left, spans = folded(line), set()
        for kind in wanted(SWAHILI):
            places = presidio._of_kind(kind, left, SWAHILI)
            spans |= {Span(kind, *place) for place in places}
            left = presidio._without(left, places) if kind in presidio.CHECKED else left
        return spans

    expected, at = set(), 0
    for line in text.split("\n"):
        if len(line) < PIECE:
            expected |= {Span(tag, at + start, at + end) for tag, start, end in of_line(line)}
        at += len(line) + 1
    assert set(find(text, SWAHILI)) == expected


@given(st.lists(strings, max_size=5), st.integers(0, 2))
@settings(deadline=None, max_examples=100)
def test_a_batch_has_the_matches_of_each_text(texts: list[str], cut: int) -> None:
    array = pa.array(texts, pa.string()).slice(cut)
    expected = {row: spans for row, text in enumerate(texts[cut:]) if (spans := find(text, SWAHILI))}
    assert find_texts(array, SWAHILI) == expected


@given(st.text(), st.text())
def test_pieces_are_bounded_lie_in_a_line_and_hold_the_text(one: str, two: str) -> None:
    text = f"{one}0712 345 678{two}" * 9
    for start, piece in pieces(text, ("PHONE",)):
        assert len(piece) <= PIECE
        assert "\n" not in piece
        assert piece == folded(text[start : start + len(piece)])


def test_clean_text_is_not_read_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presidio, "find", lambda text, choice: pytest.fail(text))
    clean = "Watu wote wamezaliwa huru, hadhi na haki zao ni sawa; mwaka wa 1948, ibara ya 12."
    assert find_texts(pa.array([clean, "", "人人生而自由"]), SWAHILI) == {}
    assert find_texts(pa.array([], pa.string()), SWAHILI) == {}


HOSTILE: dict[str, Callable[[int], str]] = {
    "one digit after another": lambda size: "1" * size,
    "groups of two": lambda size: "01 " * (size // 3),
    "at-signs": lambda size: "a@b.co" * (size // 6),
    "colons": lambda size: "a:b:c:d:" * (size // 8),
    "letters of accounts": lambda size: "AA00 " + "AAAA " * (size // 5),
    "base 58": lambda size: "1A" * (size // 2),
    "brackets": lambda size: "(((((1" * (size // 6),
    "numbers": lambda size: "9876543210 " * (size // 11),
    "cards": lambda size: "4111 1111 1111 1111, " * (size // 21),
}


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_hostile_text_is_read_in_bounded_pieces_that_together_are_not_much_longer(name: str) -> None:
    """A pattern that backtracks does so in a piece; so time grows as the text does."""
    choice = chosen(load("en"), "fixed", EVERY)
    text = HOSTILE[name](30_000)
    found = [piece for _, piece in pieces(text, wanted(choice))]
    assert max(map(len, found), default=0) <= PIECE
    assert sum(map(len, found)) <= 2 * len(text)
    find(text[:6_000], choice)


HOSTILE_NUMBERS = {
    "groups after a word": "phone 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15\n",
    "calls abroad": "0012345678 ",
    "plus signs": "+12345678 ",
    "accounts that are none": "GB82 WEST 1234 5698 7654 33 ",
}


@pytest.mark.parametrize("name", sorted(HOSTILE_NUMBERS))
def test_what_is_asked_about_one_text_is_bounded(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of these would take minutes a MB; a list of numbers of the same length is read."""
    monkeypatch.setattr(presidio, "QUESTIONS", 300)
    asked: list[str] = []
    recognizer = phones._recognizer

    def counted(region: str) -> Any:
        asked.append(region)
        return recognizer(region)

    monkeypatch.setattr(phones, "_recognizer", counted)
    hostile = HOSTILE_NUMBERS[name] * 400
    with pytest.raises(PiiTimeout):
        find(hostile, chosen(load("en"), "fixed", EVERY))
    assert len(asked) == 300
    assert find_texts(pa.array(["habari", hostile, "8.8.8.8"]), chosen(load("en"), "fixed", EVERY))[1] is None
    directory = "Juma Ali, 0712 345 678\n" * 100
    assert len(find(directory, SWAHILI)) == 100


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("+255 712 345 678", ["PHONE"]),
        ("tel:(+255) 712-345-678", ["PHONE"]),
        ("＋255 712 345 678", ["PHONE"]),
        ("4111-1111-1111-1111", ["CREDIT_CARD"]),
        ("GB82WEST12345698765432", ["IBAN"]),
        ("0712 345 678", []),
        ("00255712345678", []),
        ("5018721013446", []),
        ("4111111111111112", []),
        ("2021-07-25T20:43:11.000000Z", []),
        ("1262018442119880704", []),
        ("978-0-306-40615-7", []),
        ("https://a.example/4111111111111111", []),
        ("https://a.example/?m=ade%40example.org", ["EMAIL"]),
        ("ade&#64;example.org", ["EMAIL"]),
        ("https://a.example/lodash%404.17.21", []),
        ("550e8400-e29b-41d4-a716-446655440000", []),
    ],
)
def test_what_is_found_in_fields(text: str, kinds: list[str]) -> None:
    assert [span.tag for span in in_fields(text)] == kinds
    assert [span.tag for span in in_fields(text, ("IBAN",))] == [kind for kind in kinds if kind == "IBAN"]


@given(strings)
@settings(deadline=None, max_examples=200)
def test_what_is_found_in_fields_is_screened(text: str) -> None:
    for _, start, end in in_fields(text):
        assert pii_screens.of_json().search(text[start:end].encode())


def test_a_number_at_the_border_of_two_pieces_is_found() -> None:
    choice = chosen(load("sw"), "fixed")
    for before in range(PIECE - MARGIN - 60, PIECE + 20, 7):
        text = f"{'1' * before}, simu 0712 345 678"
        assert [text[span.start : span.end] for span in find(text, choice)] == ["0712 345 678"], before


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6))), st.integers(0, 20), st.integers(1, 6))
def test_reach_says_what_looking_at_every_span_says(places: list[tuple[int, int]], start: int, length: int) -> None:
    spans = [Span("IBAN", one, one + size) for one, size in places]
    asked = Span("KEY", start, start + length)
    reach = Reach(spans)
    assert reach.overlaps(asked) == any(span.start < asked.end and asked.start < span.end for span in spans)
    assert reach.holds(asked) == any(span.start <= asked.start and asked.end <= span.end for span in spans)


def test_other_kinds_need_no_countries() -> None:
    alone = Choice((("IBAN", "redact"), ("PHONE", "redact")))
    assert [span.tag for span in find("+254 733 123456, 0712 345 678", alone)] == ["PHONE"]
