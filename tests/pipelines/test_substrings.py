"""Passages that stand before are cut, recorded as spans and left out at the mix; nothing else decides what is cut."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from filters.substrings import LARGEST, repeats, without
from pipelines import step_report, storage, tables
from pipelines.judge import Judged
from pipelines.plan import BASE
from pipelines.run import OptionError, RunError, Runtime
from pipelines.shards import Shard
from pipelines.substring_parts import BESIDE
from pipelines.substring_parts import memory as memory_of
from pipelines.substrings import FOLDER, Settings, cut, discard, needs
from pipelines.tables import LEDGER
from roots.mix.mixing import MixSettings, kept_bytes, mix
from tests.pipelines.passages import SENTENCES, cuts, shelve, verdicts

SMALL = Settings(bytes=20, characters=40)

TEXTS = [
    f"Ọ̀kan. {SENTENCES[0]}{SENTENCES[2]}",
    f"{SENTENCES[2]}दो। {SENTENCES[3]}{SENTENCES[4]}",
    f"{SENTENCES[3]}三。{SENTENCES[3]}",
    f"{SENTENCES[5]}Ó tán. {SENTENCES[0]}{SENTENCES[5]}",
    f"{SENTENCES[4]}{SENTENCES[0]}",
    SENTENCES[1],
]

Sources = Mapping[str, Sequence[Mapping[str, Any]]]


def rows(texts: Sequence[str]) -> list[dict[str, Any]]:
    return [{"text": text} for text in texts]


def defined(texts: Sequence[str], settings: Settings) -> list[list[tuple[int, int]] | None]:
    """The spans that the definition cuts of each text, as a ledger has them."""
    long = [text for text in texts if len(text) > settings.characters]
    spans = iter(repeats(long, settings.bytes))
    found = [next(spans) if len(text) > settings.characters else [] for text in texts]
    emptied = [not without(text, each).strip() for text, each in zip(texts, found, strict=True)]
    return [each if each and not gone else None for each, gone in zip(found, emptied, strict=True)]


def files(work: str, sources: Sources) -> dict[str, bytes]:
    """The ledgers and samples of sources."""
    folders = [storage.join(work, source, folder) for source in sources for folder in ("ledger", FOLDER)]
    return {
        f"{folder.removeprefix(work)}/{name}": storage.read_bytes(storage.join(folder, name))
        for folder in folders
        for name in storage.names(folder)
    }


def corpus(work: str, lang: str = "yo") -> dict[str, str]:
    """The texts of a language's dataset by id."""
    folder = storage.join(work, "corpus", lang)
    names = [name for name in storage.names(folder) if name.endswith(".arrow")]
    found = [pa.ipc.open_stream(storage.read_bytes(storage.join(folder, name))).read_all() for name in names]
    return {row["id"]: row["text"] for table in found for row in table.select(["id", "text"]).to_pylist()}


def test_what_is_cut_is_what_the_definition_says_and_what_the_mix_leaves_out(memory: str) -> None:
    done = cut(memory, shelve(memory, {"one": rows(TEXTS[:3]), "two": rows(TEXTS[3:])}), SMALL, Runtime())
    assert cuts(done) == defined(TEXTS, SMALL)
    assert sum(spans is not None for spans in cuts(done)) == 3
    mixed = mix(memory, done, MixSettings(), Runtime())
    left = [
        without(text, [(span["start"], span["end"]) for span in row["cuts"] or ()])
        for text, row in zip(TEXTS, verdicts(done), strict=True)
        if row["dropped_by"] is None
    ]
    assert sorted(corpus(memory).values()) == sorted(left)
    assert mixed.sizes == mixed.gets == {"yo": sum(len(text.encode()) for text in left)}
    for text in left:
        assert set(regex.findall(r"\X", text)) <= {each for text in TEXTS for each in regex.findall(r"\X", text)}


LONG = st.lists(st.sampled_from(SENTENCES), max_size=4).map("".join) | st.text("ab ", max_size=90)


@settings(max_examples=20)
@given(st.lists(LONG, min_size=1, max_size=6), st.integers(0, 60), st.integers(3, 60), st.integers(1, 4))
def test_spans_are_those_of_a_search_of_all_windows(texts: list[str], more: int, least: int, in_a_shard: int) -> None:
    work = f"memory://cut-{len(texts)}"
    asked = Settings(bytes=least, characters=more)
    done = cut(work, shelve(work, {"one": rows(texts)}, rows=in_a_shard), asked, Runtime())
    assert cuts(done) == defined(texts, asked)
    storage.remove(work)


