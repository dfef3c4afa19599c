"""The tokenizer of a build: from a sample of what was kept, made again only when the sample or the settings change."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from catalog.document import content_hash
from catalog.entry import Entry
from pipelines import storage
from pipelines.judge import Judged
from pipelines.run import Runtime
from roots import encoders, tokenizer
from roots.arrow_dataset import batches
from roots.line_dedup import FirstLines
from roots.tokenizer import TokenizerError
from roots.train_tokenizer import (
    SAMPLE,
    TokenizerSettings,
    Trained,
    discard,
    entering,
    known,
    sample,
    sampled,
    train,
    training,
    training_parts,
)
from tests.roots.made import Ended, shelve

pytestmark = pytest.mark.usefixtures("plainly")

SETTINGS = TokenizerSettings(vocabulary=300, sample_bytes=1500)


def kept(work: str, *, yoruba: int = 40, dropped: Sequence[int] = ()) -> list[Judged]:
    """Two sources in two languages, and code; a text spells out a special token, some documents are dropped."""
    one = [
        {"lang": "yo", "text": f"ọ̀rọ̀ {number} </s> kan\nmenu", "dropped_by": "stopwords" if number in dropped else None}
        for number in range(yoruba)
    ]
    two = [{"lang": "zhs", "text": f"人人生而自由 {number}\nmenu"} for number in range(8)]
    program = [{"lang": "code", "text": f"if {number}:\n    return\nelse:\n    return\n"} for number in range(5)]
    return shelve(work, {"one": one, "two": two, "program": program})


def contents(folder: str) -> Mapping[str, bytes]:
    return {name: storage.read_bytes(storage.join(folder, name)) for name in storage.names(folder) if "." in name}


def texts_in(work: str, judged: Sequence[Judged], settings: TokenizerSettings) -> list[str]:
    parts = training_parts(sample(work, judged, settings, Runtime()))
    return [text for batch in sampled(parts.items(), FirstLines()) for text in batch]


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


def test_the_folder_holds_the_tokenizer_its_sample_and_what_transformers_needs(memory: str) -> None:
    trained = train(memory, kept(memory), SETTINGS, Runtime())
    folder = storage.join(memory, "tokenizer")
    assert storage.names(folder) == [
        "manifest.json",
        "sample",
        "sample.json",
        "special_tokens_map.json",
        "tokenizer.json",
        "tokenizer_config.json",
    ]
    data = storage.read_bytes(trained.path)
    assert trained == Trained(storage.join(folder, "tokenizer.json"), sha256(data).hexdigest(), 300, "bpe")
    manifest = storage.read_json(storage.join(folder, "manifest.json"))
    assert [file["file"] for file in manifest["files"]] == [
        "tokenizer.json",
        "special_tokens_map.json",
        "tokenizer_config.json",
    ]
    assert manifest["trained"] == {"kind": "bpe", "vocabulary": 300, "reserved": 0, "line_dedup": True}
    assert manifest["padded_for_devices"] == {"1": 384, "2": 512, "4": 512, "8": 1024}
    assert tokenizer.load(trained.path).get_vocab_size() == encoders.load(trained.path).vocabulary == 300


@pytest.mark.parametrize("kind", ["unigram", "sentencepiece-bpe"])
def test_the_other_kind_is_a_sentencepiece_model(memory: str, kind: str) -> None:
    trained = train(memory, kept(memory), replace(SETTINGS, kind=kind, vocabulary=330, reserved=4), Runtime())
    assert trained.path == storage.join(memory, "tokenizer", "tokenizer.model")
    assert (trained.kind, trained.vocabulary) == (kind, encoders.load(trained.path).vocabulary)
    assert trained.vocabulary <= 330
    encoder = encoders.load(trained.path)
    assert encoder.end == 2
    for text in ("ọ̀rọ̀ a▁b", "\u2581", "人 人\n\tكتاب"):
        assert encoder.decode(encoder.encode([text])[0]) == text


def test_repeated_lines_are_trained_on_once_and_code_keeps_its_own(memory: str) -> None:
    judged = kept(memory)
    found = texts_in(memory, judged, replace(SETTINGS, sample_bytes=10**6))
    text = "\n".join(found)
    assert text.count("menu") == 1
    assert text.count("    return") == 10
    assert len(found) == 40 + 8 + 5
    whole = [text for path in arrow_files(memory) for batch in batches(path) for text in texts(batch)]
    assert sum("menu" in text for text in whole) == 48


def arrow_files(work: str) -> list[str]:
    fs, inner = storage.filesystem(storage.join(work, SAMPLE))
    return sorted(f"memory://{path}" for path in fs.find(inner) if path.endswith(".arrow"))


def test_without_line_dedup_all_lines_are_trained_on(memory: str) -> None:
    judged = kept(memory)
    once = train(memory, judged, SETTINGS, Runtime())
    manifest = storage.read_json(storage.join(memory, "tokenizer", "manifest.json"))
    assert manifest["different"]["texts"] > 0
    often = train(memory, judged, replace(SETTINGS, line_dedup=False), Runtime())
    assert often.sha256 != once.sha256
    assert storage.read_json(storage.join(memory, "tokenizer", "manifest.json"))["different"] == {}


def test_a_second_time_nothing_is_done(memory: str, capsys: pytest.CaptureFixture[str]) -> None:
    judged = kept(memory)
    first = train(memory, judged, SETTINGS, Runtime())
    assert "tokenizer: learnt from " in said(capsys)
    before = contents(storage.join(memory, "tokenizer"))
    assert train(memory, judged, SETTINGS, Runtime()) == first
    assert "tokenizer: nothing to do, all 1 shards were finished before" in said(capsys)
    assert contents(storage.join(memory, "tokenizer")) == before


def test_a_lost_file_comes_back_with_the_same_bytes(memory: str) -> None:
    judged = kept(memory)
    trained = train(memory, judged, SETTINGS, Runtime())
    before = contents(storage.join(memory, "tokenizer"))
    storage.remove(trained.path)
    assert known(memory, judged, SETTINGS) is None
    train(memory, judged, SETTINGS, Runtime())
    assert contents(storage.join(memory, "tokenizer")) == before


def test_verdicts_that_leave_the_sample_alone_train_nothing_anew(
    memory: str, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = replace(SETTINGS, alpha=1.0, sample_bytes=300)
    judged = kept(memory)
    first = train(memory, judged, settings, Runtime())
    sizes = [shard.manifest["counts"] for shard in judged]
    renamed = [replace(shard, ledger=shard.ledger.replace("judged", "again")) for shard in judged]
    for shard, other in zip(judged, renamed, strict=True):
        storage.write_bytes(other.ledger, storage.read_bytes(shard.ledger))
    assert known(memory, renamed, settings) is None
    said(capsys)
    assert train(memory, renamed, settings, Runtime()) == first
    assert "tokenizer: nothing to do" in said(capsys)
    assert known(memory, renamed, settings) == first
    assert [shard.manifest["counts"] for shard in judged] == sizes


def test_a_document_that_leaves_the_sample_trains_anew(memory: str) -> None:
    first = train(memory, kept(memory), SETTINGS, Runtime())
    storage.write_bytes(storage.join(memory, "tokenizer", "fertility.csv"), b"of the old one")
    judged = kept(memory, dropped=range(30))
    # The ledger's name would carry its hash.
    renamed = [replace(each, ledger=each.ledger.replace("judged", "other")) for each in judged]
    for old, new in zip(judged, renamed, strict=True):
        storage.write_bytes(new.ledger, storage.read_bytes(old.ledger))
    assert known(memory, renamed, SETTINGS) is None
    assert train(memory, renamed, SETTINGS, Runtime()).sha256 != first.sha256
    assert "fertility.csv" not in storage.names(storage.join(memory, "tokenizer"))


@pytest.mark.parametrize(
    "change", [{"vocabulary": 310}, {"reserved": 7}, {"kind": "unigram"}, {"line_dedup": False}, {"sample_bytes": 700}]
)
def test_another_setting_trains_anew(memory: str, change: dict[str, Any]) -> None:
    judged = kept(memory)
    train(memory, judged, SETTINGS, Runtime())
    assert known(memory, judged, SETTINGS) is not None
    assert known(memory, judged, replace(SETTINGS, **change)) is None
    mixed = sample(memory, judged, SETTINGS, Runtime())
    other = sample(memory, judged, replace(SETTINGS, **change), Runtime())
    assert training("x", mixed, SETTINGS).key != training("x", other, replace(SETTINGS, **change)).key


def test_what_is_held_out_is_not_trained_on(memory: str) -> None:
    settings = replace(SETTINGS, validation=0.3, sample_bytes=10**6)
    judged = kept(memory)
    mixed = sample(memory, judged, settings, Runtime())
    assert {"yo", "yo/validation"} <= set(mixed.files)
    parts = training_parts(mixed)
    assert list(parts) == ["code", "yo", "zhs"]
    trained_on = {text for batch in sampled(parts.items(), None) for text in batch}
    held = {text for path in mixed.files["yo/validation"] for batch in batches(path) for text in texts(batch)}
    assert held
    assert not held & trained_on
    assert train(memory, judged, settings, Runtime()).vocabulary == 300


def texts(batch: Any) -> list[str]:
    found: list[str] = batch.column("text").to_pylist()
    return found


def entry(uid: str, kind: str) -> Any:
    made = object.__new__(Entry)
    for name, value in (("uid", uid), ("kind", kind)):
        object.__setattr__(made, name, value)
    return made


def test_sources_of_the_kinds_that_are_asked_for_enter_the_sample(memory: str) -> None:
    judged = kept(memory)
    entries = [entry("one", "oscar"), entry("two", "catalogue"), entry("program", "code")]
    names = [each.shard.source for each in entering(judged, entries, SETTINGS)]
    assert sorted(names) == ["program", "two"]
    everything = replace(SETTINGS, sources=("catalogue", "code", "oscar"))
    assert len(entering(judged, entries, everything)) == 3
    assert [each.shard.source for each in entering(judged, entries, replace(SETTINGS, sources=("oscar",)))] == ["one"]


def test_where_there_is_nothing_but_oscar_it_enters_unless_the_recipe_says_otherwise(memory: str) -> None:
    judged = kept(memory)
    entries = [entry(uid, "oscar") for uid in ("one", "two", "program")]
    assert len(entering(judged, entries, SETTINGS)) == 3
    assert entering(judged, entries, replace(SETTINGS, sources=("catalogue",))) == []


def test_the_sample_can_be_that_of_roots(memory: str) -> None:
    settings = replace(SETTINGS, sample_bytes=900, preset="roots-tokenizer")
    mixed = sample(memory, kept(memory), settings, Runtime())
    assert 800 < sum(mixed.gets.values()) <= 900
    assert mixed.gets["zhs"] == mixed.sizes["zhs"]  # all that a small language has


@pytest.mark.parametrize("nothing", [[], "dropped"])
def test_without_text_there_is_no_tokenizer(memory: str, nothing: Any) -> None:
    judged = shelve(memory, {"one": [{"lang": "yo", "text": "ọ̀rọ̀", "dropped_by": "stopwords"}]}) if nothing else []
    with pytest.raises(
        TokenizerError,
        match=r"nothing was kept from which a tokenizer could be learnt; .*: catalogue, pseudo_crawl, oscar, code$",
    ):
        train(memory, judged, SETTINGS, Runtime())


def test_a_tokenizer_that_is_given_is_copied_and_nothing_is_trained(memory: str, tmp_path: Path) -> None:
    judged = kept(memory)
    mine = train(memory, judged, SETTINGS, Runtime())
    path = tmp_path / "mine.json"
    path.write_bytes(storage.read_bytes(mine.path))
    settings = TokenizerSettings(file=str(path))
    given = train(memory, judged, settings, Runtime())
    assert given == replace(mine, kind="given")
    assert storage.names(storage.join(memory, "tokenizer")) == ["manifest.json", "sample.json", "tokenizer.json"]
    assert known(memory, judged, settings) == given
    assert known(memory, [], settings) == given
    path.write_bytes(tokenizer.to_bytes(tokenizer.train(["ab ab"], 262)))
    assert known(memory, judged, settings) is None
    assert train(memory, judged, settings, Runtime()).vocabulary == 261


def test_a_sentencepiece_model_can_be_given(memory: str, tmp_path: Path) -> None:
    judged = kept(memory)
    mine = train(memory, judged, replace(SETTINGS, kind="unigram"), Runtime())
    path = tmp_path / "mine.model"
    path.write_bytes(storage.read_bytes(mine.path))
    given = train(memory, judged, TokenizerSettings(file=str(path)), Runtime())
    assert given == replace(mine, kind="given")
    assert given.path.endswith("/tokenizer.model")


def test_a_given_file_that_is_no_tokenizer_is_refused(memory: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text("{}")
    with pytest.raises(encoders.EncoderError, match=r"mine\.json: is no tokenizer\.json"):
        train(memory, kept(memory), TokenizerSettings(file=str(path)), Runtime())


def test_discard_takes_all_of_it(memory: str) -> None:
    train(memory, kept(memory), SETTINGS, Runtime())
    discard(memory)
    assert "tokenizer" not in storage.names(memory)


def test_the_sample_is_as_large_as_was_asked_for(memory: str) -> None:
    mixed = sample(memory, kept(memory), replace(SETTINGS, sample_bytes=900), Runtime())
    assert 800 < sum(mixed.gets.values()) <= 900


def test_another_budget_of_the_mix_trains_nothing_and_a_removal_trains_anew(
    roots: Callable[..., Ended], source: Callable[..., Path], tmp_path: Path, yoruba: str, yoruba_too: str
) -> None:
    source("one", [{"text": f"{yoruba} {number}"} for number in range(4)] + [{"text": yoruba_too}])
    recipe, work = tmp_path / "recipe.toml", tmp_path / "work"
    lines = 'name = "x"\nsources = ["sources/*.toml"]\n[dedup]\nscope = "none"\n[tokenizer]\nvocabulary = 300\n'
    recipe.write_text(lines, encoding="utf-8")
    assert roots("build", recipe, "--work", work).code == 0
    file = work / "tokenizer" / "tokenizer.json"
    before = file.read_bytes()
    recipe.write_text(f"{lines}[mix]\nbudget = 500\n", encoding="utf-8")
    ended = roots("build", recipe, "--work", work)
    assert "tokenizer: nothing to do, all 1 shards were finished before" in ended.err
    assert file.read_bytes() == before
    assert roots("remove", recipe, "--content-hash", content_hash(yoruba_too.encode()), "--reason", "asked").code == 0
    ended = roots("build", recipe, "--work", work)
    assert "tokenizer: learnt from " in ended.err
    assert file.read_bytes() != before
    ended = roots("verify", work, "--removed", "--recipe", recipe)
    assert ended.code == 0, ended.out
