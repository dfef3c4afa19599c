"""The mix: nobody gets more than its share, the first documents of the order stay, and nothing else decides."""

import random
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pytest

from pipelines import storage
from pipelines.judge import Judged
from pipelines.run import Runtime
from roots.mix.mixing import Mixed, MixSettings, kept_bytes, mix, order_key
from tests.roots.made import shelve
from tests.roots.plain_shares import allocate, largest_sample

pytestmark = pytest.mark.usefixtures("plainly")

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def texts(lang: str, count: int, words: int) -> list[dict[str, Any]]:
    """Documents of one language, no two of the same length."""
    return [{"lang": lang, "text": f"{lang} {'ọ̀rọ̀ ' * words}{'.' * number}"} for number in range(count)]


@pytest.fixture
def sources() -> Rows:
    """Two sources of three languages, some of whose documents are dropped."""
    dropped = [
        {"lang": "yo", "text": "no", "dropped_by": "stopwords"},
        {"lang": "de", "text": "nein", "dropped_by": "x"},
    ]
    return {
        "one": [*texts("yo", 30, 20), *dropped, *texts("en", 20, 40)],
        "two": [*texts("yo", 5, 9), *texts("zu", 4, 3)],
    }


def run(work: str, judged: Sequence[Judged], **settings: Any) -> Mixed:
    return mix(work, judged, MixSettings(**settings), Runtime())


def rows(work: str, lang: str) -> list[dict[str, Any]]:
    """The rows of a language's dataset, file after file."""
    folder = storage.join(work, "corpus", lang)
    found: list[dict[str, Any]] = []
    for name in storage.names(folder):
        if name.endswith(".arrow"):
            found += pa.ipc.open_stream(storage.read_bytes(f"{folder}/{name}")).read_all().to_pylist()
    return found


def corpus(work: str) -> dict[str, bytes]:
    folder = storage.join(work, "corpus")
    return {
        f"{lang}/{name}": storage.read_bytes(storage.join(folder, lang, name))
        for lang in storage.names(folder)
        if lang != "mix.json"
        for name in storage.names(storage.join(folder, lang))
    }


def size(found: Sequence[Mapping[str, Any]]) -> int:
    return sum(len(row["text"].encode()) for row in found)


def test_without_a_budget_everything_that_was_kept_is_in_and_nothing_else(memory: str, sources: Rows) -> None:
    mixed = run(memory, shelve(memory, sources), alpha=0.3)
    for lang in ("en", "yo", "zu"):
        wanted = [
            row["text"] for part in sources.values() for row in part if row["lang"] == lang and "dropped_by" not in row
        ]
        assert sorted(row["text"] for row in rows(memory, lang)) == sorted(wanted)
    assert mixed.gets == mixed.sizes
    assert storage.names(storage.join(memory, "corpus")) == ["en", "mix.json", "yo", "zu"]


def test_documents_stand_in_the_order_of_the_keyed_hash_of_their_ids(memory: str, sources: Rows) -> None:
    judged = shelve(memory, sources)
    run(memory, judged)
    first = [row["id"] for row in rows(memory, "yo")]
    assert first == sorted(first, key=lambda name: order_key(42, name))
    run(memory, judged, seed=7)
    other = [row["id"] for row in rows(memory, "yo")]
    assert other == sorted(first, key=lambda name: order_key(7, name)) != first


@pytest.mark.parametrize("alpha", [0.0, 0.3, 1.0])
def test_no_language_gets_more_than_its_share_and_the_first_documents_stay(
    memory: str, sources: Rows, alpha: float
) -> None:
    judged = shelve(memory, sources)
    run(memory, judged)
    whole = {lang: rows(memory, lang) for lang in ("en", "yo", "zu")}
    budget = sum(map(size, whole.values())) // 2
    mixed = run(memory, judged, alpha=alpha, budget=budget)
    shares = allocate(kept_bytes(judged), alpha=alpha, budget=budget)
    for lang, every in whole.items():
        found = rows(memory, lang)
        assert size(found) == mixed.gets[lang] <= shares[lang]
        assert found == every[: len(found)]
        if len(found) < len(every):
            assert size(every[: len(found) + 1]) > shares[lang]
    assert sum(mixed.gets.values()) <= budget


def test_strict_takes_the_largest_sample_with_exact_shares(memory: str, sources: Rows) -> None:
    judged = shelve(memory, sources)
    mixed = run(memory, judged, alpha=0.5, strict=True)
    shares = largest_sample(kept_bytes(judged), alpha=0.5)
    assert mixed.gets["zu"] == shares["zu"] == mixed.sizes["zu"]
    assert all(mixed.gets[lang] <= shares[lang] < mixed.sizes[lang] for lang in ("en", "yo"))


