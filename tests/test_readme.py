"""What README.md and the other pages say is so: commands run, links lead somewhere, counts are the code's."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import zstandard

from lang_params.params import load, load_all
from pipelines.beam import unknown_options
from pipelines.run import DryRun, run, runtime
from pipelines.task import Task
from roots.commands import roots
from roots.proposal import Begun, proposed
from roots.trial import of_params
from tests import corpora
from tests.corpora import ROOT, YORUBA, Corpus

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")
COSTLY = re.compile(r"^(make|docker|roots build) |apt-get", re.MULTILINE)
SITES = README[README.index("## Pages of chosen sites") : README.index("## Commands")]
SPEAKERS = README[README.index("## Give a language its parameters") : README.index("## Clean a source")]
CLEANING = README[README.index("## Clean a source") : README.index("## Find copies")]
COPIES = README[README.index("## Find copies") : README.index("## Look at copies")]
DECIDING = README[README.index("## See and decide") : README.index("## First use: your own texts")]
MAP = README[README.index("## See all of it") : README.index("## Decide how much of each language")]
LOOKING = README[README.index("## Look at copies") : README.index("## Code")]
"""Blocks that are not run here: they set up, build an image, or build a corpus, which other tests do."""


def blocks(language: str, page: str = README) -> list[str]:
    """The fenced blocks of a language, in their order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


