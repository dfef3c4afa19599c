"""What is in, decided: limits kept, budgets never passed, and nothing but seed and documents decides."""

import random
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines import storage
from pipelines.run import Runtime
from roots.mix.keys import CHOICE, HELD_OUT, below, held_out, keys
from roots.mix.mixing import Mixed, mix
from roots.mix.portions import Portion
from roots.mix.settings import Group, MixSettings, SourceRule
from tests.roots.made import shelve

pytestmark = pytest.mark.usefixtures("plainly")

Documents = dict[str, list[dict[str, Any]]]


def documents(counts: Sequence[tuple[str, str, int]]) -> Documents:
    """Documents by source: (source, language, how many), of different sizes; ids do not say where they lie."""
    found: Documents = {}
    number = 0
    for source, lang, count in counts:
        for place in range(count):
            number += 1
            text = f"{lang} {number} {'.' * (place * 7 % 23)}"
            found.setdefault(source, []).append({"lang": lang, "text": text, "id": f"{number:032x}", "source": source})
    return found


def read(work: str, mixed: Mixed) -> dict[str, list[dict[str, Any]]]:
    """The rows of every dataset."""
    import pyarrow as pa

    return {
        name: [row for path in paths for row in pa.ipc.open_stream(storage.read_bytes(path)).read_all().to_pylist()]
        for name, paths in mixed.files.items()
    }


def made(work: str, found: Documents, asked: MixSettings, how: Runtime | None = None) -> tuple[Mixed, Any]:
    mixed = mix(work, shelve(work, found), asked, how or Runtime())
    return mixed, read(work, mixed)


COUNTS = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c"]), st.sampled_from(["en", "xh", "yo", "zu"]), st.integers(1, 12)),
    min_size=1,
    max_size=6,
)


@st.composite
def asking(draw: st.DrawFn) -> MixSettings:
    groups = (Group("nguni", ("xh", "zu"), 0.0, draw(st.sampled_from([None, 0.5]))),) if draw(st.booleans()) else ()
    ratio = Fraction(draw(st.integers(0, 4)), 4)
    return MixSettings(
        alpha=draw(st.sampled_from([0.0, 0.3, 1.0])),
        budget=draw(st.one_of(st.none(), st.integers(1, 3000))),
        upsampling=draw(st.integers(1, 4)),
        validation=draw(st.sampled_from([0.0, 0.1, 0.5])),
        sources=(SourceRule("a", ratio, draw(st.sampled_from([None, 100]))),) if draw(st.booleans()) else (),
        groups=groups,
        seed=draw(st.integers(0, 3)),
        shard_bytes=draw(st.sampled_from([90, 10_000])),
    )


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(COUNTS, asking())
def test_no_limit_is_passed_and_no_document_straddles(
    memory: str, counts: list[tuple[str, str, int]], asked: MixSettings
) -> None:
    found = documents(counts)
    mixed, rows = made(storage.join(memory, storage.fingerprint([counts, repr(asked)])), found, asked)
    every = [row for name in rows for row in rows[name]]
    size = sum(len(row["text"].encode()) for row in every)
    assert size == sum(mixed.gets.values()) == sum(share.gets for share in mixed.shares)
    assert asked.budget is None or size <= asked.budget
    times = Counter(row["id"] for row in every)
    assert not times or max(times.values()) <= asked.upsampling
    held = Counter(row["id"] for name in rows if name.endswith("/validation") for row in rows[name])
    assert all(times[name] == count == 1 for name, count in held.items())
    by_lang: dict[str, set[int]] = {}
    for name, part in rows.items():
        if "/" not in name and part:
            by_lang[name] = {times[row["id"]] for row in part}
    assert all(max(values) - min(values) <= 1 for values in by_lang.values()), "a document twice before another once"
    assert sum(share.documents for share in mixed.shares) == len(times)
    assert sum(share.once or 0 for share in mixed.shares) == sum(
        len(row["text"].encode()) for row in {row["id"]: row for row in every}.values()
    )
    assert abs(sum(share.after for share in mixed.shares) - bool(size)) < 1e-9
    assert sum(share.validation for share in mixed.shares) == sum(
        size for name, size in mixed.gets.items() if name.endswith("/validation")
    )


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(COUNTS, asking(), st.randoms(use_true_random=False))
def test_neither_shards_nor_their_order_nor_memory_decide(
    memory: str, counts: list[tuple[str, str, int]], asked: MixSettings, order: random.Random
) -> None:
    found = documents(counts)
    work = storage.join(memory, storage.fingerprint([counts, repr(asked)]))
    _, whole = made(storage.join(work, "whole"), found, asked)
    judged = [
        each
        for number in range(2)
        for each in shelve(
            storage.join(work, f"cut{number}"),
            {name: rows[number::2] for name, rows in found.items() if rows[number::2]},
        )
    ]
    order.shuffle(judged)
    cut = [_moved(each, storage.join(work, f"cut{int('/cut1/' in each.ledger)}")) for each in judged]
    mixed = mix(storage.join(work, "mixed"), cut, asked, Runtime(memory=600_000_000))
    assert read(work, mixed) == whole


