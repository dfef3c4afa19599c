"""What sources have in common: by hand, against a plain count, and of more members than are looked at together."""

import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines import overlap, storage, tables
from pipelines.overlap import shared, sizes
from pipelines.shards import Shard
from pipelines.task import manifest_of

Document = tuple[str, str | None, int, int | None]
"""Source, language, bytes, and the number of its cluster, None for none."""


def shelve(work: str, documents: Sequence[Document], cuts: Sequence[int] = ()) -> list[Shard]:
    """Write the measures of documents, in the order of their sources; a shard ends at each source and at each cut."""
    shards: list[Shard] = []
    ends = {*cuts, len(documents)} | {n for n in range(1, len(documents)) if documents[n][0] != documents[n - 1][0]}
    first = 0
    for end in sorted(ends):
        some = documents[first:end]
        shard = Shard(some[0][0] if some else "empty", f"x{first}", len(some), sum(each[2] for each in some), first)
        rows = [{"id": f"{first + n:032x}", "lang": lang, "bytes": size} for n, (_, lang, size, _) in enumerate(some)]
        tables.write(shard.path(work, "measures"), pa.Table.from_pylist(rows, schema=tables.MEASURES))
        shards.append(shard)
        first = end
    return shards


def clusters(work: str, documents: Sequence[Document]) -> str:
    """Write the table of clusters: the lowest row of each is its number. A column of another method stands before."""
    path = storage.join(work, "dedup", "clusters", "clusters.key.parquet")
    lowest: dict[int, int] = {}
    members = [(row, each[3]) for row, each in enumerate(documents) if each[3] is not None]
    numbers = [lowest.setdefault(cluster, row) for row, cluster in members]
    rows = [row for row, _ in members]
    schema = pa.schema([("row", pa.int64()), ("exact", pa.int64()), ("minhash", pa.int64())])
    output = tables.write(path, pa.table({"row": rows, "exact": rows, "minhash": numbers}, schema=schema))
    storage.write_json(manifest_of(path), {"key": "key", "files": [output.record()]})
    return path


def rows(table: pa.Table) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in table.to_pylist()]


def plainly(documents: Sequence[Document], by: int) -> list[tuple[Any, ...]]:
    """The definition: for each document, the sources (or languages) of the other members of its cluster."""
    found: dict[tuple[str, str], list[int]] = {}
    for number, one in enumerate(documents):
        mates = {
            str(other[by] or "")
            for place, other in enumerate(documents)
            if place != number and one[3] is not None and other[3] == one[3]
        }
        for mate in mates:
            total = found.setdefault((str(one[by] or ""), mate), [0, 0])
            total[0] += 1
            total[1] += one[2]
    return [(*pair, *total) for pair, total in sorted(found.items())]


HAND: list[Document] = [
    ("a", "yo", 10, 1),
    ("a", "yo", 20, 1),
    ("a", "ar", 40, 2),
    ("a", None, 80, None),
    ("b", "yo", 100, 1),
    ("b", "ar", 200, 3),
    ("b", "ar", 400, 3),
    ("c", "ar", 1000, 2),
    ("c", None, 2000, 2),
    ("c", "yo", 0, None),
]


def test_a_document_counts_once_in_each_source_that_has_a_copy_of_it(memory: str) -> None:
    shards = shelve(memory, HAND)
    path = clusters(memory, HAND)
    assert rows(shared(memory, shards, path)) == [
        ("a", "a", 2, 30),
        ("a", "b", 2, 30),
        ("a", "c", 1, 40),
        ("b", "a", 1, 100),
        ("b", "b", 2, 600),
        ("c", "a", 2, 3000),
        ("c", "c", 2, 3000),
    ]
    assert rows(shared(memory, shards, path, by="language")) == [
        ("", "ar", 1, 2000),
        ("ar", "", 2, 1040),
        ("ar", "ar", 4, 1640),
        ("yo", "yo", 3, 130),
    ]


