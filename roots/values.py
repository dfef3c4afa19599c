"""What a value of a recipe must be: in words, for the message, and as a test."""

from collections.abc import Callable, Sequence
from typing import Any

Allowed = tuple[str, Callable[[Any], bool]]
"""What is allowed, in words, and whether a value is that."""


def whole(least: int, most: int | None = None) -> Allowed:
    """A whole number from `least` upwards, or up to `most`."""
    says = "upwards" if most is None else f"to {most:,}"
    return (
        f"a whole number from {least} {says}",
        lambda value: type(value) is int and value >= least and (most is None or value <= most),
    )


def one_of(*words: str) -> Allowed:
    """One of some words."""
    return f"one of {', '.join(words)}", lambda value: value in words


def some_of(words: Sequence[str]) -> Allowed:
    """A list of words, each one of some; an empty list would refuse everything.

    >>> says, fits = some_of(["Yes", "No"])
    >>> says, fits(["No"]), fits(["no"]), fits([])
    ('a list of some of Yes, No', True, False, False)
    """
    return (
        f"a list of some of {', '.join(words)}",
        lambda value: isinstance(value, list) and bool(value) and all(each in words for each in value),
    )


TEXT: Allowed = ("a text in quotation marks", lambda value: isinstance(value, str) and value != "")
LINE: Allowed = ("a text in quotation marks, or left out", lambda value: isinstance(value, str))
TEXTS: Allowed = (
    "a list of texts",
    lambda value: isinstance(value, list) and bool(value) and all(map(TEXT[1], value)),
)
FLAG: Allowed = ("true or false", lambda value: isinstance(value, bool))
SHARE: Allowed = ("a number from 0 to 1", lambda value: type(value) in (int, float) and 0 <= value <= 1)
ABOVE: Allowed = ("a number above 0", lambda value: type(value) in (int, float) and 0 < value < float("inf"))
SEED: Allowed = ("a whole number from 0 to 2^64 - 1", lambda value: type(value) is int and 0 <= value < 2**64)
