"""Verdicts of one partition: templates, common lines, duplicates, joined segments; and how lines are taken out."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.cleaning_templates import without_lines
from pipelines import chain_keys, chain_verdicts, exchange, hashes, storage, tables
from tests.pipelines.test_chain_keys import batch, pair


def left(work: str, step: str, *shards: pa.RecordBatch) -> str:
    """What shards leave for a step in one partition; the path of the listing."""
    manifests = []
    for number, shard in enumerate(shards):
        groups = chain_keys.Groups(1)
        list(groups.add(chain_keys.left(shard, step, number * chain_keys.SHARD_ROWS)))
        path = storage.join(work, f"{number}.arrow")
        manifests.append(exchange.write(path, chain_keys.schema(step), groups.rest()))
    return exchange.listing(storage.join(work, "listing.json"), manifests)


def found(groups: Any) -> dict[str, list[dict[str, Any]]]:
    [group] = groups
    return {shard: table.to_pylist() for shard, table in group.items()}


def test_templates_are_lines_that_stand_often_enough_over_all_shards(memory: str) -> None:
    listing = left(memory, "dedup_pseudocrawl_newspapers", batch({"text": "a\nb"}), batch({"text": "b"}))
    gone = chain_verdicts.find_templates(listing, "0", "dedup_pseudocrawl_newspapers")
    assert [(row["high"], row["low"]) for row in gone.to_pylist()] == [pair("b")]


def test_duplicates_are_lost_to_the_first_in_the_order_of_the_shards(memory: str) -> None:
    ids = [f"{number:032x}" for number in range(4)]
    first = batch({"text": "x", "id": ids[0]}, {"text": "a", "id": ids[1]})
    second = batch({"text": "a 1", "id": ids[2]}, {"text": "X", "id": ids[3]})
    decided = found(chain_verdicts.find_duplicates(left(memory, "dedup_document", first, second), "0"))
    assert decided == {"1": [{"row": 0, "other": ids[1], "text": None, "meta": None}]}


def test_a_partition_without_anything_has_no_verdict(memory: str) -> None:
    listing = left(memory, "dedup_document", batch({"lost": "error:read"}))
    assert found(chain_verdicts.find_duplicates(listing, "0")) == {}
    assert found(chain_verdicts.join_segments(left(memory, "concatenate_lm_fr_ester", batch({})), "0")) == {}


def test_segments_of_many_shards_are_joined_in_the_first(memory: str) -> None:
    shards = [
        batch({"text": "b", "source_id": "d_id_2", "id": "1" * 32}),
        batch({"text": "a", "source_id": "d_id_1", "id": "2" * 32}),
    ]
    decided = found(chain_verdicts.join_segments(left(memory, "concatenate_lm_fr_ester", *shards), "0"))
    assert decided["0"] == [{"row": 0, "other": None, "text": "a\nb", "meta": '{"id":"d"}'}]
    assert decided["1"] == [{"row": 0, "other": "1" * 32, "text": None, "meta": None}]


def test_the_last_rank_is_that_of_the_last_page_of_the_sample(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_keys, "SAMPLE", 3)
    monkeypatch.setattr(chain_verdicts, "SAMPLE", 3)
    ids = [f"{number:032x}" for number in range(8)]
    shards = [batch(*({"id": id} for id in some)) for some in (ids[:5], ids[5:])]
    third = sorted(chain_keys.rank(id) for id in ids)[2]
    assert chain_verdicts.last_rank(left(memory, "dedup_seed_lines", *shards)) == tuple(hashes.array(third)[0].tolist())
    assert chain_verdicts.last_rank(left(memory, "dedup_seed_lines", batch({"lost": "error:read"}))) == (0, 0)


@given(
    st.lists(st.lists(st.sampled_from(["a", " a", "b", "", "新闻"]), max_size=5).map("\n".join), max_size=4), st.data()
)
def test_lines_are_taken_out_as_in_the_definition(texts: list[str], data: st.DataObject) -> None:
    gone = data.draw(st.sets(st.sampled_from(["a", "b", "", "新闻"])))
    digests = b"".join(hashes.digest(line.encode()) for line in gone)
    found = chain_verdicts.without(texts, hashes.HashSet.of(hashes.array(digests)))
    assert found == [without_lines(text, gone) for text in texts]


def test_lines_are_listed_most_common_first(memory: str) -> None:
    paths = []
    for number, rows in enumerate([[("b", 3), ("a", 3)], [("c", 9)]]):
        zeros = np.zeros(len(rows), dtype=np.uint64)
        table = {"high": zeros, "low": zeros, "line": [line for line, _ in rows], "pages": [pages for _, pages in rows]}
        paths.append(storage.join(memory, f"{number}.parquet"))
        tables.write(paths[-1], pa.table(table, schema=chain_verdicts.GONE))
    assert chain_verdicts.lines_of(paths) == [("c", 9), ("a", 3), ("b", 3)]


def test_a_reason_names_the_document_that_has_the_text() -> None:
    assert chain_verdicts.reason("dedup_document", "7") == "the same as 7"
    assert chain_verdicts.reason("concatenate_lm_fr_ester", "7") == "joined to 7"
