"""What is counted for cards is counted once, shard by shard; only of what is shown a text is read."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from catalog.entry import Entry
from lang_params.params import load
from pipelines import storage, tables
from pipelines.judge import Judged
from pipelines.run import Runtime
from roots import nearest
from roots.cards import counts
from roots.cards.counts import FOLDER, count, read
from roots.cards.personal import Personal
from tests.roots.carded import ENTRY
from tests.roots.made import shelve

pytestmark = pytest.mark.usefixtures("plainly")

LANGUAGES = {"yo": load("yo"), "fon": load("fon")}
LIMITS = nearest.limits(LANGUAGES)


def shelved(work: str, sources: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Judged]:
    return shelve(work, sources)


ROWS = [
    {"text": "Gbogbo ènìyàn ni a bí ní òmìnira", "lang": "yo", "stopwords": 0.5, "number_words": 30},
    {"text": "kukuru", "lang": "yo", "stopwords": 0.001, "number_words": 30, "dropped_by": "stopwords"},
    {"text": "kú", "lang": "fon", "number_words": 1, "dropped_by": "number_words"},
]


@pytest.fixture
def entries() -> dict[str, Entry]:
    return {"one": replace(ENTRY, uid="one"), "two": replace(ENTRY, uid="two", release="gated")}


@pytest.fixture
def judged(memory: str) -> list[Judged]:
    return shelved(memory, {"one": ROWS, "two": ROWS})


def test_documents_near_limits_are_found_of_sources_that_may_be_shown(
    memory: str, judged: list[Judged], entries: dict[str, Entry]
) -> None:
    one, two = count(memory, judged, entries, LIMITS, Runtime())
    assert (one.source, two.source) == ("one", "two")
    assert {(each.near.lang, each.near.filter, each.near.kept) for each in one.near} >= {
        ("yo", "stopwords", True), ("yo", "stopwords", False), ("fon", "number_words", False),
    }  # fmt: skip
    assert two.near == []


def test_only_the_row_groups_of_what_is_shown_are_read(
    memory: str, judged: list[Judged], entries: dict[str, Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    [one, _] = count(memory, judged, entries, LIMITS, Runtime())
    wanted = [each for each in one.near if each.near.filter == "stopwords"]
    given, seen = tables.batches, list[Any]()

    def watched(path: str, columns: Any = None, *, groups: Any = None) -> Any:
        seen.append(list(groups))
        return given(path, columns, groups=groups)

    monkeypatch.setattr("pipelines.tables.batches", watched)
    found = read(wanted, LANGUAGES)
    assert sorted((each.kept, each.text) for each in found.values()) == [
        (False, "kukuru"), (True, "Gbogbo ènìyàn ni a bí ní òmìnira"),
    ]  # fmt: skip
    assert seen == [[0], [0]]
    assert read([], LANGUAGES) == {}


def test_what_is_counted_is_not_counted_again_and_what_is_old_goes(
    memory: str, judged: list[Judged], entries: dict[str, Entry], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = count(memory, judged, entries, LIMITS, Runtime())
    folder = storage.join(memory, "one", FOLDER)
    storage.write_json(storage.join(folder, "old.json"), {})
    called: list[Any] = []
    monkeypatch.setattr(counts, "count_shard", called.append)
    assert count(memory, judged, entries, LIMITS, Runtime()) == before
    assert called == []
    assert "old.json" not in storage.names(folder)


def test_a_source_that_may_be_shown_from_now_on_is_counted_again(
    memory: str, judged: list[Judged], entries: dict[str, Entry]
) -> None:
    count(memory, judged, entries, LIMITS, Runtime())
    opened = {**entries, "two": replace(entries["two"], release="public")}
    assert count(memory, judged, opened, LIMITS, Runtime())[1].near


def test_personal_data_is_counted_by_language_and_kind(memory: str, entries: dict[str, Entry]) -> None:
    span = {"tag": "EMAIL", "start": 0, "end": 8}
    rows = [
        {"text": "PI:EMAIL PI:EMAIL PI:USER", "lang": "yo", "pii": [span, span, {**span, "tag": "USER"}]},
        {"text": "PI:EMAIL", "lang": "yo", "pii": [span], "dropped_by": "stopwords"},
        {"text": "PI:EMAIL", "lang": None, "pii": [span], "dropped_by": "language_id"},
        {"text": "nothing", "lang": "yo", "pii": None},
    ]
    [one] = count(memory, shelved(memory, {"one": rows}), entries, LIMITS, Runtime())
    assert one.personal == [
        Personal(None, "EMAIL", 1, 1), Personal("yo", "EMAIL", 2, 3, 1, 2), Personal("yo", "USER", 1, 1, 1, 1),
    ]  # fmt: skip


def test_a_place_that_was_marked_and_left_is_not_shown(memory: str, entries: dict[str, Entry]) -> None:
    text = "Pe 0801 234 5678 lónìí"
    marked = [{"tag": "PHONE", "start": 3, "end": 16}]
    rows = [{"text": text, "lang": "yo", "stopwords": 0.01, "pii": marked, "dropped_by": "stopwords"}]
    [one] = count(memory, shelved(memory, {"one": rows}), entries, LIMITS, Runtime())
    [example] = read(one.near, LANGUAGES).values()
    assert (example.text, example.characters) == ("Pe PI:PHONE lónìí", len(text))


def test_many_row_groups_and_slices_give_the_same(memory: str, entries: dict[str, Entry]) -> None:
    rows = [{"text": f"text {n}", "lang": "yo", "stopwords": 0.5 - n / 5000, "number_words": 30} for n in range(2100)]
    rows.append({"text": "kukuru", "lang": "yo", "stopwords": 0.01, "number_words": 30, "dropped_by": "stopwords"})
    [one] = count(memory, shelved(memory, {"one": rows}), entries, LIMITS, Runtime())
    found = {(each.near.filter, each.near.kept): each.near.row for each in one.near}
    assert found["stopwords", False] == 2100
    near = [each for each in one.near if each.near.filter == "stopwords"]
    assert "kukuru" in {example.text for example in read(near, LANGUAGES).values()}


def test_manifests_hold_no_text(memory: str, judged: list[Judged], entries: dict[str, Entry]) -> None:
    count(memory, judged, entries, LIMITS, Runtime())
    for name in storage.names(storage.join(memory, "one", FOLDER)):
        assert "kukuru" not in storage.read_bytes(storage.join(memory, "one", FOLDER, name)).decode()
