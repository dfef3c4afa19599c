"""Something is taken out: a document, an address and a source, through every table and dataset to the tokens."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipelines import tables
from roots import arrow_dataset, megatron
from tests import corpora
from tests.corpora import Corpus, make_source

FERRY = (
    "The ferry leaves the harbour before the sun is up, and the baker carries two baskets of bread to the men who sail "
    "it. In the evening they come back with fish, with letters from the other side, and with news of the weather."
)
BRIDGE = (
    "When the old bridge was closed, the children of the village had to walk an hour to their school. A carpenter and "
    "his daughter built a smaller one in a week, and everybody who crossed it brought them a stone or a plank."
)
WELL = (
    "Nobody remembers who dug the well behind the market. Its water is cold even in the dry months, and those who draw "
    "it first in the morning leave a full bucket at the edge for the one who will come after them."
)
ADDRESS = "https://example.org/letters/1"


@pytest.fixture(scope="module")
def before(small_corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """The small corpus with two more sources: letters with addresses, and one that is to go as a whole."""
    folder = tmp_path_factory.mktemp("taken_out")
    recipe = corpora.make_small_recipe(folder)
    letters = [
        {"id": "1", "text": FERRY, "url": ADDRESS},
        {"id": "2", "text": BRIDGE, "url": f"{ADDRESS}2"},
    ]
    entry = make_source(folder, "letters", letters, languages=["en"])
    entry.write_text(entry.read_text(encoding="utf-8").replace("[data]\n", '[data]\nurl = "url"\n'), encoding="utf-8")
    make_source(folder, "whole", [{"text": WELL}], languages=["en"])
    named = '"articles.toml", "letters.toml", "whole.toml"'
    text = recipe.read_text(encoding="utf-8").replace('"articles.toml"', named)
    recipe.write_text(f"# Of whom we asked leave.\n{text}", encoding="utf-8")
    shutil.copytree(small_corpus.work, folder / "work")
    log = corpora.run(["build", recipe, "--work", folder / "work"], folder)
    return Corpus(recipe, folder / "work", log)


@pytest.fixture(scope="module")
def after(before: Corpus) -> Corpus:
    """The same corpus after a document, an address and a source were removed."""
    work = before.work.with_name("after")
    shutil.copytree(before.work, work)
    remove = ["remove", before.recipe, "--work", work, "--reason", "asked"]
    log = corpora.run([*remove, "--id", chosen(before)["id"]], before.recipe.parent)
    log += corpora.run([*remove, "--url", ADDRESS, "--date", "2026-11-20"], before.recipe.parent)
    log += corpora.run([*remove, "--source", "whole"], before.recipe.parent)
    log += corpora.run(["build", before.recipe, "--work", work], before.recipe.parent)
    return Corpus(before.recipe, work, log)


def rows(work: Path, pattern: str) -> list[dict[str, Any]]:
    return [row for path in sorted(work.glob(pattern)) for row in tables.read(str(path)).to_pylist()]


def chosen(corpus: Corpus) -> dict[str, Any]:
    """A document of the corpus in Yoruba, of a source of several files."""
    ids = {row["id"] for row in rows(corpus.work, "tokens/yo_text_document.ids.parquet")}
    return next(row for row in rows(corpus.work, "articles/documents/*.parquet") if row["id"] in ids)


def in_corpus(work: Path) -> dict[str, Mapping[str, Any]]:
    paths = sorted(work.glob("corpus/*/*.arrow"))
    return {row["id"]: row for path in paths for batch in arrow_dataset.batches(str(path)) for row in batch.to_pylist()}


def test_they_were_there_and_are_gone_from_the_corpus_and_the_tokens(before: Corpus, after: Corpus) -> None:
    gone = {
        identity
        for identity, row in in_corpus(before.work).items()
        if identity == chosen(before)["id"] or row["url"] == ADDRESS or row["source"] == "whole"
    }
    assert len(gone) == 3
    assert not gone & set(in_corpus(after.work))
    beside = rows(after.work, "tokens/*.ids.parquet")
    assert not gone & {row["id"] for row in beside}
    assert {row["id"] for row in beside} == set(in_corpus(after.work))
    for index in sorted(after.work.glob("tokens/*.idx")):
        prefix = str(index.with_suffix(""))
        assert len(megatron.Index.read(prefix)) == len(tables.read(f"{prefix}.ids.parquet"))


def test_no_file_holds_the_texts_and_the_proof_says_so(before: Corpus, after: Corpus) -> None:
    texts = {row["text"] for row in rows(after.work, "*/documents/*.parquet")}
    assert chosen(before)["text"] not in texts
    assert texts.isdisjoint({FERRY, WELL})
    assert BRIDGE in texts
    command = ["verify", after.work, "--removed", "--recipe", after.recipe]
    assert corpora.run(command, after.recipe.parent).splitlines()[-1] == "faults: 0"


def test_shards_that_hold_none_of_it_keep_their_bytes(before: Corpus, after: Corpus) -> None:
    one, two = corpora.contents(before.work), corpora.contents(after.work)
    kept = ("articles/documents/", "articles/measures/", "articles/signatures/", "planted/documents/")
    untouched = [path for path in one if path.startswith(kept)]
    changed = [path for path in untouched if one[path] != two.get(path)]
    assert len(untouched) > 20
    assert {Path(path).name.split(".")[0] for path in changed} == {"articles-yo"}
    assert one["corpus/hi/data-00000-of-00003.arrow"] == two["corpus/hi/data-00000-of-00003.arrow"]


def test_the_cards_say_what_was_left_out(after: Corpus) -> None:
    card = (after.work / "README.md").read_text(encoding="utf-8")
    assert "| Source whole (`whole`) | removed |" in card
    assert "| `removed` | somebody asked to have it taken out | 2 |" in card
    assert not (after.work / "whole").exists()
    assert not (after.work / "cards" / "whole").exists()
    assert "left out: whole: removed" in after.log
    assert "2 documents removed" in after.log
    assert "look at this: no document and no source" not in after.log


def test_the_recipe_keeps_its_comments_and_the_file_holds_no_text(before: Corpus, after: Corpus) -> None:
    assert after.recipe.read_text(encoding="utf-8").startswith("# Of whom we asked leave.\n")
    file = after.recipe.with_name("recipe.removals.jsonl").read_text(encoding="utf-8")
    assert chosen(before)["text"][:20] not in file
    assert [line for line in file.splitlines() if '"source": "whole"' in line]
