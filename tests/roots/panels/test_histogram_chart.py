"""A histogram as a picture: every document in a bar, every limit a line or a word."""

from typing import Any

import numpy as np
import pytest

from roots.histogram import Histogram
from roots.panels.histogram_chart import COLOURS, LINE, chart
from roots.panels.widgets import picture
from roots.trial import Limit


def histogram(edges: list[float], limit: Limit, *, log: bool = False) -> Histogram:
    """Of each bin three are kept and one is dropped, but for the last, of which none is."""
    kept = np.full(len(edges) - 1, 3)
    dropped = np.append(np.ones(len(edges) - 2, np.int64), 0)
    unit = "words" if log else "share of the words, 0 to 1"
    return Histogram("stopwords", unit, "yo", "Yoruba", limit, np.array(edges), kept, dropped, log=log)


def drawn(found: Histogram) -> tuple[list[dict[str, Any]], list[str], tuple[float, float]]:
    """The bars, what stands at the limits, and the ends of the scale."""
    spec = chart(found).to_dict()
    bars, *limits = spec["datasets"].values()
    words = list(dict.fromkeys(each["name"] for [each] in limits))
    return bars, words, tuple(spec["layer"][0]["encoding"]["x"]["scale"]["domain"])


def test_what_is_dropped_stands_on_what_is_kept() -> None:
    bars, words, _ = drawn(histogram([0.0, 0.5, 1.0], Limit(applied=True, min=0.25)))
    assert [(each["from"], each["base"], each["top"], each["filter"]) for each in bars] == [
        (0.0, 0, 3, "keeps"),
        (0.0, 3, 4, "drops"),
        (0.5, 0, 3, "keeps"),
    ]
    assert words == ["min 0.25"]


def test_a_limit_beside_the_values_has_its_line() -> None:
    found = histogram([0.4, 0.5, 0.6], Limit(applied=True, min=0.16))
    _, words, (low, high) = drawn(found)
    assert low < 0.16
    assert 0.6 < high < 0.7
    assert words == ["min 0.16"]
    svg = picture(chart(found), "a")
    assert svg.count(f'stroke="{LINE}"') == 1
    assert all(colour in svg for colour in COLOURS.values())


@pytest.mark.parametrize(("limit", "word"), [(Limit(True, None, 90.0), "→ max 90"), (Limit(True, -90.0), "← min -90")])
def test_a_limit_far_from_all_values_is_named(limit: Limit, word: str) -> None:
    found = histogram([0.4, 0.5, 0.6], limit)
    _, words, (low, high) = drawn(found)
    assert 0.3 < low < high < 0.7
    assert words == [word]
    assert f'stroke="{LINE}"' not in picture(chart(found), "a")


def test_words_stand_by_powers_of_ten_and_no_text_is_lost() -> None:
    found = histogram([0.0, 3.0, 1000.0], Limit(applied=True, min=10, max=100_000), log=True)
    bars, words, (low, high) = drawn(found)
    assert sum(each["top"] - each["base"] for each in bars) == 7
    assert 0 < low < 0.5
    assert all(each["from"] >= low for each in bars)
    assert high > 100_000
    assert words == ["min 10", "max 100,000"]


def test_values_that_are_all_the_same_are_drawn() -> None:
    _, words, (low, high) = drawn(histogram([0.0, 1.0], Limit(applied=True)))
    assert low < high
    assert words == []
