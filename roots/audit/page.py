"""The page of an audit: the texts of a sheet one by one in a browser, with keys for labels, instead of a spreadsheet.

The page holds its style, its script and the texts, and asks for nothing. Labels and notes stay in the browser; what it
downloads is a sheet as `roots.audit.sheet` reads it, without the texts.
"""

from collections.abc import Sequence

from roots.map.page import as_data
from roots.markup import filled, plain, policy


def page(rows: Sequence[tuple[str, str]], key: str, *, language: str, bcp47: str, file: str) -> bytes:
    """The page of ids and texts in a language; `key` tells its labels from those of other draws, `file` is the name of
    what it downloads."""
    from markupsafe import Markup

    script = f"(() => {{\n'use strict';\n{plain('audit.js')}}})();"
    style = plain("audit.css")
    values = {
        "policy": policy(script, style),
        "language": language,
        "bcp47": bcp47,
        "documents": len(rows),
        "style": Markup(style),
        "script": Markup(script),
        "facts": Markup(as_data({"key": key, "file": file, "rows": [list(row) for row in rows]})),
    }
    return filled("audit.html.j2", values).encode()
