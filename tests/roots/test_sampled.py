"""A sample of documents is a function of ids and seed alone, and holds what limits decide about."""

from pathlib import Path

import pytest

from pipelines import tables
from pipelines.run import RunError, Runtime
from roots import sampled
from roots.folders import FolderError
from roots.sampled import Draw, judged, profile, sample
from tests.measured import Measured
from tests.roots.filtered import filtered


def ids(work: str, draw: Draw, lang: str = "yo") -> list[str]:
    found: list[str] = sample(work, lang, draw).rows.column("id").to_pylist()
    return found


def test_a_sample_has_what_limits_decide_about_and_nothing_else(looked_at: Measured) -> None:
    found = sample(looked_at.work, "yo", Draw(), ("stopwords",))
    there = set[str]()
    for each in judged(looked_at.work, "yo"):
        measures = tables.read(each.shard.path(looked_at.work, "measures"), ["id", "lang", "lost", "stopwords"])
        causes = tables.read(each.ledger, ["dropped_by"]).column(0).to_pylist()
        for row, cause in zip(measures.to_pylist(), causes, strict=True):
            if row["lang"] == "yo" and row["lost"] is None and not (cause or "").startswith("policy:"):
                there.add(row["id"])
    assert set(found.rows.column("id").to_pylist()) == there
    assert found.documents == len(found) == len(there) > 100
    assert found.said() == f"all {len(there):,} documents"
    assert found.rows.column_names == ["row", "id", "stopwords", "shard", "source"]


def test_a_smaller_sample_is_part_of_a_larger_one_and_another_seed_draws_another(looked_at: Measured) -> None:
    one, more = ids(looked_at.work, Draw(20)), ids(looked_at.work, Draw(50))
    assert len(one) == 20
    assert set(one) < set(more)
    assert ids(looked_at.work, Draw(20, seed=1)) != one
    assert ids(looked_at.work, Draw(20)) == one
    found = sample(looked_at.work, "yo", Draw(20))
    assert found.said() == f"a sample of 20 of {found.documents:,} documents"


def test_how_many_are_held_at_once_does_not_matter(looked_at: Measured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampled, "AT_ONCE", 7)
    for seed in range(5):
        whole = ids(looked_at.work, Draw(10_000, seed))
        start = sampled._start(seed)
        ordered = sorted(whole, key=lambda id: (id < start, id))
        assert sorted(ids(looked_at.work, Draw(30, seed))) == sorted(ordered[:30])


def test_shards_do_not_matter(tmp_path: Path) -> None:
    texts = [f"Ọ̀rọ̀ kan {number} " * 5 for number in range(60)]
    whole = filtered(tmp_path / "whole", "yo", texts)
    cut = filtered(tmp_path / "cut", "yo", texts, how=Runtime(slice_bytes=1_000))
    assert len(judged(cut, "yo")) > len(judged(whole, "yo")) == 1
    assert set(ids(cut, Draw(20))) == set(ids(whole, Draw(20)))


def test_a_source_and_a_signal_restrict_it_and_a_source_can_be_left_out(looked_at: Measured) -> None:
    whole = sample(looked_at.work, "yo", Draw())
    sources = set(whole.rows.column("source").to_pylist())
    first = sorted(sources)[0]
    of_one = sample(looked_at.work, "yo", Draw(source=first))
    rest = sample(looked_at.work, "yo", Draw(without=(first,)))
    assert set(of_one.rows.column("source").to_pylist()) == {first}
    assert of_one.documents + rest.documents == whole.documents
    signalled = sample(looked_at.work, "yo", Draw(signal="meta-robots:noindex"), ("signals",))
    said = [signals or [] for signals in whole_signals(looked_at.work)]
    assert signalled.documents == sum("meta-robots:noindex" in signals for signals in said) > 0


def whole_signals(work: str) -> list[list[str] | None]:
    found: list[list[str] | None] = sample(work, "yo", Draw(), ("signals",)).rows.column("signals").to_pylist()
    return found


def test_texts_are_those_of_the_documents_drawn(tmp_path: Path) -> None:
    texts = [f"Ọ̀rọ̀ kan {number} " * 5 for number in range(60)]
    work = filtered(tmp_path, "yo", texts, how=Runtime(slice_bytes=1_000))
    found = sample(work, "yo", Draw(25))
    held = [pair for places, some in found.texts() for pair in zip(places.tolist(), some.to_pylist(), strict=True)]
    assert sorted(place for place, _ in held) == list(range(25))
    by_id = {}
    for each in judged(work, "yo"):
        by_id |= {row["id"]: row["text"] for row in tables.read(each.shard.path(work, "documents")).to_pylist()}
    names = found.rows.column("id").to_pylist()
    assert all(by_id[names[place]] == text for place, text in held)


def test_the_profile_is_the_folders(tmp_path: Path, looked_at: Measured) -> None:
    assert profile(looked_at.work) == "fixed"
    with pytest.raises(FolderError, match="holds no documents; give the folder of a build or of roots filter"):
        profile(str(tmp_path))


def test_what_cannot_be_drawn_is_said(tmp_path: Path, looked_at: Measured) -> None:
    with pytest.raises(FolderError, match="n = 0: a sample has 1 document or more"):
        sample(looked_at.work, "yo", Draw(0))
    with pytest.raises(FolderError, match="holds no document in fr that limits decide about"):
        sample(looked_at.work, "fr", Draw())
    with pytest.raises(FolderError, match="holds no document in yo of nowhere with 'x' that limits decide about"):
        sample(looked_at.work, "yo", Draw(source="nowhere", signal="x"))
    with pytest.raises(FolderError, match="nothing is judged in this folder"):
        sample(str(tmp_path), "yo", Draw())
    work = filtered(tmp_path / "some", "yo", ["Ọ̀rọ̀ kan " * 20])
    [each] = judged(work, "yo")
    Path(each.shard.path(work, "documents")).unlink()
    with pytest.raises(RunError, match="this table of documents is missing"):
        list(sample(work, "yo", Draw()).texts())
