"""Histograms with lines to drag, as plotly takes them. Colours come from page.css, so that day and night can differ."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from roots.page.axes import Axis

LEFT, RIGHT = 48, 20
"""Pixels of a picture beside its axis. Page.css gives the slider the same, less half of its handle."""

CONFIG: Any = {
    "displayModeBar": False,
    "scrollZoom": False,
    "doubleClick": False,
    "showTips": False,
    "responsive": True,
    "edits": {"shapePosition": True},
}
"""What plotly offers beside the picture: nothing but to drag its lines."""

AXIS = {"fixedrange": True, "showgrid": False, "zeroline": False, "automargin": False, "tickfont": {"size": 12}}

Bars = Iterable[int]


def bars(
    axis: Axis,
    edges: Sequence[float],
    counts: tuple[Bars, Bars],
    names: tuple[str, str] = ("kept", "dropped"),
) -> dict[str, Any]:
    """A histogram of two kinds of documents, the first as full bars, the second as hollow ones on top of them.

    `edges` has one more than each of `counts`; they are values, not positions.
    """
    places = [axis.at(each) for each in edges]
    middles = [(low + high) / 2 for low, high in pairwise(places)]
    widths = [high - low for low, high in pairwise(places)]
    traces = [
        {
            "type": "bar",
            "name": name,
            "x": middles,
            "y": heights(values),
            "width": widths,
            "customdata": _spans(axis, edges),
            "hovertemplate": f"%{{customdata}}: %{{y:,}} {name}<extra></extra>",
            "marker": {"line": {"width": 1}},
        }
        for name, values in zip(names, counts, strict=True)
    ]
    layout = {
        "barmode": "stack",
        "bargap": 0,
        "showlegend": False,
        "dragmode": False,
        "height": 210,
        "margin": {"l": LEFT, "r": RIGHT, "t": 22, "b": 28},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "xaxis": {**AXIS, "range": [axis.low, axis.high], **axis.ticks()},
        "yaxis": {**AXIS, "showgrid": True, "nticks": 4, "rangemode": "tozero", "separatethousands": True},
        "shapes": [],
    }
    return {"data": traces, "layout": layout}


def heights(counts: Bars) -> list[int | None]:
    """The heights of bars; an empty bin has none, for the edge of a bar without height would be a line on the axis.

    >>> heights([3, 0])
    [3, None]
    """
    return [int(each) or None for each in counts]


def line(axis: Axis, limit: float | None, end: str) -> dict[str, Any]:
    """The dashed line of a limit, which can be dragged; page.js draws the same."""
    place = axis.place(limit, end)
    return {
        "type": "line",
        "x0": place,
        "x1": place,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "line": {"dash": "dash", "width": 3},
        "label": {
            "text": written(axis, limit),
            "textposition": "end",
            "textangle": 0,
            "yanchor": "bottom",
            # So that no label reaches over a side of the picture.
            "xanchor": "left" if place < (axis.low + axis.high) / 2 else "right",
        },
    }


def written(axis: Axis, limit: float | None) -> str:
    """A limit as it stands above its line; an arrow says that it lies further out than the picture reaches.

    >>> axis = Axis(0, 0.2, 0.001, 3)
    >>> written(axis, 0.05), written(axis, 0.9), written(axis, None)
    ('0.05', '0.9 \u2192', 'no limit')
    """
    if limit is None:
        return "no limit"
    said = f"{limit:,.10g}"
    return f"\u2190 {said}" if axis.at(limit) < axis.low else f"{said} \u2192" if axis.at(limit) > axis.high else said


def lined(figure: dict[str, Any], axis: Axis, limits: Mapping[str, float | None]) -> dict[str, Any]:
    """A histogram with the lines of its limits."""
    shapes = [line(axis, limit, end) for end, limit in limits.items()]
    return {**figure, "layout": {**figure["layout"], "shapes": shapes}}


def _spans(axis: Axis, edges: Sequence[float]) -> list[str]:
    """From where to where each bar reaches, in words."""
    ends = [f"{each:,.0f}" if axis.log else f"{each:.4g}" for each in edges]
    return [f"{low} to {high}" for low, high in pairwise(ends)]
