"""Token shards give back the mixed documents in their order, with their ids beside them, and are not made twice."""

from collections.abc import Mapping
from typing import Any

import pytest

from pipelines import storage, tables
from pipelines.run import Runtime
from roots import megatron, tokenizer
from roots.arrow_dataset import batches, texts
from roots.mix import Mixed, MixSettings, mix
from roots.shares import allocate
from roots.tokenize import IDS, discard_stale, tokenize
from roots.train_tokenizer import TokenizerSettings, _sample, train
from tests.roots.made import shelve

pytestmark = pytest.mark.usefixtures("plainly")

SETTINGS = TokenizerSettings(vocabulary=300, sample_bytes=2000)


def make(work: str, *, yoruba: int = 30, **settings: Any) -> Mixed:
    """A mix of two sources in two languages, with a text that spells out a special token and one that is empty."""
    one = [{"lang": "yo", "text": f"ọ̀rọ̀ {number} </s> kan "} for number in range(yoruba)]
    two = [{"lang": "zhs", "text": f"人人生而自由 {number}\n"} for number in range(8)]
    two += [{"lang": "yo", "text": ""}, {"lang": "yo", "text": " "}]
    return mix(work, shelve(work, {"one": one, "two": two}), MixSettings(**settings), Runtime())


def written(work: str, mixed: Mixed) -> dict[str, dict[str, Any]]:
    return tokenize(work, mixed, train(work, mixed, SETTINGS), Runtime())


def mixed_rows(mixed: Mixed, lang: str) -> list[dict[str, Any]]:
    return [row for path in mixed.files[lang] for batch in batches(path) for row in batch.to_pylist()]


def contents(folder: str) -> Mapping[str, bytes]:
    return {name: storage.read_bytes(storage.join(folder, name)) for name in storage.names(folder)}


@pytest.mark.parametrize("shard_bytes", [10**6, 90])
def test_decoding_gives_the_mixed_documents_back_in_order_with_their_ids(memory: str, shard_bytes: int) -> None:
    mixed = make(memory, shard_bytes=shard_bytes)
    assert (len(mixed.files["yo"]) > 1) == (shard_bytes == 90)
    manifests = written(memory, mixed)
    trained = tokenizer.load(storage.join(memory, "tokenizer", "tokenizer.json"))
    for lang in ("yo", "zhs"):
        rows = [row for row in mixed_rows(mixed, lang) if row["text"]]
        prefix = storage.join(memory, "tokens", f"{lang}_text_document")
        vocabulary = trained.get_vocab_size()
        assert megatron.verify(prefix, vocabulary, end_token=tokenizer.END, documents=len(rows)) == []
        index = megatron.Index.read(prefix)
        decoded = [tokenizer.decode(trained, index.sequence(number)[:-1]) for number in range(len(index))]
        assert decoded == [row["text"] for row in rows]
        ids = tables.read(f"{prefix}.ids.parquet")
        assert ids.schema.equals(IDS)
        assert ids.to_pylist() == [{"id": row["id"], "source": row["source"]} for row in rows]
        assert manifests[lang]["documents"] == len(rows)
        assert manifests[lang]["tokens"] == len(index.tokens)
    assert sum(not row["text"] for row in mixed_rows(mixed, "yo")) == 1


def test_the_shards_do_not_depend_on_how_the_mix_is_cut_into_files(memory: str) -> None:
    whole = make(memory)
    path = train(memory, whole, SETTINGS)
    tokenize(memory, whole, path, Runtime())
    before = contents(storage.join(memory, "tokens"))
    tokenize(memory, make(memory, shard_bytes=90), path, Runtime())
    after = contents(storage.join(memory, "tokens"))
    assert {name: data for name, data in after.items() if not name.endswith(".json")} == {
        name: data for name, data in before.items() if not name.endswith(".json")
    }


def test_a_second_time_nothing_is_done_and_a_lost_shard_comes_back(
    memory: str, capsys: pytest.CaptureFixture[str]
) -> None:
    mixed = make(memory)
    first = written(memory, mixed)
    before = contents(storage.join(memory, "tokens"))
    capsys.readouterr()
    assert written(memory, mixed) == first
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "tokenizer: nothing to do, all 1 shards were finished before",
        "tokens: join: nothing to do, all 2 shards were finished before",
    ]
    storage.remove(storage.join(memory, "tokens", "yo_text_document.bin"))
    written(memory, mixed)
    assert contents(storage.join(memory, "tokens")) == before


def test_a_language_that_is_no_longer_there_goes(memory: str) -> None:
    written(memory, make(memory))
    mixed = make(memory, yoruba=0)
    written(memory, Mixed(mixed.sizes, {**mixed.gets, "yo": 0}, mixed.files, mixed.manifests))
    assert storage.names(storage.join(memory, "tokens")) == [
        "zhs_text_document.bin",
        "zhs_text_document.ids.parquet",
        "zhs_text_document.idx",
        "zhs_text_document.json",
    ]


def test_a_language_whose_dataset_is_empty_has_no_shard(memory: str) -> None:
    yoruba = [{"lang": "yo", "text": "ọ̀rọ̀ " * 50}]
    chinese = [{"lang": "zhs", "text": f"人人 {number}"} for number in range(40)]
    mixed = mix(memory, shelve(memory, {"one": yoruba, "two": chinese}), MixSettings(alpha=0.0, budget=400), Runtime())
    assert (mixed.gets["yo"], len(mixed.files["yo"])) == (0, 1)
    assert list(written(memory, mixed)) == ["zhs"]


def test_another_mix_or_vocabulary_takes_the_tokens_of_the_old_one_away(memory: str) -> None:
    folders = {name: storage.join(memory, name) for name in ("tokens", "tokenizer")}

    def left(mixed: Mixed, settings: TokenizerSettings = SETTINGS) -> list[str]:
        discard_stale(memory, mixed, settings)
        return [name for name, folder in folders.items() if storage.names(folder)]

    mixed = make(memory)
    written(memory, mixed)
    assert left(mixed) == ["tokens", "tokenizer"]
    assert left(make(memory, seed=1)) == []
    written(memory, mixed)
    assert left(mixed, TokenizerSettings(vocabulary=301, sample_bytes=2000)) == []
    written(memory, mixed)
    assert left(mix(memory, [], MixSettings(), Runtime())) == []


def test_the_sample_is_the_first_documents_of_each_language_up_to_its_share(memory: str) -> None:
    mixed = make(memory, shard_bytes=90)
    wanted = allocate(dict(mixed.gets), alpha=0.3, budget=200)
    sample = list(_sample([(lang, tuple(paths), wanted[lang]) for lang, paths in mixed.files.items()]))
    for lang, paths in mixed.files.items():
        every = list(texts(paths))
        mine = [text for text in sample if text in every]
        assert mine == every[: len(mine)]
        size = sum(len(text.encode()) for text in mine)
        assert size - len(mine[-1].encode()) < wanted[lang] <= size


def test_the_vocabulary_is_what_was_asked_for_where_the_sample_is_large_enough(memory: str) -> None:
    mixed = make(memory)
    trained = tokenizer.load(train(memory, mixed, TokenizerSettings(vocabulary=270)))
    assert trained.get_vocab_size() == 270
    assert storage.read_json(storage.join(memory, "tokenizer", "manifest.json"))["vocabulary"] == 270