@pytest.mark.parametrize("budget", [None, 900])
def test_small_files_hold_the_same_documents_in_the_same_order(memory: str, sources: Rows, budget: int | None) -> None:
    judged = shelve(memory, sources)
    run(memory, judged, budget=budget)
    whole = {lang: rows(memory, lang) for lang in ("en", "yo", "zu")}
    mixed = run(memory, judged, budget=budget, shard_bytes=100)
    assert {lang: rows(memory, lang) for lang in whole} == whole
    count = len(mixed.files["yo"])
    assert count > 2
    names = [name for name in storage.names(storage.join(memory, "corpus", "yo")) if name.endswith(".arrow")]
    assert names == [f"data-{number:05d}-of-{count:05d}.arrow" for number in range(count)]
    state = storage.read_json(storage.join(memory, "corpus", "yo", "state.json"))
    assert [file["filename"] for file in state["_data_files"]] == names


def test_neither_the_order_of_shards_nor_a_second_run_changes_a_byte(memory: str, sources: Rows) -> None:
    judged = shelve(memory, sources)
    run(memory, judged, budget=2000, shard_bytes=300)
    before = corpus(memory)
    storage.remove(storage.join(memory, "corpus"))
    run(memory, judged[::-1], budget=2000, shard_bytes=300)
    after = corpus(memory)
    assert {name: data for name, data in after.items() if "data-" not in name or name.endswith(".arrow")} == {
        name: data for name, data in before.items() if "data-" not in name or name.endswith(".arrow")
    }


def test_the_same_documents_make_the_same_corpus_however_they_lie_in_sources(memory: str) -> None:
    documents = [{**row, "id": f"{place:032x}", "source": "s"} for place, row in enumerate(texts("yo", 40, 5))]
    found = []
    for place in range(3):
        random.Random(place).shuffle(documents)
        work = storage.join(memory, str(place))
        run(work, shelve(work, {"a": documents[: 10 * place], "b": documents[10 * place :]}), budget=1500)
        found.append({name: data for name, data in corpus(work).items() if name.endswith(".arrow")})
    assert found[0] == found[1] == found[2]


def test_a_second_run_does_nothing_and_says_so(
    memory: str, sources: Rows, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = shelve(memory, sources)
    first = run(memory, judged, budget=2000)
    capsys.readouterr()
    monkeypatch.setattr("roots.mix.weights.weigh", lambda *_: pytest.fail("read again"))
    assert run(memory, judged, budget=2000) == first
    assert "mix: datasets: nothing to do, all 3 shards were finished before" in capsys.readouterr().err


def test_a_language_and_a_file_that_are_no_longer_wanted_go(memory: str, sources: Rows) -> None:
    judged = shelve(memory, sources)
    run(memory, judged, shard_bytes=100)
    run(memory, judged[:1])
    assert storage.names(storage.join(memory, "corpus")) == ["en", "mix.json", "yo"]
    assert storage.names(storage.join(memory, "corpus", "yo")) == [
        "data-00000-of-00001.arrow",
        "data-00000-of-00001.json",
        "dataset_info.json",
        "state.json",
    ]
    mixed = run(memory, [])
    assert (mixed.sizes, mixed.gets, mixed.files) == ({}, {}, {})
    assert storage.names(storage.join(memory, "corpus")) == ["mix.json"]


def test_a_share_smaller_than_the_first_document_is_an_empty_dataset(memory: str, sources: Rows) -> None:
    mixed = run(memory, shelve(memory, sources), alpha=0.0, budget=30)
    assert set(mixed.gets.values()) == {0}
    assert {lang: rows(memory, lang) for lang in ("en", "yo")} == {"en": [], "yo": []}


def test_cuts_are_applied_and_counted(memory: str) -> None:
    cuts = [{"start": 0, "end": 5}, {"start": 13, "end": 17}]
    judged = shelve(memory, {"one": [{"lang": "yo", "text": "ilé: ẹ káàbọ̀ o | ilé", "cuts": cuts}]})
    mixed = run(memory, judged)
    [row] = rows(memory, "yo")
    assert row["text"] == "ẹ káàbọ̀ ilé"
    assert mixed.gets == {"yo": len(row["text"].encode())}
    assert mixed.manifests["yo"][0]["sources"] == [["one", 1, mixed.gets["yo"]]]


def test_a_budget_is_spent_on_what_is_left_of_texts(memory: str) -> None:
    cut = {"lang": "yo", "text": "ọ̀" * 50, "cuts": [{"start": 0, "end": 98}], "bytes_left": 5}
    mixed = run(memory, shelve(memory, {"one": [cut] * 30}), budget=52)
    assert [row["text"] for row in rows(memory, "yo")] == ["ọ̀"] * 10
    assert mixed.gets == {"yo": 50}


def test_manifests_count_documents_and_bytes_of_each_source(memory: str, sources: Rows) -> None:
    mixed = run(memory, shelve(memory, sources), shard_bytes=100)
    counted: dict[str, list[int]] = {}
    for manifest in mixed.manifests["yo"]:
        for source, documents, count in manifest["sources"]:
            before = counted.get(source, [0, 0])
            counted[source] = [before[0] + documents, before[1] + count]
    wanted = {
        source: [len(found), size(found)]
        for source, part in sources.items()
        if (found := [row for row in part if row["lang"] == "yo" and "dropped_by" not in row])
    }
    assert counted == wanted
