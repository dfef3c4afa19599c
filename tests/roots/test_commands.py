"""Every command explains itself with an example, and refuses what it cannot be run with."""

from collections.abc import Callable
from pathlib import Path

import click
import pytest

from catalog.document import content_hash
from roots.commands import SECTIONS
from roots.commands import roots as group
from tests.corpora import YORUBA
from tests.roots.made import Ended

Roots = Callable[..., Ended]

NAMES = {
    "audit", "build", "check", "cleaning", "compare", "curate", "dedup", "derive-stopwords", "derive-thresholds",
    "duplicates", "extract", "fertility", "filter", "index", "inspect", "judge", "languages", "map", "measure", "mix",
    "models", "overlap", "pii-audit", "pseudo-crawl", "redact", "remove", "shards", "sources", "stats", "tokenize",
    "train-langid", "train-lm", "train-tokenizer", "verify", "what-if", "why",
}  # fmt: skip
RUNNING = sorted(
    NAMES
    - {
        "audit",
        "check",
        "cleaning",
        "compare",
        "derive-stopwords",
        "derive-thresholds",
        "duplicates",
        "index",
        "inspect",
        "languages",
        "map",
        "measure",
        "models",
        "overlap",
        "pii-audit",
        "remove",
        "shards",
        "sources",
        "stats",
        "train-langid",
        "train-lm",
        "verify",
        "what-if",
        "why",
    }
)


def test_these_are_the_commands() -> None:
    assert set(group.commands) == NAMES


def test_the_first_help_shows_all_commands_and_an_example(roots: Roots) -> None:
    ended = roots("--help")
    assert ended.code == 0
    assert all(name in ended.out for name in NAMES)
    assert "Example: roots build catalog/demo.toml" in ended.out


def test_the_first_help_has_a_line_for_each_command_under_one_heading(roots: Roots) -> None:
    listed = [str(command.name) for section in SECTIONS.values() for command in section]
    assert sorted(listed) == sorted(NAMES)
    lines = roots("--help").out.splitlines()
    for section in SECTIONS.values():
        for command, says in section.items():
            assert [line for line in lines if line.split() == [command.name, *says.split()]] != [], command.name


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_command_has_help_and_an_example_of_itself(roots: Roots, name: str) -> None:
    ended = roots(name, "--help")
    assert ended.code == 0
    assert f"Example: roots {name}" in ended.out
    assert "None" not in ended.out


@pytest.mark.parametrize("name", sorted(NAMES))
def test_every_option_has_help(name: str) -> None:
    options = [option for option in group.commands[name].params if isinstance(option, click.Option)]
    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize("name", sorted(NAMES))
def test_examples_name_options_and_files_that_there_are(name: str) -> None:
    command = group.commands[name]
    words = str(command.epilog).split()[3:]
    known = {text for option in command.params for text in option.opts}
    assert [word for word in words if word.startswith("--") and word not in known] == []
    root = Path(__file__).parents[2]
    assert [word for word in words if word.startswith("catalog/") and not (root / word).exists()] == []


@pytest.mark.parametrize("name", RUNNING)
def test_commands_that_run_take_workers_and_a_runner(roots: Roots, name: str) -> None:
    needed = {"filter": ["--lang", "yo", "x", "--output", "o"]}
    ended = roots(name, *needed.get(name, _needed(name)), "--runner=fnapi", "--workers", "2")
    assert ended.code == 2
    assert "--runner=fnapi runs in one process: leave --workers=2 out, or use --runner=dask" in ended.err


