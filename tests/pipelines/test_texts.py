"""Stored texts come back at their places, and only the row groups that are wanted are read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from catalog.document import DOCUMENTS
from pipelines import tables, texts
from pipelines.run import RunError
from pipelines.shards import Shard

TEXTS = ["Ẹ káàbọ̀", "", "你好", *(f"text {number} " * number for number in range(60))]


def shard(folder: str, some: Sequence[str] = TEXTS, *, group: int = 7) -> Shard:
    """A shard with these texts, so many rows a row group."""
    found = Shard("a", "x", len(some), 0, 100)
    blank = {name: [""] * len(some) for name in DOCUMENTS.names}
    table = pa.table({**blank, "text": list(some)}, schema=DOCUMENTS)
    with tables.writing(found.path(folder, "documents"), DOCUMENTS) as (writer, _):
        for batch in table.to_batches(max_chunksize=group):
            writer.write(batch)
    return found


def read(folder: str, wanted: list[int] | None = None, some: Sequence[str] = TEXTS) -> dict[int, str]:
    places = None if wanted is None else np.array(wanted, np.int64)
    found: dict[int, str] = {}
    for where, held in texts.stored(folder, shard(folder, some), places):
        assert held.type == pa.string()
        assert list(where) == sorted(where)
        found.update(zip(where.tolist(), held.to_pylist(), strict=True))
    return found


@pytest.mark.parametrize("together", [1, 40, 10**6])
def test_every_text_is_at_its_place(memory: str, monkeypatch: pytest.MonkeyPatch, together: int) -> None:
    monkeypatch.setattr(texts, "TOGETHER", together)
    assert read(memory) == dict(enumerate(TEXTS))
    assert read(memory, [1, 6, 7, 62]) == {place: TEXTS[place] for place in (1, 6, 7, 62)}
    assert read(memory, []) == {}


def test_texts_come_some_at_a_time(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "TOGETHER", 10)
    some = ["a" * 4, "b" * 5, "c" * 50, "d" * 6, "", "e" * 4]
    found = [held.to_pylist() for _, held in texts.stored(memory, shard(memory, some))]
    assert found == [some[:2], some[2:3], some[3:]]


def test_row_groups_without_a_wanted_document_are_not_read(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    batches = tables.batches

    def noting(path: str, columns: Any, *, groups: Any) -> Any:
        asked.append((columns, groups))
        return batches(path, columns, groups=groups)

    monkeypatch.setattr(tables, "batches", noting)
    read(memory, [0, 13, 15])
    assert asked == [(["text"], [0]), (["text"], [1]), (["text"], [2])]
    asked.clear()
    read(memory, [20, 62])
    assert asked == [(["text"], [2]), (["text"], [8])]


@pytest.mark.parametrize("fault", [pa.ArrowMemoryError("malloc"), TimeoutError("slow"), PermissionError("no")])
def test_what_is_no_fault_of_the_file_is_not_said_to_be_one(
    memory: str, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    there = shard(memory)

    def failing(path: str, *_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(tables, "batches", failing)
    with pytest.raises(type(fault)):
        list(texts.stored(memory, there))


def test_a_table_that_is_missing_damaged_or_of_other_rows_is_named(tmp_path: Path) -> None:
    there = shard(str(tmp_path))
    path = Path(there.path(str(tmp_path), "documents"))
    data = path.read_bytes()
    path.write_bytes(data[:200] + bytes(400) + data[600:])
    with pytest.raises(RunError, match=r"a/documents/x\.parquet: this table .* cannot be read \(.*\); remove"):
        list(texts.stored(str(tmp_path), there))
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(RunError, match=r"x\.parquet: this table of documents cannot be read"):
        list(texts.stored(str(tmp_path), there))
    path.unlink()
    with pytest.raises(RunError, match=r"x\.parquet: this table of documents is missing; run the build again"):
        list(texts.stored(str(tmp_path), there))
    other = Shard("a", "x", 5, 0, 0)
    shard(str(tmp_path))
    with pytest.raises(RunError, match=r"x\.parquet: has 63 rows, 5 are expected"):
        list(texts.stored(str(tmp_path), other))
