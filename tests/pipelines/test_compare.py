"""Pairs are kept by the Jaccard similarity of their stored texts, whatever the room, and with every count said."""

import itertools
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from catalog.document import DOCUMENTS
from filters.minhash import jaccard, shingles
from filters.signing import MinHash, Signing
from pipelines import compare, compare_jobs, storage, tables, texts
from pipelines.compare import counted, needs, verified
from pipelines.plan import BASE
from pipelines.run import RunError, Runtime
from pipelines.search import EDGES, Search, Settings
from pipelines.shards import Shard

HOW = MinHash()
SHARED_WORDS = ("ẹ", "kú", "iṣẹ́", "o", "नमस्ते", "قال", "book", "2")


def make(work: str, given: Mapping[str, Sequence[str]], *, verify: float = 0.75, how: MinHash = HOW) -> Search:
    """A search over shards with these texts, one a source."""
    shards, first = [], 0
    for source, held in given.items():
        shard = Shard(source, "x", len(held), sum(len(text.encode()) for text in held), first)
        blank = {name: [""] * len(held) for name in DOCUMENTS.names}
        tables.write(shard.path(work, "documents"), pa.table({**blank, "text": list(held)}, schema=DOCUMENTS))
        shards.append(shard)
        first += len(held)
    return Search(work, tuple(shards), Settings(verify=verify, signing=Signing(minhash=how)), "key")


def propose(search: Search, *files: Sequence[tuple[int, int]]) -> list[str]:
    """Files of candidate pairs."""
    paths = [search.path("edges", f"{number}.parquet") for number in range(len(files))]
    for path, pairs in zip(paths, files, strict=True):
        columns = {"row": [pair[0] for pair in pairs], "other": [pair[1] for pair in pairs]}
        tables.write(path, pa.table(columns, schema=EDGES))
    return paths


def read(paths: Sequence[str]) -> list[tuple[int, int]]:
    found = [(row["row"], row["other"]) for path in paths for row in tables.read(path).to_pylist()]
    assert len(found) == len(set(found))
    return sorted(found)


def story(length: int, changes: int, seed: int) -> str:
    """A text of words, of which so many are not those that other texts of this length have."""
    words = [f"{SHARED_WORDS[place % 8]}{place}" for place in range(length)]
    for place in random.Random(seed).sample(range(length), changes):
        words[place] = f"other{seed}"
    return " ".join(words)


@pytest.fixture(scope="module")
def mixture() -> dict[str, list[str]]:
    """Texts of which some are much alike, by source."""
    return {
        "a": [story(60, changes, seed) for seed, changes in enumerate((0, 0, 1, 2, 4))] + ["ẹ kú iṣẹ́", ""],
        "b": [story(60, changes, seed) for seed, changes in enumerate((0, 3, 9), start=20)],
        "empty": [],
        "c": [story(400, changes, seed) for seed, changes in enumerate((0, 5, 50), start=40)]
        + ["小山羊，你去哪里呢"] * 2,
    }


def expected(mixture: Mapping[str, Sequence[str]], verify: float) -> tuple[list[tuple[int, int]], list[float]]:
    """Of all pairs, those that are alike, and how alike each is, by a plain reading."""
    sets = [shingles(text, HOW) for texts in mixture.values() for text in texts]
    pairs = list(itertools.combinations(range(len(sets)), 2))
    alike = [0.0 if (a := sets[i]) is None or (b := sets[j]) is None else jaccard(a, b) for i, j in pairs]
    return [pair for pair, similar in zip(pairs, alike, strict=True) if similar >= verify], alike


@pytest.mark.parametrize("verify", [0.5, 0.75, 1.0])
def test_the_pairs_that_a_plain_reading_finds_stay(memory: str, mixture: dict[str, list[str]], verify: float) -> None:
    search = make(memory, mixture, verify=verify)
    rows = range(search.rows)
    paths = verified(search, propose(search, list(itertools.combinations(rows, 2))), Runtime())
    pairs, alike = expected(mixture, verify)
    assert len(pairs) > 1
    assert read(paths) == pairs
    counts = counted(paths)
    assert (counts["compared"], counts["verified"]) == (len(alike), len(pairs))
    assert counts["refused"] == len(alike) - len(pairs)
    assert sum(counts["similarities"]) == len(alike)
    assert counts["similarities"][19] == sum(similar >= 0.95 for similar in alike)


def test_a_pair_that_is_proposed_often_is_compared_once(memory: str) -> None:
    search = make(memory, {"a": [story(30, 0, 1)] * 3})
    paths = verified(search, propose(search, [(0, 1), (0, 2), (0, 1)], [(0, 1)], []), Runtime())
    assert read(paths) == [(0, 1), (0, 2)]
    assert counted(paths)["compared"] == 2


def test_nothing_proposed_and_nothing_to_compare(memory: str) -> None:
    nothing = {"compared": 0, "verified": 0, "refused": 0, "similarities": [0] * 20}
    for given in ({"a": ["ẹ kú"]}, {}):
        search = make(memory, given)
        paths = verified(search, propose(search, []), Runtime())
        assert read(paths) == []
        assert counted(paths) == nothing


def test_texts_too_short_for_a_shingle_are_like_no_other(memory: str) -> None:
    """As two may be once personal data is replaced in them."""
    search = make(memory, {"a": ["ẹ kú iṣẹ́ o", "ẹ kú iṣẹ́ o", story(30, 0, 1)]})
    paths = verified(search, propose(search, [(0, 1), (0, 2)]), Runtime())
    assert read(paths) == []
    assert counted(paths)["similarities"][0] == 2


