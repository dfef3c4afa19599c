"""Parts hold the documents that take part, in their order, and never more than they may."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import exchange, storage, tables
from pipelines.judge import Judged
from pipelines.plan import BASE
from pipelines.run import OptionError, RunError
from pipelines.shards import Shard
from pipelines.substring_parts import (
    BESIDE,
    CANDIDATES,
    SPANS,
    LookJob,
    Part,
    Piece,
    SearchJob,
    Settings,
    check_memory,
    fill,
    look,
    memory,
    search,
)
from tests.pipelines.passages import SENTENCES, shelve


def looked(work: str, judged: Judged, settings: Settings) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    target = storage.join(work, f"{judged.shard.source}-{judged.shard.stem}.parquet")
    manifest = look(LookJob(work, judged, settings, target))
    return manifest, tables.read(target).to_pylist()


def candidates(work: str, shards: Sequence[Sequence[tuple[str, int]]]) -> tuple[list[Shard], list[str]]:
    """Shards, and tables of candidates of these scopes and sizes; each second row of a shard is none."""
    paths, found, first = [], [], 0
    for number, rows in enumerate(shards):
        given = [
            {"place": 2 * place, "id": f"{number}-{place}", "scope": scope, "bytes": size}
            for place, (scope, size) in enumerate(rows)
        ]
        paths.append(storage.join(work, f"{number}.parquet"))
        tables.write(paths[-1], pa.Table.from_pylist(given, schema=CANDIDATES))
        found.append(Shard("s", str(number), 2 * len(rows), 0, first))
        first += 2 * len(rows)
    return found, paths


def members(parts: Sequence[Part], shards: Sequence[Sequence[tuple[str, int]]]) -> list[list[tuple[int, int]]]:
    """The number of the shard and the place of each document of each part."""
    return [
        [
            (piece.number, 2 * place)
            for piece in part.pieces
            for place, (scope, _) in enumerate(shards[piece.number])
            if scope == part.scope and piece.first <= 2 * place < piece.end
        ]
        for part in parts
    ]


def test_only_documents_that_are_in_and_have_more_characters_take_part(memory: str) -> None:
    texts = ["ọ" * 60, "ọ" * 61, "a" * 61, "a" * 600, "口" * 30]
    rows: list[dict[str, Any]] = [{"text": text} for text in texts]
    rows.append({"text": "b" * 100, "dropped_by": "stopwords"})
    [judged] = shelve(memory, {"one": rows})
    manifest, found = looked(memory, judged, Settings(characters=60, part_bytes=500))
    assert [(row["place"], row["bytes"]) for row in found] == [(1, 61 * 3), (2, 61)]
    assert [manifest[name] for name in ("documents", "bytes", "too_large")] == [2, 61 * 3 + 61, 1]
    _, found = looked(memory, judged, Settings(characters=60, part_bytes=601))
    assert [row["place"] for row in found] == [1, 2, 3]


@pytest.mark.parametrize(("scope", "names"), [("all", ["", ""]), ("source", ["one", "one"]), ("language", ["yo", ""])])
def test_the_scope_is_that_of_the_settings(memory: str, scope: str, names: list[str]) -> None:
    [judged] = shelve(memory, {"one": [{"text": "abc"}, {"text": "abc", "lang": None}]})
    _, found = looked(memory, judged, Settings(characters=1, scope=scope))
    assert [row["scope"] for row in found] == names


def test_a_part_ends_before_the_text_that_does_not_fit(memory: str) -> None:
    shards = [[("", 9), ("", 9)], [("", 9), ("", 29), ("", 4)]]
    parts = fill(*candidates(memory, shards), 30)
    assert members(parts, shards) == [[(0, 0), (0, 2), (1, 0)], [(1, 2)], [(1, 4)]]
    assert [(part.bytes, part.texts) for part in parts] == [(30, 3), (30, 1), (5, 1)]


SHARDS = st.lists(st.lists(st.tuples(st.sampled_from(["", "sw", "yo"]), st.integers(1, 19)), max_size=6), max_size=5)


@given(SHARDS, st.integers(20, 60))
def test_parts_are_filled_in_order_whatever_the_shards(shards: list[list[tuple[str, int]]], room: int) -> None:
    parts = fill(*candidates("memory://fill", shards), room)
    held = members(parts, shards)
    for part, documents in zip(parts, held, strict=True):
        assert sum(shards[number][place // 2][1] + 1 for number, place in documents) == part.bytes <= room
    for scope in ("", "sw", "yo"):
        mine = [documents for part, documents in zip(parts, held, strict=True) if part.scope == scope]
        wanted = [(n, 2 * p) for n, rows in enumerate(shards) for p, row in enumerate(rows) if row[0] == scope]
        assert [document for documents in mine for document in documents] == wanted
        sizes = [size + 1 for rows in shards for name, size in rows if name == scope]
        assert [len(documents) for documents in mine] == greedy(sizes, room)


def greedy(sizes: Sequence[int], room: int) -> list[int]:
    """How many texts are in each part, put in one after the other."""
    counts, used = [0], 0
    for size in sizes:
        if used + size > room:
            counts.append(0)
            used = 0
        counts[-1] += 1
        used += size
    return counts if sizes else []


def test_a_part_that_needs_more_memory_than_there_is_is_refused_with_what_would_fit() -> None:
    part = Part("", 10_000_000, 1000, ())
    check_memory([part], memory(10_000_000, 1000))
    check_memory([], BASE)
    with pytest.raises(OptionError, match=r"a part of 10\.0 MB .* takes .* MB; give that, or part_bytes = ") as found:
        check_memory([part, Part("", 5, 1, ())], BASE + BESIDE + 1_000_000)
    [fits] = re.findall(r"part_bytes = (\d+) under \[substrings\] in the recipe", str(found.value))
    assert 0.99e6 < memory(int(fits), int(fits) // 10_000) - BASE - BESIDE <= 1e6


def test_a_part_is_searched_and_its_spans_go_to_their_shards(memory: str) -> None:
    rows = [{"text": "x"}, {"text": f"Ọ̀kan: {SENTENCES[0]}"}, {"text": SENTENCES[0]}, {"text": f"{SENTENCES[0]}Ó tán."}]
    judged = shelve(memory, {"one": rows[:3], "two": rows[3:]})
    paths = []
    for each in judged:
        looked(memory, each, Settings(characters=10))
        paths.append(storage.join(memory, f"{each.shard.source}-{each.shard.stem}.parquet"))
    [part] = fill([each.shard for each in judged], paths, 1000)
    assert part.pieces[0] == Piece(judged[0].shard, 0, paths[0], 1, 3)
    target = storage.join(memory, "part.arrow")
    manifest = search(SearchJob(memory, part, 50, target))
    assert (manifest["texts"], manifest["spans"]) == (3, 2)
    listing = exchange.listing(storage.join(memory, "listing.json"), [manifest])
    size = len(SENTENCES[0])
    first = tables.read(judged[0].ledger)["id"][1].as_py()
    assert exchange.read(listing, "0", SPANS).to_pylist() == [
        {"place": 2, "cuts": [{"start": 0, "end": size}], "bytes_left": 0, "emptied": True, "duplicate_of": first}
    ]
    assert exchange.read(listing, "1", SPANS).to_pylist() == [
        {"place": 0, "cuts": [{"start": 0, "end": size}], "bytes_left": 8, "emptied": False, "duplicate_of": None}
    ]


def test_a_document_is_no_copy_of_itself_nor_of_one_that_is_dropped(memory: str) -> None:
    """White space that repeats itself leaves nothing; the middle of the second text first stands in the third."""
    texts = [" " * 90, "abcdefgh", "ijklmnop", "efghijkl", "fghij"]
    judged = shelve(memory, {"one": [{"text": text} for text in texts]})
    looked(memory, judged[0], Settings(characters=1))
    [part] = fill([judged[0].shard], [storage.join(memory, f"one-{judged[0].shard.stem}.parquet")], 1000)
    manifest = search(SearchJob(memory, part, 4, storage.join(memory, "part.arrow")))
    found = exchange.read(exchange.listing(storage.join(memory, "listing.json"), [manifest]), "0", SPANS).to_pylist()
    assert [(row["place"], row["emptied"], row["duplicate_of"]) for row in found] == [
        (0, True, None),
        (3, True, tables.read(judged[0].ledger)["id"][1].as_py()),
        (4, True, None),
    ]


def test_a_table_of_documents_that_is_gone_is_named(tmp_path: Path) -> None:
    work = str(tmp_path)
    [judged] = shelve(work, {"one": [{"text": "abc"}]})
    looked(work, judged, Settings(characters=1))
    path = storage.join(work, f"one-{judged.shard.stem}.parquet")
    storage.remove(judged.shard.path(work, "documents"))
    with pytest.raises(RunError, match="this table of documents is missing"):
        search(SearchJob(work, fill([judged.shard], [path], 9)[0], 4, storage.join(work, "part.arrow")))
