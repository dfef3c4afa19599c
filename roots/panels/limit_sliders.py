"""The bounds of one filter as widgets: for each a switch, whether there is one, and a slider."""

from collections.abc import Callable
from math import log10
from typing import Any

from filters.table import Filter

Bounds = dict[str, float | None]
"""The bounds that a filter has, by end: "min", "max"; None is no bound."""

SAID = {"min": "keep from", "max": "keep up to"}

STEPS = 400
"""Steps of a slider: one is about a pixel of it."""

STRIP = {"width": "26em"}

NAME = {"width": "8em"}


class LimitSliders:
    """The sliders of the filter that is shown; `moved` is called with all its bounds when a person changes one.

    Words and perplexities differ by powers of ten, and so do the steps of their sliders. The number beside a slider
    can be typed over.
    """

    def __init__(self, moved: Callable[[Bounds], None]) -> None:
        import ipywidgets as widgets

        self.box = widgets.VBox()
        self.sliders: dict[str, Any] = {}
        self.switches: dict[str, Any] = {}
        self._moved = moved
        self._whole = False

    @property
    def bounds(self) -> Bounds:
        """The bounds as they stand."""
        return {end: self._value(end) if self.switches[end].value else None for end in self.sliders}

    def show(
        self, entry: Filter, bounds: Bounds, extent: tuple[float | None, float | None], *, applied: bool = True
    ) -> None:
        """Show the bounds of a filter; `extent` are the least and the largest value that was
        measured, None where none was."""
        import ipywidgets as widgets

        self._whole = entry.unit == "words"
        ends = [end for end in ("min", "max") if end in (entry.bound or "")]
        self.sliders, self.switches = {}, {}
        for end in ends:
            value = bounds[end]
            self.switches[end] = widgets.Checkbox(value is not None, description=SAID[end], indent=False, layout=NAME)
            self.sliders[end] = _slider(entry, value, [*extent, *(bounds[other] for other in ends)])
            for widget in (self.switches[end], self.sliders[end]):
                widget.disabled = not applied
                widget.observe(lambda _: self._moved(self.bounds), "value")
        self.box.children = [widgets.HBox([self.switches[end], self.sliders[end]]) for end in ends]

    def _value(self, end: str) -> float:
        value: float = self.sliders[end].value
        return round(value) if self._whole else float(f"{value:.6g}")


def _slider(entry: Filter, value: float | None, known: list[float | None]) -> Any:
    """A slider over the values that were measured and the bounds that there are."""
    import ipywidgets as widgets

    there = [each for each in known if each is not None and each == each]
    given = {"continuous_update": False, "layout": STRIP}
    if "0 to 1" in entry.unit:
        top = min(1.0, max(there, default=1.0) * 1.05) or 1.0
        first = top if value is None else value
        return widgets.FloatSlider(first, min=0, max=max(top, first), step=_step(top), readout_format=".4f", **given)
    last = log10(max([10.0, *there])) + 0.05
    start = 10.0**last if value is None else max(1.0, value)
    return widgets.FloatLogSlider(start, min=0, max=last, step=last / STEPS, readout_format=".0f", **given)


def _step(top: float) -> float:
    """The width of a step: round, and at most one of `STEPS` parts.

    >>> _step(1.0), _step(0.05)
    (0.002, 0.0001)
    """
    exact = top / STEPS
    power = 10.0 ** int(log10(exact) - 1)
    return next(float(f"{power * digit:.1g}") for digit in (10, 5, 2, 1) if power * digit <= exact)
