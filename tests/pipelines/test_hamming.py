"""Documents whose SimHashes differ in few bits are joined, as brute force would, in both profiles and any memory."""

import itertools
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import fsspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.signing import Signing, SimHash
from filters.simhash import distance
from filters.table import Profile
from pipelines import bands, hamming, storage, tables
from pipelines.dedup import dedup
from pipelines.plan import BASE, LEAST
from pipelines.run import Runtime
from pipelines.search import Search, Settings
from pipelines.shards import Shard
from pipelines.task import Task, Work, complete, manifest_of
from tests import signed

ALL = Settings(verify=0, signing=Signing(("simhash",)))
ROOTS = replace(ALL, profile="roots-2022-03")
LITTLE = Runtime(memory=BASE + LEAST)

Hash = int | None
Document = tuple[Hash, str]
"""A hash, and the language that the document is in."""


@contextmanager
def folder() -> Iterator[str]:
    """A folder in memory, for one example."""
    name = uuid.uuid4().hex
    yield f"memory://hamming-{name}"
    fsspec.filesystem("memory").rm(f"/hamming-{name}", recursive=True)


def direct(title: str, tasks: Sequence[Task], work: Work, how: Runtime) -> list[dict[str, Any]]:
    """Runs tasks without Beam, which takes longer than they do."""
    for task in tasks:
        complete(task, work)
    return [storage.read_json(task.manifest) for task in tasks]


def search(work: str, sources: Sequence[Sequence[Document]], asked: Settings) -> Search:
    """Signature tables with these hashes, one a source."""
    given = {
        f"source-{number}": [{"simhash": value, "lang": lang} for value, lang in documents]
        for number, documents in enumerate(sources)
    }
    return Search(work, tuple(signed.write(work, given)), asked, "key")


def found(sources: Sequence[Sequence[Document]], asked: Settings, how: Runtime = LITTLE) -> set[frozenset[int]]:
    """The clusters of documents by row, by the edges that are found."""
    with folder() as work, pytest.MonkeyPatch.context() as patch:
        patch.setattr(hamming, "run", direct)
        patch.setattr(bands, "run", direct)
        paths = hamming.edges(search(work, sources, asked), how)
        rows = [row for path in paths for row in tables.read(path).to_pylist()]
    assert all(row["row"] < row["other"] for row in rows)
    return joined([(row["row"], row["other"]) for row in rows])


def joined(pairs: Sequence[tuple[int, int]]) -> set[frozenset[int]]:
    """The clusters that pairs make."""
    cluster: dict[int, set[int]] = {}
    for one, other in pairs:
        both = cluster.get(one, {one}) | cluster.get(other, {other})
        cluster.update(dict.fromkeys(both, both))
    return {frozenset(members) for members in cluster.values()}


def brute(sources: Sequence[Sequence[Document]], asked: Settings) -> set[frozenset[int]]:
    """The clusters, by comparing each document with each."""
    documents = [(value, lang, number) for number, some in enumerate(sources) for value, lang in some]
    scope = {
        "all": lambda lang, number: "",
        "language": lambda lang, number: lang,
        "source": lambda lang, number: number,
    }
    known = [(value, scope[asked.scope](lang, number)) for value, lang, number in documents]
    how = asked.signing.simhash

    def near(one: tuple[Hash, Any], other: tuple[Hash, Any]) -> bool:
        return (
            one[0] is not None
            and other[0] is not None
            and one[1] == other[1]
            and distance(one[0], other[0]) <= how.distance
        )

    pairs = [(a, b) for a, b in itertools.combinations(range(len(known)), 2) if near(known[a], known[b])]
    if asked.profile == "roots-2022-03":
        different = [(a, b) for a, b in pairs if known[a][0] != known[b][0]]
        ends = {row for pair in different for row in pair}
        pairs = different + [(a, b) for a, b in pairs if known[a][0] == known[b][0] and {a, b} & ends]
    return joined(pairs)


def flipped(value: int, bits: Sequence[int]) -> int:
    for bit in bits:
        value ^= 1 << bit
    return value


bits = st.lists(st.integers(0, 63), max_size=6)
hashes = st.builds(flipped, st.sampled_from([0, 2**64 - 1, 0x0123456789ABCDEF]), bits)
documents = st.tuples(st.none() | hashes, st.sampled_from(["yo", "zhs"]))
parameters = st.sampled_from(
    [SimHash(), SimHash(distance=7, blocks=8), SimHash(distance=0, blocks=1), SimHash(blocks=9)]
)


@settings(max_examples=150)
@given(
    st.lists(st.lists(documents, max_size=12), max_size=4),
    parameters,
    st.sampled_from(["all", "language", "source"]),
    st.sampled_from(["fixed", "roots-2022-03"]),
)
def test_the_clusters_are_those_of_brute_force(
    sources: list[list[Document]], how: SimHash, scope: str, profile: Profile
) -> None:
    asked = replace(ALL, scope=scope, profile=profile, signing=Signing(("simhash",), simhash=how))
    assert found(sources, asked) == brute(sources, asked)


