import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from roots.page import figures
from roots.page.axes import Axis

AXIS = Axis(0, 1, 0.01, 2)
EDGES = [0.0, 0.5, 1.0]


def test_bars_are_counts_of_two_kinds_at_the_middle_of_their_bins() -> None:
    kept, dropped = figures.bars(AXIS, EDGES, ([3, 4], [0, 2]))["data"]
    assert kept["x"] == [0.25, 0.75]
    assert kept["width"] == [0.5, 0.5]
    # An empty bin draws nothing, not a line on the axis.
    assert (kept["y"], dropped["y"]) == ([3, 4], [None, 2])
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


CSS = Path(figures.__file__).parent / "assets" / "page.css"

WORDS = {
    "paper": ("ink", "quiet", "link"),
    "card": ("ink", "quiet", "link"),
    "soft": ("ink", "quiet", "link", "add", "remove"),
    "warn": ("ink", "link"),
    "accent": ("on-accent",),
}
"""Which colours words have, by what is under them."""

MARKS = {"paper": ("edge", "focus", "accent"), "card": ("edge", "focus", "accent", "kept", "dropped", "limit")}
"""Which colours bars, lines and the edges of what can be pressed have, by what is under them."""


def _colours(block: str) -> dict[str, str]:
    """The colours that a block of page.css names, as six hexadecimal digits."""
    found = dict(re.findall(r"--([a-z-]+): #([0-9a-f]{3,6})\b", block))
    return {name: value if len(value) == 6 else "".join(2 * each for each in value) for name, value in found.items()}


def _light(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_light(one), _light(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_computed_as_wcag_defines_it() -> None:
    assert _contrast("000000", "ffffff") == 21
    assert round(_contrast("777777", "ffffff"), 2) == 4.48


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("pairs", "least"), [(WORDS, 4.5), (MARKS, 3.0)])
def test_words_and_marks_stand_out_as_wcag_aa_asks(
    pairs: Mapping[str, tuple[str, ...]], least: float, *, dark: bool
) -> None:
    day, night = (_colours(block) for block in CSS.read_text(encoding="utf-8").split(":root {")[1:3])
    assert day.keys() == night.keys()
    colours = night if dark else day
    found = {(over, under): _contrast(colours[over], colours[under]) for under, some in pairs.items() for over in some}
    assert {pair: round(ratio, 2) for pair, ratio in found.items() if ratio < least} == {}
