"""Finding and replacing personal data: golden values, overlaps, scripts, hostile texts."""

import json
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters import pii
from filters.pii_rules import Profile, Tag

PROFILES: list[Profile] = ["fixed", "roots-2022-03"]
texts = st.lists(
    st.sampled_from(
        ["ab1-", "cd:2", "e3:f4:", "@abc", "x@y.org", "555-123-4567", "::1", "8.8.8.8", " ", ",", "谢谢", "ا"]
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize("profile", PROFILES)
def test_golden_values(shared: Path, profile: Profile) -> None:
    lines = (shared / "golden" / "pii.jsonl").read_text(encoding="utf-8").strip().split("\n")
    assert len(lines) == 206
    for line in lines:
        record = json.loads(line)
        matches = pii.find(record["text"], profile)
        assert [list(match) for match in matches] == record[profile]["matches"], record["id"]
        replaced = pii.replace_everywhere(record["text"], matches)
        assert replaced == record[profile]["replace_everywhere"], record["id"]


@pytest.mark.parametrize(
    ("text", "redacted", "tags"),
    [
        ("Àwọn ènìyàn: ade@example.ng, @ade_ola", "Àwọn ènìyàn: PI:EMAIL, PI:USER", ["EMAIL", "USER"]),
        ("मेल करें: ravi.kumar@example.in", "मेल करें: PI:EMAIL", ["EMAIL"]),
        ("ಸಂಖ್ಯೆ ೦೭೧೨-೩೪೫-೬೭೮.", "ಸಂಖ್ಯೆ PI:KEY.", ["KEY"]),
        ("地址8.8.8.8在", "地址PI:IP_ADDRESS在", ["IP_ADDRESS"]),
        ("请联系王伟：wangwei@example.cn谢谢", "PI:EMAIL", ["EMAIL"]),
        ("البريد: info@example.com، والرقم ٠١٢٣-٤٥٦-٧٨٩", "البريد: info@example.com، والرقم PI:KEY", ["KEY"]),
        ("دوسرا info@example.com ہے\u200f", "دوسرا PI:EMAIL ہے\u200f", ["EMAIL"]),
        ("a@bc.de,f@gh.ij f@gh.ij", "PI:EMAIL,PI:EMAIL PI:EMAIL", ["EMAIL", "EMAIL", "EMAIL"]),
        ("@user,@user2 @user3!@user4", "PI:USER,PI:USER PI:USER!PI:USER", ["USER"] * 4),
        ("@用户名@另一个", "PI:USERPI:USER", ["USER", "USER"]),
        ("PI:EMAIL na PI:KEY, PI:USER", "PI:EMAIL na PI:KEY, PI:USER", []),
        ("PI:EMAIL x@y.org", "PI:EMAIL PI:EMAIL", ["EMAIL"]),
        ("short @you and you and @your", "short PI:USER and you and PI:USER", ["USER", "USER"]),
        ("Unjani? Ngiyaphila.\n", "Unjani? Ngiyaphila.\n", []),
        ("", "", []),
    ],
)
def test_redaction(text: str, redacted: str, tags: list[Tag]) -> None:
    new, spans = pii.redact(text)
    assert new == redacted
    assert [span.tag for span in spans] == tags
    assert [new[span.start : span.end] for span in spans] == [f"PI:{tag}" for tag in tags]


@pytest.mark.parametrize(
    ("text", "redacted", "why"),
    [
        ("host 2001:db8::8a2e:370:7334", "host PI:KEY", "same start: the key is longer than the address"),
        ("a1:b2:c3:d4:e5:f6:a7:b8", "PI:IP_ADDRESS", "same place: the address comes first in the tag order"),
        ("a1:b2:c3:d4@xy.org", "PI:KEY", "the key starts first, the rest of the address goes with it"),
        ("q@xy.de:1x:2y:3z:4w ok", "PI:EMAIL ok", "the address starts first, the rest of the key goes with it"),
    ],
)
def test_overlaps(text: str, redacted: str, why: str) -> None:
    assert pii.redact(text)[0] == redacted, why


@given(texts)
@settings(deadline=None)
def test_nothing_of_a_match_is_left_and_nothing_else_is_touched(text: str) -> None:
    matched = {point for match in pii.find(text) for point in range(match.start, match.end)}
    new, spans = pii.redact(text)
    for span in reversed(spans):
        assert new[span.start : span.end] == f"PI:{span.tag}"
        new = new[: span.start] + new[span.end :]
    assert new == "".join(char for point, char in enumerate(text) if point not in matched)


@pytest.mark.parametrize(
    ("matches", "marked", "redacted", "spans"),
    [
        ([("KEY", 2, 8), ("CREDIT_CARD", 2, 6)], "", "01PI:CREDIT_CARD89", [("CREDIT_CARD", 2, 16)]),
        ([("KEY", 1, 8), ("CREDIT_CARD", 2, 6)], "", "0PI:KEY89", [("KEY", 1, 7)]),
        ([("IP_ADDRESS", 2, 7), ("KEY", 2, 8), ("IBAN", 2, 6)], "", "01PI:IP_ADDRESS89", [("IP_ADDRESS", 2, 15)]),
        ([("KEY", 2, 8), ("PHONE", 2, 8)], "", "01PI:PHONE89", [("PHONE", 2, 10)]),
        ([("KEY", 2, 4), ("PHONE", 6, 8)], "PHONE", "01PI:KEY456789", [("KEY", 2, 8), ("PHONE", 10, 12)]),
        ([("KEY", 2, 5), ("PHONE", 4, 8)], "PHONE", "01PI:KEY56789", [("KEY", 2, 8)]),
        ([("KEY", 6, 8), ("PHONE", 4, 7)], "PHONE", "012345PI:KEY89", [("KEY", 6, 12)]),
        ([("KEY", 2, 4), ("PHONE", 4, 6)], "PHONE", "01PI:KEY456789", [("KEY", 2, 8), ("PHONE", 8, 10)]),
        ([("USER", 1, 4), ("PHONE", 3, 6), ("PHONE", 6, 7)], "PHONE USER", "", [("USER", 1, 4), ("PHONE", 6, 7)]),
        ([("KEY", 0, 1), ("KEY", 0, 9), ("USER", 5, 6)], "USER", "PI:KEY9", [("KEY", 0, 6)]),
    ],
)
def test_matches_of_several_engines(
    matches: list[tuple[str, int, int]], marked: str, redacted: str, spans: list[tuple[str, int, int]]
) -> None:
    text = "0123456789"
    found = pii.replace(text, [pii.Span(*match) for match in matches], marked=set(marked.split()))
    assert found == (redacted or text, [pii.Span(*span) for span in spans])


@given(st.lists(st.tuples(st.sampled_from(["KEY", "USER", "IBAN"]), st.integers(0, 9), st.integers(1, 9)), max_size=6))
def test_marked_matches_stay_in_the_text_and_the_others_go(given: list[tuple[str, int, int]]) -> None:
    text = "abcdefghijklmnopqr"
    matches = [pii.Span(tag, start, start + length) for tag, start, length in given]
    new, spans = pii.replace(text, matches, marked={"USER"})
    alone = [match for match in matches if match.tag != "USER"]
    assert new == pii.replace(text, alone)[0]
    marked = {new[span.start : span.end] for span in spans if span.tag == "USER"}
    assert marked <= {text[match.start : match.end] for match in matches if match.tag == "USER"}
    assert [span for span in spans if span.tag != "USER"] == pii.replace(text, alone)[1]
    assert all(one.end <= other.start for one, other in pairwise(spans))


def test_the_2022_profile_marks_nothing() -> None:
    with pytest.raises(ValueError, match="profile roots-2022-03 marks nothing: KEY, USER; it replaces every match"):
        pii.replace("", [], "roots-2022-03", marked={"USER", "KEY"})


@given(texts)
@settings(deadline=None)
def test_replacing_everywhere_is_the_plain_loop(text: str) -> None:
    matches = pii.find(text, "roots-2022-03")
    expected = text
    for tag, start, end in matches:
        expected = expected.replace(text[start:end], f"PI:{tag}")
    assert pii.replace_everywhere(text, matches) == expected


def test_the_2022_profile_replaces_inside_words_and_counts_placeholders_that_were_there() -> None:
    new, spans = pii.redact("PI:USER, @you and @your, x@foo", "roots-2022-03")
    assert new == "PI:USER, PI:USER and PI:USERr, PI:EMAIL"
    assert [(span.tag, span.start) for span in spans] == [("USER", 0), ("USER", 9), ("USER", 21), ("EMAIL", 31)]


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(
    "piece",
    [
        "1-1-",
        "@",
        "::::",
        "a1",
        "aa11",
        "1",
        "9 ",
        "a@",
        ".@",
        "汉@",
        "a@b.cc.",
        "@abc汉",
        "111 ",
        "1:",
        "A-",
        "f:",
        "\n",
    ],
)
def test_time_is_linear_in_a_hostile_text(profile: Profile, piece: str) -> None:
    text = piece * (300_000 // len(piece))
    before = time.process_time()
    for end in ("", "#", "@"):
        pii.redact(text + end, profile)
    assert time.process_time() - before < 10, "under one second is normal, a quadratic rule takes an hour"


def test_one_line_of_five_megabytes() -> None:
    before = time.process_time()
    assert pii.redact("ab" * 2_500_000 + "@example.org")[0] == "PI:EMAIL"
    assert pii.redact("9" * 5_000_000)[0] == "PI:KEY"
    assert pii.redact("9" * 5_000_000 + "#")[1] == []
    assert time.process_time() - before < 20


def test_too_many_different_matches_for_the_2022_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pii, "REPLACE_LIMIT", 1000)
    text = " ".join(f"@user{number}" for number in range(100))
    with pytest.raises(pii.PiiTimeout, match=r"has 100 matches: .* more than 1,000 code points; use profile fixed"):
        pii.redact(text, "roots-2022-03")
    assert len(pii.redact(text)[1]) == 100


def test_many_equal_matches_are_looked_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pii, "REPLACE_LIMIT", 100_000)
    assert len(pii.redact("@ade @ola " * 2000, "roots-2022-03")[1]) == 4000


def test_unknown_profile() -> None:
    with pytest.raises(ValueError, match="unknown profile '2022'; known: fixed, roots-2022-03"):
        pii.find("", "2022")  # type: ignore[arg-type]
