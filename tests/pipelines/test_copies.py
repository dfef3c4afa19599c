"""Which copy is kept: every criterion, what is said of the others, and the same of any memory, order and worker."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.signing import MinHash, Signing
from lang_params.params import default, load_all
from pipelines import copies, exchange, plan, storage, tables
from pipelines.config import Config
from pipelines.copies import LOWEST_ID, CopiesError, Keep
from pipelines.judge import Inputs, judge
from pipelines.run import RunError, Runtime
from pipelines.shards import Shard
from tests.pipelines.members import Row, clustered, shelve

HERE = Runtime()

Said = dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def config() -> Config:
    signing = Signing(("exact", "url", "simhash", "minhash"), MinHash(bands=2, rows=4))
    return Config("fixed", {"en": load_all()["en"]}, default(), signing)


def said(work: str, shards: Sequence[Shard], config: Config, how: Runtime = HERE, **given: Any) -> Said:
    """The ledgers' rows by id."""
    judged = judge(work, shards, config, how, inputs=Inputs(**given))
    return {row["id"]: row for shard in judged for row in tables.read(shard.ledger).to_pylist()}


def kept(rows: Said) -> list[str]:
    return sorted(name for name, row in rows.items() if row["dropped_by"] is None)


def one_cluster(work: str, config: Config, rows: Sequence[Row], keep: Keep = LOWEST_ID) -> Said:
    """What is said of the members of one cluster of two sources, which MinHash found."""
    sources = {source: [row for row in rows if row.get("source", "a") == source] for source in ("a", "b")}
    shards = shelve(work, {source: found for source, found in sources.items() if found})
    everybody = [row["id"] for row in rows]
    return said(work, shards, config, clusters=clustered(work, shards, {"minhash": [everybody]}), keep=keep)


def test_the_lowest_id_is_kept_and_the_others_name_it(memory: str, config: Config) -> None:
    rows = one_cluster(memory, config, [{"id": "c"}, {"id": "a"}, {"id": "b", "source": "b"}])
    assert kept(rows) == ["a"]
    assert rows["a"] == dict.fromkeys(tables.LEDGER.names) | {"id": "a", "copies": 3}
    assert {name: rows[name]["duplicate_of"] for name in "bc"} == {"b": "a", "c": "a"}
    assert {rows[name]["dropped_by"] for name in "bc"} == {"duplicate"}
    assert {rows[name]["copies"] for name in "bc"} == {None}


@pytest.mark.parametrize(
    ("keep", "rows", "best"),
    [
        (Keep(("longest",)), [{"id": "a", "characters": 8}, {"id": "b", "characters": 9}], "b"),
        (Keep(("longest",)), [{"id": "a", "characters": None}, {"id": "b", "characters": 0}], "b"),
        (Keep(("highest:stopwords",)), [{"id": "a", "stopwords": 0.4}, {"id": "b", "stopwords": 0.5}], "b"),
        (Keep(("highest:number_words",)), [{"id": "a", "number_words": 99}, {"id": "b"}], "b"),
        (Keep(("lowest:perplexity",)), [{"id": "a", "perplexity": 9.5}, {"id": "b", "perplexity": 9.25}], "b"),
        (Keep(("lowest:perplexity",)), [{"id": "a"}, {"id": "b", "perplexity": 1e300}], "b"),
        (Keep(("highest:perplexity",)), [{"id": "a"}, {"id": "b", "perplexity": 0.0}], "b"),
        (Keep(("lowest:perplexity",)), [{"id": "a", "perplexity": float("nan")}, {"id": "b", "perplexity": 2.0}], "b"),
        (Keep(("lowest:perplexity",)), [{"id": "b", "perplexity": float("nan")}, {"id": "a"}], "a"),
        (Keep(("source",), {"a": 1, "b": 0}), [{"id": "a"}, {"id": "b", "source": "b"}], "b"),
        (Keep(("source",), {"b": 7}), [{"id": "a"}, {"id": "b", "source": "b"}], "b"),
        (Keep(("source",), {"a": 1, "b": 1}), [{"id": "b"}, {"id": "a", "source": "b"}], "a"),
        (
            Keep(("source", "longest"), {"a": 0, "b": 1}),
            [{"id": "a", "characters": 1}, {"id": "b", "characters": 2}, {"id": "0", "source": "b", "characters": 3}],
            "b",
        ),
        (
            Keep(("longest", "source"), {"a": 0, "b": 1}),
            [{"id": "a", "characters": 1}, {"id": "b", "characters": 2}, {"id": "0", "source": "b", "characters": 3}],
            "0",
        ),
        (Keep(("longest",)), [{"id": "b", "characters": 9}, {"id": "a", "characters": 9}, {"id": "c"}], "a"),
    ],
)
def test_each_criterion_in_turn_then_the_lowest_id(
    memory: str, config: Config, keep: Keep, rows: Sequence[Row], best: str
) -> None:
    assert kept(one_cluster(memory, config, rows, keep)) == [best]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("newest",), r"keep: 'newest'; allowed are source, longest, highest:number_words, lowest:number_words, .*"),
        (("highest:bytes",), r"keep: 'highest:bytes'; allowed are source, .*"),
        (("longest", "longest"), r"keep: 'longest' stands there twice; name it once"),
    ],
)
def test_another_criterion_is_refused(given: tuple[str, ...], says: str) -> None:
    with pytest.raises(CopiesError, match=says):
        Keep(given)


