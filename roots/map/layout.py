"""The squarified tree map of Bruls, Huizing and van Wijk (2000): rectangles as near to squares as may be.

The page lays its tree map out by the same rule, in `templates/map_layout.js`.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels, from its upper left corner."""

    x: float
    y: float
    width: float
    height: float

    def inside(self, *, top: float, side: float) -> "Box":
        """What is left of it without so much at the top, and at the other sides."""
        width, height = self.width - 2 * side, self.height - top - side
        return Box(self.x + side, self.y + top, max(0.0, width), max(0.0, height))


def squarified(sizes: Sequence[float], box: Box) -> list[Box | None]:
    """The rectangle of each size in a box, the largest first from the upper left; None for what has no size.

    >>> squarified([2, 1, 1, 0], Box(0, 0, 20, 10))[0], squarified([0], Box(0, 0, 1, 1))
    (Box(x=0, y=0.0, width=10.0, height=10.0), [None])
    """
    found: list[Box | None] = [None] * len(sizes)
    order = sorted((number for number, size in enumerate(sizes) if size > 0), key=lambda number: -sizes[number])
    total = sum(sizes[number] for number in order)
    areas = {number: sizes[number] * box.width * box.height / total for number in order}
    rest, place = box, 0
    while place < len(order):
        side = min(rest.width, rest.height)
        end = place + 1
        while end < len(order) and _worst(areas, order[place : end + 1], side) <= _worst(areas, order[place:end], side):
            end += 1
        rest = _placed(areas, order[place:end], rest, found)
        place = end
    return found


def _worst(areas: dict[int, float], row: Sequence[int], side: float) -> float:
    """The worst ratio of sides in a row of rectangles along a side."""
    total = sum(areas[number] for number in row)
    square = side * side
    most, least = max(areas[number] for number in row), min(areas[number] for number in row)
    return max(square * most / total**2, total**2 / (square * least)) if square and least else float("inf")


def _placed(areas: dict[int, float], row: Sequence[int], box: Box, found: list[Box | None]) -> Box:
    """Put a row along the shorter side of a box; what is left of the box."""
    total = sum(areas[number] for number in row)
    upright = box.width >= box.height
    length = box.height if upright else box.width
    thick = total / length if length else 0.0
    along = 0.0
    for number in row:
        part = areas[number] / thick if thick else 0.0
        found[number] = Box(box.x, box.y + along, thick, part) if upright else Box(box.x + along, box.y, part, thick)
        along += part
    if upright:
        return Box(box.x + thick, box.y, max(0.0, box.width - thick), box.height)
    return Box(box.x, box.y + thick, box.width, max(0.0, box.height - thick))
