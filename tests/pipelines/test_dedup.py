"""Copies are found in their scope and by their methods, and the same clusters come whatever runs, and however often."""

import itertools
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from catalog.entry import load
from filters.joining import labels, star
from filters.signing import METHODS, MinHash, Signing, SimHash
from lang_params.params import default, load_all
from pipelines import bands, clusters, storage, tables
from pipelines.config import Config
from pipelines.curate import curate
from pipelines.dedup import dedup, plan, stored
from pipelines.plan import BASE, LEAST
from pipelines.run import RunError, Runtime, runtime
from pipelines.search import Settings
from pipelines.shards import Shard, shards_of
from pipelines.task import manifest_of
from tests import signed
from tests.corpora import ROOT, articles, environment

Source = Callable[..., Path]
Documents = Mapping[str, Sequence[Mapping[str, Any] | None]]


@pytest.fixture(scope="module")
def config() -> Config:
    return Config("fixed", load_all(), default())


def names(work: str, shards: Sequence[Shard], settings: Settings, how: Runtime | None = None) -> set[frozenset[str]]:
    """The clusters as the ids of their members."""
    ids: list[str] = []
    for shard in shards:
        ids += tables.read(shard.path(work, "signatures"), ["id"]).column("id").to_pylist()
    found: dict[int, set[str]] = {}
    for row in tables.read(dedup(work, shards, settings, how or Runtime())).to_pylist():
        found.setdefault(row[settings.methods[-1]], set()).add(ids[row["row"]])
    return {frozenset(members) for members in found.values()}


def by_bands(**sources: Sequence[Sequence[int] | None]) -> Documents:
    return {source: [each and {"bands": each} for each in given] for source, given in sources.items()}


def test_documents_that_share_a_band_are_joined_through_others(memory: str) -> None:
    shards = signed.write(memory, by_bands(a=[[1, 2], [3]], b=[[2, 7], [7], None, None], c=[[99]]))
    assert names(memory, shards, signed.settings()) == {frozenset({"a-0", "b-0", "b-1"})}


def test_texts_without_a_signature_are_nobodys_copies_and_are_counted(memory: str) -> None:
    shards = signed.write(memory, by_bands(a=[None, None], b=[None]))
    path = dedup(memory, shards, signed.settings(), Runtime())
    assert tables.read(path).num_rows == 0
    assert clusters.found(path)["methods"]["minhash"]["unsigned"] == 3


def test_within_the_scope_of_a_source_copies_in_another_source_stay(memory: str) -> None:
    shards = signed.write(memory, by_bands(a=[[1], [1]], b=[[1]]))
    assert names(memory, shards, signed.settings(scope="source")) == {frozenset({"a-0", "a-1"})}


def test_methods_add_to_each_other_in_their_order(memory: str) -> None:
    documents: list[Mapping[str, Any] | None] = [
        {"bands": [1], "url_hash": b"u" * 16},
        {"bands": [2], "exact": b"e" * 16},
        {"bands": [1], "exact": b"e" * 16},
        {"url_hash": b"u" * 16},
        {"exact": b"f" * 16},
        None,
    ]
    shards = signed.write(memory, {"a": documents})
    path = dedup(memory, shards, signed.settings("exact", "url", "minhash"), Runtime())
    assert tables.read(path).to_pylist() == [
        {"row": 0, "exact": 0, "url": 0, "minhash": 0},
        {"row": 1, "exact": 1, "url": 1, "minhash": 0},
        {"row": 2, "exact": 1, "url": 1, "minhash": 0},
        {"row": 3, "exact": 3, "url": 0, "minhash": 0},
    ]
    counts = clusters.found(path)["methods"]
    assert {name: (each["clusters"], each["members"], each["unsigned"]) for name, each in counts.items()} == {
        "exact": (1, 2, 3),
        "url": (2, 4, 4),
        "minhash": (1, 4, 3),
    }