def test_fewer_than_no_characters_are_refused() -> None:
    with pytest.raises(CopiesError, match="longest: -1; allowed is 0 or more characters"):
        Keep(longest=-1)


def test_only_what_decides_makes_other_ledgers() -> None:
    assert Keep(("longest",), {"a": 1}).decides() == Keep(("longest",)).decides()
    different = [Keep(("source",), {"a": 1}), Keep(("source",)), Keep(("longest",)), Keep(), Keep(longest=5)]
    assert all(one.decides() != other.decides() for one, other in itertools.combinations(different, 2))


def test_the_method_is_the_first_by_which_a_copy_is_with_the_one_that_is_kept(memory: str, config: Config) -> None:
    shards = shelve(memory, {"a": [{"id": name} for name in "abcdef"]})
    groups = {
        "exact": [["a", "b"], ["d", "e"]],
        "url": [["a", "b"], ["c", "d", "e"]],
        "minhash": [["a", "b", "c", "d", "e"]],
    }
    rows = said(memory, shards, config, clusters=clustered(memory, shards, groups))
    assert {name: row["method"] for name, row in rows.items()} == {
        "a": None,
        "b": "exact",
        "c": "minhash",
        "d": "minhash",
        "e": "minhash",
        "f": None,
    }
    assert rows["b"]["similarity"] == 1.0
    assert (rows["a"]["copies"], rows["f"]["copies"]) == (5, 1)
    second = said(memory, shards, config, clusters=clustered(memory, shards, groups), keep=Keep(("source",), {"a": 0}))
    assert second == rows


def test_similarity_is_that_of_the_method(memory: str, config: Config) -> None:
    sketch = bytes(range(8))
    rows: list[Row] = [
        {"id": "a", "simhash": 2**64 - 1, "sketch": sketch},
        {"id": "b", "simhash": 2**64 - 8, "sketch": sketch},
        {"id": "c", "simhash": 0, "sketch": sketch[:6] + b"\xff\xff"},
        {"id": "d", "simhash": 0, "sketch": sketch},
        {"id": "e", "simhash": 0, "sketch": None},
        {"id": "f", "simhash": 0, "sketch": sketch[::-1]},
        {"id": "g", "simhash": None},
    ]
    shards = shelve(memory, {"a": rows})
    groups = {"url": [["a", "g"]], "simhash": [["a", "b", "g"]], "minhash": [list("abcdefg")]}
    found = said(memory, shards, config, clusters=clustered(memory, shards, groups))
    methods = [None, "simhash", "minhash", "minhash", "minhash", "minhash", "url"]
    assert [found[name]["method"] for name in "abcdefg"] == methods
    estimated = (6 / 8 - 1 / 256) / (1 - 1 / 256)
    expected = [None, 1 - 3 / 64, pytest.approx(estimated), 1.0, None, 0.0, 1.0]
    assert [found[name]["similarity"] for name in "abcdefg"] == expected


