"""Documents are found by every name that they have, and rows are read from the right row groups."""

from pathlib import Path

import pyarrow as pa
import pytest

from pipelines import tables
from pipelines.withhold import digest
from roots.folders import FolderError
from roots.why.find import Place, by_id, find, matching, row_of, rows_of, shelves
from tests.corpora import Corpus


def test_every_document_is_found_by_its_id(small_corpus: Corpus) -> None:
    here = shelves(str(small_corpus.work))
    assert [shelf.shard.source for shelf in here] == sorted(shelf.shard.source for shelf in here)
    for shelf in here:
        for row, id in enumerate(tables.read(shelf.path("documents"), ["id"]).column("id").to_pylist()):
            assert by_id(here, id) == Place(shelf, row)
    assert by_id(here, "0" * 32) is None


def test_ledgers_are_those_of_their_shards(small_corpus: Corpus) -> None:
    for shelf in shelves(str(small_corpus.work)):
        assert shelf.ledger is not None
        assert tables.read(shelf.ledger, ["id"]).equals(tables.read(shelf.path("measures"), ["id"]))
        assert shelf.judged is not None
        assert sum(row[2] for row in shelf.judged["counts"]) == shelf.shard.rows


def test_a_document_is_found_by_its_own_id_and_its_content(small_corpus: Corpus) -> None:
    work = str(small_corpus.work)
    found = find(work, "copy-yo")
    assert found.by == "source_id"
    [place] = found.places
    said = row_of(place.shelf.path("documents"), place.row, ["source_id", "content_hash"])
    assert said["source_id"] == "copy-yo"
    same = find(work, said["content_hash"])
    assert same.by == "content_hash"
    assert place in same.places
    assert len(same.places) == 2


def test_the_address_of_a_removed_document_is_known_by_its_digest(tmp_path: Path, small_corpus: Corpus) -> None:
    here = shelves(str(small_corpus.work))
    id = tables.read(here[0].path("measures"), ["id"]).column("id")[3].as_py()
    here[0].curated["withheld"] = {"rows": [[id, "0" * 32, digest("https://gone.example/")]]}  # type: ignore[index]
    assert find(str(tmp_path), "https://gone.example/", here).places == [Place(here[0], 3)]
    with pytest.raises(FolderError, match=r"'https://other\.example/': no document of"):
        find(str(tmp_path), "https://other.example/", here)


@pytest.mark.parametrize("group", [1, 3, 7, 100])
def test_rows_are_read_whatever_the_row_groups(memory: str, monkeypatch: pytest.MonkeyPatch, group: int) -> None:
    monkeypatch.setattr(tables, "ROW_GROUP", group)
    monkeypatch.setattr("roots.why.find.AT_ONCE", 4)
    path = f"{memory}/x.parquet"
    tables.write(path, pa.table({"id": [str(n % 11) for n in range(20)], "n": list(range(20))}))
    assert [row["n"] for row in rows_of(path, [19, 0, 7, 7, 6])] == [19, 0, 7, 7, 6]
    assert rows_of(path, [3], ["n"]) == [{"n": 3}]
    assert rows_of(path, []) == []
    assert list(matching(path, "id", "8")) == [8, 19]
    assert list(matching(path, "id", "12")) == []
