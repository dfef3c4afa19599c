"""OSCAR records in the layouts of 21.09 and 22.01."""

import json
from pathlib import Path
from typing import Any

import pytest

from catalog import oscar
from catalog.entry import Data, Entry
from catalog.sources import NO_DATA, entry_for_files, inputs, read

HEADERS = {
    "content-length": "11062",
    "warc-target-uri": "https://yo.example/1",
    "warc-identified-content-language": "yor,eng",
    "warc-type": "conversion",
}
OF_2109 = {"id": 0, "text": "Ẹ káàbọ̀", "meta": {"headers": HEADERS, "offset": 0, "nb_sentences": 1}}
OF_2201 = {
    "content": "Ẹ káàbọ̀",
    "warc_headers": HEADERS,
    "metadata": {"identification": {"label": "yo", "prob": 0.9}, "annotation": None},
}
OF_2201_HUB = {"id": 5, "text": "Ẹ káàbọ̀", "meta": {"warc_headers": HEADERS, "identification": {"label": "yo"}}}


def _rows(path: Path, record: dict[str, Any], lang: str | None, fields: Data = NO_DATA) -> list[dict[str, Any]]:
    path.write_text(json.dumps(record, ensure_ascii=False) + "\n")
    own = entry_for_files([path], lang, fields=fields)
    entry = Entry(**{**own.__dict__, "kind": "oscar"})
    return [row for file in inputs(entry) for batch in read(entry, file) for row in batch.to_pylist()]


def test_a_record_of_2109(tmp_path: Path) -> None:
    (row,) = _rows(tmp_path / "yo.jsonl", OF_2109, "yo")
    assert (row["text"], row["source_id"], row["url"]) == ("Ẹ káàbọ̀", "0", "https://yo.example/1")
    assert row["lang"] == "yo"
    assert json.loads(row["meta"]) == {"id": 0, "meta": OF_2109["meta"]}


def test_a_file_in_many_languages_goes_by_what_the_crawl_found(tmp_path: Path) -> None:
    assert _rows(tmp_path / "x.jsonl", OF_2109, None)[0]["lang"] == "yor"


def test_records_of_2201_go_by_their_label(tmp_path: Path) -> None:
    assert _rows(tmp_path / "x.jsonl", OF_2201, "zu", Data(files=(), text="content"))[0]["lang"] == "yo"
    (row,) = _rows(tmp_path / "x.jsonl", OF_2201_HUB, "zu")
    assert (row["lang"], row["url"], row["source_id"]) == ("yo", "https://yo.example/1", "5")


def test_the_field_the_entry_names_goes_first(tmp_path: Path) -> None:
    (row,) = _rows(
        tmp_path / "x.jsonl", {**OF_2109, "lang": "zu", "link": "u"}, "yo", Data((), lang="lang", url="link")
    )
    assert (row["lang"], row["url"]) == ("zu", "u")


@pytest.mark.parametrize(
    "record",
    [
        {"text": "t"},
        {"text": "t", "meta": None},
        {"text": "t", "meta": {"headers": [1]}},
        {"text": "t", "metadata": "x"},
    ],
)
def test_records_without_headers_have_no_url(record: dict[str, Any]) -> None:
    assert oscar.place(entry_for_files([], "yo"), record) == (None, "yo")
    assert oscar.place(entry_for_files([], None), record) == (None, None)
