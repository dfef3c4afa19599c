"""Lines that a source shares go: which they are is held to cases."""

from typing import Any

import pytest

from filters.cleaning_documents import Document
from filters.cleaning_templates import SAMPLE, TEMPLATES, common_lines, dedup_seed_lines, most_pages, rank, sample
from tests.filters import cleaning_cases


@pytest.mark.parametrize("case", cleaning_cases.of("source", {*TEMPLATES, "dedup_seed_lines"}), ids=cleaning_cases.name)
def test_lines_that_go_are_those_of_the_cases(case: dict[str, Any]) -> None:
    cleaning_cases.check_source(case)


def test_the_sample_are_the_pages_that_come_first_by_rank() -> None:
    documents = [Document(str(number), str(number)) for number in range(SAMPLE + 50)]
    drawn = sample(documents)
    assert len(drawn) == SAMPLE
    assert set(drawn) == {each.id for each in sorted(documents, key=lambda each: rank(each.id))[:SAMPLE]}
    assert sample(documents[::-1]) == drawn


@pytest.mark.parametrize(("pages", "stands_on", "goes"), [(1000, 10, False), (1000, 11, True), (1100, 11, False)])
def test_a_line_goes_when_it_is_on_more_than_ten_pages_and_one_in_a_hundred(
    pages: int, stands_on: int, *, goes: bool
) -> None:
    texts = [f"{number}\nmenu" if number < stands_on else str(number) for number in range(pages)]
    assert ("menu" in common_lines(texts)) is goes


def test_the_limit_is_ten_pages_up_to_a_thousand() -> None:
    assert most_pages(0) == most_pages(1000) == 10
    assert most_pages(10_000) == 100


def test_lines_common_in_the_sample_go_from_all_pages() -> None:
    pages = [Document(str(number), f"首页\n{number}") for number in range(SAMPLE + 20)]
    assert all(found.text == each.id for found, each in zip(dedup_seed_lines(pages), pages, strict=True))
