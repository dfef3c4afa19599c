"""Weighing: kept documents alone, with the size that is left of them, and the keys that are asked for."""

import pytest

from pipelines import storage
from pipelines.run import Runtime
from roots.mix import keys
from roots.mix.settings import MixSettings
from roots.mix.weights import components, kept_bytes, read, weigh_all
from tests.roots.made import shelve

pytestmark = pytest.mark.usefixtures("plainly")

ROWS = [
    {"lang": "yo", "text": "ilé ẹ̀kọ́"},
    {"lang": "yo", "text": "gone", "dropped_by": "stopwords"},
    {"lang": "zu", "text": "abcdef", "cuts": [{"start": 0, "end": 4}], "bytes_left": 2},
    {"lang": None, "text": "of no language"},
]


def test_kept_documents_are_weighed_by_what_is_left_of_them(memory: str) -> None:
    judged = shelve(memory, {"a": ROWS[:3], "b": [{"lang": "zu", "text": "x"}]})
    found = components(judged)
    assert found == {("yo", "a"): (1, 16), ("zu", "a"): (1, 6), ("zu", "b"): (1, 1)}
    assert kept_bytes(judged) == {"yo": 16, "zu": 7}
    files = weigh_all(
        memory, judged, MixSettings(even=True, validation=0.5), (storage.join(memory, "x"), "k"), Runtime()
    )
    rows = list(read(files, list(found)))
    assert [(each.slots.tolist(), each.languages.tolist(), each.bytes.tolist()) for each in rows] == [
        ([0, 1], [0, 1], [16, 2]),
        ([2], [1], [1]),
    ]
    assert rows[0].choice.any()
    assert rows[0].units.tolist() == rows[0].bytes.tolist()


def test_a_choice_is_hashed_only_where_one_is_made(memory: str) -> None:
    judged = shelve(memory, {"a": ROWS[:3]})
    files = weigh_all(memory, judged, MixSettings(), (storage.join(memory, "x"), "k"), Runtime())
    [rows] = read(files, list(components(judged)))
    assert not rows.choice.any()
    assert not rows.held.any()
    from catalog.document import document_id

    assert rows.order.tolist() == keys.keys(42, [document_id("a", "x", 0), document_id("a", "x", 2)]).tolist()
