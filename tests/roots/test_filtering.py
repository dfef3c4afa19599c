"""filter, redact and extract on files of one's own: each fault has its documented result, and none a traceback."""

import gzip
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines import storage, tables
from tests.corpora import ROOT
from tests.roots.made import Ended, page

Roots = Callable[..., Ended]
Lines = Callable[..., Path]
Kept = Callable[[Path | str], list[dict[str, Any]]]


@pytest.fixture
def filtered(roots: Roots, tmp_path: Path) -> Callable[..., Ended]:
    """Runs roots filter --lang yo on some files, with the output tmp_path/out."""

    def run(*files: object) -> Ended:
        return roots("filter", "--lang", "yo", *files, "--output", tmp_path / "out")

    return run


def rows(output: Path | str, table: str) -> list[dict[str, Any]]:
    folder = storage.join(str(output), "files", table)
    names = [name for name in storage.names(folder) if name.endswith(".parquet")]
    return [row for name in names for row in tables.read(f"{folder}/{name}").to_pylist()]


def test_tables_and_kept_documents_are_written_and_the_funnel_is_shown(
    filtered: Callable[..., Ended], lines: Lines, tmp_path: Path, yoruba: str, english: str, kept: Kept
) -> None:
    ended = filtered(lines("my.jsonl", {"text": yoruba}, {"text": "kukuru"}, {"text": english}))
    assert ended.code == 0
    out = tmp_path / "out"
    assert storage.names(str(out)) == [".lock", "files", "kept"]
    assert [row["dropped_by"] for row in rows(out, "ledger")] == [None, "number_words", "stopwords"]
    assert [row["number_words"] for row in rows(out, "measures")][1] == 1
    assert kept(out) == [{"text": yoruba}]
    assert "Yoruba (yo)" in ended.out
    assert "not applied: perplexity: there is no language model for Yoruba" in ended.out
    assert f"1 of 3 documents: {out}/kept" in ended.out


def test_the_output_may_be_any_storage(roots: Roots, lines: Lines, memory: str, yoruba: str, kept: Kept) -> None:
    ended = roots("filter", "--lang", "yo", lines("my.jsonl", {"id": "a", "text": yoruba}), "--output", memory)
    assert ended.code == 0
    assert kept(memory) == [{"id": "a", "text": yoruba}]


GOOD = b'{"text": "kukuru"}\n'
BAD = {
    "cut.jsonl.gz": (gzip.compress(GOOD * 2)[:-9], "the file ends inside a compressed block (gzip)"),
    "no.jsonl.gz": (GOOD, "the data is not gzip, though the name ends in .gz"),
    "broken.jsonl": (GOOD + b'{"text": "Gb\n', "not valid JSON: character N of the line"),
    "bytes.jsonl": (GOOD + b'{"text": "\xff"}\n', "not valid UTF-8: byte N of the line"),
    "without.jsonl": (GOOD + b'{"body": "x"}\n', "the record has no field 'text'"),
    "null.jsonl": (GOOD + b'{"text": null}\n', "the field 'text' is a JSON null, not a string"),
    "list.jsonl": (GOOD + b"[]\n\n", "the line is a JSON list, not an object"),
    "latin.txt": ("Gbogbo é".encode("latin-1"), "not valid UTF-8: byte N of the file"),
    "no.parquet": (b"PAR1", "not a Parquet file, or its end (the footer) is missing"),
    "no.arrow": (b"ARROW1", "the Arrow file is broken, or ends, at row N"),
}
"""Files with one record each that cannot be read, and what is said of it."""


def without_numbers(line: str) -> str:
    """A line in which places and sizes are all the same."""
    return re.sub("[0-9]+", "N", line)


def test_a_record_that_cannot_be_read_is_counted_with_its_reason_and_the_others_are_judged(
    filtered: Callable[..., Ended], tmp_path: Path
) -> None:
    for name, (data, _) in BAD.items():
        (tmp_path / name).write_bytes(data)
    ended = filtered(*(tmp_path / name for name in BAD))
    assert ended.code == 0
    assert "Traceback" not in ended.err
    said = [line for line in ended.out.splitlines() if "error:read" in line and " x " in line]
    wanted = [f"{name}: 1 x error:read: {reason}" for name, (_, reason) in BAD.items()]
    assert sorted(map(without_numbers, said)) == sorted(map(without_numbers, wanted))
    found = [row["dropped_by"] for row in rows(tmp_path / "out", "ledger")]
    assert found.count("error:read") == len(BAD)
    whole_lines = sum(data.count(GOOD) for name, (data, _) in BAD.items() if not name.endswith(".gz"))
    assert found.count("number_words") == whole_lines + 2, "the lines of cut.jsonl.gz are whole, its end is not"


