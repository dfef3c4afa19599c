"""Documents that hold items of benchmarks are found in every shard, and what was looked for is counted."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from catalog.document import DOCUMENTS
from filters.contamination import grams, share
from pipelines import contamination, storage, tables, texts
from pipelines.contamination import ContaminationError, Settings, check, hits, needs, report, search
from pipelines.plan import BASE
from pipelines.run import RunError, Runtime
from pipelines.shards import Shard

QUESTION = "Ta ni ó kọ ìwé tí a ń pè ní Ògbójú Ọdẹ nínú Igbó Irúnmọlẹ̀ ní ọdún tó kọjá, ọ̀gbẹ́ni?"
CHINESE = "小山羊在山上走了很远的路，最后它遇见了谁？"
ENGLISH = "How many goats did the boy lose?"
"""Seven words."""
SHORTER = "How many goats did the boy lose there?"
"""Eight words."""
UNRELATED = "Gbogbo ènìyàn ni a bí ní òmìnira; iyì àti ẹ̀tọ́ kọ̀ọ̀kan sì dọ́gba. Wọ́n ní ẹ̀bùn ti làákàyè àti ti ẹ̀rí‐ọkàn."

TEXTS = {
    "a": [f"Ó bi í pé: “{QUESTION}”", UNRELATED, "", SHORTER.upper()],
    "b": [f"老师问：{CHINESE}学生不知道。 {QUESTION}", " ".join(QUESTION.split()[:14]), ENGLISH],
    "c": [UNRELATED],
}


def make(work: str, given: Mapping[str, Sequence[str]] = TEXTS) -> list[Shard]:
    """Shards with these texts, one a source."""
    shards, first = [], 0
    for source, held in given.items():
        shard = Shard(source, "x", len(held), sum(len(text.encode()) for text in held), first)
        blank = {name: [""] * len(held) for name in DOCUMENTS.names}
        tables.write(shard.path(work, "documents"), pa.table({**blank, "text": list(held)}, schema=DOCUMENTS))
        shards.append(shard)
        first += len(held)
    return shards


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Two benchmarks: one of questions, one of lines."""
    records = [{"q": ENGLISH, "a": "two"}, {"q": QUESTION, "a": "Fágúnwà"}, {"q": CHINESE, "a": ["山"]}]
    (tmp_path / "questions.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records))
    (tmp_path / "lines.txt").write_text(f"{SHORTER}\n{UNRELATED} Ó tán.\n")
    return Settings((str(tmp_path / "questions.jsonl"), str(tmp_path / "lines.txt")))


def rows(work: str, shard: Shard, key: str) -> list[dict[str, Any]]:
    path = storage.join(work, shard.source, "contamination", f"{shard.stem}.{key}.parquet")
    found: list[dict[str, Any]] = tables.read(path).to_pylist()
    return found


def test_contaminated_documents_are_found_and_counted(memory: str, settings: Settings) -> None:
    shards = make(memory)
    key = search(memory, shards, settings, Runtime())
    assert [hits(memory, shard, key).tolist() for shard in shards] == [
        [True, True, False, True],
        [True, False, False],
        [True],
    ]
    assert rows(memory, shards[0], key) == [
        {"row": 0, "benchmark": "questions.jsonl", "item": 2, "share": 1.0},
        {"row": 1, "benchmark": "lines.txt", "item": 2, "share": share(UNRELATED, grams([f"{UNRELATED} Ó tán."]))},
        {"row": 3, "benchmark": "lines.txt", "item": 1, "share": 1.0},
    ]
    (both,) = rows(memory, shards[1], key)
    assert (both["row"], both["benchmark"], both["share"]) == (0, "questions.jsonl", 1.0)
    assert report(memory, shards, key) == [
        {"benchmark": "questions.jsonl", "items": 3, "short": 1, "grams": 8 + 7, "documents": 2},
        {
            "benchmark": "lines.txt",
            "items": 2,
            "short": 0,
            "grams": 1 + len(grams([f"{UNRELATED} Ó tán."])),
            "documents": 3,
        },
    ]
    assert storage.names(storage.join(memory, ".run")) == []


def test_a_higher_share_and_named_fields_find_less(memory: str, settings: Settings) -> None:
    shards = make(memory)
    all_of_it = Settings(settings.benchmarks, share=1.0)
    key = search(memory, shards, all_of_it, Runtime())
    assert [hits(memory, shard, key).sum() for shard in shards] == [2, 1, 0]
    answers = Settings(settings.benchmarks[:1], fields=("a",))
    with pytest.raises(
        ContaminationError, match=r"questions\.jsonl: none of its 3 items has 8 words together, .* other"
    ):
        search(memory, shards, answers, Runtime())


def test_without_benchmarks_nothing_is_looked_for_and_earlier_finds_go(memory: str, settings: Settings) -> None:
    shards = make(memory)
    search(memory, shards, settings, Runtime())
    assert "contamination" in storage.names(storage.join(memory, "a"))
    key = search(memory, shards, Settings(), Runtime())
    assert key == ""
    assert "contamination" not in storage.names(storage.join(memory, "a"))
    assert not hits(memory, shards[0], key).any()
    assert report(memory, shards, key) == []


def test_the_key_is_that_of_contents_and_what_is_done_is_not_done_again(
    memory: str, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shards = make(memory)
    key = search(memory, shards[:2], settings, Runtime())
    (tmp_path / "elsewhere").mkdir()
    moved = tuple(str(Path(path).rename(tmp_path / "elsewhere" / Path(path).name)) for path in settings.benchmarks)
    capsys.readouterr()
    assert search(memory, shards[:2], Settings(moved), Runtime()) == key
    assert "nothing to do" in capsys.readouterr().err
    # A source more: only its shard is looked through.
    seen: list[str] = []
    stored = texts.stored
    monkeypatch.setattr(texts, "stored", lambda work, shard: seen.append(shard.source) or stored(work, shard))
    assert search(memory, shards, Settings(moved), Runtime()) == key
    assert seen == ["c"]
    with open(moved[1], "a") as file:
        file.write("one two three four five six seven eight\n")
    other = search(memory, shards, Settings(moved), Runtime())
    assert other != key
    assert [name.split(".")[1] for name in storage.names(storage.join(memory, "a", "contamination"))] == [other, other]
    for changed in (Settings(moved, n=12), Settings(moved, share=0.6), Settings(moved[::-1])):
        assert search(memory, shards, changed, Runtime()) != other


def test_the_same_bytes_however_texts_are_read(
    memory: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = {"a": [*TEXTS["a"], *TEXTS["b"]] * 40}
    found = []
    for work, together, items in ((f"{memory}/one", 10**6, 10**6), (f"{memory}/two", 100, 1)):
        monkeypatch.setattr(texts, "TOGETHER", together)
        monkeypatch.setattr("pipelines.benchmarks.TOGETHER", items)
        (shard,) = make(work, many)
        key = search(work, [shard], settings, Runtime())
        found.append((key, rows(work, shard, key), report(work, [shard], key)))
    assert found[0] == found[1]
    assert found[0][2][0]["documents"] == 80


def test_a_run_that_was_stopped_goes_on(memory: str, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    shards = make(memory)
    expected = search(f"{memory}/other", make(f"{memory}/other"), settings, Runtime())
    stored = texts.stored

    def stops(work: str, shard: Shard) -> Any:
        if shard.source == "b":
            raise ValueError("stopped here")
        return stored(work, shard)

    with monkeypatch.context() as patch:
        patch.setattr(texts, "stored", stops)
        with pytest.raises(RunError, match="stopped here"):
            search(memory, shards, settings, Runtime())
    with monkeypatch.context() as patch:
        patch.setattr(contamination, "_take_in", stops)  # the index is there
        key = search(memory, shards, settings, Runtime())
    assert key == expected
    for shard in shards:
        assert rows(memory, shard, key) == rows(f"{memory}/other", shard, key)


def test_files_that_are_missing_empty_or_too_short_are_errors(memory: str, tmp_path: Path, settings: Settings) -> None:
    shards = make(memory)
    (tmp_path / "empty.jsonl").write_text("\n")
    (tmp_path / "short.txt").write_text("one two\n" * 3)
    for name, message in (
        ("missing.jsonl", r"missing\.jsonl: there is no such file; give the file of a benchmark"),
        ("empty.jsonl", r"empty\.jsonl: holds no item; give the file of a benchmark, or leave it out"),
        ("short.txt", r"short\.txt: none of its 3 items has 8 words together, which is the least .*; leave it out"),
    ):
        wrong = Settings((*settings.benchmarks, str(tmp_path / name)))
        with pytest.raises(ContaminationError, match=message):
            search(memory, shards, wrong, Runtime())
        with pytest.raises(ContaminationError, match=message):
            check(wrong, Runtime())
    check(settings, Runtime())
    check(Settings(), Runtime())
    with pytest.raises(ContaminationError, match=r"none of its 3 items has 3 words together"):
        search(memory, shards, Settings((str(tmp_path / "short.txt"),), n=3), Runtime())
    with pytest.raises(ContaminationError, match=r"cannot be read: .*Is a directory"):
        search(memory, shards, Settings((str(tmp_path),)), Runtime())


def test_benchmarks_too_large_for_the_memory_are_refused(memory: str, settings: Settings) -> None:
    with pytest.raises(ContaminationError, match=r"questions\.jsonl: with it .* more than 12 runs .* --memory more"):
        search(memory, make(memory), settings, Runtime(memory=BASE + 12 * 2 * contamination.BYTES_FOR_A_GRAM))


def test_a_table_of_documents_that_is_missing_is_named(memory: str, settings: Settings) -> None:
    shards = make(memory)
    storage.remove(shards[1].path(memory, "documents"))
    with pytest.raises(RunError, match=r"b/documents/x\.parquet: this table of documents is missing"):
        search(memory, shards, settings, Runtime())


def test_a_benchmark_named_twice_is_looked_for_once(memory: str, settings: Settings) -> None:
    twice = Settings(settings.benchmarks * 2)
    shards = make(memory)
    assert len(report(memory, shards, search(memory, shards, twice, Runtime()))) == 2


def test_what_it_needs_is_said(settings: Settings) -> None:
    phase = needs([Shard("a", "x", 10, 100, 0)] * 3, settings, Runtime())
    assert (phase.name, phase.tasks) == ("look for benchmarks", 3)
    assert BASE < phase.memory < Runtime().memory


def test_a_search_that_was_made_is_known_without_reading_a_text(
    memory: str, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shards = make(memory)
    assert contamination.stored(memory, shards, Settings()) == ""
    assert contamination.stored(memory, shards, settings) is None
    key = search(memory, shards[:2], settings, Runtime())
    assert contamination.stored(memory, shards, settings) is None
    monkeypatch.setattr(texts, "stored", lambda *_: pytest.fail("read a text"))
    assert contamination.stored(memory, shards[:2], settings) == key
    assert contamination.stored(memory, shards[:2], replace(settings, n=12)) is None
