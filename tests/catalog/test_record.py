"""Records, their meta, and their batches."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.document import RECORDS
from catalog.record import (
    BATCH_BYTES,
    BATCH_DOCUMENTS,
    MAX_DEPTH,
    Record,
    bad_record,
    batches,
    checked,
    meta_json,
    too_deep,
)


def test_batches_have_the_schema_and_at_most_so_many_rows() -> None:
    sizes = []
    for batch in batches((Record(n, "ẹ") for n in range(2 * BATCH_DOCUMENTS + 1)), "source", "file"):
        assert batch.schema.equals(RECORDS)
        batch.validate(full=True)
        sizes.append(batch.num_rows)
    assert sizes == [BATCH_DOCUMENTS, BATCH_DOCUMENTS, 1]


def test_a_batch_is_closed_before_the_row_that_passes_its_bytes() -> None:
    text = "ẹ" * (BATCH_BYTES // 3 // 4)  # a quarter of a batch, three bytes a character
    assert [batch.num_rows for batch in batches((Record(n, text) for n in range(9)), "s", "f")] == [4, 4, 1]


def test_a_row_larger_than_a_batch_stands_alone() -> None:
    records = [Record(0, "a"), Record(1, "b" * (BATCH_BYTES + 1)), Record(2, "c")]
    assert [batch.num_rows for batch in batches(records, "s", "f")] == [1, 1, 1]


def test_no_records_give_no_batch() -> None:
    assert list(batches([], "s", "f")) == []


def test_a_bad_record_is_a_row_with_an_id_and_no_text() -> None:
    (batch,) = batches([bad_record(7, "why")], "s", "f")
    row = batch.to_pylist()[0]
    assert (row["text"], row["lost"], row["reason"], row["meta"]) == ("", "error:read", "why", "{}")
    assert len(row["id"]) == 32


@pytest.mark.parametrize("column", ["text", "source_id", "url", "lang"])
def test_half_a_surrogate_pair_in_a_column_is_a_bad_record(column: str) -> None:
    record = checked(Record(3, **{column: "a\ud800"}))  # type: ignore[arg-type]
    assert (record.offset, record.lost, record.text) == (3, "error:read", "")
    assert record.reason == f"{column} is not valid Unicode: it holds half of a surrogate pair"


def test_meta_keeps_order_and_scripts() -> None:
    assert meta_json({"z": "ẹ", "a": [1, None, True]}) == '{"z":"ẹ","a":[1,null,true]}'


def test_meta_says_in_json_what_json_cannot_say() -> None:
    meta = meta_json({"nan": float("nan"), "list": [float("inf"), 1.5], "half": "\ud800", "bytes": b"\0\1"})
    assert meta.isascii()
    assert json.loads(meta) == {"nan": None, "list": [None, 1.5], "half": "\ud800", "bytes": "AAE="}


def test_depth_is_counted_in_lists_and_objects() -> None:
    value: object = "text"
    for _ in range(MAX_DEPTH):
        value = [value]
    assert not too_deep(value)
    assert too_deep({"key": value})


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), _JSON))
def test_meta_gives_back_what_went_in(fields: dict[str, object]) -> None:
    assert json.loads(meta_json(fields)) == fields
