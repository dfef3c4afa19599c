from roots.page import figures
from roots.page.axes import Axis

AXIS = Axis(0, 1, 0.01, 2)
EDGES = [0.0, 0.5, 1.0]


def test_bars_are_counts_of_two_kinds_at_the_middle_of_their_bins() -> None:
    kept, dropped = figures.bars(AXIS, EDGES, ([3, 4], [0, 2]))["data"]
    assert kept["x"] == [0.25, 0.75]
    assert kept["width"] == [0.5, 0.5]
    assert (kept["y"], dropped["y"]) == ([3, 4], [0, 2])
    assert kept["customdata"] == ["0 to 0.5", "0.5 to 1"]
    assert (kept["name"], dropped["name"]) == ("kept", "dropped")


def test_kinds_can_have_other_names() -> None:
    drawn = figures.bars(AXIS, EDGES, ([1, 1], [1, 1]), ("now", "with your list"))
    assert [each["name"] for each in drawn["data"]] == ["now", "with your list"]


def test_a_line_stands_for_each_limit_and_its_label_stays_inside() -> None:
    drawn = figures.lined(figures.bars(AXIS, EDGES, ([1, 1], [1, 1])), AXIS, {"min": 0.2, "max": 0.9})
    low, high = drawn["layout"]["shapes"]
    assert (low["x0"], low["x1"], high["x0"]) == (0.2, 0.2, 0.9)
    assert (low["label"]["text"], low["label"]["xanchor"], high["label"]["xanchor"]) == ("0.2", "left", "right")
    assert low["line"]["dash"] == "dash"


def test_a_limit_outside_the_picture_says_so() -> None:
    assert figures.written(AXIS, 7) == "7 →"
    assert figures.written(Axis(0.5, 1, 0.01, 2), 0.1) == "← 0.1"


def test_a_picture_offers_nothing_but_its_lines() -> None:
    assert figures.CONFIG["edits"] == {"shapePosition": True}
    assert figures.CONFIG["displayModeBar"] is False
