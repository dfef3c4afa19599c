"""A screen finds a part of every match of the rules that it stands for, and leaves most plain text alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters import pii, pii_screens
from filters.pii_rules import Profile, rules
from tests.filters.test_pii_rules import PIECES, letters
from tests.filters.test_pii_rules import texts as pieces

PROFILES: list[Profile] = ["fixed", "roots-2022-03"]

numbers = st.lists(st.sampled_from([*"0189afAF:.%-_/ ", "fe80:", "::", "25", "999", "٣", "–"]), max_size=24).map(
    "".join
)


@given(pieces | letters | numbers, st.sampled_from(PROFILES))
@settings(deadline=None, max_examples=2000)
def test_every_match_is_screened(text: str, profile: Profile) -> None:
    for tag, start, end in pii.find(text, profile):
        match = text[start:end].encode()
        assert pii_screens.of_texts().search(match)
        assert tag == "KEY" or (pii_screens.of_strings().search(match) and pii_screens.of_json().search(match))


@pytest.mark.parametrize(
    "address", ["1:2:3:4:5:6:7:8", "::1", "1::", "b::1", "1:b::a", "2001:db8::8a2e:370:7334", "fe80:%e", "1.2.3.4"]
)
def test_every_form_of_address_is_screened(address: str) -> None:
    assert [span.tag for span in pii.find(address) if span.tag == "IP_ADDRESS"] == ["IP_ADDRESS"]
    assert pii_screens.of_strings().search(address.encode())


@pytest.mark.parametrize(
    "text", ["std::vector<int>", "12:30:45", "version 1.2.3", "1999-2000", "well-known-to-all", "https://a.cm/b/c", ""]
)
def test_what_is_left_alone(text: str) -> None:
    assert pii_screens.of_texts().search(text.encode()) is None


def test_an_escape_is_looked_for_in_json_alone() -> None:
    assert pii_screens.of_json().search(b'"ade\\u0040"')
    assert pii_screens.of_strings().search(b'"ade\\u0040"') is None


def test_keys_are_the_same_in_both_profiles() -> None:
    for profile in PROFILES:
        assert rules(profile)["KEY"].pattern.pattern == pii_screens.keys_with_edges().pattern


def test_pieces_make_matches_of_every_rule() -> None:
    found = {span.tag for piece in PIECES.split() for span in pii.find(f"{piece} 0712-345-678 a1b2c3d4")}
    assert found == {"EMAIL", "IP_ADDRESS", "KEY", "USER"}
