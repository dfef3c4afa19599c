"""Cards have lengths, first digits and groupings of their own; other numbers with the same check digit are none."""

import pytest

from filters.payment_cards import counts


@pytest.mark.parametrize(
    "number",
    ["4111111111111111", "4111-1111-1111-1111", "5555 5555 5555 4444", "2223 0031 2200 3222", "3782 822463 10005",
     "3056 930902 5904", "6011 1111 1111 1117", "3530 1113 3330 0000"],
)  # fmt: skip
def test_cards(number: str) -> None:
    assert counts(number, 0, len(number))
    assert counts(f"({number}).", 1, 1 + len(number))


@pytest.mark.parametrize(
    "number",
    ["4222222222222", "9999999999999995", "4111 111111111111", "4111 1111-1111 1111", "0000000000000000"],
)
def test_no_cards(number: str) -> None:
    assert not counts(number, 0, len(number))


@pytest.mark.parametrize("line", ["0.{}", "{}.25", "id={}", "/{}/", "{} 1234", "12 {}", "{}%"])
def test_a_number_that_is_part_of_something_is_none(line: str) -> None:
    number = "4111111111111111"
    start = line.index("{}")
    assert not counts(line.format(number), start, start + len(number))
