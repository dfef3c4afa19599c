"""The proof of removal fails when anything of a removed document is put back, though every hash was made right."""

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from catalog.document import content_hash
from pipelines import tables
from roots import arrow_dataset, sums
from roots.folders import manifests
from roots.verify import sha256
from roots.verify_removed import CHECKS, Gone
from tests.corpora import YORUBA
from tests.roots.made import Ended, write_shard

pytestmark = pytest.mark.usefixtures("plainly")

Roots = Callable[..., Ended]
ADDRESS = "https://example.org/a"


@pytest.fixture
def recipe(source: Callable[..., Path], tmp_path: Path, yoruba: str, yoruba_too: str) -> Path:
    """Two sources; the text of the first document of one, and all of another, are to be taken out."""
    path = source("one", [{"id": "a", "text": yoruba, "url": ADDRESS}, {"id": "b", "text": yoruba_too}])
    path.write_text(path.read_text(encoding="utf-8").replace("[data]\n", '[data]\nurl = "url"\n'), encoding="utf-8")
    source("two", [{"id": "c", "text": f"{yoruba_too} {yoruba_too}"}])
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('name = "small"\nsources = ["sources/*.toml"]\n[tokenizer]\nvocabulary = 280\n', encoding="utf-8")
    return recipe


@pytest.fixture
def before(roots: Roots, recipe: Path, tmp_path: Path) -> Path:
    """The corpus as it was before anything was removed."""
    assert roots("build", recipe, "--work", tmp_path / "before").code == 0
    return tmp_path / "before"


@pytest.fixture
def work(roots: Roots, recipe: Path, before: Path, tmp_path: Path) -> Path:
    """The corpus without the document and without the source."""
    assert roots("remove", recipe, "--url", ADDRESS, "--reason", "asked", "--work", before).code == 0
    assert roots("remove", recipe, "--source", "two", "--reason", "asked").code == 0
    assert roots("build", recipe, "--work", tmp_path / "work").code == 0
    return tmp_path / "work"


def faults(roots: Roots, work: Path, recipe: Path) -> list[str]:
    """What is found beside files that are not as their manifests say; there are none of those."""
    ended = roots("verify", work, "--removed", "--recipe", recipe)
    found = [line.removeprefix("fault: ") for line in ended.out.splitlines() if line.startswith("fault: ")]
    assert ended.code == (1 if found else 0)
    assert not [fault for fault in found if "its bytes are not" in fault]
    return found


def first(folder: Path, pattern: str) -> Path:
    """The one file of a pattern."""
    [path] = folder.glob(pattern)
    return path


def put_back(path: Path, write: Callable[[], Any]) -> None:
    """Write a file anew, and everything that tells of it: its manifest, and what makes its folder a dataset."""
    name = path.name
    write()
    for manifest in path.parents[1].rglob("*.json"):
        says = json.loads(manifest.read_text(encoding="utf-8"))
        for entry in says.get("files", []) if isinstance(says, dict) else []:
            if Path(entry["file"]).name == name and (manifest.parent / entry["file"]).resolve() == path.resolve():
                entry |= {"bytes": path.stat().st_size, "sha256": sha256(str(path))}
                manifest.write_text(json.dumps(says), encoding="utf-8")
                if name.endswith(".arrow"):
                    for file, data in arrow_dataset.descriptions([tables.Output(**entry)]).items():
                        path.with_name(file).write_bytes(data)
                        _told(path.parents[1] / "mix.json", f"{path.parent.name}/{file}", data)
    root = next(parent for parent in path.parents if (parent / ".lock").exists())
    if (root / sums.FILE).exists():
        sums.write(str(root))


