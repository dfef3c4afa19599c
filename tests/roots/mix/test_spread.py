"""The first run: parts, pieces and memory decide no byte; cuts and repeats are vectorised as they are told."""

from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest

from filters.substrings import without
from pipelines import storage
from pipelines.run import Runtime
from roots.mix import spread
from roots.mix.keys import order_key
from roots.mix.mixing import _job, mix
from roots.mix.plan import planned
from roots.mix.settings import MixSettings, SourceRule
from tests.roots.made import shelve

pytestmark = pytest.mark.usefixtures("plainly")


def documents(source: str, count: int) -> list[dict[str, Any]]:
    return [
        {"lang": ("yo", "en", "zu")[place % 3], "text": f"{source} {place} " + "ọ̀rọ̀ " * (place % 7)}
        for place in range(count)
    ]


def made(work: str, **settings: Any) -> dict[str, bytes]:
    """The bytes of every Arrow file of a mix of two sources of several languages."""
    judged = shelve(work, {"a": documents("a", 70), "b": documents("b", 31)})
    mixed = mix(work, judged, MixSettings(**settings), Runtime())
    return {path.removeprefix(work): storage.read_bytes(path) for paths in mixed.files.values() for path in paths}


@pytest.mark.parametrize(
    "settings", [{}, {"upsampling": 3, "budget": 9000, "shard_bytes": 500}, {"validation": 0.3, "alpha": 0.0}]
)
def test_parts_of_files_and_pieces_of_groups_decide_no_byte(
    memory: str, monkeypatch: pytest.MonkeyPatch, settings: dict[str, Any]
) -> None:
    whole = made(storage.join(memory, "whole"), **settings)
    monkeypatch.setattr("roots.mix.mixing._fits", lambda *_: False)
    assert made(storage.join(memory, "two runs"), **settings) == whole
    monkeypatch.setattr("roots.mix.mixing._parts", lambda *_: 5)
    monkeypatch.setattr("roots.arrow_dataset.BATCH_ROWS", 1000)
    assert made(storage.join(memory, "parts"), **settings) == whole
    monkeypatch.setattr(spread, "PIECE_BYTES", 1)
    assert made(storage.join(memory, "pieces"), **settings) == whole


@pytest.mark.parametrize("settings", [{}, {"upsampling": 3, "budget": 9000, "validation": 0.2, "shard_bytes": 700}])
def test_keys_that_were_written_down_decide_as_those_that_are_hashed(memory: str, settings: dict[str, Any]) -> None:
    judged = shelve(memory, {"a": documents("a", 70), "b": documents("b", 31)})
    asked = MixSettings(**settings, sources=(SourceRule("a", most=900),))
    plan = planned(memory, judged, asked, Runtime())
    assert len(plan.weighed) == 2
    for lang in plan.plan.portions:
        jobs = [
            _job(memory, each, some, [lang], dict.fromkeys(plan.datasets, 1))
            for some in (plan, replace(plan, weighed={}))
            for each in judged
        ]
        found = [spread.collected(some) for some in (jobs[:2], jobs[2:])]
        known, hashed = ([each.rows.to_pylist(), *(col.tolist() for col in _columns(each))] for each in found)
        assert known == hashed
        assert known[0]


def _columns(placed: spread.Placed) -> tuple[Any, ...]:
    return placed.taken, placed.places, placed.keys


def test_cuts_are_those_of_the_definition(memory: str) -> None:
    texts = ["ẹ káàbọ̀ o", "中文 test", "", "plain", "नमस्ते"]
    cuts = [[(1, 3), (2, 5)], [(0, 2)], [], None, [(0, 99)]]
    spans = [None if each is None else [{"start": a, "end": b} for a, b in each] for each in cuts]
    rows = pa.RecordBatch.from_pydict({"id": list("abcde"), "text": texts})
    kind = pa.list_(pa.struct([("start", pa.int64()), ("end", pa.int64())]))
    found = spread._cut(rows, pa.array(spans, kind)).column("text").to_pylist()
    assert found == [without(text, each or []) for text, each in zip(texts, cuts, strict=True)]
    assert spread._cut(rows, pa.array([None] * 5, kind)) is rows


def test_a_repeat_has_a_place_of_its_own(memory: str) -> None:
    judged = shelve(memory, {"a": [{**row, "lang": "yo"} for row in documents("a", 9)]})
    mixed = mix(memory, judged, MixSettings(upsampling=3, budget=10**6), Runtime())
    ids = [row["id"] for row in pa.ipc.open_stream(storage.read_bytes(mixed.files["yo"][0])).read_all().to_pylist()]
    assert len(ids) == 27
    wanted = sorted((order_key(42, name, repeat), name) for name in set(ids) for repeat in range(3))
    assert ids == [name for _, name in wanted]
