"""The ledger of one shard: its row groups are those of the measures, however many rows are judged at a time."""

from collections.abc import Sequence

import pyarrow as pa
import pytest

from lang_params.params import default, load_all
from pipelines import config as configs
from pipelines import ledger, storage, tables
from pipelines.config import Config
from pipelines.ledger import Filtering, Job, blocks, judge_shard
from pipelines.shards import Shard
from pipelines.verdict import NOTHING_REFUSED, Refusals
from tests.pipelines.members import GOOD

GROUPS = (1000, 1, 400, 999, 1000)


def shelved(work: str, groups: Sequence[int]) -> Shard:
    """Measures of documents, every third of them too short, in row groups of these sizes."""
    rows = sum(groups)
    shard = Shard("one", "x", rows, 0, 0, {"measures": 1})
    words = [1 if number % 3 == 0 else 100 for number in range(rows)]
    given = [{**GOOD, "id": f"{number:06d}", "number_words": count} for number, count in enumerate(words)]
    table = pa.Table.from_pylist(given, schema=tables.MEASURES)
    start = 0
    with tables.writing(shard.path(work, "measures"), tables.MEASURES) as (writer, _):
        for size in groups:
            writer.write(table.slice(start, size).combine_chunks().to_batches()[0])
            start += size
    return shard


def job(work: str, shard: Shard, name: str, refusals: Refusals = NOTHING_REFUSED) -> Job:
    path = configs.save(Config("fixed", {"en": load_all()["en"]}, default()), work)
    return Job(Filtering(work, shard, path, refusals, ""), storage.join(work, "one", "ledger", f"{name}.parquet"))


@pytest.mark.parametrize("piece", [1, 1400, 50_000])
def test_row_groups_are_those_of_the_measures(memory: str, monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    shard = shelved(memory, GROUPS)
    whole = job(memory, shard, "whole")
    said = judge_shard(whole)
    assert tables.group_rows(whole.target) == list(GROUPS)
    assert said["counts"] == [["en", None, 2266, 2266 * 500], ["en", "number_words", 1134, 1134 * 500]]
    monkeypatch.setattr(ledger, "PIECE", piece)
    other = job(memory, shard, "other")
    assert judge_shard(other)["files"][0]["sha256"] == said["files"][0]["sha256"]


def test_no_row_group_reaches_into_two_blocks(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shard = shelved(memory, GROUPS)
    monkeypatch.setattr(ledger, "BLOCK", 1100)
    measures = shard.path(memory, "measures"), ["id"]
    places = [(place, len(batch)) for place, [batch] in blocks(measures)]
    assert places == [(0, 1000), (1000, 1), (1001, 99), (1100, 301), (1401, 799), (2200, 200), (2400, 900), (3300, 100)]
    whole = job(memory, shard, "whole")
    judge_shard(whole)
    assert tables.group_rows(whole.target) == [size for _, size in places]


def test_columns_of_a_policy_are_read_where_it_refuses_by_them(memory: str) -> None:
    shard = shelved(memory, (10,))
    assert "signals" not in job(memory, shard, "x").filtering.measures()[1]
    assert "signals" in job(memory, shard, "x", Refusals(("tdm:*",))).filtering.measures()[1]
