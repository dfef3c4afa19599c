"""What sources have in common, as a picture: a heat map in SVG, or that as PNG.

The picture is text: its labels are drawn by whatever shows it, in its fonts, with right-to-left names in their order.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from roots.folders import FolderError
from roots.map.picture import clean, width
from roots.markup import filled

MOST = 500
"""Sources of a picture at most: those of which the most bytes have a copy."""

CELL = (8, 40)
"""Width of a square in pixels, at least and at most."""

WIDE = 900
"""Pixels that the squares of a row take together, where they need not be smaller or larger than CELL."""

READABLE = 26
"""From this width on a square has its number in it."""

LABEL = 64
"""Characters of a label at most."""

LIGHT, DARK = (222, 235, 247), (8, 48, 107)
"""The colours of 0% and 100%: the ends of ColorBrewer's Blues (Harrower and Brewer 2003)."""

LEGEND = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True)
class Line:
    """Documents and bytes of one source, or language, that have a copy in another, and how many it has in all.

    Where both are the same, that have another copy there. Bytes are those of the stored text in UTF-8.
    """

    source: str
    other: str
    documents: int
    bytes: int
    all_documents: int
    all_bytes: int

    @property
    def share(self) -> float:
        """The part of the bytes of the source that has a copy, in [0, 1]."""
        return self.bytes / self.all_bytes if self.all_bytes else 0.0

    @property
    def share_of_documents(self) -> float:
        """The part of its documents, in [0, 1]."""
        return self.documents / self.all_documents if self.all_documents else 0.0

    def told(self) -> str:
        """Documents and bytes with their shares, in two lines."""
        documents, size = f"{self.documents:,}", f"{megabytes(self.bytes)} MB"
        return f"{documents} ({self.share_of_documents:.1%})\n{size} ({self.share:.1%})"


def svg(what: str, keys: Sequence[str], lines: Sequence[Line], *, label: Callable[[str], str], note: str = "") -> str:
    """The heat map: a row for each source, by `label`, and a column for each in which copies of its documents are."""
    shown = _largest(keys, lines)
    places = {key: place for place, key in enumerate(shown)}
    cell = max(CELL[0], min(CELL[1], WIDE // max(1, len(shown))))
    font = min(13.0, cell * 0.8)
    labels = [_cut(label(key)) for key in shown]
    heads = [_cut(key or label(key)) for key in shown]
    left, top = max(40, _margin(labels, font)), _margin(heads, font) + 84
    cells = [
        _square(each, left + places[each.other] * cell, top + places[each.source] * cell, cell=cell, label=label)
        for each in lines
        if each.source in places and each.other in places
    ]
    values: dict[str, Any] = {
        "what": what,
        "note": note,
        "left_out": len(keys) - len(shown),
        "labels": labels,
        "heads": heads,
        "cells": cells,
        "cell": cell,
        "font": f"{font:g}",
        "left": left,
        "top": top,
        "side": cell * len(shown),
        "width": max(left + cell * len(shown) + 24, 760),
        "height": top + cell * len(shown) + 24,
        "legend": [(f"{share:.0%}", colour(share)) for share in LEGEND],
    }
    return filled("overlap.svg.j2", values)


def png(picture: str) -> bytes:
    """An SVG picture as PNG. Raises FolderError where the package that draws it is not installed."""
    try:
        import vl_convert
    except ImportError:
        raise FolderError(
            "a .png picture needs vl-convert-python: pip install vl-convert-python, or choose a name that ends in .svg"
        ) from None
    # One of hundreds of sources is large enough as it is.
    return bytes(vl_convert.svg_to_png(picture, scale=2 if len(picture) < 200_000 else 1))


def megabytes(size: int) -> str:
    """Bytes in megabytes of 1,000,000, with more decimals where there are few.

    >>> megabytes(98_765_432_100), megabytes(1_234_567), megabytes(2_340)
    ('98,765.4', '1.23', '0.0023')
    """
    decimals = 1 if size >= 10_000_000 else 2 if size >= 100_000 else 4
    return f"{size / 1e6:,.{decimals}f}"


def colour(share: float) -> str:
    """The colour of a share.

    >>> colour(0), colour(1)
    ('#deebf7', '#08306b')
    """
    mixed = (round(light + (dark - light) * share) for light, dark in zip(LIGHT, DARK, strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _largest(keys: Sequence[str], lines: Sequence[Line]) -> list[str]:
    """The sources that are drawn, in the order given."""
    shared: dict[str, int] = dict.fromkeys(keys, 0)
    for each in lines:
        shared[each.source] += each.bytes
    first = frozenset(sorted(keys, key=lambda key: -shared[key])[:MOST])
    return [key for key in keys if key in first]


def _square(each: Line, x: int, y: int, *, cell: int, label: Callable[[str], str]) -> dict[str, Any]:
    other = "itself" if each.source == each.other else label(each.other)
    return {
        "x": x,
        "y": y,
        "fill": colour(each.share),
        "ink": "#ffffff" if each.share > 0.45 else "#111111",
        "number": _percent(each.share) if cell >= READABLE else "",
        "itself": each.source == each.other,
        "says": clean(f"{label(each.source)} in {other}: {', '.join(each.told().splitlines())}"),
    }


def _percent(share: float) -> str:
    return "<1" if 0 < share < 0.01 else f"{share:.0%}".removesuffix("%")


def _cut(text: str) -> str:
    text = clean(text)
    return text if len(text) <= LABEL else f"{text[: LABEL - 1]}…"


def _margin(labels: Sequence[str], font: float) -> int:
    """Pixels that the widest of some labels takes, about, and a little more."""
    return round(max(map(width, labels), default=0) * font * 0.62 + 12)
