"""The table beside a shard, and looking up in it what need not be encoded again."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.document import content_hash
from pipelines import storage, tables
from roots import megatron, side_index
from roots.side_index import IDS, Spans, part, rows_of, spans, text_hashes, write

END = 2


def batch(start: int, stop: int, source: str = "one") -> pa.RecordBatch:
    """Rows with numbers in this range."""
    numbers = range(start, stop)
    return pa.RecordBatch.from_pylist(
        [
            {"id": f"{number:032x}", "source": source, "text_hash": number.to_bytes(16, "big"), "tokens": number + 1}
            for number in numbers
        ],
        schema=IDS,
    )


def shard(prefix: str, documents: list[list[int]], hashes: list[bytes]) -> None:
    """A shard and what is beside it."""
    with megatron.writing(prefix, dtype=np.uint16, end_token=END) as (writer, _):
        for document in documents:
            writer.add(document)
    ids = pa.RecordBatch.from_pydict(
        {"id": [str(n) for n in range(len(documents))], "source": ["one"] * len(documents)}
    )
    write(f"{prefix}.ids.parquet", [rows_of(ids, hashes, np.array([len(each) for each in documents]))])


def test_the_hash_is_that_of_a_document_s_content() -> None:
    text = "Ẹ káàárọ̀"
    assert text_hashes([text])[0].hex() == content_hash(text.encode())


def test_a_document_without_tokens_has_no_row() -> None:
    documents = pa.RecordBatch.from_pydict({"id": ["a", "b", "c"], "source": ["one"] * 3})
    found = rows_of(documents, text_hashes("abc"), np.array([3, 0, 5]))
    assert found.schema.equals(IDS)
    assert found.column("id").to_pylist() == ["a", "c"]
    assert found.column("tokens").to_pylist() == [4, 6]


def test_the_bytes_do_not_depend_on_how_the_rows_came(memory: str) -> None:
    cuts = [[0, 2500], [0, 1, 2500], [0, 999, 1000, 1001, 2000, 2500], list(range(0, 2501, 50))]
    written = []
    for cut in cuts:
        path = storage.join(memory, f"{len(cut)}.parquet")
        output, counts = write(path, (batch(a, b) for a, b in pairwise(cut)))
        written.append(storage.read_bytes(path))
        assert output.rows == 2500
        assert counts == {"one": [2500, sum(range(1, 2501))]}
    assert len(set(written)) == 1
    assert tables.group_rows(storage.join(memory, "2.parquet")) == [1000, 1000, 500]


def test_a_table_without_rows_can_be_written_and_read(memory: str) -> None:
    path = storage.join(memory, "none.parquet")
    assert write(path, [])[1] == {}
    assert list(part(path, 0, 0)) == []


@pytest.mark.parametrize(("start", "stop"), [(0, 2500), (0, 1), (999, 1001), (1000, 2000), (2499, 2500), (7, 7)])
def test_a_part_is_read_by_the_groups_that_hold_it(memory: str, start: int, stop: int) -> None:
    path = storage.join(memory, "ids.parquet")
    write(path, [batch(0, 2500)])
    found = pa.Table.from_batches(part(path, start, stop), IDS)
    assert found.equals(pa.Table.from_batches([batch(start, stop)]))


def test_tokens_of_a_known_text_come_back_without_the_end(memory: str) -> None:
    prefix = storage.join(memory, "yo")
    documents = [[5, 6], [7], [8, 9, 10]]
    shard(prefix, documents, text_hashes("abc"))
    found = Spans.read(prefix)
    rows = found.rows(text_hashes("cxbaa"))
    assert rows.tolist() == [2, -1, 1, 0, 0]
    assert [tokens.tolist() for tokens in found.tokens(rows[rows >= 0])] == [[8, 9, 10], [7], [5, 6], [5, 6]]
    assert found.tokens(np.zeros(0, np.int64)) == []
    assert spans(prefix, "one") is spans(prefix, "one")
    assert spans(prefix, "another") is not found


@given(texts=st.lists(st.text(max_size=3), max_size=20), asked=st.lists(st.text(max_size=3), max_size=20))
def test_what_is_found_is_the_same_text(texts: list[str], asked: list[str]) -> None:
    documents = [[number + 3] for number in range(len(texts))] or [[1]]
    texts = texts or ["x"]
    shard("memory://test_side_index/any", documents, text_hashes(texts))
    found = Spans.read("memory://test_side_index/any")
    rows = found.rows(text_hashes(asked))
    assert [row >= 0 for row in rows] == [text in texts for text in asked]
    assert all(texts[row] == text for row, text in zip(rows, asked, strict=True) if row >= 0)
    known = rows[rows >= 0]
    assert [tokens.tolist() for tokens in found.tokens(known)] == [documents[row] for row in known]


def test_two_texts_whose_hashes_begin_alike_are_told_apart(memory: str) -> None:
    prefix = storage.join(memory, "yo")
    alike = [bytes(15) + b"a", bytes(15) + b"b"]
    shard(prefix, [[5], [6]], alike)
    assert Spans.read(prefix).rows([*alike, bytes(15) + b"c"]).tolist() == [0, -1, -1]
    assert side_index.ENDING == ".ids.parquet"
