"""Histograms: values counted in fine bins, from which quantiles and coarser histograms are read.

Counts of parts add up to the counts of the whole, which quantiles do not, so a corpus of any size is described in a
memory that depends on the number of bins alone. The price is that a quantile is known to within one bin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Counts = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True)
class Scale:
    """`bins` bins from `low` to `high`, equally wide or, with `log`, each as many times as large as the one before.

    What lies outside counts in the first or last bin.
    """

    low: float
    high: float
    bins: int
    log: bool = False

    def place(self, values: NDArray[np.float64]) -> NDArray[np.int64]:
        """The bin of each value, [values] int64. A value on an edge is in the bin above it.

        >>> Scale(0, 1, 10).place(np.array([0, 0.15, 0.3, 1, 7, -1])).tolist()
        [0, 1, 3, 9, 9, 0]
        >>> Scale(1, 1000, 3, log=True).place(np.array([0, 1, 9.9, 10, 999])).tolist()
        [0, 0, 0, 1, 2]
        """
        found = np.searchsorted(self.edges(), values, side="right") - 1
        return np.clip(found, 0, self.bins - 1).astype(np.int64)

    def edges(self) -> NDArray[np.float64]:
        """The ends of the bins, [bins + 1] float64, each the nearest float to what it should be.

        >>> Scale(0, 1, 4).edges().tolist(), Scale(1, 100, 2, log=True).edges().tolist()
        ([0.0, 0.25, 0.5, 0.75, 1.0], [1.0, 10.0, 100.0])
        """
        steps = np.arange(self.bins + 1)
        if self.log:
            found = self.low * (self.high / self.low) ** (steps / self.bins)
        else:
            found = self.low + (self.high - self.low) * steps / self.bins
        return np.array(found, np.float64)

    def count(self, values: NDArray[np.float64]) -> Counts:
        """How many values each bin holds, [bins] int64."""
        return np.bincount(self.place(values), minlength=self.bins).astype(np.int64)


def quantiles(counts: Counts, scale: Scale, shares: Sequence[float]) -> list[float]:
    """The values below which these shares of all values lie, as far as bins tell; none where nothing was counted.

    Within a bin values are taken to be spread evenly, or, on a scale of ratios, evenly by ratio.

    >>> [round(value, 2) for value in quantiles(np.array([1, 1, 2, 0]), Scale(0, 4, 4), [0, 0.25, 0.5, 1])]
    [0.0, 1.0, 2.0, 3.0]
    """
    total = int(counts.sum())
    if not total:
        return []
    edges = np.log(scale.edges()) if scale.log else scale.edges()
    ends = np.cumsum(counts)
    found = []
    for share in shares:
        wanted = share * total
        place = min(int(np.searchsorted(ends, wanted)), scale.bins - 1)
        while not counts[place]:
            place += 1
        inside = (wanted - (ends[place] - counts[place])) / counts[place]
        value = edges[place] + (edges[place + 1] - edges[place]) * min(max(inside, 0.0), 1.0)
        found.append(float(np.exp(value)) if scale.log else float(value))
    return found


@dataclass(frozen=True)
class View:
    """Which fine bins a picture shows, from `first` on, `width` of them in each of its bins."""

    first: int
    width: int
    bins: int

    def shown(self, counts: Counts) -> list[int]:
        """The counts of the picture's bins."""
        end = self.first + self.width * self.bins
        part = np.zeros(self.width * self.bins, np.int64)
        held = counts[self.first : end]
        part[: len(held)] = held
        return [int(value) for value in part.reshape(self.bins, self.width).sum(axis=1)]

    def ends(self, scale: Scale) -> tuple[float, float]:
        """The values at which the picture begins and ends."""
        edges = scale.edges()
        return float(edges[self.first]), float(edges[min(self.first + self.width * self.bins, scale.bins)])


def view(counts: Counts, scale: Scale, bins: int, marks: Sequence[float], *, share: float = 0.995) -> View:
    """The bins that show nearly all values, all but `1 - share` of them at each end, and the marks whole.

    A scale must have a multiple of `bins` bins, or the last bins of a picture are empty.
    """
    found = np.flatnonzero(counts)
    if not len(found):
        return View(0, max(1, scale.bins // bins), bins)
    ends = np.cumsum(counts)
    total = int(ends[-1])
    low = int(np.searchsorted(ends, (1 - share) * total, side="right"))
    high = int(np.searchsorted(ends, share * total))
    marked = scale.place(np.array(marks, np.float64)).tolist()
    # Beside a mark something has to be seen of the side that it drops.
    low = min([low, *(place - 1 for place in marked)])
    high = max([high, *(place + 1 for place in marked)])
    low, high = max(low, 0), min(high, scale.bins - 1)
    width = max(1, -(-(high + 1 - low) // bins))
    first = max(0, min(low, scale.bins - width * bins))
    return View(first, width, bins)
