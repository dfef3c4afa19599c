"""How a measure is distributed over the documents of a language, and which of them its filter drops.

Counted over every document that the filters judge. Values far from the middle are not shown, as in the original app
for setting thresholds (ROOTS, visualization.py): further than 9 median absolute deviations from the median, where the
median is not 0. Numbers of words are shown on a logarithmic scale, and how far from the middle is taken there too.
The limit in force is always within what is shown, and so are the values between it and the others.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lang_params.settings import Setting
from pipelines.verdict import ORDER
from roots.cards.tables import interval
from roots.inspect_index import Index
from roots.trial import Limit, Limits
from roots.what_if import UNITS, Asked, chosen, failing

if TYPE_CHECKING:
    import altair

FURTHEST = 9.0
"""Median absolute deviations from the median beyond which a value is not shown (ROOTS, visualization.py)."""

BINS = 50
"""Bins that are shown (ROOTS, visualization.py)."""

SAMPLED = 4_000_000
"""Values of which the median is taken at most, 32 MB: of more documents every second, third ... one of a block. What
is counted is counted of all."""

NO_LIMIT = 1_000_000
"""A limit beyond this is as good as none, and is not held by what is shown: texts have fewer words, and a share is at
most 1."""

LOGARITHMIC = ("number_words",)
"""Measures that are shown on a logarithmic scale: texts of ten and of ten thousand words are alike frequent."""


@dataclass(frozen=True)
class Histogram:
    """A measure in one language: documents that its filter keeps and drops, whatever other filters do, [bins] each.

    `edges` are [bins + 1]; a bin holds the values from its left edge up to its right one, the last one that one too.
    For numbers of words they are whole, and there may be fewer bins than were asked for. `below` and `above` are
    documents outside of what is shown, `alone` all that the filter drops, those included; `documents` are all that the
    filters judge, `measured` those of which the measure was taken. `least` and `most` are its range, None without any.
    """

    measure: str
    unit: str
    lang: str
    language: str
    limit: Limit
    edges: NDArray[np.float64]
    kept: NDArray[np.int64]
    dropped: NDArray[np.int64]
    below: int = 0
    above: int = 0
    alone: int = 0
    documents: int = 0
    measured: int = 0
    least: float | None = None
    most: float | None = None
    log: bool = field(default=False)

    @property
    def min(self) -> float | None:
        """The lower bound of the interval that is kept."""
        return self.limit.min

    @property
    def max(self) -> float | None:
        """The upper bound."""
        return self.limit.max

    def __str__(self) -> str:
        measured = f"{self.measured:,} of {self.documents:,} documents measured"
        said = [f"{self.measure}, {self.language} ({self.lang}), {self.unit}: {measured}"]
        if self.least is not None and self.most is not None:
            said.append(f"from {self.least:,.6g} to {self.most:,.6g}")
            said.append(f"keeps {interval(Setting(min=self.min, max=self.max))}")
            said.append(f"this filter alone drops {self.alone:,} ({self.alone / self.documents:.1%})")
        if self.below or self.above:
            said.append(f"not shown: {self.below:,} below, {self.above:,} above")
        return "; ".join(said)

    def _repr_html_(self) -> str:
        from roots.panels.widgets import picture, said

        return str(said(str(self))) + (str(picture(self.chart(), str(self))) if self.measured else "")

    def chart(self) -> "altair.LayerChart":
        """The bars of kept and dropped documents, and a line at each limit with its value, for a notebook."""
        from roots.panels.histogram_chart import chart

        return chart(self)


def histogram(index: Index, measure: str, named: tuple[str, str], then: Limits, how: tuple[int, Asked]) -> Histogram:
    """Count a measure of one language, given with its name, under some limits: in so many bins, of what is asked."""
    (lang, language), (bins, asked) = named, how
    log = measure in LOGARITHMIC
    held = [end for end in index.limits[lang][measure].ends if abs(end) <= NO_LIMIT]
    edges = _edges(_some(index, measure, lang, asked), bins, log=log, held=held)
    kept, dropped = np.zeros(len(edges) - 1, np.int64), np.zeros(len(edges) - 1, np.int64)
    counts = dict.fromkeys(("below", "above", "alone", "documents", "measured"), 0)
    ranges: list[float] = []
    bit = np.uint8(1 << ORDER.index(measure))
    others = {name: limit for name, limit in index.limits[lang].items() if name != measure}
    for block in index.blocks(lang, asked.source):
        values = index.read(block, [measure])[measure]
        drops = (failing(index, block, index.limits[lang], {**others, measure: then[measure]}) & bit) > 0
        rows = chosen(index, block, asked.signal)
        if rows is not None:
            values, drops = values[rows], drops[rows]
        taken = ~np.isnan(values)
        counts["documents"] += len(values)
        counts["alone"] += int(drops.sum())
        values, drops = values[taken], drops[taken]
        if not len(values):
            continue
        ranges += [float(values.min()), float(values.max())]
        counts["measured"] += len(values)
        counts["below"] += int((values < edges[0]).sum())
        counts["above"] += int((values > edges[-1]).sum())
        dropped += np.histogram(values[drops], edges)[0]
        kept += np.histogram(values[~drops], edges)[0]
    least, most = (min(ranges), max(ranges)) if ranges else (None, None)
    limit = then[measure]
    return Histogram(
        measure, UNITS[measure], lang, language, limit, edges, kept, dropped, **counts, least=least, most=most, log=log
    )


def _some(index: Index, measure: str, lang: str, asked: Asked) -> NDArray[np.float64]:
    """The values by which it is decided what is shown, [values] float64."""
    blocks = index.blocks(lang, asked.source)
    step = 1 + sum(block.judged for block in blocks) // SAMPLED
    found = [np.empty(0)]
    for block in blocks:
        values = index.read(block, [measure])[measure]
        rows = chosen(index, block, asked.signal)
        found.append((values if rows is None else values[rows])[::step])
    values = np.concatenate(found)
    return values[~np.isnan(values)]


def _edges(values: NDArray[np.float64], bins: int, *, log: bool, held: Sequence[float] = ()) -> NDArray[np.float64]:
    """The edges of the bins, by the values that are there and the limits in force, `held`, and not by any trial."""
    scaled = np.log1p(values) if log else values
    middle = float(np.median(scaled)) if len(scaled) else 0.0
    if middle != 0:
        far = np.abs(scaled - middle)
        scaled = scaled[far <= FURTHEST * float(np.median(far))]
    shown = np.concatenate([scaled if len(scaled) else [0.0, 1.0], np.log1p(held) if log else held])
    low, high = float(shown.min()), float(shown.max())
    if not log:
        return np.linspace(low, high if high > low else low + 1.0, bins + 1)
    edges: NDArray[np.float64] = np.unique(np.round(np.expm1(np.linspace(low, high, bins + 1))))
    return edges if len(edges) > 1 else np.array([edges[0], edges[0] + 1.0])
