"""Tables of words and of values, as panels of the page show them."""

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from lang_params.params import LangParams
from roots.visible import visible

Cell = str | Component


def word(value: str, params: LangParams) -> Component:
    """A word in its own direction and language; what steers a page in it is shown as a code."""
    lang: dict[str, Any] = {} if params.language.bcp47 == "zxx" else {"lang": params.language.bcp47}
    return html.Bdi(visible(value), className="word", **lang)


def words(values: Sequence[str], params: LangParams) -> Component:
    """Words in a line, with spaces between them."""
    parts = [part for each in values for part in (word(each, params), " ")]
    return html.P(parts, className="words")


def table(name: str, columns: Sequence[str], rows: Sequence[Sequence[Cell]], *, numbers: int = 0) -> Component:
    """A table that can be scrolled by keyboard; the first cell of a row is its head, the last `numbers` are numbers."""
    first = len(columns) - numbers

    def style(place: int) -> str:
        return "number" if place >= first else ""

    head = html.Tr([html.Th(each, scope="col", className=style(place)) for place, each in enumerate(columns)])
    body = [
        html.Tr(
            [
                html.Td(each, className=style(place)) if place else html.Th(each, scope="row")
                for place, each in enumerate(row)
            ]
        )
        for row in rows
    ]
    whole = html.Table([html.Caption(name, className="hint"), html.Thead(head), html.Tbody(body)], className="table")
    label: dict[str, Any] = {"aria-label": name}
    return html.Div(whole, className="scroll", tabIndex=0, role="region", **label)


def sorry(message: str) -> list[Component]:
    """What is wrong, as a sentence that is read out at once."""
    return [html.P(visible(message), role="alert", className="notice")]