def test_a_document_of_which_nothing_is_left_is_dropped_as_a_copy_of_the_one_that_it_repeats(memory: str) -> None:
    texts = [f"{SENTENCES[0]}{SENTENCES[2]}", SENTENCES[0], f"{SENTENCES[2]}  \n", "a" * 50, SENTENCES[3]]
    done = cut(memory, shelve(memory, {"one": [{"text": text, "copies": 1} for text in texts]}), SMALL, Runtime())
    found = verdicts(done)
    assert [row["dropped_by"] for row in found] == [None, "duplicate", "duplicate", None, None]
    for row in found[1:3]:
        assert (row["duplicate_of"], row["method"], row["similarity"]) == (found[0]["id"], "substring", None)
        assert (row["cuts"], row["bytes_left"], row["copies"]) == (None, None, None)
    assert found[3]["cuts"] == [{"start": 1, "end": 50}]
    assert (found[3]["bytes_left"], found[3]["copies"]) == (1, 1)


def test_texts_of_six_thousand_characters_are_left_alone_and_longer_ones_are_not(memory: str) -> None:
    """The defaults are those of ROOTS: 50 bytes, more than 6,000 characters."""
    passage = "Gbogbo ènìyàn ni a bí ní òmìnira; iyì àti ẹ̀tọ́ wọn. "
    short = (passage + "".join(f"{number} ọ̀rọ̀; " for number in range(2000)))[:6000]
    texts = [short, short, f"{short}x", f"x{short}", f"{passage[:30]}{'y' * 6000}"]
    done = cut(memory, shelve(memory, {"one": rows(texts)}), Settings(), Runtime())
    assert cuts(done) == [None, None, None, [(1, 6001)], [(31, 6030)]]
    assert done[0].manifest["substrings"]["documents"] == 3


def test_what_was_dropped_before_takes_no_part_and_keeps_its_verdict(memory: str) -> None:
    given = [
        {"text": TEXTS[0], "dropped_by": "stopwords"},
        {"text": TEXTS[0], "copies": 2},
        {"text": TEXTS[0], "dropped_by": "duplicate", "duplicate_of": "x", "method": "exact", "similarity": 1.0},
    ]
    judged = shelve(memory, {"one": given})
    before = verdicts(judged)
    assert verdicts(cut(memory, judged, SMALL, Runtime())) == before


@pytest.mark.parametrize(("scope", "expected"), [("source", "...."), ("language", ".x.."), ("all", ".xxx")])
def test_passages_are_cut_within_the_scope(memory: str, scope: str, expected: str) -> None:
    given = {
        name: [{"text": f"{name}: {SENTENCES[0]}", "lang": lang}]
        for name, lang in zip("abcd", ["yo", "yo", "sw", "zu"], strict=True)
    }
    done = cut(memory, shelve(memory, given), Settings(bytes=20, characters=40, scope=scope), Runtime())
    assert "".join("." if spans is None else "x" for spans in cuts(done)) == expected


def test_copies_in_different_parts_stay_and_it_is_said(memory: str, capsys: pytest.CaptureFixture[str]) -> None:
    texts = [SENTENCES[1] + "A", SENTENCES[1] + "B", SENTENCES[1] + "C", "x" * 400]
    size = len(texts[0].encode()) + 1
    asked = Settings(bytes=20, characters=40, part_bytes=2 * size)
    done = cut(memory, shelve(memory, {"one": rows(texts)}), asked, Runtime())
    assert [spans is not None for spans in cuts(done)] == [False, True, False, False]
    said = "".join(capsys.readouterr().err.split("\n")[-2:])
    assert "substrings: 1 passage cut, " in said
    assert "in 3 documents of 0.4 kB in 2 parts, one after the other: copies in different parts are not found" in said
    assert "; larger than a part: 1 document" in said


@pytest.mark.parametrize("part_bytes", [100_000, 700])
def test_the_same_is_cut_however_sources_are_sliced(memory: str, part_bytes: int) -> None:
    given = {"one": rows(TEXTS), "two": rows(TEXTS[::-1]), "three": [{"text": text, "lang": "sw"} for text in TEXTS]}
    asked = Settings(bytes=20, characters=40, part_bytes=part_bytes, scope="language")
    found = []
    for in_a_shard in (1, 2, 5, 100):
        work = storage.join(memory, str(in_a_shard))
        found.append(verdicts(cut(work, shelve(work, given, rows=in_a_shard), asked, Runtime())))
    assert found[0] == found[1] == found[2] == found[3]
    assert sum(row["cuts"] is not None for row in found[0]) > 5