def test_sizes_are_those_of_the_documents_that_hold_text(memory: str) -> None:
    shards = shelve(memory, HAND)
    assert rows(sizes(memory, shards)) == [("a", 4, 150), ("b", 3, 700), ("c", 2, 3000)]
    assert rows(sizes(memory, shards, by="language")) == [("", 2, 2080), ("ar", 4, 1640), ("yo", 3, 130)]


def test_where_nothing_is_shared_there_are_no_rows(memory: str) -> None:
    documents: list[Document] = [("a", "yo", 10, None), ("b", "yo", 10, None)]
    shards = shelve(memory, documents)
    assert shared(memory, shards, clusters(memory, documents)).equals(overlap.OVERLAP.empty_table())
    assert shared(memory, [], clusters(memory, [])).equals(overlap.OVERLAP.empty_table())
    assert sizes(memory, []).equals(overlap.SIZES.empty_table())


@settings(max_examples=40)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("abcd"),
            st.sampled_from(["yo", "ar", None]),
            st.integers(0, 9),
            st.one_of(st.none(), st.integers(0, 4)),
        ),
        max_size=30,
    ),
    st.sets(st.integers(1, 29)),
    st.integers(1, 7),
)
def test_it_is_a_plain_count_however_shards_and_parts_are_cut(
    documents: list[Document], cuts: set[int], few: int
) -> None:
    work = f"memory://overlap-{uuid.uuid4()}"
    documents = sorted(documents, key=lambda each: each[0])
    shards = shelve(work, documents, [cut for cut in cuts if cut < len(documents)])
    path = clusters(work, documents)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(overlap, "PER_PART", few)
        patch.setattr(overlap, "AT_ONCE", few)
        patch.setattr(tables, "ROW_GROUP", 3)
        assert rows(shared(work, shards, path)) == plainly(documents, 0)
        assert rows(shared(work, shards, path, by="language")) == plainly(documents, 1)


def test_a_hundred_thousand_documents_of_forty_sources(memory: str) -> None:
    sources, each = 40, 2500
    shards = []
    for number in range(sources):
        shard = Shard(f"s{number:02d}", "x", each, each * 10, number * each)
        ones = {"id": pa.repeat("x", each), "bytes": pa.repeat(10, each)}
        columns = [ones.get(field.name, pa.nulls(each, field.type)) for field in tables.MEASURES]
        tables.write(shard.path(memory, "measures"), pa.table(columns, schema=tables.MEASURES))
        shards.append(shard)
    # The documents at one place of all sources are copies of each other; so is all of the last source.
    numbers = np.arange(sources * each) % each
    numbers[-each:] = 0
    table = pa.table({"row": np.arange(sources * each), "minhash": numbers})
    path = storage.join(memory, "clusters.key.parquet")
    storage.write_json(manifest_of(path), {"files": [tables.write(path, table).record()]})
    found = {row[:2]: row[2:] for row in rows(shared(memory, shards, path))}
    assert len(found) == (sources - 1) * (sources - 2) + 2 * (sources - 1) + 1
    assert found["s00", "s01"] == (each, each * 10)
    assert found["s00", "s39"] == (1, 10)
    assert found["s39", "s00"] == found["s39", "s39"] == (each, each * 10)


def test_nothing_is_written_in_the_work_folder_and_no_text_is_read(tmp_path: Path) -> None:
    shards = shelve(str(tmp_path), HAND)
    path = clusters(str(tmp_path), HAND)
    before = sorted(tmp_path.rglob("*"))
    assert not [each for each in before if each.name == "documents"]
    assert shared(str(tmp_path), shards, path).num_rows == 7
    assert sorted(tmp_path.rglob("*")) == before


def test_a_table_of_clusters_that_is_not_there_is_an_error(memory: str) -> None:
    with pytest.raises(FileNotFoundError):
        shared(memory, [], f"{memory}/clusters.none.parquet")
