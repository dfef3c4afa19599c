"""Ids and hashes of documents."""

from catalog.document import DOCUMENTS, RECORDS, content_hash, document_id


def test_ids_differ_by_source_file_and_offset() -> None:
    ids = {document_id(source, file, offset) for source in "ab" for file in "xy" for offset in (0, 1, -1)}
    assert len(ids) == 12
    assert all(len(id) == 32 for id in ids)


def test_the_parts_of_an_id_cannot_run_into_each_other() -> None:
    assert document_id("a", "b1", 1) != document_id("ab", "1", 1)
    assert document_id("a", "b1", 1) != document_id("a", "b", 11)


def test_hashes_are_those_of_the_first_release() -> None:
    # Ids and hashes are in published corpora and in lists of removals: they never change.
    assert document_id("udhr", "data/yor.jsonl", 0) == "d48d6208b8ccb9c61489fa7942dc9557"
    assert content_hash(b"") == "cae66941d9efbd404e4d88758ea67670"


def test_records_are_documents_with_their_own_columns() -> None:
    assert RECORDS.names == [*DOCUMENTS.names, "lang", "lost", "reason", "signals", "harmful_perplexity"]
