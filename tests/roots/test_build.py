"""A build goes through every room; each command stops where it says, and nothing of an earlier recipe is left."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from pipelines import storage
from pipelines.run import Runtime
from roots.build import build, configuration
from roots.recipe import load
from tests.corpora import LETTER, articles
from tests.roots.made import Ended, params_folder

pytestmark = pytest.mark.usefixtures("plainly")

Roots = Callable[..., Ended]


@pytest.fixture
def recipe(source: Callable[..., Path], tmp_path: Path, yoruba: str, yoruba_too: str) -> Path:
    """Two sources in two languages, with a copy among them."""
    source("one", [{"id": "a", "text": yoruba}, {"id": "b", "text": yoruba_too}, "{"])
    records = [{"text": yoruba, "lang": "yo"}, {"text": LETTER, "lang": "en"}]
    source("two", records, languages=["en", "yo"])
    return write(tmp_path)


def write(folder: Path, more: str = "", *, sources: str = "*.toml") -> Path:
    path = folder / "recipe.toml"
    settings = "[tokenizer]\nvocabulary = 280\nsample_bytes = 9000\n"
    path.write_text(f'name = "small"\nsources = ["sources/{sources}"]\n{more}\n{settings}', encoding="utf-8")
    return path


def contents(work: Path) -> dict[str, bytes]:
    return {str(path.relative_to(work)): path.read_bytes() for path in work.rglob("*") if path.is_file()}


def test_every_command_goes_as_far_as_it_says(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    mixed = [".lock", "README.md", "SHA256SUMS", "cards", "corpus", "dedup", "map.html", "one", "parquet", "two"]
    whole = sorted([*mixed, "tokenizer", "tokens"])
    expected = [
        ("dedup", [".lock", "dedup", "one", "two"]),
        ("train-tokenizer", [".lock", "dedup", "one", "tokenizer", "two"]),
        ("mix", sorted([*mixed, "tokenizer"])),
        ("tokenize", whole),
        ("build", whole),
    ]
    for command, names in expected:
        ended = roots(command, recipe, "--work", work)
        assert ended.code == 0, ended.err
        assert storage.names(str(work)) == names
    assert "error:read" in (work / "cards" / "one" / "README.md").read_text(encoding="utf-8")


def test_what_is_printed_says_what_came_of_it(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    assert "1 of 5 documents repeat another that is kept" in roots("dedup", recipe, "--work", work).out
    assert "Languages in the corpus" in roots("mix", recipe, "--work", work).out
    assert f"in 2 languages: {work}/tokens" in roots("tokenize", recipe, "--work", work).out
    ended = roots("build", recipe, "--work", work)
    assert "kept 3 of 5 documents" in ended.out
    assert f"datasets: {work}/corpus" in ended.out


def test_a_second_build_changes_no_byte_and_does_nothing(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    roots("build", recipe, "--work", work)
    before = contents(work)
    said = roots("build", recipe, "--work", work).err.splitlines()
    assert [line for line in said if "shards in " in line] == []
    assert len([line for line in said if "nothing to do" in line]) == 11
    assert contents(work) == before


def test_memory_serves_as_well_as_a_disk(recipe: Path, memory: str) -> None:
    built = build(load(recipe), memory, Runtime())
    assert built.mixed is not None
    assert built.tokens is not None
    assert list(built.mixed.files) == list(built.tokens) == ["en", "yo"]
    again = build(load(recipe), memory, Runtime())
    assert (again.mixed, again.tokens) == (built.mixed, built.tokens)


def test_what_a_recipe_no_longer_asks_for_goes(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    roots("build", recipe, "--work", work)
    write(tmp_path, 'dedup = { scope = "none" }\nlanguages = ["yo"]', sources="one.toml")
    assert roots("build", recipe, "--work", work).code == 0
    assert {"dedup", "two"}.isdisjoint(storage.names(str(work)))
    assert storage.names(str(work / "corpus")) == ["mix.json", "yo"]
    assert storage.names(str(work / "parquet")) == ["yo"]
    assert storage.names(str(work / "cards")) == ["by-language", "cards.json", "map.json", "one"]
    assert not [name for name in storage.names(str(work / "tokens")) if not name.startswith("yo_")]


def test_tokens_of_another_mix_do_not_stay_beside_a_new_one(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    roots("build", recipe, "--work", work)
    roots("mix", recipe, "--work", work)
    assert (work / "tokens").exists()
    write(tmp_path, "mix = { budget = 500 }")
    roots("mix", recipe, "--work", work)
    assert not (work / "tokens").exists()
    assert (work / "tokenizer" / "tokenizer.json").exists()  # its sample is that of another budget


def test_when_nothing_is_kept_nothing_of_an_earlier_corpus_stays(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    roots("build", recipe, "--work", work)
    params_folder(tmp_path / "mine", "number_words = { min = 10000 }")
    write(tmp_path, 'lang_params = "mine"\nlanguages = ["yo"]')
    ended = roots("build", recipe, "--work", work)
    assert ended.code == 0
    assert "nothing was kept, so there is nothing to mix" in ended.out
    assert storage.names(str(work / "corpus")) == ["mix.json"]
    assert not (work / "tokens").exists()


def test_a_budget_too_small_for_any_document_ends_well(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    write(tmp_path, "mix = { budget = 10 }")
    ended = roots("build", recipe, "--work", tmp_path / "work")
    assert ended.code == 0
    assert storage.names(str(tmp_path / "work" / "corpus")) == ["en", "mix.json", "yo"]
    assert not (tmp_path / "work" / "tokens").exists()


def test_removals_are_out_of_the_corpus(roots: Roots, recipe: Path, tmp_path: Path, yoruba_too: str) -> None:
    from catalog.document import content_hash

    (tmp_path / "gone.jsonl").write_text(
        f'{{"content_hash": "{content_hash(yoruba_too.encode())}", "reason": "asked"}}\n'
    )
    write(tmp_path, 'removals = "gone.jsonl"')
    built = build(load(recipe), str(tmp_path / "work"), Runtime(), until="judge")
    causes = {cause for shard in built.judged for _, cause, *_ in shard.manifest["counts"]}
    assert "removed" in causes
    assert built.mixed is None


def test_only_the_languages_of_the_recipe_are_in(recipe: Path, tmp_path: Path) -> None:
    write(tmp_path, 'languages = ["zu", "yo"]\nprofile = "roots-2022-03"')
    config = configuration(load(recipe))
    assert list(config.languages) == ["yo", "zu"]
    assert (config.profile, config.other.code) == ("roots-2022-03", "default")


@pytest.mark.parametrize(
    ("more", "uid", "change", "message"),
    [
        ("", "one", {"cleaning": ["filter_smal_docs"]}, "filter_small_docs"),
        ("", "one", {"languages": ["xx"]}, "languages: 'xx'"),
        ('lang_params = "mine"', "one", {}, "yo.toml: filters.stopwords.min: 2"),
    ],
)
def test_what_is_wrong_with_a_source_or_its_parameters_is_said_before_anything_runs(
    roots: Roots,
    recipe: Path,
    tmp_path: Path,
    source: Callable[..., Path],
    more: str,
    uid: str,
    change: dict[str, Any],
    message: str,
) -> None:
    params_folder(tmp_path / "mine", "stopwords = { min = 2 }")
    source(uid, [{"text": "x"}], **change)
    write(tmp_path, more)
    ended = roots("build", recipe, "--work", tmp_path / "work")
    assert ended.code == 2
    assert message in ended.err
    assert len([line for line in ended.err.splitlines() if line.startswith("error: ")]) == 1
    assert not (tmp_path / "work").exists()


def test_one_run_at_a_time(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    with FileLock(work / ".lock"):
        ended = roots("build", recipe, "--work", work)
    assert ended.code == 1
    assert f"error: {work}: another run is working in this folder; wait for it, or choose another" in ended.err
    assert roots("dedup", recipe, "--work", work).code == 0


def test_a_build_does_not_begin_in_a_folder_of_somebody_else(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    ended = roots("build", recipe, "--work", tmp_path)
    assert (ended.code, "holds files that are not from here" in ended.err) == (2, True)


def test_the_recipe_that_is_carried_can_be_read() -> None:
    recipe = load(Path(__file__).parents[2] / "catalog" / "demo.toml")
    assert recipe.name == "demo"
    assert len(recipe.sources) > 20


def test_a_source_that_is_not_what_its_checksums_say_is_refused(roots: Roots, recipe: Path, tmp_path: Path) -> None:
    entry = tmp_path / "sources" / "one.toml"
    entry.write_text(entry.read_text(encoding="utf-8").replace('"catalogue"', '"oscar"'), encoding="utf-8")
    (tmp_path / "sources" / "SHA256SUMS").write_text(f"{'0' * 64}  one.jsonl\n")
    ended = roots("dedup", recipe, "--work", tmp_path / "work")
    assert ended.code == 2
    assert "one.jsonl: its sha256 is " in ended.err
    assert f"SHA256SUMS says {'0' * 64}: the file is broken or another; fetch it again" in " ".join(ended.err.split())
    assert not list((tmp_path / "work").rglob("*.parquet"))


def test_copies_benchmarks_and_passages_are_carried_through_to_the_cards_and_back(
    roots: Roots, source: Callable[..., Path], tmp_path: Path, yoruba: str, yoruba_too: str
) -> None:
    question = "Kí ni orúkọ ìlú tí ó tóbi jù lọ ní ilẹ̀ Yorùbá ní ìgbà àtijọ́?"
    article = articles()["yo"][5]["text"]
    source("one", [{"text": yoruba}, {"text": yoruba_too}])
    source("two", [{"text": yoruba}, {"text": f"{article} {question}"}, {"text": f"{article} {yoruba_too}"}])
    (tmp_path / "questions.jsonl").write_text(f'{{"text": "{question}"}}\n{{"text": "Ta ni?"}}\n', encoding="utf-8")
    more = (
        'languages = ["yo"]\n[dedup]\nkeep = ["source"]\nsources = ["two"]\n'
        '[substrings]\ncharacters = 0\n[decontamination]\nbenchmarks = ["*.jsonl"]\nn = 8'
    )
    recipe, work = write(tmp_path, more), tmp_path / "work"
    ended = roots("dedup", recipe, "--work", work)
    assert ended.code == 0, ended.err
    found = "questions.jsonl: 1 document holds one of its 2 items, 1 of which is too short"
    assert f"{found} to be looked for" in ended.out
    assert "minhash: 1 cluster of 2 documents; 1 pair verified" in ended.out
    assert roots("mix", recipe, "--work", work).code == 0
    card = (work / "README.md").read_text(encoding="utf-8")
    assert "| questions.jsonl | 2 | 1 | 1 |" in card
    assert "| `contaminated` | holds an item of a benchmark | 1 |" in card
    [cut] = re.findall(r"^\| `cut` \| [a-z: ]+ \| 0 \| 0\.0% \| (\d+) \| 3 \|", card, re.MULTILINE)
    assert len(yoruba_too.encode()) <= int(cut) < 300
    assert "of the first source in the order two, among several the one with the lowest id" in card
    assert "1 document was dropped as a copy" in (work / "cards" / "one" / "README.md").read_text(encoding="utf-8")
    assert {"contamination", "substrings", "verdicts"} <= set(storage.names(str(work / "one")))
    plain = write(tmp_path, 'languages = ["yo"]')
    assert roots("mix", plain, "--work", work).code == 0
    assert storage.names(str(work / "one")) == ["cards", "census", "documents", "ledger", "measures", "signatures"]
    assert "contaminated" not in (work / "README.md").read_text(encoding="utf-8")


def test_a_benchmark_that_cannot_be_read_ends_the_build_before_anything_is_read(
    roots: Roots, source: Callable[..., Path], tmp_path: Path, yoruba: str
) -> None:
    source("one", [{"text": yoruba}])
    (tmp_path / "questions.jsonl").write_text('{"text": "Kí ni"}\n{"text": ')
    more = 'languages = ["yo"]\n[decontamination]\nbenchmarks = ["questions.jsonl"]'
    ended = roots("build", write(tmp_path, more), "--work", tmp_path / "work")
    assert ended.code == 2
    assert "questions.jsonl: line 2, blank ones not counted: not valid JSON: character 10" in " ".join(
        ended.err.split()
    )
    assert not list((tmp_path / "work").rglob("*.parquet"))