def test_a_long_document_that_simhash_alone_found_stays(memory: str, config: Config) -> None:
    rows: list[Row] = [
        {"id": "a", "characters": 9000, "simhash": 0},
        {"id": "b", "characters": 6001, "simhash": 1},
        {"id": "c", "characters": 6000, "simhash": 1},
        {"id": "d", "characters": 9000, "simhash": 0},
        {"id": "e", "characters": None, "simhash": 1},
    ]
    shards = shelve(memory, {"a": rows})
    clusters = clustered(memory, shards, {"exact": [["a", "d"]], "simhash": [list("abcde")]})
    found = said(memory, shards, config, clusters=clusters, keep=Keep(longest=6000))
    assert kept(found) == ["a", "b"]
    assert (found["b"]["duplicate_of"], found["b"]["method"], found["b"]["copies"]) == (None, None, 1)
    assert found["a"]["copies"] == 4
    assert kept(said(memory, shards, config, clusters=clusters)) == ["a"]


def test_what_does_not_pass_is_no_copy_and_counts_for_none(memory: str, config: Config) -> None:
    rows = one_cluster(
        memory, config, [{"id": "a", "number_words": 1}, {"id": "b"}, {"id": "c"}, {"id": "d", "lang": "xx"}]
    )
    assert rows["a"] | {"id": ""} == dict.fromkeys(rows["a"]) | {"id": "", "dropped_by": "number_words"}
    assert rows["d"]["copies"] is None
    assert (rows["b"]["copies"], rows["c"]["duplicate_of"]) == (2, "b")


def test_a_cluster_of_which_one_passes_is_one_copy_and_one_of_which_none_does_is_none(
    memory: str, config: Config
) -> None:
    rows = one_cluster(memory, config, [{"id": "a", "lost": "removed"}, {"id": "b"}])
    assert (kept(rows), rows["b"]["copies"]) == (["b"], 1)
    none = one_cluster(f"{memory}/none", config, [{"id": "x", "lost": "removed"}, {"id": "y", "lost": "error:read"}])
    assert [row["copies"] for row in none.values()] == [None, None]


ids = st.lists(st.integers(0, 10**6).map(str), min_size=2, max_size=60, unique=True)


@settings(max_examples=40)
@given(data=st.data(), names=ids)
def test_of_every_cluster_one_member_that_passes_is_kept(data: st.DataObject, names: list[str]) -> None:
    """Whatever the clusters, the verdicts, the memory and the cut into shards."""
    methods = ("exact", "minhash")
    numbers = data.draw(st.lists(st.integers(0, 6), min_size=len(names), max_size=len(names)))
    lengths = data.draw(st.lists(st.none() | st.integers(0, 3), min_size=len(names), max_size=len(names)))
    rows = [(name, number, length) for name, number, length in zip(names, numbers, lengths, strict=True)]
    exchanged = replace(
        copies.choosing(methods, Keep(("longest",)), members=len(names), functions=0, memory=10**9),
        partitions=data.draw(st.integers(1, 4)),
        chunk=data.draw(st.integers(1, 8)),
    )
    work = "memory://property"
    listing = spread_rows(work, rows, exchanged, each=data.draw(st.integers(1, 20)))
    for part in range(exchanged.partitions):
        copies.choose(copies.ChooseJob(listing, part, exchanged, copies.part(work, "k", part)))
    [nothing, chosen] = copies.located(work, "k", partitions=exchanged.partitions, shards=2)
    assert len(nothing.of(0)) == 0
    found = {names[row["place"]]: row for row in chosen.of(0).to_pylist()}
    for number in set(numbers):
        members = [(-1 if length is None else length, name) for name, group, length in rows if group == number]
        longest = max(length for length, _ in members)
        best = min(name for length, name in members if length == longest)
        for _, name in members:
            if name != best:
                assert found[name]["duplicate_of"] == best
        assert found.get(best, {"copies": 1})["copies"] == len(members)


