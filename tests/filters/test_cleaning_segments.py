"""Segments are joined by transcript, in the order of their numbers."""

from typing import Any

import pytest

from filters.cleaning_documents import Document
from filters.cleaning_segments import concatenate_lm_fr_ester, segment
from tests.filters import cleaning_cases


@pytest.mark.parametrize("case", cleaning_cases.of("source", {"concatenate_lm_fr_ester"}), ids=cleaning_cases.name)
def test_segments_are_joined_as_in_the_cases(case: dict[str, Any]) -> None:
    cleaning_cases.check_source(case)


def test_meta_of_a_joined_document_is_the_transcripts_name() -> None:
    found = concatenate_lm_fr_ester([Document("1", "x", {"id": "d_id_1", "other": 1}), Document("2", "y", {"id": "d"})])
    assert [outcome.meta for outcome in found] == [{"id": "d"}, None]


@pytest.mark.parametrize("id", ["", "a", "a_id_", "a_id_x", "a_id_1_id_2", 7, None, "a_id_" + "9" * 5000])
def test_what_is_no_segment(id: object) -> None:
    assert segment({"id": id}) is None
