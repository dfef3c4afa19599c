"""Funnels as pictures: of each language what became of its documents, and how much each grouped cause put out."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipelines.verdict import ORDER
from roots import named
from roots.funnel import Idle, Line, ordered
from roots.own_names import english_name
from roots.panels.outliers import Loss

if TYPE_CHECKING:
    import altair

ROW = 18
"""Pixels of the row of a language."""

KEPT, OUT = "kept", "#4c78a8"

SHADES = ["#fffaf5", "#fdae6b", "#d94801", "#7f2704"]
"""From nothing to everything: ColorBrewer's Oranges (Harrower and Brewer 2003), from nearly white."""

MARK = "#111111"
"""The frame of a square that stands out."""


def heat_map(
    lines: Sequence[Line], names: Mapping[str, str], found: Sequence[Loss] = (), *, idle: Idle
) -> "altair.LayerChart":
    """A row for each language, a column for each cause: the darker, the greater the share of its documents that went.

    What stands out (`found`) has a black frame; a dash stands where a filter is not applied.
    """
    import altair as alt

    squares = _squares(lines, names, found, idle)
    labels = list(dict.fromkeys(each["language"] for each in squares))
    causes = list(dict.fromkeys(each["cause"] for each in squares))
    data = alt.InlineData(values=squares)
    place = {
        "x": alt.X("cause:N", sort=causes, title=None, axis=alt.Axis(orient="top", labelAngle=-40)),
        "y": alt.Y("language:N", sort=labels, title=None, axis=alt.Axis(labelLimit=260)),
    }
    scale = alt.Scale(range=SHADES, domain=[0, 1], interpolate="lab")
    shade = alt.Color("share:Q", scale=scale, title="of its documents", legend=alt.Legend(format=".0%"))
    shape = alt.Chart(data).mark_rect(stroke="white").encode(**place, color=shade)
    ink = alt.condition("datum.share > 0.55", alt.value("white"), alt.value("#111111"))
    text = alt.Chart(data).mark_text(fontSize=10).encode(**place, text="said:N", color=ink)
    frame = alt.Chart(data).transform_filter("datum.stands_out").mark_rect(fill=None, stroke=MARK, strokeWidth=2)
    whole = alt.LayerChart(layer=[shape, frame.encode(**place), text])
    drawn: alt.LayerChart = whole.properties(width=46 * len(causes), height=ROW * len(labels))
    return drawn


def bars(lines: Sequence[Line], names: Mapping[str, str]) -> "altair.Chart":
    """A bar for each language, cut into what put its documents out and what is kept."""
    import altair as alt

    became = [KEPT, *ordered({cause for line in lines for cause in line.dropped})]
    rows: list[dict[str, Any]] = [
        {"language": called(line.name, names), "became": what, "documents": documents, "order": place}
        for line in lines
        for place, what in enumerate(became)
        if (documents := line.kept if what == KEPT else line.dropped.get(what, 0))
    ]
    labels = list(dict.fromkeys(row["language"] for row in rows))
    x = alt.X("documents:Q", stack="normalize", title="of the documents", axis=alt.Axis(format="%", orient="top"))
    y = alt.Y("language:N", sort=labels, title=None, axis=alt.Axis(labelLimit=260))
    colours = alt.Scale(domain=became, range=[OUT, *_colours(len(became) - 1)])
    colour = alt.Color("became:N", scale=colours, title="kept, or put out by", sort=became)
    chart = alt.Chart(alt.InlineData(values=rows)).mark_bar(stroke="white", strokeWidth=0.5)
    whole = chart.encode(x=x, y=y, color=colour, order="order:Q")
    drawn: alt.Chart = whole.properties(width=520, height=ROW * len(labels))
    return drawn


def called(code: str | None, names: Mapping[str, str]) -> str:
    """A language as a row names it; one that is none of the corpus's by the name that CLDR gives it, if any.

    >>> called("yo", {"yo": "Yoruba"}), called("deu", {}), called(None, {})
    ('Yoruba (yo)', 'German (deu)', 'not known')
    """
    return named.both(code, names if code is None or code in names else {code: english_name(code) or code})


def _squares(
    lines: Sequence[Line], names: Mapping[str, str], found: Sequence[Loss], idle: Idle
) -> list[dict[str, Any]]:
    causes = ordered({*ORDER, *(cause for line in lines for cause in line.dropped)})
    marked = {(loss.lang, loss.cause) for loss in found}
    squares = []
    for line in lines:
        for cause in causes:
            out = line.dropped.get(cause, 0)
            share = out / max(1, line.documents)
            said = "–" if cause in idle.get(line.name or "", ()) else f"{100 * share:.0f}" if out else ""
            squares.append(
                {
                    "language": f"{called(line.name, names)} · {line.documents:,}",
                    "cause": cause.replace("_", " "),
                    "share": share,
                    "said": said,
                    "stands_out": (line.name, cause) in marked,
                }
            )
    return squares


def _colours(number: int) -> list[str]:
    """So many colours that are not that of what is kept: Tableau's twenty, the light ones last."""
    strong = ["#f58518", "#e45756", "#72b7b2", "#54a24b", "#eeca3b", "#b279a2", "#ff9da6", "#9d755d", "#bab0ac"]
    light = ["#ffbf79", "#88d27a", "#83bcb6", "#d6a5c9", "#fcbfd2", "#d8b5a5", "#79706e"]
    return [(strong + light)[place % 16] for place in range(number)]