def spread_rows(work: str, rows: Sequence[tuple[str, int, int | None]], exchanged: copies.Choosing, each: int) -> str:
    """Members of a shard, spread over partitions; a tuple is the id, the cluster and the characters."""
    found = pa.table(
        {
            "shard": pa.array([1] * len(rows), pa.int32()),
            "place": pa.array(range(len(rows)), pa.int64()),
            "id": [name for name, _, _ in rows],
            "cluster_exact": pa.array(range(len(rows)), pa.int64()),
            "cluster_minhash": pa.array([number for _, number, _ in rows], pa.int64()),
            "order_0": pa.array([None if length is None else -length for _, _, length in rows], pa.float64()),
            "sketch": pa.nulls(len(rows), pa.binary()),
        },
        schema=exchanged.schema(),
    )
    parts = (found.slice(start, each) for start in range(0, len(rows), each))
    written = exchange.write(f"{work}/spread.arrow", exchanged.schema(), copies.spread(parts, exchanged))
    return exchange.listing(f"{work}/listing.json", [written])


def many(work: str) -> tuple[list[Shard], str]:
    """Some hundred documents of three sources in clusters of all sizes."""
    random = np.random.default_rng(7)
    sources = {
        source: [
            {
                "id": f"{random.integers(2**60):016x}",
                "characters": int(random.integers(5)),
                "sketch": random.integers(0, 3, 8, dtype=np.uint8).tobytes(),
                "number_words": int(random.choice([1, 100])),
            }
            for _ in range(150)
        ]
        for source in "abc"
    }
    shards = shelve(work, sources)
    everybody = [str(row["id"]) for rows in sources.values() for row in rows]
    groups = [everybody[start:end] for start, end in itertools.pairwise([0, 200, 202, 205, 240, 300, 449])]
    return shards, clustered(work, shards, {"exact": [group[:3] for group in groups], "minhash": groups})


def contents(work: str, shards: Sequence[Shard]) -> dict[str, bytes]:
    folders = [storage.join(work, shard.source, "ledger") for shard in shards]
    return {
        name: storage.read_bytes(name)
        for folder in folders
        for name in map(f"{folder}/{{}}".format, storage.names(folder))
    }