def test_an_empty_file_holds_no_documents_and_that_is_said(
    filtered: Callable[..., Ended], tmp_path: Path, kept: Kept
) -> None:
    names = ["empty.jsonl", "empty.jsonl.gz", "empty.jsonl.zst", "empty.txt"]
    for name in [*names, "empty.warc"]:
        (tmp_path / name).write_bytes(b"")
    for files in (names, ["empty.warc"]):
        ended = filtered(*(tmp_path / name for name in files))
        assert ended.code == 0
        assert "warning: the input holds no documents" in ended.err
        assert "0 of 0 documents" in ended.out
        assert kept(tmp_path / "out") == []


def test_a_page_with_a_wrong_length_is_counted_and_the_next_page_is_read(
    roots: Roots, tmp_path: Path, yoruba: str, yoruba_too: str, kept: Kept
) -> None:
    archive = page("http://yo/1", [yoruba] * 3, length=70) + page("http://yo/2", [yoruba_too, yoruba])
    (tmp_path / "pages.warc").write_bytes(archive)
    ended = roots("extract", tmp_path / "pages.warc", "--output", tmp_path / "out")
    assert ended.code == 0
    assert "pages.warc: 1 x error:read: at byte N: the record's Content-Length (N) does not fit" in ended.out
    [row] = kept(tmp_path / "out")
    assert (row["url"], row["lang"], row["warc"]) == ("http://yo/2", "yo", "pages.warc")
    assert yoruba_too in row["text"]
    assert f"1 of 2 documents: {tmp_path}/out/kept" in ended.out


def test_the_pages_of_an_archive_can_be_filtered_and_redacted_too(
    roots: Roots, tmp_path: Path, yoruba: str, kept: Kept
) -> None:
    (tmp_path / "pages.warc.gz").write_bytes(gzip.compress(page("http://yo/1", [yoruba, "ade@example.org"])))
    assert roots("filter", "--lang", "yo", tmp_path / "pages.warc.gz", "--output", tmp_path / "one").code == 0
    assert [row["lang"] for row in kept(tmp_path / "one")] == ["yo"]
    assert storage.names(str(tmp_path / "one" / "kept")) == ["pages.jsonl.zst"]
    assert roots("redact", tmp_path / "pages.warc.gz", "--output", tmp_path / "two").code == 0
    assert "PI:EMAIL" in kept(tmp_path / "two")[0]["text"]


def test_the_language_of_pages_can_be_given(roots: Roots, tmp_path: Path, yoruba: str, kept: Kept) -> None:
    (tmp_path / "pages.warc").write_bytes(page("http://yo/1", [yoruba]))
    command = ["extract", tmp_path / "pages.warc", "--output", tmp_path / "out", "--lang"]
    assert roots(*command, "zu").code == 0
    assert [row["lang"] for row in kept(tmp_path / "out")] == ["zu"]
    ended = roots(*command, "zulu")
    assert (ended.code, "its code is 'zu'" in ended.err) == (2, True)


def test_the_extractor_of_pages_can_be_chosen(roots: Roots, tmp_path: Path, yoruba: str, kept: Kept) -> None:
    (tmp_path / "pages.warc").write_bytes(page("http://yo/1", [yoruba] * 3))
    command = ["extract", tmp_path / "pages.warc", "--output", tmp_path / "out", "--extractor"]
    for name in ("resiliparse", "roots-2022-03"):
        assert roots(*command, name).code == 0
        assert yoruba[:60] in kept(tmp_path / "out")[0]["text"]
    ended = roots(*command, "lynx")
    assert (ended.code, "'lynx' is not one of 'trafilatura', 'resiliparse', 'roots-2022-03'" in ended.err) == (2, True)


