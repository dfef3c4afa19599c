"""A document is removed from a corpus whose tokenizer is given: only its language is written, nothing encoded again.

The tokens that come out are those of a build from nothing.
"""

import shutil
from pathlib import Path

import pytest

from pipelines import tables
from tests import corpora
from tests.corpora import Corpus


@pytest.fixture(scope="module")
def before(small_corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The small corpus with its own tokenizer given as a file, and a layout beside Megatron's."""
    folder = tmp_path_factory.mktemp("given")
    recipe = corpora.make_small_recipe(folder)
    shutil.copy(small_corpus.work / "tokenizer" / "tokenizer.json", folder)
    text = recipe.read_text(encoding="utf-8")
    given = '[tokenizer]\nfile = "tokenizer.json"\n[tokens]\nlayouts = ["numpy"]\n'
    recipe.write_text(text[: text.index("[tokenizer]")] + given, encoding="utf-8")
    shutil.copytree(small_corpus.work, folder / "work")
    log = corpora.run(["build", recipe, "--work", folder / "work"], folder)
    return Corpus(recipe, folder / "work", log)


@pytest.fixture(scope="module")
def after(before: Corpus) -> Corpus:
    """The same corpus, in the same folder, after a document in Yoruba was removed; the tokens before are put aside."""
    shutil.copytree(before.work / "tokens", before.work.with_name("tokens_before"))
    ids = tables.read(str(before.work / "tokens" / "yo_text_document.ids.parquet")).column("id").to_pylist()
    remove = ["remove", before.recipe, "--work", before.work, "--reason", "asked", "--id", ids[1]]
    corpora.run(remove, before.recipe.parent)
    log = corpora.run(["build", before.recipe, "--work", before.work], before.recipe.parent)
    return Corpus(before.recipe, before.work, log)


def of(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file of a folder: its bytes and when it was written, in nanoseconds."""
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}


def test_shards_of_other_languages_are_not_touched(before: Corpus, after: Corpus) -> None:
    old, new = of(before.work.with_name("tokens_before")), of(after.work / "tokens")
    assert set(old) == set(new)
    changed = {name for name in old if old[name][0] != new[name][0]}
    assert changed == {name for name in old if name.startswith("yo_")}
    written = min(new[name][1] for name in changed)
    assert all(new[name][1] < written for name in set(new) - changed)


def test_nothing_is_encoded_again(before: Corpus, after: Corpus) -> None:
    documents = len(tables.read(str(after.work / "tokens" / "yo_text_document.ids.parquet")))
    old = before.work.with_name("tokens_before") / "yo_text_document.ids.parquet"
    assert documents == len(tables.read(str(old))) - 1
    assert f"tokenize: {documents} of {documents} documents were copied from the shards before" in after.log


def test_the_tokens_are_those_of_a_build_from_nothing(after: Corpus, tmp_path: Path) -> None:
    shutil.copytree(after.work, tmp_path / "work")
    shutil.rmtree(tmp_path / "work" / "tokens")
    log = corpora.run(["build", after.recipe, "--work", tmp_path / "work"], tmp_path)
    assert "were copied" not in log
    fresh, copied = of(tmp_path / "work" / "tokens"), of(after.work / "tokens")
    assert {name: data for name, (data, _) in fresh.items()} == {name: data for name, (data, _) in copied.items()}


def test_the_shards_are_sound(after: Corpus) -> None:
    for folder in (after.work, after.work / "tokens", after.work / "tokens" / "yo_text_document"):
        assert corpora.run(["verify", folder], after.recipe.parent).splitlines()[-1] == "faults: 0"
