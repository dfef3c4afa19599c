"""Fills the templates of cards; every value that is no Markdown already is escaped."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from roots.markdown import inline

if TYPE_CHECKING:
    import jinja2


def fill(template: str, values: Mapping[str, object]) -> str:
    """A template of `roots/templates` with these values; one that is not given raises jinja2's UndefinedError."""
    return _templates().get_template(template).render(values)


@cache
def _templates() -> "jinja2.Environment":
    import jinja2

    return jinja2.Environment(
        loader=jinja2.PackageLoader("roots"),
        finalize=inline,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
