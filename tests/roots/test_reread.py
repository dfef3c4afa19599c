"""What judging again refuses, before anything is touched: language, key, file, old and new, and the command."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.run import Runtime
from roots.build import build
from roots.recipe import load
from roots.rejudge import rejudge
from roots.reread import RejudgeError
from tests.corpora import YORUBA, YORUBA_TOO, contents, make_source

pytestmark = pytest.mark.usefixtures("plainly")

Refused = Callable[..., str]

HEAD = "name = 'x'\nsources = ['*.toml']\nlanguages = ['yo', 'en']\n"
DEDUP = "[dedup]\nmethods = ['exact', 'minhash']\nverify = 0.5\n"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recipe, its sources, and a work folder in which they were judged."""
    folder = tmp_path_factory.mktemp("reread")
    records = [{"id": name, "text": text} for name, text in (("a", YORUBA), ("b", f"{YORUBA} Ó."), ("c", YORUBA_TOO))]
    make_source(folder / "sources", "one", records, cleaning=["filter_remove_empty_docs"])
    make_source(folder / "sources", "two", [{"id": "d", "text": YORUBA_TOO}], languages=("yo", "en"))
    (folder / "bench.jsonl").write_text(json.dumps({"q": YORUBA_TOO}) + "\n", encoding="utf-8")
    (folder / "recipe.toml").write_text(HEAD.replace("*", "sources/*") + DEDUP, encoding="utf-8")
    build(load(folder / "recipe.toml"), str(folder / "work"), Runtime(), until="judge")
    return folder


@pytest.fixture
def refused(base: Path, tmp_path: Path) -> Refused:
    """Judges a copy of the folder again after something in it changed; what was refused, nothing being touched."""
    folder = tmp_path / "copy"
    shutil.copytree(base, folder)

    def run(params: Path | None = None, *, head: str = "", more: str = DEDUP, slice_bytes: int = 64_000_000) -> str:
        text = (base / "recipe.toml").read_text(encoding="utf-8").partition("[dedup]")[0]
        (folder / "recipe.toml").write_text(f"{text}{head}{more}", encoding="utf-8")
        before = contents(folder / "work")
        recipe = load(folder / "recipe.toml", params)
        with pytest.raises(RejudgeError) as error:
            rejudge(recipe, str(folder / "work"), Runtime(slice_bytes=slice_bytes), (), lambda _: None)
        assert contents(folder / "work") == before
        command = f"roots build {folder / 'recipe.toml'} --work {folder / 'work'}"
        if params is not None:
            command += f" --lang-params {params}"
        said, _, then = str(error.value).partition(". This has to be read again: ")
        assert then == command
        return said.removeprefix(f"{folder / 'work'}: cannot be judged from stored measures: ").replace(str(folder), "")

    return run


@pytest.fixture
def params(tmp_path: Path) -> Callable[..., Path]:
    """A folder of parameters: params("yo.toml", "[filters]", "[filters]\\nn = 1") replaces a text in a packaged one."""

    def write(name: str, old: str, new: str) -> Path:
        text = (Path("lang_params") / name).read_text(encoding="utf-8")
        assert re.search(old, text, re.MULTILINE)
        target = tmp_path / "p" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(re.sub(old, new, text, count=1, flags=re.MULTILINE), encoding="utf-8")
        return tmp_path / "p"

    return write


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        (
            "yo.toml",
            r"^word_repetition = .*",
            "word_repetition = { n = 7 }",
            "Yoruba (yo): filters.word_repetition.n in {p}/yo.toml was 5 and is 7",
        ),
        ("stopwords/yo.txt", r"\Z", "àtúnṣe\n", "Yoruba (yo): the list stopwords/yo.txt changed"),
        (
            "en.toml",
            r'^identifier = "fasttext"',
            'identifier = "none"',
            "English (en): identifier in {p}/en.toml was 'fasttext' and is 'none'",
        ),
        (
            "default.toml",
            r'^EMAIL = "redact"',
            'EMAIL = "mark"',
            "any language: pii.actions.EMAIL in {p}/default.toml was 'redact' and is 'mark'",
        ),
    ],
)
def test_a_parameter_that_decides_measures_is_named_with_what_it_was(
    refused: Refused, params: Callable[..., Path], name: str, old: str, new: str, said: str
) -> None:
    folder = params(name, old, new)
    assert refused(folder) == said.format(p=folder)


