"""Signals: what headers and meta elements say of a page's use."""

import re

import pytest

from catalog import signals


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("noindex", ["noindex"]),
        ("NoIndex, NOFOLLOW", ["noindex", "nofollow"]),
        ("noai,noimageai", ["noai", "noimageai"]),
        ("all", []),
        ("index, follow, max-snippet:-1, max-image-preview:large", []),
        ("googlebot: noindex, nofollow", ["googlebot:noindex", "googlebot:nofollow"]),
        ("noarchive, ccbot: noai", ["noarchive", "ccbot:noai"]),
        ("unavailable_after: 25 Jun 2010 15:00:00 PST", ["unavailable_after"]),
        ("noindex nofollow", ["noindex", "nofollow"]),
        ("none", ["none"]),
        ("ade@yo.example: noindex", ["other:noindex"]),
        ("0701 234 567: noai", ["other:noai"]),
        ("nonsense", []),
        (",,:,:", []),
        ("", []),
    ],
)
def test_x_robots_tag(value: str, words: list[str]) -> None:
    assert signals.of_headers([("X-ROBOTS-TAG", value)])[0] == [f"x-robots-tag:{word}" for word in words]


def test_headers_of_one_name_all_count() -> None:
    words, values = signals.of_headers([("X-Robots-Tag", "noai"), ("x-robots-tag", "otherbot: noindex")])
    assert words == ["x-robots-tag:noai", "x-robots-tag:otherbot:noindex"]
    assert values == {"x-robots-tag": ["noai", "otherbot: noindex"]}


@pytest.mark.parametrize(("value", "words"), [("1", ["tdm-reservation:1"]), (" 0 ", ["tdm-reservation:0"]), ("2", [])])
def test_tdm_reservation(value: str, words: list[str]) -> None:
    headers = [("TDM-Reservation", value), ("tdm-policy", "https://yo.example/policy.json")]
    found, values = signals.of_headers(headers)
    assert found == words
    assert values["tdm-policy"] == ["https://yo.example/policy.json"]
    page = f'<head><meta name="tdm-reservation" content="{value}"></head>'
    assert signals.of_page(page)[0] == words


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ('<meta name="robots" content="noindex">', ["noindex"]),
        ("<META NAME='ROBOTS' CONTENT='NOINDEX, NOFOLLOW'/>", ["noindex", "nofollow"]),
        ("<meta content=noai name=robots>", ["noai"]),
        ('<meta\n  name = "robots"\n  content = "noarchive"\n>', ["noarchive"]),
        ('<meta name="GPTBot" content="noindex">', ["gptbot:noindex"]),
        ('<meta name="Google-Extended" content="noai">', ["google-extended:noai"]),
        ('<meta name="robots" content="index, follow">', []),
        ('<meta name="description" content="none of it, noindex">', []),
        ('<meta property="robots" content="noindex">', []),
        ('<!-- <meta name="robots" content="noindex"> -->', []),
        ('<script>\'<meta name="robots" content="noindex">\'</script>', []),
        ('<!-- never closed <meta name="robots" content="noindex">', []),
        ('<title>a</title></head><body><meta name="robots" content="noindex">', []),
        ('<script>x = "<body"</script><meta name="robots" content="noai"></head><body>', ["noai"]),
        ('<body><meta name="robots" content="noindex">', ["noindex"]),
        ('<meta name="robots" content="noai&#44; noindex">', ["noai", "noindex"]),
        ("<meta name=robots", []),
        ("<meta" * 20_000, []),
        ("<meta name='" * 20_000 + "noindex", []),
        ("<!--" * 20_000 + "<meta name=robots content=noindex>", []),
        (" " * signals.HEAD + '<meta name="robots" content="noindex">', []),
    ],
)
def test_meta_elements(page: str, words: list[str]) -> None:
    assert signals.of_page(page)[0] == [f"meta-robots:{word}" for word in words]


def test_signals_in_the_column_are_plain_short_sorted_and_few() -> None:
    column = signals.column([f"meta-robots:{number:03}bot:noindex" for number in range(100)] + ["tdm-reservation:1"])
    assert len(column) == signals.MOST
    assert list(column) == sorted(set(column))
    (long,) = signals.column(["x-robots-tag:" + "Ẹ k/" * 100])
    assert re.fullmatch(r"[a-z0-9_.:-]{1,60}", long)


def test_of_many_signals_those_said_to_all_stay() -> None:
    robots = [f"x-robots-tag:bot{number}:noindex" for number in range(100)]
    assert "x-robots-tag:noindex" in signals.column([*robots, "x-robots-tag:noindex"])


def test_values_are_kept_as_they_were_sent_but_bounded() -> None:
    headers = [("X-Robots-Tag", "noai" + "x" * 1000)] * 100
    kept = signals.raw(signals.of_headers(headers)[1], {"x-robots-tag": ["more"]})["signals"]["x-robots-tag"]
    assert len(kept) == signals.MAX_VALUES
    assert len(kept[0]) == signals.MAX_VALUE
    assert signals.raw({}, {}) == {}
