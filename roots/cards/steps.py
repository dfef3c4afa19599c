"""What the steps of a cleaning chain do, in the first sentence of what their functions say of themselves."""

from collections.abc import Sequence
from functools import partial
from inspect import getdoc
from typing import Any

from filters.cleaning import BY_PROFILE, CLEANERS, KEEPERS, REFERENCES, SOURCE_WIDE
from filters.cleaning_lines import remove_references

STEPS: dict[str, Any] = {**CLEANERS, **KEEPERS, **BY_PROFILE, **SOURCE_WIDE}
"""The functions of the steps by name, but for those that a language is part of."""


def what(step: str) -> str:
    """What a step does, in a line; "" for one that is not known.

    >>> what("filter_small_docs"), what("nothing_of_this_name")
    ('Keep a document of 15 pieces or more between single spaces.', '')
    """
    function = remove_references if step.startswith(REFERENCES) else STEPS.get(step)
    plain = function.func if isinstance(function, partial) else function
    line = (getdoc(plain) or "").split("\n", 1)[0] if plain is not None else ""
    return line.split(". ", 1)[0].rstrip(".") + "." if line else ""


def described(chain: Sequence[str]) -> list[tuple[str, str]]:
    """The steps of a chain with what each does, in their order; one that stands there twice is told once."""
    return [(step, what(step)) for step in dict.fromkeys(chain) if what(step)]
