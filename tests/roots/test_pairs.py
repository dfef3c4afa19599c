"""Pairs are drawn by similarity, the same ones every time, and no text is read but theirs."""

from typing import Any

import pytest

from pipelines import storage, tables
from roots.folders import FolderError
from roots.pairs import Pair, Wanted, clusters, pairs
from tests.roots.deduplicated import deduplicated


def copies(similarities: list[float | None], **more: Any) -> list[dict[str, Any]]:
    """A kept document and a copy of it for each similarity."""
    found: list[dict[str, Any]] = []
    for number, similarity in enumerate(similarities):
        text = f"The text of number {number}."
        found.append({"text": text, "lang": "en", "cluster": number})
        found.append({"text": f"{text} 7", "lang": "en", "cluster": number, "similarity": similarity} | more)
    return found


def drawn(work: str, **asked: Any) -> list[float | None]:
    return [pair.similarity for pair in pairs(work, Wanted(**asked)).pairs]


def test_a_pair_is_a_copy_and_what_was_kept_in_its_place(memory: str) -> None:
    rows = [
        {"text": "one two", "lang": "yo", "cluster": 0},
        {"text": "one two three", "lang": "ar", "cluster": 0, "similarity": 0.8, "method": "simhash"},
        {"text": "one", "lang": "yo", "cluster": 0, "similarity": 0.9},
    ]
    deduplicated(memory, {"a": rows[1:], "b": rows[:1]})
    first, second = pairs(memory, Wanted()).pairs
    assert (first.method, first.similarity, first.copies) == ("simhash", 0.8, 3)
    assert (first.copy.source, first.copy.lang, first.kept.source, first.kept.lang) == ("a", "ar", "b", "yo")
    assert "".join(part.text for part in first.copy.side.parts) == "one two three"
    assert [part.text for part in first.copy.side.parts if part.differs] == ["three"]
    assert second.kept.id == first.kept.id
    assert second.copy.id != first.copy.id


def test_every_band_of_similarity_gives_as_many(memory: str) -> None:
    deduplicated(memory, {"a": copies([0.76] * 30 + [0.81] * 2 + [0.97] * 30 + [1.0] * 30)})
    found = pairs(memory, Wanted(number=10))
    assert dict(found.bands) == {15: 30, 16: 2, 19: 30, 20: 30}
    assert (found.copies, found.documents) == (92, 184)
    assert [pair.similarity for pair in found.pairs] == [0.76] * 3 + [0.81] * 2 + [0.97] * 3 + [1.0] * 2
    assert drawn(memory, number=2) == [0.76, 0.81]


def test_bands_begin_where_they_say(memory: str) -> None:
    deduplicated(memory, {"a": copies([n / 20 for n in range(21)] + [0.0499, 0.949, None])})
    assert dict(pairs(memory, Wanted()).bands) == {-1: 1, 0: 2, **dict.fromkeys(range(1, 18), 1), 18: 2, 19: 1, 20: 1}


def test_around_a_similarity_are_the_nearest(memory: str) -> None:
    deduplicated(memory, {"a": copies([0.5, 0.78, 0.79, 0.81, 0.83, 0.99, None])})
    assert drawn(memory, around=0.8, number=3) == [0.78, 0.79, 0.81]
    assert drawn(memory, around=0.8, number=6) == [0.5, 0.78, 0.79, 0.81, 0.83, 0.99]
    assert dict(pairs(memory, Wanted(around=0.8, number=1)).bands)[19] == 1


def test_of_a_cluster_one_pair_of_a_band_is_drawn(memory: str) -> None:
    row = {"text": "a", "lang": "en", "cluster": 0}
    deduplicated(memory, {"a": [row, *[{**row, "similarity": 0.8}] * 50, *[{**row, "similarity": 0.9}] * 50]})
    assert drawn(memory) == [0.8, 0.9]
    assert drawn(memory, around=0.8) == [0.8]


