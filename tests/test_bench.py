"""The benchmark says what it promises; how fast anything is, no test asserts."""

import re

from tests import bench


def test_every_stage_and_every_peer_has_its_line() -> None:
    said = bench.report(bench.samples(0.01), rounds=1)
    head, versions, data, titles, *lines = said.splitlines()
    assert "one core; Python 3." in head
    assert all(package in versions for package in bench.PACKAGES)
    assert re.fullmatch(r"\d+ documents of catalog/demo, 0\.\d\d MB, \d+ languages; median of 1", data)
    assert titles.split() == ["MB/s", "documents/s", "CPU", "s"]
    figures = lines[: -len(bench.RATIOS)]
    assert [line[:28].rstrip() for line in figures] == [
        "change, six measures",
        "language identification",
        "PII",
        "signatures",
        "curate, jsonl to Parquet",
        "fastText, as asked here",
        "fastText, its own predict",
        "datasketch MinHash, 112",
    ]
    assert all(re.fullmatch(r" +\d+\.\d\d +[\d,]+ +\d+\.\d\d", line[28:]) for line in figures)
    assert all(re.search(r": \d+\.\d\d times the speed of ", line) for line in lines[-len(bench.RATIOS) :])


def test_samples_are_the_same_every_time() -> None:
    assert [sample.text for sample in bench.samples(0.01)] == [sample.text for sample in bench.samples(0.01)]