def test_names_of_sources_and_files_may_be_as_long_as_file_systems_allow(tmp_path: Path) -> None:
    document = {"bands": [1], "exact": b"e" * 16, "simhash": 5}
    shards = signed.write(str(tmp_path), {"a" * 200: [document], "b" * 200: [document]}, stem="x" * 170)
    [members] = names(str(tmp_path), shards, signed.settings("exact", "simhash", "minhash"))
    assert len(members) == 2


def test_intermediate_files_go_and_a_second_run_does_nothing(memory: str, capsys: pytest.CaptureFixture[str]) -> None:
    shards = signed.write(memory, by_bands(a=[[1], [1]]))
    first = dedup(memory, shards, signed.settings(), Runtime())
    assert storage.names(storage.join(memory, "dedup")) == ["clusters"]
    written = storage.read_bytes(first)
    capsys.readouterr()
    for how in (Runtime(), Runtime(memory=BASE + LEAST)):
        assert dedup(memory, shards, signed.settings(), how) == first
        assert capsys.readouterr().err == "dedup: clusters: nothing to do, all 1 shards were finished before\n"
    assert storage.read_bytes(first) == written


def test_other_settings_are_another_table_and_the_one_before_goes(memory: str) -> None:
    shards = signed.write(memory, by_bands(a=[[1], [1]], b=[[1]]))
    paths = [dedup(memory, shards, signed.settings(scope=scope), Runtime()) for scope in ("all", "source")]
    assert len(set(paths)) == 2
    assert len(storage.names(storage.join(memory, "dedup", "clusters"))) == 2


# What follows is the same corpus again and again: 600 documents in six shards, with copies.

COPIES = MinHash(bands=14)


def corpus(work: str) -> list[Shard]:
    return signed.shards_of(work, signed.planted(600, 14, share=0.4), 100)


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of the table of clusters."""
    work = str(tmp_path_factory.mktemp("whole"))
    return storage.read_bytes(dedup(work, corpus(work), signed.settings(minhash=COPIES), Runtime()))


def test_clusters_are_those_of_the_definition(memory: str) -> None:
    hashes = signed.planted(600, 14, share=0.4)
    buckets: dict[int, list[int]] = {}
    for row, values in enumerate(hashes.tolist()):
        for value in values:
            buckets.setdefault(value, []).append(row)
    every = labels([edge for bucket in buckets.values() for edge in star(bucket)], 600)
    alone = {label for label in every if every.count(label) == 1}
    path = dedup(memory, corpus(memory), signed.settings(minhash=COPIES), Runtime())
    assert tables.read(path).to_pylist() == [
        {"row": row, "minhash": label} for row, label in enumerate(every) if label not in alone
    ]
    assert len(alone) < 500


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "how",
    [Runtime(memory=BASE + LEAST), *(runtime("dask", workers) for workers in (1, 2, 4))],
    ids=["little memory", "dask 1", "dask 2", "dask 4"],
)
def test_any_runner_any_number_of_workers_and_any_order_of_inputs_give_the_same_bytes(
    tmp_path: Path, how: Runtime, expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bands, "PARTITION_BYTES", 50_000)
    shards = corpus(str(tmp_path))
    random.Random(how.workers).shuffle(shards)
    assert storage.read_bytes(dedup(str(tmp_path), shards, signed.settings(minhash=COPIES), how)) == expected


def test_partitions_and_groups_of_any_size_give_the_same_bytes(
    memory: str, expected: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    shards = corpus(memory)
    for size, group in ((1, 11), (5_000, 1_000_000)):
        monkeypatch.setattr(bands, "PARTITION_BYTES", size)
        monkeypatch.setattr(bands, "GROUP", group)
        monkeypatch.setattr(bands, "PER_BATCH", 1)
        storage.remove(storage.join(memory, "dedup"))
        assert storage.read_bytes(dedup(memory, shards, signed.settings(minhash=COPIES), Runtime())) == expected


@pytest.mark.parametrize(("module", "function"), [(bands, "spread"), (bands, "gather"), (clusters, "join")])
def test_a_run_whose_task_failed_goes_on_with_the_same_bytes(
    memory: str, expected: bytes, monkeypatch: pytest.MonkeyPatch, module: Any, function: str
) -> None:
    shards = corpus(memory)
    work, times = getattr(module, function), itertools.count()

    def fails_later(job: Any) -> dict[str, Any]:
        if next(times) == (0 if function == "join" else 2):
            raise ValueError("no more")
        done: dict[str, Any] = work(job)
        return done

    with monkeypatch.context() as patched:
        patched.setattr(bands, "PARTITION_BYTES", 50_000)
        patched.setattr(module, function, fails_later)
        with pytest.raises(RunError, match="the run stopped: ValueError: no more"):
            dedup(memory, shards, signed.settings(minhash=COPIES), Runtime())
    # The second run has another number of partitions.
    assert storage.read_bytes(dedup(memory, shards, signed.settings(minhash=COPIES), Runtime())) == expected
    assert storage.names(storage.join(memory, "dedup")) == ["clusters"]


KILLED = """
import os, signal, sys
from pipelines import exchange, tables
from pipelines.dedup import dedup
from pipelines.run import Runtime
from tests import signed
from tests.pipelines.test_dedup import COPIES, corpus

