"""Cleaning steps for code: the filters that ROOTS put its files from GitHub through, each a step of a source's chain.

In ROOTS all had to hold, after an exact deduplication whose key is `without_whitespace`. Two more checks stand in the
original, for generated files and for the share of letters and digits, and are not called there; they are left out here.
Source: bigscience-workshop/data-preparation, sourcing/code_dataset/processing.py.
"""

import re
from collections.abc import Mapping
from typing import Any

from filters.licences import GPL_FAMILY, among, permissive
from filters.table import Profile

_LETTERS = re.compile(r"\w+")


def without_whitespace(text: str) -> str:
    """The key by which two files of code are the same: the content without any white space.

    >>> without_whitespace("def f(x):\\n\\treturn x\\u3000+ 1\\r\\n")
    'deff(x):returnx+1'
    """
    return "".join(text.split())


def filter_code_longest_line(text: str, meta: Mapping[str, Any]) -> bool:
    """Keep a file whose longest line has 21 to 999 characters; a line is what stands between two `\\n`.

    The original first dropped files with a line over 1,000 characters, right after deduplication. Whatever that drops
    this drops too, so it is one step.

    >>> [filter_code_longest_line("x" * length, {}) for length in (20, 21, 999, 1000)]
    [False, True, True, False]
    """
    return 20 < max(len(line) for line in text.split("\n")) < 1000


def filter_code_token_lengths(text: str, meta: Mapping[str, Any]) -> bool:
    """Keep a file whose words between white space differ in length: population standard deviation over 3 characters.

    Data, tables of numbers and texts cut to a width have words of much the same length. A file without a word goes.

    >>> filter_code_token_lengths("a aaaaaaa", {}), filter_code_token_lengths("a aaaaaaaa", {})
    (False, True)
    >>> filter_code_token_lengths(" \\n", {})
    False
    """
    import numpy as np

    lengths = [len(token) for token in text.split()]
    return bool(lengths) and float(np.std(lengths)) > 3


def filter_code_characters(text: str, meta: Mapping[str, Any]) -> bool:
    """Keep a file of 101 to 199,999 characters.

    >>> [filter_code_characters("ж" * length, {}) for length in (100, 101, 199_999, 200_000)]
    [False, True, True, False]
    """
    return 100 < len(text) < 200_000


def filter_code_symbols(text: str, meta: Mapping[str, Any]) -> bool:
    """Keep a file in which more than 0.15 and less than 0.65 of the characters are no letters, digits or `_`.

    ROOTS's paper words this as 15 to 65 % alphabetic characters; its code measures the others. The share is computed as
    there, one minus the share of the letters, and rounds as there: 15 symbols of 100 characters are just over 0.15.

    >>> [filter_code_symbols("a" * (100 - symbols) + "(" * symbols, {}) for symbols in (14, 16, 64, 65)]
    [False, True, True, False]
    """
    letters = len(text) - len(_LETTERS.sub("", text))
    return bool(text) and 0.15 < 1 - letters / len(text) < 0.65


def filter_code_licence(text: str, meta: Mapping[str, Any], profile: Profile = "fixed") -> bool:
    """Keep a file by its licence, `meta["licence"]`: an SPDX expression or a name that GitHub uses.

    The profile "fixed" keeps permissive licences. "roots-2022-03" keeps the GPL family and nothing else: ROOTS meant to
    leave it out, and its script did the opposite. A file whose licence is not known goes under both.

    >>> [filter_code_licence("", {"licence": name}) for name in ("mit", "MIT OR GPL-2.0-only", "gpl-3.0", "unknown")]
    [True, True, False, False]
    >>> [filter_code_licence("", {"licence": name}, "roots-2022-03") for name in ("mit", "gpl-3.0", "AGPL-3.0-only")]
    [False, True, True]
    """
    return among(str(meta.get("licence") or ""), GPL_FAMILY if profile == "roots-2022-03" else permissive())