@pytest.fixture
def folder(tmp_path: Path, corpus: Corpus) -> Path:
    """A folder like that of a clone in which `make demo` has run; `activate` makes `roots` a command."""
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "activate").write_text(f'roots() {{ "{sys.executable}" -m roots "$@"; }}\n')
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "demo").symlink_to(corpus.work)
    for name in ("catalog", "lang_params"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def shell(block: str, folder: Path) -> str:
    """Run a block as people do; what it printed. Fails when a command in it fails."""
    script = f"set -eu\nsource .venv/bin/activate\n{block}"
    return _ran(["bash", "-c", script], folder)


def _ran(command: list[str], folder: Path) -> str:
    done = subprocess.run(
        command, cwd=folder, env=corpora.environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def kept(folder: Path) -> list[dict[str, object]]:
    """The records in out/kept."""
    [file] = (folder / "out" / "kept").glob("*.jsonl.zst")
    with zstandard.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_the_map_is_drawn_as_it_is_written(folder: Path) -> None:
    [block] = blocks("sh", MAP)
    shell(block, folder)
    assert "Yoruba" in (folder / "tree.svg").read_text(encoding="utf-8")
    assert "Yoruba" in (folder / "funnel.svg").read_text(encoding="utf-8")


def test_another_limit_is_in_force_in_five_steps(folder: Path, corpus: Corpus) -> None:
    [block] = blocks("sh", DECIDING)
    steps = block.strip().split("\n")
    assert re.findall(r"# (\d)", block) == ["1", "2", "3", "4", "5"]
    (folder / "work" / "demo").unlink()
    shutil.copytree(corpus.work, folder / "work" / "demo")
    # What the page writes; tests of the page use it in a browser.
    begun = Begun(of_params(load("yo")))
    proposed("yo", folder / "mine", {"stopwords": 0.45}, ("Adé", "read them all"), begun).write()
    judge, build = (step.replace("catalog/demo.toml", str(corpus.recipe)) for step in steps if "--lang-params" in step)
    assert judge.startswith("roots judge ")
    assert "stopwords" in shell(judge, folder)
    assert build.startswith("roots build ")
    shell(build, folder)
    card = (folder / "work" / "demo" / "cards" / "by-language" / "yo" / "README.md").read_text(encoding="utf-8")
    assert "0.45" in card


def test_the_questions_are_answered_as_it_is_written(folder: Path) -> None:
    commands = re.findall(r"^\| [^|]+\| `(roots [^`]+)`", DECIDING, re.MULTILINE)
    assert [command.split()[1] for command in commands] == ["what-if", "measure", "why", "compare", "audit"]
    what_if, measure, _, compare, audit = commands
    assert "stopwords" in shell(what_if, folder)
    (folder / "letter.txt").write_text(YORUBA, encoding="utf-8")
    assert "stopwords" in shell(measure, folder)
    (folder / "work" / "other").symlink_to(folder / "work" / "demo")
    shell(compare, folder)
    shell(audit, folder)
    assert "Yoruba" in (folder / "yo.html").read_text(encoding="utf-8")


def test_the_first_use_runs_as_it_is_written(folder: Path) -> None:
    first, copying, again, *_ = [block for block in blocks("sh") if not COSTLY.search(block)]
    shell(first, folder)
    assert [record["id"] for record in kept(folder)] == ["a"]
    assert kept(folder)[0]["year"] == 1948
    shell(copying, folder)
    change, *_ = blocks("toml")
    file = folder / "my_params" / "yo.toml"
    written = file.read_text(encoding="utf-8")
    assert written.count("[filters]\n") == 1
    file.write_text(written.replace("[filters]\n", f"[filters]\n{change}"), encoding="utf-8")
    assert "curate: nothing to do" in shell(again, folder)
    assert [record["id"] for record in kept(folder)] == ["a", "c"]


def test_the_way_to_parameters_of_ones_own_runs_as_it_is_written(folder: Path) -> None:
    words, limits, look = blocks("sh", SPEAKERS)
    assert "100 words in" in shell(words, folder)
    said = shell(limits, folder)
    assert "stopwords.min: " in said
    assert "+++ mine/ta.toml" in said
    assert "warnings: 0" in (said := shell(look, folder))
    assert "derived (121 texts)" in said
    assert "documents: out_ta/kept" in said


def test_the_way_to_what_cleaning_did_runs_as_it_is_written(folder: Path) -> None:
    [look] = blocks("sh", CLEANING)
    assert "filter_remove_empty_docs" in shell(look, folder)


def test_the_way_to_copies_runs_as_it_is_written(folder: Path) -> None:
    [search] = blocks("sh", COPIES)
    said = shell(search, folder)
    assert "compare pairs" in said
    assert "(--memory 1,000.0 MB)" in said
    assert "98 clusters of 196 documents" in said
    assert "98 of the 120 pages" in COPIES
    assert "it found no copies" not in said


def test_the_way_to_look_at_copies_runs_as_it_is_written(folder: Path) -> None:
    [look] = blocks("sh", LOOKING)
    said = shell(look, folder)
    assert "of each source, what has a copy in" in said
    assert (folder / "overlap.svg").read_text(encoding="utf-8").startswith("<svg ")
    assert (folder / "overlap.csv").read_text(encoding="utf-8").startswith("source,other,documents,bytes,")
    assert "<title>Copies side by side</title>" in (folder / "copies.html").read_text(encoding="utf-8")


def test_the_pseudo_crawl_runs_as_it_is_written(folder: Path) -> None:
    said = shell(blocks("sh", SITES)[0], folder)
    assert "53 responses: index.parquet" in said
    assert "fetch: 53 of 53 captures, 0 failed" in said
    assert list((folder / "crawl" / "kept").iterdir())


@pytest.fixture
def held_out(folder: Path, corpus: Corpus) -> Path:
    """That folder with a corpus of which some is held out for validation, as of the demo."""
    recipe = folder / "recipe.toml"
    written = corpus.recipe.read_text(encoding="utf-8").replace("[mix]\n", "[mix]\nvalidation = 0.05\n")
    recipe.write_text(re.sub(r'"(\w+\.toml)"', rf'"{corpus.recipe.parent}/\1"', written), encoding="utf-8")
    (folder / "work" / "demo").unlink()
    shutil.copytree(corpus.work, folder / "work" / "demo")
    corpora.run(["build", recipe, "--work", folder / "work" / "demo"], folder)
    return folder


def test_what_is_written_in_python_runs(held_out: Path) -> None:
    shell(blocks("sh")[2], held_out)
    said = [_ran([sys.executable, "-c", block], held_out) for block in blocks("python")]
    assert len(said) == 4
    assert "number_words" in said[0]
    assert "features: ['id', 'text', 'source', 'url', 'meta']" in said[1]
    assert "Span(start=0, end=" in said[2]
    assert "dropped_by" in said[3]


def test_every_block_is_run_or_costly() -> None:
    assert len([block for block in blocks("sh") if COSTLY.search(block)]) == 4
    assert set(re.findall(r"^```(\w+)$", README, re.MULTILINE)) == {"sh", "python", "toml"}


def test_every_command_has_its_line_and_every_line_its_command() -> None:
    rows = re.findall(r"^\| `roots ([\w-]+)", README, re.MULTILINE)
    assert sorted(rows) == sorted(roots.commands)
    for page in PAGES:
        named = re.findall(r"\broots ([a-z][a-z-]+)(?= [A-Zc/`-]|`)", (ROOT / page).read_text(encoding="utf-8"))
        assert set(named) <= set(roots.commands), page


def test_every_option_of_a_command_exists() -> None:
    for line in re.findall(r"`roots [^`]*--[^`]*`", README) + [
        line for block in blocks("sh") for line in block.split("\n")
    ]:
        command = re.match(r"`?roots ([\w-]+)", line)
        if command is not None and command[1] in roots.commands:
            known = {name for option in roots.commands[command[1]].params for name in option.opts} | {"--help"}
            assert set(re.findall(r"(?<= )--[a-z-]+", line.split(" -- ")[0])) <= known, line


def nothing(job: Any) -> dict[str, Any]:
    """Work that writes no file."""
    return {"files": []}


@pytest.mark.filterwarnings("ignore")
def test_the_options_for_dataflow_build_its_job_graph(memory: str) -> None:
    [launch] = [block for block in blocks("sh") if "docker run" in block]
    named = {"$IMAGE": "example/roots-builder:0.1.0", "PROJECT": "a-project", "BUCKET": "bucket", "\\\n": " "}
    command = launch.split("docker run")[1]
    for name, value in named.items():
        command = command.replace(name, value)
    ours, beams = command.split(" -- ")
    assert "--runner=dataflow" in ours
    assert unknown_options(beams.split()) == []
    how = runtime("dataflow", 1, [*beams.split(), "--dry_run=True", "--no_auth"])
    with pytest.raises(DryRun):
        run("try", [Task(f"{memory}/a.json", "key", 1, None)], nothing, how)


def test_every_target_of_make_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for page in PAGES:
        text = (ROOT / page).read_text(encoding="utf-8")
        named = re.findall(r"`make ([a-z-]+)", text) + re.findall(r"^make ([a-z-]+)", text, re.MULTILINE)
        assert set(named) <= targets, page


def test_every_link_to_a_file_leads_there() -> None:
    for page in PAGES:
        links = re.findall(r"\]\((?!http|#)([^)]+)\)", (ROOT / page).read_text(encoding="utf-8"))
        assert [link for link in links if not (ROOT / link).exists()] == [], page


def test_every_file_that_is_named_exists() -> None:
    pattern = r"`((?:lang_params|filters|catalog|pipelines|roots|notebooks|tests)/[\w./-]+)`"
    for page in PAGES:
        named = re.findall(pattern, (ROOT / page).read_text(encoding="utf-8"))
        assert [name for name in named if not (ROOT / name).exists()] == [], page


def test_what_is_on_disk_is_what_the_page_says(corpus: Corpus) -> None:
    work = corpus.work
    for place in ("documents", "measures", "signatures", "ledger"):
        assert list(work.glob(f"udhr_articles/{place}/*.parquet"))
    for place in ("dedup/overlap", "dedup/clusters", "corpus/yo", "cards/udhr_articles"):
        assert list((work / place).iterdir())
    for file in (
        "README.md",
        "tokenizer/tokenizer.json",
        *(f"tokens/yo_text_document.{end}" for end in ("bin", "idx")),
    ):
        assert (work / file).is_file()
    assert (work / "tokens" / "yo_text_document.ids.parquet").is_file()


def test_the_limits_are_counted() -> None:
    languages = load_all().values()
    assert all(params.stopwords for params in languages)
    flagged = sum(params.flagged_words is None for params in languages)
    assert f"- Every language has a list of stop words, {flagged} have none of flagged words" in README
    assert {params.thresholds for params in languages} == {"tuned", "derived"}
    assert all(params.language_model is None for params in languages)
    assert [params.code for params in languages if params.identifier == "none"] == []
