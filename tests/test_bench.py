"""The benchmark says what it promises; how fast anything is, no test asserts."""

import json
import re
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import zstandard

from catalog.demo import packages
from tests.bench import __main__ as bench
from tests.bench import large, pages, runs, texts

LINE = r"  {}  +[\d.]+ +[\d,]+ +[\d.]+ +[\d.]+"


@pytest.fixture(scope="module")
def data() -> list[texts.Sample]:
    return texts.samples(0.05)


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


def test_samples_are_the_same_every_time(data: list[texts.Sample]) -> None:
    assert [sample.text for sample in texts.samples(0.05)] == [sample.text for sample in data]
    assert 0.05 <= texts.megabytes(data) < 0.5


def test_measures_have_a_line_for_kernel_definition_and_twin(
    data: list[texts.Sample], capsys: pytest.CaptureFixture[str]
) -> None:
    spaced = [sample for sample in data if sample.params.words == "whitespace"][:5]
    chinese = [sample for sample in texts.samples(1) if sample.params.words != "whitespace"][:2]
    ratios = bench.of_measures(spaced, chinese, 1)
    assert [(name, mark) for name, _, _, mark in ratios] == [
        ("kernel / twin", "25"),
        ("kernel / definition", ""),
        ("Chinese: kernel / twin", ""),
    ]
    out = said(capsys)
    for name in ("kernel", "definition", "twin"):
        assert len(re.findall(LINE.format(name), out)) == 2, name


def test_identification_and_other_stages_have_a_line_each(
    data: list[texts.Sample], capsys: pytest.CaptureFixture[str]
) -> None:
    found = bench.of_identification(data[:3], 1)
    assert {"lid.176, kernel", "our model, kernel", "CLD2", "fastText predict"} <= set(found)
    assert {"personal data", "signatures", "datasketch"} == set(bench.of_others(data[:3], 1))
    out = said(capsys)
    for name in (*found, "personal data", "signatures", "datasketch"):
        assert re.search(LINE.format(re.escape(name)), out), name
    assert "perplexity" in out


def test_cleaning_steps_have_a_line_each(data: list[texts.Sample], capsys: pytest.CaptureFixture[str]) -> None:
    found = bench.of_cleaning(data[:3], 1)
    assert "lines: hash and count" in found
    out = said(capsys)
    for name in found:
        assert re.search(LINE.format(re.escape(name)), out), name


def test_without_the_peers_environment_it_says_so(
    data: list[texts.Sample], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.of_datatrove(data[:3], tmp_path / "python", 1) == []
    assert f"not measured: {tmp_path / 'python'} is not there; make bench makes it" in said(capsys)


def test_a_peer_that_fails_is_an_error(data: list[texts.Sample]) -> None:
    with pytest.raises(RuntimeError, match=r"datatrove's chain failed: [\s\S]*found for datatrove"):
        runs.datatrove(data[:3], Path(sys.executable), 1)


@pytest.mark.skipif(not bench.PEERS.exists(), reason="make bench has not made .bench")
def test_datatrove_measures_the_texts_that_it_has_words_for(data: list[texts.Sample]) -> None:
    taken, found = runs.datatrove(data[:30], bench.PEERS, 2)
    assert len(found["seconds"]) == 2
    assert {"datatrove", "spacy", "nltk"} == set(found["versions"])
    assert taken


def test_files_for_the_whole_command_hold_the_texts_again_and_again(data: list[texts.Sample], tmp_path: Path) -> None:
    chosen = [sample for sample in data if sample.params.code in texts.FILE_LANGUAGES]
    files, documents, size = texts.write_files(data, 3 * texts.megabytes(chosen), tmp_path)
    rows = pq.read_table(files["Parquet"]).to_pylist()
    assert documents == len(rows) == 3 * len(chosen)
    assert size == pytest.approx(3 * texts.megabytes(chosen))
    assert len({row["id"] for row in rows}) == documents
    assert sorted(row["text"] for row in rows) == sorted(sample.text for sample in chosen for _ in range(3))
    with zstandard.open(files["jsonl.zst"], "rt", encoding="utf-8") as lines:
        assert [json.loads(line) for line in lines] == rows


def test_the_whole_command_is_measured_and_its_failure_told(data: list[texts.Sample], tmp_path: Path) -> None:
    files, _, _ = texts.write_files(data, 0.01, tmp_path)
    used = runs.filter_files(files["Parquet"])
    assert used.seconds > 0
    assert used.memory > 0
    with pytest.raises(RuntimeError, match="roots filter failed: "):
        runs.filter_files(tmp_path / "none.parquet")


def test_a_large_file_is_made_and_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nothing(name: str, folder: Path) -> Path:
        raise packages.PackageError("no network")

    monkeypatch.setattr(packages, "fetch", nothing)
    monkeypatch.setattr(large, "CACHE", tmp_path)
    took = large.took(large.archive(1, ".warc.gz"), "resiliparse", slice_bytes=100_000)
    assert took.slices > 1
    assert took.documents > 20
    assert "the carried pages only: no network" in said(capsys)
    with pytest.raises(RuntimeError, match=r"curation of none\.warc failed: "):
        large.took(tmp_path / "none.warc", "resiliparse")


def test_pages_have_a_line_for_each_extractor_and_its_peer(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(pages.pages(30)) == 30
    assert [page.data for page in pages.pages(5)] == [page.data for page in pages.pages(5)]
    wanted = ("bare resiliparse, our options", "resiliparse, in the same process", "resiliparse")
    rates = pages.measured(5, 1, wanted)
    out = said(capsys)
    assert set(rates) == set(wanted)
    assert "text out of 5 pages of LibreOffice's help, medians of 1 rounds" in out
    assert "another text" not in out
    for name in wanted:
        assert re.search(rf"  {name} +[\d.]+ +[\d.]+\n", out), name
    assert {name for _, *both, _ in pages.RATIOS for name in both} <= set(pages.WORK)
    with pytest.raises(RuntimeError, match="none failed: "):
        pages.measured(1, 1, ["none"])


def test_it_says_where_it_runs_and_what_it_compares(
    data: list[texts.Sample], capsys: pytest.CaptureFixture[str]
) -> None:
    bench.machine()
    bench.described(data, "these")
    bench.ratio("ours / theirs", 50.0, 2.0, "25")
    out = said(capsys)
    assert "one core of" in out
    assert all(f"{package} " in out for package in bench.PACKAGES)
    assert re.search(r"these: \d+ documents, 0\.\d\d MB, \d+ languages: \w\w", out)
    assert "25.0 x   (held to 25)" in out
