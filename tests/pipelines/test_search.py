"""Signature tables are read for a search, or refused: what they have and what is wanted."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from filters.signing import MinHash, Signing
from pipelines import tables
from pipelines.search import COLUMN, DedupError, Search, salts, signatures
from pipelines.shards import Shard
from tests import signed

HOW = Signing(minhash=signed.MINHASH)


def shard_of(work: str) -> Shard:
    documents = [{"bands": [1], "sketch": bytes(6), "lang": "yo"}, None, {"bands": [2], "lang": "ar"}]
    return signed.write(work, {"one": documents})[0]


def test_columns_come_some_rows_at_a_time(tmp_path: Path) -> None:
    shard = shard_of(str(tmp_path))
    [batch] = signatures(str(tmp_path), shard, HOW, ["bands", "sketch"])
    assert batch.schema.names == ["bands", "sketch"]
    assert batch.column("bands").is_valid().to_pylist() == [True, False, True]


def test_every_method_has_its_column() -> None:
    assert set(COLUMN.values()) <= set(tables.SIGNATURES.names)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def with_a_broken_footer(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:-60] + b"\xff" * 50 + whole[-10:])


def with_a_broken_page(path: Path) -> None:
    whole = path.read_bytes()
    path.write_bytes(whole[:4] + b"\xff" * (len(whole) // 2) + whole[4 + len(whole) // 2 :])


def without_bands(path: Path) -> None:
    tables.write(str(path), tables.read(str(path)).drop_columns(["bands"]))


def of_strings(path: Path) -> None:
    table = tables.read(str(path)).drop_columns(["bands"])
    tables.write(str(path), table.append_column("bands", pa.array(["a"] * len(table))))


def with_a_row_less(path: Path) -> None:
    tables.write(str(path), tables.read(str(path)).slice(1))


@pytest.mark.parametrize(
    ("damage", "how", "message"),
    [
        (cut_off, HOW, "is no whole Parquet file"),
        (with_a_broken_footer, HOW, "is no whole Parquet file"),
        (with_a_broken_page, HOW, "is no whole Parquet file"),
        (
            without_bands,
            HOW,
            r"has the columns id \(string\), .*; wanted is bands \(list<.*uint64>\), sketch \(binary\)",
        ),
        (of_strings, HOW, r"has the columns .*bands \(string\); wanted is bands \(list<"),
        (with_a_row_less, HOW, "has 2 rows, 3 are wanted, one for each document"),
        (lambda path: None, Signing(minhash=MinHash(bands=14, rows=2)), "has 3 band hashes a document, 14 are wanted"),
        (
            lambda path: None,
            Signing(minhash=MinHash(bands=3, rows=5)),
            "has 6 bytes of sketch a document, 15 are wanted",
        ),
    ],
)
def test_a_table_that_cannot_be_compared_is_refused(
    tmp_path: Path, damage: Callable[[Path], object], how: Signing, message: str
) -> None:
    shard = shard_of(str(tmp_path))
    path = Path(shard.path(str(tmp_path), "signatures"))
    damage(path)
    with pytest.raises(DedupError, match=rf"{path}: {message}") as raised:
        list(signatures(str(tmp_path), shard, how, ["bands", "sketch"]))
    assert str(raised.value).endswith("remove it, and the same command makes it again")


def test_salts_keep_scopes_apart(tmp_path: Path) -> None:
    work = str(tmp_path)
    one, two = signed.write(work, {"one": [{"lang": "yo"}, None, {"lang": "ar"}, {"lang": "yo"}], "two": [None]})
    assert np.array_equal(salts(work, one, "all"), np.zeros((1, 2), np.uint64))
    assert not np.array_equal(salts(work, one, "source"), salts(work, two, "source"))
    of_language = salts(work, one, "language")
    assert of_language.shape == (4, 2)
    assert len(np.unique(of_language[:3], axis=0)) == 3
    assert np.array_equal(of_language[0], of_language[3])
    assert np.array_equal(of_language[1], salts(work, two, "language")[0]), "no language is known of both"


def test_a_search_knows_its_methods_in_their_order_and_how_many_documents_there_are() -> None:
    settings = signed.settings("exact", "minhash")
    assert settings.methods == ("exact", "minhash")
    shards = (Shard("a", "x", 3, 0, 0), Shard("b", "x", 4, 0, 3))
    assert Search("w", shards, settings, "k").rows == 7
    assert Search("w", (), settings, "k").rows == 0
    assert Search("w", shards, settings, "k").path("edges", "a.parquet") == "w/dedup/edges/a.parquet"
