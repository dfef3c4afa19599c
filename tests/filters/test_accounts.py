"""Addresses and names of users are found beside the punctuation of any script."""

import pytest

from filters.accounts import emails, users


@pytest.mark.parametrize(
    ("piece", "found"),
    [
        ("ade@example.org।", ["ade@example.org"]),
        ("（mei_lin@example.com.cn）", ["mei_lin@example.com.cn"]),
        ("邮件：a.b+c@x-y.example。", ["a.b+c@x-y.example"]),
        ("[ade@example.org](mailto:ola@example.org)", ["ade@example.org", "ola@example.org"]),
        ("रवि@उदाहरण.भारत।", ["रवि@उदाहरण.भारत"]),
        ("info@موقع.قطر،", ["info@موقع.قطر"]),
        ("a@b", []),
        ("@media", []),
        ("lodash@4.17.21", []),
    ],
)
def test_emails(piece: str, found: list[str]) -> None:
    assert [piece[start:end] for start, end in emails(piece)] == found


@pytest.mark.parametrize(
    ("piece", "found"),
    [
        ("关注：@mei_lin，", ["@mei_lin"]),
        ("（@a.b.c）", ["@a.b.c"]),
        ("@ade@ola", []),
        ("@babel/core", []),
        ("me@example", []),
        ("@ab", []),
    ],
)
def test_users(piece: str, found: list[str]) -> None:
    assert [piece[start:end] for start, end in users(piece)] == found
