"""The benchmark says what it promises; how fast anything is, no test asserts."""

import json
import re
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import zstandard

from catalog.demo import packages
from filters import pii as definition
from filters.table import Profile
from filters.units import units
from roots import tokenizer
from tests.bench import __main__ as bench
from tests.bench import dedup, hashes, inspect, judge, large, pages, pii, runs, signatures, substrings, texts, tokens
from tests.measured import Wanted, measured

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


def test_identification_and_perplexity_have_a_line_each(
    data: list[texts.Sample], capsys: pytest.CaptureFixture[str]
) -> None:
    found = bench.of_identification(data[:3], 1)
    assert {"lid.176, kernel", "our model, kernel", "CLD2", "fastText predict"} <= set(found)
    bench.of_perplexity(data[:3], 1)
    out = said(capsys)
    for name in found:
        assert re.search(LINE.format(re.escape(name)), out), name
    assert "perplexity" in out


def test_personal_data_has_a_line_for_each_way_and_says_how_many_texts_have_any(
    data: list[texts.Sample], capsys: pytest.CaptureFixture[str]
) -> None:
    ratios = bench.of_personal_data(data[:5], 1, 0.01)
    assert [mark for name, _, _, mark in ratios if name.endswith("/ plain rules")] == ["10", "10"]
    out = said(capsys)
    assert re.search(r"  \d+\.\d% of the texts have a match; [\d,]+ matches in a MB\n", out)
    for name in (*pii.work(data[:1]), "fewer texts: both engines, columns", "fewer texts: presidio alone"):
        assert re.search(LINE.format(re.escape(name)), out), name


@pytest.mark.parametrize("profile", pii.PROFILES)
def test_the_plain_rules_give_the_golden_values(shared: Path, profile: Profile) -> None:
    for line in (shared / "golden" / "pii.jsonl").read_text(encoding="utf-8").strip().split("\n"):
        record = json.loads(line)
        assert [list(match) for match in pii.plain_find(record["text"], profile)] == record[profile]["matches"]


def test_the_plain_rules_redact_as_ours_do(data: list[texts.Sample]) -> None:
    for profile in pii.PROFILES:
        for text, _ in data:
            assert pii.plain_redact(text, profile) == definition.redact(text, profile)


