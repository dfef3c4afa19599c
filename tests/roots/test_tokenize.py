"""Token shards give back the mixed documents in their order, with their ids beside them, and are not made twice."""

from typing import Any

import pytest

from pipelines import storage, tables
from pipelines.run import Runtime
from roots import encoders, megatron, tokenizer
from roots.arrow_dataset import batches
from roots.mix.mixing import Mixed
from roots.side_index import IDS, text_hashes
from roots.token_shards import TokenSettings
from roots.tokenize import current, discard_stale, shard_name, tokenize
from roots.tokenizer import padded
from tests.roots.token_made import TEXTS, YORUBA, contents, mixed, tokenizer_file

pytestmark = pytest.mark.usefixtures("plainly")


def mixed_rows(made: Mixed, dataset: str) -> list[dict[str, Any]]:
    return [row for path in made.files[dataset] for batch in batches(path) for row in batch.to_pylist()]


@pytest.mark.parametrize("files", [1, 4])
def test_decoding_gives_the_mixed_documents_back_in_order_with_their_ids(memory: str, files: int) -> None:
    made = mixed(memory, files=files)
    path = tokenizer_file(memory)
    manifests = tokenize(memory, made, path, Runtime())
    encoder = encoders.load(path)
    for lang in TEXTS:
        rows = [row for row in mixed_rows(made, lang) if row["text"]]
        prefix = storage.join(memory, "tokens", f"{lang}_text_document")
        assert megatron.verify(prefix, encoder.vocabulary, end_token=tokenizer.END, documents=len(rows)) == []
        index = megatron.Index.read(prefix)
        decoded = [encoder.decode(index.sequence(number)[:-1]) for number in range(len(index))]
        assert decoded == [row["text"] for row in rows]
        ids = tables.read(f"{prefix}.ids.parquet")
        assert ids.schema.equals(IDS)
        assert ids.column("id").to_pylist() == [row["id"] for row in rows]
        assert ids.column("source").to_pylist() == [row["source"] for row in rows]
        assert ids.column("text_hash").to_pylist() == text_hashes(row["text"] for row in rows)
        assert ids.column("tokens").to_pylist() == index.lengths.tolist()
        assert manifests[lang]["documents"] == len(rows)
        assert manifests[lang]["tokens"] == len(index.tokens)
    assert manifests["yo"]["blank"] == 1
    assert [row[:3] for row in manifests["yo"]["sources"]] == [["one", 11, 0], ["two", 20, 1]]


def test_the_manifest_says_which_tokenizer_and_how_its_numbers_are_stored(memory: str) -> None:
    path = tokenizer_file(memory)
    says = tokenize(memory, mixed(memory), path, Runtime())["yo"]
    assert (says["vocabulary"], says["padded"], says["dtype"]) == (280, padded(280), "uint16")
    assert (says["end"], says["end_token"]) == (tokenizer.END, "</s>")
    assert says["tokenizer"]["sha256"] == encoders.load(path).sha256
    large = tokenize(memory, mixed(memory), path, Runtime(), TokenSettings(padded=65_536))["yo"]
    assert (large["vocabulary"], large["padded"], large["dtype"]) == (280, 65_536, "int32")
    assert sum(row[3] for row in says["sources"]) == says["tokens"]


def test_the_shards_do_not_depend_on_how_the_mix_is_cut_into_files(memory: str) -> None:
    path = tokenizer_file(memory)
    tokenize(memory, mixed(memory), path, Runtime())
    before = contents(storage.join(memory, "tokens"))
    tokenize(f"{memory}/other", mixed(f"{memory}/other", files=5), path, Runtime())
    after = contents(storage.join(memory, "other", "tokens"))
    assert {name: data for name, data in after.items() if not name.endswith(".json")} == {
        name: data for name, data in before.items() if not name.endswith(".json")
    }


