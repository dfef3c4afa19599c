"""Licences of software: whether what a file says of its licence is one of those that are wanted.

A licence is an SPDX expression: an id (`MIT`), or ids joined by AND, OR and WITH (`GPL-2.0-only WITH
Classpath-exception-2.0`). Case does not matter, so the lower-case names of GitHub and of its data set on BigQuery
(`apache-2.0`) are ids too. What is no such expression is no licence.
"""

import re
from collections.abc import Set
from functools import cache
from pathlib import Path

GPL_FAMILY = frozenset({"lgpl-3.0", "agpl-3.0", "lgpl-2.1", "gpl-3.0", "gpl-2.0"})
"""The licences that ROOTS meant to leave out of its code. Source: LICENSES, sourcing/code_dataset/processing.py of
bigscience-workshop/data-preparation."""

TOKENS = 50
"""Ids, words and parentheses of an expression at most; the longest of the licences that SPDX shows has 15."""

_TOKEN = re.compile(r"[()]|[^\s()]+")
_VERSION = re.compile(r"(-only|-or-later|\+)$")


@cache
def permissive() -> frozenset[str]:
    """The ids of permissive licences, in lower case: they ask for a notice at most. Source: the file's own head.

    >>> [name in permissive() for name in ("mit", "apache-2.0", "bsd-3-clause", "mpl-2.0", "gpl-3.0", "unknown")]
    [True, True, True, False, False, False]
    """
    lines = (Path(__file__).parent / "permissive_licences.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.lower() for line in lines if line and not line.startswith("#"))


def among(expression: str, wanted: Set[str]) -> bool:
    """Whether a licence is one of those `wanted` (ids in lower case): all parts joined by AND, one of those by OR.

    An exception (WITH) only adds permissions, and "-only", "-or-later" and "+" do not change the family: all are passed
    over.

    >>> among("Apache-2.0 OR MIT", {"mit"}), among("MIT AND GPL-3.0-only", {"mit"}), among("GPL-2.0+", GPL_FAMILY)
    (True, False, True)
    >>> among("see the file LICENSE", {"license"}), among("", {""})
    (False, False)
    """
    tokens = _TOKEN.findall(expression.lower())[: TOKENS + 1]
    if len(tokens) > TOKENS:
        return False
    try:
        found = _either(tokens, wanted)
    except _NoExpressionError:
        return False
    return found and not tokens


class _NoExpressionError(ValueError):
    """What stands there is no SPDX expression."""


def _either(tokens: list[str], wanted: Set[str]) -> bool:
    found = _every(tokens, wanted)
    while tokens and tokens[0] == "or":
        del tokens[0]
        found |= _every(tokens, wanted)
    return found


def _every(tokens: list[str], wanted: Set[str]) -> bool:
    found = _single(tokens, wanted)
    while tokens and tokens[0] == "and":
        del tokens[0]
        found &= _single(tokens, wanted)
    return found


def _single(tokens: list[str], wanted: Set[str]) -> bool:
    token = _next(tokens)
    if token == "(":
        found = _either(tokens, wanted)
        if _next(tokens) != ")":
            raise _NoExpressionError
        return found
    if token in (")", "and", "or", "with"):
        raise _NoExpressionError
    if tokens and tokens[0] == "with":
        del tokens[0]
        _next(tokens)
    return token in wanted or _VERSION.sub("", token) in wanted


def _next(tokens: list[str]) -> str:
    if not tokens:
        raise _NoExpressionError
    return tokens.pop(0)
