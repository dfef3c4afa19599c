"""Chains over whole sources do what their definition does, however the source is cut, and go on after a kill."""

import itertools
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import fsspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.entry import Entry, load
from catalog.record import meta_json
from catalog.sources import Input, Slice, read
from filters.cleaning import Cleaned, clean_source
from filters.cleaning_documents import Document, described
from lang_params.params import default, load_all
from pipelines import chains, slices, storage, tables
from pipelines import config as configs
from pipelines.chains import Plan
from pipelines.config import Config
from pipelines.run import RunError, Runtime
from pipelines.step_report import Report
from pipelines.task import Task, Work, complete, manifest_of
from tests.corpora import DEMO, make_source

LANGUAGES = load_all()

SEED = (
    "filter_no_text",
    "dedup_seed_lines",
    "filter_short_pages_32",
    "dedup_document_spaces",
    "remove_repeated_lines",
    "dedup_document_on_url",
    "dedup_document",
    "dedup_pseudocrawl_newspapers",
    "filter_remove_empty_docs",
    "remove_lines_with_code",
)
"""All of a seed's cleaning and of the pseudo-crawl's after it."""

CHAINS = [
    SEED,
    ("dedup_document", "dedup_template_soft", "filter_remove_empty_docs"),
    ("dedup_document_on_url", "dedup_document", "dedup_pseudocrawl_newspapers", "filter_remove_empty_docs"),
    ("dedup_document", "filter_wiki_non_text_type", "dedup_document_on_url", "filter_remove_empty_docs"),
    ("concatenate_lm_fr_ester", "dedup_document", "dedup_pseudocrawl_newspapers"),
    ("dedup_code", "remove_lines_with_code", "dedup_document"),
    ("dedup_document_on_url_lm_es_pseudocrawl-filtered_341_es_cointelegraph_com", "filter_remove_empty_docs"),
    ("dedup_document_on_url_lm_en_pseudocrawl_filtered_619_www_qut_edu_au", "filter_remove_empty_docs"),
    ("remove_lines_with_code", "dedup_document", "dedup_document"),
]

LINES = st.sampled_from(
    ["", " ", "Ilé", " Ilé", "新闻 1", "新闻 2", "Soma zaidi hapa chini", "if (x) { y }", "١٢٣", "a b"]
)
RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.lists(LINES, max_size=5).map("\n".join),
            "id": st.sampled_from(["a_id_1", "a_id_02", "a_id_2", "b_id_1", "b", "c_id_x", "a_id_1_id_2"]),
            "url": st.sampled_from(
                ["https://a.cm/1", "https://a.cm/1?x=1", "https://a.cm/1/amp", "https://a.cm/2?id=1"]
            ),
            "type": st.sampled_from(["text", "talk"]),
        },
    ),
    max_size=14,
)


def plainly(tasks: Sequence[Task], work: Work, how: Runtime) -> None:
    for task in tasks:
        complete(task, work)


def written(folder: Path, records: Sequence[dict[str, Any]], cuts: Sequence[int], chain: Sequence[str]) -> Entry:
    """A source whose records stand in as many files as there are cuts, and one more."""
    entry = load(make_source(folder, "one", [], cleaning=chain))
    (folder / "one.jsonl").unlink()
    entry = replace(entry, data=replace(entry.data, files=("one-*.jsonl",), url="url", lang=""))
    for old in folder.glob("one-*.jsonl"):
        old.unlink()
    ends = [0, *sorted(cuts), len(records)]
    for number, (start, end) in enumerate(itertools.pairwise(ends)):
        lines = "".join(json.dumps(record) + "\n" for record in records[start:end])
        (folder / f"one-{number:02d}.jsonl").write_text(lines, encoding="utf-8")
    return entry


def planned(entry: Entry, work: str, config: Config, size: int = 2**27) -> Plan:
    how = Runtime(slice_bytes=size)
    found = slices.plan(work, [entry], how)[entry.uid]
    plan = chains.plan(work, entry, found.slices, (config, configs.save(config, work)), sorted(found.contents.items()))
    assert plan is not None
    return plan


def outcome(plan: Plan) -> list[tuple[Any, ...]]:
    chains.staged([plan], Runtime())
    rows = [row for path in plan.records.values() for row in tables.read(path).to_pylist()]
    return [(row["source_id"], row["text"], row["meta"], row["lost"], row["reason"]) for row in rows]


