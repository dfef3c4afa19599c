"""Other layouts: a plain memory map, and what datatrove reads."""

import json
import struct
import subprocess
from pathlib import Path

import numpy as np
import pytest

from roots import layouts, megatron
from roots.layouts import LAYOUTS, _metric, add, endings, faults
from tests.corpora import ROOT

DOCUMENTS = [[5, 6, 7], [70], list(range(10, 300)), [4]]
END = 2
PEERS = ROOT / ".bench" / "bin" / "python"
BOTH = ("datatrove", "numpy")


@pytest.fixture(params=[8_000, 250_680])
def prefix(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    found = str(tmp_path / "yo_text_document")
    with megatron.writing(found, dtype=megatron.token_dtype(request.param), end_token=END) as (writer, _):
        for document in DOCUMENTS:
            writer.add(document)
    return found


def test_a_memory_map_and_offsets_give_the_documents(prefix: str) -> None:
    outputs = add(prefix, ["numpy"])
    assert [output.file for output in outputs] == ["yo_text_document.offsets.npy"]
    tokens = np.memmap(f"{prefix}.bin", megatron.Index.read(prefix).dtype, "r")
    offsets = np.load(f"{prefix}.offsets.npy", mmap_mode="r")
    assert offsets.dtype == np.int64
    found = [tokens[offsets[at] : offsets[at + 1]].tolist() for at in range(len(offsets) - 1)]
    assert found == [[*document, END] for document in DOCUMENTS]


def test_an_independent_reader_finds_the_documents_of_datatrove_s_layout(prefix: str) -> None:
    outputs = add(prefix, ["megatron", "datatrove"])
    assert [output.file.removeprefix("yo_text_document") for output in outputs] == [".ds", ".ds.index", ".ds.metadata"]
    name, count, people = Path(f"{prefix}.ds.metadata").read_text().split("\n")
    letter = {"2": "H", "4": "I"}[name.split("|")[1]]
    data = Path(f"{prefix}.ds").read_bytes()
    tokens = struct.unpack(f"<{len(data) // struct.calcsize(letter)}{letter}", data)
    index = Path(f"{prefix}.ds.index").read_bytes()
    ends = struct.unpack(f"<{len(index) // 8}Q", index)
    starts = [0, *ends[:-1]]
    assert [list(tokens[a:b]) for a, b in zip(starts, ends, strict=True)] == [[*each, END] for each in DOCUMENTS]
    assert int(count) == len(tokens) == ends[-1]
    assert (name.split("|")[0], people) == ("tokenizer.json", f"{len(tokens)} T")


SCRIPT = """
import json, sys
from datatrove.pipeline.tokens.merger import load_doc_ends
from datatrove.io import get_datafolder
import humanize
folder, name = sys.argv[1].rsplit("/", 1)
ends = load_doc_ends(get_datafolder(folder).open(name + ".ds.index", "rb"))
print(json.dumps({"ends": [int(end) for end in ends],
                  "people": [humanize.metric(10 ** n + 10 ** n // 3, unit="T") for n in range(13)]}))
"""


def test_datatrove_itself_reads_the_index_and_writes_numbers_so(prefix: str) -> None:
    if not PEERS.exists():
        pytest.skip("datatrove is not there; make bench installs it")
    add(prefix, ["datatrove"])
    done = subprocess.run([PEERS, "-c", SCRIPT, prefix], capture_output=True, text=True, check=True)
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["ends"] == np.cumsum([len(each) + 1 for each in DOCUMENTS]).tolist()
    assert said["people"] == [_metric(10**power + 10**power // 3) for power in range(13)]


def test_what_is_there_is_sound_and_what_is_changed_is_named(prefix: str) -> None:
    add(prefix, BOTH)
    assert faults(prefix, BOTH) == []
    changed = {".offsets.npy": "documents of .bin begin", ".ds.index": "documents of .ds end", ".ds.metadata": "holds"}
    for ending, message in changed.items():
        path = Path(f"{prefix}{ending}")
        before = path.read_bytes()
        path.write_bytes(before[:-1] + bytes([before[-1] ^ 1]))
        (found,) = faults(prefix, BOTH)
        assert found.startswith(f"{ending}: does not say")
        assert message in found
        path.write_bytes(before)
    Path(f"{prefix}.ds").write_bytes(b"")
    assert faults(prefix, BOTH) == [".ds: has 0 bytes, as many as .bin expected"]


def test_every_layout_names_its_files() -> None:
    assert set(LAYOUTS) == set(layouts._ENDINGS)
    assert endings(["datatrove"]) == [".bin", ".idx", ".ids.parquet", ".ds", ".ds.index", ".ds.metadata", ".json"]
