"""A tree map fills its box, each rectangle as large as its size, none over another."""

from hypothesis import given
from hypothesis import strategies as st

from roots.map.layout import Box, squarified

BOX = Box(10, 20, 640, 400)


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=40))
def test_areas_are_shares_of_the_box_and_do_not_overlap(sizes: list[float]) -> None:
    found = [box for box in squarified(sizes, BOX) if box is not None]
    assert len(found) == len(sizes)
    whole = BOX.width * BOX.height
    for size, box in zip(sizes, found, strict=True):
        assert abs(box.width * box.height / whole - size / sum(sizes)) < 1e-6
        assert box.x >= BOX.x - 1e-6
        assert box.y >= BOX.y - 1e-6
        assert box.x + box.width <= BOX.x + BOX.width + 1e-6
        assert box.y + box.height <= BOX.y + BOX.height + 1e-6
    for place, one in enumerate(found):
        for other in found[place + 1 :]:
            wide = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
            high = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
            assert min(wide, high) < 1e-6


def test_the_largest_comes_first_and_equal_ones_are_nearly_square() -> None:
    found = squarified([1, 6, 1], BOX)
    assert found[1] is not None
    assert (found[1].x, found[1].y) == (BOX.x, BOX.y)
    for box in squarified([1] * 12, BOX):
        assert box is not None
        assert 0.4 < box.width / box.height < 2.5


def test_what_has_no_size_has_no_place() -> None:
    assert squarified([0, 3, 0], BOX) == [None, BOX, None]
    assert squarified([], BOX) == []


def test_a_box_with_a_head_is_smaller_inside() -> None:
    assert BOX.inside(top=24, side=2) == Box(12, 44, 636, 374)
    assert Box(0, 0, 3, 3).inside(top=24, side=2) == Box(2, 24, 0.0, 0.0)
