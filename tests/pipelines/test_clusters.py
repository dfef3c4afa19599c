"""The table of clusters: labels of each method and those before it, the same bytes whatever the order of edges."""

from collections.abc import Sequence

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.joining import labels
from pipelines import clusters, storage, tables
from pipelines.clusters import JoinJob
from pipelines.plan import BASE
from pipelines.run import Runtime
from pipelines.search import EDGES
from pipelines.shards import Shard
from pipelines.task import manifest_of
from tests import signed

Edges = Sequence[tuple[int, int]]


def write(path: str, edges: Edges) -> str:
    columns = {"row": [row for row, _ in edges], "other": [other for _, other in edges]}
    tables.write(path, pa.table(columns, schema=EDGES))
    return path


def joined(work: str, rows: int, room: int, **edges: Sequence[Edges]) -> tuple[str, dict[str, object]]:
    """The table of edges by method, each in several files."""
    paths = tuple(
        tuple(write(f"{work}/{method}-{number}.parquet", part) for number, part in enumerate(parts))
        for method, parts in edges.items()
    )
    target = f"{work}/clusters/c.parquet"
    return target, clusters.join(JoinJob(rows, tuple(edges), paths, target, room, {"exact": {"unsigned": 3}}))


def test_labels_are_cumulative_and_only_members_are_in_it(memory: str) -> None:
    path, said = joined(memory, 10, 10**9, exact=[[(3, 7)], [(7, 8)]], minhash=[[(1, 8), (4, 5)]])
    assert tables.read(path).to_pylist() == [
        {"row": 1, "exact": 1, "minhash": 1},
        {"row": 3, "exact": 3, "minhash": 1},
        {"row": 4, "exact": 4, "minhash": 4},
        {"row": 5, "exact": 5, "minhash": 4},
        {"row": 7, "exact": 3, "minhash": 1},
        {"row": 8, "exact": 3, "minhash": 1},
    ]
    assert tables.schema(path).names == clusters.schema(["exact", "minhash"]).names
    assert (said["clusters"], said["members"]) == (2, 6)
    assert said["methods"] == {
        "exact": {"unsigned": 3, "clusters": 1, "members": 3},
        "minhash": {"clusters": 2, "members": 6},
    }


def test_without_edges_there_are_no_members(memory: str) -> None:
    path, said = joined(memory, 10, 10**9, minhash=[[]])
    assert tables.read(path).num_rows == 0
    assert (said["clusters"], said["members"]) == (0, 0)
    assert tables.read(joined(memory, 0, 10**9, minhash=[])[0]).num_rows == 0


@given(st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=40), st.randoms(), st.integers(0, 1))
def test_any_order_of_edges_and_any_room_give_the_same_bytes(edges: list[tuple[int, int]], random, room) -> None:  # type: ignore[no-untyped-def]
    edges = [(min(edge), max(edge)) for edge in edges if edge[0] != edge[1]]
    one, _ = joined("memory://clusters-one", 30, 10**9, minhash=[edges])
    found = {row["row"]: row["minhash"] for row in tables.read(one).to_pylist()}
    assert found == {row: label for row, label in enumerate(labels(edges, 30)) if row in {n for e in edges for n in e}}
    random.shuffle(edges)
    two, _ = joined("memory://clusters-two", 30, room, minhash=[edges[:7], edges[7:]])
    assert storage.read_bytes(one) == storage.read_bytes(two)


def test_row_groups_are_as_large_as_they_may_be_wherever_members_stand(
    memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clusters, "ROWS", 4)
    monkeypatch.setattr(clusters, "AT_ONCE", 7)
    path, _ = joined(memory, 40, 10**9, minhash=[[(row, row + 20) for row in range(5)]])
    assert [batch.num_rows for batch in tables.batches(path)] == [4, 4, 2]
    assert tables.read(path).column("row").to_pylist() == [0, 1, 2, 3, 4, 20, 21, 22, 23, 24]


def test_what_was_counted_can_be_asked_for(memory: str) -> None:
    path, said = joined(memory, 4, 10**9, minhash=[[(1, 2)]])
    storage.write_json(manifest_of(path), said)
    assert clusters.found(path)["methods"]["minhash"] == {"clusters": 1, "members": 2}


def test_the_plan_has_a_number_for_each_document_as_far_as_memory_goes() -> None:
    shards = [Shard("a", "x", 10_000_000, 0, 0)]
    small = clusters.needs(shards, signed.settings(), Runtime(memory=BASE + 20_000_000))
    large = clusters.needs(shards, signed.settings("exact", "minhash"), Runtime())
    assert small.memory == BASE + 10_000_000 + clusters.WORKING
    assert large.memory == BASE + 40_000_000 + clusters.WORKING
    assert (small.tasks, large.disk) == (1, 2 * 40_000_000 + 10_000_000 * 24)