def _moved(each: Any, home: str) -> Any:
    """A shard in another folder than that of the mix."""
    from dataclasses import replace

    class Elsewhere(type(each.shard)):  # type: ignore[misc]
        def path(self, work: str, table: str) -> str:
            return super().path(home, table)

    fields = {name: getattr(each.shard, name) for name in ("source", "stem", "rows", "bytes", "first", "sizes")}
    return replace(each, shard=Elsewhere(**fields))


def test_a_ratio_lets_in_the_first_documents_of_a_choice_of_its_own(memory: str) -> None:
    found = documents([("a", "yo", 40), ("a", "zu", 7), ("b", "yo", 5)])
    _, rows = made(memory, found, MixSettings(sources=(SourceRule("a", Fraction(148, 272)),)))
    ids = [row["id"] for row in found["a"] if row["lang"] == "yo"]
    choice = dict(zip(ids, keys(42, ids, purpose=CHOICE).tolist(), strict=True))
    wanted = set(sorted(ids, key=choice.__getitem__)[: int(40 * 148 / 272)])
    assert {row["id"] for row in rows["yo"] if row["source"] == "a"} == wanted
    assert len(wanted) == 21
    assert sum(row["source"] == "a" for row in rows["zu"]) == 7 * 148 // 272
    assert sum(row["source"] == "b" for row in rows["yo"]) == 5


def test_a_rule_for_a_language_leaves_the_others_and_a_cap_counts_bytes(memory: str) -> None:
    rules = (SourceRule("a", Fraction(0), language="zu"), SourceRule("a", most=100))
    mixed, rows = made(memory, documents([("a", "yo", 40), ("a", "zu", 7)]), MixSettings(sources=rules))
    assert rows.get("zu", []) == []
    [share] = [share for share in mixed.shares if share.language == "yo"]
    [source] = share.sources
    assert 60 < source.once <= 100 == source.most
    assert (source.available, share.gives_up) == (share.available, share.available - source.once)


def test_sources_of_a_language_give_alike_where_asked(memory: str) -> None:
    found = documents([("a", "yo", 60), ("b", "yo", 30), ("c", "yo", 1)])
    mixed, _ = made(memory, found, MixSettings(preset="roots-tokenizer", budget=500))
    gives = {source.source: source for share in mixed.shares for source in share.sources}
    assert gives["c"].once == gives["c"].available
    level = (500 - gives["c"].once) / 2
    assert all(level - 40 < gives[name].once <= level for name in ("a", "b"))


def test_a_document_is_held_out_by_its_content(memory: str) -> None:
    found = documents([("a", "yo", 50)])
    copies = [{**row, "id": f"f{place:031x}", "source": "b"} for place, row in enumerate(found["a"])]
    _, rows = made(memory, {**found, "b": copies}, MixSettings(validation=0.3, upsampling=2, budget=10**6))
    texts = {name: {row["text"] for row in part} for name, part in rows.items()}
    assert not texts["yo"] & texts["yo/validation"]
    assert len(texts["yo/validation"]) > 5
    assert Counter(Counter(row["id"] for row in rows["yo"]).values()) == {2: 2 * len(texts["yo"])}
    from catalog.document import content_hash

    hashes = [content_hash(text.encode()) for text in sorted(texts["yo/validation"])]
    assert below(keys(42, hashes, purpose=HELD_OUT), held_out(0.3)).all()


def test_repeats_stand_all_over_the_corpus(memory: str) -> None:
    found = documents([("a", "yo", 200)])
    _, rows = made(memory, found, MixSettings(upsampling=2, budget=10**6))
    places: dict[str, list[int]] = {}
    for place, row in enumerate(rows["yo"]):
        places.setdefault(row["id"], []).append(place)
    apart = [abs(second - first) for first, second in places.values()]
    assert 100 < sum(apart) / len(apart) < 170


def test_times_of_a_portion() -> None:
    import numpy as np

    order, held = np.array([1, 9, 1], dtype=np.uint64), np.array([False, False, True])
    assert Portion(0, 5, 1).times(order, held).tolist() == [1, 0, 1]
    assert Portion(2, 5, 1).times(order, held).tolist() == [3, 2, 1]


def test_a_rule_whose_source_is_not_there_is_said(memory: str) -> None:
    mixed, _ = made(memory, documents([("a", "yo", 3)]), MixSettings(sources=(SourceRule("gone", Fraction(1, 2)),)))
    assert mixed.notes == ["gone: a rule of the mix names this source, and nothing of it was kept"]