def test_the_language_says_whose_telephone_numbers_are_looked_for_and_what_becomes_of_them(
    roots: Roots, lines: Lines, kept: Kept, tmp_path: Path
) -> None:
    file = lines("my.jsonl", {"text": "Piga 0712 345 678 leo"}, {"text": "Habari"})
    texts = {}
    for lang in ("sw", "yo"):
        assert roots("redact", "--lang", lang, file, "--output", tmp_path / lang).code == 0
        texts[lang] = [row["text"] for row in kept(tmp_path / lang)]
    assert texts["sw"] == ["Piga PI:PHONE leo", "Habari"]
    assert texts["yo"] != texts["sw"]
    (tmp_path / "mine").mkdir()
    packaged = (ROOT / "lang_params" / "sw.toml").read_text(encoding="utf-8")
    (tmp_path / "mine" / "sw.toml").write_text(f'{packaged}\n[pii.actions]\nPHONE = "drop"\n', encoding="utf-8")
    assert (
        roots("redact", "--lang", "sw", "--lang-params", tmp_path / "mine", file, "--output", tmp_path / "sw").code == 0
    )
    assert [row["text"] for row in kept(tmp_path / "sw")] == ["Habari"]


def test_redaction_replaces_personal_data_and_nothing_else(
    roots: Roots, lines: Lines, tmp_path: Path, kept: Kept
) -> None:
    record = {"text": "  Ẹ kọ̀wé sí ade@example.org ‘lónìí’ .\n", "mail": "me@example.org", "pages": [1, None]}
    ended = roots("redact", lines("my.jsonl", record), "--output", tmp_path / "out")
    assert ended.code == 0
    [row] = kept(tmp_path / "out")
    assert row == {"text": "  Ẹ kọ̀wé sí PI:EMAIL ‘lónìí’ .\n", "mail": "PI:EMAIL", "pages": [1, None]}
    assert [span["tag"] for span in rows(tmp_path / "out", "measures")[0]["pii"]] == ["EMAIL"]
    assert not (tmp_path / "out" / "files" / "ledger").exists()


