"""Pages and pictures in mark-up: templates of `roots/templates`, in which all that is put in is escaped."""

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jinja2


def filled(template: str, values: Mapping[str, Any]) -> str:
    """A template with these values; one that is not given raises jinja2's UndefinedError."""
    return _templates().get_template(template).render(values)


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