def test_a_seed_draws_the_same_however_the_tables_are_cut(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def ids(work: str, seed: int) -> list[str]:
        return [pair.copy.id for pair in pairs(work, Wanted(number=5, seed=seed)).pairs]

    rows = copies([0.8] * 200)
    deduplicated(f"{memory}/one", {"a": rows})
    monkeypatch.setattr(tables, "ROW_GROUP", 7)
    monkeypatch.setattr("roots.pairs.AT_ONCE", 11)
    deduplicated(f"{memory}/two", {"a": rows})
    assert len({tuple(ids(f"{memory}/{folder}", 3)) for folder in ("one", "two")}) == 1
    assert len({tuple(ids(f"{memory}/one", seed)) for seed in range(20)}) > 15
    assert len({id for seed in range(60) for id in ids(f"{memory}/one", seed)}) > 100


@pytest.mark.parametrize(
    ("asked", "similarities"),
    [
        ({"lang": "ar"}, [0.7]),
        ({"source": "two"}, [0.8, 0.9]),
        ({"method": "simhash"}, [0.9]),
        ({"source": "two", "method": "minhash"}, [0.8]),
        ({"lang": "yo"}, []),
    ],
)
def test_what_is_asked_for_is_drawn(memory: str, asked: dict[str, Any], similarities: list[float]) -> None:
    one = copies([0.7], lang="ar")
    two = [dict(row, cluster=row["cluster"] + 5) for row in copies([0.8])]
    three = [dict(row, cluster=row["cluster"] + 6) for row in copies([0.9], method="simhash")]
    deduplicated(memory, {"one": one, "two": [*two, *three]})
    assert drawn(memory, **asked) == similarities
    assert pairs(memory, Wanted(**asked)).copies == len(similarities)


def test_documents_of_which_nothing_was_left_are_no_pairs(memory: str) -> None:
    lost = {"text": " ", "lang": "en", "dropped_by": "duplicate", "method": "substring"}
    deduplicated(memory, {"a": [*copies([0.8]), lost]})
    assert pairs(memory, Wanted()).copies == 1


def test_only_the_row_groups_of_the_pairs_are_read(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROW_GROUP", 2)
    deduplicated(memory, {"a": copies([0.8] * 50)})
    read: list[int] = []
    whole = tables.batches

    def watched(path: str, columns: Any = None, **given: Any) -> Any:
        if "/documents/" in path:
            read.extend(given["groups"])
        return whole(path, columns, **given)

    monkeypatch.setattr(tables, "batches", watched)
    found = pairs(memory, Wanted(number=3)).pairs
    assert len(found) == 3
    assert len(read) == 3


def test_by_what_copies_are_kept_is_told_where_the_ledger_says_so(memory: str) -> None:
    deduplicated(memory, {"a": copies([0.8])})
    assert pairs(memory, Wanted()).keep is None
    path = f"{memory}/a/ledger/x.judged.json"
    storage.write_json(path, {**storage.read_json(path), "keep": ["longest"]})
    assert pairs(memory, Wanted()).keep == ["longest"]


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("a/ledger", "nothing is judged in this folder; `roots dedup RECIPE.toml --work"),
        ("dedup", "no copies were looked for in this folder; `roots dedup RECIPE.toml --work"),
        ("b", "which is not there; `roots dedup RECIPE.toml --work"),
    ],
)
def test_a_folder_that_lacks_something_is_refused_with_the_command(memory: str, broken: str, message: str) -> None:
    kept, copy = copies([0.8])
    deduplicated(memory, {"a": [copy], "b": [kept]})
    if broken == "a/ledger":
        storage.remove(storage.join(memory, "b"))
    storage.remove(storage.join(memory, broken))
    with pytest.raises(FolderError, match=message):
        pairs(memory, Wanted())


def test_a_source_that_is_not_there_is_refused_with_those_that_are(memory: str) -> None:
    deduplicated(memory, {"a": copies([0.8]), "b": [{"text": "x", "lang": "en"}]})
    with pytest.raises(FolderError, match=r"no source 'c'; there are: a, b$"):
        pairs(memory, Wanted(source="c"))
    assert pairs(memory, Wanted(source="b")).pairs == []


def test_the_manifest_of_the_clusters_is_found(memory: str) -> None:
    deduplicated(memory, {"a": copies([0.8])}, scope="language")
    path, manifest = clusters(memory)
    assert path == f"{memory}/dedup/clusters/clusters.key.parquet"
    assert manifest["scope"] == "language"


def test_pairs_of_many_shards_are_found_in_theirs(memory: str) -> None:
    rows = copies([0.8] * 30)
    deduplicated(memory, {f"s{n:02d}": rows[n : n + 1] for n in range(60)})

    def number(pair: Pair) -> tuple[int, int]:
        return int(pair.kept.source[1:]), int(pair.copy.source[1:])

    found = pairs(memory, Wanted(number=30)).pairs
    assert sorted(number(pair) for pair in found) == [(n, n + 1) for n in range(0, 60, 2)]
