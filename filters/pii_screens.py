"""Where a match of the ROOTS rules may stand: one pattern that every match of `pii_rules` holds a part of.

A screen knows no edges: it asks of a text only what the inside of a match must have, so it finds more than the rules
do and never less. An `@` stands in every e-mail address and user name. An IP address has four numbers with points
between them, or `::` and a digit beside it, or seven groups with colons, or begins with `fe80:`. A key has four
changes or three groups. What else one could ask of a key takes its edges into account, and loses matches: a colon may
be an edge or a part of a key.
"""

from functools import cache
from typing import Any

from filters import accounts
from filters.folding import UNSEEN
from filters.pii_rules import KEY_CHANGE, KEY_GROUP, key

AT = "@"

POINTS = r"[0-9]\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]"
"""The inside of four numbers with points between them."""

COLONS = "[0-9][0-9a-fA-F:]*::|::[0-9a-fA-F:]*[0-9]|(?:[0-9a-fA-F]{1,4}:){7}|fe80:"
"""A part of every form of an IP address of version 6 that has a digit."""

ADDRESSES = f"{AT}|{POINTS}|{COLONS}"
"""A part of every e-mail address, user name and IP address."""

KEYS = f"{KEY_CHANGE}{{4}}|{KEY_GROUP}{{3}}"
"""A part of every key."""

ESCAPE = r"\\u"
"""What any character of a JSON string may be hidden behind. No shorter escape stands for a character that is screened
for: they are of quotes, strokes and white space."""


GAP = rf"[\p{{Zs}}\p{{Pd}}−{UNSEEN}]?"
NUMBERS = rf"[+＋]|\p{{Nd}}(?:{GAP}\p{{Nd}}){{11}}|[A-Z]{{2}}\p{{Nd}}{{2}}{GAP}[A-Z\p{{Nd}}]{{4}}"
"""A part of every number that `presidio.in_fields` finds: of a telephone with its plus sign, a card, an account."""


@cache
def of_texts() -> Any:
    """The screen of all four rules."""
    return _compile(f"{ADDRESSES}|{KEYS}")


@cache
def of_strings() -> Any:
    """The screen of all rules but KEY, and of e-mail addresses whose at-sign is written otherwise."""
    return _compile(f"{ADDRESSES}|{accounts.AT}")


@cache
def of_json() -> Any:
    """The same for strings inside JSON, and `NUMBERS`: a match of a string is a part of the JSON too, unless an escape
    hides it."""
    return _compile(f"{ADDRESSES}|{accounts.AT}|{NUMBERS}|{ESCAPE}")


@cache
def keys_with_edges() -> Any:
    """The rule KEY itself, edges included, which tells where a match begins and ends and not where its group does."""
    return _compile(f"(?m){key()}")


def _compile(pattern: str) -> Any:
    import re2  # here, so that commands which redact nothing do not load it

    options = re2.Options()
    options.log_errors = False
    options.never_capture = True
    return re2.compile(pattern, options)
