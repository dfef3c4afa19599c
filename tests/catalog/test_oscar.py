"""OSCAR records in every schema from 21.09 on, as the releases give them and as the Hub's loaders do."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from catalog import oscar
from catalog.demo.make import DATA
from catalog.entry import Data, Entry
from catalog.record import batches
from catalog.sources import NO_DATA, entry_for_files, inputs, read

HEADERS = {
    "content-length": "11062",
    "warc-record-id": "<urn:uuid:1>",
    "warc-target-uri": "https://yo.example/1",
    "warc-identified-content-language": "yor,eng",
    "warc-type": "conversion",
}
OF_2109 = {"id": 0, "text": "Ẹ káàbọ̀", "meta": {"headers": HEADERS, "offset": 0, "nb_sentences": 1}}
OF_2201 = {
    "content": "Ẹ káàbọ̀",
    "warc_headers": HEADERS,
    "metadata": {
        "identification": {"label": "yo", "prob": 0.9},
        "annotation": ["short_sentences", "adult"],
        "sentence_identifications": [{"label": "yo", "prob": 0.9}],
    },
}
OF_2201_HUB = {
    "id": 5,
    "text": "Ẹ káàbọ̀",
    "meta": {
        "warc_headers": HEADERS,
        "identification": {"label": "yo", "prob": 0.9},
        "annotations": ["tiny"],
        "line_identifications": [None],
    },
}
OF_2301 = {
    "content": "Ẹ káàbọ̀",
    "warc_headers": HEADERS,
    "metadata": {
        "identification": {"label": "yo", "prob": 0.9},
        "harmful_pp": 4063.1814,
        "tlsh": "tlsh:T125315FF2B6088901EEA097015DB39B4600B",
        "quality_warnings": ["short_sentences", "footer"],
        "categories": ["examen_pix", "liste_bu"],
        "sentence_identifications": [{"label": "yo", "prob": 0.9}, None],
    },
}
OF_2301_HUB = {"id": 5, "text": OF_2301["content"], "meta": {"warc_headers": HEADERS, **OF_2301["metadata"]}}  # type: ignore[dict-item]
ENTRY = entry_for_files([], None)


def _oscar(entry: Entry) -> Entry:
    return Entry(**{**entry.__dict__, "kind": "oscar"})


def _all(path: Path, lang: str | None = None, fields: Data = NO_DATA) -> list[dict[str, Any]]:
    entry = _oscar(entry_for_files([path], lang, fields=fields))
    return [row for file in inputs(entry) for batch in read(entry, file) for row in batch.to_pylist()]


def _rows(path: Path, record: dict[str, Any], lang: str | None, fields: Data = NO_DATA) -> list[dict[str, Any]]:
    path.write_text(json.dumps(record, ensure_ascii=False) + "\n")
    return _all(path, lang, fields)


def test_a_record_of_2109(tmp_path: Path) -> None:
    (row,) = _rows(tmp_path / "yo.jsonl", OF_2109, "yo")
    assert (row["text"], row["source_id"], row["url"]) == ("Ẹ káàbọ̀", "0", "https://yo.example/1")
    assert (row["lang"], row["signals"], row["harmful_perplexity"]) == ("yo", None, None)
    assert json.loads(row["meta"]) == {"id": 0, "meta": OF_2109["meta"]}


def test_a_file_in_many_languages_goes_by_what_the_crawl_found(tmp_path: Path) -> None:
    assert _rows(tmp_path / "x.jsonl", OF_2109, None)[0]["lang"] == "yor"


def test_a_record_of_2201(tmp_path: Path) -> None:
    (row,) = _rows(tmp_path / "x.jsonl", OF_2201, "zu")
    assert (row["text"], row["lang"], row["url"]) == ("Ẹ káàbọ̀", "yo", "https://yo.example/1")
    assert row["source_id"] == "<urn:uuid:1>"
    assert row["signals"] == ["oscar-category:adult", "oscar-warning:short_sentences"]
    assert json.loads(row["meta"]) == {key: OF_2201[key] for key in ("warc_headers", "metadata")}
    (row,) = _rows(tmp_path / "x.jsonl", OF_2201_HUB, "zu")
    assert (row["lang"], row["url"], row["source_id"]) == ("yo", "https://yo.example/1", "5")
    assert row["signals"] == ["oscar-warning:tiny"]


@pytest.mark.parametrize("record", [OF_2301, OF_2301_HUB])
def test_a_record_of_2301(tmp_path: Path, record: dict[str, Any]) -> None:
    (row,) = _rows(tmp_path / "x.jsonl", record, None)
    assert (row["text"], row["lang"], row["harmful_perplexity"]) == ("Ẹ káàbọ̀", "yo", 4063.1814)
    assert row["signals"] == [
        "oscar-category:examen_pix",
        "oscar-category:liste_bu",
        "oscar-warning:footer",
        "oscar-warning:short_sentences",
    ]
    kept = json.loads(row["meta"])
    assert kept.get("metadata", kept.get("meta"))["tlsh"] == "tlsh:T125315FF2B6088901EEA097015DB39B4600B"


def test_real_texts_in_every_schema_and_compression_in_one_entry(tmp_path: Path) -> None:
    lines = gzip.decompress((DATA / "oscar_sample.jsonl.gz").read_bytes()).splitlines()[:30]
    first = [json.loads(line) for line in lines]
    second = [
        {"content": each["text"], "warc_headers": each["meta"]["headers"], "metadata": OF_2301["metadata"]}
        for each in first
    ]
    mixed = "".join(json.dumps(each) + "\n" for pair in zip(first, second, strict=True) for each in pair).encode()
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(mixed))
    (tmp_path / "b.jsonl.zst").write_bytes(zstandard.compress(mixed))
    for name in ("a.jsonl.gz", "b.jsonl.zst"):
        rows = _all(tmp_path / name)
        assert [row["text"] for row in rows] == [each["text"] for each in first for _ in range(2)]
        assert [row["lost"] for row in rows] == [None] * 60
        assert {row["lang"] for row in rows[1::2]} == {"yo"}


def test_parquet_and_arrow_of_nested_columns(tmp_path: Path) -> None:
    table = pa.Table.from_pylist([OF_2301_HUB])
    pq.write_table(table, tmp_path / "x.parquet")
    with pa.OSFile(str(tmp_path / "x.arrow"), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    for name in ("x.parquet", "x.arrow"):
        (row,) = _all(tmp_path / name)
        assert (row["lang"], row["source_id"], len(row["signals"])) == ("yo", "5", 4)
        assert row["harmful_perplexity"] == 4063.1814


def test_the_field_the_entry_names_goes_first(tmp_path: Path) -> None:
    (row,) = _rows(
        tmp_path / "x.jsonl", {**OF_2109, "lang": "zu", "link": "u"}, "yo", Data((), lang="lang", url="link")
    )
    assert (row["lang"], row["url"]) == ("zu", "u")


@pytest.mark.parametrize(
    ("label", "lang"), [("multi", "mul"), ("Multi", "mul"), ("x-multi", "mul"), ("als", "gsw"), ("xx-none", "xx-none")]
)
def test_labels_that_mean_something_else_elsewhere(tmp_path: Path, label: str, lang: str) -> None:
    lines = [{"label": "fr", "prob": 0.9}, None, {"label": "wo", "prob": 0.8}]
    metadata = {"identification": {"label": label, "prob": 0.8}, "sentence_identifications": lines}
    (row,) = _rows(tmp_path / "x.jsonl", {"content": "a\nb\nc", "warc_headers": HEADERS, "metadata": metadata}, "fr")
    assert (row["lang"], row["text"]) == (lang, "a\nb\nc")
    assert json.loads(row["meta"])["metadata"] == metadata
    assert row["signals"] == (["oscar-label:multi"] if lang == "mul" else None)


def test_signals_are_of_the_vocabulary_and_few() -> None:
    words = [
        "Short Sentences",
        "é!",
        "x" * 99,
        3,
        None,
        " ",
        "short_sentences",
        *(f"w{number}" for number in range(60)),
    ]
    found = oscar.signals({"metadata": {"quality_warnings": words, "categories": "adult"}})
    assert len(found) == len(set(found)) == 32
    assert list(found) == sorted(found)
    assert "oscar-warning:short_sentences" in oscar.signals({"metadata": {"quality_warnings": words[:7]}})
    for signal in oscar.signals({"metadata": {"quality_warnings": words[:7]}}):
        assert len(signal) <= 60
        assert not signal.strip("abcdefghijklmnopqrstuvwxyz0123456789_.:-")


@pytest.mark.parametrize(
    ("metadata", "perplexity"),
    [
        ('{"harmful_pp": NaN}', None),
        ('{"harmful_pp": Infinity}', None),
        ('{"harmful_pp": 1e999}', None),
        ('{"harmful_pp": -3}', None),
        ('{"harmful_pp": true}', None),
        ('{"harmful_pp": "12"}', None),
        (f'{{"harmful_pp": 1{"0" * 400}}}', None),
        ('{"harmful_ppl": 12}', 12.0),
        ('{"harmful_pp": 1, "harmful_pp": 2}', 2.0),
        ('{"categories": null, "quality_warnings": null, "identification": null}', None),
        ('{"identification": {"label": 3}, "sentence_identifications": {}}', None),
        ('{"sentence_identifications": [null, null, null, null]}', None),
        ("[]", None),
        ('"x"', None),
    ],
)
def test_what_cannot_be_is_passed_over_and_the_text_is_kept(
    tmp_path: Path, metadata: str, perplexity: float | None
) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(f'{{"content": "Ẹ káàbọ̀", "metadata": {metadata}}}\n')
    (row,) = _all(path)
    assert (row["text"], row["lost"], row["lang"], row["url"]) == ("Ẹ káàbọ̀", None, None, None)
    assert row["harmful_perplexity"] == perplexity


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"warc_headers": HEADERS}, "the record has no field 'text'"),
        ({"content": None}, "the field 'content' is a JSON null, not a string"),
        ({"headers": HEADERS, "offset": 0, "nb_sentences": 3}, "names lines of a text file, which does not lie beside"),
    ],
)
def test_records_without_text_say_why(tmp_path: Path, record: dict[str, Any], reason: str) -> None:
    (row,) = _rows(tmp_path / "x.jsonl", record, "yo")
    assert row["lost"] == "error:read"
    assert reason in row["reason"]


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


NAMES = st.sampled_from(
    (
        *(
            "id",
            "text",
            "content",
            "meta",
            "metadata",
            "headers",
            "warc_headers",
            "identification",
            "label",
            "annotation",
        ),
        *("quality_warnings", "categories", "harmful_pp", "offset", "nb_sentences", "warc-target-uri"),
    )
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)


@given(st.dictionaries(NAMES, VALUES, max_size=7).map(json.dumps).map(str.encode) | st.binary(max_size=60))
def test_any_line_is_a_document_or_a_bad_record(line: bytes) -> None:
    found = list(oscar.records(_oscar(ENTRY), io.BytesIO(line + b"\n" + line), "x.jsonl"))
    for record in found:
        assert (record.lost is None) == (record.reason is None)
    for batch in batches(found, "s", "x.jsonl"):
        batch.validate(full=True)


@pytest.mark.parametrize("depth", [90, 101, 100_000])
def test_deep_nesting_is_no_exception(depth: int) -> None:
    line = b'{"content": "t", "metadata": ' + b"[" * depth + b"]" * depth + b"}"
    (record,) = oscar.records(_oscar(ENTRY), io.BytesIO(line), "x.jsonl")
    assert (record.lost is None) == (depth < 99)