def defined(plan: Plan, config: Config) -> list[tuple[Any, ...]]:
    """What the definition of the chain makes of the records, given where they stand."""
    documents, own = [], []
    for slice in plan.slices:
        for batch in read(plan.entry, slice):
            for row in batch.to_pylist():
                documents.append(Document(row["id"], row["text"], described(row["meta"], row["source_id"]), row["url"]))
                own.append((row["source_id"], row["meta"]))
    found = clean_source(documents, plan.entry.cleaning, config.profile, config.languages)
    return [_row(before, each, *mine) for before, each, mine in zip(documents, found, own, strict=True)]


def _row(before: Document, each: Cleaned, source_id: str, meta: str) -> tuple[Any, ...]:
    shown = meta if each.document.meta == before.meta else meta_json(each.document.meta)
    return source_id, each.document.text, shown, each.lost and f"clean:{each.lost}", each.reason


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small samples, partitions and groups, so that a few records fill several; tasks without Beam."""
    monkeypatch.setattr("pipelines.run._execute", plainly)
    for module in ("filters.cleaning_templates", "pipelines.chain_keys", "pipelines.chain_verdicts"):
        monkeypatch.setattr(f"{module}.SAMPLE", 6)
    monkeypatch.setattr("filters.cleaning_templates.LEAST_PAGES", 1)
    monkeypatch.setattr("pipelines.chains.PARTITION_BYTES", 400)
    monkeypatch.setattr("pipelines.chain_keys.GROUP_ROWS", 3)


@pytest.mark.parametrize("profile", ["fixed", "roots-2022-03"])
@pytest.mark.parametrize("chain", CHAINS)
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(records=RECORDS, cuts=st.lists(st.integers(0, 14), max_size=3))
def test_records_are_those_of_the_definition_for_any_cut(
    tmp_path_factory: pytest.TempPathFactory, chain: Sequence[str], profile: Any, records: Any, cuts: list[int]
) -> None:
    config = Config(profile, LANGUAGES, default())
    folder = tmp_path_factory.mktemp("source")
    entry = written(folder, records, [min(cut, len(records)) for cut in cuts], chain)
    plan = planned(entry, f"memory://chains-{folder.name}", config)
    assert outcome(plan) == defined(plan, config)
    fsspec.filesystem("memory").rm(f"/chains-{folder.name}", recursive=True)


PAGES = [
    {"id": str(number), "url": f"https://a.ng/{number % 9}?p={number}", "type": "text", "text": text}
    for number, text in enumerate(
        [f"Ìbẹ̀rẹ̀\n\n Ìròyìn kejì tí ó gùn díẹ̀ nípa ọjà {'abcdefgh'[number % 8] * 3}\nx{number}" for number in range(40)]
        + ["ana@example.org\nÌbẹ̀rẹ̀", "", " "]
    )
]


@pytest.fixture
def config() -> Config:
    return Config("fixed", LANGUAGES, default())


def test_one_file_in_slices_gives_what_the_whole_file_gives(tmp_path: Path, config: Config, memory: str) -> None:
    entry = written(tmp_path, PAGES, [], SEED)
    whole = planned(entry, f"{memory}/whole", config)
    cut = planned(entry, f"{memory}/cut", config, size=500)
    assert len(whole.slices) == 1
    assert len(cut.slices) > 5
    assert outcome(whole) == outcome(cut) == defined(whole, config)
    assert {lost for _, _, _, lost, _ in outcome(cut)} == {
        None, "clean:filter_no_text", "clean:filter_short_pages_32", "clean:dedup_document_on_url",
        "clean:dedup_document",
    }  # fmt: skip


def test_counts_and_samples_do_not_depend_on_the_cut(tmp_path: Path, config: Config, memory: str) -> None:
    entry = written(tmp_path, PAGES, [], SEED)
    found = []
    for size in (2**27, 500):
        plan = planned(entry, f"{memory}/{size}", config, size=size)
        chains.staged([plan], Runtime())
        report = Report(SEED, None)
        for path in plan.records.values():
            report.add(storage.read_json(manifest_of(path))["cleaning"], tables.read(f"{path}.samples").to_pylist())
        found.append((report.counts(), report.rows()))
    assert found[0] == found[1]
    counts, rows = found[0]
    assert [each["documents"] for each in counts][:2] == [43, 42]
    assert all(one["documents_after"] == next_["documents"] for one, next_ in itertools.pairwise(counts))
    assert all(one["bytes_after"] == next_["bytes"] for one, next_ in itertools.pairwise(counts))
    assert {row["name"] for row in rows} >= {"dedup_seed_lines", "dedup_document_on_url"}
    assert "ana@example.org" not in json.dumps(rows)
    assert any("PI:EMAIL" in row["old"] for row in rows)


def test_a_chain_that_was_ended_anywhere_goes_on_to_the_same_records(
    tmp_path: Path, config: Config, memory: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.chains.PARTITION_BYTES", 5000)
    entry = written(tmp_path, PAGES, [10, 20], SEED)
    expected = outcome(planned(entry, f"{memory}/whole", config))
    plan = planned(entry, f"{memory}/ended", config)
    done: list[str] = []

    def one_task_only(tasks: Sequence[Task], work: Work, how: Runtime) -> None:
        complete(tasks[0], work)
        done.append(tasks[0].manifest)
        raise RunError("ended")

    monkeypatch.setattr("pipelines.run._execute", one_task_only)
    while True:
        try:
            chains.staged([plan], Runtime())
        except RunError:
            continue
        break
    assert len(done) == len(set(done))
    assert outcome(plan) == expected


def test_what_no_later_round_needs_is_removed(tmp_path: Path, config: Config, memory: str) -> None:
    plan = planned(written(tmp_path, PAGES, [10], SEED), memory, config)
    chains.staged([plan], Runtime())
    left = storage.names(f"{memory}/one/{chains.FOLDER}")
    assert [name.split(".")[1] for name in left] == ["clean5", "verdict1"]
    chains.tidy(memory, "one", plan)
    assert storage.names(f"{memory}/one/{chains.FOLDER}") == []


def test_common_lines_of_a_seed_are_kept_redacted(tmp_path: Path, config: Config, memory: str) -> None:
    pages = [{**page, "text": f"{page['text']}\nana@example.org"} for page in PAGES]
    plan = planned(written(tmp_path, pages, [10], SEED), memory, config)
    chains.staged([plan], Runtime())
    [path] = [name for name in storage.names(f"{memory}/one/{chains.SKIPPED}") if name.endswith(".parquet")]
    lines = tables.read(f"{memory}/one/{chains.SKIPPED}/{path}").to_pylist()
    assert {"line": "PI:EMAIL", "pages": 6} in lines
    assert {"Ìbẹ̀rẹ̀", ""} <= {row["line"] for row in lines}
    other = planned(written(tmp_path, pages[:5], [], SEED), memory, config)
    chains.tidy(memory, "one", other)
    assert storage.names(f"{memory}/one/{chains.SKIPPED}") == []


def test_a_source_whose_steps_look_at_one_document_has_no_plan(tmp_path: Path, config: Config, memory: str) -> None:
    entry = written(tmp_path, PAGES, [], ["filter_remove_empty_docs"])
    assert chains.plan(memory, entry, [], (config, ""), []) is None


def test_any_change_of_what_decides_is_another_plan(tmp_path: Path, config: Config, memory: str) -> None:
    entry = written(tmp_path, PAGES, [], SEED)
    before = planned(entry, memory, config)
    assert planned(entry, memory, config).key == before.key
    assert planned(entry, memory, Config("roots-2022-03", LANGUAGES, default())).key != before.key
    assert planned(replace(entry, redact=False), memory, config).key != before.key
    assert planned(entry, memory, config, size=500).key != before.key
    written(tmp_path, PAGES[:-1], [], SEED)
    assert planned(entry, memory, config).key != before.key


def test_sources_go_through_their_rounds_side_by_side(tmp_path: Path, config: Config, memory: str) -> None:
    one = planned(written(tmp_path / "a", PAGES, [], SEED), f"{memory}/a", config)
    other = planned(written(tmp_path / "b", PAGES, [9], CHAINS[1]), f"{memory}/b", config)
    chains.staged([one, other], Runtime())
    assert outcome(one) == defined(one, config)
    assert outcome(other) == defined(other, config)


@pytest.mark.parametrize(
    ("sizes", "partitions"), [([0], 16), ([10, 0], 16), ([200, 199], 1), ([200, 201], 2), ([10**9], 1024)]
)
def test_hashes_are_split_into_parts_by_the_size_of_a_source(sizes: list[int], partitions: int) -> None:
    found = tuple(Slice(Input(f"/{number}", str(number), size)) for number, size in enumerate(sizes))
    assert Plan("work", load(DEMO / "gnome_help.toml"), found, "", "key").partitions == partitions