def told(sources: Sequence[Sequence[Document]], asked: Settings, how: Runtime = LITTLE) -> dict[str, int]:
    """What the manifests count."""
    with folder() as work, pytest.MonkeyPatch.context() as patch:
        patch.setattr(hamming, "run", direct)
        patch.setattr(bands, "run", direct)
        manifests = [storage.read_json(manifest_of(path)) for path in hamming.edges(search(work, sources, asked), how)]
    return {
        name: sum(manifest.get(name, 0) for manifest in manifests)
        for name in ("unsigned", "large_buckets", "pairs_left_out")
    }


def crowd(count: int) -> list[Document]:
    """Different hashes with all bits set but for some of the last 20, which makes large buckets."""
    drawn = np.random.default_rng(7).choice(2**20, count, replace=False)
    return [(2**64 - 1 - int(value), "yo") for value in drawn]


def cut(documents: Sequence[Document], size: int) -> list[Sequence[Document]]:
    """The same documents in sources of so many."""
    return [documents[start : start + size] for start in range(0, len(documents), size)]


@pytest.mark.parametrize("asked", [ALL, ROOTS], ids=["fixed", "roots-2022-03"])
@pytest.mark.parametrize(("most", "largest"), [(10_000, 1 << 18), (5, 1 << 18), (10_000, 40)])
def test_neither_slices_nor_memory_change_clusters_or_counts(
    asked: Settings, most: int, largest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hamming, "MOST_COMPARED", most)
    monkeypatch.setattr(hamming, "LARGEST", largest)
    documents = [*crowd(300), (None, "yo"), *crowd(30), (0, "yo"), (0, "yo")]
    whole = found([documents], asked), told([documents], asked)
    assert whole[1]["unsigned"] == 1
    assert (whole[1]["large_buckets"] > 0) == (whole[1]["pairs_left_out"] > 0) == (most == 5 or largest == 40)
    assert any(members >= {331, 332} for members in whole[0]) == (asked is ALL)
    if most == 10_000 and largest == 1 << 18:
        assert whole[0] == brute([documents], asked)
    for size, group, held, partition in ((70, 20, 10**6, 100), (333, 10**6, 37, 1000), (41, 50, 200, 10**6)):
        monkeypatch.setattr(hamming, "GROUP", group)
        monkeypatch.setattr(hamming, "PARTITION_ENTRIES", partition)
        monkeypatch.setattr(hamming, "HELD", (LEAST - hamming.READING) // held)
        assert (found(cut(documents, size), asked), told(cut(documents, size), asked)) == whole


def test_the_pairs_that_a_sample_leaves_out_are_estimated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hamming, "LARGEST", 1000)
    hashes = np.unique(np.random.default_rng(1).integers(0, 2**63, 20_000, dtype=np.uint64))
    keys, rows = np.zeros(len(hashes), np.uint64), np.arange(len(hashes))
    (_, kept, _), [unseen] = hamming._sampled(keys, hashes, rows)
    assert len(kept) == 1000
    assert np.all(kept[1:] > kept[:-1])
    assert unseen == pytest.approx(20_000**2 / 2, rel=0.15)


def test_a_million_copies_are_one_hash_of_a_bucket() -> None:
    copies: list[Document] = [(12345, "yo")] * 3000
    assert told([copies], ALL) == {"unsigned": 0, "large_buckets": 0, "pairs_left_out": 0}
    assert found([copies], ALL) == {frozenset(range(3000))}
    assert found([copies], ROOTS) == set()
    assert found([[*copies, (12344, "yo")]], ROOTS) == {frozenset(range(3001))}


def test_nothing_is_found_among_nothing() -> None:
    for sources in ([], [[]], [[(None, "yo"), (None, "yo")]]):
        assert found(sources, ALL) == set()


def test_the_same_with_beam_and_what_it_needs() -> None:
    documents = crowd(200)
    with folder() as work:
        asked = search(work, cut(documents, 120), ROOTS)
        paths = hamming.edges(asked, LITTLE)
        rows = [row for path in paths for row in tables.read(path).to_pylist()]
        assert storage.names(asked.path("exchange")) == []
        again = hamming.edges(asked, Runtime())
        assert again == paths
        members = tables.read(dedup(work, asked.shards, ROOTS, LITTLE)).to_pylist()
    assert joined([(row["row"], row["other"]) for row in rows]) == brute([documents], ROOTS)
    clusters = joined([(row["simhash"], row["row"]) for row in members if row["simhash"] != row["row"]])
    assert clusters == brute([documents], ROOTS)
    phases = hamming.needs(asked.shards, ROOTS, LITTLE)
    assert [phase.name for phase in phases][-3:] == ["simhash blocks", "simhash distances", "simhash pairs"]
    assert all(BASE < phase.memory <= LITTLE.memory for phase in phases)


@pytest.mark.parametrize("asked", [ALL, ROOTS], ids=["fixed", "roots-2022-03"])
def test_needs_keep_within_memory_however_many_documents(asked: Settings) -> None:
    for rows in (10**3, 10**6, 10**9):
        shards = [Shard("a", "x", rows, 0, 0)]
        for memory in (BASE + LEAST, 10**9, 10**10):
            phases = hamming.needs(shards, asked, Runtime(memory=memory))
            assert all(BASE < phase.memory <= 1.001 * memory for phase in phases), phases
