"""Verification: every file is as its manifest says, and a file that none names is a fault."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import storage
from pipelines.contents import REMEMBERED
from roots.folders import FolderError
from roots.verify import MOST_NAMED, Scanned, kind_of, listing, sha256, verify
from tests.roots.made import Ended

pytestmark = pytest.mark.usefixtures("plainly")

Roots = Callable[..., Ended]


@pytest.fixture
def work(source: Callable[..., Path], roots: Roots, tmp_path: Path, yoruba: str, yoruba_too: str) -> Path:
    """A small corpus, built to its tokens."""
    source("one", [{"id": "a", "text": yoruba}, {"id": "b", "text": yoruba_too}, "{"])
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('name = "small"\nsources = ["sources/*.toml"]\n[tokenizer]\nvocabulary = 280\n', encoding="utf-8")
    assert roots("build", recipe, "--work", tmp_path / "work").code == 0
    return tmp_path / "work"


def test_a_sound_folder_has_no_fault_and_it_is_said_what_was_looked_at(roots: Roots, work: Path) -> None:
    ended = roots("verify", work)
    assert ended.code == 0, ended.out
    assert ended.out.splitlines()[-1] == "faults: 0"
    assert re.search(r"^documents: 1 files, 3 rows, [0-9.]+ kB$", ended.out, re.MULTILINE)
    kinds = {line.split(":")[0] for line in ended.out.splitlines()}
    looked_at = {"corpus", "dedup", "documents", "ledger", "manifests", "measures", "signatures", "tokenizer", "tokens"}
    assert looked_at <= kinds


@pytest.mark.parametrize(
    "pattern",
    [
        "one/documents/*.parquet",
        "one/measures/*.parquet",
        "one/signatures/*.parquet",
        "one/ledger/*.parquet",
        "dedup/clusters/*.parquet",
        "corpus/yo/*.arrow",
        "tokenizer/tokenizer.json",
        "tokens/*.bin",
        "tokens/*.idx",
        "tokens/*.ids.parquet",
        "README.md",
        "cards/one/README.md",
    ],
)
def test_a_byte_that_was_changed_is_found(roots: Roots, work: Path, pattern: str) -> None:
    [path] = work.glob(pattern)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    ended = roots("verify", work)
    assert ended.code == 1
    name = path.relative_to(work).as_posix()
    assert f"fault: {name}: its bytes are not those that were written" in ended.out
    assert ended.out.splitlines()[-1] == "faults: 1"


def test_a_byte_more_and_a_file_less_are_found(roots: Roots, work: Path) -> None:
    [tokens] = work.glob("tokens/*.bin")
    tokens.write_bytes(tokens.read_bytes() + b"\0")
    [measures] = work.glob("one/measures/*.parquet")
    measures.unlink()
    ended = roots("verify", work)
    assert ended.code == 1
    assert re.search(r"fault: tokens/yo_text_document.bin: has [0-9,]+ bytes, [0-9,]+ expected", ended.out)
    assert f"fault: {measures.relative_to(work)}: is not there" in ended.out


@pytest.mark.parametrize(
    "name",
    [
        "one/documents/text.parquet",
        "corpus/yo/data-00009.arrow",
        "tokens/notes.json",
        "cards/text.parquet",
        "cards/one/letters.txt",
        "letters.txt",
        "one/x",
    ],
)
def test_a_file_that_no_manifest_names_is_found(roots: Roots, work: Path, name: str) -> None:
    (work / name).write_bytes(b'{"text": "Gbogbo"}')
    ended = roots("verify", work)
    assert ended.code == 1
    assert f"fault: {name}: no manifest names this file" in ended.out


@pytest.mark.parametrize("name", ["state.json", "dataset_info.json"])
def test_what_makes_a_dataset_is_known_too(roots: Roots, work: Path, name: str) -> None:
    path = work / "corpus" / "yo" / name
    says = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(says | {"description": "Gbogbo"}), encoding="utf-8")
    ended = roots("verify", work)
    assert ended.code == 1
    assert f"fault: corpus/yo/{name}: has " in ended.out


def test_sums_that_are_not_those_of_the_files_are_found(roots: Roots, work: Path) -> None:
    sums = work / "SHA256SUMS"
    assert " corpus/yo/mix.json" not in sums.read_text(encoding="utf-8")
    sums.write_text(f"{'0' * 64}  README.md\n{'0' * 64}  corpus/gone.arrow\n", encoding="utf-8")
    ended = roots("verify", work)
    assert ended.code == 1
    assert "fault: SHA256SUMS: corpus/gone.arrow: is not there" in ended.out
    assert "fault: SHA256SUMS: README.md: has another SHA-256; roots build writes the file anew" in ended.out


def test_a_folder_that_is_not_finished_is_a_fault(roots: Roots, work: Path) -> None:
    (work / ".run").mkdir()
    (work / ".run" / "config-1.pickle").write_bytes(b"x")
    ended = roots("verify", work)
    assert ended.code == 1
    assert f"fault: {work}: the last run has not ended; let it end, or give its command again" in ended.out


def test_the_output_of_other_commands_can_be_verified(
    roots: Roots, source: Callable[..., Path], tmp_path: Path, yoruba: str
) -> None:
    source("mine", [{"id": "a", "text": yoruba}])
    out = tmp_path / "out"
    assert roots("filter", "--lang", "yo", tmp_path / "sources" / "mine.jsonl", "--output", out).code == 0
    ended = roots("verify", out)
    assert ended.code == 0, ended.out
    [kept] = (out / "kept").iterdir()
    kept.write_bytes(b"")
    assert roots("verify", out).code == 1


def test_a_folder_in_memory_can_be_verified(
    source: Callable[..., Path], tmp_path: Path, memory: str, yoruba: str, roots: Roots
) -> None:
    source("one", [{"id": "a", "text": yoruba}])
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('name = "small"\nsources = ["sources/*.toml"]\n[tokenizer]\nvocabulary = 280\n', encoding="utf-8")
    assert roots("build", recipe, "--work", memory).code == 0
    assert roots("verify", memory).code == 0
    storage.write_bytes(f"{memory}/one/x.txt", b"x")
    assert "fault: one/x.txt: no manifest names this file" in roots("verify", memory).out


def test_a_folder_that_roots_did_not_make_is_refused(roots: Roots, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("x")
    ended = roots("verify", tmp_path)
    assert ended.code == 2
    assert f"error: {tmp_path}: is no folder that roots made" in ended.err
    with pytest.raises(FolderError):
        verify(str(tmp_path / "nowhere"))


@pytest.mark.parametrize("given", [["--removed"], ["--recipe", "r.toml"]])
def test_removed_needs_a_recipe(roots: Roots, work: Path, given: list[str]) -> None:
    ended = roots("verify", work, *given)
    assert ended.code == 2
    assert "--removed needs --recipe RECIPE.toml" in ended.err


def test_a_manifest_cannot_name_a_file_outside_its_folder(roots: Roots, work: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"x")
    entry = {"file": "../../../secret", "bytes": 1, "sha256": sha256(str(tmp_path / "secret"))}
    (work / "one" / "documents" / "x.json").write_text(json.dumps({"key": "k", "files": [entry]}))
    ended = roots("verify", work)
    assert "fault: secret: is not there" in ended.out


def test_what_is_remembered_of_checksums_is_no_fault_and_other_words_there_are(roots: Roots, work: Path) -> None:
    path = work / "one" / REMEMBERED
    path.write_text('{"sha256:0a1b": "0123abcd"}')
    assert roots("verify", work).code == 0
    path.write_text('{"sha256:0a1b": "Gbogbo"}')
    assert f"fault: one/{REMEMBERED}: no manifest names this file" in roots("verify", work).out


def test_what_is_no_manifest_is_read_as_none(roots: Roots, work: Path) -> None:
    for number, text in enumerate(('{"key": "k", "files": [1]}', '{"key": 1, "files": []}', "[]", "{")):
        (work / "one" / f"{number}.json").write_text(text)
    ended = roots("verify", work)
    assert ended.out.splitlines()[-1] == "faults: 4"


def test_many_faults_are_counted_and_not_all_named() -> None:
    said = Scanned(faults=[f"file {n}" for n in range(MOST_NAMED + 5)]).said()
    assert (len(said), said[-1]) == (MOST_NAMED + 1, "and 5 more")


def test_files_are_listed_below_their_folder_and_have_a_kind(work: Path) -> None:
    found = listing(str(work))
    assert found["README.md"] == (work / "README.md").stat().st_size
    assert kind_of("README.md") == "README.md"
    assert kind_of("udhr/removals/a.json") == "removals"