what, when = sys.argv[2], int(sys.argv[3])
module, name = (exchange, "write") if what == "exchange" else (tables, "writing")
function, times = getattr(module, name), iter(range(1000))


def killed(path, *given):
    if what in path and next(times) == when:
        os.kill(os.getpid(), signal.SIGKILL)
    return function(path, *given)


shards = corpus(sys.argv[1])
setattr(module, name, killed)
dedup(sys.argv[1], shards, signed.settings(minhash=COPIES), Runtime())
"""


@pytest.mark.parametrize(("what", "when"), [("exchange", 3), ("edges", 0), ("clusters", 0)])
def test_a_killed_run_goes_on_with_the_same_bytes(tmp_path: Path, expected: bytes, what: str, when: int) -> None:
    work = str(tmp_path / "work")
    command = [sys.executable, "-c", KILLED, work, what, str(when)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not [name for name in storage.names(f"{work}/dedup/clusters") if name.endswith(".json")]
    shards = corpus(work)
    path = dedup(work, shards, signed.settings(minhash=COPIES), Runtime())
    assert storage.read_bytes(path) == expected
    assert storage.names(f"{work}/dedup") == ["clusters"]


def test_signatures_of_other_parameters_are_refused_before_there_are_clusters(memory: str) -> None:
    shards = signed.write(memory, by_bands(a=[[1], [1]]))
    wanted = signed.settings(minhash=MinHash(bands=9))
    message = "DedupError: .*/a/signatures/x.parquet: has 3 band hashes a document, 9 are wanted.* it again$"
    with pytest.raises(RunError, match=message):
        dedup(memory, shards, wanted, Runtime())


def test_a_plan_has_the_phases_of_every_method_and_keeps_within_memory() -> None:
    shards = [Shard("a", str(number), 50_000, 100_000_000, number * 50_000) for number in range(40)]
    how = Runtime(memory=700_000_000)
    settings = Settings(signing=Signing(("exact", "url", "simhash", "minhash")))
    phases = plan(shards, settings, how)
    assert {"exact hashes", "exact edges", "url hashes", "minhash hashes", "minhash edges", "clusters"} <= {
        phase.name for phase in phases
    }
    assert len(phases) > len(plan(shards, signed.settings("exact"), how))
    for phase in phases:
        assert BASE < phase.memory <= how.memory, phase
        assert phase.tasks > 0
        assert phase.disk > 0


def test_copies_with_small_edits_are_found_across_sources_and_other_languages_are_not(
    source: Source, config: Config, memory: str, yoruba: str, english: str
) -> None:
    """Curation and deduplication run whole on a file system without rename."""
    long = " ".join(f"{yoruba} {n}" for n in ("Kìn-ín-ní", "Kejì", "Kẹta", "Kẹrin", "Karùn-ún"))
    one = source("one", [{"id": "y", "text": long}, {"id": "e", "text": english * 3}])
    two = source("two", [{"id": "copy", "text": long + " Ó tán."}, {"id": "short", "text": "ẹ káàbọ̀"}])
    shards = shards_of(curate(memory, [load(one), load(two)], config, Runtime()))
    ids: dict[str, str] = {}
    for shard in shards:
        for row in tables.read(shard.path(memory, "documents"), ["id", "source_id"]).to_pylist():
            ids[row["id"]] = row["source_id"]
    for verify in (0.75, 0.0):
        settings = Settings(signing=config.signing, verify=verify)
        found = {frozenset(ids[name] for name in members) for members in names(memory, shards, settings)}
        assert found == {frozenset({"y", "copy"})}
    assert names(memory, shards, Settings(scope="source", signing=config.signing)) == set()


@pytest.mark.filterwarnings("ignore")
def test_all_methods_and_texts_that_are_compared_give_the_same_bytes_on_every_runner(
    source: Source, config: Config, tmp_path: Path
) -> None:
    texts = [article["text"] for lang in ("ar", "sw", "yo", "zhs") for article in articles()[lang][:12]]
    urls = [f"https://roots.example/{number % 9}?page={number}" for number in range(12)]
    more = {"id": "twin", "text": texts[0].replace(" ", "  ") + " 7"}
    one = source("one", [*({"text": text} for text in texts), *({"text": text + " 7"} for text in texts[::3]), more])
    two = source("two", [{"text": text[:-1], "url": url} for text, url in zip(texts, urls, strict=False)])
    signing = Signing(METHODS, simhash=SimHash(longest=0))
    work = str(tmp_path / "work")
    shards = shards_of(curate(work, [load(one), load(two)], replace(config, signing=signing), Runtime()))
    found: dict[str, bytes] = {}
    for name, how in {
        "fnapi": Runtime(),
        "little memory": Runtime(memory=BASE + LEAST),
        "dask": runtime("dask", 2),
    }.items():
        path = dedup(work, shards[:: -1 if name == "dask" else 1], Settings(signing=signing), how)
        found[name] = storage.read_bytes(path) + storage.read_bytes(manifest_of(path))
        counts = clusters.found(path)
        assert counts["methods"]["minhash"]["compared"] > 10
        assert counts["methods"]["exact"]["members"] > 10
        storage.remove(storage.join(work, "dedup"))
    assert len(set(found.values())) == 1, list(found)


def test_the_language_scope_keeps_languages_apart(source: Source, config: Config, memory: str, english: str) -> None:
    records: list[dict[str, Any]] = [{"text": english * 3, "lang": lang} for lang in ("en", "fr")]
    shards = shards_of(curate(memory, [load(source("one", records, languages=["en", "fr"]))], config, Runtime()))
    assert names(memory, shards, Settings(scope="language")) == set()
    assert len(names(memory, shards, Settings())) == 1


def test_the_manifest_beside_the_table_says_what_was_counted(memory: str) -> None:
    shards = signed.write(memory, by_bands(a=[[1], [1], None]))
    path = dedup(memory, shards, signed.settings(), Runtime())
    said = storage.read_json(manifest_of(path))
    assert (said["clusters"], said["members"]) == (1, 2)
    assert said["methods"]["minhash"] == {
        "clusters": 1,
        "large_buckets": 0,
        "members": 2,
        "pairs_left_out": 0,
        "unsigned": 1,
    }


def test_a_corpus_without_documents_has_no_clusters(memory: str) -> None:
    assert tables.read(dedup(memory, [], signed.settings("exact", "minhash"), Runtime())).num_rows == 0
    [*phases] = plan([], signed.settings("exact", "minhash"), Runtime())
    assert {phase.disk for phase in phases} == {0}


def test_clusters_that_were_found_are_known_without_looking_again(memory: str) -> None:
    shards = signed.write(memory, by_bands(a=[[1], [1]], b=[[1]]))
    assert stored(memory, shards, signed.settings()) is None
    path = dedup(memory, shards, signed.settings(), Runtime())
    assert stored(memory, shards, signed.settings()) == path
    assert stored(memory, shards, signed.settings(scope="source")) is None
    assert stored(memory, shards[:1], signed.settings()) is None
