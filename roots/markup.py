"""Pages and pictures in mark-up: templates of `roots/templates`, in which all that is put in is escaped."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jinja2


def filled(template: str, values: Mapping[str, Any]) -> str:
    """A template with these values; one that is not given raises jinja2's UndefinedError."""
    return _templates().get_template(template).render(values)


def plain(template: str) -> str:
    """A script or a style of `roots/templates`, as it stands."""
    return (Path(__file__).parent / "templates" / template).read_text(encoding="utf-8")


def policy(script: str, style: str) -> str:
    """The policy of a page that holds one script and one style: a browser runs these, and loads nothing.

    They are named by their hashes, so that a script that got into the page some other way does not run.
    """
    said = f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'"
    return f"{said}; base-uri 'none'; form-action 'none'"


def _hash(content: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}"


@cache
def _templates() -> "jinja2.Environment":
    import jinja2

    return jinja2.Environment(
        loader=jinja2.PackageLoader("roots"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
    )
