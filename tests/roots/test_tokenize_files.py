"""A person's own files become one shard, whatever their form and however they are cut."""

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.entry import EntryError
from pipelines import storage
from pipelines.run import Runtime
from roots import encoders, tokenize_files
from roots.megatron import Index
from roots.token_shards import TokenSettings
from roots.tokenize_files import Request
from roots.verify_tokens import verify_tokens
from tests.roots.token_made import YORUBA, contents, tokenizer_file

pytestmark = pytest.mark.usefixtures("plainly")

SHARD = ("bin", "ids.parquet", "idx", "json")


@pytest.fixture
def tokenizer(tmp_path: Path) -> str:
    return tokenizer_file(str(tmp_path))


def lines(path: Path, texts: Sequence[str], key: str = "text") -> str:
    path.write_text("".join(json.dumps({key: text}, ensure_ascii=False) + "\n" for text in texts), encoding="utf-8")
    return str(path)


def decoded(output: Path, tokenizer: str) -> list[str]:
    index, encoder = Index.read(str(output / "files_text_document")), encoders.load(tokenizer)
    return [encoder.decode(index.sequence(number)[:-1]) for number in range(len(index))]


def shard(output: Path) -> dict[str, bytes]:
    return {name: data for name, data in contents(str(output)).items() if name.startswith("files_text_document")}


def run(output: Path, files: Sequence[str], tokenizer: str, how: Runtime | None = None, **given: str) -> None:
    tokenize_files.tokenize_files(Request(files, tokenizer, str(output), **given), how or Runtime())


def test_documents_of_all_files_stand_in_order(tmp_path: Path, tokenizer: str) -> None:
    two = lines(tmp_path / "b.jsonl", YORUBA[10:])
    pq.write_table(pa.table({"text": YORUBA[:10]}), tmp_path / "a.parquet")
    run(tmp_path / "out", [two, str(tmp_path / "a.parquet")], tokenizer)
    assert decoded(tmp_path / "out", tokenizer) == YORUBA
    assert verify_tokens(str(tmp_path / "out" / "files_text_document")).faults == []
    assert sorted(shard(tmp_path / "out")) == [f"files_text_document.{ending}" for ending in SHARD]


def test_workers_and_slices_change_nothing(tmp_path: Path, tokenizer: str) -> None:
    file = lines(tmp_path / "a.jsonl", YORUBA * 4)
    run(tmp_path / "one", [file], tokenizer)
    run(tmp_path / "cut", [file], tokenizer, Runtime(slice_bytes=500))
    run(tmp_path / "two", [file], tokenizer, Runtime("dask", 2, slice_bytes=900))
    assert shard(tmp_path / "one") == shard(tmp_path / "cut") == shard(tmp_path / "two")
    assert decoded(tmp_path / "two", tokenizer) == YORUBA * 4


def test_blank_documents_and_records_that_are_none_are_counted(tmp_path: Path, tokenizer: str) -> None:
    file = tmp_path / "a.jsonl"
    lines(file, ["", YORUBA[0], ""])
    file.write_text(f"{file.read_text(encoding='utf-8')}no JSON\n\n", encoding="utf-8")
    says = tokenize_files.tokenize_files(Request([str(file)], tokenizer, str(tmp_path / "out")), Runtime())
    assert (says["documents"], says["blank"], says["lost"]) == (1, 2, {"error:read": 1})
    assert decoded(tmp_path / "out", tokenizer) == [YORUBA[0]]


def test_another_field_may_hold_the_text(tmp_path: Path, tokenizer: str) -> None:
    run(tmp_path / "out", [lines(tmp_path / "a.jsonl", YORUBA, "content")], tokenizer, text_key="content")
    assert decoded(tmp_path / "out", tokenizer) == YORUBA


def test_a_second_time_nothing_is_done_and_new_files_alone_are_encoded(
    tmp_path: Path, tokenizer: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first = lines(tmp_path / "a.jsonl", YORUBA[:20])
    run(tmp_path / "out", [first], tokenizer)
    before = shard(tmp_path / "out")
    capsys.readouterr()
    run(tmp_path / "out", [first], tokenizer)
    assert "nothing to do" in capsys.readouterr().err
    assert shard(tmp_path / "out") == before
    run(tmp_path / "out", [first, lines(tmp_path / "b.jsonl", YORUBA[20:])], tokenizer)
    assert "20 of 30 documents were copied" in capsys.readouterr().err
    assert decoded(tmp_path / "out", tokenizer) == YORUBA


def test_layouts_that_are_no_longer_asked_for_go(tmp_path: Path, tokenizer: str) -> None:
    file = lines(tmp_path / "a.jsonl", YORUBA)
    asked = Request([file], tokenizer, str(tmp_path / "out"), settings=TokenSettings(("datatrove", "numpy")))
    tokenize_files.tokenize_files(asked, Runtime())
    assert len(shard(tmp_path / "out")) == 8
    run(tmp_path / "out", [file], tokenizer)
    assert len(shard(tmp_path / "out")) == 4


def test_a_packed_file_is_cut_for_several_workers(tmp_path: Path, tokenizer: str) -> None:
    import gzip

    whole = lines(tmp_path / "a.jsonl", YORUBA * 40)
    packed = tmp_path / "packed" / "a.jsonl.gz"
    packed.parent.mkdir()
    packed.write_bytes(gzip.compress(Path(whole).read_bytes()))
    run(tmp_path / "out", [str(packed)], tokenizer, Runtime(slice_bytes=100))
    assert decoded(tmp_path / "out", tokenizer) == YORUBA * 40
    assert not list((tmp_path / "out").rglob("*.zst"))
    run(tmp_path / "again", [str(packed)], tokenizer)
    assert shard(tmp_path / "again") == shard(tmp_path / "out")


def test_files_that_cannot_be_tokenized_are_errors(tmp_path: Path, tokenizer: str) -> None:
    with pytest.raises(EntryError, match="there is no such file"):
        run(tmp_path / "out", [str(tmp_path / "none.jsonl")], tokenizer)
    (tmp_path / "a.warc").write_bytes(b"")
    with pytest.raises(EntryError, match=r"a\.warc: is a web archive; roots extract takes the texts out of it"):
        run(tmp_path / "out", [str(tmp_path / "a.warc")], tokenizer)
    with pytest.raises(encoders.EncoderError, match="there is no such file; give a tokenizer"):
        run(tmp_path / "out", [lines(tmp_path / "a.jsonl", YORUBA)], str(tmp_path / "none.json"))
    assert storage.names(str(tmp_path / "out")) == []
