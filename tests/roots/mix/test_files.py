"""Files made at once, in two runs, anew or by many workers hold the same bytes."""

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from pipelines import storage
from pipelines.judge import Judged
from pipelines.run import Runtime
from roots.mix import files
from roots.mix.mixing import MixSettings, mix
from tests.roots.made import shelve
from tests.roots.mix.test_spread import documents

ASKED: dict[str, Any] = {"budget": 9000, "upsampling": 2, "validation": 0.2, "shard_bytes": 500, "alpha": 0.5}


def shelved(work: str) -> list[Judged]:
    """A source of Yoruba alone, and two of three languages."""
    alone = [{**row, "lang": "yo"} for row in documents("alone", 60)]
    return shelve(work, {"a": documents("a", 70), "alone": alone, "b": documents("b", 31)})


def contents(work: str) -> dict[str, bytes]:
    """Every file of the datasets, their Parquet files among them."""
    found: dict[str, bytes] = {}

    def add(folder: str) -> None:
        for name in storage.names(folder):
            path = storage.join(folder, name)
            if "." in name:
                found[path.removeprefix(work)] = storage.read_bytes(path)
            else:
                add(path)

    for folder in ("corpus", "parquet"):
        add(storage.join(work, folder))
    return found


@pytest.mark.usefixtures("plainly")
def test_small_languages_that_stand_alone_are_made_at_once(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    judged = shelve(memory, {"a": [{**row, "lang": "yo"} for row in documents("a", 50)]})
    monkeypatch.setattr("roots.mix.mixing.spread", lambda *_: pytest.fail("spread"))
    mix(memory, judged, MixSettings(shard_bytes=700), Runtime())
    with pytest.raises(pytest.fail.Exception, match="spread"):
        mix(memory, judged, MixSettings(shard_bytes=70), Runtime())
    mixed = shelve(storage.join(memory, "mixed"), {"b": documents("b", 60)})
    with pytest.raises(pytest.fail.Exception, match="spread"):
        mix(storage.join(memory, "mixed"), mixed, MixSettings(), Runtime())


@pytest.mark.usefixtures("plainly")
def test_either_way_a_file_and_its_manifest_are_the_same(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for way in (True, False):
        monkeypatch.setattr("roots.mix.mixing._fits", lambda *_, way=way: way)
        work = storage.join(memory, str(way))
        mix(work, shelved(work), MixSettings(**ASKED), Runtime())
        found.append(contents(work))
    assert found[0] == found[1]
    assert sum(name.endswith(".arrow") for name in found[0]) > 6


@pytest.mark.usefixtures("plainly")
def test_only_the_files_that_are_not_there_are_written(memory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    judged = shelve(memory, {"a": [{**row, "lang": "yo"} for row in documents("a", 90)]})
    mixed = mix(memory, judged, MixSettings(**ASKED), Runtime())
    before = contents(memory)
    lost = mixed.files["yo"][1]
    storage.remove(lost)
    written: list[str] = []
    write = files.arrow_dataset.write_ordered
    monkeypatch.setattr(files.arrow_dataset, "write_ordered", lambda *a: written.append(a[0]) or write(*a))
    mix(memory, judged, MixSettings(**ASKED), Runtime())
    assert written == [lost]
    assert contents(memory) == before


def test_workers_decide_no_byte(tmp_path: Path) -> None:
    found = []
    for name, how in (("one", Runtime()), ("two", Runtime("dask", 2))):
        work = str(tmp_path / name)
        mix(work, shelved(work), MixSettings(**ASKED), how)
        found.append(contents(work))
    assert found[0] == found[1]
    assert any("/parquet/yo/validation-" in name for name in found[0])


def test_where_keys_are_the_same_ids_decide() -> None:
    keys = np.array([5, 3, 5, 3], dtype=np.uint64)
    ids = pa.chunked_array([["x", "b", "a", "c", "d"]])
    assert files._order(keys, ids, np.array([1, 4, 2, 3])).tolist() == [3, 4, 2, 1]
