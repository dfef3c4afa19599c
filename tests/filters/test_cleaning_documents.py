"""Keepers keep to their cases; what they see of a document's other fields is where ROOTS has it."""

from typing import Any

import pytest

from filters import cleaning
from filters.cleaning_documents import described
from tests.filters import cleaning_cases


@pytest.mark.parametrize("case", cleaning_cases.of("kept"), ids=cleaning_cases.name)
def test_a_keeper_keeps_to_its_cases(case: dict[str, Any]) -> None:
    keeper = cleaning.KEEPERS[case["step"]]
    assert keeper(case["text"] * case.get("times", 1), case.get("meta", {})) is case["kept"]


@pytest.mark.parametrize(
    ("meta", "type_"),
    [
        ('{"type":"text"}', "text"),
        ('{"meta":{"type":"text"}}', "text"),
        ('{"meta":"{\\"type\\":\\"text\\"}"}', "text"),
        ('{"type":"talk","meta":{"type":"text"}}', "text"),
        ("{\"meta\":\"{'type': 'text'}\"}", None),
        ('{"meta":"{broken"}', None),
        ('{"meta":"[]"}', None),
        ('{"meta":["type"]}', None),
        ("{}", None),
    ],
)
def test_fields_are_looked_for_in_meta_too(meta: str, type_: str | None) -> None:
    assert described(meta).get("type") == type_


def test_a_documents_own_id_is_its_id_where_no_field_is() -> None:
    assert described("{}", "7") == {"id": "7"}
    assert described('{"id":8}', "7")["id"] == 8
    assert described('{"meta":{"id":"a_id_1"}}', "7")["id"] == "a_id_1"


def test_meta_nested_too_deep_to_read_is_passed_over() -> None:
    assert described('{"meta":"{' + '\\"a\\":{' * 100_000 + '"}')["meta"].startswith("{")
