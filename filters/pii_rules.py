"""The four PII rules of ROOTS as RE2 patterns: e-mail address, IP address, key, user name.

A rule is an opening edge, a body (group 1, the match) and a closing edge. An edge is an end of a line or one boundary
character, and it is part of what a pattern consumes. RE2 runs in time linear in the text, whatever the text, and
prefers the same match as a backtracking engine, so one pattern serves as definition and as kernel.

RE2 brings its own Unicode tables: characters that Unicode added after version 15.1 are not in its letters and digits.

Source: the build-time rules of bigscience-workshop/catalogue_data (profile roots-2022-03) and the forms that
bigscience-workshop/data-preparation has for EMAIL and USER since November 2022 (profile fixed).
"""

from functools import cache
from typing import Any, Literal, NamedTuple

from filters.table import Profile

Tag = Literal["EMAIL", "IP_ADDRESS", "KEY", "USER"]

SPACE = r"\t-\r\x20\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
"""What the original's `\\s` holds: Unicode white space without U+001C to U+001F."""

STOPS = r"\x08" + SPACE + "@?!;,:)("
"""Backspace (the original wrote `\\b` inside a class), white space and the punctuation that ends a name."""

QUOTES = "'\""
EDGE = STOPS + QUOTES + r".\p{Han}"
USER_EDGE = EDGE.replace(r"\x08", "").replace(".", "")
IP_END = EDGE.replace(r"\x08", "").replace(")", "")

ENCLOSED = r"\x{24b6}-\x{24e9}\x{1f130}-\x{1f149}\x{1f150}-\x{1f169}\x{1f170}-\x{1f189}"
WORD = r"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\x{200c}\x{200d}" + ENCLOSED
"""What `\\w` holds: letters, marks, digits, connecting punctuation, the two joiners, letters in circles and squares."""

JOINTS = r"\p{Nd}\p{Pd}/+=:"
KEY_CHANGE = f"(?:[A-Za-z]+[{JOINTS}_]+|[{JOINTS}]+[A-Za-z]+)"
KEY_GROUP = r"(?:(?:\p{Nd}{3,}|[A-Z]+\p{Nd}+[A-Z]*|\p{Nd}+[A-Z]+\p{Nd}*)[ \p{Pd}]?)"
"""What a key has at least four of, and what at least three."""


class Rule(NamedTuple):
    """A compiled pattern, and whether two neighbours may share the boundary character between them."""

    pattern: Any
    shares_edges: bool


def email_2022() -> str:
    """An e-mail address as ROOTS had it: no dot needed after the `@`, angle brackets taken for letters."""
    name = f"[^{SPACE}@?!;,:)(]+"
    host = f"[^{SPACE}!?;,]+[^{STOPS}{QUOTES}.]"
    return f"{_opening(EDGE)}({name}@{host}){_closing(EDGE.replace(QUOTES, ''))}"


def email_fixed() -> str:
    """An e-mail address: its last label has two characters or more and begins with a letter; no path, no quotes."""
    name = f"[^{STOPS}{QUOTES}<]+"
    host = rf"[^\x08{SPACE}@!?;,/]*[^{STOPS}{QUOTES}/>.]\.\p{{L}}[{WORD}]+"
    return f"{_opening(EDGE + '<')}({name}@{host}){_closing(EDGE + '>')}"


def user() -> str:
    """A user name: `@` and at least three characters. Nothing is asked of what follows."""
    return f"{_opening(USER_EDGE)}(@[^{SPACE}@?!;,:)({QUOTES}]{{3,}})"


def key() -> str:
    """A key: four changes between Latin letters and digits or joints, or three groups of digits and capitals.

    A run of dashes is a joint, so `Tum-ti-tee-Tum-ti-tee-` is a key without a digit; a long number is three groups.
    """
    return f"{_opening(EDGE)}({KEY_CHANGE}{{4,}}|{KEY_GROUP}{{3,}}){_closing(EDGE)}"


def ip_address() -> str:
    """An IP address, version 4 before the forms of version 6; the first form that fits wins, not the longest.

    The original goes on with forms that hold a version 4 address (`::ffff:1.2.3.4`). They are left out because they
    are never reached: the forms before them match up to the first dot, and a dot is a closing edge.
    """
    octet = "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)"
    group = "[0-9a-fA-F]{1,4}"
    forms = [
        rf"{octet}(?:\.{octet}){{3}}",
        f"(?:{group}:){{7}}{group}",
        f"(?:{group}:){{1,7}}:",
        *(f"(?:{group}:){{1,{left}}}(?::{group}){{1,{7 - left}}}" for left in range(6, 0, -1)),
        f":(?:(?::{group}){{1,7}}|:)",
        "fe80:(?::[0-9a-fA-F]{0,4}){0,4}%[0-9a-zA-Z]+",
    ]
    return f"{_opening(EDGE)}({'|'.join(forms)}){_closing(IP_END)}"


@cache
def rules(profile: Profile) -> dict[Tag, Rule]:
    """The compiled rules of a profile, in the order in which tags are listed and, at equal length, preferred."""
    fixed = profile == "fixed"
    return {
        "EMAIL": Rule(_compile(email_fixed() if fixed else email_2022()), fixed),
        "IP_ADDRESS": Rule(_compile(ip_address()), False),
        "KEY": Rule(_compile(key()), False),
        "USER": Rule(_compile(user()), fixed),
    }


def _opening(edge: str) -> str:
    return f"(?:^|[{edge}])"


def _closing(edge: str) -> str:
    return f"(?:$|[{edge}])"


def _compile(pattern: str) -> Any:
    import re2  # here, so that commands which redact nothing do not load it

    options = re2.Options()
    options.log_errors = False
    return re2.compile(f"(?m){pattern}", options)
