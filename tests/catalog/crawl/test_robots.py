"""robots.txt: what counts of it, and what it forbids to Common Crawl's crawler."""

import io
import time

import pytest

from catalog.crawl.robots import LONGEST, Rules, load, text


def test_rules_for_the_crawler_go_before_those_for_all() -> None:
    rules = Rules({"yo.example": "User-agent: *\nDisallow: /\nUser-agent: CCBot\nDisallow: /a\nAllow: /a/b\n"})
    pages = ("", "a", "a/b", "c")
    assert [rules.forbid(f"https://yo.example/{name}") for name in pages] == [False, True, False, False]


def test_a_host_without_rules_forbids_nothing() -> None:
    rules = Rules({"yo.example": "User-agent: *\nDisallow: /\n", "empty.example": ""})
    assert rules.forbid("https://YO.example./x")
    assert not any(
        map(rules.forbid, ("https://ig.example/", "https://empty.example/", "http://[::1", "", "x" * 10_000))
    )


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (b"\xef\xbb\xbfUser-agent: *", "User-agent: *"),
        (b"  <!DOCTYPE html><p>no", ""),
        (b"Disallow: /\xff\0", "Disallow: /\ufffd"),
        (b"#" * (LONGEST + 10), "#" * LONGEST),
    ],
)
def test_what_counts_of_a_robots_txt(data: bytes, kept: str) -> None:
    assert text(data) == kept


@pytest.mark.parametrize("hostile", ["*a" * 5000 + "$", "*" * 100_000, "%" * 50_000, "[(" * 1000])
def test_hostile_patterns_take_no_time(hostile: str) -> None:
    rules = Rules({"yo.example": f"User-agent: *\nDisallow: /{hostile}\n"})
    began = time.process_time()
    rules.forbid(f"https://yo.example/{'a' * 5000}b")
    assert time.process_time() - began < 20


def test_a_file_of_rules() -> None:
    assert load(io.BytesIO(b'{"yo.example": "User-agent: *\\nDisallow: /"}')).forbid("https://yo.example/")


@pytest.mark.parametrize("data", [b"", b"[]", b'{"a": 1}', b"{", b"[" * 100_000, b"\xff"])
def test_what_is_no_file_of_rules(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"^is no JSON object of robots.txt by host$"):
        load(io.BytesIO(data))
