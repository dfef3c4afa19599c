"""Personal data that was planted in a source that is redacted is nowhere in what a build writes or prints."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tokenizers import Tokenizer

from catalog.entry import load
from lang_params.params import default, load_all
from pipelines import stages, storage
from pipelines.config import Config
from pipelines.curate import curate
from pipelines.run import Runtime
from roots.megatron import Index
from tests import corpora
from tests.corpora import PERSONAL, Corpus

NEEDLES = sorted({*PERSONAL.values(), "kofoworola", "ayoola", "benson", "203.0.113", "4f9a7c2e"})
"""The planted data and parts of it that are in no other text of the corpus."""


def readings(path: Path, tokenizer: Tokenizer) -> Iterator[str]:
    """A file as text, in every way in which it can be read."""
    yield path.read_bytes().decode("latin-1")
    if path.suffix == ".parquet":
        yield json.dumps(
            pq.read_table(path).to_pylist(), ensure_ascii=False, default=lambda data: data.decode("latin-1")
        )
        yield str(pq.read_metadata(path).to_dict())
    elif path.suffix == ".arrow":
        with pa.ipc.open_stream(path) as reader:
            yield json.dumps(reader.read_all().to_pylist(), ensure_ascii=False)
    elif path.suffix == ".bin":
        yield tokenizer.decode(Index.read(str(path.with_suffix(""))).tokens.tolist(), skip_special_tokens=False)


def found(text: str) -> list[str]:
    return [needle for needle in NEEDLES if needle in text]


def test_what_is_searched_for_is_in_the_sources(corpus: Corpus) -> None:
    assert found((corpus.recipe.parent / "planted.jsonl").read_bytes().decode("latin-1")) == NEEDLES


def test_no_file_holds_any_of_it(corpus: Corpus) -> None:
    tokenizer = Tokenizer.from_file(str(corpus.work / "tokenizer" / "tokenizer.json"))
    leaks = {
        path.relative_to(corpus.work).as_posix(): needles
        for path in corpus.work.rglob("*")
        if path.is_file()
        for text in readings(path, tokenizer)
        if (needles := found(text) or found(path.name))
    }
    assert leaks == {}


def test_the_run_prints_none_of_it(corpus: Corpus) -> None:
    assert found(corpus.log) == []


def test_the_run_prints_none_of_it_when_everything_is_logged(tmp_path: Path) -> None:
    entry = corpora.make_planted(tmp_path)
    recipe = corpora.write_recipe(tmp_path, [entry.name], ("en", "yo"))
    log = corpora.run(["dedup", recipe, "--work", tmp_path / "work"], tmp_path, ROOTS_LOG="DEBUG")
    assert "DEBUG" in log
    assert found(log) == []


def test_placeholders_stand_where_it_stood_in_kept_and_in_dropped_documents(corpus: Corpus) -> None:
    documents = rows(corpus, "documents")
    measures = {row["id"]: row for row in rows(corpus, "measures")}
    dropped = {row["id"]: row["dropped_by"] for row in rows(corpus, "ledger")}
    redacted: dict[str | None, set[str]] = {}
    for document in documents:
        spans = measures[document["id"]]["pii"] or []
        assert all(document["text"][s["start"] : s["end"]] == f"PI:{s['tag']}" for s in spans)
        redacted.setdefault(dropped[document["id"]], set()).update(span["tag"] for span in spans)
    assert redacted[None] == set(PERSONAL)
    for cause in ("clean:filter_small_docs_bytes_300", "number_words", "language_id"):
        assert redacted[cause] == set(PERSONAL)


def test_placeholders_stand_in_the_fields_beside_a_text(corpus: Corpus) -> None:
    documents = {row["source_id"]: row for row in rows(corpus, "documents")}
    assert json.loads(documents["kept"]["meta"])["by"] == {
        "mail": "PI:EMAIL",
        "names": ["PI:USER"],
        "PI:IP_ADDRESS": "host",
    }
    assert "PI:EMAIL" in documents


def rows(corpus: Corpus, table: str) -> list[dict[str, Any]]:
    [path] = (corpus.work / "planted" / table).glob("*.parquet")
    return list(pq.read_table(path).to_pylist())


@pytest.mark.parametrize("stage", ["identify_undeclared_texts", "change_texts", "measure_texts", "identify_texts"])
def test_a_text_that_some_stage_failed_on_is_redacted_all_the_same(
    stage: str, tmp_path: Path, memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(text: Any, *_: Any, **__: Any) -> Any:
        raise ValueError(f"cannot treat {text}")

    monkeypatch.setattr(stages, stage, fails)
    record = {"id": "one", "text": f"{corpora.LETTER} {'; '.join(PERSONAL.values())}"}
    entry = load(corpora.make_source(tmp_path, "letters", [record], languages=("en", "yo")))
    [manifest] = curate(memory, [entry], Config("fixed", load_all(), default()), Runtime())
    assert sum(manifest["lost"].values()) == 1
    path = storage.join(memory, "letters", "documents", manifest["tables"]["documents"]["file"])
    with storage.filesystem(path)[0].open(path) as file:
        [document] = pq.read_table(file).to_pylist()
    assert found(json.dumps([document, manifest])) == []
    assert "PI:EMAIL" in document["text"]
