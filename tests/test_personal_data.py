"""Personal data that was planted in a source that is redacted is nowhere in what a build writes or prints."""

import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from catalog.entry import load
from lang_params.params import default, load_all
from pipelines import stages, storage
from pipelines.config import Config
from pipelines.curate import curate
from pipelines.run import Runtime
from tests import corpora, leaks
from tests.corpora import PERSONAL, Corpus
from tests.leaks import EVERYTHING


@dataclass(frozen=True)
class Built:
    """What a build left behind, and which kinds its rules claim."""

    work: Path
    log: str
    claimed: tuple[str, ...]


def build(folder: Path, profile: str, *, redact: bool = True) -> Built:
    """Build through the command line, everything logged."""
    recipe = leaks.make(folder, profile, redact=redact)
    log = corpora.run(["build", recipe, "--work", folder / "work"], folder, ROOTS_LOG="DEBUG")
    return Built(folder / "work", log, tuple(leaks.claimed(profile)))


@pytest.fixture(scope="module", params=["fixed", "roots-2022-03"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(tmp_path_factory.mktemp("letters"), request.param)


@pytest.fixture(scope="module")
def open_work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same where nothing is redacted."""
    return build(tmp_path_factory.mktemp("open"), "fixed", redact=False).work


def test_what_is_searched_for_is_in_the_sources(tmp_path: Path) -> None:
    leaks.make(tmp_path, "fixed")
    for uid in ("letters", "templates", "pages", "passages"):
        assert leaks.found((tmp_path / f"{uid}.jsonl").read_text(encoding="utf-8")) == list(EVERYTHING)


def test_no_file_holds_any_of_it(built: Built) -> None:
    assert leaks.leaks(built.work, built.claimed) == {}


def test_the_run_prints_none_of_it_when_everything_is_logged(built: Built) -> None:
    assert "DEBUG" in built.log
    assert leaks.found(built.log) == []


def test_the_scan_finds_it_in_every_artefact_with_text_where_nothing_is_redacted(open_work: Path) -> None:
    found = leaks.leaks(open_work)
    sorts = {(path.split("/")[-2], Path(path).suffix) for path in found}
    assert sorts >= {("documents", ".parquet"), ("cleaning", ".parquet"), ("skipped", ".parquet"), ("tokens", ".bin")}
    for folder in ("corpus/en/", "corpus/yo/", "parquet/en/", "parquet/yo/", "tokenizer/sample/yo/"):
        assert any(path.startswith(folder) for path in found), folder
    assert any("/substrings/" in path for path in found)


def test_the_larger_corpus_holds_none_of_it(corpus: Corpus) -> None:
    assert leaks.leaks(corpus.work, tuple(PERSONAL)) == {}
    assert leaks.found(corpus.log) == []


@pytest.mark.parametrize("kind", EVERYTHING)
def test_a_value_is_found_however_it_is_written(kind: str, tmp_path: Path) -> None:
    value = EVERYTHING[kind]
    escaped = "".join(f"\\u{ord(character):04X}" for character in value)
    (tmp_path / "a.json").write_text(json.dumps({"text": value}))
    (tmp_path / "b.html").write_text(f"<script>{escaped}</script>")
    (tmp_path / "c.html").write_text("".join(f"&#{ord(character)};" for character in value))
    (tmp_path / "SHA256SUMS").write_text(f"{'0' * 64}  {value}\n")
    (tmp_path / "d.png").write_bytes(b"\x89PNG" + zlib.compress(value.encode()))
    vocabulary = {"\u0120" + value.replace(" ", "\u0120"): 7}
    (tmp_path / "e.json").write_text(json.dumps({"model": {"vocab": vocabulary}}, ensure_ascii=False))
    pq.write_table(pa.table({"meta": [json.dumps({"by": json.dumps(value)})]}), tmp_path / "f.parquet")
    table = pa.table({"text": [value]})
    with pa.ipc.new_stream(tmp_path / "g.arrow", table.schema) as writer:
        writer.write_table(table)
    assert leaks.leaks(tmp_path) == {path.name: [kind] for path in sorted(tmp_path.iterdir())}


def test_a_file_that_nobody_taught_the_scan_to_read_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "notes.xyz").write_text("")
    with pytest.raises(LookupError, match=r"notes\.xyz: no way to read \.xyz is known; teach tests/leaks\.py one"):
        leaks.leaks(tmp_path)


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
    assert leaks.found(json.dumps([document, manifest])) == []
    assert "PI:EMAIL" in document["text"]