def _needed(name: str) -> list[str]:
    return ["x", "--output", "o"] if name in ("redact", "extract", "pseudo-crawl") else ["x.toml", "--work", "w"]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--workers", "0"], "--workers=0: allowed is 1 or more"),
        (["--workers", "two"], "'two' is not a valid integer"),
        (["--runner", "spark"], "--runner=spark: allowed are fnapi, dask, dataflow"),
        (["--slice-size", "64"], "'64' is not a size: give one such as 500kB, 64MB or 1GB"),
        (["--slice-size", "0MB"], "'0MB' is not a size: give one such as 500kB, 64MB or 1GB"),
        (["--memory", "2"], "'2' is not a size: give one such as 500kB, 64MB or 1GB"),
        (["--memory", "529MB"], "--memory: 529 MB; a worker needs 530 MB at least, of which its libraries take 380 MB"),
        (["--profile", "latest"], "'latest' is not one of 'fixed', 'roots-2022-03'"),
        (["--format", "csv"], "'csv' is not one of 'jsonl.zst', 'jsonl.gz', 'parquet'"),
        (["--work", "w"], "give FILES, or --work DIR instead of them"),
    ],
)
def test_filter_refuses_a_value_that_is_none_of_the_allowed(
    roots: Roots, tmp_path: Path, given: list[str], message: str
) -> None:
    ended = roots("filter", "--lang", "yo", "my.jsonl", "--output", tmp_path / "out", *given)
    assert (ended.code, ended.out) == (2, "")
    assert message in " ".join(ended.err.split())
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["filter", "--lang", "yo", "--output", "o"], "give FILES, or --work DIR instead of them"),
        (["filter", "my.jsonl", "--output", "o"], "Missing option '--lang'"),
        (["filter", "--lang", "yo", "my.jsonl"], "Missing option '--output'"),
        (["redact", "--output", "o"], "Missing argument 'FILES...'"),
        (["extract", "--output", "o"], "Missing argument 'FILES...'"),
        (["pseudo-crawl", "--output", "o"], "Missing argument 'SEEDS.csv"),
        (["pseudo-crawl", "s.csv"], "Missing option '--output'"),
        (["index", "a.warc.gz"], "Missing option '--output'"),
        (["index", "--output", "o"], "Missing argument 'FILES...'"),
        (["build", "r.toml"], "Missing option '--work'"),
        (["build", "--work", "w"], "Missing argument 'RECIPE'"),
        (["stats"], "Missing argument 'WORK'"),
    ],
)
def test_what_is_missing_is_named(roots: Roots, given: list[str], message: str) -> None:
    ended = roots(*given)
    assert ended.code == 2
    assert message in ended.err


def test_the_version_is_said_also_where_nothing_is_installed(roots: Roots) -> None:
    assert roots("--version").out.startswith("roots ")


def test_documents_so_long_that_few_fit_a_batch_are_filtered_taken_and_built(
    source: Callable[..., Path], roots: Callable[..., Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row groups of the tables then differ: those of curation end where a batch was full."""
    monkeypatch.setattr("catalog.record.BATCH_BYTES", 3000)
    records = [{"id": str(n), "lang": ("yo", "en")[n % 2], "text": f"{n} " + YORUBA * (n % 5)} for n in range(40)]
    source("one", records, languages=["yo", "en"])
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('name = "x"\nsources = ["sources/*.toml"]\n[tokenizer]\nvocabulary = 300\n', encoding="utf-8")
    assert roots("build", recipe, "--work", tmp_path / "work").code == 0
    ended = roots("filter", "--lang", "yo", "--work", tmp_path / "work", "--output", tmp_path / "out")
    assert ended.code == 0
    assert "of 20 documents" in ended.out


def test_removals_are_counted_and_a_release_that_is_older_than_the_verdicts_is_pointed_out(
    source: Callable[..., Path], roots: Callable[..., Ended], tmp_path: Path
) -> None:
    source("one", [{"id": "a", "text": YORUBA}])
    recipe, work = tmp_path / "recipe.toml", tmp_path / "work"
    recipe.write_text('name = "x"\nsources = ["sources/*.toml"]\n[tokenizer]\nvocabulary = 300\n', encoding="utf-8")
    assert "removals: " not in roots("build", recipe, "--work", work).out
    lines = f'{{"content_hash": "{content_hash(YORUBA.encode())}"}}\n{{"url": "https://nowhere.example"}}\n'
    (tmp_path / "removals.jsonl").write_text(lines, encoding="utf-8")
    recipe.write_text(f'removals = "removals.jsonl"\n{recipe.read_text(encoding="utf-8")}', encoding="utf-8")
    ended = roots("dedup", recipe, "--work", work)
    assert "removals: 2 asked for, 1 document removed" in ended.out
    assert "are those of the last mix" in ended.out
