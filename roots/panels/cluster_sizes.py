"""How large clusters of copies are, by method, counted in the table of clusters; no text and no measure is read.

Memory is that of `PER_PART` rows, about 200 MB, however many documents there are: the table is read once for each part
of the rows, and a cluster is counted in the part that its lowest row is in.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pipelines import tables
from roots.pairs import clusters

if TYPE_CHECKING:
    import altair
    import pandas as pd

PER_PART = 50_000_000
"""Rows whose clusters are counted together, four bytes each."""

BOUNDS = (2, 3, 4, 5, 6, 11, 101, 1001)
"""The sizes with which rows of the table begin."""

COLUMNS = ("method", "size", "clusters", "documents")


def cluster_sizes(work: str) -> "pd.DataFrame":
    """How many clusters of each size there are: method, size ("2", "6 to 10"), clusters, documents in them.

    What a method found is counted with what those before it found, which is what the search joins. Raises FolderError
    where no copies were looked for.
    """
    import pandas as pd

    path, manifest = clusters(work)
    counted = _by_method(path, int(manifest.get("rows", 0)))
    rows = [(_named(methods), *row) for methods, sizes in counted for row in _banded(sizes)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def chart(sizes: "pd.DataFrame") -> "altair.Chart":
    """The table as bars: clusters of each size, on a scale of powers of ten, a colour for each method."""
    import altair as alt

    order = [_band(place) for place in range(len(BOUNDS))]
    methods = list(dict.fromkeys(sizes["method"]))
    x = alt.X("size:N", title="documents in a cluster", sort=order, axis=alt.Axis(labelAngle=0))
    y = alt.Y("clusters:Q", title="clusters", scale=alt.Scale(type="symlog"), axis=alt.Axis(tickMinStep=1, format="~s"))
    colour = alt.Color("method:N", title="found by", sort=methods)
    shape = alt.Chart(alt.InlineData(values=sizes.to_dict("records"))).mark_bar()
    beside = alt.XOffset("method:N", sort=methods)
    drawn: alt.Chart = shape.encode(x=x, xOffset=beside, y=y, color=colour).properties(width=520, height=220)
    return drawn


def _by_method(path: str, rows: int) -> Iterator[tuple[Sequence[str], Mapping[int, int]]]:
    """Each method with those before it, and how many clusters of each size they found."""
    methods = [name for name in tables.schema(path).names if name != "row"]
    for place, method in enumerate(methods):
        sizes = Counter[int]()
        for first in range(0, rows, PER_PART):
            sizes.update(_counted(path, method, first, min(PER_PART, rows - first)))
        yield methods[: place + 1], sizes


def _counted(path: str, method: str, first: int, rows: int) -> dict[int, int]:
    """How many clusters there are of each size of two and more, among those whose lowest row is one of these."""
    members = np.zeros(rows, dtype=np.int32)  # [rows]
    for batch in tables.batches(path, [method]):
        labels = batch.column(0).to_numpy() - first
        here, counts = np.unique(labels[(labels >= 0) & (labels < rows)], return_counts=True)
        members[here] += counts.astype(np.int32)
    sizes, counts = np.unique(members[members > 1], return_counts=True)
    return dict(zip(sizes.tolist(), counts.tolist(), strict=True))


def _banded(sizes: Mapping[int, int]) -> list[tuple[str, int, int]]:
    """The sizes by bands, those without a cluster left out: band, clusters, documents."""
    found: dict[int, list[int]] = {}
    for size, count in sorted(sizes.items()):
        band = found.setdefault(int(np.searchsorted(BOUNDS, size, side="right")) - 1, [0, 0])
        band[0] += count
        band[1] += size * count
    return [(_band(place), clusters, documents) for place, (clusters, documents) in found.items()]


def _band(place: int) -> str:
    """A band of sizes in words.

    >>> [_band(place) for place in (0, 4, 7)]
    ['2', '6 to 10', 'over 1,000']
    """
    first = BOUNDS[place]
    if place == len(BOUNDS) - 1:
        return f"over {first - 1:,}"
    last = BOUNDS[place + 1] - 1
    return f"{first:,}" if first == last else f"{first:,} to {last:,}"


def _named(methods: Sequence[str]) -> str:
    """A method as the table names it.

    >>> _named(["exact"]), _named(["exact", "url", "minhash"])
    ('exact', 'minhash, with exact, url')
    """
    *before, last = methods
    return f"{last}, with {', '.join(before)}" if before else last
