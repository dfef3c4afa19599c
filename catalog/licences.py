"""Licences of code: which one a file names itself, and which one the files LICENSE or COPYING of its folder hold.

A licence is given as an SPDX id or expression, or as "unknown". Nothing is guessed: a text that the library does not
know, or a line that is no SPDX expression, is unknown.
"""

import os
import posixpath
import re
import tempfile
from collections.abc import Iterable, Mapping
from functools import lru_cache

UNKNOWN = "unknown"

LICENCE_BYTES = 128 * 1024
"""Of a licence file at most; a larger one is unknown. The longest licence that the library knows has 48 kB (EUPL)."""

HEAD = 8192
"""Characters at the start of a file that are searched for its own licence. The SPDX specification wants the line near
the top; notices above it can be long."""

LONGEST = 200
"""Characters of an SPDX expression at most."""

NAME = re.compile(r"(licen[cs]es?|copying|unlicen[cs]e)([-_.].*)?", re.IGNORECASE)
"""Names of files that hold a licence: LICENSE, LICENCE.txt, COPYING.LESSER, UNLICENSE."""

END = "END OF TERMS AND CONDITIONS"
"""Where the terms of a licence end and advice begins."""

_SPDX = re.compile(r"SPDX-License-Identifier:[ \t]*([A-Za-z0-9.+:() \t-]+)")


def named(text: str) -> str | None:
    """The licence that a file of code names in its first lines, None when it names none.

    Several lines are joined with AND, for each speaks of a part of the file.

    >>> named("// SPDX-License-Identifier: Apache-2.0 OR MIT\\npackage main")
    'Apache-2.0 OR MIT'
    >>> named("/* SPDX-License-Identifier: GPL-2.0-only */")
    'GPL-2.0-only'
    """
    found = [" ".join(match.split()).rstrip(" -") for match in _SPDX.findall(text[:HEAD])]
    expressions = [expression for expression in found if expression]
    return joined(expressions) if expressions else None


def joined(expressions: Iterable[str]) -> str:
    """The licence of what is under all of these; unknown when one of them is, or the whole is longer than LONGEST.

    >>> joined(["MIT", "Apache-2.0 OR MIT"]), joined(["MIT", "unknown"])
    ('MIT AND (Apache-2.0 OR MIT)', 'unknown')
    """
    parts = list(dict.fromkeys(expressions))
    if UNKNOWN in parts or not parts:
        return UNKNOWN
    whole = " AND ".join(f"({part})" if " OR " in part and len(parts) > 1 else part for part in parts)
    return whole if len(whole) <= LONGEST else UNKNOWN


def is_licence_file(name: str, extensions: Iterable[str]) -> bool:
    """Whether a file's name is that of a licence; `license.py` is code, for its extension is one of code.

    >>> [is_licence_file(name, ("py", "js")) for name in ("LICENSE", "COPYING.LESSER", "license.py", "licensing.md")]
    [True, True, False, False]
    """
    return bool(NAME.fullmatch(name)) and name.rpartition(".")[2] not in extensions


def of_text(content: bytes) -> str:
    """The SPDX id of a licence text, by the library identify: one of the 35 that it has, less than 5 % changed."""
    if len(content) > LICENCE_BYTES:
        return UNKNOWN
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return UNKNOWN
    # White space does not count, and the library takes time with the square of a run of it.
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return _known("\n".join(line for line in lines if line))


@lru_cache(maxsize=512)
def _known(text: str) -> str:
    from identify.vendor.licenses import LICENSES

    found = _asked(text)
    if found is None:
        terms = text.partition(END)[0]
        # Apache's and GNU's licences go on with how to apply them, which many leave out: 5 to 10 % of the text.
        advice = sorted({whole.partition(END)[2] for _, whole in LICENSES if END in whole})
        found = next(filter(None, (_asked(f"{terms}{END}{after}") for after in advice)), None)
    return found or UNKNOWN


def _asked(text: str) -> str | None:
    from identify.identify import license_id

    # The library reads from a file alone.
    number, path = tempfile.mkstemp(prefix="roots-licence-")
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        return license_id(path)
    finally:
        os.unlink(path)


def nearest(path: str, found: Mapping[str, str]) -> str:
    """The licence of a file by the licences `found` in folders: that of its own folder, else of the nearest above.

    A licence file that is not known makes what lies below it unknown: it says something else than the one above it.

    >>> found = {"": "MIT", "vendor/zlib": "Zlib", "vendor/odd": "unknown"}
    >>> [nearest(path, found) for path in ("main.c", "vendor/x.c", "vendor/zlib/contrib/z.c", "vendor/odd/o.c")]
    ['MIT', 'MIT', 'Zlib', 'unknown']
    """
    folder = posixpath.dirname(path)
    while folder not in found and folder:
        folder = posixpath.dirname(folder)
    return found.get(folder, UNKNOWN)