@pytest.mark.parametrize(
    ("lang", "message"),
    [
        ("yoo", "'yoo' is not a language of the corpus; did you mean 'yo'?"),
        ("sw-Latn-TZ-x", "is not a language of the corpus"),
        ("", "is not a language of the corpus"),
        ("de", "'de' is not a language of the corpus"),
    ],
)
def test_a_language_that_does_not_exist_is_refused_with_near_ones(
    roots: Roots, lines: Lines, tmp_path: Path, lang: str, message: str
) -> None:
    ended = roots("filter", "--lang", lang, lines("my.jsonl", {"text": "x"}), "--output", tmp_path / "out")
    assert ended.code == 2
    assert message in ended.err
    assert len(ended.err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_language_may_be_written_in_other_ways(roots: Roots, lines: Lines, tmp_path: Path, yoruba: str) -> None:
    file = lines("my.jsonl", {"text": yoruba})
    ends = [roots("filter", "--lang", lang, file, "--output", tmp_path / "out") for lang in ("yo", "yor", "yo-Latn")]
    assert [(ended.code, ended.out) for ended in ends] == [(0, ends[0].out)] * 3
    assert "curate: nothing to do" in ends[-1].err


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (["none.jsonl"], "none.jsonl: there is no such file"),
        (["*.csv.gz"], ".csv.gz: there is no such file"),
        (["table.csv"], "table.csv: files of this kind are not read; known: .jsonl, .jsonl.gz, .jsonl.zst, .parquet"),
        (["folder"], "folder: is a folder, not a file"),
        (["my.jsonl", "pages.warc"], ".warc.wet, .warc.wet.gz) and other files cannot be mixed"),
    ],
)
def test_files_that_cannot_be_read_are_refused_in_one_line(
    filtered: Callable[..., Ended], tmp_path: Path, files: list[str], message: str
) -> None:
    for name in ("table.csv", "my.jsonl", "pages.warc"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "folder").mkdir()
    ended = filtered(*(tmp_path / name for name in files))
    assert ended.code == 2
    assert message in ended.err
    assert len(ended.err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_an_address_of_no_known_storage_is_refused(filtered: Callable[..., Ended]) -> None:
    ended = filtered("foo://bucket/x.jsonl")
    assert (ended.code, ended.err) == (2, "error: foo://bucket/x.jsonl: Protocol not known: foo\n")


def test_pages_are_taken_from_archives_only(roots: Roots, lines: Lines, tmp_path: Path) -> None:
    ended = roots("extract", lines("my.jsonl", {"text": "x"}), "--output", tmp_path / "out")
    assert ended.code == 2
    assert "my.jsonl: is no web archive (.warc, .warc.gz, .wet.gz); roots filter reads other files" in ended.err


def test_a_folder_of_parameters_decides_the_verdicts(
    roots: Roots, lines: Lines, tmp_path: Path, yoruba: str, stricter: Path
) -> None:
    command = ["filter", "--lang", "yo", lines("my.jsonl", {"text": yoruba[:110]}), "--output", tmp_path / "out"]
    assert roots(*command).code == 0
    before = [row["dropped_by"] for row in rows(tmp_path / "out", "ledger")]
    ended = roots(*command, "--lang-params", stricter)
    assert "curate: nothing to do" in ended.err
    assert [before, [row["dropped_by"] for row in rows(tmp_path / "out", "ledger")]] == [[None], ["number_words"]]


def test_other_files_and_other_commands_leave_nothing_behind(
    roots: Roots, lines: Lines, tmp_path: Path, yoruba: str
) -> None:
    out = tmp_path / "out"
    one, two = lines("one.jsonl", {"text": yoruba}), lines("two.jsonl", {"text": yoruba}, {"text": yoruba})
    roots("filter", "--lang", "yo", one, "--output", out)
    roots("filter", "--lang", "yo", two, "--output", out, "--format", "jsonl.gz")
    assert storage.names(str(out / "kept")) == ["two.jsonl.gz"]
    assert [len(rows(out, table)) for table in ("documents", "measures", "ledger")] == [2, 2, 2]
    roots("redact", two, "--output", out)
    assert storage.names(str(out / "kept")) == ["two.jsonl.zst"]
    assert storage.names(str(out / "files")) == ["documents", "kept", "measures"]
    assert roots("stats", out).code == 2


def test_a_folder_of_ones_own_is_not_cleared_away(roots: Roots, lines: Lines, tmp_path: Path) -> None:
    mine = lines("kept/letters.jsonl", {"text": "x"})
    ended = roots("filter", "--lang", "yo", mine, "--output", tmp_path)
    assert ended.code == 2
    assert "holds files that are not from here; choose a new or an empty folder" in ended.err
    assert mine.exists()


@pytest.mark.parametrize("place", ["my.jsonl", "my.jsonl/below", "/dev/null/out"])
def test_an_output_that_cannot_be_written_is_refused_in_one_line(
    roots: Roots, lines: Lines, tmp_path: Path, place: str
) -> None:
    ended = roots("filter", "--lang", "yo", lines("my.jsonl", {"text": "x"}), "--output", tmp_path / place)
    assert ended.code == 2
    assert len(ended.err.splitlines()) == 1


def test_the_other_profile_measures_in_its_own_way(roots: Roots, lines: Lines, tmp_path: Path, yoruba: str) -> None:
    command = ["filter", "--lang", "yo", lines("my.jsonl", {"text": yoruba}), "--output", tmp_path / "out"]
    found = []
    for profile in ("fixed", "roots-2022-03"):
        assert roots(*command, "--profile", profile).code == 0
        found += rows(tmp_path / "out", "measures")
    assert len(found) == 2
    assert found[0] != found[1]


def test_texts_that_common_crawl_took_out_of_pages_are_read_as_they_stand(
    roots: Roots, filtered: Callable[..., Ended], tmp_path: Path, yoruba: str, kept: Kept
) -> None:
    body = yoruba.encode()
    head = (
        "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://yo.example/1\r\nContent-Type: text/plain\r\n"
        f"WARC-Identified-Content-Language: yor,eng\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    path = tmp_path / "x.warc.wet.gz"
    path.write_bytes(gzip.compress(head.encode() + body + b"\r\n\r\n"))
    ended = roots("extract", path, "--output", tmp_path / "extracted")
    assert ended.code == 0, ended.err
    [row] = kept(tmp_path / "extracted")
    assert (row["text"], row["lang"], row["url"]) == (yoruba, "yo", "https://yo.example/1")
    assert filtered(path).code == 0
    assert [row["text"] for row in kept(tmp_path / "out")] == [yoruba]