@pytest.mark.parametrize(("partition", "room", "stretch", "together"), [(200, 10**6, 5, 9), (10**9, 900, 7, 40)])
def test_the_same_pairs_come_of_any_room_and_any_number_of_partitions(
    memory: str,
    mixture: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
    partition: int,
    room: int,
    stretch: int,
    together: int,
) -> None:
    monkeypatch.setattr(compare, "PARTITION", partition)
    monkeypatch.setattr(compare_jobs, "STRETCH", stretch)
    monkeypatch.setattr(compare_jobs, "TOGETHER", together)
    monkeypatch.setattr(compare_jobs, "PAIRS", together)
    monkeypatch.setattr(compare_jobs, "REACH", 4)
    monkeypatch.setattr(texts, "TOGETHER", 300)
    search = make(memory, mixture)
    rows = list(itertools.combinations(range(search.rows), 2))
    paths = verified(search, propose(search, rows[::2], rows[1::2], rows[::3]), Runtime(memory=BASE + room))
    assert len(paths) > 10
    pairs, alike = expected(mixture, 0.75)
    assert read(paths) == pairs
    assert counted(paths)["compared"] == len(alike)


def test_other_shingles_are_compared_where_they_are_asked_for(memory: str) -> None:
    given = {"a": ["ẹ kú iṣẹ́ o ẹ kú", "ẹ kú iṣẹ́ o ẹ ku"]}
    for how, stays in ((MinHash(n=1), True), (MinHash(), False), (MinHash(unit="characters", n=2), True)):
        search = make(memory, given, how=how, verify=0.7)
        assert bool(read(verified(search, propose(search, [(0, 1)]), Runtime()))) is stays


def test_no_more_sets_are_held_than_there_is_room_for(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A long page among the firsts and a page with many copies."""
    monkeypatch.setattr(compare_jobs, "STRETCH", 100)
    monkeypatch.setattr(compare_jobs, "TOGETHER", 200)
    held: list[int] = []
    joined = compare_jobs._joined

    def noting(batches: list[pa.RecordBatch]) -> Any:
        held.append(sum(batch.nbytes for batch in batches))
        return joined(batches)

    monkeypatch.setattr(compare_jobs, "_joined", noting)
    long, page = story(9000, 0, 1), story(50, 0, 2)
    search = make(memory, {"a": [long, page], "b": [long + " ó tán", *[page] * 300]})
    pairs = [(0, 2), *((1, row) for row in range(3, 303))]
    paths = verified(search, propose(search, pairs), Runtime(memory=BASE + 130_000))
    assert read(paths) == pairs
    assert len(paths) == 1
    assert len(held) > 2
    assert max(held) <= 130_000 // 4


def test_a_table_of_documents_that_is_missing_or_damaged_is_named(tmp_path: Path) -> None:
    search = make(str(tmp_path), {"a": [story(30, 0, 1)], "b": [story(30, 0, 1)]})
    path = Path(search.shards[1].path(str(tmp_path), "documents"))
    data = path.read_bytes()
    for fault, message in ((data[:-9], r"cannot be read"), (None, "is missing")):
        path.unlink(missing_ok=True)
        if fault is not None:
            path.write_bytes(fault)
        with pytest.raises(RunError, match=rf"b/documents/x\.parquet: this table of documents {message}"):
            verified(search, propose(search, [(0, 1)]), Runtime())
    path.write_bytes(data)
    assert read(verified(search, propose(search, [(0, 1)]), Runtime())) == [(0, 1)]


def test_a_run_that_was_stopped_goes_on_and_a_second_one_does_nothing(
    memory: str, mixture: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    search = make(memory, mixture)
    proposed = propose(search, list(itertools.combinations(range(search.rows), 2)))
    whole = [storage.read_bytes(path) for path in verified(search, proposed, Runtime())]
    storage.remove(search.path("verified"))
    with monkeypatch.context() as patch:
        patch.setattr(compare_jobs, "histogram", _stops)
        with pytest.raises(RunError, match="stopped here"):
            verified(search, proposed, Runtime())
    assert storage.names(search.path("verified", "exchange"))
    with monkeypatch.context() as patch:
        patch.setattr("filters.minhash_batch.shingle_texts", _stops)
        paths = verified(search, proposed, Runtime())
    assert [storage.read_bytes(path) for path in paths] == whole
    assert "exchange" not in storage.names(search.path("verified"))
    capsys.readouterr()
    assert verified(search, proposed, Runtime()) == paths
    assert "nothing to do" in capsys.readouterr().err


def _stops(*_: Any) -> Any:
    raise ValueError("stopped here")


def test_what_it_needs_is_said_and_stays_inside_the_memory() -> None:
    small, large = [Shard("a", "x", 10, 10_000, 0)], [Shard("a", "x", 10**8, 5 * 10**11, 0)]
    for shards in (small, large):
        for memory in (10**9, 4 * 10**9):
            phase = needs(shards, Settings(), Runtime(memory=memory))
            assert BASE < phase.memory <= memory
    assert needs(small, Settings(), Runtime()).tasks == 3
    one, two = (needs(large, Settings(), Runtime(memory=memory)) for memory in (10**9, 4 * 10**9))
    assert one.disk == two.disk > 10**12
    assert one.tasks == two.tasks == 2 + 1024