def test_parameters_are_compared_with_those_that_the_recipe_names(
    base: Path, tmp_path: Path, params: Callable[..., Path]
) -> None:
    own, work = tmp_path / "own", tmp_path / "work"
    shutil.copytree(params("yo.toml", r"^word_repetition = .*", "word_repetition = { n = 7 }"), own)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text(f"lang_params = '{own}'\n" + HEAD.replace("*", f"{base}/sources/*") + DEDUP, encoding="utf-8")
    build(load(recipe), str(work), Runtime(), until="judge")
    other = params("yo.toml", r"^word_repetition = .*", "word_repetition = { n = 8 }")
    with pytest.raises(RejudgeError, match=r"filters.word_repetition.n in .*/p/yo.toml was 7 and is 8"):
        rejudge(load(recipe, other), str(work), Runtime(), (), lambda _: None)
    (own / "yo.toml").write_text((other / "yo.toml").read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(RejudgeError, match=r"filters.word_repetition.n in .*/own/yo.toml was 7 and is 8"):
        rejudge(load(recipe), str(work), Runtime(), (), lambda _: None)
    (own / "stopwords").mkdir()
    (own / "stopwords" / "yo.txt").write_text("àti\n", encoding="utf-8")
    with pytest.raises(
        RejudgeError, match=r"Yoruba \(yo\): a length of n-grams, a word list, the identifier, .* see .*"
    ):
        rejudge(load(recipe), str(work), Runtime(), (), lambda _: None)


def test_a_recipe_that_reads_texts_otherwise_is_named_with_key_and_value(refused: Refused) -> None:
    said = "profile in /recipe.toml was 'fixed' and is 'roots-2022-03'"
    assert refused(head="profile = 'roots-2022-03'\n") == said
    changed = DEDUP.replace("'exact', ", "").replace("verify", "bands = 10\nverify")
    assert refused(more=changed) == (
        "[dedup] methods in /recipe.toml was ['exact', 'minhash'] and is ['minhash']; "
        "[dedup] minhash.bands in /recipe.toml was 14 and is 10"
    )


def test_copies_and_benchmarks_that_were_not_looked_for_are_refused(refused: Refused) -> None:
    said = "copies were not looked for as [dedup] and [simhash] of the recipe now say"
    assert refused(more=DEDUP.replace("0.5", "0.6")) == said
    said = "benchmarks were not looked for as [decontamination] of the recipe now says"
    assert refused(more=f"{DEDUP}[decontamination]\nbenchmarks = ['bench.jsonl']\n") == said


def test_passages_that_are_cut_need_the_texts(refused: Refused, tmp_path: Path, params: Callable[..., Path]) -> None:
    more = f"{DEDUP}[substrings]\nbytes = 60\ncharacters = 10\n"
    folder = params("yo.toml", r"^\[filters\]$", "[filters]\nnumber_words = { min = 45 }")
    assert refused(folder, more=more) == (
        "[substrings] of the recipe cuts passages that stand in other documents that are in, and these are others now; "
        "Yoruba (yo): number_words was 10 to 100,000 and is 45 to 100,000"
    )
    recipe, work = tmp_path / "copy" / "recipe.toml", tmp_path / "copy" / "work"
    build(load(recipe), str(work), Runtime(), until="judge")
    before = contents(work)
    assert not rejudge(load(recipe), str(work), Runtime(), (), lambda _: None).anything
    assert contents(work) == before


def test_sources_that_changed_are_named(refused: Refused, tmp_path: Path) -> None:
    sources = tmp_path / "copy" / "sources"
    file, entry = sources / "one.jsonl", (sources / "one.toml").read_text(encoding="utf-8")
    size = file.stat().st_size
    assert refused(slice_bytes=200).startswith("one: one.jsonl changed, or was cut for another --slice-size")
    (sources / "one.toml").write_text(entry.replace('"filter_remove_empty_docs"', ""), encoding="utf-8")
    assert refused() == "cleaning in the entry of one was ['filter_remove_empty_docs'] and is []"
    (sources / "one.toml").write_text(entry, encoding="utf-8")
    file.write_bytes(file.read_bytes().replace(b"gbogbo", b"GBOGBO").replace(b"Gbogbo", b"gbogbo"))
    assert refused().startswith("one: one.jsonl or its entry changed, a model, [pii], or the version of this program")
    with file.open("ab") as opened:
        opened.write(b'{"id": "new", "text": "x"}\n')
    assert refused() == f"one: one.jsonl changed: it had {size} bytes and has {size + 27}"
    file.rename(sources / "other.jsonl")
    (sources / "one.toml").write_text(entry.replace("one.jsonl", "other.jsonl"), encoding="utf-8")
    assert refused() == "one: other.jsonl was not read yet"


def test_sources_that_came_or_went_are_named(refused: Refused, tmp_path: Path) -> None:
    sources = tmp_path / "copy" / "sources"
    (sources / "two.toml").unlink()
    assert refused() == "two: a source that the recipe does not have, or does not admit"
    make_source(sources, "two", [{"id": "d", "text": YORUBA_TOO}], languages=("yo", "en"))
    make_source(sources, "three", [{"id": "d", "text": YORUBA_TOO}])
    assert refused() == "three: a source that is not in it yet"


def test_removals_that_were_not_looked_for_are_named(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "copy" / "removals.jsonl").write_text('{"id": "0123456789abcdef0123456789abcdef", "reason": "asked"}\n')
    assert refused(head="removals = 'removals.jsonl'\n") == "one.jsonl: was not compared with these removals"


def test_a_folder_that_was_never_judged_is_refused(refused: Refused, tmp_path: Path) -> None:
    work = tmp_path / "copy" / "work"
    [manifest] = (work / "one" / "ledger").glob("*.json")
    found = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({key: value for key, value in found.items() if key != "limits"}))
    assert refused() == "its ledgers are from an earlier version and do not say which limits were in force"
    manifest.unlink()
    assert refused() == "the documents in this folder were never judged, or not to the end"
    shutil.rmtree(work / "one")
    shutil.rmtree(work / "two")
    assert refused() == "nothing was curated in this folder"
    shutil.rmtree(work)
    assert refused() == "there is no such folder, or nothing is in it"
    assert not work.exists()