def test_another_memory_gives_the_same_bytes(memory: str, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    shards, clusters = many(memory)
    keep = Keep(("longest", "source"), {"c": 0})
    rows = said(memory, shards, config, clusters=clusters, keep=keep)
    assert len({row["duplicate_of"] for row in rows.values()} - {None}) == 4
    before = {name.replace(memory, ""): data for name, data in contents(memory, shards).items()}
    monkeypatch.setattr(copies, "GROUP", 16)
    again = f"{memory}/again"
    shards, clusters = many(again)
    how = Runtime(memory=plan.BASE + 50_000)
    assert copies.choosing(("minhash",), keep, members=449, functions=8, memory=how.memory).partitions > 4
    assert said(again, shards, config, how, clusters=clusters, keep=keep) == rows
    assert {name.replace(again, ""): data for name, data in contents(again, shards).items()} == before


def test_no_order_of_sources_changes_a_choice(memory: str, config: Config) -> None:
    rows = {source: [{"id": f"{source}{n}"} for n in range(3)] for source in "abc"}
    found = []
    for order in itertools.permutations("abc"):
        work = f"{memory}/{''.join(order)}"
        shards = shelve(work, {source: rows[source] for source in order})
        clusters = clustered(work, shards, {"minhash": [["b0", "a2", "c1"], ["c0", "b1"]]})
        found.append(said(work, shards, config, clusters=clusters))
    assert all(each == found[0] for each in found)
    assert kept(found[0]) == ["a0", "a1", "a2", "b1", "b2", "c2"]


@pytest.mark.parametrize(("folder", "times"), [("passing", 2), ("duplicates", 1), ("b/ledger", 1)])
def test_a_run_that_broke_off_goes_on_to_the_same_bytes(
    memory: str, config: Config, monkeypatch: pytest.MonkeyPatch, folder: str, times: int
) -> None:
    shards, clusters = many(memory)
    said(memory, shards, config, clusters=clusters)
    before = contents(memory, shards)
    for shard in shards:
        storage.remove(storage.join(memory, shard.source, "ledger"))
    left = [times]
    write = storage.write_json

    def failing(path: str, value: Any) -> None:
        left[0] -= f"/{folder}/" in path
        if left[0] == 0:
            raise OSError("the machine went away")
        write(path, value)

    with monkeypatch.context() as patch:
        patch.setattr(storage, "write_json", failing)
        with pytest.raises((RunError, OSError), match="the machine went away"):
            said(memory, shards, config, clusters=clusters)
    said(memory, shards, config, clusters=clusters)
    assert contents(memory, shards) == before
    assert storage.names(storage.join(memory, "dedup")) == ["clusters"]


def test_a_million_copies_of_one_page_are_taken_a_chunk_at_a_time(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[int] = []
    better = copies._better

    def watched(best: pa.Table, members: pa.Table, exchanged: copies.Choosing) -> pa.Table:
        held.append(len(best) + len(members))
        return better(best, members, exchanged)

    monkeypatch.setattr(copies, "_better", watched)
    rows = 1_000_000
    exchanged = replace(
        copies.choosing(("exact",), Keep(), members=100, functions=0, memory=10**9), partitions=3, chunk=100_000
    )
    names = pa.array(np.char.mod("%07d", np.random.default_rng(5).permutation(rows)))
    columns = [
        pa.repeat(pa.scalar(0, pa.int32()), rows),
        pa.array(np.arange(rows)),
        names.cast(pa.string()),
        pa.repeat(pa.scalar(3, pa.int64()), rows),
    ]
    table = pa.table(columns, schema=exchanged.schema())
    parts = (table.slice(start, 50_000) for start in range(0, rows, 50_000))
    written = exchange.write(f"{memory}/a.arrow", exchanged.schema(), copies.spread(parts, exchanged))
    [part] = exchange.partitions(f"{memory}/a.arrow")
    listing = exchange.listing(f"{memory}/a.json", [written])
    copies.choose(copies.ChooseJob(listing, int(part), exchanged, copies.part(memory, "k", 0)))
    assert max(held) <= 100_001 + 50_000
    [chosen] = copies.located(memory, "k", partitions=1, shards=1)
    found = pa.concat_tables([chosen.of(block) for block in range(rows // copies.BLOCK)])
    assert found.column("place").to_numpy().tolist() == list(range(rows))
    assert set(found.column("duplicate_of").drop_null().unique().to_pylist()) == {"0000000"}
    assert found.column("duplicate_of").null_count == 1
    assert found.column("copies").drop_null().to_pylist() == [rows]


def test_the_plan_grows_with_the_members_up_to_the_memory() -> None:
    shards = [Shard("a", str(number), 10, 0, 10 * number) for number in range(4)]
    small, larger, huge = (
        copies.needs(shards, members, Runtime(), methods=("minhash",), functions=112)
        for members in (10**4, 10**6, 10**9)
    )
    assert plan.BASE < small.memory < larger.memory < huge.memory <= Runtime().memory
    assert (small.tasks, larger.tasks) == (5, 5)
    assert huge.tasks > 100
    assert huge.disk == 1000 * larger.disk


def test_long_sketches_keep_within_little_memory_too() -> None:
    how = Runtime(memory=plan.BASE + plan.LEAST)
    shards = [Shard("a", "x", 10**6, 0, 0)]
    assert copies.needs(shards, 10**6, how, methods=("minhash",), functions=9000).memory <= how.memory


def test_two_workers_choose_the_same(tmp_path: Path, memory: str, config: Config) -> None:
    shards, clusters = many(memory)
    keep = Keep(("longest",))
    alone = said(memory, shards, config, clusters=clusters, keep=keep)
    shards, clusters = many(str(tmp_path))
    assert said(str(tmp_path), shards, config, Runtime("dask", 2), clusters=clusters, keep=keep) == alone
    assert storage.names(f"{tmp_path}/dedup") == ["clusters"]
