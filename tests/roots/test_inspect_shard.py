"""The index of a shard is the same however its tables are cut, and reads only a part of them at a time."""

from pathlib import Path

import pytest

from lang_params.params import load_all
from pipelines import tables
from pipelines.verdict import ORDER
from roots import inspect_shard
from roots.inspect_shard import COLUMNS, FIRST, blocks, write
from roots.trial import of_params
from tests.measured import Measured


def test_columns_stand_one_after_the_other() -> None:
    assert [name for name in COLUMNS if COLUMNS[name].type == "<f8"] == list(ORDER)
    assert COLUMNS["bytes"].before == 8 * len(ORDER) == 64
    assert len(ORDER) <= 8


def test_the_first_filter_that_fails_is_named() -> None:
    assert [FIRST[fails] for fails in (0, 1, 2, 3, 6, 128)] == [0, 1, 2, 1, 2, 8]


@pytest.mark.parametrize("part", [1_000, 250_000])
def test_parts_hold_the_same_documents(
    looked_at: Measured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    [judged] = [each for each in looked_at.judged if each.shard.source == "crawl"]
    path = judged.shard.path(looked_at.work, "measures")
    table = tables.read(path)
    again = str(tmp_path / "measures.parquet")
    with tables.writing(again, tables.MEASURES) as (writer, _):
        for batch in table.combine_chunks().to_batches(max_chunksize=100):
            writer.write(batch)
    limits = {code: of_params(params) for code, params in load_all().items()}
    monkeypatch.setattr(inspect_shard, "PART", part // 5)
    said = write(again, judged.ledger, str(tmp_path / "columns"), limits)
    found = list(blocks(3, said))
    assert {block.shard for block in found} == {3}
    assert sum(block.rows for block in found) == len(table)
    assert len(said["parts"]) == (5 if part == 1_000 else 1)
    assert (tmp_path / "columns").stat().st_size == len(table) * (COLUMNS["state"].before + 1)
    sums = {
        lang: sum(block.sums[0] for block in found if block.lang == lang) for lang in {block.lang for block in found}
    }
    grouped = table.group_by("lang").aggregate([("bytes", "sum")]).to_pylist()
    assert sums == {row["lang"]: row["bytes_sum"] for row in grouped}
