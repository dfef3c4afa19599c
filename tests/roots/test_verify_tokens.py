"""A shard that breaks a rule of the layout, or is not what its manifest says, is found out; a sound one is not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from pipelines import storage, tables
from pipelines.run import Runtime
from roots import megatron, side_index
from roots.folders import FolderError
from roots.megatron import Index
from roots.token_shards import TokenSettings
from roots.tokenize import tokenize
from roots.verify import Manifest, sha256
from roots.verify_tokens import is_tokens, shards_of, verify_tokens
from tests.roots.token_made import TEXTS, contents, mixed, tokenizer_file

pytestmark = pytest.mark.usefixtures("plainly")


@pytest.fixture
def folder(tmp_path: Path) -> str:
    work = str(tmp_path)
    tokenize(work, mixed(work), tokenizer_file(work), Runtime(), TokenSettings(("datatrove", "numpy")))
    return storage.join(work, "tokens")


def rewritten(folder: str, change: Callable[[dict[str, Any]], None]) -> str:
    """The Yoruba shard after a change of its manifest, whose hashes fit the files again."""
    prefix = storage.join(folder, "yo_text_document")
    says = storage.read_json(f"{prefix}.json")
    change(says)
    for file in says["files"]:
        path = storage.join(folder, file["file"])
        file["bytes"], file["sha256"] = storage.size(path), sha256(path)
    storage.write_json(f"{prefix}.json", says)
    return prefix


def test_sound_shards_have_no_faults(folder: str) -> None:
    scanned = verify_tokens(folder)
    assert scanned.faults == []
    assert (scanned.files["shards"], scanned.rows["shards"]) == (2, 39)
    assert verify_tokens(storage.join(folder, "yo_text_document")).files["shards"] == 1
    assert is_tokens(folder)
    assert is_tokens(storage.join(folder, "zhs_text_document"))
    assert not is_tokens(storage.join(folder, ".."))


def test_a_byte_that_was_changed_is_found_in_every_file(folder: str) -> None:
    for name, data in contents(folder).items():
        if name.endswith(".json") or not name.startswith("yo"):
            continue
        storage.write_bytes(storage.join(folder, name), data[:-1] + bytes([data[-1] ^ 1]))
        (fault,) = verify_tokens(folder).faults
        assert fault == f"{name}: its bytes are not those that were written: another SHA-256 than in its manifest"
        storage.write_bytes(storage.join(folder, name), data)
    storage.remove(storage.join(folder, "yo_text_document.bin"))
    assert verify_tokens(folder).faults == ["yo_text_document.bin: is not there"]


def set_to(key: str, value: Any) -> Callable[[dict[str, Any]], None]:
    return lambda says: says.update({key: value})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (set_to("documents", 7), "31 documents, 7 expected"),
        (set_to("tokens", 7), "tokens, 7 expected"),
        (set_to("vocabulary", 100), "0 to 99 expected"),
        (set_to("padded", 70_000), "tokens are uint16, int32 expected for 70000 pieces"),
        (set_to("dtype", "int32"), "tokens are uint16, its manifest says int32"),
        (set_to("end", 3), "31 documents do not end with the token 3"),
        (set_to("sources", [["one", 31, 0, 5]]), "documents and tokens of its sources are not those of the manifest"),
    ],
)
def test_what_a_manifest_says_is_checked(folder: str, change: Callable[[dict[str, Any]], None], message: str) -> None:
    rewritten(folder, change)
    (fault,) = verify_tokens(folder).faults
    assert fault.startswith("yo_text_document: ")
    assert message in fault


def with_ids(folder: str, change: Callable[[pa.Table], pa.Table]) -> list[str]:
    path = storage.join(folder, "yo_text_document.ids.parquet")
    tables.write(path, change(tables.read(path)))
    rewritten(folder, lambda _says: None)
    return verify_tokens(folder).faults


def test_the_side_index_must_fit_row_for_row(folder: str) -> None:
    faults = with_ids(folder, lambda table: table.slice(1))
    assert "yo_text_document: .ids.parquet: 30 rows, 31 expected, one for each sequence" in faults
    assert any("documents have another number of tokens there" in fault for fault in faults)
    faults = with_ids(folder, lambda table: table.select(["id", "source"]))
    assert faults == ["yo_text_document: .ids.parquet: other columns than id, source, text_hash, tokens"]
    storage.write_bytes(storage.join(folder, "yo_text_document.ids.parquet"), b"nothing")
    rewritten(folder, lambda _says: None)
    (fault,) = verify_tokens(folder).faults
    assert "a file beside it cannot be read: Arrow" in fault


def test_layouts_must_say_the_same(folder: str) -> None:
    path = storage.join(folder, "yo_text_document.offsets.npy")
    storage.write_bytes(path, storage.read_bytes(path)[:-8] + bytes(8))
    rewritten(folder, lambda _says: None)
    message = "yo_text_document: .offsets.npy: does not say where the documents of .bin begin"
    assert verify_tokens(folder).faults == [message]


def test_a_shard_of_another_tool_is_checked_by_its_layout(folder: str) -> None:
    storage.remove(storage.join(folder, "yo_text_document.json"))
    scanned = verify_tokens(folder)
    assert scanned.faults == []
    assert scanned.files["shards without a manifest (layout alone)"] == 1
    prefix = storage.join(folder, "yo_text_document")
    index = Index.read(prefix)
    with storage.writing(f"{prefix}.idx") as target:
        megatron.write_index(target.file, index.lengths[::-1], dtype="<u2", documents=np.arange(len(index)))
    (fault,) = verify_tokens(folder).faults
    assert fault == f"yo_text_document: the document index ends at {len(index) - 1}, {len(index)} expected"


def test_a_folder_without_shards_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FolderError, match=r"holds no token shard \(\.bin, \.idx\); give a folder of tokens"):
        verify_tokens(str(tmp_path))


def manifests(folder: str, documents: int = 21) -> list[Manifest]:
    """The manifests of a work folder: those of the shards, and what the mix said of two files of a dataset."""
    found = [
        Manifest(f"tokens/{name}", storage.read_json(storage.join(folder, name)))
        for name in storage.names(folder)
        if name.endswith(".json")
    ]
    yoruba = [[["one", 5, 9], ["two", documents - 2, 9]], [["one", 6, 9], ["two", 2, 9]]]
    for number, sources in enumerate(yoruba):
        found.append(Manifest(f"corpus/yo/train/data-{number}.json", {"sources": sources, "files": []}))
    chinese = storage.read_json(storage.join(folder, "zhs_text_document.json"))["sources"]
    found.append(Manifest("corpus/zhs/data.json", {"sources": [[row[0], row[1], 9] for row in chinese], "files": []}))
    return found


def test_in_a_work_folder_each_shard_has_the_documents_of_its_dataset(folder: str) -> None:
    work = storage.join(folder, "..")
    assert shards_of(work, manifests(folder)) == []
    (fault,) = shards_of(work, manifests(folder, 22))
    assert fault == (
        "tokens/yo_text_document.json: documents of its sources are not those of the mix: 21 of two, 22 expected"
    )
    (fault,) = shards_of(work, [each for each in manifests(folder) if not each.path.startswith("corpus/zhs")])
    assert "zhs_text_document.json: documents of its sources are not those of the mix" in fault


def test_a_shard_with_a_known_fault_is_not_looked_at_again(folder: str) -> None:
    rewritten(folder, set_to("tokens", 7))
    work = storage.join(folder, "..")
    assert len(shards_of(work, manifests(folder))) == 1
    assert shards_of(work, manifests(folder), ["tokens/yo_text_document.bin: is not there"]) == []
    assert len(TEXTS) == 2
    assert side_index.IDS.names == ["id", "source", "text_hash", "tokens"]
