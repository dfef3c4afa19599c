"""Pages of help that nobody has translated: their English twins are found in other locales, if the scope allows it."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines import tables
from pipelines.run import Runtime
from roots.build import Built, build
from roots.recipe import load
from tests.corpora import DEMO

LOCALES = ("lohelp_en_us", "lohelp_hi")

Mixed = Callable[[str], Built]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("untranslated")


@pytest.fixture(scope="module")
def mixed(folder: Path) -> Mixed:
    """Builds two locales as far as the cards, with the scope given; they are curated once."""

    def made(scope: str) -> Built:
        recipe = folder / "recipe.toml"
        sources = ", ".join(f'"{DEMO / uid}.toml"' for uid in LOCALES)
        recipe.write_text(
            f'name = "help"\nsources = [{sources}]\nlanguages = ["en", "hi"]\n[dedup]\nscope = "{scope}"\n',
            encoding="utf-8",
        )
        return build(load(recipe), str(folder / "work"), Runtime(), until="mix")

    return made


def twins(built: Built, folder: Path) -> dict[tuple[str, str], int]:
    """How many documents of a source have a copy in another, by both, as it was counted for the cards."""
    [counted] = (folder / "work" / "dedup" / "overlap").glob("*.parquet")
    return {(row["source"], row["other"]): row["documents"] for row in tables.read(str(counted)).to_pylist()}


def card(folder: Path, uid: str) -> str:
    return (folder / "work" / "cards" / uid / "README.md").read_text(encoding="utf-8")


def test_across_everything_they_are_found_and_the_cards_say_how_many(mixed: Mixed, folder: Path) -> None:
    found = twins(mixed("all"), folder)
    assert found["lohelp_hi", "lohelp_en_us"] == found["lohelp_en_us", "lohelp_hi"] == 98
    for one, other in found:
        assert f"| `{other}` | {found[one, other]:,} |" in card(folder, one) or one == other
    corpus = (folder / "work" / "README.md").read_text(encoding="utf-8")
    assert re.search(rf"^\| `lohelp_hi` \| `lohelp_en_us` \| {found['lohelp_hi', 'lohelp_en_us']} \|", corpus, re.M)
    assert "Documents were compared among all sources" in corpus


@pytest.mark.parametrize("scope", ["source", "language"])
def test_within_a_source_or_a_language_they_are_not(mixed: Mixed, folder: Path, scope: str) -> None:
    found = twins(mixed(scope), folder)
    assert {one for one, other in found if one != other} == set()
    for uid in LOCALES:
        assert not re.search(r"\| `lohelp_\w+` \| \d+ \| [\d,]+ \|$", card(folder, uid), re.M)
    corpus = (folder / "work" / "README.md").read_text(encoding="utf-8")
    assert f"Copies were looked for within a {scope} only; others stay." in corpus
