"""Texts, names and numbers as the page shows them: a text of people is text and nothing else."""

from typing import Any

from dash import html
from dash.development.base_component import Component

from lang_params.params import LangParams
from roots.map.picture import short
from roots.visible import visible

LIVE: dict[str, Any] = {"role": "status", "aria-live": "polite"}
"""The attributes of what is read out when it changes."""


def attribute(name: str, value: str) -> dict[str, Any]:
    """An attribute whose name no keyword can be, such as aria-label."""
    return {name: value}


def passage(text: str, params: LangParams) -> Component:
    """A text in its own direction and language. What steers a page or a line is shown as a code; marks that are
    stacked without end stay in their box (page.css)."""
    tag = params.language.bcp47
    lang = {} if tag == "zxx" else attribute("lang", tag)
    return html.Div(visible(text) or "(no text)", className="passage", dir="auto", **lang)


def number(value: float) -> str:
    """A count with separators.

    >>> number(1234567)
    '1,234,567'
    """
    return f"{int(value):,}"


def signed(value: float) -> str:
    """A difference with its sign; the minus is as wide as the plus.

    >>> signed(12), signed(-1200), signed(0)
    ('+12', '\u22121,200', '\u00b10')
    """
    sign = "+" if value > 0 else "\u2212" if value < 0 else "\u00b1"
    return f"{sign}{abs(int(value)):,}"


def share(value: float, of: float) -> str:
    """A share as a percentage with one decimal; a few of very many are not nothing.

    >>> share(1, 3), share(1, 100_000), share(0, 5), share(0, 0)
    ('33.3%', '< 0.1%', '0.0%', '0.0%')
    """
    percent = 100 * value / of if of else 0.0
    return "< 0.1%" if 0 < percent < 0.1 else f"{percent:.1f}%"


def size(value: float) -> str:
    """Bytes in the largest unit of which there is at least one, of 1,000 each.

    >>> size(999), size(12_345)
    ('999 B', '12.3 kB')
    """
    return short(value, "bytes")


def value(measured: Any, unit: str) -> str:
    """A measured value: words as a whole number, a perplexity with one decimal, a share with three; a dash for none.

    >>> value(1234, "words"), value(0.05678, "share of the words, 0 to 1"), value(None, "words"), value(812.44, "")
    ('1,234', '0.057', '\u2013', '812.4')
    """
    if measured is None or measured != measured:
        return "\u2013"
    if unit == "words":
        return f"{int(measured):,}"
    return f"{measured:.3f}" if "0 to 1" in unit else f"{measured:,.1f}"
