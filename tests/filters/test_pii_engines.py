"""Both engines together: what becomes of a match, which of two stands, and a batch is as each text."""

from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters import pii, pii_engines, presidio
from filters.pii import Span
from filters.pii_kinds import Choice, chosen
from lang_params.params import default, load

SWAHILI = chosen(load("sw"), "fixed")
CHOICES = [
    SWAHILI,
    chosen(load("sw"), "fixed", {"PHONE": "drop", "EMAIL": "mark", "KEY": "off"}),
    chosen(load("en"), "fixed", {"NATIONAL_ID": "redact", "CREDIT_CARD": "mark"}),
    chosen(default(), "fixed"),
    chosen(load("sw"), "roots-2022-03"),
]

strings = st.lists(
    st.sampled_from(
        [
            *("0712-345-678", "+254 733 123456", "4111 1111 1111 1111", "GB82 WEST 1234 5698 7654 32", "@juma_k"),
            *("8.8.8.8", "192.168.1.7", "2001:db8::1/64", "a@b.example", "git@b.example:x", "@media "),
            *(" ", "\n", ",", "12", "汉", "।"),
        ]
    ),
    max_size=7,
).map("".join)


@pytest.mark.parametrize("choice", CHOICES)
@given(texts=st.lists(strings | st.text(max_size=30), max_size=4))
@settings(deadline=None, max_examples=80)
def test_a_batch_is_as_each_text(choice: Choice, texts: list[str]) -> None:
    found = pii_engines.redact_texts(pa.array(texts, pa.string()), choice)
    expected = [pii_engines.redact(text, choice) for text in texts]
    assert found.texts.to_pylist() == [text for text, _, _ in expected]
    assert [[Span(**span) for span in spans] for spans in found.spans.to_pylist()] == [
        spans for _, spans, _ in expected
    ]
    assert found.dropped.to_pylist() == [dropped for _, _, dropped in expected]
    assert found.refused.to_pylist() == [False] * len(texts)


@given(strings | st.text(max_size=40))
@settings(deadline=None)
def test_2022_is_what_the_rules_of_roots_make(text: str) -> None:
    replaced, spans, dropped = pii_engines.redact(text, CHOICES[-1])
    assert (replaced, spans) == pii.redact(text, "roots-2022-03")
    assert dropped is None


@pytest.mark.parametrize(
    ("text", "redacted"),
    [
        ("Piga 0712-345-678.", "Piga PI:PHONE."),
        ("kadi 4111-1111-1111-1111", "kadi PI:CREDIT_CARD"),
        ("akaunti GB82 WEST 1234 5698 7654 32 leo", "akaunti PI:IBAN leo"),
        ("btc 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "btc PI:CRYPTO"),
        ("tok-0a1b2c3d4e5f", "PI:KEY"),
        ("simu 20.21.74.38", "simu PI:IP_ADDRESS"),
        ("IP 2001:db8:c1b3::56b5:e02d/64", "IP PI:IP_ADDRESS/64"),
        ("@media print {", "@media print {"),
        ("LibreOffice 7.3.7.2", "LibreOffice 7.3.7.2"),
        ("git@example.org:team/tools.git", "git@example.org:team/tools.git"),
        ("0712345678@example.org", "PI:EMAIL"),
        ("tel:+254712345678;", "tel:PI:PHONE;"),
    ],
)
def test_which_kind_stands(text: str, redacted: str) -> None:
    assert pii_engines.redact(text, SWAHILI)[0] == redacted


def test_what_is_marked_stays_and_its_place_is_told() -> None:
    choice = chosen(load("sw"), "fixed", {"PHONE": "mark"})
    text, spans, dropped = pii_engines.redact("a@b.example, 0712-345-678", choice)
    assert (text, dropped) == ("PI:EMAIL, 0712-345-678", None)
    assert [text[span.start : span.end] for span in spans] == ["PI:EMAIL", "0712-345-678"]


def test_the_first_kind_by_order_drops_a_document() -> None:
    choice = replace(SWAHILI, actions=tuple((kind, "drop") for kind, _ in SWAHILI.actions))
    assert pii_engines.redact("0712-345-678, a@b.example", choice)[2] == "EMAIL"
    assert pii_engines.redact("habari", choice)[2] is None


def test_what_takes_too_long_to_search_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    assert pii_engines.shown("a@b.example, 0712-345-678", SWAHILI) == "PI:EMAIL, PI:PHONE"
    monkeypatch.setattr(presidio, "QUESTIONS", 0)
    assert pii_engines.shown("a@b.example, 0712-345-678", SWAHILI) == ""
    assert pii_engines.shown("a@b.example, 0712-345-678", None) == "a@b.example, 0712-345-678"


def test_an_empty_batch() -> None:
    found = pii_engines.redact_texts(pa.array([], pa.string()), SWAHILI)
    assert [len(column) for column in found] == [0, 0, 0, 0]


def test_a_text_with_more_numbers_than_can_be_looked_at_is_refused_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presidio, "QUESTIONS", 20)
    hostile = "\n".join(f"a@b.example, simu 0712 345 {number}" for number in range(100, 200))
    texts = ["Piga 0712-345-678.", hostile, "a@b.example"]
    found = pii_engines.redact_texts(pa.array(texts), SWAHILI)
    assert found.refused.to_pylist() == [False, True, False]
    assert found.texts.to_pylist() == ["Piga PI:PHONE.", "", "PI:EMAIL"]
    assert found.spans.to_pylist()[1] == []
    with pytest.raises(pii.PiiTimeout, match="more numbers than can be looked at; split the document"):
        pii_engines.redact(hostile, SWAHILI)
    assert pii_engines.redact(hostile, CHOICES[-1])[0].count("PI:EMAIL") == 100
