"""Rows of a batch are treated one by one or a language at a time; one that fails is marked, and no other suffers."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from catalog.document import RECORDS
from pipelines.rows import Columns, all_rows, by_language, of_the_machine, put, row_by_row

TEXT = {"text": pa.string()}


def batch(*rows: dict[str, Any]) -> pa.RecordBatch:
    whole = {"id": "0", "source": "s", "content_hash": "h", "meta": "{}", "text": ""}
    return pa.RecordBatch.from_pylist([whole | row for row in rows], schema=RECORDS)


def shout(texts: pa.Array, lang: str | None) -> Columns:
    """Upper case and the language; cannot treat a text that holds "bad"."""
    if any("bad" in text for text in texts.to_pylist()):
        raise ValueError("bad")
    return {"text": pc.binary_join_element_wise(pc.utf8_upper(texts), lang or "?", ":")}


def test_a_language_at_a_time_in_the_order_of_the_batch() -> None:
    given = batch(
        *({"text": text, "lang": lang} for text, lang in (("a", "yo"), ("b", None), ("c", "fr"), ("d", "yo")))
    )
    assert by_language(given, "x", shout, adds=TEXT).column("text").to_pylist() == ["A:yo", "B:?", "C:fr", "D:yo"]


def test_a_batch_of_one_language() -> None:
    given = batch({"text": "a", "lang": "yo"}, {"text": "b", "lang": "yo"})
    assert by_language(given, "x", shout, adds=TEXT).column("text").to_pylist() == ["A:yo", "B:yo"]


def test_one_text_that_cannot_be_treated_is_marked_among_many() -> None:
    given = batch(*({"text": "bad" if n == 5 else f"t{n}", "lang": "yo"} for n in range(9)))
    out = by_language(given, "x", shout, adds=TEXT)
    assert out.column("text").to_pylist() == ["bad" if n == 5 else f"T{n}:yo" for n in range(9)]
    assert out.column("lost").to_pylist() == ["error:x" if n == 5 else None for n in range(9)]
    assert out.column("reason").to_pylist() == ["ValueError" if n == 5 else None for n in range(9)]


def test_rows_that_failed_before_are_passed_over_and_what_cleaning_dropped_is_not() -> None:
    given = batch({"text": "a", "lost": "error:read", "reason": "r"}, {"text": "b", "lost": "clean:step"})
    out = by_language(given, "x", shout, adds=TEXT)
    assert out.column("text").to_pylist() == ["a", "B:?"]
    assert out.column("lost").to_pylist() == ["error:read", "clean:step"]


def test_a_new_column_is_null_where_a_row_was_not_treated() -> None:
    given = batch({"text": "a", "lost": "error:read"}, {"text": "b"})

    def size(texts: pa.Array, lang: str | None) -> Columns:
        return {"size": pc.binary_length(texts)}

    out = by_language(given, "x", size, adds={"size": pa.int64()})
    assert out.column("size").to_pylist() == [None, 1]


def joined(rows: pa.RecordBatch) -> Columns:
    """The text and the language; cannot treat a text that is "bad"."""
    if "bad" in rows.column("text").to_pylist():
        raise ValueError("bad")
    return {"new": pc.binary_join_element_wise(rows.column("text"), pc.fill_null(rows.column("lang"), "?"), ":")}


def test_all_rows_at_once_whatever_their_language() -> None:
    given = batch({"text": "a", "lang": "yo"}, {"text": "b"}, {"text": "c", "lost": "clean:x"})
    out = all_rows(given, "x", joined, adds={"new": pa.string()})
    assert out.column("new").to_pylist() == ["a:yo", "b:?", "c:?"]


def test_of_all_rows_those_that_fail_are_marked_and_those_that_failed_before_are_passed_over() -> None:
    texts = ["a", "bad", "c", "bad", "e"]
    given = batch(*({"text": text} for text in texts), {"text": "f", "lost": "error:read", "reason": "r"})
    out = all_rows(given, "x", joined, adds={"new": pa.string()})
    assert out.column("new").to_pylist() == ["a:?", None, "c:?", None, "e:?", None]
    assert out.column("lost").to_pylist() == [None, "error:x", None, "error:x", None, "error:read"]
    assert out.column("reason").to_pylist() == [None, "ValueError", None, "ValueError", None, "r"]


def test_no_row_at_all_or_none_that_is_usable() -> None:
    for given in (batch(), batch({"lost": "error:read"})):
        out = all_rows(given, "x", joined, adds={"new": pa.string()})
        assert out.column("new").to_pylist() == [None] * given.num_rows
        assert out.column("new").type == pa.string()


def test_an_empty_batch_and_one_without_a_usable_row() -> None:
    assert by_language(batch(), "x", shout, adds=TEXT).num_rows == 0
    out = by_language(batch({"lost": "error:read"}), "x", shout, adds={"new": pa.int64()})
    assert out.column("new").to_pylist() == [None]


@pytest.mark.parametrize("fault", [ImportError("no numba"), MemoryError(), OSError("disk")])
def test_a_fault_of_the_machine_is_raised(fault: Exception) -> None:
    def fails(*_: Any) -> Any:
        raise fault

    with pytest.raises(type(fault)):
        by_language(batch({"text": "a"}), "x", fails, adds=TEXT)
    with pytest.raises(type(fault)):
        row_by_row(batch({"text": "a"}), "x", fails, adds=TEXT)
    with pytest.raises(type(fault)):
        all_rows(batch({"text": "a"}), "x", fails, adds=TEXT)


def test_a_kernel_that_cannot_be_compiled_is_no_fault_of_a_document() -> None:
    from numba.core.errors import LoweringError, TypingError

    for error in (TypingError("no such type"), LoweringError("no such instruction")):
        assert of_the_machine(error)
    assert not of_the_machine(ValueError("a text"))


def test_row_by_row_marks_what_fails() -> None:
    def one(row: dict[str, Any]) -> dict[str, Any]:
        return {"text": row["text"] + str(1 // len(row["text"]))}

    out = row_by_row(batch({"text": "a"}, {"text": ""}), "x", one, adds=TEXT)
    assert out.column("text").to_pylist() == ["a1", ""]
    assert out.column("reason").to_pylist() == [None, "ZeroDivisionError"]


def test_a_column_takes_the_place_of_one_of_its_name() -> None:
    given = batch({"text": "a"})
    out = put(given, {"text": pa.array(["b"]), "more": pa.array([1])})
    assert out.schema.names == [*given.schema.names, "more"]
    assert out.column("text").to_pylist() == ["b"]
