"""A corpus from sources to token shards: the same bytes everywhere, nothing done twice, tables that fit together."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines import tables
from pipelines.storage import TEMPORARY
from roots.cli import main
from tests import corpora
from tests.corpora import LANGUAGES, SMALL_LANGUAGES, Corpus

COUNTS = "SELECT dropped_by, count(*) FROM read_parquet('{work}/*/ledger/*.parquet') GROUP BY dropped_by"

TOGETHER = """
SELECT l.id, l.dropped_by, m.lang, m.bytes, d.text, d.source, m.id = d.id AND l.id = d.id AS same
FROM read_parquet('{work}/*/documents/*.parquet', filename = true, file_row_number = true) AS d
JOIN read_parquet('{work}/*/measures/*.parquet', filename = true, file_row_number = true) AS m
  ON m.file_row_number = d.file_row_number AND m.filename = replace(d.filename, '/documents/', '/measures/')
JOIN read_parquet('{work}/*/ledger/*.parquet', filename = true, file_row_number = true) AS l
  ON l.file_row_number = d.file_row_number
 AND starts_with(l.filename, replace(regexp_replace(d.filename, 'parquet$', ''), '/documents/', '/ledger/'))
"""
"""The three tables joined by position: a ledger has the name of its shard and one more part."""


def query(sql: str, corpus: Corpus) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        return connection.execute(sql.format(work=corpus.work)).fetchall()


def manifests(corpus: Corpus, pattern: str) -> list[dict[str, Any]]:
    found = [json.loads(path.read_text()) for path in sorted(corpus.work.glob(pattern))]
    assert found
    return found


def test_the_corpus_has_all_that_these_tests_look_at(corpus: Corpus) -> None:
    causes = {cause for cause, _ in query(COUNTS, corpus)}
    assert {None, "duplicate", "error:read", "language_id", "number_words", "stopwords"} <= causes
    assert any(cause.startswith("clean:") for cause in causes if cause)
    assert {path.name for path in (corpus.work / "corpus").iterdir() if path.is_dir()} == set(LANGUAGES)
    kept = query("SELECT DISTINCT source FROM (" + TOGETHER + ") WHERE dropped_by IS NULL", corpus)
    assert {name for (name,) in kept} == {
        "debian_handbook_ar",
        "lohelp_zh_cn",
        "oscar_part",
        "planted",
        "udhr_articles",
    }


def test_two_workers_on_dask_write_the_same_bytes_as_one(corpus: Corpus, tmp_path: Path) -> None:
    corpora.run(["build", corpus.recipe, "--work", tmp_path / "work", "--workers", 2], tmp_path)
    assert corpora.different(corpora.contents(tmp_path / "work"), corpora.contents(corpus.work)) == []


def test_hash_seed_place_time_zone_and_locale_do_not_change_a_byte(small_corpus: Corpus, tmp_path: Path) -> None:
    elsewhere = tmp_path / "sources elsewhere"
    recipe = corpora.make_small_recipe(elsewhere)
    work = tmp_path / "another" / "work"
    given = {"PYTHONHASHSEED": "2", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "HOME": str(tmp_path), "COLUMNS": "60"}
    corpora.run(["build", recipe.name, "--work", os.path.relpath(work, elsewhere)], elsewhere, **given)
    assert corpora.different(corpora.contents(work), corpora.contents(small_corpus.work)) == []


def test_nothing_unfinished_is_left_and_every_manifest_holds(corpus: Corpus) -> None:
    assert corpora.broken_manifests(corpus.work) == []
    assert {path.name for path in corpus.work.rglob(".*")} <= {".lock", ".roots"}
    assert not [path for path in corpora.contents(corpus.work) if TEMPORARY in path]
    assert sorted(path.name for path in (corpus.work / "dedup").iterdir()) == ["clusters", "overlap"]


def test_every_file_is_in_a_manifest_or_made_of_them(corpus: Corpus) -> None:
    files = {path for path in corpus.work.rglob("*") if path.is_file()}
    listed = {
        Path(os.path.normpath(path.parent / entry["file"]))
        for path in files
        if path.suffix == ".json"
        for entry in json.loads(path.read_text()).get("files", [])
    }
    others = {path.name for path in files - listed}
    keyed = {path.name for path in files if path.suffix == ".json" and "key" in json.loads(path.read_text())}
    assert others - keyed - {".lock", ".roots"} == {"SHA256SUMS"}


def test_a_shard_stands_in_one_version_only(corpus: Corpus) -> None:
    for table in ("documents", "measures", "signatures", "ledger"):
        shards = list(corpus.work.glob(f"*/{table}/*.parquet"))
        inputs = [(path.parts[-3], path.name.rsplit(".", 3 if table == "ledger" else 2)[0]) for path in shards]
        assert len(set(inputs)) == len(inputs) == 5


def test_a_second_build_does_nothing_and_says_so(small_corpus: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    work = small_corpus.work
    before = corpora.contents(work)
    times = {
        path: path.stat().st_mtime_ns
        for path in work.rglob("*")
        if path.suffix in (".parquet", ".arrow", ".bin", ".idx") or path.name in ("tokenizer.json", "manifest.json")
    }
    with pytest.raises(SystemExit) as ended:
        main(["build", str(small_corpus.recipe), "--work", str(work)])
    assert ended.value.code == 0
    stages = [line for line in capsys.readouterr().err.splitlines() if " shards " in line]
    assert len(stages) >= 7
    assert [line for line in stages if "nothing to do, all" not in line] == []
    assert corpora.contents(work) == before
    assert {path: path.stat().st_mtime_ns for path in times} == times


@pytest.mark.parametrize("lang", LANGUAGES)
def test_datasets_opens_a_language_and_gives_its_documents_in_the_order_of_the_mix(corpus: Corpus, lang: str) -> None:
    import datasets

    found = datasets.load_from_disk(str(corpus.work / "corpus" / lang))
    assert found.column_names == ["id", "text", "source", "url", "meta"]
    seed = (42).to_bytes(8, "little")
    keys = [
        int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8, key=seed).digest(), "little")
        for name in found["id"]
    ]
    assert keys == sorted(keys)
    kept = query(
        f"SELECT id, text, source FROM ({TOGETHER}) WHERE dropped_by IS NULL AND lang = '{lang}' ORDER BY id", corpus
    )
    assert sorted(zip(found["id"], found["text"], found["source"], strict=True)) == kept
    assert all(isinstance(json.loads(meta), dict) for meta in found["meta"])


def test_some_languages_are_in_several_files(corpus: Corpus) -> None:
    files = {lang: len(list((corpus.work / "corpus" / lang).glob("*.arrow"))) for lang in LANGUAGES}
    assert files["ar"] > 2
    assert min(files.values()) == 1


def test_duckdb_counts_the_ledgers_as_their_manifests_do(corpus: Corpus) -> None:
    counted: dict[str | None, int] = {}
    for manifest in manifests(corpus, "*/ledger/*.json"):
        for _, cause, documents, _ in manifest["counts"]:
            counted[cause] = counted.get(cause, 0) + documents
    assert dict(query(COUNTS, corpus)) == counted


def test_duckdb_joins_the_tables_by_position_and_the_ids_agree(corpus: Corpus) -> None:
    rows = query(f"SELECT id, same FROM ({TOGETHER})", corpus)
    curated = sum(manifest["documents"] for manifest in manifests(corpus, "*/documents/*.json"))
    assert len(rows) == len({name for name, _ in rows}) == curated
    assert all(same for _, same in rows)


def test_duckdb_joins_the_tables_by_id(corpus: Corpus) -> None:
    sql = """
        SELECT l.dropped_by, m.lang, m.number_words, d.text, s.bands IS NULL
        FROM read_parquet('{work}/*/ledger/*.parquet') AS l
        JOIN read_parquet('{work}/*/measures/*.parquet') AS m USING (id)
        JOIN read_parquet('{work}/*/documents/*.parquet') AS d USING (id)
        JOIN read_parquet('{work}/*/signatures/*.parquet') AS s USING (id)
        WHERE l.dropped_by = 'number_words' OR l.dropped_by = 'error:read'
    """
    rows = query(sql, corpus)
    unread = [row for row in rows if row[0] == "error:read"]
    assert [row[1:] for row in unread] == [(None, None, "", True)] * 4
    assert len(rows) > len(unread)


def test_every_copy_names_a_kept_document_that_is_not_itself(corpus: Corpus) -> None:
    sql = """
        SELECT count(*), count(k.id)
        FROM read_parquet('{work}/*/ledger/*.parquet') AS l
        LEFT JOIN read_parquet('{work}/*/ledger/*.parquet') AS k
          ON k.id = l.duplicate_of AND k.dropped_by IS NULL AND k.id <> l.id
        WHERE l.dropped_by = 'duplicate'
    """
    [(copies, named)] = query(sql, corpus)
    assert copies == named > 8


def test_every_document_is_dropped_or_kept_and_what_is_kept_is_mixed(corpus: Corpus) -> None:
    documents = sum(manifest["documents"] for manifest in manifests(corpus, "*/documents/*.json"))
    counts = [row for manifest in manifests(corpus, "*/ledger/*.json") for row in manifest["counts"]]
    dropped = sum(number for _, cause, number, _ in counts if cause is not None)
    kept = sum(number for _, cause, number, _ in counts if cause is None)
    assert documents == dropped + kept
    mixed = [row for manifest in manifests(corpus, "corpus/*/data-*.json") for row in manifest["sources"]]
    assert sum(number for _, number, _ in mixed) == kept
    assert sum(size for _, _, size in mixed) == sum(size for _, cause, _, size in counts if cause is None)
    assert sum(manifest["documents"] for manifest in manifests(corpus, "tokens/*.json")) == kept


def test_the_sizes_of_the_manifests_are_those_of_the_texts(corpus: Corpus) -> None:
    rows = query(f"SELECT bytes, text FROM ({TOGETHER})", corpus)
    assert all(size == len(text.encode()) for size, text in rows)
    curated = sum(manifest["bytes"] for manifest in manifests(corpus, "*/documents/*.json"))
    assert sum(size for size, _ in rows) == curated


def test_the_card_of_the_corpus_and_of_every_source_are_there_with_the_counts(corpus: Corpus) -> None:
    cards = {path.parent.name: path.read_text() for path in (corpus.work / "cards").glob("*/README.md")}
    assert set(cards) == {"debian_handbook_ar", "lohelp_zh_cn", "oscar_part", "planted", "udhr_articles"}
    card = (corpus.work / "README.md").read_text()
    assert card.startswith("---\n")
    assert all(uid in card for uid in cards)


def test_the_tables_have_the_columns_that_are_promised(corpus: Corpus) -> None:
    for table, schema in {**tables.TABLES, "ledger": tables.LEDGER}.items():
        for path in corpus.work.glob(f"*/{table}/*.parquet"):
            assert tables.read(str(path)).schema.equals(schema)


def test_the_small_corpus_is_of_several_shards_and_languages(small_corpus: Corpus) -> None:
    assert len(list(small_corpus.work.glob("*/ledger/*.parquet"))) == len(SMALL_LANGUAGES) + 1
    assert {path.name for path in (small_corpus.work / "corpus").iterdir() if path.is_dir()} == set(SMALL_LANGUAGES)
