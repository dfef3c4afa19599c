"""A histogram of a measure as a picture: what its filter keeps and drops, and a line where each limit is."""

from collections.abc import Mapping, Sequence
from math import log10
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair

    from roots.histogram import Histogram

COLOURS = {"keeps": "#4c78a8", "drops": "#eeca3b"}
"""Blue and yellow, which all kinds of eyes tell apart."""

LINE = "#d62728"

SIZE = (640, 240)
"""Width and height in pixels."""

ROOM = 0.03
"""Of the width, left free beside the outermost bar or line."""


NARROW = 0.2
"""The least part of the width that the bars take: a limit so far from them that they would take less is only named."""


def chart(found: "Histogram") -> "altair.LayerChart":
    """The bars, and a dashed line at each limit with its number, also where it lies beside the values that are shown.

    Words stand on a scale by powers of ten. A limit far from all values is named at the edge, with an arrow.
    """
    import altair as alt

    shown = [float(found.edges[0]), float(found.edges[-1])]
    ends = {name: float(end) for name, end in (("min", found.min), ("max", found.max)) if end is not None}
    near = [end for end in ends.values() if found.log or _near(end, shown)]
    low, high = _domain([*shown, *near], log=found.log)
    scale = alt.Scale(type="log" if found.log else "linear", domain=[low, high], nice=False)
    title = f"{found.measure.replace('_', ' ')}, {found.unit}"
    x = alt.X("from:Q", title=title, scale=scale, axis=alt.Axis(tickCount=8, labelFlush=False, grid=False))
    y = alt.Y("base:Q", title="documents", axis=alt.Axis(tickMinStep=1, format="~s"))
    colours = alt.Scale(domain=list(COLOURS), range=list(COLOURS.values()))
    colour = alt.Color("filter:N", title="this filter", scale=colours)
    bars = alt.Chart(alt.InlineData(values=rows(found, low))).mark_rect(stroke="white", strokeWidth=0.5)
    layers: list[Any] = [bars.encode(x=x, x2="to:Q", y=y, y2="top:Q", color=colour)]
    for name, end in ends.items():
        layers += _line(name, end, (low, high), scale)
    drawn: alt.LayerChart = alt.LayerChart(layer=layers).properties(width=SIZE[0], height=SIZE[1])
    return drawn


def _line(name: str, end: float, domain: tuple[float, float], scale: "altair.Scale") -> list[Any]:
    """A limit: its line, and its number beside it; the number alone where it lies outside of the picture."""
    import altair as alt

    low, high = domain
    at = min(max(end, low), high)
    inside = low <= end <= high or scale.type == "log"
    middle = (low * high) ** 0.5 if scale.type == "log" else (low + high) / 2
    arrow = "" if inside else "← " if end < low else "→ "
    place = alt.Chart(alt.InlineData(values=[{"limit": at, "name": f"{arrow}{name} {end:,g}"}])).encode(
        x=alt.X("limit:Q", scale=scale)
    )
    side: dict[str, Any] = {"align": "left", "dx": 4} if at < middle else {"align": "right", "dx": -4}
    text = place.mark_text(color=LINE, dy=-7, **side).encode(y=alt.value(0), text="name:N")
    return [place.mark_rule(color=LINE, strokeWidth=2, strokeDash=[6, 4]), text] if inside else [text]


def rows(found: "Histogram", low: float) -> list[Mapping[str, Any]]:
    """A row for each bar that is not empty: from and to, and from which to which number of documents; what is dropped
    stands on what is kept. Nothing begins below `low`, the end of the scale."""
    bars: list[Mapping[str, Any]] = []
    columns = (found.edges[:-1].tolist(), found.edges[1:].tolist(), found.kept.tolist(), found.dropped.tolist())
    for start, end, keeps, drops in zip(*columns, strict=True):
        for said, base, top in (("keeps", 0, keeps), ("drops", keeps, keeps + drops)):
            if top > base and end > low:
                bars.append({"from": max(start, low), "to": end, "base": base, "top": top, "filter": said})
    return bars


def _near(end: float, shown: Sequence[float]) -> bool:
    """Whether the bars keep their part of the width where a limit is drawn too."""
    return (shown[-1] - shown[0]) >= NARROW * (max(*shown, end) - min(*shown, end))


def _domain(known: Sequence[float], *, log: bool) -> tuple[float, float]:
    """Both ends of the scale, with some room beside what is known."""
    if log:
        # A text without a word is drawn at half a word.
        low, high = (log10(max(value, 0.5)) for value in (min(known), max(known)))
        room = max(high - low, 0.1) * ROOM
        return float(10 ** (low - room)), float(10 ** (high + room))
    room = max(max(known) - min(known), 1e-6) * ROOM
    return (min(known) - room if min(known) != 0 else 0.0), max(known) + room