def test_bytes_are_counted_once_as_in_as_cut_or_as_dropped(memory: str) -> None:
    given = [*rows(TEXTS), {"text": "no", "dropped_by": "stopwords"}, {"text": SENTENCES[0], "lang": "sw"}]
    judged = shelve(memory, {"one": given})
    [done] = cut(memory, judged, SMALL, Runtime())
    counts = {(lang, cause): sizes for lang, cause, *sizes in done.manifest["counts"]}
    ledger = verdicts([done])
    sizes = [len(row["text"].encode()) for row in given]
    left = [size if row["bytes_left"] is None else row["bytes_left"] for row, size in zip(ledger, sizes, strict=True)]
    inside = [at for at, row in enumerate(ledger) if row["dropped_by"] is None]
    assert counts["yo", None] == [len(inside), sum(left[at] for at in inside)]
    gone = sum(sizes[at] - left[at] for at in inside)
    assert counts["yo", "cut"] == [0, gone]
    assert counts["yo", "stopwords"] == [1, 2]
    assert counts["sw", "duplicate"] == [1, len(SENTENCES[0].encode())]
    assert done.manifest["methods"] == [
        ["sw", "substring", 1, len(SENTENCES[0].encode())],
        ["yo", "substring", 1, len(TEXTS[4].encode())],
    ]
    assert sum(size for _, size in counts.values()) == sum(sizes)
    assert kept_bytes([done]) == {"yo": sum(left[at] for at in inside)}


def test_the_manifest_counts_what_was_read_and_cut_and_keeps_what_judging_said(memory: str) -> None:
    [judged] = shelve(memory, {"one": rows(TEXTS)})
    [done] = cut(memory, [judged], SMALL, Runtime())
    said = done.manifest["substrings"]
    spans = sum(len(found) for found in repeats(TEXTS, 20))
    assert [said[name] for name in ("parts", "documents", "bytes", "too_large", "spans", "emptied")] == [
        1, 6, sum(len(text.encode()) for text in TEXTS), 0, spans, 1
    ]  # fmt: skip
    assert done.manifest["not_applied"] == {}
    assert done.manifest["key"] != "k"
    assert [file["file"].split("/")[:2] for file in done.manifest["files"]] == [
        [done.ledger.rsplit("/", 1)[-1]],
        ["..", FOLDER],
    ]