def test_a_second_time_nothing_is_done_and_a_lost_shard_comes_back(
    memory: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made, path = mixed(memory), tokenizer_file(memory)
    first = tokenize(memory, made, path, Runtime())
    before = contents(storage.join(memory, "tokens"))
    capsys.readouterr()
    assert tokenize(memory, made, path, Runtime()) == first
    assert capsys.readouterr().err.splitlines() == ["tokens: nothing to do, all 2 shards were finished before"]
    storage.remove(storage.join(memory, "tokens", "yo_text_document.bin"))
    tokenize(memory, made, path, Runtime())
    assert contents(storage.join(memory, "tokens")) == before


def test_a_language_that_is_no_longer_there_goes(memory: str) -> None:
    path = tokenizer_file(memory)
    tokenize(memory, mixed(memory), path, Runtime())
    made = mixed(memory)
    tokenize(memory, Mixed(made.sizes, {**made.gets, "yo": 0}, made.files, made.manifests), path, Runtime())
    assert storage.names(storage.join(memory, "tokens")) == [
        "zhs_text_document.bin",
        "zhs_text_document.ids.parquet",
        "zhs_text_document.idx",
        "zhs_text_document.json",
    ]


def test_what_is_held_out_has_a_shard_of_its_own(memory: str) -> None:
    made = mixed(memory, {"yo": YORUBA[3:], "yo/validation": YORUBA[:3]})
    found = tokenize(memory, made, tokenizer_file(memory), Runtime())
    assert (found["yo"]["documents"], found["yo/validation"]["documents"]) == (27, 3)
    assert "yo_validation_text_document.idx" in storage.names(storage.join(memory, "tokens"))
    assert shard_name("yo") == "yo_text_document"


def test_other_layouts_come_and_go_as_they_are_asked_for(memory: str) -> None:
    made, path, folder = mixed(memory, {"yo": YORUBA}), tokenizer_file(memory), storage.join(memory, "tokens")
    tokenize(memory, made, path, Runtime(), TokenSettings(("datatrove", "numpy")))
    assert [name.removeprefix("yo_text_document") for name in storage.names(folder)] == [
        ".bin",
        ".ds",
        ".ds.index",
        ".ds.metadata",
        ".ids.parquet",
        ".idx",
        ".json",
        ".offsets.npy",
    ]
    tokenize(memory, made, path, Runtime())
    assert len(storage.names(folder)) == 4


def test_what_was_made_from_another_mix_or_with_another_tokenizer_is_taken_away(memory: str) -> None:
    folder = storage.join(memory, "tokens")
    path = tokenizer_file(memory)
    made = mixed(memory)

    def left(what: Mixed, tokenizer: str | None = path) -> list[str]:
        tokenize(memory, made, path, Runtime())
        discard_stale(memory, what, tokenizer)
        return sorted({name.split("_")[0] for name in storage.names(folder)})

    assert left(made) == ["yo", "zhs"]
    other = mixed(f"{memory}/other", {**TEXTS, "yo": YORUBA})
    assert left(other) == ["zhs"]
    assert left(made, tokenizer_file(f"{memory}/other", 281)) == []
    assert left(made, None) == []
    assert left(made, storage.join(memory, "none.json")) == []
    assert left(Mixed({}, {}, {}, {})) == []


def test_shards_are_current_when_all_are(memory: str) -> None:
    path, made = tokenizer_file(memory), mixed(memory)
    assert current(memory, made, path) is None
    written = tokenize(memory, made, path, Runtime())
    assert current(memory, made, path) == written
    assert current(memory, made, None) is None
    assert current(memory, made, storage.join(memory, "none.json")) is None
    assert current(memory, made, path, TokenSettings(("numpy",))) is None
    storage.remove(storage.join(memory, "tokens", "yo_text_document.idx"))
    assert current(memory, made, path) is None


def test_a_tokenizer_without_an_end_is_an_error_before_anything_runs(memory: str) -> None:
    from tokenizers import Tokenizer, models

    path = storage.join(memory, "words.json")
    storage.write_bytes(path, Tokenizer(models.WordLevel({"?": 0}, unk_token="?")).to_str().encode())
    with pytest.raises(encoders.EncoderError, match="no token known to end a document"):
        tokenize(memory, mixed(memory), path, Runtime())
    assert storage.names(storage.join(memory, "tokens")) == []
