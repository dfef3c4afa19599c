"""What documents leave for a step on their source: each kind of hash, by partition, without what is lost."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from pipelines import chain_keys, hashes
from pipelines.chain_jobs import BETWEEN


def batch(*rows: dict[str, Any]) -> pa.RecordBatch:
    whole = {"id": "0" * 32, "source": "s", "content_hash": "h", "meta": "{}", "text": "", "emptied": False}
    return pa.RecordBatch.from_pylist([whole | row for row in rows], schema=BETWEEN)


def pair(text: str) -> tuple[int, ...]:
    return tuple(hashes.array(hashes.digest(text.encode()))[0].tolist())


def hashed(table: pa.Table) -> list[tuple[int, ...]]:
    return [(row["high"], row["low"]) for row in table.to_pylist()]


def test_lines_are_counted_stripped_and_long_enough() -> None:
    given = batch({"text": " abcdefghijklmno\nshort\nabcdefghijklmno "}, {"text": "abcdefghijklmno", "lost": "clean:x"})
    [row] = chain_keys.left(given, "dedup_template_soft", 0).to_pylist()
    assert (row["high"], row["low"], row["count"]) == (*pair("abcdefghijklmno"), 2)


def test_an_emptied_document_counts_as_one_empty_line() -> None:
    given = batch({"text": "a"}, {"text": "a\nb", "lost": "clean:dedup_document", "emptied": True})
    found = chain_keys.left(given, "dedup_pseudocrawl_newspapers", 0)
    assert set(hashed(found)) == {pair("a"), pair("")}


def test_documents_leave_their_position_and_id() -> None:
    given = batch({"text": "A 1"}, {"text": "a", "lost": "error:read"}, {"text": "A2", "id": "f" * 32})
    found = chain_keys.left(given, "dedup_document", 7).to_pylist()
    assert [(row["position"], row["id"].hex()) for row in found] == [(7, "0" * 32), (9, "f" * 32)]
    assert {(row["high"], row["low"]) for row in found} == {pair("A")}


def test_documents_without_an_address_leave_nothing() -> None:
    given = batch({"url": "https://a.cm/?x"}, {}, {"meta": '{"meta":{"url":"https://a.cm/"}}'})
    found = chain_keys.left(given, "dedup_document_on_url", 0).to_pylist()
    assert [row["position"] for row in found] == [0, 2]
    assert len({row["high"] for row in found}) == 1


def test_segments_leave_their_text() -> None:
    given = batch({"text": "x", "source_id": "d_id_07"}, {"text": "y", "source_id": "d"})
    [row] = chain_keys.left(given, "concatenate_lm_fr_ester", 0).to_pylist()
    assert (row["name"], row["digits"], row["text"]) == ('"d"', "07", "x")


@pytest.mark.parametrize(
    "step", ["dedup_template_soft", "dedup_document", "dedup_seed_lines", "concatenate_lm_fr_ester"]
)
def test_a_batch_of_nothing_leaves_an_empty_table(step: str) -> None:
    found = chain_keys.left(batch({"lost": "error:read"}), step, 0)
    assert found.num_rows == 0
    assert found.schema == chain_keys.schema(step)


def test_groups_are_split_by_hash_and_lines_are_added_up() -> None:
    groups = chain_keys.Groups(4)
    table = chain_keys.left(batch({"text": "\n".join("abcdefgh")}), "dedup_pseudocrawl_newspapers", 0)
    assert list(groups.add(table)) == list(groups.add(table)) == []
    [found] = groups.rest()
    assert sum(part.num_rows for part in found.values()) == 8
    for part, rows in found.items():
        assert set(np.unique(rows.column("high").to_numpy() % np.uint64(4)).tolist()) == {int(part)}
        assert set(rows.column("count").to_pylist()) == {2}
    assert list(groups.rest()) == []


def test_a_group_is_given_when_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_keys, "GROUP_ROWS", 2)
    groups = chain_keys.Groups(1)
    table = chain_keys.left(batch({"text": "a\nb\nc"}), "dedup_pseudocrawl_newspapers", 0)
    assert [list(group) for group in groups.add(table)] == [["0"]]


def test_ranks_go_to_one_partition_and_no_more_of_them_than_the_sample_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain_keys, "SAMPLE", 2)
    ids = [f"{number:032x}" for number in range(5)]
    groups = chain_keys.Groups(8)
    list(groups.add(chain_keys.left(batch(*({"id": id} for id in ids)), "dedup_seed_lines", 0)))
    [found] = groups.rest()
    first = sorted(chain_keys.rank(id) for id in ids)[:2]
    assert hashed(found["0"]) == [tuple(row) for row in hashes.array(b"".join(first)).tolist()]


def test_lines_of_pages_in_the_sample_are_taken_once_a_page() -> None:
    given = batch({"text": "a\na\nb"}, {"text": "c", "id": "f" * 32})
    last = tuple(hashes.array(chain_keys.rank("0" * 32))[0].tolist())
    lines, pages = chain_keys.lines(given, last)
    inside = {"a", "b"} | ({"c"} if chain_keys.rank("f" * 32) < chain_keys.rank("0" * 32) else set())
    assert set(lines.column("line").to_pylist()) == inside
    assert pages.num_rows == (2 if "c" in inside else 1)
