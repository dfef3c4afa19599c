"""One of a thing is not called many."""

import pytest

from pipelines.counted import noun_of, several


@pytest.mark.parametrize(
    ("number", "noun", "said"),
    [
        (0, "benchmark", "0 benchmarks"),
        (1, "cluster", "1 cluster"),
        (2000, "copy", "2,000 copies"),
        (1, "entry", "1 entry"),
    ],
)
def test_a_number_and_its_noun(number: int, noun: str, said: str) -> None:
    assert several(number, noun) == said
    assert said.endswith(noun_of(number, noun))
