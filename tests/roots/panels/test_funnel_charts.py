"""Funnels as pictures: every language and cause has its square, and what stands out its frame."""

import pytest
import vl_convert

from roots.funnel import Line
from roots.panels import funnel_charts
from roots.panels.outliers import Loss
from roots.panels.widgets import picture

NAMES = {"yo": "Yoruba", "ar": "Arabic"}
LINES = [
    Line("ar", 100, {"stopwords": 30, "clean": 15}, 55, 0, 0),
    Line("deu", 4, {"language_id": 4}, 0, 0, 0),
    Line("yo", 200, {"duplicate": 1}, 199, 0, 0),
    Line(None, 0, {}, 0, 0, 0),
]
FOUND = [Loss("ar", "stopwords", 100, 30, "all languages", 8, 0.0, 0.1)]
IDLE = {"yo": {"flagged_words": "there is no list"}, "ar": {}}


def squares() -> dict[tuple[str, str], dict[str, object]]:
    chart = funnel_charts.heat_map(LINES, NAMES, FOUND, idle=IDLE).to_dict()
    [values] = chart["datasets"].values()
    return {(each["language"], each["cause"]): each for each in values}


def test_a_square_is_the_share_of_a_cause() -> None:
    found = squares()
    assert found["Arabic (ar) · 100", "stopwords"]["share"] == 0.3
    assert found["Arabic (ar) · 100", "clean"]["said"] == "15"
    assert found["German (deu) · 4", "language id"]["said"] == "100"
    assert found["Yoruba (yo) · 200", "duplicate"]["said"] == "0", "less than half of a hundredth is not nothing"
    assert found["not known · 0", "stopwords"]["said"] == ""


def test_what_is_not_applied_has_a_dash_and_every_filter_its_column() -> None:
    found = squares()
    assert found["Yoruba (yo) · 200", "flagged words"]["said"] == "–"
    assert found["Arabic (ar) · 100", "flagged words"]["said"] == ""
    causes = list(dict.fromkeys(cause for _, cause in found))
    assert causes[0] == "clean"
    assert causes[-3:] == ["language id", "perplexity", "duplicate"]


def test_what_stands_out_has_a_frame() -> None:
    assert [place for place, each in squares().items() if each["stands_out"]] == [("Arabic (ar) · 100", "stopwords")]
    drawn = picture(funnel_charts.heat_map(LINES, NAMES, FOUND, idle=IDLE), "a")
    without = picture(funnel_charts.heat_map(LINES, NAMES, [], idle=IDLE), "a")
    assert (drawn.count(f'stroke="{funnel_charts.MARK}"'), without.count(f'stroke="{funnel_charts.MARK}"')) == (1, 0)


def test_bars_add_up_to_what_came_in() -> None:
    chart = funnel_charts.bars(LINES, NAMES)
    [values] = chart.to_dict()["datasets"].values()
    assert sum(each["documents"] for each in values) == 304
    arabic = [(each["became"], each["documents"]) for each in values[:3]]
    assert arabic == [("kept", 55), ("clean", 15), ("stopwords", 30)]
    assert vl_convert.vegalite_to_svg(chart.to_dict()).startswith("<svg")


@pytest.mark.parametrize("number", [0, 3, 20])
def test_there_is_a_colour_for_each_cause(number: int) -> None:
    assert len(funnel_charts._colours(number)) == number
