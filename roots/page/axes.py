"""The axis that a histogram, its lines and its slider share: positions on it, and the values that they stand for.

Words stand on a logarithmic axis, for texts are of ten words and of a hundred thousand. Page.js computes the same.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import ceil, floor, log10
from typing import Any

STEPS = 200
"""Steps from end to end of an axis at least: one is less than two pixels of a phone's slider."""


@dataclass(frozen=True)
class Axis:
    """From `low` to `high` in positions, in steps of `step`; a value has `digits` decimals. A logarithmic position is
    the decimal logarithm of the value and one, so that 0 has one too."""

    low: float
    high: float
    step: float
    digits: int
    log: bool = False

    def at(self, value: float) -> float:
        """The position of a value.

        >>> Axis(0, 4, 0.01, 0, log=True).at(99)
        2.0
        """
        return log10(max(value, 0) + 1) if self.log else value

    def place(self, limit: float | None, end: str) -> float:
        """Where the handle of a limit stands: at the end of the axis where there is none, or where it lies beyond.

        >>> axis = Axis(0, 0.5, 0.001, 3)
        >>> axis.place(0.2, "min"), axis.place(None, "min"), axis.place(None, "max"), axis.place(0.9, "max")
        (0.2, 0, 0.5, 0.5)
        """
        if limit is None:
            return self.low if end == "min" else self.high
        return min(max(self.at(limit), self.low), self.high)

    def record(self) -> dict[str, Any]:
        """As JSON, for page.js."""
        return asdict(self)

    def ticks(self) -> dict[str, Any]:
        """Where marks stand on a logarithmic axis, as plotly takes them; nothing for another."""
        if not self.log:
            return {}
        values = [10**power for power in range(ceil(self.high) + 1)]
        return {"tickvals": [self.at(each) for each in values], "ticktext": [f"{each:,}" for each in values]}


def axis(edges: Sequence[float], *, log: bool) -> Axis:
    """The axis of a histogram, a little wider than its bins, so that a line can stand on either side of all of them.

    >>> axis([0.0, 0.1, 0.25], log=False)
    Axis(low=0.0, high=0.255, step=0.001, digits=3, log=False)
    """
    scale = Axis(0, 0, 0, 0, log=log)
    first, last = scale.at(edges[0]), scale.at(edges[-1])
    step, digits = _step(last - first or 1.0)
    low, high = floor(round(first / step, 6)) - 5, ceil(round(last / step, 6)) + 5
    # No measure is below 0.
    low = max(low, 0)
    return Axis(round(low * step, 9), round(high * step, 9), step, 0 if log else digits, log)


def _step(width: float) -> tuple[float, int]:
    """The step, a power of ten, and the decimals that it has."""
    power = floor(log10(width / STEPS))
    return 10.0**power, max(-power, 0)