def _told(manifest: Path, file: str, data: bytes) -> None:
    """Make right what the manifest of a mix says of a file that describes a dataset."""
    says = json.loads(manifest.read_text(encoding="utf-8"))
    for entry in says["files"]:
        if entry["file"] == file:
            entry |= {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    manifest.write_text(json.dumps(says), encoding="utf-8")


def parquet(path: Path, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    """Change the rows of a Parquet table, and make everything that tells of it right."""
    table = tables.read(str(path))
    rows = change(table.to_pylist())
    put_back(path, lambda: tables.write(str(path), pa.Table.from_pylist(rows, schema=table.schema)))


def with_row(row: Mapping[str, Any], **other: Any) -> Callable[[list[dict[str, Any]]], list[dict[str, Any]]]:
    """Put a row in the place of the first."""
    return lambda rows: [{**row, **other}, *rows[1:]]


def removed(before: Path, table: str) -> dict[str, Any]:
    """The row of the removed document in a table of the corpus as it was."""
    identity = next(row["id"] for row in documents(before) if row["url"] == ADDRESS)
    [row] = [
        row for row in tables.read(str(first(before, f"one/{table}/*.parquet"))).to_pylist() if row["id"] == identity
    ]
    return row


def documents(folder: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tables.read(str(first(folder, "one/documents/*.parquet"))).to_pylist()
    return rows


def test_after_a_removal_nothing_is_found_and_it_is_said_what_was_read(roots: Roots, work: Path, recipe: Path) -> None:
    assert faults(roots, work, recipe) == []
    ended = roots("verify", work, "--removed", "--recipe", recipe)
    said = ended.out[ended.out.index("read for what was removed:") :]
    assert "documents: 1 files, 2 rows" in said
    assert "corpus: 1 files, 1 rows" in said
    assert "sample: 1 files, 1 rows" in said
    assert "tokens: 1 files, 1 rows" in said


def test_the_corpus_as_it_was_does_not_pass(roots: Roots, work: Path, before: Path, recipe: Path) -> None:
    found = faults(roots, before, recipe)
    corpus = ("tokenizer/sample/yo/", "corpus/yo/", "tokens/yo_")
    for place in ("one/documents/", "one/measures/", "one/signatures/", "one/ledger/", *corpus):
        assert [fault for fault in found if fault.startswith(place)], place
    assert [fault for fault in found if fault.startswith("two/") and "is of the source two, which was removed" in fault]


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({}, "its own row"),
        ({"id": "0" * 32}, "by its content hash and address"),
        ({"id": "0" * 32, "content_hash": "1" * 32, "text": "x", "meta": "{}"}, "by its address"),
        ({"id": "0" * 32, "content_hash": "1" * 32, "url": None}, "by its text"),
        ({"text": "", "url": None, "source_id": None}, "its other fields"),
        ({"text": "", "url": None, "meta": "{}"}, "its own name"),
    ],
)
def test_a_removed_row_among_the_documents_is_found(
    roots: Roots, work: Path, before: Path, recipe: Path, other: dict[str, Any], why: str
) -> None:
    row = removed(before, "documents") | {"meta": '{"by": "x"}'} | other
    parquet(first(work, "one/documents/*.parquet"), with_row(row))
    assert any("holds 1 removed document" in fault for fault in faults(roots, work, recipe)), why


@pytest.mark.parametrize(
    ("table", "says"),
    [("measures", "measured"), ("signatures", "with a signature"), ("ledger", "judged otherwise")],
)
def test_a_removed_row_of_another_table_is_found(
    roots: Roots, work: Path, before: Path, recipe: Path, table: str, says: str
) -> None:
    row = removed(before, table)
    path = first(work, f"one/{table}/*.parquet")
    parquet(path, lambda rows: [row if each["id"] == row["id"] else each for each in rows])
    name = path.relative_to(work).as_posix()
    assert faults(roots, work, recipe) == [f"{name}: holds 1 removed document, {says}"]


@pytest.mark.parametrize("column", [name for name in tables.SIGNATURES.names if name != "id"])
def test_anything_that_a_removed_document_is_compared_by_is_found(
    roots: Roots, work: Path, before: Path, recipe: Path, column: str
) -> None:
    value = {"characters": 9, "simhash": 1, "bands": [1]}.get(column, bytes(16))
    identity = removed(before, "signatures")["id"]
    path = first(work, "one/signatures/*.parquet")
    parquet(path, lambda rows: [row | {column: value} if row["id"] == identity else row for row in rows])
    name = path.relative_to(work).as_posix()
    assert faults(roots, work, recipe) == [f"{name}: holds 1 removed document, with a signature"]


def test_ledgers_that_others_are_made_of_are_read_too(roots: Roots, work: Path, before: Path, recipe: Path) -> None:
    shutil.copytree(before / "one" / "ledger", work / "one" / "verdicts")
    [found] = faults(roots, work, recipe)
    assert found.startswith("one/verdicts/")
    assert found.endswith("holds 1 removed document, judged otherwise")


def test_a_document_that_is_said_to_repeat_a_removed_one_is_found(
    roots: Roots, work: Path, before: Path, recipe: Path
) -> None:
    gone = removed(before, "ledger")["id"]
    parquet(
        first(work, "one/ledger/*.parquet"),
        lambda rows: [row if row["id"] == gone else row | {"duplicate_of": gone} for row in rows],
    )
    assert len(faults(roots, work, recipe)) == 1


@pytest.mark.parametrize(
    "other",
    [{}, {"text": "x", "url": None}, {"id": "0" * 32, "text": "x"}, {"id": "0" * 32, "url": None}, {"source": "two"}],
)
def test_a_removed_row_of_the_corpus_is_found(
    roots: Roots, work: Path, before: Path, recipe: Path, other: dict[str, Any]
) -> None:
    was = removed(before, "documents")
    path = first(work, "corpus/yo/*.arrow")
    table = pa.Table.from_batches(list(arrow_dataset.batches(str(path))))
    row = {name: was[name] for name in table.schema.names} | other
    back = pa.Table.from_pylist([row], schema=table.schema)
    put_back(path, lambda: write_shard(str(path), back))
    assert faults(roots, work, recipe) == ["corpus/yo/data-00000-of-00001.arrow: holds 1 removed document"]


def test_a_removed_row_of_the_sample_of_the_tokenizer_is_found(
    roots: Roots, work: Path, before: Path, recipe: Path
) -> None:
    path = first(work, "tokenizer/sample/yo/*.arrow")
    table = pa.Table.from_batches(list(arrow_dataset.batches(str(path))))
    was = removed(before, "documents")
    back = pa.Table.from_pylist([{name: was[name] for name in table.schema.names}], schema=table.schema)
    put_back(path, lambda: write_shard(str(path), back))
    ended = roots("verify", work, "--removed", "--recipe", recipe)
    assert ended.code == 1
    assert f"fault: {path.relative_to(work).as_posix()}: holds 1 removed document" in ended.out


@pytest.mark.parametrize("other", [{}, {"id": "0" * 32, "source": "two"}, {"id": "0" * 32, "text_hash": True}])
def test_a_removed_row_beside_the_tokens_is_found(
    roots: Roots, work: Path, before: Path, recipe: Path, other: dict[str, Any]
) -> None:
    was = removed(before, "documents")
    row = {"id": was["id"]} | other
    if "text_hash" in other:
        row["text_hash"] = bytes.fromhex(was["content_hash"])
    path = first(work, "tokens/*.ids.parquet")
    parquet(path, lambda rows: [{**rows[0], **row}, *rows[1:]])
    assert faults(roots, work, recipe)[-1] == f"tokens/{path.name}: holds 1 removed document"


def test_a_table_that_cannot_be_read_is_a_fault_and_not_the_end(roots: Roots, work: Path, recipe: Path) -> None:
    path = first(work, "tokens/*.ids.parquet")
    put_back(path, lambda: path.write_bytes(b"PAR1 no table PAR1"))
    assert faults(roots, work, recipe)[-1] == f"tokens/{path.name}: cannot be read as a table, so it may hold anything"


def test_without_removals_nothing_is_found_missing(roots: Roots, before: Path, recipe: Path) -> None:
    recipe.write_text(recipe.read_text(encoding="utf-8").replace('removals = "recipe.removals.jsonl"\n', ""))
    assert faults(roots, before, recipe) == []


def test_a_withheld_text_has_the_hash_by_which_it_is_looked_for(before: Path, yoruba: str) -> None:
    assert removed(before, "documents")["content_hash"] == content_hash(yoruba.encode())
    assert len(manifests(str(before), "one", "documents")) == 1


def test_samples_of_what_was_cut_inside_texts_are_looked_through() -> None:
    rows = [{"id": "a", "old": YORUBA, "new": None}, {"id": "b", "old": YORUBA, "new": "ẹ"}]
    gone = Gone({"a"}, *[frozenset[str]()] * 3)
    assert CHECKS["substrings"].rows(pa.RecordBatch.from_pylist(rows), gone).to_pylist() == [True, False]


def test_a_card_that_shows_a_removed_document_is_found(roots: Roots, work: Path, before: Path, recipe: Path) -> None:
    [shard] = manifests(str(before), "one", "documents")
    documents = tables.read(str(before / "one" / "documents" / shard["tables"]["documents"]["file"])).to_pylist()
    [gone] = {row["id"] for row in documents if row["url"] == ADDRESS}
    card = work / "cards" / "one" / "README.md"
    text = card.read_text(encoding="utf-8") + f"document `{gone}`\n"
    put_back(card, lambda: card.write_text(text, encoding="utf-8"))
    assert faults(roots, work, recipe)[-1] == "cards/one/README.md: shows 1 document that was removed"
