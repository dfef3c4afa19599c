import pytest

from roots.page.axes import Axis, axis


def test_a_line_can_stand_on_either_side_of_all_bars() -> None:
    found = axis([0.2, 0.5, 0.9], log=False)
    assert found.low < 0.2
    assert found.high > 0.9
    assert found.place(None, "max") == found.high
    assert found.place(None, "min") == found.low


def test_no_axis_goes_below_nothing() -> None:
    assert axis([0.0, 0.001], log=False).low == 0


def test_a_limit_beyond_the_axis_stands_at_its_end() -> None:
    found = axis([0.0, 0.1], log=False)
    assert found.high < 0.2
    assert found.place(0.9, "max") == found.high


def test_steps_are_small_enough_for_a_slider() -> None:
    for width in (0.0004, 0.03, 0.7, 12, 90_000):
        found = axis([0.0, width], log=False)
        assert 200 <= (found.high - found.low) / found.step <= 2_100
        assert round(found.step, found.digits) == pytest.approx(found.step)


def test_words_stand_on_a_logarithm_with_marks_in_words() -> None:
    found = axis([0.0, 10.0, 100_000.0], log=True)
    assert found.at(0) == 0
    assert found.place(100_000, "max") == pytest.approx(5, abs=0.01)
    assert found.ticks()["ticktext"][:4] == ["1", "10", "100", "1,000"]
    assert found.record()["log"] is True


def test_a_measure_with_a_single_value_has_an_axis() -> None:
    found = axis([0.5, 0.5], log=False)
    assert found.low < 0.5 < found.high
    assert Axis(0, 1, 0.1, 1).ticks() == {}