def test_signatures_and_their_peers_have_a_line_each(
    data: list[texts.Sample], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ratios = bench.of_signatures(data[:5], tmp_path / "python", 1, 0.1)
    assert [(name, mark) for name, _, _, mark in ratios] == [
        ("signatures / rensa", "4"),
        ("signatures / rensa, its shingles made before", ""),
        ("signatures / rensa's Rho sketch", ""),
        ("signatures / datasketch", ""),
    ]
    out = said(capsys)
    for name in signatures.work(data[:1]):
        assert re.search(LINE.format(re.escape(name)), out), name
    assert f"datatrove's: not measured: {tmp_path / 'python'} is not there; make bench makes it" in out
    for name in ("30", "300", "3,000"):
        assert len(re.findall(rf"  {name} different shingles, similarity 0\.\d0 +0\.\d+ \(0\.\d+\)", out)) == 4


def test_peers_are_given_the_words_that_we_cut() -> None:
    assert signatures.shingles("Sane, at the MARKET! Many fruits", 5) == [
        "sane at the market many",
        "at the market many fruits",
    ]
    assert units("Sane, at the MARKET! Many fruits") == ["sane", "at", "the", "market", "many", "fruits"]


def test_quality_names_what_is_measured_and_theory() -> None:
    [*_, found] = signatures.quality(signatures.MinHash(), 40, 60)
    assert found.similarity == 0.9
    assert found.error_in_theory == pytest.approx((0.09 / 112) ** 0.5)
    assert 0 < found.error < found.error_in_theory
    assert (found.paired, found.paired_in_theory) == (1.0, pytest.approx(0.9996, abs=1e-4))


def test_cleaning_steps_have_a_line_each(data: list[texts.Sample], capsys: pytest.CaptureFixture[str]) -> None:
    found = bench.of_cleaning(data[:3], 1)
    assert "lines: hash and count" in found
    out = said(capsys)
    for name in found:
        assert re.search(LINE.format(re.escape(name)), out), name


def test_repeated_passages_have_a_line_each_and_say_their_memory(
    data: list[texts.Sample], capsys: pytest.CaptureFixture[str]
) -> None:
    substrings.main(data, quick=True)
    out = said(capsys)
    for name in ("suffix array alone, pydivsufsort", "suffix array and kasai, pydivsufsort", "spans", "the definition"):
        assert re.search(rf"  {name}.* +[\d.]+ MB/s +[\d.]+ CPU s", out), name
    assert re.search(r"memory beside the text: [\d.]+ bytes a byte; [\d,]+ spans", out)


def test_a_search_that_fails_is_an_error(data: list[texts.Sample], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(substrings, "COMMAND", "raise SystemExit('no room')")
    with pytest.raises(RuntimeError, match="the search failed: no room"):
        substrings.memory(substrings.join([b"abc"]))


def test_without_the_peers_environment_it_says_so(
    data: list[texts.Sample], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.of_datatrove(data[:3], tmp_path / "python", 1) == []
    assert f"not measured: {tmp_path / 'python'} is not there; make bench makes it" in said(capsys)


def test_a_peer_that_fails_is_an_error(data: list[texts.Sample]) -> None:
    with pytest.raises(RuntimeError, match=r"datatrove failed, chain\.py: [\s\S]*found for datatrove"):
        runs.datatrove(data[:3], Path(sys.executable), 1)


@pytest.mark.skipif(not bench.PEERS.exists(), reason="make bench has not made .bench")
def test_datatrove_measures_the_texts_that_it_has_words_for(data: list[texts.Sample]) -> None:
    taken, found = runs.datatrove(data[:30], bench.PEERS, 2)
    assert len(found["seconds"]) == 2
    assert {"datatrove", "spacy", "nltk"} == set(found["versions"])
    assert taken


@pytest.mark.skipif(not bench.PEERS.exists(), reason="make bench has not made .bench")
def test_datatrove_signs_the_texts_that_it_has_words_for(data: list[texts.Sample]) -> None:
    taken, seconds, left_out = signatures.datatrove(data[:30], bench.PEERS, 1)
    assert taken
    assert seconds > 0
    assert not {runs.DATATROVE[params.code] for _, params in taken} & set(left_out)


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


def test_simhash_and_exact_hashes_have_a_line_each_beside_a_plain_reading(
    data: list[texts.Sample], capsys: pytest.CaptureFixture[str]
) -> None:
    ratios = bench.of_hashes(data[:5], 1, 0.05)
    assert [name for name, _, _, _ in ratios] == ["SimHash, roots-2022-03 / plain", "exact / plain"]
    out = said(capsys)
    for name in (
        "SimHash",
        "SimHash, roots-2022-03",
        "exact",
        "exact, plain",
        "the same texts: SimHash, roots-2022-03",
    ):
        assert re.search(LINE.format(re.escape(name)), out), name


def test_the_plain_reading_of_simhash_gives_what_ours_does(data: list[texts.Sample]) -> None:
    ours, plain = (work() for work in hashes.slow(data).values())
    assert isinstance(ours, list)
    assert [value for column in ours for value in column.to_pylist()] == plain


def test_copies_have_a_line_for_each_piece_and_the_same_clusters_as_datasketch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    dedup.made(str(tmp_path), 3_000)
    dedup.against_datasketch(str(tmp_path), 3_000)
    dedup.of_edges(str(tmp_path), 5_000)
    out = said(capsys)
    for name in ("functions, files included", "datasketch: query, insert, union-find", "union-find in a file"):
        assert re.search(rf"  {name} +[\d.]+ +[\d,]+ +[\d,]+", out), name
    assert re.search(r"datasketch / ours, CPU +[\d.]+ x   \(held to 15\)", out)
    one = dedup.Used(1.0, 200.0, 5)
    monkeypatch.setattr(dedup, "used", lambda piece, folder, rows: one._replace(found=len(piece)))
    with pytest.raises(RuntimeError, match="datasketch finds 10 clusters, we find 9"):
        dedup.against_datasketch(str(tmp_path), 3_000)
    dedup.of_runners(str(tmp_path), 3_000)
    dedup.of_memory({1: "a", 8: "b"})
    assert re.search(r"Dask, two workers / bare pool, CPU +1\.00 x   \(held to at most 3\)", said(capsys))


def test_a_piece_that_fails_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="nothing of 5 documents failed: "):
        dedup.used("nothing", str(tmp_path), 5)


def test_looking_has_a_line_for_opening_and_for_each_question(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = measured(str(tmp_path / "work"), Wanted(500, ("yo", "hi")))
    inspect.table(made.work, str(tmp_path / "cache"), 1)
    out = said(capsys)
    for name in ("opening, the index made", "opening again", "what-if, all languages, six limits"):
        assert re.search(rf"  {name} +\d+\.\d\d\d", out), name
    assert re.search(r"most memory of the process: \d+ MB, opening included \(held to 500 MB\)", out)
    assert re.search(r"looking: \d+ documents, 2 languages, 6 shards", out)
    with pytest.raises(RuntimeError, match=r"looking into nowhere failed: [\s\S]*there is no such folder"):
        inspect.used("nowhere", str(tmp_path / "cache"), 1)


def test_judging_has_a_line_beside_reading_and_writing(capsys: pytest.CaptureFixture[str]) -> None:
    ratios = judge.ratios(300, 1)
    assert [(name, mark) for name, _, _, mark in ratios] == [
        ("judge / Parquet read + write", "0.5"),
        ("judge / Parquet read + write, one language a shard", "0.5"),
        ("judge / Parquet read + write, all languages in a shard", "0.5"),
    ]
    out = said(capsys)
    for name in ("ledgers, one language a shard", "read and written, all languages in a shard", "copies chosen too"):
        assert re.search(rf"  {name}.* +[\d,]+ +[\d.]+\n", out), name


def test_tokenization_has_a_line_for_its_floor_and_for_each_way(
    data: list[texts.Sample], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ratios = tokens.ratios(data[:40], tmp_path / "none", 1)
    assert [mark for _, _, _, mark in ratios] == ["0.95", "0.95"]
    out = said(capsys)
    for name in ("encode_batch_fast alone: the floor", "token shards, from an Arrow file", "any other tokenizer"):
        assert re.search(rf"  {name}.* +[\d.]+ +[\d.]+\n", out), name
    assert "datatrove's: not measured" in out


def test_datatrove_tokenizes_the_same_texts_to_as_many_tokens(data: list[texts.Sample], tmp_path: Path) -> None:
    if not bench.PEERS.exists():
        pytest.skip("datatrove is not there; make bench installs it")
    chosen = [text for text, _ in data[:20]]
    trained = tokenizer.train(chosen, 400)
    path = str(tmp_path / "tokenizer.json")
    tokenizer.save(trained, path)
    expected = sum(len(each) + 1 for each in tokenizer.encode(trained, chosen))
    assert tokens.datatrove(chosen, path, bench.PEERS)["tokens"] == expected