def test_a_sample_shows_texts_before_and_after(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    [done] = cut(memory, shelve(memory, {"one": rows(TEXTS)}), SMALL, Runtime())
    path = storage.join(done.ledger, "..", done.manifest["files"][1]["file"])
    found = tables.read(path).to_pylist()
    ids = {row["id"]: at for at, row in enumerate(verdicts([done]))}
    assert sorted(ids[row["id"]] for row in found) == [1, 2, 3, 4]
    for row in found:
        text, spans = TEXTS[ids[row["id"]]], repeats(TEXTS, 20)[ids[row["id"]]]
        assert (row["name"], row["start"], row["old"]) == ("substring", 0, text)
        assert row["new"] == (without(text, spans) or None)
    monkeypatch.setattr(step_report, "MOST", 2)
    [fewer] = cut(memory, shelve(memory, {"one": rows(TEXTS)}), Settings(bytes=20, characters=41), Runtime())
    assert tables.read(storage.join(fewer.ledger, "..", fewer.manifest["files"][1]["file"])).to_pylist() == found[:2]


def test_a_second_run_does_nothing_and_another_setting_replaces_all(
    memory: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sources = {"one": rows(TEXTS[:3]), "two": rows(TEXTS[3:])}
    judged = shelve(memory, sources)
    first = cut(memory, judged, SMALL, Runtime())
    before = files(memory, sources)
    assert storage.names(storage.join(memory, ".run")) == []
    capsys.readouterr()
    with monkeypatch.context() as patch:
        patch.setattr("pipelines.substrings.look", lambda _: pytest.fail("looked again"))
        assert cut(memory, judged, SMALL, Runtime()) == first
    assert "substrings: ledgers: nothing to do, all 2 shards were finished before" in capsys.readouterr().err
    assert files(memory, sources) == before
    cut(memory, judged, Settings(bytes=30, characters=40), Runtime())
    after = files(memory, sources)
    assert len(after) == len(before)
    assert not set(after) & set(before)
    discard(memory, sources)
    assert {name.split("/")[2] for name in files(memory, sources)} == {"ledger"}


def test_a_run_that_was_ended_goes_on_with_the_same_bytes(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = {"one": rows(TEXTS[:3]), "two": rows(TEXTS[3:])}
    asked = Settings(bytes=20, characters=40, part_bytes=700)
    whole, ended = storage.join(memory, "whole"), storage.join(memory, "ended")
    cut(whole, shelve(whole, sources), asked, Runtime())
    judged = shelve(ended, sources)
    for step in ("look", "search", "write_ledger"):
        for calls in (1, 2):
            with monkeypatch.context() as patch:
                patch.setattr(f"pipelines.substrings.{step}", failing(step, calls))
                with pytest.raises((RunError, OSError), match="the machine went away"):
                    cut(ended, judged, asked, Runtime())
    cut(ended, judged, asked, Runtime())
    assert files(ended, sources) == files(whole, sources)


def failing(step: str, after: int) -> Any:
    """A step that fails at one of its calls."""
    import pipelines.substrings

    done = []
    work = getattr(pipelines.substrings, step)

    def fails(job: Any) -> Any:
        done.append(job)
        if len(done) == after:
            raise OSError("the machine went away")
        return work(job)

    return fails


@pytest.mark.filterwarnings("ignore")
def test_dask_writes_the_same_files(tmp_path: Path) -> None:
    sources = {"one": rows(TEXTS[:3]), "two": rows(TEXTS[3:])}
    asked = Settings(bytes=20, characters=40, part_bytes=700)
    found = []
    for workers in (1, 2):
        work = str(tmp_path / str(workers))
        how = Runtime("fnapi" if workers == 1 else "dask", workers)
        cut(work, shelve(work, sources, rows=2), asked, how)
        found.append(files(work, sources))
    assert found[0] == found[1]


def test_a_part_larger_than_the_memory_is_refused_before_any_is_searched(
    memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged = shelve(memory, {"one": rows(TEXTS)})
    monkeypatch.setattr("pipelines.substrings.search", lambda _: pytest.fail("searched"))
    with pytest.raises(OptionError, match=r"part_bytes = \d+ under \[substrings\] in the recipe"):
        cut(memory, judged, SMALL, Runtime(memory=BASE + BESIDE + 1000))
    assert storage.names(storage.join(memory, "one", "ledger")) == []


def test_a_part_that_no_suffix_array_can_hold_is_refused(memory: str) -> None:
    with pytest.raises(OptionError, match=rf"part_bytes = {LARGEST + 1} under \[substrings\].*at most {LARGEST}"):
        cut(memory, [], Settings(part_bytes=LARGEST + 1), Runtime())


def test_memory_decides_nothing_but_whether_it_runs(memory: str) -> None:
    found = []
    for size in (2_000_000_000, 900_000_000):
        work = storage.join(memory, str(size))
        sources = {"one": rows(TEXTS)}
        cut(work, shelve(work, sources), SMALL, Runtime(memory=size))
        found.append(files(work, sources))
    assert found[0] == found[1]


def test_a_plan_says_parts_and_memory(memory: str) -> None:
    shards = [Shard("one", "x", 10, 4_000_000, 0), Shard("two", "x", 10, 3_000_000, 10)]
    phase = needs(shards, Settings(part_bytes=2_000_000), Runtime())
    assert (phase.name, phase.tasks, phase.memory) == ("substrings", 4, memory_of(2_000_000, 20))
    assert needs(shards, Settings(), Runtime()).memory == memory_of(7_000_020, 20)
    assert needs(shards, Settings(characters=1_000_000), Runtime()).memory == memory_of(7_000_020, 7)
    assert needs([], Settings(), Runtime()).tasks == 0


def test_nothing_is_cut_of_no_shards_and_of_no_documents(memory: str) -> None:
    assert cut(memory, [], SMALL, Runtime()) == []
    [done] = cut(memory, shelve(memory, {"one": rows(["ab"])}), SMALL, Runtime())
    assert verdicts([done])[0]["cuts"] is None
    assert done.manifest["substrings"]["parts"] == 0


def test_a_ledger_keeps_its_schema_and_clusters_stay_whole(memory: str) -> None:
    [done] = cut(memory, shelve(memory, {"one": rows(TEXTS)}), SMALL, Runtime())
    assert tables.read(done.ledger).schema == LEDGER
    for text, spans in zip(TEXTS, cuts([done]), strict=True):
        borders = {0, *accumulate(map(len, regex.findall(r"\X", text)))}
        assert borders.issuperset(place for span in spans or () for place in span)


def test_a_budget_is_used_up_by_what_is_left_of_texts(memory: str) -> None:
    judged = shelve(memory, {"one": rows([f"{number} {SENTENCES[0]}" * 2 for number in range(30)])})
    done = cut(memory, judged, Settings(bytes=20, characters=40), Runtime())
    whole = kept_bytes(done)["yo"]
    mixed = mix(memory, done, MixSettings(budget=whole // 2), Runtime())
    written = [len(text.encode()) for text in corpus(memory).values()]
    assert sum(written) == mixed.gets["yo"] <= whole // 2
    rest = sorted(row["bytes_left"] or len(SENTENCES[0].encode()) for row in verdicts(done))
    assert whole // 2 - sum(written) < rest[-1]
    assert all(isinstance(each, Judged) for each in done)
