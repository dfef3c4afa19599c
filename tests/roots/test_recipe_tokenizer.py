"""The table [tokenizer] of a recipe: what may stand in it, and what has no meaning together."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from roots.recipe import RecipeError, load
from roots.train_tokenizer import TokenizerSettings


def recipe(folder: Path, lines: str) -> Path:
    (folder / "one.toml").write_text('uid = "one"\n', encoding="utf-8")
    path = folder / "recipe.toml"
    path.write_text(f'name = "x"\nsources = ["one.toml"]\n{lines}\n', encoding="utf-8")
    return path


def settings(folder: Path, lines: str) -> TokenizerSettings:
    return load(recipe(folder, lines)).tokenizer


def test_everything_can_be_said(tmp_path: Path) -> None:
    found = settings(
        tmp_path,
        """
        [mix]
        seed = 7
        validation = 0.05
        [tokenizer]
        kind = "unigram"
        vocabulary = 250680
        reserved = 200
        alpha = 0.5
        sample_bytes = 9
        sources = ["oscar", "catalogue"]
        line_dedup = false
        """,
    )
    assert found == TokenizerSettings(
        kind="unigram",
        vocabulary=250_680,
        reserved=200,
        alpha=0.5,
        sample_bytes=9,
        sources=("catalogue", "oscar"),
        line_dedup=False,
        seed=7,
        validation=0.05,
    )


def test_the_sample_of_roots_can_be_asked_for(tmp_path: Path) -> None:
    preset = '[tokenizer]\npreset = "roots-tokenizer"\n'
    expected = TokenizerSettings(preset="roots-tokenizer", sample_bytes=30_000_000_000)
    assert settings(tmp_path, preset) == expected
    assert settings(tmp_path, f"{preset}sample_bytes = 3000") == replace(expected, sample_bytes=3000)


def test_without_the_table_there_are_defaults(tmp_path: Path) -> None:
    assert settings(tmp_path, "") == TokenizerSettings()


def test_a_file_is_found_from_the_recipe(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text("{}")
    assert settings(tmp_path, '[tokenizer]\nfile = "mine.json"') == TokenizerSettings(file=str(tmp_path / "mine.json"))


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("vocabulary = 250681", "vocabulary: 250681; it must be a whole number from 260 to 250,680"),
        ("vocabulary = 259", "vocabulary: 259; it must be a whole number from 260 to 250,680"),
        ("reserved = 1001", "reserved: 1001; it must be a whole number from 0 to 1,000"),
        (
            "vocabulary = 300\nreserved = 41",
            "vocabulary: a vocabulary of 300 pieces; at least 301 are needed (256 bytes, the special tokens and 41",
        ),
        ('kind = "word"', "kind: 'word'; it must be one of bpe, unigram, sentencepiece-bpe"),
        ('preset = "bloom"', "preset: 'bloom'; it must be one of roots-tokenizer"),
        (
            'preset = "roots-tokenizer"\nalpha = 0.5',
            "alpha: 0.5 has no meaning with tokenizer.preset, which decides it; leave one out",
        ),
        ('sources = ["web"]', "sources: ['web']; it must be a list of some of catalogue, pseudo_crawl, oscar, code"),
        ("line_dedup = 1", "line_dedup: 1; it must be true or false"),
        ('file = "none.json"', "file: there is no file "),
        (
            'file = "one.toml"\nvocabulary = 300',
            "vocabulary: 300 has no meaning with tokenizer.file, where nothing is trained; leave one out",
        ),
        ("size = 3", "size: unknown key; "),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, lines: str, says: str) -> None:
    path = recipe(tmp_path, f"[tokenizer]\n{lines}")
    with pytest.raises(RecipeError) as error:
        load(path)
    assert str(error.value).startswith(f"{path}: tokenizer.{says}")


@pytest.mark.parametrize("value", ["1.5", '"x"', "true"])
def test_alpha_is_a_share(tmp_path: Path, value: Any) -> None:
    with pytest.raises(RecipeError, match=r"tokenizer\.alpha: .*; it must be a number from 0 to 1"):
        load(recipe(tmp_path, f"[tokenizer]\nalpha = {value}"))
